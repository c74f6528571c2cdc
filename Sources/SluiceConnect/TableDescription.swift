import SluiceColumns

/// What a connector is told about a table: its schema and `WITH` options, resolved and typed.
public struct TableDescription: Sendable {
    /// The table's qualified name, for messages.
    public var name: String
    /// Physical and metadata columns, in declaration order.
    ///
    /// Computed columns are not here.
    public var columns: [TableColumn]
    /// Indexes into `columns` of the PRIMARY KEY NOT ENFORCED; empty without one.
    public var primaryKey: [Int]
    /// Indexes into `columns` of PARTITIONED BY.
    public var partitionKeys: [Int]
    /// The `WITH` options, connector included, after substitution of environment variables and files.
    public var options: [String: String]

    /// Makes a description.
    public init(
        name: String,
        columns: [TableColumn],
        primaryKey: [Int] = [],
        partitionKeys: [Int] = [],
        options: [String: String] = [:]
    ) {
        self.name = name
        self.columns = columns
        self.primaryKey = primaryKey
        self.partitionKeys = partitionKeys
        self.options = options
    }
}

/// One column that a connector reads or writes.
public struct TableColumn: Sendable, Hashable {
    /// Where its values come from.
    public enum Role: Sendable, Hashable {
        /// Part of the record.
        case physical
        /// Metadata of the connector or format under `key`; `isVirtual` columns are never written.
        case metadata(key: String, isVirtual: Bool)
    }
    /// The name, as declared.
    public var name: String
    /// The declared type.
    public var type: DataType
    /// Where its values come from.
    public var role: Role
    /// Makes a column.
    public init(_ name: String, _ type: DataType, role: Role = .physical) {
        self.name = name
        self.type = type
        self.role = role
    }
}

/// One column that the plan needs from a source.
public struct ProjectedColumn: Sendable, Hashable {
    /// Index into `TableDescription.columns`.
    public var index: Int
    /// The declared type, with the fields that nobody reads left out of ROWs at any depth of ROW nesting.
    ///
    /// The source produces exactly this type; fields keep their declared order and are matched by name.
    public var type: DataType
    /// Makes a projection of one column.
    public init(index: Int, type: DataType) {
        self.index = index
        self.type = type
    }
}
