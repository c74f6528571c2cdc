import Sluice
import SluiceColumns
import SluiceKernels
import SluiceSQL
import Synchronization
import Testing

@Suite("The examples of the function catalogue")
struct FunctionExampleTests {
    /// CURRENT_WATERMARK is computed of the rows of a stream only: `Tests/Answers/windows` has its answers.
    static let functions = FunctionCatalogue.builtins.allScalars.filter { $0.name != "CURRENT_WATERMARK" }

    static let aggregates = FunctionCatalogue.builtins.allAggregates + FunctionCatalogue.builtins.allOvers

    @Test("Every example of an aggregate gives what the catalogue says", arguments: aggregates.map(\.name))
    func aggregateRuns(name: String) throws {
        let catalogue = FunctionCatalogue.builtins
        let function = try #require(catalogue.aggregate(name) ?? catalogue.over(name))
        #expect(function.example.query.contains(name))
        #expect(try QueryText.rows(of: function.example.query).last == function.example.result)
    }

    @Test("Every function has an example", arguments: functions.map(\.name))
    func exists(name: String) throws {
        let function = try #require(FunctionCatalogue.builtins.scalar(name))
        #expect(function.example != nil)
        #expect(!function.signature.isEmpty)
        #expect(!function.summary.isEmpty)
    }

    @Test("Every example gives what the catalogue says", arguments: functions.map(\.name))
    func runs(name: String) throws {
        let function = try #require(FunctionCatalogue.builtins.scalar(name))
        let example = try #require(function.example)
        #expect(try QueryText.of("SELECT \(example.expression)") == example.result)
    }
}

/// The rows of a query as text.
final class QueryText: StatementOutput {
    private struct State {
        var renderer: RowText?
        var rows: [[String]] = []
    }
    private let state = Mutex(State())

    /// The first value of the first row.
    static func of(_ query: String) throws -> String? { try run(query).first?.first }

    /// The rows that come, and not those that go, with ` | ` between the values.
    static func rows(of query: String) throws -> [String] { try run(query).map { $0.joined(separator: " | ") } }

    private static func run(_ query: String) throws -> [[String]] {
        let session = SQLSession(SessionOptions())
        let output = QueryText()
        for statement in Script.parse(query) { try session.execute(statement, output: output) }
        return output.state.withLock { $0.rows }
    }

    func begin(_ fields: [SluiceColumns.RowField]) throws {
        try state.withLock { $0.renderer = try RowText(fields, timeZone: "UTC") }
    }

    func rows(_ batch: Batch) throws {
        state.withLock { state in
            for row in 0..<batch.rowCount where batch.kind(row).isAddition {
                state.rows.append(
                    batch.columns.enumerated().map { field, column in
                        state.renderer?.text(column, row: row, field: field) ?? "NULL"
                    }
                )
            }
        }
    }

    func done() throws {}
    func text(_ lines: [String]) throws {}
    func end() throws {}
}
