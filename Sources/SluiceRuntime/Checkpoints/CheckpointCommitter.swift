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
        var metrics = CheckpointMetrics()
    }

    private let point: RestorePoint
    private let parallelism: Int
    /// The sinks that commit, in the order of the plan.
    private let sinkTables: [(owner: UInt64, table: any TransactionalSinkTable)]
    private let jobID: String
    private let epochs: EpochCoordinator
    private let stop: StopSignal
    private let clock: any RunClock
    private let parker = Parker()
    private let state: Mutex<State>

    /// Makes the committer of a job.
    init(_ point: RestorePoint, _ specification: JobSpecification, epochs: EpochCoordinator, stop: StopSignal) {
        self.point = point
        parallelism = specification.parallelism
        sinkTables = Self.sinkTables(specification.plan, point.identity)
        jobID = specification.jobID
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
                if try commitNext() { continue }
                if state.withLock({ $0.isClosed }) || stop.isRaised { return }
                clock.park(parker, untilNanos: nil)
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

    private func perform(_ commit: Commit) throws {
        let startNanos = clock.nowNanos()
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
            origin: point.manifest?.origin
        )
        try point.storage.commit(commit.parts.map(\.changes), dropping: commit.parts.flatMap(\.dropped), manifest)
        try forEachSink(of: sinks) { table, transactions, owner in
            try table.commit(transactions, of: manifest.sinkEpoch(owner))
        }
        let nanos = clock.nowNanos() - startNanos
        let byteCount = commit.parts.reduce(0) { $0 + $1.changes.byteCount }
        state.withLock { $0.metrics.add(nanos: nanos, byteCount: byteCount) }
        epochs.commit(commit.isFinal ? .max : commit.epoch)
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

/// What the commits of a job have cost.
package struct CheckpointMetrics: Sendable, Hashable {
    /// Commits.
    package private(set) var count = 0
    /// Bytes of changed state, over all commits.
    package private(set) var byteCount = 0
    /// Time from the last shard's part to the sinks' output being visible, over all commits.
    package private(set) var totalNanos: Int64 = 0
    /// The longest of them.
    package private(set) var maxNanos: Int64 = 0

    /// Makes empty metrics.
    package init() {}

    mutating func add(nanos: Int64, byteCount: Int) {
        count += 1
        self.byteCount += byteCount
        totalNanos += nanos
        maxNanos = max(maxNanos, nanos)
    }
}
