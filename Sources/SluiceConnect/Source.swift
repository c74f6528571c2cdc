import SluiceColumns

/// One part of a source that a single reader consumes in order: a file, a partition, a range of sequence numbers.
public struct Split: Sendable, Hashable {
    /// Unique within the table and stable across restarts.
    public var id: String
    /// Where to start; nil is the beginning.
    public var start: SplitOffset?
    /// Makes a split.
    public init(id: String, start: SplitOffset? = nil) {
        self.id = id
        self.start = start
    }
}

/// How far a split has been read.
///
/// The meaning of the numbers is the connector's own; they must be enough to go on.
public struct SplitOffset: Sendable, Hashable {
    /// For example the byte offset of the next record, or the next sequence number.
    public var position: Int64
    /// What else the connector needs, such as an inode or a record count.
    public var detail: [String: String]
    /// Makes an offset.
    public init(_ position: Int64, detail: [String: String] = [:]) {
        self.position = position
        self.detail = detail
    }
}

/// What a reader gives when it is asked for rows.
public enum SourcePoll: Sendable {
    /// Rows, in the order of the split they came from.
    case batch(Batch)
    /// Nothing now; ask again after about that long.
    case wait(millis: Int)
    /// No row will ever come again.
    case end
}

/// Reads the splits of one table on one shard.
///
/// Not `Sendable`: the shard that made it polls it. A poll may block for disk I/O, never for more than 100 ms on
/// anything else.
public protocol SourceReader: AnyObject {
    /// The next rows, about `rowLimit`: more only where a record has several rows, which stay together.
    ///
    /// A batch never mixes rows of two splits. Errors are `ConnectorError`s that name the file and the position.
    func poll(rowLimit: Int) throws -> SourcePoll
    /// The splits of this reader with what has been handed out so far.
    var offsets: [Split] { get }
    /// Bad records that were skipped or replaced by NULL.
    var badRecordCount: Int { get }
    /// Bytes consumed, for progress and metrics.
    var bytesRead: Int { get }
    /// Releases files and connections.
    func close()
}

extension SourceReader {
    /// No bad records.
    public var badRecordCount: Int { 0 }
    /// Not counted in bytes.
    public var bytesRead: Int { 0 }
}

/// What a reader is told by the shard that makes it.
public struct ReaderContext: Sendable {
    /// This shard, 0 ..< shardCount.
    public var shardIndex: Int
    /// Shards of the job.
    public var shardCount: Int
    /// The session's time zone, an IANA name.
    public var timeZone: String
    /// Makes a context.
    public init(shardIndex: Int = 0, shardCount: Int = 1, timeZone: String = "UTC") {
        self.shardIndex = shardIndex
        self.shardCount = shardCount
        self.timeZone = timeZone
    }
}

/// A table that can be scanned: what the planner holds of a source.
///
/// A value; it opens nothing before `splits`.
public protocol ScanTable: Sendable {
    /// The row kinds it produces.
    var changelogMode: ChangelogMode { get }
    /// Whether it ends by itself.
    var isBounded: Bool { get }
    /// Whether a reader can begin again at an offset that was noted before.
    var isRewindable: Bool { get }
    /// One line for EXPLAIN: the connector, path and format.
    var summary: String { get }
    /// The parts to read, found now: lists the directory, asks the name server. Dealt to shards by the runtime.
    func splits() throws -> [Split]
    /// Makes a reader of `columns` (in that order) over `splits`; called on the shard's thread.
    func makeReader(
        columns: [ProjectedColumn],
        splits: [Split],
        context: ReaderContext
    ) throws -> any SourceReader
}

extension ScanTable {
    /// Insert-only.
    public var changelogMode: ChangelogMode { .insertOnly }
    /// Bounded.
    public var isBounded: Bool { true }
    /// Rewindable.
    public var isRewindable: Bool { true }
}
