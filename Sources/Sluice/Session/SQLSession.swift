import Glibc
import SluiceColumns
import SluiceConnect
import SluiceKernels
import SluiceOperators
import SluicePlan
import SluiceRuntime
import SluiceSQL
import SluiceState

/// Runs the statements of one script one after the other: its tables, views and settings live as long as it does.
///
/// An INSERT runs to its end before the next statement begins, as in Flink's SQL client with `table.dml-sync`; the
/// INSERTs of a STATEMENT SET are one job and share their scans.
///
/// Not `Sendable`: one thread uses it, others its `control`.
package final class SQLSession {
    /// Watches and stops this session from other threads.
    package let control: SessionControl
    /// The jobs so far, in order.
    package private(set) var jobs: [JobRecord] = []
    private var planner: Planner
    private let options: SessionOptions
    private var insertCount = 0
    private var usedStateNames: Set<String> = []

    /// Begins a session.
    package init(_ options: SessionOptions = SessionOptions(), control: SessionControl = SessionControl()) {
        self.options = options
        self.control = control
        planner = Planner(
            configuration: options.configuration,
            connectors: options.connectors,
            functions: FunctionCatalogue.builtins
        )
        control.setTimeZone(planner.configuration.timeZone)
    }

    /// Gives the time zone in force, from any thread.
    package var timeZoneReader: @Sendable () -> String {
        let control = control
        return { control.timeZone }
    }

    /// Carries a statement out and hands what it gives to `output`.
    ///
    /// - Throws: `SQLError` where the statement is refused, with a span in the script; otherwise the error that failed
    ///   its job (`RuntimeError`, `ConnectorError`, `EvaluationError`) or whatever `output` throws.
    package func execute(_ statement: ScriptStatement, output: any StatementOutput) throws {
        switch try plan(statement) {
        case .done: try output.done()
        case .text(let lines): try output.text(lines)
        case .explain(let text): try output.text(Self.lines(text))
        case .query(let plan, let columns):
            try output.warnings(UnboundedState.warnings(of: plan))
            try output.begin(result(of: plan, columns: columns))
            try run(plan, statement, storage: nil, output) { try output.rows($0) }
            try output.end()
        case .insert(let plan):
            try output.warnings(UnboundedState.warnings(of: plan))
            try run(plan, statement, storage: try openStorage(), output) { _ in }
            try output.done()
        }
    }

    /// Checks a statement as far as that goes without running a job; definitions and settings take effect in this
    /// session, and no file is written.
    ///
    /// - Throws: `SQLError`.
    package func validate(_ statement: ScriptStatement) throws {
        planner.writesDefinitions = false
        _ = try plan(statement)
    }

    /// The plan of a query or INSERT, as a tree or as JSON; nil for other statements, which take effect in this
    /// session and write no file.
    ///
    /// - Throws: `SQLError`.
    package func explain(_ statement: ScriptStatement, asJSON: Bool) throws -> [String]? {
        planner.writesDefinitions = false
        switch try plan(statement) {
        case .query(let plan, _), .insert(let plan):
            return Self.lines(
                try LargeStack.run { PlanReport.render(plan, details: asJSON ? [.jsonExecutionPlan] : []) }
            )
        case .explain(let text): return Self.lines(text)
        case .done, .text: return nil
        }
    }

    /// The job of an INSERT as stored state knows it; nil for other statements, which take effect in this session and
    /// write no file.
    ///
    /// - Throws: `SQLError`, and where two jobs have one name.
    package func storedJob(of statement: ScriptStatement) throws -> StateUpgrade.Job? {
        planner.writesDefinitions = false
        guard case .insert(let plan) = try plan(statement) else { return nil }
        return try StateUpgrade.Job(name: try nextStateName(), specification(plan))
    }

    private func plan(_ statement: ScriptStatement) throws -> PlannedStatement { try plan(try statement.result.get()) }

    private func plan(_ statement: Statement) throws -> PlannedStatement {
        planner.evaluation = EvaluationContext(clock: options.clock)
        let planned = try LargeStack.run { try planner.plan(statement) }
        control.setTimeZone(planner.configuration.timeZone)
        return planned
    }

    private func result(of plan: PhysicalPlan, columns: [SluiceColumns.RowField]) -> QueryResult {
        let isPrompt = plan.nodes.allSatisfy { node in
            guard case .scan(let scan) = node.operation else { return true }
            return scan.table.isBounded && scan.rowsPerSecond == nil
        }
        let width = planner.configuration.integer("table.display.max-column-width") ?? 30
        return QueryResult(
            fields: columns,
            mode: plan.nodes.last?.mode ?? .insertOnly,
            isPrompt: isPrompt,
            timeZone: planner.configuration.timeZone,
            columnWidthMax: Int(clamping: max(width, 1))
        )
    }

    private func run(
        _ plan: PhysicalPlan,
        _ statement: ScriptStatement,
        storage: (any StateStorage)?,
        _ output: any StatementOutput,
        onRows: @escaping @Sendable (Batch) throws -> Void
    ) throws {
        var specification = specification(plan)
        specification.onWarning = options.onWarning
        if let storage {
            specification.storage = storage
            specification.mayDropState = try StateSettings(options, planner.configuration).mayDropState
            specification.checkpointLimits = CheckpointLimits(planner.configuration)
            let intervalMillis = specification.checkpointIntervalMillis ?? Self.defaultCheckpointMillis
            if specification.checkpointEveryRows == nil { specification.checkpointIntervalMillis = intervalMillis }
        } else if options.memoryBytesMax < .max {
            specification.spill = SpillFolder.storage(within: options.memoryBytesMax)
        }
        defer { storage?.close() }
        var job: Job?
        defer { control.finish() }
        do {
            let metrics = try options.jobRunner.run(
                specification,
                started: {
                    if job == nil { try output.warnings($0.stateReport) }
                    try control.start($0, writesToStandardOutput: plan.writesToStandardOutput)
                    job = $0
                },
                onRows: onRows
            )
            record(statement, .finished, metrics)
        } catch {
            // Without a job nothing has begun.
            if let metrics = job?.currentMetrics {
                let isCancelled = (error as? RuntimeError)?.code == "cancelled"
                record(statement, isCancelled ? .cancelled : .failed, metrics)
            }
            throw error
        }
    }

    /// Time between two checkpoints of a job that stores state and says nothing else.
    private static let defaultCheckpointMillis = 1_000

    /// Opens the state of the next INSERT job; nil where the session stores none.
    private func openStorage() throws -> (any StateStorage)? {
        let settings = try StateSettings(options, planner.configuration)
        guard let directory = settings.directory else { return nil }
        let name = try nextStateName()
        if let savepoint = settings.savepoint { try Savepoint.restore(savepoint, job: name, in: directory) }
        return try RocksDBStorage(
            path: try StateFolder.make(name, in: directory),
            memory: StorageMemory(within: options.memoryBytesMax),
            fileByteCountMin: planner.configuration.byteCount("state.checkpoint.file-bytes")
                ?? RocksDBStorage.defaultFileByteCountMin
        )
    }

    /// What the folder of the next INSERT job's state is called: by `pipeline.name`, or else by the job's number within
    /// the script.
    private func nextStateName() throws -> String {
        insertCount += 1
        let given = planner.configuration.text("pipeline.name") ?? "job-\(insertCount)"
        var name = String(given.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "_" })
        // Hidden folders are unfinished copies; '..' is none of ours at all.
        if name.isEmpty || name.hasPrefix(".") { name = "_" + name }
        guard usedStateNames.insert(name).inserted else {
            throw StateError(
                .user,
                "stateInUse",
                "two INSERTs of this script have 'pipeline.name' = '\(given)', which names the folder of their state; "
                    + "give each its own name, or put them into one STATEMENT SET"
            )
        }
        return name
    }

    private func record(_ statement: ScriptStatement, _ outcome: JobRecord.Outcome, _ metrics: JobMetrics) {
        jobs.append(JobRecord(statement: statement.text, span: statement.span, outcome: outcome, metrics: metrics))
    }

    private func specification(_ plan: PhysicalPlan) -> JobSpecification {
        let configuration = planner.configuration
        let parallelism = options.parallelism ?? Int(clamping: configuration.integer("parallelism.default") ?? 1)
        let interval = configuration.positiveDurationMillis("execution.checkpointing.interval")
        return JobSpecification(
            plan: plan,
            parallelism: parallelism,
            batchRows: options.batchRows,
            checkpointEveryRows: options.checkpointEveryRows,
            checkpointIntervalMillis: interval.map { Int(clamping: $0) },
            context: planner.context.evaluation,
            jobID: "\(String(MachineClock.wallMicros(), radix: 36))-\(getpid())-\(jobs.count + 1)",
            memoryBytesMax: options.memoryBytesMax
        )
    }

    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}

extension PhysicalPlan {
    /// Whether rows go to standard output.
    fileprivate var writesToStandardOutput: Bool {
        nodes.contains { node in
            switch node.operation {
            case .collect: true
            case .sink(let sink): sink.table.summary.hasPrefix("print") || sink.table.summary.hasPrefix("stdout")
            default: false
            }
        }
    }
}
