import SluiceConnect
import SluicePlan

/// A connector whose tables can be planned, but not read: the rows are made by `ProbeTable`.
enum ProbeConnector {
    /// The name in WITH.
    static let name = "probe"

    /// A registry with this connector alone.
    static var registry: ConnectorRegistry {
        ConnectorRegistry([
            ConnectorDescriptor(
                name: name,
                summary: "Columns of short values.",
                options: [],
                example: "",
                makeScan: { _, _ in ProbeScan() }
            )
        ])
    }
}

private struct ProbeScan: ScanTable {
    let summary = ProbeConnector.name

    func splits() throws -> [Split] { [] }

    func makeReader(
        columns: [ProjectedColumn],
        splits: [Split],
        context: ReaderContext
    ) throws -> any SourceReader {
        throw ConnectorError(.internal, ProbeConnector.name, "this table cannot be read")
    }
}
