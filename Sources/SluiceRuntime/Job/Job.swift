import SluiceColumns
import SluiceOperators
import SluicePlan
import SluiceState
import Synchronization

/// One run of a plan: a thread for each shard, from the first row to the last.
///
/// Safe from any thread. `run` is called once; `cancel` and `progress` at any time.
package final class Job: Sendable {
    private struct Ending {
        var shards: [ShardMetrics] = []
        var closedCount = 0
        var restoreNanos: Int64 = 0
    }

    private let resources: JobResources
    private let hasStarted = Atomic<Bool>(false)
    private let ending = Mutex(Ending())

    /// Makes a job.
    ///
    /// - Parameters:
    ///   - specification: what to run, and how.
    ///   - onResult: takes the batches of `collect` nodes, from any shard's thread but one at a time; an error fails
    ///     the job.
    /// - Throws: where the specification makes no sense.
    package init(
        _ specification: JobSpecification,
        onResult: @escaping @Sendable (_ node: Int, _ batch: Batch) throws -> Void = { _, _ in }
    ) throws {
        resources = try JobResources(specification, onResult: onResult)
    }

    /// Runs the job to its end, or to the epoch after which it stops, and publishes what its sinks wrote.
    ///
    /// Blocks the calling thread. Sinks are closed when every shard has processed everything; after a failure or a
    /// cancellation they are aborted instead.
    ///
    /// - Throws: the first error of any shard; `cancelled` after `cancel`.
    package func run() throws -> JobMetrics {
        guard !hasStarted.exchange(true, ordering: .relaxed) else {
            throw RuntimeError(.internal, "startedTwice", "a job runs once")
        }
        try throwIfStopped()
        let startNanos = SystemRunClock().nowNanos()
        let startUsage = ProcessUsage.now()
        defer { resources.specification.spill?.close() }
        if let point = resources.restorePoint {
            let specification = resources.specification
            try point.claim(jobID: specification.jobID, parallelism: specification.parallelism)
            try point.recoverSinks(specification.plan, jobID: specification.jobID)
            // What has been processed to the end stays so: its last rows were committed and are visible.
            if point.manifest?.isFinished == true { return currentMetrics }
        }
        let assignments = try ScanAssignments(resources.specification, resources.restorePoint)
        let committing = try resources.committer.map { committer in try ShardThread { committer.run() } }
        let refresher = LookupRefresher(resources.specification)
        try refresher?.start()
        defer { refresher?.close() }
        let threads = startThreads(assignments, sinceNanos: startNanos)
        for thread in threads { thread.join() }
        resources.committer?.close()
        committing?.join()
        if ending.withLock({ $0.closedCount }) < resources.shardCount { try throwIfStopped() }
        // Shards do not wait for their last epoch, so it may fail when all of them have ended.
        if let failure = resources.committer?.failure { throw failure }
        var metrics = currentMetrics
        metrics.wallSeconds = Double(SystemRunClock().nowNanos() - startNanos) / 1e9
        metrics.cpuSeconds = ProcessUsage.now().cpuSeconds - startUsage.cpuSeconds
        return metrics
    }

    /// Publishes what the last run committed, and runs nothing.
    package func publish() throws { try resources.restorePoint?.publish(resources.specification) }

    /// What becomes of the stored state that the job begins from, operator by operator; empty where all of it is used
    /// and nothing is missing.
    package var stateReport: [String] { resources.restorePoint?.match?.report ?? [] }

    /// Stops the job between two batches; what its sinks wrote is given up.
    ///
    /// Does nothing after the end.
    package func cancel() {
        resources.stop.raise(RuntimeError(.user, "cancelled", "the job was cancelled"))
    }

    /// How far the job has come.
    package var progress: JobProgress {
        var progress = JobProgress(epoch: resources.epochs.completedEpoch)
        for shard in resources.progress { shard.add(to: &progress) }
        return progress
    }

    /// The metrics of the shards that have ended, also after a failure; times are left out.
    package var currentMetrics: JobMetrics {
        var metrics = JobMetrics()
        for shard in ending.withLock({ $0.shards }) { metrics.add(shard) }
        let progress = self.progress
        metrics.parallelism = resources.shardCount
        metrics.rowsIn = progress.rowsIn
        metrics.rowsOut = progress.rowsOut
        metrics.watermark = progress.watermark
        metrics.epochs = progress.epoch
        metrics.exchanges = resources.exchangeMetrics
        metrics.checkpoints = resources.committer?.metrics
        metrics.storageMemoryBytes = MemoryLedger.bytesHeld(for: .storage)
        metrics.checkpoints?.restoreNanos = ending.withLock { $0.restoreNanos }
        metrics.peakRSSBytes = ProcessUsage.now().peakRSSBytes
        return metrics
    }

    private func throwIfStopped() throws {
        if let error = resources.stop.error { throw error }
    }

    /// Starts a thread for each shard; where one cannot start, those that did are stopped.
    private func startThreads(_ assignments: ScanAssignments, sinceNanos: Int64) -> [ShardThread] {
        var threads: [ShardThread] = []
        for shardIndex in 0..<resources.shardCount {
            do {
                threads.append(try ShardThread { self.runShard(shardIndex, assignments, sinceNanos) })
            } catch {
                resources.stop.raise(error)
                break
            }
        }
        return threads
    }

    /// The life of one shard, on its own thread.
    private func runShard(_ shardIndex: Int, _ assignments: ScanAssignments, _ sinceNanos: Int64) {
        var graph: ShardGraph?
        do {
            let built = try ShardGraph(resources, assignments: assignments, shardIndex: shardIndex)
            graph = built
            let nanos = SystemRunClock().nowNanos() - sinceNanos
            ending.withLock { $0.restoreNanos = max($0.restoreNanos, nanos) }
            let shard = Shard(built, resources: resources, shardIndex: shardIndex)
            // A sink may clear its target when it is made, so nobody writes before all are made.
            try meet(shard, at: resources.allBuilt)
            defer { record(built, shard) }
            switch try shard.run() {
            case .processed:
                if let recorder = built.recorder {
                    resources.committer?.deliver(recorder.takeFinal(built), of: shardIndex)
                }
                try meet(shard, at: resources.allDone)
                try built.close()
            case .stopped:
                try shard.waitForLastCommit()
                try meet(shard, at: resources.allDone)
                // Everything written is committed; what a sink keeps open is taken up by the next run.
                built.abort()
            }
            ending.withLock { $0.closedCount += 1 }
        } catch {
            if !(error is StoppedByOthers) { resources.stop.raise(error) }
            graph?.abort()
        }
    }

    private func meet(_ shard: Shard, at rendezvous: Rendezvous) throws {
        rendezvous.arrive()
        try shard.wait(for: rendezvous)
    }

    private func record(_ graph: ShardGraph, _ shard: Shard) {
        var metrics = graph.collectMetrics()
        metrics.peakLedgerBytes = shard.peakLedgerByteCount
        metrics.parkedNanos = shard.parkedNanos
        ending.withLock { $0.shards.append(metrics) }
    }
}

extension JobResources {
    /// Fill and traffic of each exchange.
    fileprivate var exchangeMetrics: [JobMetrics.Exchange] {
        zip(topology.exchanges, mailboxes).map { node, mailboxes in
            var metrics = JobMetrics.Exchange(node: node)
            for mailbox in mailboxes {
                let fill = mailbox.fill
                metrics.peakElements = max(metrics.peakElements, fill.peakElementCount)
                metrics.peakBytes = max(metrics.peakBytes, fill.peakByteCount)
                metrics.refusedOffers += fill.refusedCount
            }
            metrics.boundBytes = mailboxes.count * shardCount * specification.mailboxBound.byteCountMax
            return metrics
        }
    }
}
