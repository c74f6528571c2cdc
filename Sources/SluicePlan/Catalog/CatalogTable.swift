import SluiceColumns
import SluiceSQL

/// A field of a row type; the syntax tree has a type of the same name.
package typealias RowField = SluiceColumns.RowField

/// A table as CREATE TABLE declared it, all types resolved.
package struct CatalogTable: Sendable, Hashable {
    /// The full name.
    package var path: ObjectPath
    /// In declared order.
    package var columns: [CatalogColumn]
    /// The watermark, if there is one.
    package var watermark: CatalogWatermark?
    /// The primary key, if there is one.
    package var primaryKey: CatalogKey?
    /// Names of the columns of PARTITIONED BY.
    package var partitionKeys: [String] = []
    /// What ADD PARTITION has registered.
    package var partitions: [CatalogPartition] = []
    /// DISTRIBUTED BY, if given.
    package var distribution: Distribution?
    /// COMMENT, if given.
    package var comment: String?
    /// The `WITH` options.
    package var options: [String: String]
    /// Where they were written.
    package var optionPlaces = OptionPlaces()
    /// Whether the table belongs to the session only.
    package var isTemporary: Bool = false

    /// Names and types of all columns, in declared order; the time attribute is marked.
    package var fields: [RowField] {
        columns.map { column in
            var type = column.type
            if watermark?.column == column.name { type.timeAttribute = .rowtime }
            return RowField(column.name, type, comment: column.comment)
        }
    }

    /// Sets an option that stands in text number `textNumber`.
    package mutating func set(_ entry: OptionEntry, textNumber: Int) {
        options[entry.key.value] = entry.value.value
        optionPlaces.note(entry, textNumber: textNumber)
    }

    /// The table with other options, as hints give them; what they change has no place in the definition.
    package func withOptions(_ changed: [String: String]) -> CatalogTable {
        var table = self
        table.options = changed
        for (key, value) in changed where options[key] != value { table.optionPlaces.forget(key) }
        return table
    }

    /// Index of the column called `name`.
    package func index(of name: String) -> Int? { columns.firstIndex { $0.name == name } }

    /// Indexes of the columns that an INSERT writes: physical ones and metadata that is not virtual.
    package var writtenColumns: [Int] { columns.indices.filter { columns[$0].isWritten } }
}

/// One column of a table.
package struct CatalogColumn: Sendable, Hashable {
    /// Where its values come from.
    package enum Kind: Sendable, Hashable {
        case physical
        /// Metadata of the connector; `key` is nil where the column's name is the key.
        case metadata(key: String?, isVirtual: Bool)
        case computed(Expression)
    }
    /// The name, as declared.
    package var name: String
    /// The type; computed columns have that of their expression.
    package var type: DataType
    /// Where its values come from.
    package var kind: Kind
    /// COMMENT, if given.
    package var comment: String?
    /// Makes a column.
    package init(_ name: String, _ type: DataType, kind: Kind = .physical, comment: String? = nil) {
        self.name = name
        self.type = type
        self.kind = kind
        self.comment = comment
    }

    /// Whether an INSERT writes it.
    package var isWritten: Bool {
        switch kind {
        case .physical: true
        case .metadata(_, let isVirtual): !isVirtual
        case .computed: false
        }
    }

    /// Whether the connector provides it.
    package var isStored: Bool {
        if case .computed = kind { return false }
        return true
    }
}

/// `WATERMARK FOR column AS expression`.
package struct CatalogWatermark: Sendable, Hashable {
    /// The time attribute.
    package var column: String
    /// The watermark of a row.
    package var expression: Expression
    /// Makes a watermark.
    package init(column: String, expression: Expression) {
        self.column = column
        self.expression = expression
    }
}

/// `CONSTRAINT name PRIMARY KEY (columns) NOT ENFORCED`.
package struct CatalogKey: Sendable, Hashable {
    /// The name; `PK_` and the columns where none was given.
    package var name: String
    /// Names of its columns.
    package var columns: [String]
    /// Makes a key.
    package init(name: String?, columns: [String]) {
        self.name = name ?? "PK_" + columns.joined(separator: "_")
        self.columns = columns
    }
}

/// A view: a query under a name.
package struct CatalogView: Sendable, Hashable {
    /// The full name.
    package var path: ObjectPath
    /// The query, with stars expanded and names qualified.
    package var query: Query
    /// Names and types of its columns.
    package var fields: [RowField]
    /// COMMENT, if given.
    package var comment: String?
    /// Whether the view belongs to the session only.
    package var isTemporary: Bool
    /// The catalog and database that the query's short names mean.
    package var catalog: String
    /// See `catalog`.
    package var database: String
    /// Makes a view.
    package init(
        path: ObjectPath,
        query: Query,
        fields: [RowField],
        comment: String?,
        isTemporary: Bool,
        catalog: String,
        database: String
    ) {
        self.path = path
        self.query = query
        self.fields = fields
        self.comment = comment
        self.isTemporary = isTemporary
        self.catalog = catalog
        self.database = database
    }
}

/// What a table name can stand for.
package enum CatalogObject: Sendable, Hashable {
    case table(CatalogTable)
    case view(CatalogView)

    /// Whether it belongs to the session only.
    package var isTemporary: Bool {
        switch self {
        case .table(let table): table.isTemporary
        case .view(let view): view.isTemporary
        }
    }

    /// The same object under another name.
    package func renamed(to path: ObjectPath) -> CatalogObject {
        switch self {
        case .table(var table):
            table.path = path
            return .table(table)
        case .view(var view):
            view.path = path
            return .view(view)
        }
    }
}
