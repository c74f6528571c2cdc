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
        if options.followsAppends { return [Split(id: AppendedReader.splitID)] }
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
        if options.followsAppends { return try AppendedReader(scan: self, layout: layout, splits: splits) }
        if options.monitorMillis != nil {
            return try FollowingReader(scan: self, layout: layout, splits: splits)
        }
        return try FilesystemReader(scan: self, layout: layout, splits: splits)
    }

    /// Opens a file where `start` says, decompressing by its extension.
    func open(_ file: FoundFile, at start: SplitOffset?, _ layout: FileColumnLayout) throws -> RecordStream {
        let opened = try OpenFile.reading(file.path)
        let head = try checkedHead(of: file, opened, against: start)
        let position = start?.position ?? 0
        let source: any ByteSource
        if file.isCompressed {
            source = file.decompressed(opened)
            try source.skip(position)
        } else {
            if position > 0 { try opened.seek(position) }
            source = FileByteSource(opened)
        }
        let stream = try records(of: source, named: file.path, at: start, layout)
        stream.identity = [Self.headKey: head.text]
        return stream
    }

    /// The records of a byte source that begins at `start`.
    func records(
        of source: any ByteSource,
        named name: String,
        at start: SplitOffset?,
        _ layout: FileColumnLayout
    ) throws -> RecordStream {
        let reader = BlockReader(
            source,
            name: name,
            streamOffset: start?.position ?? 0,
            lineNumber: start?.detail["line"].flatMap { Int64($0) } ?? 1,
            recordByteCountMax: options.recordByteCountMax
        )
        return RecordStream(reader, try format.makeDecoder(schema: layout.recordSchema, columns: layout.recordColumns))
    }

    private static let headKey = "head"

    /// The digest of the file's first bytes, by which it is known again.
    ///
    /// - Throws: `fileChanged` where another file has taken the place of the one that was read up to `start`.
    private func checkedHead(
        of found: FoundFile,
        _ file: OpenFile,
        against start: SplitOffset?
    ) throws(ConnectorError) -> FileFingerprint.Digest {
        if let start, let known = start.detail[Self.headKey].flatMap({ FileFingerprint.Digest($0) }) {
            let isKnown = FileFingerprint.Digest(try file.bytes(at: 0, count: known.byteCount)) == known
            guard isKnown, found.isCompressed || found.byteCount >= start.position else {
                throw ConnectorError(
                    .user,
                    "fileChanged",
                    "'\(file.name)' is not the file that was read up to byte \(start.position) any more; put that file "
                        + "back, or start with a new --state folder"
                )
            }
            return known
        }
        return FileFingerprint.Digest(try file.bytes(at: 0, count: FileFingerprint.byteCountMax))
    }
}

extension FoundFile {
    /// The bytes of the compressed file that was opened, decompressed by its extension.
    func decompressed(_ file: OpenFile) -> any ByteSource {
        if path.hasSuffix(".zst") { return ZstdByteSource(FileByteSource(file), name: path) }
        return GzipByteSource(FileByteSource(file), name: path)
    }
}
