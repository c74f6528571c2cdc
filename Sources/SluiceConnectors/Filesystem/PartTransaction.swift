import Glibc
import SluiceColumns
import SluiceConnect

/// The part files that one shard had written when an epoch ended.
struct PartTransaction {
    /// A part file, still under its hidden name.
    struct File: Hashable {
        /// Where it lies.
        var directory: String
        /// The name that it will have.
        var name: String
        /// Bytes of the epochs up to this one; a file that is still written may hold more.
        var byteCount: Int64
        /// Whether it is published with this epoch.
        var isComplete: Bool
        /// Where it lies and will lie.
        var place: Place { Place(directory: directory, name: name) }
    }

    /// Which file of a sink.
    struct Place: Hashable {
        /// Its directory.
        var directory: String
        /// The name that it will have.
        var name: String
    }

    /// The files.
    var files: [File]

    /// Makes a transaction.
    init(files: [File]) { self.files = files }

    /// Its stored form; none where there is no file.
    var bytes: [UInt8] {
        if files.isEmpty { return [] }
        var bytes: [UInt8] = []
        let rows = files.map { file in
            Value.row([
                .string(file.directory), .string(file.name), .integer(file.byteCount), .boolean(file.isComplete),
            ])
        }
        RowKeyCodec.append(.array(rows), to: &bytes)
        return bytes
    }

    /// Reads the stored form.
    init(_ bytes: [UInt8]) throws(ConnectorError) {
        if bytes.isEmpty {
            files = []
            return
        }
        var offset = 0
        guard case .array(let rows) = RowKeyCodec.value(bytes.span, at: &offset) else {
            throw ConnectorError(.internal, "badTransaction", "the stored state names no part files")
        }
        files = rows.compactMap { row in
            guard case .row(let fields) = row, fields.count == 4, case .bytes(let directory) = fields[0],
                case .bytes(let name) = fields[1], case .integer(let byteCount) = fields[2],
                case .boolean(let isComplete) = fields[3]
            else { return nil }
            return File(
                directory: String(decoding: directory, as: UTF8.self),
                name: String(decoding: name, as: UTF8.self),
                byteCount: byteCount,
                isComplete: isComplete
            )
        }
    }
}

extension PartTransaction.File {
    private var hiddenPath: String { PartName.hiddenPath(directory, name) }
    private var path: String { "\(directory)/\(name)" }

    /// Makes what is in the file durable.
    func synchronise() throws(ConnectorError) {
        guard let file = try OpenFile.readingIfPresent(hiddenPath) else { throw missing }
        try file.synchronise()
    }

    /// Gives the file its name; does nothing where it has it already.
    func publish() throws(ConnectorError) {
        if rename(hiddenPath, path) == 0 { return }
        guard errno == ENOENT else { throw FileError.make(errno, path, "publish") }
        if access(path, F_OK) != 0 { throw missing }
    }

    /// After a crash: publishes what belongs to the committed epochs, the last of which is `epoch`, and nothing beyond.
    func recover(_ epoch: Int64) throws(ConnectorError) {
        guard let file = try OpenFile.readingIfPresent(hiddenPath) else { return try checkPublished(epoch) }
        let found = try file.byteCount()
        guard found >= byteCount else {
            throw ConnectorError(
                .external,
                "damagedFile",
                "'\(hiddenPath)' has \(found) bytes, but the stored state says that \(byteCount) of it are output: the "
                    + "rest is lost; put the file back, or start with a new --state folder to write everything again"
            )
        }
        if !isComplete {
            if byteCount == 0 { return }
            if truncate(hiddenPath, off_t(byteCount)) != 0 { throw FileError.make(errno, hiddenPath, "shorten") }
            try synchronise()
        }
        try publish()
    }

    /// Looks whether a file that is not hidden any more was published, and not by a later epoch.
    private func checkPublished(_ epoch: Int64) throws(ConnectorError) {
        guard let file = try OpenFile.readingIfPresent(path) else {
            if byteCount == 0 { return }
            throw missing
        }
        let found = try file.byteCount()
        // Whoever reads a file that was complete may do with it what he likes.
        if isComplete || found <= byteCount { return }
        throw PartName.tooOld(path, "has \(found) bytes instead of \(byteCount)", epoch)
    }

    private var missing: ConnectorError {
        ConnectorError(
            .external,
            "missingFile",
            "'\(hiddenPath)' is missing, but \(byteCount) bytes of it are output; was the directory emptied? Put the "
                + "file back, or start with a new --state folder to write everything again"
        )
    }
}

extension PartFile {
    /// The file as a transaction says it.
    func description(isComplete: Bool) -> PartTransaction.File {
        PartTransaction.File(
            directory: directory,
            name: name,
            byteCount: Int64(byteCount),
            isComplete: isComplete
        )
    }
}
