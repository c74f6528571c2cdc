import SluiceColumns
import SluiceConnect

/// The `print` connector.
package enum PrintConnector {
    /// Its description.
    package static let descriptor = ConnectorDescriptor(
        name: "print",
        summary: "Prints every change, as in +I[1, a], to standard output or error.",
        options: [
            OptionDescriptor("print-identifier", "string", "Printed before each row, as in 'id> +I[1, a]'."),
            OptionDescriptor("standard-error", "boolean", default: "false", "Whether to print to standard error."),
        ],
        example: "CREATE TABLE results (auction BIGINT, price BIGINT) WITH ('connector' = 'print')",
        makeSink: { table, options in
            let identifier = options.string("print-identifier") ?? ""
            let isError = try options.boolean("standard-error") ?? false
            return PrintSink(identifier: identifier, console: isError ? .error : .output)
        }
    )
}

/// A table whose changes are printed.
struct PrintSink: SinkTable {
    let identifier: String
    let console: ConsoleOutput

    /// Lines in the form of Flink's print sink: `[identifier[:shard]> ]+I[value, ...]`.
    struct Changes: LineMaker {
        let prefix: String

        func append(_ batch: Batch, to output: inout TextBuffer) throws(ConnectorError) {
            for row in 0..<batch.rowCount {
                output.append(prefix)
                output.append(batch.kind(row).shortText)
                PrintText.append(row: batch.columns, row, to: &output)
                output.append(UInt8(ascii: "\n"))
            }
        }
    }

    var summary: String { identifier.isEmpty ? "print" : "print identifier=\(identifier)" }

    func acceptedMode(for input: ChangelogMode) -> ChangelogMode { input }

    func makeWriter(context: WriterContext, isOverwrite: Bool) throws -> any SinkWriter {
        ConsoleWriter(console, Changes(prefix: prefix(context)))
    }

    private func prefix(_ context: WriterContext) -> String {
        guard context.shardCount > 1 else { return identifier.isEmpty ? "" : identifier + "> " }
        let shard = String(context.shardIndex + 1)
        return (identifier.isEmpty ? shard : identifier + ":" + shard) + "> "
    }
}
