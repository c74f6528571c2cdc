import Glibc

/// Files of test suites: listing, reading and writing whole texts.
package enum FileTree {
    /// What cannot be read or written.
    package struct Failure: Error, CustomStringConvertible {
        /// The path and the system's reason.
        package var description: String
    }

    /// Paths below `root`, relative to it, of files whose name ends in `suffix`, sorted.
    package static func files(below root: String, suffix: String) throws -> [String] {
        var found: [String] = []
        try collect(root, "", suffix, into: &found)
        return found.sorted()
    }

    private static func collect(
        _ root: String,
        _ prefix: String,
        _ suffix: String,
        into found: inout [String]
    ) throws {
        guard let directory = opendir(root + "/" + prefix) else { throw failure(root + "/" + prefix) }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix(".") { continue }
            let path = prefix.isEmpty ? name : prefix + "/" + name
            if isDirectory(root + "/" + path) {
                try collect(root, path, suffix, into: &found)
            } else if name.hasSuffix(suffix) {
                found.append(path)
            }
        }
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The text of a file.
    package static func text(_ path: String) throws -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        return String(decoding: bytes(from: descriptor), as: UTF8.self)
    }

    /// Everything that can be read from a descriptor.
    package static func bytes(from descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &block, block.count)
            if count <= 0 { return bytes }
            bytes += block[..<count]
        }
    }

    /// Writes a text, making the folders on the way.
    package static func write(_ text: String, to path: String) throws {
        var folder = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
            folder += part + "/"
            if folder != "/" { mkdir(folder, 0o755) }
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else { throw failure(path) }
            rest = rest.dropFirst(written)
        }
    }

    /// The absolute form of a path that exists.
    package static func absolute(_ path: String) throws -> String {
        guard let resolved = realpath(path, nil) else { throw failure(path) }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func failure(_ path: String) -> Failure {
        Failure(description: "\(path): \(String(cString: strerror(errno)))")
    }
}
