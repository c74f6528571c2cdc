import Testing

@Suite("Memory and threads stay where they belong")
struct SafetyTests {
    /// Files outside SluiceColumns that may name unsafe pointer types, each with its reason.
    ///
    /// Folders end with a slash. They are walls around C interfaces; an algorithm never belongs here.
    static let unsafePlaces: [String: String] = [
        "Sources/SluiceConnectors/PostgreSQL/PostgreSQLHandle.swift": "the handles and buffers of libpq",
        "Sources/SluiceConnectors/SQLite/SQLiteHandle.swift": "the handles and buffers of SQLite",
        "Sources/SluiceKernels/Functions/Regex/RegexProgram.swift": "the handles and buffers of PCRE2",
        "Sources/SluiceKernels/Patterns/PatternDatabase.swift": "the handles and buffers of Hyperscan",
        "Sources/SluiceState/Storage/RocksDBHandle.swift": "the handles and buffers of RocksDB",
        "Sources/SluiceRuntime/Threads/": "pthread mutexes, conditions and threads are C objects at fixed addresses",
    ]

    static let sources: [String] = SourceTree.sources.map(\.path)

    @Test("Unsafe pointers live in SluiceColumns", arguments: sources)
    func pointersLiveInColumns(path: String) throws {
        let file = try #require(SourceTree.file(path))
        if file.target == "SluiceColumns" || Self.unsafePlaces.keys.contains(where: { path.hasPrefix($0) }) { return }
        for (word, line) in SourceTree.text(file).words where Self.isUnsafe(word) {
            Issue.record(
                "\(path):\(line): \(word) outside SluiceColumns; take a Span, or argue for a place in the list"
            )
        }
    }

    @Test("Every place in the list is needed", arguments: unsafePlaces.keys.sorted())
    func placesAreNeeded(place: String) {
        let files = SourceTree.sources.filter { $0.path.hasPrefix(place) }
        #expect(
            files.contains { SourceTree.text($0).words.contains { Self.isUnsafe($0.word) } },
            "\(place) is not needed"
        )
    }

    @Test("What the compiler cannot check says why it is safe", arguments: sources)
    func uncheckedSaysWhy(path: String) throws {
        let file = try #require(SourceTree.file(path))
        let text = SourceTree.text(file)
        for (index, code) in text.codeLines.enumerated() {
            guard code.contains("@unchecked Sendable") || code.contains("nonisolated(unsafe)") else { continue }
            #expect(
                Self.hasSafetyComment(above: index, in: file.lines),
                "\(path):\(index + 1): a line `// SAFETY: ...` belongs directly above"
            )
        }
    }

    @Test("Operators know neither threads nor locks", arguments: sources.filter { $0.contains("/SluiceOperators/") })
    func operatorsAreSingleThreaded(path: String) throws {
        let banned: Set<String> = ["Task", "await", "async", "actor", "Mutex", "Atomic", "DispatchQueue"]
        for (word, line) in SourceTree.text(try #require(SourceTree.file(path))).words {
            #expect(!banned.contains(word) && !word.hasPrefix("pthread"), "\(path):\(line): \(word) in an operator")
        }
    }

    @Test(
        "Unsafe words are recognised",
        arguments: [
            ("UnsafeMutablePointer", true), ("UnsafeRawPointer", true), ("UnsafeMutableRawBufferPointer", true),
            ("UnsafeBufferPointer", true), ("OpaquePointer", true), ("unsafeBitCast", true), ("Unmanaged", true),
            ("Pointer", false), ("UnsafeMode", false), ("Span", false),
        ]
    )
    func unsafeWordsAreRecognised(word: String, isUnsafe: Bool) {
        #expect(Self.isUnsafe(word) == isUnsafe)
    }

    @Test("A SAFETY comment is looked for above attributes and comments, no further")
    func safetyCommentIsFound() {
        #expect(Self.hasSafetyComment(above: 1, in: ["// SAFETY: owned by one thread.", "final class A {"]))
        #expect(Self.hasSafetyComment(above: 2, in: ["// SAFETY: under the lock,", "// always.", "final class A {"]))
        #expect(Self.hasSafetyComment(above: 3, in: ["// SAFETY: locked.", "/// A class.", "@frozen", "class A {"]))
        #expect(!Self.hasSafetyComment(above: 1, in: ["/// A class.", "final class A {"]))
        #expect(!Self.hasSafetyComment(above: 2, in: ["// SAFETY: of another.", "var a = 1", "final class A {"]))
        #expect(!Self.hasSafetyComment(above: 0, in: ["final class A {"]))
    }

    private static func isUnsafe(_ word: String) -> Bool {
        (word.hasPrefix("Unsafe") && word.hasSuffix("Pointer"))
            || ["OpaquePointer", "Unmanaged", "unsafeBitCast", "unsafeDowncast"].contains(word)
    }

    /// Whether the comment that ends directly above line `index` says SAFETY; attributes may stand between.
    private static func hasSafetyComment(above index: Int, in lines: [String]) -> Bool {
        for line in lines[..<index].reversed() {
            let trimmed = line.drop { $0 == " " }
            if trimmed.hasPrefix("// SAFETY: ") { return true }
            if !trimmed.hasPrefix("//") && !trimmed.hasPrefix("@") { return false }
        }
        return false
    }
}
