import SluiceColumns
import SluiceConnect
import SluiceOperators
import SluicePlan
import SluiceState
import Synchronization

/// Commits epochs, one after the other, on a thread of its own: shards hand their parts over and go on.
///
/// An epoch is committed when every shard has handed over its part or has ended. The commit is one atomic write to the
/// storage; sinks are told to make their output durable before it and visible after it.
final class CheckpointCommitter: Sendable {
    private struct State {
        /// Per shard the parts that are not committed yet, oldest first.
        var waiting: [[ShardCheckpoint]]
        /// Per shard that has ended the positions that stay in every manifest to come.
        var finished: [[EpochManifest.Source]]
        var hasEnded: [Bool]
        var isClosed = false
        var failure: (any Error)?
        var failuresInARow = 0
        /// The last epoch that took longer than it may.
        var overdueEpoch: Int64 = 0
        var metrics = CheckpointMetrics()
    }

    /// Time until a failed commit is tried again where there is no interval.
    private static let defaultRetryMillis = 1_000

    private let point: RestorePoint
    private let parallelism: Int
    /// The sinks that commit, in the order of the plan.
    private let sinkTables: [(owner: UInt64, table: any TransactionalSinkTable)]
    private let jobID: String
    private let epochs: EpochCoordinator
    private let stop: StopSignal
    private let limits: CheckpointLimits
    private let retryNanos: Int64
    private let clock: any RunClock
    private let parker = Parker()
    private let state: Mutex<State>

    /// Makes the committer of a job.
    init(_ point: RestorePoint, _ specification: JobSpecification, epochs: EpochCoordinator, stop: StopSignal) {
        self.point = point
        parallelism = specification.parallelism
        sinkTables = Self.sinkTables(specification.plan, point.identity)
        jobID = specification.jobID
        limits = specification.checkpointLimits
        retryNanos = Int64(specification.checkpointIntervalMillis ?? Self.defaultRetryMillis) * 1_000_000
        clock = specification.clock
        self.epochs = epochs
        self.stop = stop
        state = Mutex(
            State(
                waiting: Array(repeating: [], count: parallelism),
                finished: Array(repeating: [], count: parallelism),
                hasEnded: Array(repeating: false, count: parallelism)
            )
        )
    }

    /// What was committed so far.
    var metrics: CheckpointMetrics { state.withLock { $0.metrics } }

    /// Takes over a shard's part; any shard's thread.
    func deliver(_ part: ShardCheckpoint, of shard: Int) {
        state.withLock { state in
            state.waiting[shard].append(part)
            if part.epoch == nil { state.hasEnded[shard] = true }
        }
        parker.wake()
    }

    /// Commits epochs until `close`; the committer's thread.
    func run() {
        do {
            while true {
                // Asked before: the last part and `close` may come between a look in vain and the question.
                let isClosed = state.withLock { $0.isClosed }
                if try commitNext() { continue }
                if isClosed || stop.isRaised { return }
                clock.park(parker, untilNanos: try watchTimeout())
            }
        } catch {
            state.withLock { $0.failure = error }
            stop.raise(error)
        }
    }

    /// Why an epoch could not be committed; nil where that did not happen.
    var failure: (any Error)? { state.withLock { $0.failure } }

    /// Commits the next epoch, where all parts of it are there.
    ///
    /// - Returns: whether they were.
    func commitNext() throws -> Bool {
        guard let commit = nextCommit() else { return false }
        try perform(commit)
        return true
    }

    /// Ends `run` after what can be committed has been.
    func close() {
        state.withLock { $0.isClosed = true }
        parker.wake()
    }

    /// The parts of one epoch.
    private struct Commit {
        var epoch: Int64
        var parts: [ShardCheckpoint]
        var sources: [EpochManifest.Source]
        var isFinal: Bool
    }

    /// Takes the parts of the next epoch, where all of them are there.
    private func nextCommit() -> Commit? {
        state.withLock { state in
            let first = state.waiting.map(\.first)
            let epochs = first.compactMap { $0?.epoch }
            let isFinal = epochs.isEmpty && state.hasEnded.allSatisfy { $0 }
            guard let epoch = epochs.min() ?? (isFinal ? .max : nil) else { return nil }
            for shard in first.indices where first[shard]?.epoch != epoch && !state.hasEnded[shard] { return nil }
            guard !isFinal || first.contains(where: { $0 != nil }) else { return nil }
            var commit = Commit(epoch: epoch, parts: [], sources: [], isFinal: isFinal)
            for shard in first.indices {
                if let part = first[shard], part.epoch == epoch || part.epoch == nil {
                    state.waiting[shard].removeFirst()
                    commit.parts.append(part)
                    if part.epoch == nil {
                        state.finished[shard] = part.sources
                    } else {
                        commit.sources += part.sources
                    }
                }
                commit.sources += state.finished[shard]
            }
            return commit
        }
    }

