import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceSQL

/// The rows that functions are measured over, and the plans of expressions over them.
struct ProbeTable {
    /// What the session knows: a zone with daylight saving, and a clock that stands still.
    static let context = EvaluationContext(timeZone: "Europe/Berlin", makeSeed: { 42 }) { 1_700_000_000_123_456 }

    /// A projection of the table.
    struct Expression {
        /// The expression over the columns of `batch`.
        let bound: ScalarExpression
        /// The columns that it reads.
        let batch: Batch
    }

    private var planner: Planner
    private let columns: [String: Column]
    private let rowCount: Int

    /// Makes the table with `rowCount` rows.
    init(rowCount: Int) throws {
        self.rowCount = rowCount
        planner = Planner(
            connectors: ProbeConnector.registry,
            functions: FunctionCatalogue.builtins,
            context: Self.context
        )
        try Self.run("SET 'table.local-time-zone' = '\(Self.context.timeZone)'", &planner)
        try Self.run("CREATE TABLE numbered (k INT NOT NULL) WITH ('connector' = 'probe')", &planner)
        let numbers = Column.of((0..<rowCount).map { .integer(Int64($0)) }, .notNull(.int))
        var columns: [String: Column] = [:]
        var declarations: [String] = []
        for (name, sql) in ProbeColumns.all {
            let expression = try Self.bound(sql, over: "numbered", &planner) { _ in numbers }
            let column = try ExpressionEvaluator([expression.bound], context: Self.context).evaluateOne(
                0,
                expression.batch
            )
            columns[name] = column
            declarations.append("\(name) \(column.type)")
        }
        self.columns = columns
        let declared = declarations.joined(separator: ", ")
        try Self.run("CREATE TABLE probe (\(declared)) WITH ('connector' = 'probe')", &planner)
    }

    /// Plans `SELECT sql FROM probe`.
    mutating func expression(_ sql: String) throws -> Expression {
        let columns = columns
        var expression = try Self.bound(sql, over: "probe", &planner) { columns[$0] }
        if expression.batch.columns.isEmpty {
            expression = Expression(bound: expression.bound, batch: Batch(columns: [], rowCount: rowCount))
        }
        return expression
    }

    @discardableResult
    private static func run(_ sql: String, _ planner: inout Planner) throws -> PlannedStatement {
        var answer = PlannedStatement.done
        for statement in Script.parse(sql) { answer = try planner.plan(try statement.result.get()) }
        return answer
    }

    private static func bound(
        _ sql: String,
        over table: String,
        _ planner: inout Planner,
        _ column: (String) -> Column?
    ) throws -> Expression {
        guard case .query(let plan, _) = try run("SELECT \(sql) AS v FROM \(table)", &planner) else {
            throw BenchmarkError("\(sql) is no expression")
        }
        for node in plan.nodes {
            guard case .calc(let calc) = node.operation, let projection = calc.projections?.first,
                let input = node.inputs.first
            else { continue }
            let columns = try plan.fields(of: input).map { field in
                guard let column = column(field.name) else { throw BenchmarkError("no column \(field.name)") }
                return column.narrowed(to: field.type)
            }
            return Expression(bound: projection, batch: Batch(columns: columns, rowCount: columns.first?.count ?? 0))
        }
        throw BenchmarkError("the plan of \(sql) computes nothing")
    }
}

/// A benchmark that cannot be run, or whose result is wrong.
struct BenchmarkError: Error, CustomStringConvertible {
    /// What is wrong.
    let description: String

    init(_ description: String) { self.description = description }
}

extension Column {
    /// A ROW with the fields that a plan reads of it; other columns stay as they are.
    fileprivate func narrowed(to wanted: DataType) -> Column {
        guard type != wanted, let fields = type.logical.rowFields, let kept = wanted.logical.rowFields else {
            return self
        }
        let places = kept.compactMap { field in fields.firstIndex { $0.name == field.name } }
        return Column(
            type: wanted,
            count: count,
            values: nil,
            validity: validity,
            children: places.map { children[$0] }
        )
    }
}
