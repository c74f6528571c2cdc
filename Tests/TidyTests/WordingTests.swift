import Testing

@Suite("Names, words and documents keep to the house style")
struct WordingTests {
    static let sources: [String] = SourceTree.sources.filter { !$0.isGenerated }.map(\.path)
    static let everyText: [String] =
        (SourceTree.sources + SourceTree.tests + SourceTree.documents).map(\.path) + ["Package.swift"]

    /// Uses of a banned call that stay, as `path word`, each with its reason.
    static let allowedWords: [String: String] = [:]

    /// Targets whose `public` is meant for people outside the package.
    static let publicTargets: Set<String> = ["SluiceColumns", "SluiceConnect", "Sluice"]

    @Test("A name says what a thing is", arguments: sources)
    func namesSayWhatAThingIs(path: String) throws {
        let file = try #require(SourceTree.file(path))
        for part in file.name.split(whereSeparator: { $0 == "." || $0 == "+" }).dropLast() {
            #expect(!Self.isVague(String(part)), "\(path): name the file after its concept")
        }
        let words = SourceTree.text(file).words
        for (declaration, name) in zip(words, words.dropFirst())
        where ["struct", "class", "enum", "actor", "protocol", "typealias"].contains(declaration.word) {
            #expect(!Self.isVague(name.word), "\(path):\(name.line): \(name.word) says nothing")
        }
    }

    @Test("Sources hold no notes to self and nothing that ends the process", arguments: sources)
    func noBannedWords(path: String) throws {
        let file = try #require(SourceTree.file(path))
        for (index, line) in file.lines.enumerated() {
            for note in ["TO" + "DO", "FIX" + "ME", "XX" + "X:"] {
                #expect(!line.contains(note), "\(path):\(index + 1): \(note); finish it or refuse it with an error")
            }
        }
        for (index, code) in SourceTree.text(file).codeLines.enumerated() {
            for call in ["fatalError(", "try!", "as! "] where code.contains(call) {
                #expect(
                    Self.allowedWords["\(path) \(call)"] != nil,
                    "\(path):\(index + 1): \(call): throw an error, or state a caller's duty with precondition"
                )
            }
        }
    }

    @Test("Every allowed word is still there", arguments: allowedWords.keys.sorted())
    func allowedWordsAreNeeded(entry: String) throws {
        let parts = entry.split(separator: " ", maxSplits: 1).map(String.init)
        let file = try #require(SourceTree.file(parts[0]))
        #expect(SourceTree.text(file).codeLines.contains { $0.contains(parts[1]) }, "\(entry) is not needed")
    }

    @Test("Every file says what it is for", arguments: sources)
    func filesAreDocumented(path: String) throws {
        let file = try #require(SourceTree.file(path))
        if file.name == "main.swift" || SourceTree.text(file).isEmpty { return }
        let isDocumented = file.lines.contains { $0.drop { $0 == " " }.hasPrefix("/// ") }
        #expect(isDocumented, "\(path) has no documentation comment")
    }

    @Test("Only the contracts are public, only columns are inlinable", arguments: sources)
    func accessIsNarrow(path: String) throws {
        let file = try #require(SourceTree.file(path))
        for (word, line) in SourceTree.text(file).words {
            if word == "public" {
                #expect(Self.publicTargets.contains(file.target), "\(path):\(line): `package` is enough")
            }
            if word == "@inlinable" || word == "@usableFromInline" {
                #expect(file.target == "SluiceColumns", "\(path):\(line): \(word) outside SluiceColumns")
            }
        }
    }

    @Test("No path of one developer's machine", arguments: everyText)
    func noPrivatePaths(path: String) throws {
        let file = try #require(SourceTree.file(path))
        for (index, line) in file.lines.enumerated() {
            for place in ["/wo" + "rk/", "/ro" + "ot/"] {
                #expect(!line.contains(place), "\(path):\(index + 1): \(place) exists on one machine only")
            }
        }
    }

    @Test(
        "Vague names are recognised",
        arguments: [
            ("StringUtils", true), ("ParserHelper", true), ("SinkImpl", true), ("OperatorBase", true),
            ("Manager2", true), ("Common", true), ("JobManager", false), ("Database", false), ("Commonality", false),
            ("Implementation", false), ("Utilisation", false),
        ]
    )
    func vagueNamesAreRecognised(name: String, isVague: Bool) {
        #expect(Self.isVague(name) == isVague)
    }

    private static func isVague(_ name: String) -> Bool {
        let endings = ["Util", "Utils", "Helper", "Helpers", "Impl", "Base", "Manager2", "Misc"]
        return ["Common", "Utilities", "Extensions"].contains(name) || endings.contains { name.hasSuffix($0) }
    }
}
