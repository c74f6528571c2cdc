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
        #expect(try FirstValue.of("SELECT \(example.expression)") == example.result)
    }
}

/// The first value of a query's first row as text.
final class FirstValue: StatementOutput {
    private struct State {
        var renderer: RowText?
        var text: String?
    }
    private let state = Mutex(State())

    static func of(_ query: String) throws -> String? {
        let session = SQLSession(SessionOptions())
        let output = FirstValue()
        for statement in Script.parse(query) { try session.execute(statement, output: output) }
        return output.state.withLock { $0.text }
    }

    func begin(_ fields: [SluiceColumns.RowField]) throws {
        try state.withLock { $0.renderer = try RowText(fields, timeZone: "UTC") }
    }

    func rows(_ batch: Batch) throws {
        state.withLock { state in
            guard state.text == nil, batch.rowCount > 0 else { return }
            state.text = state.renderer?.text(batch.columns[0], row: 0, field: 0) ?? "NULL"
        }
    }

    func done() throws {}
    func text(_ lines: [String]) throws {}
    func end() throws {}
}
