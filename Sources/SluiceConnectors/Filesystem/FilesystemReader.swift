import SluiceColumns
import SluiceConnect

/// Reads files one after the other.
final class FilesystemReader: SourceReader {
    private let scan: FilesystemScan
    private let layout: FileColumnLayout
    private var waiting: [Split]
    private var current: OpenSplit?
    private var finishedBytes: Int64 = 0

    /// A file that is being read.
    private struct OpenSplit {
        var split: Split
        var stream: RecordStream
        var constants: [Value?]
        /// Where the stream stood when it was opened.
        var startOffset: Int64
    }

    init(scan: FilesystemScan, layout: FileColumnLayout, splits: [Split]) throws {
        self.scan = scan
        self.layout = layout
        waiting = splits
        // The types are checked even where there is nothing to read.
        _ = try scan.format.makeDecoder(schema: layout.recordSchema, columns: layout.recordColumns)
    }

    private(set) var badRecordCount = 0

    var bytesRead: Int { Int(finishedBytes + (current.map { $0.stream.streamEnd - $0.startOffset } ?? 0)) }

    var offsets: [Split] {
        guard let current else { return waiting }
        return [Split(id: current.split.id, start: current.stream.offset)] + waiting
    }

    func poll(rowLimit: Int) throws -> SourcePoll {
        while true {
            guard let open = try openNext() else { return .end }
            let badBefore = open.stream.badRecordCount
            let polled = try open.stream.poll(rowLimit: rowLimit)
            badRecordCount += open.stream.badRecordCount - badBefore
            switch polled {
            case .batch(let batch): return .batch(layout.batch(batch, constants: open.constants))
            case .nothing: continue
            case .end:
                finishedBytes += open.stream.streamEnd - open.startOffset
                open.stream.close()
                current = nil
            }
        }
    }

    func close() {
        current?.stream.close()
        current = nil
        waiting = []
    }

    private func openNext() throws -> OpenSplit? {
        if let current { return current }
        guard let split = waiting.first else { return nil }
        let file = try FileListing.file(split.id)
        let opened = OpenSplit(
            split: split,
            stream: try scan.open(file, at: split.start, layout),
            constants: try layout.constants(of: file),
            startOffset: split.start?.position ?? 0
        )
        waiting.removeFirst()
        current = opened
        return opened
    }
}
