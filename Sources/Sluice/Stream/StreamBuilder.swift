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
///     client STRING, failed BOOLEAN, at TIMESTAMP(3), WATERMARK FOR at AS at - INTERVAL '5' SECOND
///     """))
/// try logins.filter("failed")
///     .keyBy("client")
///     .window(.hopping(.seconds(60), every: .seconds(10)), on: "at")
///     .aggregate(.count(as: "failures"))
///     .filter("failures > 100")
///     .toPrint()
/// try builder.start()
/// ```
///
/// Streams and SQL share the catalog, the planner and the engine. A builder belongs to one thread; the job that
/// `startAsync` gives can be waited for and cancelled from any.
public final class StreamBuilder {
    /// Shards of the job, 1...128. The default is 1.
    public var parallelism = 1
    /// Rows of a batch. The default is 4,096.
    public var batchRows = 4_096
    private var planner: Planner
    private var nextNumber = 1
    private var inserts: [String] = []

    /// Makes an empty builder that knows the built-in connectors.
    public convenience init() { self.init(connectors: BuiltinConnectors.all) }

    /// Makes an empty builder with connectors of the program's own.
    public init(connectors: [ConnectorDescriptor]) {
        planner = Planner(
            connectors: ConnectorRegistry(connectors), functions: .builtins,
            context: EvaluationContext(
                queryStartMicros: WallClock.micros(), randomSeed: UInt64.random(in: .min ... .max),
                clock: { WallClock.micros() }))
    }

    /// A stream of a source's rows.
    ///
    /// - Throws: `StreamError` where the schema or an option is wrong.
    public func source(_ source: StreamSource) throws -> DataStream {
        let name = newName("source")
        try run("CREATE TEMPORARY TABLE \(name) (\(source.schema)) WITH (\(SQLText.options(source.options)))")
        return DataStream(builder: self, name: name, columns: try columns(of: name))
    }

    /// A stream of a SQL query, over the builder's streams (by `DataStream.name`) and what `execute` has created.
    public func sql(_ query: String) throws -> DataStream { try view(query) }

    /// Runs a definition: CREATE TABLE, CREATE VIEW, SET and the like.
    public func execute(_ definition: String) throws { try run(definition) }

    /// Runs the job to its end.
    ///
    /// - Returns: what it did.
    /// - Throws: `StreamError` with who must act.
    @discardableResult
    public func start() throws -> StreamMetrics { try startAsync().wait() }

    /// Starts the job on threads of its own.
    public func startAsync() throws -> StreamJob {
        guard !inserts.isEmpty else {
            throw StreamError("noSink", "the job has no sink; end a stream with toPrint(), toFile() or to()")
        }
        let text = "EXECUTE STATEMENT SET BEGIN \(inserts.map { $0 + ";" }.joined(separator: " ")) END"
        guard case .insert(let plan) = try plan(text) else {
            throw StreamError("internal", "a statement set gave no plan")
        }
        let specification = JobSpecification(
            plan: plan, parallelism: parallelism, batchRows: batchRows, context: planner.context.evaluation)
        return try StreamJob(specification)
    }

    /// The plan of the job as EXPLAIN prints it.
    public func explain() throws -> String {
        let text = "EXPLAIN STATEMENT SET BEGIN \(inserts.map { $0 + ";" }.joined(separator: " ")) END"
        guard case .explain(let plan) = try plan(text) else { throw StreamError("internal", "EXPLAIN gave no plan") }
        return plan
    }

    func view(_ query: String) throws -> DataStream {
        let name = newName("stream")
        try run("CREATE TEMPORARY VIEW \(name) AS \(query)")
        return DataStream(builder: self, name: name, columns: try columns(of: name))
    }

    func register(_ make: (_ name: String) -> ScalarFunction) -> String {
        let name = newName("CLOSURE")
        planner.functions.register(make(name))
        return name
    }

    func insert(_ stream: DataStream, into sink: StreamSink) throws {
        let name = newName("sink")
        var columns = stream.columns.map { "\(SQLText.identifier($0.name)) \($0.type.withoutTimeAttribute)" }
        if !sink.primaryKey.isEmpty {
            columns.append("PRIMARY KEY (\(sink.primaryKey.map(SQLText.identifier).joined(separator: ", "))) NOT ENFORCED")
        }
        try run(
            "CREATE TEMPORARY TABLE \(name) (\(columns.joined(separator: ", "))) WITH (\(SQLText.options(sink.options)))")
        inserts.append("INSERT INTO \(name) SELECT * FROM \(stream.name)")
    }

    private func columns(of name: String) throws -> [RowField] {
        guard case .query(_, let columns) = try plan("SELECT * FROM \(name)") else {
            throw StreamError("internal", "a query gave no columns")
        }
        return columns
    }

    private func newName(_ kind: String) -> String {
        defer { nextNumber += 1 }
        return "\(kind)_\(nextNumber)"
    }

    private func run(_ text: String) throws { _ = try plan(text) }

    private func plan(_ text: String) throws -> PlannedStatement {
        guard let statement = Script.parse(text).first else { throw StreamError("emptyStatement", "no statement") }
        do throws(SQLError) {
            return try planner.plan(try statement.result.get())
        } catch {
            throw StreamError(error, in: text)
        }
    }
}