    /// Commits an epoch; what fails is tried again as often as the limits allow.
    ///
    /// All steps may be repeated: changes are put in place of what is there, and output is made visible once.
    private func perform(_ commit: Commit) throws {
        let startNanos = clock.nowNanos()
        let changes = commit.parts.map { $0.changes.encode() }
        while true {
            do {
                try attempt(commit, changes)
                let nanos = clock.nowNanos() - startNanos
                state.withLock { state in
                    state.failuresInARow = 0
                    state.metrics.add(nanos: nanos, pauses: commit.parts.map(\.pauseNanos), changes)
                }
                return epochs.commit(commit.isFinal ? .max : commit.epoch, nowNanos: clock.nowNanos())
            } catch {
                guard Self.mayPass(error) else { throw error }
                try countFailure(error)
                waitForRetry()
                if stop.isRaised { throw error }
            }
        }
    }

    private func attempt(_ commit: Commit, _ changes: [RecordLog]) throws {
        let epoch = commit.isFinal ? epochs.requestedEpoch + 1 : commit.epoch
        let sinks = commit.parts.flatMap(\.sinks)
        try forEachSink(of: sinks) { table, transactions, _ in try table.persist(transactions) }
        let manifest = EpochManifest(
            epoch: (point.manifest?.epoch ?? 0) + epoch,
            fence: point.fence,
            isFinished: commit.isFinal,
            jobID: jobID,
            parallelism: parallelism,
            operators: point.operators,
            sources: commit.sources + point.finishedSources,
            sinks: sinks,
            origin: point.manifest?.origin,
            plan: point.identity.plan
        )
        try point.storage.commit(changes, dropping: commit.parts.flatMap(\.changes.dropped), manifest)
        try forEachSink(of: sinks) { table, transactions, owner in
            try table.commit(transactions, of: manifest.sinkEpoch(owner))
        }
    }

    /// Calls `body` for every table that has transactions in `sinks`, with those of all shards.
    private func forEachSink(
        of sinks: [EpochManifest.Sink],
        _ body: (_ table: any TransactionalSinkTable, _ transactions: [[UInt8]], _ owner: UInt64) throws -> Void
    ) throws {
        for (owner, table) in sinkTables {
            let transactions = sinks.filter { $0.owner == owner }.map(\.transaction)
            if !transactions.isEmpty { try body(table, transactions, owner) }
        }
    }

    private static func sinkTables(
        _ plan: PhysicalPlan,
        _ identity: PlanIdentity
    ) -> [(owner: UInt64, table: any TransactionalSinkTable)] {
        plan.nodes.compactMap { node in
            guard case .sink(let sink) = node.operation else { return nil }
            return (sink.table as? any TransactionalSinkTable).map { (identity.owners[node.id], $0) }
        }
    }
}

// MARK: - Failures

extension CheckpointCommitter {
    /// Whether what went wrong may be right again by itself: a disk, a service.
    private static func mayPass(_ error: any Error) -> Bool {
        switch error {
        case let error as StateError: error.domain == .external && error.code != "fenced"
        case let error as ConnectorError: error.domain == .external
        default: false
        }
    }

    /// Counts a failure; throws `error` where there are too many in a row.
    private func countFailure(_ error: any Error) throws {
        let failuresInARow = state.withLock { state in
            state.failuresInARow += 1
            state.metrics.addFailure()
            return state.failuresInARow
        }
        if failuresInARow > limits.toleratedFailures { throw error }
    }

    private func waitForRetry() {
        let dueNanos = clock.nowNanos() + retryNanos
        while clock.nowNanos() < dueNanos, !stop.isRaised { clock.park(parker, untilNanos: dueNanos) }
    }

    /// Counts an epoch as failed, once, where its commit is overdue; it is committed all the same if the job goes on.
    ///
    /// - Returns: when to look again; nil where only a shard's part changes anything.
    private func watchTimeout() throws -> Int64? {
        guard let timeoutMillis = limits.timeoutMillis else { return nil }
        let timeoutNanos = Int64(timeoutMillis) * 1_000_000
        let nowNanos = clock.nowNanos()
        guard let (epoch, sinceNanos) = epochs.underWay else { return nowNanos + timeoutNanos }
        if state.withLock({ $0.overdueEpoch }) == epoch { return nil }
        guard nowNanos - sinceNanos >= timeoutNanos else { return sinceNanos + timeoutNanos }
        state.withLock { $0.overdueEpoch = epoch }
        try countFailure(
            StateError(
                .external,
                "checkpointTimeout",
                "a checkpoint has taken longer than 'execution.checkpointing.timeout' = \(timeoutMillis) ms: the job "
                    + "is slower than its input for long, or a sink or the disk hangs; raise it, or let "
                    + "'execution.checkpointing.tolerable-failed-checkpoints' of them pass"
            )
        )
        return nil
    }
}
