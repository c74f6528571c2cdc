import SluiceColumns

/// One table of an operator's state, seen as rows: what is stored is columns, so that state can be read by people and
/// restored by batches.
package struct StateTable: Sendable, Hashable {
    /// Which shard a row belongs to.
    package enum Scope: Sendable, Hashable {
        /// The shard that owns the key group of the first `columns` columns of the key.
        case keyed(columns: Int)
        /// The shard that wrote it; after a restart every shard is handed the rows of all.
        case shard
    }

    /// For people.
    package var name: String
    /// Types of the columns that identify a row.
    package var keyTypes: [DataType]
    /// Types of the other columns.
    package var valueTypes: [DataType]
    /// Which shard a row belongs to.
    package var scope: Scope
    /// Whether many rows are one record: rows are only added to such a table, and all of it is read at once.
    ///
    /// Its key is a number that grows; rows that were stored together have the same.
    package var isPacked: Bool

    /// Describes a table.
    package init(
        _ name: String,
        keyTypes: [DataType],
        valueTypes: [DataType],
        scope: Scope,
        isPacked: Bool = false
    ) {
        self.isPacked = isPacked
        self.name = name
        self.keyTypes = keyTypes
        self.valueTypes = valueTypes
        self.scope = scope
    }
}
