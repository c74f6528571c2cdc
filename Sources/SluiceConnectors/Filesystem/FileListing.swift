import Glibc
import SluiceConnect

/// One file that a table consists of.
struct FoundFile: Sendable, Hashable {
    /// The path as it was found.
    var path: String
    /// Bytes.
    var byteCount: Int64
    /// Last change, milliseconds since the epoch.
    var modifiedMillis: Int64
    /// What the file system calls it whatever its name is.
    var identity: FileIdentity

    /// Whether it is decompressed when it is read.
    var isCompressed: Bool { path.hasSuffix(".gz") || path.hasSuffix(".zst") }
}

/// A file's number, and that of the file system which gave it.
struct FileIdentity: Sendable, Hashable {
    var device: UInt64
    var inode: UInt64

    /// The identity of the file whose status this is.
    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }

    /// Takes both numbers.
    init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }
}

/// Finds the files of a table.
enum FileListing {
    /// The files at or below `path`, sorted by path.
    ///
    /// Files and directories below it whose names start with `_` or `.` are left out, as in Flink.
    static func files(at path: FilePath) throws(ConnectorError) -> [FoundFile] {
        var found: [FoundFile] = []
        for root in try roots(of: path) { try visit(root, into: &found) }
        return found.sorted { $0.path < $1.path }
    }

    /// The files and directories that a path or pattern names.
    private static func roots(of path: FilePath) throws(ConnectorError) -> [String] {
        guard path.isPattern else { return [path.text] }
        var roots: Set<String> = []
        for pattern in GlobPattern(path.text).plainPatterns {
            let parts = pattern.split(separator: "/").map(String.init)
            roots.formUnion(try expand(parts[...], below: pattern.hasPrefix("/") ? "/" : ""))
        }
        if roots.isEmpty {
            throw ConnectorError(.user, "missingFile", "no file fits the pattern \(path.text)", option: "path")
        }
        return roots.sorted()
    }

    /// The paths below `base` that fit `parts`, one pattern per level.
    private static func expand(_ parts: ArraySlice<String>, below base: String) throws(ConnectorError) -> [String] {
        guard let part = parts.first else { return [base] }
        let prefix = base.isEmpty || base.hasSuffix("/") ? base : base + "/"
        guard part.contains(where: { "*?[\\".contains($0) }) else {
            let next = prefix + part
            return access(next, F_OK) == 0 ? try expand(parts.dropFirst(), below: next) : []
        }
        let pattern = GlobPattern(part)
        guard try status(base.isEmpty ? "." : base).st_mode & S_IFMT == S_IFDIR else { return [] }
        var found: [String] = []
        for name in try names(in: base.isEmpty ? "." : base) where !isHidden(name) && pattern.matches(name) {
            found += try expand(parts.dropFirst(), below: prefix + name)
        }
        return found
    }

    private static func isHidden(_ name: String) -> Bool { name.hasPrefix("_") || name.hasPrefix(".") }

    /// Size and time of one file.
    static func file(_ path: String) throws(ConnectorError) -> FoundFile {
        let status = try status(path)
        return found(path, status)
    }

    /// The files directly in a directory, by name; what vanishes meanwhile is left out.
    static func siblings(in directory: String) throws(ConnectorError) -> [FoundFile] {
        var found: [FoundFile] = []
        for name in try names(in: directory) where !isHidden(name) {
            let path = directory.hasSuffix("/") ? directory + name : directory + "/" + name
            var status = stat()
            if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG { found.append(self.found(path, status)) }
        }
        return found
    }

    private static func visit(_ path: String, into found: inout [FoundFile]) throws(ConnectorError) {
        let status = try status(path)
        let kind = status.st_mode & S_IFMT
        if kind == S_IFIFO || kind == S_IFSOCK {
            // To open it may wait for ever, and nothing can be read again from where it stood.
            throw ConnectorError(
                .user,
                "notAFile",
                "\(path) is a pipe, and tables of files are read by position; read it as standard input, with "
                    + "'connector' = 'stdin', or write it to a file first",
                option: "path"
            )
        }
        guard kind == S_IFDIR else {
            found.append(self.found(path, status))
            return
        }
        for name in try names(in: path) where !isHidden(name) {
            do throws(ConnectorError) {
                try visit(path.hasSuffix("/") ? path + name : path + "/" + name, into: &found)
            } catch {
                // What was removed or renamed since the names were read is not there.
                if error.code != "missingFile" { throw error }
            }
        }
    }

    /// A file whose status is known.
    static func found(_ path: String, _ status: stat) -> FoundFile {
        FoundFile(
            path: path,
            byteCount: Int64(status.st_size),
            modifiedMillis: Int64(status.st_mtim.tv_sec) * 1_000 + Int64(status.st_mtim.tv_nsec) / 1_000_000,
            identity: FileIdentity(status)
        )
    }

    static func status(_ path: String) throws(ConnectorError) -> stat {
        var status = stat()
        if stat(path, &status) != 0 { throw FileError.make(errno, path, "read") }
        return status
    }

    /// The names in a directory, sorted, without `.` and `..`.
    static func names(in path: String) throws(ConnectorError) -> [String] {
        guard let directory = opendir(path) else { throw FileError.make(errno, path, "list") }
        defer { closedir(directory) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        if errno != 0 { throw FileError.make(errno, path, "list") }
        return names.sorted()
    }
}
