import Sluice
import SluiceColumns

/// Prints each row as a JSON object on a line of its own; a changelog's rows begin with their kind.
final class JSONWriter: RowWriter {
    private let output: StandardOutput
    private let prefix: String?
    private var renderer: RowText

    /// Makes a writer of the rows of `result`.
    init(_ result: QueryResult, to output: StandardOutput) throws {
        self.output = output
        prefix = result.operationColumn.map { "{\"\($0)\":\"" }
        renderer = try RowText(result.fields, timeZone: result.timeZone)
    }

    func write(_ batch: Batch) throws {
        var lines: [UInt8] = []
        for row in 0..<batch.rowCount {
            let object = renderer.jsonObject(batch, row: row)
            if let prefix {
                lines += "\(prefix)\(batch.kind(row).shortText)\",\(object.dropFirst())".utf8
            } else {
                lines += object.utf8
            }
            lines.append(UInt8(ascii: "\n"))
        }
        try output.write(lines)
    }

    func finish() throws {}

    func abandon() throws {}
}
