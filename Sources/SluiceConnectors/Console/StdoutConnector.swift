import SluiceColumns
import SluiceConnect

/// The `stdout` connector.
package enum StdoutConnector {
    /// Its description.
    package static let descriptor = ConnectorDescriptor(
        name: "stdout",
        summary: "Writes records to standard output.",
        options: [OptionDescriptor("format", "string", required: true, "How records are written.")],
        example: "CREATE TABLE results (auction BIGINT, price BIGINT) WITH ('connector' = 'stdout', 'format' = 'json')",
        usesFormat: true,
        makeSink: { table, options in
            StdoutSink(table: table, format: try BuiltinFormats.encoding(&options), console: .output)
        }
    )
}

/// A table whose rows go to standard output.
struct StdoutSink: SinkTable {
    let table: TableDescription
    let format: any EncodingFormat
    let console: ConsoleOutput

    private struct Records: LineMaker {
        let encoder: any RecordEncoder

        func append(_ batch: Batch, to output: inout TextBuffer) throws(ConnectorError) {
            try encoder.encode(batch, into: &output)
        }
    }

    var summary: String { "stdout format=\(table.options["format"] ?? "")" }

    func acceptedMode(for input: ChangelogMode) -> ChangelogMode { format.acceptedMode(for: input) }

    func makeWriter(context: WriterContext, isOverwrite: Bool) throws -> any SinkWriter {
        let schema = table.columns.filter { $0.role == .physical }
        return ConsoleWriter(console, Records(encoder: try format.makeEncoder(schema: schema)))
    }
}
