import SluiceColumns
import Testing

@testable import SluiceKernels

/// Golden values of Flink 2.3.
@Suite("Regular expressions")
struct RegexFunctionTests {
    static let catalogue = FunctionCatalogue(scalars: RegexFunctions.all)

    static func list(_ texts: [String?]) -> Value { .array(texts.map { $0.map { .string($0) } ?? .null }) }

    static let tests: [Golden] = [
        Golden("REGEXP", ["abc", "b"], true), Golden("REGEXP", ["abc", ""], false),
        Golden("REGEXP", ["abc", "("], false),
        Golden("REGEXP", [.nullText, "a"], nil), Golden("REGEXP", ["𝄞", "^.$"], true),
        Golden("REGEXP_COUNT", ["aaa", "aa"], 1), Golden("REGEXP_COUNT", ["abc", ""], 4),
        Golden("REGEXP_COUNT", ["", ""], 1), Golden("REGEXP_COUNT", ["Abc", "(?i)a"], 1),
        Golden("REGEXP_COUNT", ["a.b.c", "\\."], 2), Golden("REGEXP_COUNT", ["a", "*"], nil),
        Golden("REGEXP_INSTR", ["hello", "l+"], 3), Golden("REGEXP_INSTR", ["hello", "z"], 0),
        Golden("REGEXP_INSTR", ["😀b", "b"], 3), Golden("REGEXP_INSTR", ["日本語", "語"], 3),
        Golden("REGEXP_INSTR", ["abc", "("], nil), Golden("REGEXP_INSTR", ["", ""], 1),
    ]

    static let extracts: [Golden] = [
        Golden("REGEXP_EXTRACT", ["foothebar", "foo(.*?)(bar)", 2], "bar"),
        Golden("REGEXP_EXTRACT", ["ab", "(x)?b", 1], nil),
        Golden("REGEXP_EXTRACT", ["foo123bar45", "([a-z]+)(\\d+)", 3], nil),
        Golden("REGEXP_EXTRACT", ["foo123bar45", "([a-z]+)(\\d+)", -1], nil),
        Golden("REGEXP_EXTRACT", ["日本語", "本(.)", 1], "語"), Golden("REGEXP_EXTRACT", ["ab", "(", 0], nil),
        Golden("REGEXP_EXTRACT", ["aXb", "\\p{Lu}"], "X"), Golden("REGEXP_EXTRACT", ["é", "\\w"], nil),
        Golden("REGEXP_EXTRACT", ["ab", "\\Qab\\E"], "ab"), Golden("REGEXP_EXTRACT", ["a\nb", "a.b"], nil),
        Golden("REGEXP_EXTRACT", ["aab", "a++b"], "aab"), Golden("REGEXP_EXTRACT", ["foobar", "(?<=foo)bar"], "bar"),
        Golden("REGEXP_EXTRACT", ["x", "\\u0078"], "x"), Golden("REGEXP_EXTRACT", ["😀", "\\uD83D\\uDE00"], "😀"),
        Golden("REGEXP_EXTRACT", ["a]", "[]a]"], "a"), Golden("REGEXP_EXTRACT", ["a{", "a{"], nil),
        Golden("REGEXP_EXTRACT", ["a}", "a}"], "a}"), Golden("REGEXP_EXTRACT", ["ab", "\\p{Alpha}+"], "ab"),
        Golden("REGEXP_EXTRACT", ["ab", "[\\p{Alpha}]+"], "ab"), Golden("REGEXP_EXTRACT", ["日", "\\p{IsHan}"], "日"),
        Golden("REGEXP_EXTRACT", ["ab", "\\p{IsAlphabetic}+"], "ab"), Golden("REGEXP_EXTRACT", ["a", "(?P<n>a)"], nil),
        Golden("REGEXP_EXTRACT", ["a", "\\A.\\z"], "a"), Golden("REGEXP_EXTRACT", ["foo", "(?<n>o)", 1], "o"),
        Golden("REGEXP_EXTRACT", ["a", "(?z)a"], nil), Golden("REGEXP_EXTRACT", ["A", "\\0101"], "A"),
        Golden("REGEXP_SUBSTR", ["hello", "l+"], "ll"), Golden("REGEXP_SUBSTR", ["", ""], ""),
        Golden("REGEXP_SUBSTR", ["hello", "z"], nil), Golden("REGEXP_SUBSTR", ["a", "a{2,1}"], nil),
        Golden("REGEXP_EXTRACT_ALL", ["100-200, 300-400", "(\\d+)-(\\d+)", 2], list(["200", "400"])),
        Golden("REGEXP_EXTRACT_ALL", ["100-200, 300-400", "(\\d+)-(\\d+)"], list(["100", "300"])),
        Golden("REGEXP_EXTRACT_ALL", ["100-200", "(\\d+)-(\\d+)", 3], nil),
        Golden("REGEXP_EXTRACT_ALL", ["ab", "x"], nil),
        Golden("REGEXP_EXTRACT_ALL", ["abc", "z", 0], list([])),
        Golden("REGEXP_EXTRACT_ALL", ["abc", "", 0], list(["", "", "", ""])),
        Golden("REGEXP_EXTRACT_ALL", ["ab", "(x)?(.)", 1], list([nil, nil])),
        Golden("REGEXP_EXTRACT_ALL", ["abc", "(", 0], nil),
    ]

