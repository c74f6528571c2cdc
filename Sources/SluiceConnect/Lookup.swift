import SluiceColumns

/// A table that can be asked for the rows of given keys: what the planner holds of a dimension table.
///
/// A connector that cannot answer by itself (a file) needs none of this: its scan is read into memory once and looked
/// up there. One that can (an index on disk, a database) is asked by the batch, and may keep a cache of its own.
public protocol LookupTable: Sendable {
    /// One line for EXPLAIN.
    var summary: String { get }
    /// How the table would answer such conditions without reading all its rows; nil where it cannot.
    ///
    /// - Parameters:
    ///   - keys: columns that are equated, as indexes into `TableDescription.columns`; all of them are asked by.
    ///   - probes: further conditions, of which the table may take one; the others are tested afterwards.
    func access(keys: [Int], probes: [LookupProbe]) -> LookupAccess?
    /// Makes a reader; called on the thread of the shard that will use it.
    ///
    /// - Parameter columns: what to give of each row, in that order; the columns of the request are among them.
    /// - Throws: a `ConnectorError` where the table cannot be asked so.
    func makeReader(_ request: LookupRequest, columns: [ProjectedColumn], context: ReaderContext) throws
        -> any LookupReader
    /// How often `refresh` is to be called, milliseconds; nil is never.
    var refreshMillis: Int64? { get }
    /// Takes what has changed in the table, for all readers; called on a thread of its own while shards ask.
    ///
    /// - Throws: where that failed; the readers go on with what they have.
    func refresh() throws
}

extension LookupTable {
    /// By the keys, where there are any.
    public func access(keys: [Int], probes: [LookupProbe]) -> LookupAccess? { keys.isEmpty ? nil : LookupAccess() }
    /// Never.
    public var refreshMillis: Int64? { nil }
    /// Nothing to take.
    public func refresh() throws {}
}

/// A condition other than an equality by which a table can be asked; columns are indexes into
/// `TableDescription.columns`.
public enum LookupProbe: Sendable, Hashable {
    /// The column is a network in which the address lies, `IP_IN_NETWORK(address, column)`.
    case network(Int)
    /// The column is a domain that the host is or lies below, `DOMAIN_MATCH(host, column)`.
    case domain(Int)
    /// The value lies between two columns of its type, or may be equal to one of them.
    case range(low: Int, high: Int)
}

/// How a table answers.
public struct LookupAccess: Sendable, Hashable {
    /// Which of the offered probes it takes, as an index; nil is none.
    public var probe: Int?
    /// The index it uses, for EXPLAIN; nil where there is nothing to say.
    public var text: String?
    /// Makes an answer.
    public init(probe: Int? = nil, text: String? = nil) {
        self.probe = probe
        self.text = text
    }
}

/// What a table is asked by; columns are indexes into `TableDescription.columns`.
public struct LookupRequest: Sendable, Hashable {
    /// The columns that are equated.
    public var keys: [Int]
    /// A further condition; what is found may fit it only nearly, so whoever asks tests it again.
    public var probe: LookupProbe?
    /// Makes a request.
    public init(keys: [Int], probe: LookupProbe? = nil) {
        self.keys = keys
        self.probe = probe
    }
}

/// Looks rows up for one shard.
///
/// Not `Sendable`: the shard that made it asks it, a batch of keys at a time, so that a remote table costs one request
/// for many rows.
public protocol LookupReader: AnyObject {
    /// The rows of the table that fit the request.
    ///
    /// - Parameter keys: a column for each key of the request, then one for its probe; a NULL asks for rows that have
    ///   NULL there.
    func lookUp(_ keys: [Column], rowCount: Int) throws -> LookupRows
    /// Bytes that are kept in memory for this shard alone.
    var byteCount: Int { get }
    /// Releases files and connections.
    func close()
}

extension LookupReader {
    /// Nothing.
    public var byteCount: Int { 0 }
    /// Nothing to release.
    public func close() {}
}

/// What a lookup found.
public struct LookupRows: Sendable {
    /// For each row found the row of the keys that asked for it, ascending.
    public var askers: SelectionVector
    /// The columns of the rows found, in the order of the projection.
    public var columns: [Column]
    /// Makes an answer.
    public init(askers: SelectionVector, columns: [Column]) {
        self.askers = askers
        self.columns = columns
    }
}
