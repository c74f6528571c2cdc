/// When epochs of stored state end besides their interval, and what becomes of those that fail.
package struct CheckpointLimits: Sendable, Hashable {
    /// The least time from a commit to the next barrier.
    package var minPauseMillis = 0
    /// How long an epoch may take from its barrier to its commit; nil is any time.
    package var timeoutMillis: Int?
    /// Failures in a row that do not fail the job: what failed is tried again.
    package var toleratedFailures = 0
    /// Bytes of rows that operators with state take in, over all shards, until the epoch ends; nil where they do not
    /// matter.
    package var takenByteCountMax: Int?

    /// Makes limits that change nothing.
    package init() {}
}
