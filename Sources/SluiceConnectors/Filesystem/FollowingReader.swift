import Glibc
import SluiceColumns
import SluiceConnect

/// Follows a directory: reads the files there are, then looks for new ones again and again.
///
/// One reader does all of it, since only the whole list of files says which are new. The offset's detail holds the
/// files that are done, as `done:PATH`, and the one that is being read. A file that is done and gone is forgotten.
final class FollowingReader: SourceReader {
    private let scan: FilesystemScan
    private let layout: FileColumnLayout
    private let isOwner: Bool
    private var done: Set<String> = []
    private var resumed: (path: String, start: SplitOffset)?
    private var waiting: [FoundFile] = []
    private var current: (file: FoundFile, stream: RecordStream, constants: [Value?])?
    private var finishedBytes: Int64 = 0
    private var nextLookMillis: Int64 = 0

    private static let donePrefix = "done:"

    init(scan: FilesystemScan, layout: FileColumnLayout, splits: [Split]) throws {
        self.scan = scan
        self.layout = layout
        isOwner = !splits.isEmpty
        for (key, _) in splits.first?.start?.detail ?? [:] where key.hasPrefix(Self.donePrefix) {
            done.insert(String(key.dropFirst(Self.donePrefix.count)))
        }
        if let start = splits.first?.start, let path = start.detail["path"] { resumed = (path, start) }
        _ = try scan.format.makeDecoder(schema: layout.recordSchema, columns: layout.recordColumns)
    }

    private(set) var badRecordCount = 0

    var bytesRead: Int { Int(finishedBytes + (current?.stream.streamEnd ?? 0)) }

    var offsets: [Split] {
        guard isOwner else { return [] }
        var detail: [String: String] = [:]
        for path in done { detail[Self.donePrefix + path] = "" }
        var position: Int64 = 0
        if let current {
            let offset = current.stream.offset
            position = offset.position
            detail["path"] = current.file.path
            detail.merge(offset.detail) { $1 }
        } else if let resumed {
            position = resumed.start.position
            detail.merge(resumed.start.detail) { $1 }
            detail["path"] = resumed.path
        }
        return [Split(id: FilesystemScan.followedSplitID, start: SplitOffset(position, detail: detail))]
    }

    func poll(rowLimit: Int) throws -> SourcePoll {
        guard isOwner else { return .end }
        while true {
            guard let open = try openNext() else { return .wait(millis: waitMillis()) }
            let badBefore = open.stream.badRecordCount
            let polled = try open.stream.poll(rowLimit: rowLimit)
            badRecordCount += open.stream.badRecordCount - badBefore
            switch polled {
            case .batch(let batch): return .batch(layout.batch(batch, constants: open.constants))
            case .nothing: continue
            case .end:
                finishedBytes += open.stream.streamEnd
                open.stream.close()
                done.insert(open.file.path)
                current = nil
            }
        }
    }

    func close() {
        current?.stream.close()
        current = nil
        waiting = []
    }

    private func openNext() throws -> (file: FoundFile, stream: RecordStream, constants: [Value?])? {
        if let current { return current }
        if waiting.isEmpty, monotonicMillis() >= nextLookMillis {
            nextLookMillis = monotonicMillis() + (scan.options.monitorMillis ?? 1_000)
            let found = try scan.files()
            done.formIntersection(found.map(\.path))
            waiting = found.filter { !done.contains($0.path) }
            try checkResumed(found)
        }
        guard let file = waiting.first else { return nil }
        let start = resumed?.path == file.path ? resumed?.start : nil
        let opened = (file, try scan.open(file, at: start, layout), try layout.constants(of: file))
        if start != nil { resumed = nil }
        waiting.removeFirst()
        current = opened
        return opened
    }

    /// Looks whether the file that the last run had begun is still there.
    private func checkResumed(_ found: [FoundFile]) throws(ConnectorError) {
        guard let lost = resumed, !found.contains(where: { $0.path == lost.path }) else { return }
        resumed = nil
        guard scan.options.failsOnLoss else { return }
        throw ConnectorError(
            .external,
            "recordsLost",
            "'\(lost.path)' is gone, and was read up to byte \(lost.start.position) only; put the file back, or go on "
                + "without the rest of it with 'source.on-loss' = 'skip'",
            option: "source.on-loss"
        )
    }

    private func waitMillis() -> Int { Int(max(1, min(100, nextLookMillis - monotonicMillis()))) }

    private func monotonicMillis() -> Int64 { MachineClock.monotonicNanos() / 1_000_000 }
}
