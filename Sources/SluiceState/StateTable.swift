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

    /// Describes a table.
    package init(_ name: String, keyTypes: [DataType], valueTypes: [DataType], scope: Scope) {
        self.name = name
        self.keyTypes = keyTypes
        self.valueTypes = valueTypes
        self.scope = scope
    }
}
