import Testing

/// The rules are only as good as the scanner beneath them, so it is tested on text where the answer is known.
@Suite("Comments, literals and functions are told apart")
struct ScannerTests {
    private static let quotes = "\"\"\""

    @Test(
        "Comments and literals are blanked, code stays",
        arguments: [
            ("a // b", ["a"]), ("a /* b /* c */ d */ e", ["a", "e"]), ("a \"b\" c", ["a", "c"]),
            ("a \"b \\\" c\" d", ["a", "d"]), ("a \"\\(b + \"c\")\" d", ["a", "d"]), ("a #\"b \" c\"# d", ["a", "d"]),
            ("a #\"b \\#(c(\"d\")) \"# e", ["a", "e"]), ("a \"// b\" c", ["a", "c"]),
            ("a \(quotes)\nb \" // c\n\(quotes) d", ["a", "d"]), ("a \"\" b \"\\\\\" c", ["a", "b", "c"]),
            ("@unchecked Sendable", ["@unchecked", "Sendable"]),
        ]
    )
    func literalsAreBlanked(source: String, words: [String]) {
        let text = SwiftText(Array(source.utf8))
        #expect(text.words.map(\.word) == words)
        #expect(text.code.count == source.utf8.count)
        #expect(text.codeLines.count == source.split(separator: "\n", omittingEmptySubsequences: false).count)
    }

    @Test("Functions are measured from keyword to brace")
    func functionsAreMeasured() {
        let source = """
            protocol Shape {
                func area() -> Int
                var name: String { get }
            }
            struct Square: Shape {
                var side = 1
                var name: String {
                    "square }}"
                }
                init(side: Int, check: (Int) -> Bool = { value in
                    value > 0
                }) {
                    self.init()
                }
                func area() -> Int {  // {
                    let cells = [1].map { $0 + side }
                    return cells[0]
                }
                subscript(index: Int) -> Int { index }
            }
            """
        let found = FunctionScanner.functions(in: SwiftText(Array(source.utf8)))
        #expect(
            found == [
                FoundFunction(name: "name", line: 3, lineCount: 1),
                FoundFunction(name: "name", line: 7, lineCount: 3),
                FoundFunction(name: "init", line: 10, lineCount: 5),
                FoundFunction(name: "area", line: 15, lineCount: 4),
                FoundFunction(name: "subscript", line: 19, lineCount: 1),
            ]
        )
    }

    @Test("The tree is there")
    func treeIsThere() {
        #expect(SourceTree.sources.contains { $0.target == "SluiceSQL" })
        #expect(SourceTree.tests.contains { $0.path == "Tests/TidyTests/ScannerTests.swift" })
        #expect(SourceTree.documents.contains { $0.path == "README.md" })
    }
}
