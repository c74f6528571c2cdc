import SluiceColumns
import SluiceConnect

/// A `filesystem` table as a source: one split per file, or one for a directory that is followed.
struct FilesystemScan: ScanTable {
    let table: TableDescription
    let options: FilesystemOptions
    let format: any DecodingFormat
    let formatName: String

    var changelogMode: ChangelogMode { format.changelogMode }
    var isBounded: Bool { options.monitorMillis == nil }
    var summary: String { "filesystem path=\(options.path.text) format=\(formatName)" }

    /// The id of the split of a followed directory.
    static let followedSplitID = "directory"

    func splits() throws -> [Split] {
        if options.monitorMillis != nil { return [Split(id: Self.followedSplitID)] }
        return try files().map { Split(id: $0.path) }
    }

    /// The files there are now.
    func files() throws(ConnectorError) -> [FoundFile] {
        let files = try FileListing.files(at: options.path)
        guard let pattern = options.pathPattern else { return files }
        let expression: Regex<AnyRegexOutput>
        do {
            expression = try Regex(pattern)
        } catch {
            throw ConnectorError(
                .user,
                "badOption",
                "'source.path.regex-pattern' = '\(pattern)' is no regular expression",
                option: "source.path.regex-pattern"
            )
        }
        return files.filter { file in (try? expression.wholeMatch(in: file.path)) != nil }
    }

    func makeReader(
        columns: [ProjectedColumn],
        splits: [Split],
        context: ReaderContext
    ) throws -> any SourceReader {
        let layout = try FileColumnLayout(
            table,
            columns,
            formatMetadata: format.metadata.map { FileColumnLayout.formatPrefix + $0.key },
            defaultPartitionName: options.defaultPartitionName
        )
        if options.monitorMillis != nil {
            return try FollowingReader(scan: self, layout: layout, splits: splits)
        }
        return try FilesystemReader(scan: self, layout: layout, splits: splits)
    }

    /// Opens a file where `start` says, decompressing by its extension.
    func open(_ file: FoundFile, at start: SplitOffset?, _ layout: FileColumnLayout) throws -> RecordStream {
        let position = start?.position ?? 0
        let line = start?.detail["line"].flatMap { Int64($0) } ?? 1
        let opened = try OpenFile.reading(file.path)
        let source: any ByteSource
        if file.path.hasSuffix(".gz") {
            source = GzipByteSource(FileByteSource(opened), name: file.path)
            try source.skip(position)
        } else if file.path.hasSuffix(".zst") {
            source = ZstdByteSource(FileByteSource(opened), name: file.path)
            try source.skip(position)
        } else {
            if position > 0 { try opened.seek(position) }
            source = FileByteSource(opened)
        }
        let reader = BlockReader(
            source,
            name: file.path,
            streamOffset: position,
            lineNumber: line,
            recordByteCountMax: options.recordByteCountMax
        )
        return RecordStream(reader, try format.makeDecoder(schema: layout.recordSchema, columns: layout.recordColumns))
    }
}
