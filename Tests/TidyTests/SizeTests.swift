import Testing

@Suite("Files, functions and lines stay small")
struct SizeTests {
    static let fileLinesMax = 700
    static let functionLinesMax = 70
    static let lineColumnsMax = 120

    /// Functions that are longer for now, with their lines, each keyed by its `path name`.
    ///
    /// A ratchet: an entry may only shrink and go.
    static let longFunctions: [String: Int] = [:]

    static let checked: [String] = (SourceTree.sources + SourceTree.tests).filter { !$0.isGenerated }.map(\.path)

    @Test("A file is one concept", arguments: checked)
    func filesAreShort(path: String) throws {
        let file = try #require(SourceTree.file(path))
        #expect(file.lines.count - 1 <= Self.fileLinesMax, "split \(path) by concept")
    }

    @Test("A function fits on a screen", arguments: checked)
    func functionsAreShort(path: String) throws {
        let file = try #require(SourceTree.file(path))
        for function in FunctionScanner.functions(in: SourceTree.text(file)) {
            let allowed = Self.longFunctions["\(path) \(function.name)"] ?? Self.functionLinesMax
            #expect(
                function.lineCount <= allowed,
                "\(path):\(function.line): \(function.name) has \(function.lineCount) lines, \(allowed) are allowed"
            )
        }
    }

    @Test("The ratchet is tight")
    func ratchetIsTight() throws {
        for (entry, allowed) in Self.longFunctions {
            let parts = entry.split(separator: " ").map(String.init)
            try #require(parts.count == 2)
            let file = try #require(SourceTree.file(parts[0]), "\(parts[0]) is gone: remove its entry")
            let longest = FunctionScanner.functions(in: SourceTree.text(file))
                .filter { $0.name == parts[1] }.map(\.lineCount).max()
            #expect(longest == allowed, "\(entry): lower the entry to what it is, or remove it below the limit")
            #expect(allowed > Self.functionLinesMax, "\(entry) is within the limit: remove its entry")
        }
    }

    @Test("A line fits into a window", arguments: checked)
    func linesAreShort(path: String) throws {
        let file = try #require(SourceTree.file(path))
        for (index, line) in file.lines.enumerated() where line.utf8.count > Self.lineColumnsMax {
            #expect(line.count <= Self.lineColumnsMax, "\(path):\(index + 1) has \(line.count) columns")
        }
    }
}
