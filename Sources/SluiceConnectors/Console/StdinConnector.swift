import Glibc
import SluiceColumns
import SluiceConnect

/// The `stdin` connector.
package enum StdinConnector {
    /// Its description.
    package static let descriptor = ConnectorDescriptor(
        name: "stdin",
        summary: "Reads records from standard input until it ends.",
        options: [
            OptionDescriptor("format", "json|csv|raw", required: true, "How records are written."),
            OptionDescriptor(
                "source.record-size-max",
                "memory size",
                default: "256mb",
                "A longer record is an error instead of memory."
            ),
        ],
        example: "CREATE TABLE lines (line STRING) WITH ('connector' = 'stdin', 'format' = 'raw')",
        usesFormat: true,
        makeScan: { table, options in
            if !table.partitionKeys.isEmpty {
                throw ConnectorError(.user, "badDefinition", "standard input cannot be PARTITIONED BY anything")
            }
            return StdinScan(
                table: table,
                format: try BuiltinFormats.decoding(&options),
                recordByteCountMax: try options.memoryBytes("source.record-size-max") ?? 256 << 20
            )
        }
    )
}

/// Standard input as a source: one split, without an offset to go back to.
struct StdinScan: ScanTable {
    let table: TableDescription
    let format: any DecodingFormat
    let recordByteCountMax: Int
    /// The descriptor to read; another one than standard input in tests.
    var descriptor: Int32 = STDIN_FILENO

    var isBounded: Bool { false }
    var isRewindable: Bool { false }
    var changelogMode: ChangelogMode { format.changelogMode }
    var summary: String { "stdin format=\(table.options["format"] ?? "")" }

    func splits() throws -> [Split] { [Split(id: "stdin")] }

    func makeReader(
        columns: [ProjectedColumn],
        splits: [Split],
        context: ReaderContext
    ) throws -> any SourceReader {
        let layout = try FileColumnLayout(
            table,
            columns,
            formatMetadata: format.metadata.map { FileColumnLayout.formatPrefix + $0.key },
            ownMetadata: [],
            defaultPartitionName: ""
        )
        let decoder = try format.makeDecoder(schema: layout.recordSchema, columns: layout.recordColumns)
        let pipe = PipeByteSource(OpenFile(descriptor: descriptor, name: "standard input", isOwned: false))
        if splits.isEmpty { return StdinReader(nil, pipe, layout) }
        let blocks = BlockReader(pipe, name: "standard input", recordByteCountMax: recordByteCountMax)
        return StdinReader(RecordStream(blocks, decoder), pipe, layout)
    }
}

/// Reads standard input.
///
/// What has come is handed out as soon as nothing more is there, so that a slow pipe has short batches and no delay,
/// and a fast one has full batches.
final class StdinReader: SourceReader {
    private var stream: RecordStream?
    private let pipe: PipeByteSource
    private let layout: FileColumnLayout

    /// Bytes wake the wait at once, but what else the shard has to do does not.
    private static let waitMillisMax: Int32 = 5

    init(_ stream: RecordStream?, _ pipe: PipeByteSource, _ layout: FileColumnLayout) {
        self.stream = stream
        self.pipe = pipe
        self.layout = layout
    }

    var offsets: [Split] { stream.map { [Split(id: "stdin", start: $0.offset)] } ?? [] }
    var badRecordCount: Int { stream?.badRecordCount ?? 0 }
    var bytesRead: Int { Int(stream?.streamEnd ?? 0) }

    func poll(rowLimit: Int) throws -> SourcePoll {
        guard let stream else { return .end }
        var poll = try stream.poll(rowLimit: rowLimit)
        if case .nothing = poll, pipe.isReadable(waitingMillis: Self.waitMillisMax) {
            poll = try stream.poll(rowLimit: rowLimit)
        }
        switch poll {
        case .batch(let batch): return .batch(layout.batch(batch, constants: []))
        case .nothing: return .wait(millis: 1)
        case .end: return .end
        }
    }

    func close() {
        stream?.close()
        stream = nil
    }
}

/// Reads a pipe or terminal without waiting for bytes.
final class PipeByteSource: ByteSource {
    private let file: OpenFile

    init(_ file: OpenFile) { self.file = file }

    /// Whether bytes, or the end, come within some time.
    func isReadable(waitingMillis: Int32) -> Bool { file.isReadable(waitingMillis: waitingMillis) }

    func read(into block: Arena) throws(ConnectorError) -> ByteRead {
        guard isReadable(waitingMillis: 0) else { return .nothing }
        let count = try file.read(into: block)
        return count == 0 ? .end : .bytes(count)
    }

    func close() { file.close() }
}
