import Sluice
import SluiceColumns
import SluiceConnect
import Synchronization

/// Prints what statements give: the rows of queries in the chosen format, the lines of SHOW as they are, and nothing
/// for statements without a result.
final class ResultPrinter: StatementOutput {
    private struct State {
        var writer: (any RowWriter)?
        var resultCount = 0
    }

    private let format: OutputFormat
    private let output: StandardOutput
    private let state = Mutex(State())

    /// Makes a printer.
    init(_ format: OutputFormat, to output: StandardOutput) {
        self.format = format
        self.output = output
    }

    func done() throws {}

    func warnings(_ lines: [String]) throws {
        for line in lines { StandardError.print("warning: \(line)") }
    }

    func text(_ lines: [String]) throws { try output.write(lines: lines) }

    func begin(_ result: QueryResult) throws {
        let (format, output) = (format, output)
        try state.withLock { state in
            state.resultCount += 1
            // The header of a second table or CSV would not be told from a row.
            if state.resultCount > 1, format != .json { try output.write("\n") }
            state.writer =
                switch format {
                case .table: try TableWriter(result, to: output)
                case .json: try JSONWriter(result, to: output)
                case .csv: try CSVWriter(result, to: output)
                }
        }
    }

    func rows(_ batch: Batch) throws {
        try state.withLock { try $0.writer?.write(batch) }
    }

    func end() throws {
        try state.withLock { state in
            try state.writer?.finish()
            state.writer = nil
        }
    }

    /// The query has failed: prints the rows that were held back, and nothing that looks like an end.
    func abandon() {
        state.withLock { state in
            // The failure of the query is what is reported.
            try? state.writer?.abandon()
            state.writer = nil
        }
    }
}

/// Prints the rows of one query.
///
/// Not `Sendable`: the printer's lock guards it.
protocol RowWriter: AnyObject {
    /// Prints rows, or holds them back.
    func write(_ batch: Batch) throws
    /// Prints what comes behind the last row.
    func finish() throws
    /// Prints the rows held back.
    func abandon() throws
}

extension QueryResult {
    /// The name of the column that shows the kind of each row; nil where all rows are new ones.
    var operationColumn: String? {
        if mode == .insertOnly { return nil }
        return fields.contains { $0.name == "op" } ? "__op" : "op"
    }
}
