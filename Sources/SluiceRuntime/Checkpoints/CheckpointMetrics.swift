import SluiceColumns

/// What the checkpoints of a job have cost.
package struct CheckpointMetrics: Sendable, Hashable {
    /// Bytes of changed state, keys included, over all commits.
    package private(set) var byteCount = 0
    /// Rows of changed state, over all commits.
    package private(set) var rowCount = 0
    /// Attempts that failed, and epochs that took longer than they may.
    package private(set) var failureCount = 0
    /// From the last shard's part to the sinks' output being visible, attempts that failed included.
    package private(set) var commits = DurationHistogram()
    /// How long each shard stopped for each epoch to hand over what had changed.
    package private(set) var pauses = DurationHistogram()
    /// From the start of the job to its first row, at the slowest shard: state is taken over meanwhile.
    package var restoreNanos: Int64 = 0

    /// Makes empty metrics.
    package init() {}

    /// Commits.
    package var count: Int { commits.count }

    mutating func add(nanos: Int64, pauses: [Int64], _ changes: [RecordLog]) {
        commits.add(nanos: nanos)
        for nanos in pauses { self.pauses.add(nanos: nanos) }
        for log in changes {
            byteCount += log.byteCount
            rowCount += log.count
        }
    }

    mutating func addFailure() { failureCount += 1 }
}
