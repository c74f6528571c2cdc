import SluiceColumns
import SluiceConnect
import SluiceKernels

/// What is executed: a graph of operations in topological order, inputs before their readers.
///
/// A value.
///
/// A node read by several others is a shared scan or sub-plan: it runs once. Every shard runs a copy of every node;
/// only `exchange` nodes move rows between shards.
package struct PhysicalPlan: Sendable {
    /// The nodes; `nodes[i].id == i`.
    package var nodes: [PhysicalNode]
    /// Makes a plan.
    package init(nodes: [PhysicalNode]) { self.nodes = nodes }

    /// The columns that come along an edge.
    package func fields(of edge: PhysicalInput) -> [RowField] {
        let node = nodes[edge.node]
        guard edge.port == .late, let input = node.inputs.first else { return node.fields }
        return fields(of: input)
    }
}

/// One operation with its inputs and what it gives.
package struct PhysicalNode: Sendable {
    /// Index in the plan.
    package var id: Int
    /// Where its rows come from.
    package var inputs: [PhysicalInput]
    /// What it does.
    package var operation: PhysicalOperation
    /// The columns of its output (of the main port).
    package var fields: [RowField]
    /// The row kinds of its output.
    package var mode: ChangelogMode
    /// Column sets (indexes) that are unique in the table its output stands for; empty where none is known.
    package var uniqueKeys: [[Int]]
    /// Makes a node.
    package init(
        id: Int,
        inputs: [PhysicalInput],
        operation: PhysicalOperation,
        fields: [RowField],
        mode: ChangelogMode,
        uniqueKeys: [[Int]] = []
    ) {
        self.id = id
        self.inputs = inputs
        self.operation = operation
        self.fields = fields
        self.mode = mode
        self.uniqueKeys = uniqueKeys
    }
}

/// One edge of the graph.
package struct PhysicalInput: Sendable, Hashable {
    /// The node that gives the rows.
    package var node: Int
    /// Which of its outputs.
    package var port: Port
    /// Outputs of a node.
    package enum Port: Sendable, Hashable {
        /// The result.
        case main
        /// Rows that came after their window had fired, with the input's columns.
        case late
        /// The rows of one branch of a pattern set.
        case branch(Int)

        /// The branch, where it is one.
        package var branch: Int? {
            if case .branch(let index) = self { return index }
            return nil
        }
    }
    /// Makes an edge.
    package init(_ node: Int, port: Port = .main) {
        self.node = node
        self.port = port
    }
}

/// The operations.
///
/// One struct per operation, each in its own file below `Physical/`.
package enum PhysicalOperation: Sendable {
    case scan(ScanOperation)
    case values(ValuesOperation)
    case watermark(WatermarkOperation)
    case calc(CalcOperation)
    case patternSet(PatternSetOperation)
    case expand(ExpandOperation)
    case windowTable(WindowTableOperation)
    case windowAggregate(WindowAggregateOperation)
    case groupAggregate(GroupAggregateOperation)
    case join(JoinOperation)
    case temporalJoin(TemporalJoinOperation)
    case lookupJoin(LookupJoinOperation)
    case union
    /// Gives each row as often as its last column says, without that column.
    case replicate
    case unnest(UnnestOperation)
    case rank(RankOperation)
    case windowRank(WindowRankOperation)
    case firstRow(FirstRowOperation)
    case sort(SortOperation)
    case normalize(NormalizeOperation)
    case materialize(MaterializeOperation)
    case over(OverOperation)
    case match(MatchOperation)
    case exchange(ExchangeOperation)
    case sink(SinkOperation)
    case collect
}

/// Moves rows between shards.
package struct ExchangeOperation: Sendable {
    /// Where a row goes.
    package enum Target: Sendable, Hashable {
        /// To the shard that owns the key group of these columns.
        case keys([Int])
        /// To shard 0.
        case single
    }
    /// Where a row goes.
    package var target: Target
    /// Makes an exchange.
    package init(_ target: Target) { self.target = target }
}

