import Sluice
import SluiceColumns

/// Prints rows as RFC 4180 says, with a header: NULL is empty, the empty text is `""`.
final class CSVWriter: RowWriter {
    private let output: StandardOutput
    private let showsKinds: Bool
    private var renderer: RowText

    /// Makes a writer of the rows of `result` and prints the header.
    init(_ result: QueryResult, to output: StandardOutput) throws {
        self.output = output
        showsKinds = result.operationColumn != nil
        renderer = try RowText(result.fields, timeZone: result.timeZone)
        let names = [result.operationColumn].compactMap(\.self) + result.fields.map(\.name)
        try output.write(names.map(Self.quoted).joined(separator: ",") + "\n")
    }

    func write(_ batch: Batch) throws {
        var lines: [UInt8] = []
        for row in 0..<batch.rowCount {
            if showsKinds { lines += "\(batch.kind(row).shortText),".utf8 }
            for (field, column) in batch.columns.enumerated() {
                if field > 0 { lines.append(UInt8(ascii: ",")) }
                if let text = renderer.text(column, row: row, field: field) { lines += Self.quoted(text).utf8 }
            }
            lines.append(UInt8(ascii: "\n"))
        }
        try output.write(lines)
    }

    func finish() throws {}

    func abandon() throws {}

    private static func quoted(_ text: String) -> String {
        let needsQuotes = text.isEmpty || text.utf8.contains { [0x0a, 0x0d, 0x22, 0x2c].contains($0) }
        guard needsQuotes else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