    static let replacements: [Golden] = [
        Golden("REGEXP_REPLACE", ["foobar", "oo|ar", ""], "fb"),
        Golden("REGEXP_REPLACE", ["abc", "(b)", "[$1$1]"], "a[$1$1]c"),
        Golden("REGEXP_REPLACE", ["aaa", "a*?", "x"], "xaxaxax"), Golden("REGEXP_REPLACE", ["", "^$", "e"], "e"),
        Golden("REGEXP_REPLACE", ["abc", "", "-"], "-a-b-c-"),
        Golden("REGEXP_REPLACE", ["日本語日本", "日(.)", "$1"], "$1語$1"),
        Golden("REGEXP_REPLACE", ["line1\nline2", "^l", "X"], "Xine1\nline2"),
        Golden("REGEXP_REPLACE", ["abc\n", "$", "X"], "abcX\nX"), Golden("REGEXP_REPLACE", ["abc", "z", "x"], "abc"),
        Golden("REGEXP_REPLACE", ["baac", "a*", "x"], "xbxxcx"),
        Golden("STR_TO_MAP", ["a=1,b=2"], map(["a": "1", "b": "2"])), Golden("STR_TO_MAP", ["k"], map(["k": nil])),
        Golden("STR_TO_MAP", [""], map([:])), Golden("STR_TO_MAP", ["a=1,a=2"], map(["a": "2"])),
        Golden("STR_TO_MAP", ["a=b=c"], map(["a": "b=c"])), Golden("STR_TO_MAP", ["a="], map(["a": ""])),
        Golden("STR_TO_MAP", ["=1"], map(["": "1"])), Golden("STR_TO_MAP", ["a=1,,"], map(["a": "1"])),
        Golden(
            "STR_TO_MAP",
            ["a1b2", "[0-9]", "x"],
            .map(keys: [.string("a"), .string("b")], values: [.null, .null])
        ),
        Golden("STR_TO_MAP", ["a:1;b:2", ";", ":"], map(["a": "1", "b": "2"])),
    ]

    static func map(_ entries: KeyValuePairs<String, String?>) -> Value {
        .map(keys: entries.map { .string($0.key) }, values: entries.map { $0.value.map { .string($0) } ?? .null })
    }

    static let similar: [Golden] = [
        Golden("SIMILAR TO", ["abc", "a"], false), Golden("SIMILAR TO", ["abc", "%(b|d)%"], true),
        Golden("SIMILAR TO", ["aaa", "a{2}"], false), Golden("SIMILAR TO", ["aaa", "a{2,3}"], true),
        Golden("SIMILAR TO", ["a1", "[[:ALPHA:]][[:DIGIT:]]"], true),
        Golden("SIMILAR TO", ["ab", "[[:alpha:]]+"], true),
        Golden("SIMILAR TO", ["abc", "a.c"], true), Golden("SIMILAR TO", ["𝄞", "_"], true),
        Golden("SIMILAR TO", ["a%", "a!%", "!"], true), Golden("SIMILAR TO", ["ab", "a!%", "!"], false),
        Golden("SIMILAR TO", ["abc", "a|abc"], true), Golden("SIMILAR TO", ["a.c", "a\\.c"], false),
        Golden("SIMILAR TO", ["a\nc", "a_c"], false), Golden("SIMILAR TO", ["a\nc", "a%"], true),
        Golden("SIMILAR TO", ["", ""], true), Golden("SIMILAR TO", ["a$c", "a$c"], true),
        Golden("SIMILAR TO", ["a^c", "a^c"], false), Golden("SIMILAR TO", ["a+c", "a!+c", "!"], true),
    ]

