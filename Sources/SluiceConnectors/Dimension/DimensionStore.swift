import Glibc
import SluiceColumns
import SluiceConnect

/// The files that a dimension table is built into: one of rows for each content of the source, and one for each index.
///
/// Their names say what they were made of, so that what is there is right: a file has its name only when it is whole. A
/// lock on a file of the table lets one process build while others wait. What is older is removed then; who has it open
/// goes on with it.
struct DimensionStore: Sendable {
    private let scan: FilesystemScan
    private let table: TableDescription
    private let options: DimensionOptions
    /// A number that changes with everything that decides how the source is read.
    private let tableDigest: UInt64

    /// How often a source may change while it is read.
    private static let attemptMax = 3

    /// Takes the table apart.
    init(_ scan: FilesystemScan, _ table: TableDescription, _ options: DimensionOptions) {
        self.scan = scan
        self.table = table
        self.options = options
        let columns = table.columns.map { "\($0.name) \($0.type) \($0.role)" }
        let settings = table.options.filter { !$0.key.hasPrefix("dimension.") && $0.key != "connector" }
        let texts = columns + settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        tableDigest = Self.digest(texts)
    }

    /// A number for the files that the source consists of now: it changes with names, sizes and times.
    func sourceDigest() throws -> UInt64 {
        Self.digest(
            try scan.files().map { "\($0.path) \($0.byteCount) \($0.modifiedMillis) \($0.identity)" }
        )
    }

    private static func digest(_ texts: [String]) -> UInt64 {
        RowHash.mix(Array(texts.joined(separator: "\n").utf8).span)
    }

    /// Opens the table as the source is now, with one index; builds what is missing or damaged.
    func open(_ definition: IndexDefinition) throws -> DimensionVersion {
        for _ in 0..<Self.attemptMax {
            let source = try sourceDigest()
            if let version = try opened(definition, source) { return version }
            try PartFile.makeDirectory(options.directory)
            let lock = try OpenFile.updating("\(options.directory)/\(Self.hex(tableDigest)).lock")
            defer { lock.close() }
            try lock.lock()
            // Somebody else may have built it meanwhile.
            if let version = try opened(definition, source) { return version }
            guard try build(definition, source) else { continue }
            try removeOthers(than: source)
            return try openFiles(definition, source)
        }
        throw ConnectorError(
            .external,
            "changingSource",
            "\(scan.options.path.text) changed each time while it was read (\(Self.attemptMax) times)"
        )
    }

    /// The version, where its files are there and whole; damaged files are removed.
    private func opened(_ definition: IndexDefinition, _ source: UInt64) throws(ConnectorError) -> DimensionVersion? {
        do throws(ConnectorError) {
            return try openFiles(definition, source)
        } catch {
            switch error.code {
            case "missingFile": return nil
            case "damagedDimension":
                let paths = [path(source), path(source, definition)]
                for path in paths where error.message.hasPrefix(path) { unlink(path) }
                return nil
            default: throw error
            }
        }
    }

    /// The version, whose files must be there.
    private func openFiles(_ definition: IndexDefinition, _ source: UInt64) throws(ConnectorError) -> DimensionVersion {
        let identity = Self.identity(tableDigest, source)
        let rows = try RowsFile(
            try OpenFile.reading(path(source)),
            identity: identity,
            isMapped: options.access == .mmap
        )
        let index = try DimensionIndex(
            definition,
            table,
            try OpenFile.reading(path(source, definition)),
            identity: identity ^ Self.digest(of: definition)
        )
        return DimensionVersion(source: source, rows: rows, index: index)
    }

    private static func identity(_ table: UInt64, _ source: UInt64) -> UInt64 { RowHash.mix(table &* 31 ^ source) }

    private static func digest(of definition: IndexDefinition) -> UInt64 { digest(["\(definition)"]) }

    private static func hex(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private func path(_ source: UInt64, _ definition: IndexDefinition? = nil) -> String {
        let stem = "\(options.directory)/\(Self.hex(tableDigest))-\(Self.hex(source))"
        guard let definition else { return stem + ".rows" }
        return "\(stem)-\(Self.hex(Self.digest(of: definition))).index"
    }

    /// Files of the table that belong to another content of the source, or were not finished.
    private func removeOthers(than source: UInt64) throws(ConnectorError) {
        let mine = Self.hex(tableDigest) + "-"
        let current = mine + Self.hex(source)
        for name in try FileListing.names(in: options.directory) where name.hasPrefix(mine) {
            if !name.hasPrefix(current) || name.hasSuffix(Self.unfinished) { unlink("\(options.directory)/\(name)") }
        }
    }

    private static let unfinished = ".unfinished"

    /// Builds what is missing.
    ///
    /// - Returns: false where the source changed while it was read; then nothing was built.
    private func build(_ definition: IndexDefinition, _ source: UInt64) throws -> Bool {
        let identity = Self.identity(tableDigest, source)
        let index = try IndexBuilder(
            definition,
            table,
            identity: identity ^ Self.digest(of: definition),
            directory: options.directory
        )
        let rowsPath = path(source)
        if access(rowsPath, F_OK) == 0 {
            let rows = try RowsFile(try OpenFile.reading(rowsPath), identity: identity, isMapped: false)
            let decoder = RowKeyDecoder(table.columns.map(\.type))
            try rows.forEachBlock { (block, numbers, units) throws(ConnectorError) in
                let columns = decoder.columns(of: numbers.span, fields: definition.columns, in: block)
                try index.append({ columns[definition.columns.firstIndex(of: $0) ?? 0] }, units: units)
            }
        } else {
            let file = try unfinishedFile(rowsPath)
            try writeRows(file, identity, index)
            guard try sourceDigest() == source else {
                file.remove()
                return false
            }
            try publish(file, as: rowsPath)
        }
        let indexPath = path(source, definition)
        let file = try unfinishedFile(indexPath)
        try index.finish(file)
        try publish(file, as: indexPath)
        return true
    }

    /// Reads the source and writes its rows.
    private func writeRows(_ file: OpenFile, _ identity: UInt64, _ index: IndexBuilder) throws {
        var rows = RowsWriter(file, identity: identity)
        var units = GrowableLane<UInt32>()
        let columns = table.columns.enumerated().map { ProjectedColumn(index: $0.offset, type: $0.element.type) }
        let reader = try scan.makeReader(columns: columns, splits: try scan.splits(), context: ReaderContext())
        defer { reader.close() }
        reading: while true {
            switch try reader.poll(rowLimit: RecordStream.rowCountMax) {
            case .batch(let batch):
                try rows.append(batch, units: &units)
                try index.append({ batch.columns[$0] }, units: units)
            case .wait: continue
            case .end: break reading
            }
        }
        try rows.finish()
    }

    /// A new file that gets the name `path` when it is whole; the lock is held, so what is there of it is left over.
    private func unfinishedFile(_ path: String) throws(ConnectorError) -> OpenFile {
        unlink(path + Self.unfinished)
        let file = try OpenFile.updating(path + Self.unfinished)
        return file
    }

    private func publish(_ file: OpenFile, as path: String) throws(ConnectorError) {
        if rename(file.name, path) != 0 { throw FileError.make(errno, path, "publish") }
    }
}

/// A dimension table as its source was at some time: immutable, shared by all shards that ask it.
final class DimensionVersion: Sendable {
    /// The number of the source's content.
    let source: UInt64
    let rows: RowsFile
    let index: DimensionIndex

    init(source: UInt64, rows: RowsFile, index: DimensionIndex) {
        self.source = source
        self.rows = rows
        self.index = index
    }
}
