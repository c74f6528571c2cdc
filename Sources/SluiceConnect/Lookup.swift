import SluiceColumns

/// A table that can be asked for the rows of given keys: what the planner holds of a dimension table.
///
/// A connector that cannot answer by itself (a file) needs none of this: its scan is read into memory once and looked
/// up there. One that can (an index on disk, a database) is asked by the batch, and may keep a cache of its own.
public protocol LookupTable: Sendable {
    /// One line for EXPLAIN.
    var summary: String { get }
    /// Makes a reader; called on the thread of the shard that will use it.
    ///
    /// - Parameters:
    ///   - keys: the columns that are asked by, as indexes into `TableDescription.columns`.
    ///   - columns: what to give of each row, in that order.
    /// - Throws: a `ConnectorError` where the table cannot be asked by these keys.
    func makeReader(keys: [Int], columns: [ProjectedColumn], context: ReaderContext) throws -> any LookupReader
}

/// Looks rows up for one shard.
///
/// Not `Sendable`: the shard that made it asks it, a batch of keys at a time, so that a remote table costs one request
/// for many rows.
public protocol LookupReader: AnyObject {
    /// The rows of the table whose key columns equal `keys`.
    ///
    /// - Parameter keys: a column for each key of `makeReader`; a NULL asks for rows that have NULL there.
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
