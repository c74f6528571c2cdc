import ArgumentParser
import Sluice
import SluiceColumns
import SluiceConnect

/// `sluice state`: looks at stored state.
struct StateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Look at the state that jobs have stored.",
        discussion: """
            Works on the folder of --state of 'sluice run' and on savepoints alike. Nothing is changed, and a job that
            runs goes on: what is shown is its last checkpoint.
            """,
        subcommands: [StateListCommand.self, StateShowCommand.self, StateExportCommand.self]
    )
}

/// The folder that a command looks at, and how it prints.
struct StateArguments: ParsableArguments {
    @Option(help: ArgumentHelp("The folder of --state, or a savepoint.", valueName: "folder"), completion: .directory)
    var state: String

    @Option(help: ArgumentHelp("Only this job.", valueName: "name"))
    var job: String?

    /// The stored states by job; at least one.
    func jobs() throws -> [(name: String, state: StoredState)] {
        let names = try StoredState.jobs(in: state)
        if let job, !names.contains(job) {
            throw CommandFailure(
                "error: no job '\(job)' has stored state in '\(state)'; there is: \(names.joined(separator: ", "))",
                status: ExitStatus.jobFailed
            )
        }
        return try names.filter { $0 == (job ?? $0) }.map { ($0, try StoredState($0, in: state)) }
    }

    /// Runs the work of a command and turns its error into a failure.
    func report(_ work: (StandardOutput) throws -> Void) throws {
        do {
            try work(StandardOutput())
        } catch let failure as OutputFailure {
            throw failure
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure("error: \(error)", status: ExitStatus.jobFailed)
        }
    }
}

/// `sluice state list`.
struct StateListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the jobs with their last checkpoint and the tables of their operators."
    )

    @OptionGroup
    var arguments: StateArguments

    @Option(help: "How the list is printed: table, json or csv.")
    var format: OutputFormat = .table

    private static let fields: [RowField] = [
        RowField("job", DataType(.varchar(LogicalType.maxLength))), RowField("epoch", DataType(.bigint)),
        RowField("finished", DataType(.boolean)), RowField("operator", DataType(.varchar(LogicalType.maxLength))),
        RowField("table", DataType(.varchar(LogicalType.maxLength))),
        RowField("key", DataType(.varchar(LogicalType.maxLength))),
        RowField("value", DataType(.varchar(LogicalType.maxLength))),
        RowField("does", DataType(.varchar(LogicalType.maxLength))),
    ]

    func run() throws {
        try arguments.report { output in
            var rows: [[Value]] = []
            for (name, state) in try arguments.jobs() {
                let head: [Value] = [
                    .string(name), .integer(state.epoch), .boolean(state.isFinished),
                ]
                let tables = try state.tables()
                if tables.isEmpty { rows.append(head + [.null, .null, .null, .null, .null]) }
                rows += tables.map { table in
                    let texts = [
                        table.operatorID, table.name, table.keyTypes.joined(separator: ", "),
                        table.valueTypes.joined(separator: ", "), table.summary,
                    ]
                    return head + texts.map { .string($0) }
                }
            }
            let printer = ResultPrinter(format, to: output)
            try printer.begin(QueryResult(fields: Self.fields, mode: .insertOnly))
            let columns = Self.fields.indices.map { index in Column.of(rows.map { $0[index] }, Self.fields[index].type)
            }
            try printer.rows(Batch(columns: columns, rowCount: rows.count))
            try printer.end()
        }
    }
}

/// `sluice state show`.
struct StateShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show rows of state tables.",
        discussion:
            "Key columns are called key1 and so on, the others value1 and so on. 'sluice state list' names tables."
    )

    @OptionGroup
    var arguments: StateArguments

    @Option(name: .customLong("operator"), help: ArgumentHelp("Only this operator.", valueName: "id"))
    var operatorID: String?

    @Option(help: ArgumentHelp("Only tables of this name.", valueName: "name"))
    var table: String?

    @Option(help: ArgumentHelp("Rows of each table at most.", valueName: "n"))
    var limit: Int = 100

    @Option(help: "How rows are printed: table, json or csv.")
    var format: OutputFormat = .table

    func run() throws {
        guard limit >= 1 else { throw CommandFailure("error: --limit \(limit): expected 1 or more") }
        try arguments.report { output in
            var isFirst = true
            for (name, state) in try arguments.jobs() {
                for found in try state.tables() where isWanted(found) {
                    if !isFirst, format != .json { try output.write(lines: [""]) }
                    if format == .table {
                        try output.write(lines: ["\(name): \(found.operatorID) \(found.name) of \(found.summary)"])
                    }
                    isFirst = false
                    let printer = ResultPrinter(format, to: output)
                    try printer.begin(QueryResult(fields: try state.fields(of: found), mode: .insertOnly))
                    try state.forEachBatch(of: found, limit: limit) { try printer.rows($0) }
                    try printer.end()
                }
            }
            if isFirst, table != nil || operatorID != nil {
                throw CommandFailure(
                    "error: no operator has such a table; 'sluice state list --state \(arguments.state)' names them",
                    status: ExitStatus.jobFailed
                )
            }
        }
    }

    private func isWanted(_ found: StoredState.Table) -> Bool {
        (operatorID ?? found.operatorID) == found.operatorID && (table ?? found.name) == found.name
    }
}

/// `sluice state export`.
struct StateExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write all state as one JSON object a line: job, operator, table, key and value.",
        discussion: "The order of rows is that of the storage: operator, table, key group, key."
    )

    @OptionGroup
    var arguments: StateArguments

    func run() throws {
        try arguments.report { output in
            for (name, state) in try arguments.jobs() {
                for table in try state.tables() { try export(table, of: name, state, to: output) }
            }
        }
    }

    private func export(
        _ table: StoredState.Table,
        of job: String,
        _ state: StoredState,
        to output: StandardOutput
    ) throws {
        let fields = try state.fields(of: table)
        let keyCount = table.keyTypes.count
        var keys = try RowText(Array(fields[..<keyCount]), timeZone: "UTC")
        var values = try RowText(Array(fields[keyCount...]), timeZone: "UTC")
        var head = "{\"job\":"
        RowText.appendQuoted(job, to: &head)
        head += ",\"operator\":\"\(table.operatorID)\",\"table\":"
        RowText.appendQuoted(table.name, to: &head)
        try state.forEachBatch(of: table) { batch in
            let keyRows = Batch(columns: Array(batch.columns[..<keyCount]), rowCount: batch.rowCount)
            let valueRows = Batch(columns: Array(batch.columns[keyCount...]), rowCount: batch.rowCount)
            try output.write(
                lines: (0..<batch.rowCount).map { row in
                    let key = keys.jsonArray(keyRows, row: row)
                    return head + ",\"key\":\(key),\"value\":\(values.jsonArray(valueRows, row: row))}"
                }
            )
        }
    }
}
