import SluiceColumns
import SluiceConnect
import SluiceConnectors
import SluiceKernels
import SluicePlan
import SluiceRuntime
import SluiceSQL

/// Builds one job out of streams, and runs it.
///
/// ```swift
/// let builder = StreamBuilder()
/// let logins = try builder.source(.files("logins.jsonl", format: "json", schema: """
///     client STRING, failed BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
///     """))
/// try logins.filter("failed")
///     .keyBy("client")
///     .window(.hopping(.seconds(60), every: .seconds(10)), on: "ts")
///     .aggregate(.count(as: "failures"))
///     .filter("failures > 100")
///     .toPrint()
/// try builder.start()
/// ```
///
/// Streams and SQL share the catalog, the planner and the engine. A builder belongs to one thread; the job that
/// `startAsync` gives can be waited for and cancelled from any. A builder can be started again: each start is a new
/// job.
public final class StreamBuilder {
    /// Shards of the job, 1...128.
    ///
    /// The default is 1.
    public var parallelism = 1
    /// Rows of a batch.
    ///
    /// The default is 4,096.
    public var batchRows = 4_096
    /// Time between two checkpoints, at which file sinks publish what they have written; nil, the default, is none.
    public var checkpointInterval: Duration?
    private var planner: Planner
    private var counts: [String: Int] = [:]
    private var inserts: [String] = []

    /// Makes an empty builder that knows the built-in connectors.
    public convenience init() { self.init(connectors: BuiltinConnectors.all) }

    /// Makes an empty builder with connectors of the program's own.
    public init(connectors: [ConnectorDescriptor]) {
        planner = Planner(
            connectors: ConnectorRegistry(connectors),
            functions: .builtins,
            context: EvaluationContext(clock: MachineClock.wallMicros)
        )
    }

    // MARK: Sources

    /// A stream of a source's rows.
    ///
    /// - Parameter name: the stream's name in SQL; nil makes one up.
    /// - Throws: `StreamError` where the schema or an option is wrong, or the name is taken.
    public func source(_ source: StreamSource, name: String? = nil) throws -> DataStream {
        try table(named: name ?? newName("source"), schema: source.schema, options: source.options)
    }

    /// A stream of rows that the program holds.
    ///
    /// - Parameters:
    ///   - rows: in the order in which the stream gives them.
    ///   - rowtime: the event-time column, of type `Timestamp`; nil for none, and then there are no windows.
    ///   - watermarkDelay: how much later than a row another one may come that happened before it.
    ///   - splits: parts that shards can read side by side; the order holds within a part.
    ///   - name: the stream's name in SQL; nil makes one up.
    /// - Throws: `StreamError` where `rowtime` is no time column, or the name is taken.
    public func source<Element: StreamRow>(
        rows: [Element],
        rowtime: String? = nil,
        watermarkDelay: Duration = .zero,
        splits: Int = 1,
        name: String? = nil
    ) throws -> DataStream {
        let fields = Element.columns.map(\.field)
        var schema = fields.map { "\(SQLText.identifier($0.name)) \($0.type)" }
        if let rowtime {
            let column = SQLText.identifier(rowtime)
            schema.append("WATERMARK FOR \(column) AS \(column) - \(SQLText.interval(watermarkDelay))")
        }
        let connector = newName("rows")
        let values = rows.map { row in Element.columns.map { $0.value(row) } }
        planner.connectors.register(
            MemoryConnector.descriptor(connector, fields: fields, rows: values, splitCount: splits)
        )
        return try table(
            named: name ?? newName("source"),
            schema: schema.joined(separator: ", "),
            options: ["connector": connector]
        )
    }

    /// The stream of a table or view that `execute` has created.
    public func table(_ name: String) throws -> DataStream {
        DataStream(builder: self, name: name, columns: try columns(of: "SELECT * FROM \(SQLText.identifier(name))"))
    }

    // MARK: SQL

    /// A stream of a SQL query, over the builder's streams (by `DataStream.name`) and what `execute` has created.
    ///
    /// - Throws: `StreamError` with the place in `query`.
    public func sql(_ query: String) throws -> DataStream { try view(query) }

    /// Runs statements: CREATE TABLE, CREATE VIEW, SET, SHOW and the like.
    ///
    /// An INSERT becomes part of the job.
    ///
    /// - Returns: the lines that SHOW, DESCRIBE and EXPLAIN answer with.
    /// - Throws: `StreamError` with the place in `statements`; those before the wrong one are done.
    @discardableResult
    public func execute(_ statements: String) throws -> [String] {
        var lines: [String] = []
        for statement in try parse(statements) {
            switch try plan(statement, in: statements) {
            case .done: break
            case .text(let answer): lines += answer
            case .explain(let plan):
                lines += plan.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            case .insert: try keep(statement)
            case .query: throw StreamError("notAStatement", "a query has no place here; make a stream of it with sql()")
            }
        }
        return lines
    }

    private func keep(_ statement: ScriptStatement) throws {
        guard case .success(let parsed) = statement.result, case .insert = parsed.kind else {
            throw StreamError("notAStatement", "write one INSERT for each sink; all of them run as one job")
        }
        inserts.append(statement.text)
    }

    // MARK: Running

    /// Runs the job to its end.
    ///
    /// - Returns: what it did.
    /// - Throws: `StreamError` with what went wrong.
    @discardableResult
    public func start() throws -> StreamMetrics { try startAsync().wait() }

