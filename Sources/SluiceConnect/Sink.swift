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
    /// Whether output becomes visible with the commit of an epoch; only told to a `TransactionalSinkTable`.
    public var isTransactional: Bool
    /// The epoch that a transactional writer begins in; each `prepare` ends one.
    public var firstEpoch: Int64
    /// Makes a context.
    public init(
        shardIndex: Int = 0,
        shardCount: Int = 1,
        jobID: String = "job",
        timeZone: String = "UTC",
        isTransactional: Bool = false,
        firstEpoch: Int64 = 1
    ) {
        self.shardIndex = shardIndex
        self.shardCount = shardCount
        self.jobID = jobID
        self.timeZone = timeZone
        self.isTransactional = isTransactional
        self.firstEpoch = firstEpoch
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

/// Which epoch of which sink some output belongs to.
public struct SinkEpoch: Sendable, Hashable {
    /// The job; the same from run to run on the same state, and different for every other state.
    public var jobID: String
    /// The sink within the job; the same from run to run.
    public var sinkID: String
    /// Grows with every commit of the job and is never used twice.
    public var number: Int64
    /// Makes the name of an epoch.
    public init(jobID: String, sinkID: String, number: Int64) {
        self.jobID = jobID
        self.sinkID = sinkID
        self.number = number
    }
}

/// A sink that shows what an epoch wrote when the epoch is committed, and never twice.
///
/// For each epoch: `TransactionalSinkWriter.prepare` on each shard, then `persist`, then the commit of the job's state
/// with the transactions in it, then `commit`. After a crash `recover` is called with the transactions of the last
/// committed state. `persist`, `commit` and `recover` come from one thread, which is not the writers'.
public protocol TransactionalSinkTable: SinkTable {
    /// Makes what the shards prepared durable, where the state's commit does not do so.
    func persist(_ transactions: [[UInt8]]) throws
    /// Makes what the shards prepared visible; may be called again for an epoch that is visible already.
    func commit(_ transactions: [[UInt8]], of epoch: SinkEpoch) throws
    /// Makes the given transactions visible, and takes away all that the job wrote beyond `epoch`, the last that is
    /// committed.
    func recover(_ transactions: [[UInt8]], of epoch: SinkEpoch) throws
}

/// Writes into a transactional sink.
public protocol TransactionalSinkWriter: SinkWriter {
    /// Ends the epoch: everything written so far belongs to the transaction, whose bytes only the table understands.
    ///
    /// - Parameter isFinal: nothing will be written after it.
    /// - Returns: no bytes where there is nothing to commit.
    func prepare(isFinal: Bool) throws -> [UInt8]
    /// Bytes that the next transaction will hold; where they grow large the epoch ends early.
    var stagedByteCount: Int { get }
}

extension TransactionalSinkWriter {
    /// None: what was written lies elsewhere already.
    public var stagedByteCount: Int { 0 }
}
