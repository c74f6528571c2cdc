import SluiceColumns
import SluiceConnect
import SluiceKernels

/// Joins each row of its input with the rows that a table holds for its key when the row is processed.
///
/// Output columns: the input's, then `projections`.
package struct LookupJoinOperation: Sendable {
    /// Qualified name of the table, for messages and metrics.
    package var tableName: String
    /// Where rows are looked up.
    package var source: LookupSource
    /// The columns that the table is asked for.
    package var columns: [ProjectedColumn]
    /// Their names.
    package var columnNames: [String]
    /// What it is asked by; columns are indexes into `columns`.
    package var keys: [LookupKey]
    /// Per key: whether NULL equals NULL.
    package var nullSafe: [Bool]
    /// What it is asked by besides; tested again as part of `residual`.
    package var probe: LookupProbeKey?
    /// The index that the table says it uses; nil where it says nothing.
    package var indexText: String?
    /// Keeps rows of the answer, over `columns`; nil keeps all.
    package var predicate: ScalarExpression?
    /// What the join gives of the table, over `columns`.
    package var projections: [ScalarExpression]
    /// What else must hold, over the columns of the input and `projections`; nil is nothing.
    package var residual: ScalarExpression?
    /// Whether rows that find nothing appear padded with NULLs.
    package var keepsUnmatched: Bool
    /// Makes a lookup join.
    package init(
        tableName: String,
        source: LookupSource,
        columns: [ProjectedColumn],
        columnNames: [String],
        keys: [LookupKey],
        nullSafe: [Bool],
        probe: LookupProbeKey? = nil,
        indexText: String? = nil,
        predicate: ScalarExpression? = nil,
        projections: [ScalarExpression],
        residual: ScalarExpression? = nil,
        keepsUnmatched: Bool
    ) {
        self.tableName = tableName
        self.source = source
        self.columns = columns
        self.columnNames = columnNames
        self.keys = keys
        self.nullSafe = nullSafe
        self.probe = probe
        self.indexText = indexText
        self.predicate = predicate
        self.projections = projections
        self.residual = residual
        self.keepsUnmatched = keepsUnmatched
    }
}

extension LookupJoinOperation {
    /// Whether every row of the table is looked at for every row of the input.
    package var isScan: Bool { keys.isEmpty && probe == nil }

    /// The request that the table's reader is made for.
    package var request: LookupRequest {
        LookupRequest(
            keys: keys.map { columns[$0.column].index },
            probe: probe.map { $0.probe.mapColumns { columns[$0].index } }
        )
    }
}

/// A condition other than an equality that a table is asked by.
package struct LookupProbeKey: Sendable, Hashable {
    /// The condition; columns are indexes into the operation's `columns`.
    package var probe: LookupProbe
    /// The value, over the columns of the join's input.
    package var value: ScalarExpression
    /// Makes a key.
    package init(_ probe: LookupProbe, value: ScalarExpression) {
        self.probe = probe
        self.value = value
    }
}

extension LookupProbe {
    /// The same condition with its columns replaced.
    package func mapColumns(_ transform: (Int) -> Int) -> LookupProbe {
        switch self {
        case .network(let column): .network(transform(column))
        case .domain(let column): .domain(transform(column))
        case .range(let low, let high): .range(low: transform(low), high: transform(high))
        }
    }
}

/// One column that a table is asked by.
package struct LookupKey: Sendable, Hashable {
    /// What it has to equal.
    package enum Operand: Sendable, Hashable {
        /// A column of the join's input.
        case column(Int)
        /// A literal.
        case constant(Value, DataType)
    }
    /// The column of the table.
    package var column: Int
    /// What it has to equal.
    package var value: Operand
    /// Makes a key.
    package init(column: Int, value: Operand) {
        self.column = column
        self.value = value
    }
}

/// Where rows are looked up.
package enum LookupSource: Sendable {
    /// In a table that answers by itself.
    case table(any LookupTable)
    /// In a table that can only be read as a whole: it is kept in memory, indexed, and read anew after `reloadMillis`.
    case scan(any ScanTable, reloadMillis: Int64?)

    /// One line for EXPLAIN.
    package var summary: String {
        switch self {
        case .table(let table): table.summary
        case .scan(let scan, _): scan.summary
        }
    }
}