    /// Starts the job on threads of its own.
    ///
    /// - Throws: `StreamError` where there is no sink, or the settings of the builder make no sense.
    public func startAsync() throws -> StreamJob {
        guard !inserts.isEmpty else {
            throw StreamError("noSink", "the job has no sink; end a stream with toPrint(), toFile() or to()")
        }
        guard case .insert(let plan) = try plan("EXECUTE \(statementSet)") else {
            throw StreamError("internal", "a statement set gave no plan")
        }
        let specification = JobSpecification(
            plan: plan,
            parallelism: parallelism,
            batchRows: batchRows,
            checkpointIntervalMillis: checkpointInterval.map { Int($0.wholeMillis) },
            context: planner.context.evaluation,
            jobID: "job-\(MachineClock.wallMicros())"
        )
        return try StreamJob(specification)
    }

    /// The plan of the job as EXPLAIN prints it.
    public func explain() throws -> String {
        guard !inserts.isEmpty else { throw StreamError("noSink", "the job has no sink yet") }
        guard case .explain(let plan) = try plan("EXPLAIN \(statementSet)") else {
            throw StreamError("internal", "EXPLAIN gave no plan")
        }
        return plan
    }

    private var statementSet: String { "STATEMENT SET BEGIN \(inserts.map { $0 + ";" }.joined(separator: " ")) END" }

    // MARK: Building

    func view(_ query: String, named given: String? = nil) throws -> DataStream {
        let columns = try columns(of: query)
        let name = given ?? newName("stream")
        _ = try plan("CREATE TEMPORARY VIEW \(SQLText.identifier(name)) AS \(query)")
        return DataStream(builder: self, name: name, columns: columns)
    }

    func register(_ make: (_ name: String) -> ScalarFunction) -> String {
        let name = newName("CLOSURE")
        planner.functions.register(make(name))
        return name
    }

    func insert(_ stream: DataStream, into sink: StreamSink) throws {
        let name = newName("sink")
        var schema = stream.columns.map { "\(SQLText.identifier($0.name)) \($0.type.withoutTimeAttribute)" }
        if !sink.primaryKey.isEmpty {
            schema.append("PRIMARY KEY (\(SQLText.identifiers(sink.primaryKey))) NOT ENFORCED")
        }
        let insert = "INSERT INTO \(name) SELECT * FROM \(stream.table)"
        try create(name, schema: schema.joined(separator: ", "), options: sink.options) { () throws -> Void in
            _ = try plan("EXPLAIN \(insert)")
        }
        inserts.append(insert)
    }

    func insert(
        _ stream: DataStream,
        mode: ChangelogMode,
        _ body: @escaping @Sendable (RowKind, Row) throws -> Void
    ) throws {
        let connector = newName("closure")
        planner.connectors.register(
            CallbackConnector.descriptor(connector, fields: stream.columns, mode: mode, body)
        )
        try insert(stream, into: StreamSink(connector: connector))
    }

    private func table(
        named name: String,
        schema: String,
        options: [String: String]
    ) throws -> DataStream {
        let columns = try create(name, schema: schema, options: options) { () throws -> [SluiceColumns.RowField] in
            try self.columns(of: "SELECT * FROM \(SQLText.identifier(name))")
        }
        return DataStream(builder: self, name: name, columns: columns)
    }

    /// Creates a table and drops it again where `check` throws.
    private func create<Answer>(
        _ name: String,
        schema: String,
        options: [String: String],
        check: () throws -> Answer
    ) throws -> Answer {
        let table = SQLText.identifier(name)
        _ = try plan("CREATE TEMPORARY TABLE \(table) (\(schema)) WITH (\(SQLText.options(options)))")
        do {
            return try check()
        } catch {
            _ = try? plan("DROP TEMPORARY TABLE \(table)")
            throw error
        }
    }

    private func columns(of query: String) throws -> [SluiceColumns.RowField] {
        let statement = try single(query)
        if case .success(let parsed) = statement.result {
            guard case .query = parsed.kind else {
                throw StreamError("notAQuery", "a stream is made of a query: SELECT, VALUES or WITH")
            }
        }
        guard case .query(_, let columns) = try plan(statement, in: query) else {
            throw StreamError("internal", "a query gave no columns")
        }
        return columns
    }

    private func newName(_ kind: String) -> String {
        let number = counts[kind, default: 0] + 1
        counts[kind] = number
        return "\(kind)_\(number)"
    }

    private func parse(_ text: String) throws -> [ScriptStatement] {
        planner.textNumber += 1
        return try LargeStack.run { Script.parse(text, within: .largeStack) }
    }

    private func single(_ text: String) throws -> ScriptStatement {
        let statements = try parse(text)
        guard let statement = statements.first, statements.count == 1 else {
            throw StreamError("notOneStatement", "exactly one statement must stand here")
        }
        return statement
    }

    private func plan(_ text: String) throws -> PlannedStatement { try plan(try single(text), in: text) }

    private func plan(_ statement: ScriptStatement, in text: String) throws -> PlannedStatement {
        do {
            return try LargeStack.run { try planner.plan(try statement.result.get()) }
        } catch let error as SQLError {
            throw StreamError(error, in: text)
        }
    }
}
