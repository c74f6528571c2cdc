import SluiceColumns

/// Writes the rows of one sink on one shard.
///
/// Not `Sendable`: the shard that made it calls it.
public protocol SinkWriter: AnyObject {
    /// Writes the rows of a batch whose columns are the table's written columns in declared order.
    func write(_ batch: Batch) throws
    /// Makes everything written so far visible to others as far as the guarantee allows: called at each barrier
    /// and when the shard has nothing to do.
    func flush() throws
    /// Ends regularly: flushes, closes and publishes what was written.
    func close() throws
    /// Ends after a failure or a cancelled job: nothing half-written may look whole.
    func abort()
}

/// What a writer is told by the shard that makes it.
public struct WriterContext: Sendable {
    /// This shard, 0 ..< shardCount.
    public var shardIndex: Int
    /// Shards of the job.
    public var shardCount: Int
    /// Distinguishes the output of two runs, for file names.
    public var jobID: String
    /// The session's time zone, an IANA name.
    public var timeZone: String
    /// Makes a context.
    public init(shardIndex: Int = 0, shardCount: Int = 1, jobID: String = "job", timeZone: String = "UTC") {
        self.shardIndex = shardIndex
        self.shardCount = shardCount
        self.jobID = jobID
        self.timeZone = timeZone
    }
}

/// A table that can be written: what the planner holds of a sink.
public protocol SinkTable: Sendable {
    /// The row kinds it can take, given what the query produces; the planner inserts what is needed in between or
    /// refuses the plan.
    func acceptedMode(for input: ChangelogMode) -> ChangelogMode
    /// One line for EXPLAIN.
    var summary: String { get }
    /// Makes a writer; called on the shard's thread. `isOverwrite` is INSERT OVERWRITE; `staticPartition` holds the
    /// constants of a PARTITION clause by column name.
    func makeWriter(context: WriterContext, isOverwrite: Bool) throws -> any SinkWriter
    /// Whether INSERT OVERWRITE is understood.
    var supportsOverwrite: Bool { get }
}

extension SinkTable {
    /// Refused.
    public var supportsOverwrite: Bool { false }
}
