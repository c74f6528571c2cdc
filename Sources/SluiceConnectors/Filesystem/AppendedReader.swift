import SluiceColumns
import SluiceConnect

/// Follows files that grow and are rotated.
///
/// One reader does all of it, since only all files together say which of them is new. The offset's detail holds every
/// file that is followed, as `file:NUMBER`. Reading goes from file to file; between two looks at the folder no file is
/// begun, so that what was appended before a rotation comes before what came after it.
final class AppendedReader: SourceReader {
    private let scan: FilesystemScan
    private let layout: FileColumnLayout
    private let isOwner: Bool
    private var files: GrowingFileSet
    private var current: Current?
    private var nextLookMillis: Int64 = 0
    private var closedBytes: Int64 = 0

    /// The file that is being read.
    private struct Current {
        let file: GrowingFile
        /// Nil for a compressed copy.
        let source: GrowingByteSource?
        let stream: RecordStream
        let constants: [Value?]
        let startOffset: Int64
    }

    private static let filePrefix = "file:"
    /// The id of the only split.
    static let splitID = "appended"

    init(scan: FilesystemScan, layout: FileColumnLayout, splits: [Split]) throws {
        self.scan = scan
        self.layout = layout
        isOwner = !splits.isEmpty
        let detail = splits.first?.start?.detail ?? [:]
        let stored = detail.filter { $0.key.hasPrefix(Self.filePrefix) }.compactMap { key, text in
            Int(key.dropFirst(Self.filePrefix.count)).map { (number: $0, text: text) }
        }
        files = try GrowingFileSet(scan, stored: stored.sorted { $0.number < $1.number }.map(\.text))
        _ = try scan.format.makeDecoder(schema: layout.recordSchema, columns: layout.recordColumns)
    }

    private(set) var badRecordCount = 0

    var bytesRead: Int { Int(closedBytes + (current.map { $0.stream.streamEnd - $0.startOffset } ?? 0)) }

    var offsets: [Split] {
        guard isOwner else { return [] }
        if let current { note(current) }
        var detail: [String: String] = [:]
        for (number, file) in files.files.enumerated() { detail["\(Self.filePrefix)\(number)"] = file.text }
        return [Split(id: Self.splitID, start: SplitOffset(0, detail: detail))]
    }

    func poll(rowLimit: Int) throws -> SourcePoll {
        guard isOwner else { return .end }
        while true {
            if nowMillis() >= nextLookMillis { try look() }
            guard let open = try openNext() else {
                return .wait(millis: Int(max(1, min(100, nextLookMillis - nowMillis()))))
            }
            let badBefore = open.stream.badRecordCount
            let polled = try open.stream.poll(rowLimit: rowLimit)
            badRecordCount += open.stream.badRecordCount - badBefore
            switch polled {
            case .batch(let batch): return .batch(layout.batch(batch, constants: open.constants))
            case .nothing:
                open.file.isReady = false
                open.file.isAtEnd = true
                put(aside: open)
            case .end:
                open.file.isReady = false
                open.file.isAtEnd = true
                put(aside: open)
                try files.finish(open.file)
            }
        }
    }

    func close() {
        current?.stream.close()
        current = nil
        files.removeAll()
    }

    /// Looks which files are there, and which have grown.
    private func look() throws {
        nextLookMillis = nowMillis() + (scan.options.monitorMillis ?? 1_000)
        if let current { put(aside: current) }
        try files.look()
    }

    private func openNext() throws -> Current? {
        if let current { return current }
        while let file = files.files.first(where: \.isReady) {
            if let opened = try open(file) {
                current = opened
                return opened
            }
            file.isReady = false
        }
        return nil
    }

    /// Opens a file where it was read up to; nil where it was cut since the last look, which the next one will see.
    private func open(_ file: GrowingFile) throws -> Current? {
        let found = try files.found(file)
        let constants = try layout.constants(of: found)
        if let held = file.file, !file.isCompressed {
            let source = try GrowingByteSource(held, from: file.offset.position, isComplete: file.isComplete)
            guard try file.isIntact() else { return nil }
            let stream = try scan.records(of: source, named: file.path, at: file.offset, layout)
            return Current(
                file: file,
                source: source,
                stream: stream,
                constants: constants,
                startOffset: file.offset.position
            )
        }
        let held = try file.file?.shared() ?? OpenFile.reading(file.path)
        try held.seek(0)
        let source = found.decompressed(held)
        try source.skip(file.offset.position)
        return Current(
            file: file,
            source: nil,
            stream: try scan.records(of: source, named: file.path, at: file.offset, layout),
            constants: constants,
            startOffset: file.offset.position
        )
    }

    /// Notes how far the file has been read.
    private func note(_ open: Current) {
        open.file.offset = open.stream.offset
        if let source = open.source {
            if source.fingerprint.end > 0 { open.file.fingerprint = source.fingerprint }
            if open.file.isReady { open.file.isAtEnd = false }
        }
    }

    private func put(aside open: Current) {
        note(open)
        closedBytes += open.stream.streamEnd - open.startOffset
        open.stream.close()
        current = nil
    }

    private func nowMillis() -> Int64 { MachineClock.monotonicNanos() / 1_000_000 }
}
