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

    private static func visit(_ path: String, into found: inout [FoundFile]) throws(ConnectorError) {
        let status = try status(path)
        guard status.st_mode & S_IFMT == S_IFDIR else {
            found.append(self.found(path, status))
            return
        }
        for name in try names(in: path) where !isHidden(name) {
            try visit(path.hasSuffix("/") ? path + name : path + "/" + name, into: &found)
        }
    }

    private static func found(_ path: String, _ status: stat) -> FoundFile {
        FoundFile(
            path: path,
            byteCount: Int64(status.st_size),
            modifiedMillis: Int64(status.st_mtim.tv_sec) * 1_000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
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