/// Reads a table.
package struct ScanOperation: Sendable {
    /// Qualified name, for messages and metrics.
    package var tableName: String
    /// What reads it.
    package var table: any ScanTable
    /// The columns to produce.
    package var columns: [ProjectedColumn]
    /// The produced columns of the table's PRIMARY KEY; empty where it has none or they are not all produced.
    package var primaryKey: [Int] = []
    /// `scan.rows-per-second`: at most that many rows a second over all shards; nil is no throttle.
    package var rowsPerSecond: Double?
    /// Makes a scan.
    package init(tableName: String, table: any ScanTable, columns: [ProjectedColumn], rowsPerSecond: Double? = nil) {
        self.tableName = tableName
        self.table = table
        self.columns = columns
        self.rowsPerSecond = rowsPerSecond
    }
}

/// A constant table; produced on shard 0 only.
package struct ValuesOperation: Sendable {
    /// The rows.
    package var rows: [[Value]]
    /// Makes a constant table.
    package init(rows: [[Value]]) { self.rows = rows }
}

/// Computes the watermark row by row and attaches it to the batch (see `Batch.runningWatermarks`).
package struct WatermarkOperation: Sendable {
    /// Index of the time attribute.
    package var timeColumn: Int
    /// The watermark of a row: a TIMESTAMP or TIMESTAMP_LTZ over the input's columns.
    package var expression: ScalarExpression
    /// `table.exec.source.idle-timeout`: an input without rows for so long no longer holds others back; nil is never.
    package var idleTimeoutMillis: Int64?
    /// Makes the operation.
    package init(timeColumn: Int, expression: ScalarExpression, idleTimeoutMillis: Int64? = nil) {
        self.timeColumn = timeColumn
        self.expression = expression
        self.idleTimeoutMillis = idleTimeoutMillis
    }
}

/// Filters, then projects.
package struct CalcOperation: Sendable {
    /// Keeps the rows for which it is TRUE; nil keeps all.
    package var predicate: ScalarExpression?
    /// The output columns over the input's; nil passes all input columns on.
    package var projections: [ScalarExpression]?
    /// Whether the running watermark stands behind the input's columns, as a BIGINT in microseconds.
    package var readsWatermark = false
    /// Makes a calc.
    package init(predicate: ScalarExpression? = nil, projections: [ScalarExpression]? = nil) {
        self.predicate = predicate
        self.projections = projections
    }
}

/// Gives several rows for each row: one per grouping set.
package struct ExpandOperation: Sendable {
    /// Projections of each output row; all lists have the same types.
    package var projections: [[ScalarExpression]]
    /// Makes an expansion.
    package init(projections: [[ScalarExpression]]) { self.projections = projections }
}

/// Writes into a table.
///
/// Its input has exactly the written columns in the table's order.
package struct SinkOperation: Sendable {
    /// Qualified name, for messages and metrics.
    package var tableName: String
    /// What writes it.
    package var table: any SinkTable
    /// INSERT OVERWRITE.
    package var isOverwrite: Bool
    /// Columns declared NOT NULL: a NULL there fails the job, or drops the row where `dropsNulls`.
    package var notNullColumns: [Int]
    /// `table.exec.sink.not-null-enforcer` = DROP.
    package var dropsNulls: Bool
    /// The input has `-U` rows and the table takes none.
    package var dropsUpdateBefore = false
    /// Makes a sink.
    package init(
        tableName: String,
        table: any SinkTable,
        isOverwrite: Bool = false,
        notNullColumns: [Int] = [],
        dropsNulls: Bool = false
    ) {
        self.tableName = tableName
        self.table = table
        self.isOverwrite = isOverwrite
        self.notNullColumns = notNullColumns
        self.dropsNulls = dropsNulls
    }
}
