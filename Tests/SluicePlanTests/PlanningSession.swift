import SluiceColumns
import SluiceConnect
import SluiceKernels
import SluicePlan
import SluiceSQL

/// A planner with made-up connectors that plans scripts.
struct PlanningSession {
    var planner: Planner

    init() {
        planner = Planner(connectors: PaperConnectors.registry, functions: PaperFunctions.catalogue)
    }

    /// Plans every statement of `script` and gives the answer to the last.
    @discardableResult
    mutating func run(_ script: String) throws -> PlannedStatement {
        var answer = PlannedStatement.done
        for statement in Script.parse(script) { answer = try planner.plan(try statement.result.get()) }
        return answer
    }

    /// The plan of the last statement of `script` as a tree.
    mutating func tree(_ script: String) throws -> String {
        switch try run(script) {
        case .query(let plan, _), .insert(let plan): return PlanReport.render(plan)
        case .text(let lines): return lines.joined(separator: "\n")
        case .explain(let text): return text
        case .done: return "OK"
        }
    }

    /// The columns of a query as `name TYPE, name TYPE`.
    mutating func columns(_ script: String) throws -> String {
        guard case .query(_, let columns) = try run(script) else { return "no query" }
        return columns.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
    }
}

/// Connectors that only exist on paper: they can be planned, not run.
enum PaperConnectors {
    static let registry = ConnectorRegistry([
        descriptor("paper", .insertOnly, sink: .retract), descriptor("changes", .retract, sink: .retract),
        descriptor("append", .insertOnly, sink: .insertOnly), descriptor("upsert", .insertOnly, sink: .upsert),
        descriptor("upserts", .upsert, sink: .upsert),
        descriptor("endless", .insertOnly, sink: .retract, isBounded: false),
    ])

    private static func descriptor(
        _ name: String,
        _ source: ChangelogMode,
        sink: ChangelogMode,
        isBounded: Bool = true
    ) -> ConnectorDescriptor {
        ConnectorDescriptor(
            name: name,
            summary: "paper",
            options: [OptionDescriptor("path", "a path", "where")],
            example: "",
            makeScan: { _, options in
                _ = options.string("path")
                return PaperScan(changelogMode: source, isBounded: isBounded, summary: name)
            },
            makeSink: { _, options in
                _ = options.string("path")
                return PaperSink(mode: sink, summary: name)
            }
        )
    }
}

private struct PaperScan: ScanTable {
    var changelogMode: ChangelogMode
    var isBounded: Bool
    var summary: String
    func splits() throws -> [Split] { [] }
    func makeReader(columns: [ProjectedColumn], splits: [Split], context: ReaderContext) throws -> any SourceReader {
        throw ConnectorError(.internal, "paper", "this table cannot be read")
    }
}

private struct PaperSink: SinkTable {
    var mode: ChangelogMode
    var summary: String
    func acceptedMode(for input: ChangelogMode) -> ChangelogMode { input == .insertOnly ? .insertOnly : mode }
    func makeWriter(context: WriterContext, isOverwrite: Bool) throws -> any SinkWriter {
        throw ConnectorError(.internal, "paper", "this table cannot be written")
    }
}
