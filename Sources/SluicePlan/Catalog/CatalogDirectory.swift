import Glibc
import SluiceSQL

/// A directory of SQL files that holds a catalog: a folder per database, in it a file per table or view with the
/// statement that makes it.
///
/// The files are the truth: they are read when a statement asks for what they hold, and written whole or not at all. A
/// database's comment and options stand in its folder in `.database.sql`. Names become file names with all but letters,
/// digits, `_` and `-` as `%` and two hexadecimal digits per byte.
package struct CatalogDirectory: Sendable, Hashable {
    /// The absolute path.
    package let path: String

    private static let suffix = ".sql"
    private static let databaseFile = ".database.sql"

    /// A catalog at `path`; the folder is made when something is written, and the one that it stands in must be there.
    package init(path: String) throws(SQLError) {
        self.path = path
        let parent = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "/"
        if !Self.isFolder(path), !Self.isFolder(parent) { throw Self.problem("make", path) }
    }

    // MARK: Reading

    /// The names of the databases, sorted.
    func databases() throws(SQLError) -> [String] {
        guard Self.isFolder(path) else { return [] }
        return try Self.entries(of: path).filter { Self.isFolder(path + "/" + $0) && !$0.hasPrefix(".") }
            .compactMap(Self.name(ofFile:)).sorted()
    }

    /// The names of the tables and views of a database, sorted; none where it has no folder yet.
    func objects(in database: String) throws(SQLError) -> [String] {
        let folder = folder(of: database)
        guard Self.isFolder(folder) else { return [] }
        return try Self.entries(of: folder).filter { !$0.hasPrefix(".") && $0.hasSuffix(Self.suffix) }
            .compactMap { Self.name(ofFile: String($0.dropLast(Self.suffix.count))) }.sorted()
    }

    /// The file of a table or view.
    func file(of object: String, in database: String) -> String {
        folder(of: database) + "/" + Self.fileName(object) + Self.suffix
    }

    /// What a file of the catalog says; nil where there is none.
    func text(of object: String, in database: String) throws(SQLError) -> String? {
        try Self.read(file(of: object, in: database))
    }

    /// The statement of a database's comment and options; nil where it has neither.
    func databaseText(_ database: String) throws(SQLError) -> String? {
        try Self.read(folder(of: database) + "/" + Self.databaseFile)
    }

    // MARK: Writing

    /// Writes the file of a table or view in place of what was there.
    func write(_ text: String, for object: String, in database: String) throws(SQLError) {
        try makeFolder(of: database)
        try Self.replace(file(of: object, in: database), with: text)
    }

    /// Removes the file of a table or view.
    func remove(_ object: String, in database: String) throws(SQLError) {
        try Self.unlinkFile(file(of: object, in: database))
    }

    /// Makes a database; `text` says its comment and options.
    func writeDatabase(_ database: String, _ text: String) throws(SQLError) {
        try makeFolder(of: database)
        try Self.replace(folder(of: database) + "/" + Self.databaseFile, with: text)
    }

    private func makeFolder(of database: String) throws(SQLError) {
        try Self.makeFolder(path)
        try Self.makeFolder(folder(of: database))
    }

    /// Removes a database with all its files.
    func removeDatabase(_ database: String) throws(SQLError) {
        let folder = folder(of: database)
        guard Self.isFolder(folder) else { return }
        for name in try Self.entries(of: folder) where name.hasSuffix(Self.suffix) {
            try Self.unlinkFile(folder + "/" + name)
        }
        if rmdir(folder) != 0 { throw Self.problem("remove", folder) }
    }

    // MARK: Names

    private func folder(of database: String) -> String { path + "/" + Self.fileName(database) }

    private static func fileName(_ name: String) -> String {
        var text = ""
        for byte in name.utf8 {
            let scalar = Unicode.Scalar(byte)
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_", "-": text.unicodeScalars.append(scalar)
            default: text += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }

    /// The name that a file name stands for; nil where it is none of ours.
    private static func name(ofFile file: String) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(file.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    // MARK: Files

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func entries(of folder: String) throws(SQLError) -> [String] {
        guard let stream = opendir(folder) else { throw problem("read", folder) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    private static func read(_ file: String) throws(SQLError) -> String? {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT { return nil }
            throw problem("read", file)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = Glibc.read(descriptor, &block, block.count)
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw problem("read", file) }
            if count == 0 { break }
            bytes += block[..<count]
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SQLError(.catalogFile, "the file '\(file)' of the catalog is not UTF-8 text", at: .none)
        }
        return text
    }

    /// Puts `text` under the name `file` in one step, so that a reader sees the old or the new file whole.
    private static func replace(_ file: String, with text: String) throws(SQLError) {
        let temporary = file + ".\(getpid()).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw problem("write", temporary) }
        var rest = Array(text.utf8)
        var isWritten = true
        while isWritten, !rest.isEmpty {
            let count = Glibc.write(descriptor, rest, rest.count)
            if count < 0, errno == EINTR { continue }
            if count < 0 { isWritten = false } else { rest.removeFirst(count) }
        }
        isWritten = isWritten && fsync(descriptor) == 0
        let failure = errno
        close(descriptor)
        if isWritten, rename(temporary, file) == 0 { return }
        if !isWritten { errno = failure }
        let error = problem("write", file)
        unlink(temporary)
        throw error
    }

    private static func unlinkFile(_ file: String) throws(SQLError) {
        if unlink(file) != 0, errno != ENOENT { throw problem("remove", file) }
    }

    private static func makeFolder(_ path: String) throws(SQLError) {
        if mkdir(path, 0o755) == 0 || (errno == EEXIST && isFolder(path)) { return }
        throw problem("make", path)
    }

    private static func problem(_ verb: String, _ path: String) -> SQLError {
        SQLError(
            .catalogFile,
            "cannot \(verb) '\(path)' of the catalog: \(String(cString: strerror(errno)))",
            at: .none
        )
    }
}

extension SQLError.Code {
    /// A file of a catalog that cannot be read or written, or does not say what it should.
    package static let catalogFile = Self("catalogFile")
}