    /// Classes in classes, and classes that are intersected.
    static let classes: [Golden] = [
        Golden("REGEXP", ["a", "[a-z&&[^a]]"], false), Golden("REGEXP", ["b", "[a-z&&[^a]]"], true),
        Golden("REGEXP", ["1", "^[a-z&&[^a]]"], false), Golden("REGEXP", ["c", "^[a[bc]]$"], true),
        Golden("REGEXP", ["d", "^[a[bc]]$"], false), Golden("REGEXP", ["d", "^[^a[bc]]$"], true),
        Golden("REGEXP", ["b", "^[^a[bc]]$"], false), Golden("REGEXP", ["5", "[\\w&&\\d]"], true),
        Golden("REGEXP", ["x", "[\\w&&\\d]"], false), Golden("REGEXP", ["é", "(?U)\\w"], true),
        Golden("REGEXP", ["é", "\\w"], false), Golden("REGEXP", ["😀", "\\x{1F600}"], true),
        Golden("REGEXP_REPLACE", ["a1b2", "[a-z&&[^b]]+|[0-9]", "-"], "--b-"),
        // Values of a real Flink: without `u`, cases are those of ASCII.
        Golden("REGEXP", ["Ä", "(?i)ä"], false), Golden("REGEXP", ["Ä", "(?iu)ä"], true),
        Golden("REGEXP", ["\u{212A}", "(?i)k"], false), Golden("REGEXP", ["\u{212A}", "(?iu)k"], true),
        Golden("REGEXP", ["\u{17F}", "(?i)[a-z]"], false), Golden("REGEXP", ["K", "(?i)[^j-l]"], false),
        Golden("REGEXP", ["ä", "(?i)[Ä]"], false), Golden("REGEXP", ["kelVIN", "((?i)KEL)vin"], false),
        Golden("REGEXP", ["KELvin", "(?<kind>(?i)kel)vin"], true), Golden("REGEXP", ["C", "(?i)[@-d]"], true),
        Golden("REGEXP", ["a", "(?i)\\p{Lu}"], true), Golden("REGEXP", ["K", "(?i)\\x6b"], true),
        Golden("REGEXP", ["-", "(?i)^[-a]$"], true), Golden("REGEXP", ["[", "(?i)^[-a]$"], false),
        Golden("REGEXP", ["aab", "(?x) a {2} b # twice"], true), Golden("REGEXP", ["a b", "(?x)a[ ]b"], false),
        Golden("REGEXP", ["aa0", "(?x)(a)\\1 0"], true), Golden("REGEXP", ["a#b", "(?x)a\\#b"], true),
        Golden("REGEXP", ["É", "\\p{javaUpperCase}"], true),
        Golden("REGEXP", ["_", "\\p{javaJavaIdentifierStart}"], true),
        Golden("REGEXP", ["日", "\\p{IsHan}"], true), Golden("REGEXP", ["、", "\\p{IsHan}"], false),
        Golden("REGEXP", ["日", "\\p{script=Han}"], true), Golden("REGEXP", ["É", "\\p{gc=Lu}"], true),
        Golden("REGEXP", ["a", "\\p{Han}"], false),
        Golden("SIMILAR TO", ["x", "[:ALPHA:]"], false), Golden("SIMILAR TO", ["P", "[:ALPHA:]"], true),
    ]

    @Test(arguments: tests + extracts + replacements + similar + classes)
    func goldenValue(golden: Golden) throws { try golden.check(Self.catalogue) }

    static let failing: [(String, [Argument])] = [
        ("SIMILAR TO", ["abc", "(ab"]), ("SIMILAR TO", ["abc", "a!", "!"]), ("SIMILAR TO", ["abc", "[abc"]),
        ("SIMILAR TO", ["a", "a", "xx"]),
        ("REGEXP", ["abc", "(?d)a b"]), ("REGEXP_REPLACE", ["abc", "(", "x"]), ("REGEXP", ["b", "(?<=a{1,3})b"]),
        ("REGEXP_EXTRACT", ["日", "\\p{InGreek}"]),
    ]

    @Test(arguments: failing.indices)
    func failsAtRunTime(index: Int) throws {
        let (name, arguments) = Self.failing[index]
        let function = try #require(Self.catalogue.scalar(name))
        #expect(throws: EvaluationError.self) { try FunctionRun(function, arguments) }
    }

    /// A pattern that backtracks for ever gives an error soon, not a stall.
    @Test func catastrophicPatternIsStopped() throws {
        let function = try #require(Self.catalogue.scalar("REGEXP"))
        let text = Argument(.string(String(repeating: "a", count: 5_000)), .string)
        #expect(throws: EvaluationError.self) { try FunctionRun(function, [text, "(a+)+$b|(a|aa)+c"]) }
    }

    /// The limit leaves room for sane patterns on long texts.
    @Test(arguments: ["needle$", "(\\w+ )*needle", "^(.*?),(.*),", "[a-z ]+needle"])
    func longTextsAreSearched(pattern: String) throws {
        let text = String(repeating: "some words, ", count: 80_000) + "and a needle"
        let program = try RegexProgram(try JavaPattern.translated(Array(pattern.utf8)))
        #expect(try program.find(in: Array(text.utf8).span))
    }

    /// Bytes that are no UTF-8 match what they can and crash nothing.
    @Test func invalidTextIsSafe() throws {
        let program = try RegexProgram(Array("b.".utf8))
        #expect(try !program.find(in: [0xFF, 0xC3, 0x62, 0x80].span))
        #expect(try program.find(in: [0xFF, 0x62, 0x63].span))
        #expect(program.range(0) == 1..<3)
    }

    @Test func manyPatternsInOneColumn() throws {
        let function = try #require(Self.catalogue.scalar("REGEXP"))
        let type = DataType(.string)
        let call = ResolvedCall(
            argumentTypes: [type, type],
            literals: [nil, nil],
            type: DataType(.boolean),
            context: EvaluationContext()
        )
        let numbers = (0..<1_000).map { $0 * 7 % 601 }
        let texts = Column.of(numbers.map { .string("<\($0)>") }, type)
        let patterns = Column.of((0..<1_000).map { .string("<\($0 % 601)>") }, type)
        let result = try function.makeKernel(call)([texts, patterns], 1_000)
        for row in 0..<1_000 { #expect(result.value(row) == .boolean(numbers[row] == row % 601)) }
    }
}
