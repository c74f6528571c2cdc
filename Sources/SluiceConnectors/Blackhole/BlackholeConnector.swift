import SluiceColumns
import SluiceConnect

/// The `blackhole` connector.
package enum BlackholeConnector {
    /// Its description.
    package static let descriptor = ConnectorDescriptor(
        name: "blackhole",
        summary: "Takes every row and keeps none, to measure what comes before it.",
        options: [],
        example: "CREATE TABLE nowhere (auction BIGINT, price BIGINT) WITH ('connector' = 'blackhole')",
        makeSink: { _, _ in BlackholeSink() }
    )
}

/// A table that swallows its rows.
struct BlackholeSink: SinkTable {
    var summary: String { "blackhole" }

    func acceptedMode(for input: ChangelogMode) -> ChangelogMode { input }

    func makeWriter(context: WriterContext, isOverwrite: Bool) throws -> any SinkWriter { BlackholeWriter() }
}

/// Does nothing.
final class BlackholeWriter: SinkWriter {
    func write(_ batch: Batch) throws {}
    func flush() throws {}
    func close() throws {}
    func abort() {}
}
