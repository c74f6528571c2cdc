import Glibc

/// A file of the repository, read into memory.
struct SourceFile: Sendable {
    /// Where it is, from the repository's root: `Sources/SluiceSQL/Lexer.swift`.
    let path: String
    /// Its bytes as they stand.
    let bytes: [UInt8]

    /// The last part of the path.
    var name: String { String(path.split(separator: "/").last ?? "") }

    /// The folder below `Sources` or `Tests`, which is the target's name.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    /// Generated files are exempt from the rules about size and form.
    var isGenerated: Bool { path.contains("/Generated/") }

    /// The lines, without their line feeds.
    var lines: [String] {
        bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }
}

/// The repository these tests were compiled in.
enum SourceTree {
    /// The repository's root, two folders above this one.
    static let root: String = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/")
    }()

    /// Every Swift file of `Sources`, sorted by path.
    static let sources: [SourceFile] = files(under: "Sources") { $0.hasSuffix(".swift") }

    /// Every Swift file of `Tests`, sorted by path.
    static let tests: [SourceFile] = files(under: "Tests") { $0.hasSuffix(".swift") }

    /// What people read and run besides Swift: documents, scripts, the Makefile, jobs.
    static let documents: [SourceFile] = {
        let endings = [".md", ".sh", ".py", ".sql", "Makefile", "LICENSE"]
        let isDocument: (String) -> Bool = { name in endings.contains { name.hasSuffix($0) } }
        let atRoot = entries(of: "").filter { !$0.isFolder && isDocument($0.name) }.compactMap { read($0.name) }
        return atRoot + files(under: ".ci") { _ in true }
            + ["docs", "scripts", "examples", "Benchmarks"].flatMap { files(under: $0, where: isDocument) }
    }()

    /// The names of the folders directly below `folder`, sorted.
    static func folders(under folder: String) -> [String] {
        entries(of: folder).filter(\.isFolder).map(\.name)
    }

    /// Reads one file.
    ///
    /// - Parameter path: from the repository's root.
    /// - Returns: the file, or nil when there is none.
    static func file(_ path: String) -> SourceFile? {
        swiftFiles[path] ?? read(path)
    }

    /// The code of a Swift file of `Sources` or `Tests`, scanned once for all rules.
    static func text(_ file: SourceFile) -> SwiftText {
        texts[file.path] ?? SwiftText(file.bytes)
    }

    private static let swiftFiles: [String: SourceFile] =
        Dictionary(uniqueKeysWithValues: (sources + tests).map { ($0.path, $0) })

    private static let texts: [String: SwiftText] = swiftFiles.mapValues { SwiftText($0.bytes) }

    private static func read(_ path: String) -> SourceFile? {
        guard let stream = fopen(root + "/" + path, "r") else { return nil }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&block, 1, block.count, stream)
            if count == 0 { break }
            bytes.append(contentsOf: block[..<count])
        }
        return SourceFile(path: path, bytes: bytes)
    }

    private static func files(under folder: String, where isWanted: (String) -> Bool) -> [SourceFile] {
        var found: [SourceFile] = []
        for entry in entries(of: folder) {
            let path = folder + "/" + entry.name
            if entry.isFolder {
                found += files(under: path, where: isWanted)
            } else if isWanted(entry.name), let file = read(path) {
                found.append(file)
            }
        }
        return found
    }

    private static func entries(of folder: String) -> [(name: String, isFolder: Bool)] {
        guard let directory = opendir(root + "/" + folder) else { return [] }
        defer { closedir(directory) }
        var found: [(name: String, isFolder: Bool)] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            found.append((name: name, isFolder: Int32(entry.pointee.d_type) == Int32(DT_DIR)))
        }
        return found.sorted { $0.name < $1.name }
    }
}
