/// Makes a table of what upserts or repeated changes say, so that each change downstream is one of that table.
///
/// Keeps the last row of each key. `-U` rows of the input mean nothing, a row that is there already and a delete of one
/// that is not are swallowed. Its columns are the input's.
package struct NormalizeOperation: Sendable {
    /// Input columns of the PRIMARY KEY.
    package var keys: [Int]
    /// Whether somebody downstream needs `-U` rows.
    package var emitsUpdateBefore = false
    /// `table.exec.state.ttl` in milliseconds; nil keeps state for ever.
    package var stateTTLMillis: Int64?
    /// Makes the operation.
    package init(keys: [Int], stateTTLMillis: Int64? = nil) {
        self.keys = keys
        self.stateTTLMillis = stateTTLMillis
    }
}

/// Puts changes that are keyed otherwise than the sink in an order in which the sink may apply them by its key.
///
/// Keeps all rows of each key of the sink: the last one counts, and where it is taken back the one before it does
/// again. Its columns are the input's; it gives upserts by `keys`.
package struct MaterializeOperation: Sendable {
    /// What becomes of a key of the sink that has several rows.
    package enum Conflict: Sendable {
        /// The last one counts.
        case deduplicate
        /// The first one counts; decided when the watermark moves.
        case keepFirst
        /// The job fails when the watermark moves.
        case fail
    }
    /// What becomes of a key of the sink that has several rows.
    package var conflict = Conflict.deduplicate
    /// Input columns of the sink's PRIMARY KEY.
    package var keys: [Int]
    /// Input columns by which the input's own changes are keyed; empty where a change is known by the whole row alone.
    package var changeKey: [Int]
    /// Makes the operation.
    package init(keys: [Int], changeKey: [Int], conflict: Conflict = .deduplicate) {
        self.keys = keys
        self.changeKey = changeKey
        self.conflict = conflict
    }
}
