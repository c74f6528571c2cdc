import SluiceColumns
import Testing

@testable import SluiceKernels

/// Golden values of Flink 2.3.
@Suite("String functions")
struct StringFunctionTests {
    static let catalogue = FunctionCatalogue(scalars: StringFunctions.all)

    static let characters: [Golden] = [
        Golden("UPPER", ["straße éa"], "STRASSE ÉA"), Golden("UPPER", ["ÿ ñ ǆ"], "Ÿ Ñ Ǆ"),
        Golden("LOWER", ["II ÀÉ"], "ii àé"), Golden("LOWER", ["ΑΣ"], "ας"), Golden("LOWER", ["Σ"], "σ"),
        Golden("LOWER", ["ΑΣ ΑΣΑ"], "ας ασα"),
        Golden("INITCAP", ["hELLO wORLD-foo_bar 1abc éa"], "Hello World-Foo_Bar 1abc éA"),
        Golden("INITCAP", ["ÀÉî straße"], "ÀÉî StraßE"), Golden("UPPER", [.nullText], nil),
        Golden("CHAR_LENGTH", ["日本語"], 3), Golden("CHAR_LENGTH", ["😀a😀b"], 4),
        Golden("CHARACTER_LENGTH", [""], 0),
        Golden("ASCII", ["日"], -26), Golden("ASCII", [""], 0), Golden("ASCII", ["😀"], -16),
        Golden("CHR", [97], "a"), Golden("CHR", [353], "a"), Golden("CHR", [0], "\u{0}"), Golden("CHR", [255], "ÿ"),
        Golden("CHR", [256], "\u{0}"), Golden("CHR", [-1], ""), Golden("CHR", [.null(.int)], nil),
        Golden("REVERSE", ["a😀b"], "b😀a"), Golden("REVERSE", ["日本"], "本日"), Golden("REVERSE", [""], ""),
        Golden("IS_ALPHA", ["日本"], true), Golden("IS_ALPHA", [""], false), Golden("IS_ALPHA", ["a1"], false),
        Golden("IS_ALPHA", [.nullText], false), Golden("IS_DIGIT", ["１２"], true), Golden("IS_DIGIT", [12], true),
        Golden("IS_DECIMAL", [" 13 "], true), Golden("IS_DECIMAL", ["NaN"], true), Golden("IS_DECIMAL", ["."], false),
        Golden("IS_DECIMAL", ["1,000"], false), Golden("IS_ALPHA", ["😀"], false),
    ]

    static let parts: [Golden] = [
        Golden("SUBSTRING", ["hello", 0], "hello"), Golden("SUBSTRING", ["hello", 1, 0], ""),
        Golden("SUBSTRING", ["hello", 6], ""), Golden("SUBSTRING", ["hello", -100, 3], ""),
        Golden("SUBSTRING", ["hello", 4, 100], "lo"), Golden("SUBSTRING", ["a😀b", 2, 1], "😀"),
        Golden("SUBSTRING", ["hello", 2, -1], nil), Golden("SUBSTRING", ["hello", 2, 2_147_483_647], "ello"),
        Golden("SUBSTRING", ["日本語テキスト", -3, 2], "キス"), Golden("SUBSTR", ["", 1, 1], ""),
        Golden("LEFT", ["abc", 10], "abc"), Golden("LEFT", ["😀a", 1], "😀"), Golden("RIGHT", ["abc", -1], ""),
        Golden("RIGHT", ["a😀", 1], "😀"), Golden("RIGHT", ["日本語テキスト", 3], "キスト"),
        Golden("TRIM", ["  x  "], "x"), Golden("TRIM", ["LEADING", " ", "  x  "], "x  "),
        Golden("TRIM", ["BOTH", "ab", "abXba"], "X"), Golden("TRIM", ["BOTH", "", "abc"], "abc"),
        Golden("TRIM", ["BOTH", "日", "日x日"], "x"), Golden("TRIM", ["TRAILING", ".", "x..."], "x"),
        Golden("LTRIM", ["abcabcX", "cab"], "X"), Golden("RTRIM", ["Xabc", "cba"], "X"),
        Golden("LTRIM", ["abc", .nullText], nil), Golden("BTRIM", ["abXba", "ba"], "X"),
        Golden("BTRIM", ["  padded  "], "padded"),
        Golden("SPLIT_INDEX", ["a,b,c", ",", 2], "c"), Golden("SPLIT_INDEX", ["a,b,c", ",", 3], nil),
        Golden("SPLIT_INDEX", ["", ",", 0], nil), Golden("SPLIT_INDEX", ["abc", "", 0], "abc"),
        Golden("SPLIT_INDEX", ["a||b", "||", 1], "b"), Golden("SPLIT_INDEX", ["a-b", 45, 1], "b"),
        Golden("SPLIT_INDEX", [",a,,b,", ",", 4], ""), Golden("SPLIT_INDEX", ["a b  c", "", 2], ""),
        Golden("SPLIT_INDEX", ["aéb", 233, 1], "b"), Golden("SPLIT_INDEX", ["a", 256, 0], nil),
        Golden("SPLIT", [",a,,b,", ","], .array(["", "a", "", "b", ""].map { .string($0) })),
        Golden("SPLIT", ["", ","], .array([])), Golden("SPLIT", ["x", "xx"], .array([.string("x")])),
        Golden("SPLIT", ["a𝄞b", ""], .array(["a", "?", "?", "b"].map { .string($0) })),
        Golden("ELT", [2, "ab", "c"], "c"), Golden("ELT", [3, "a", "b"], nil), Golden("ELT", [0, "a"], nil),
        Golden("ELT", [2, "a", .nullText], nil),
    ]

    static let searches: [Golden] = [
        Golden("POSITION", ["", "abc"], 1), Golden("POSITION", ["語", "日本語"], 3),
        Golden("POSITION", ["b", "😀b"], 2),
        Golden("POSITION", ["z", "abc"], 0), Golden("POSITION", ["b", "abcb", 3], 4),
        Golden("LOCATE", ["bar", "foobarbar", 5], 7), Golden("LOCATE", ["bar", "foobarbar", 8], 0),
        Golden("LOCATE", ["", "abc", 2], 1), Golden("LOCATE", ["a", "abc", -1], 1),
        Golden("LOCATE", ["a", "aba", .null(.int)], nil),
        Golden("INSTR", ["Corporate Floor", "or"], 2), Golden("INSTR", ["Corporate Floor", "or", 3], 5),
        Golden("INSTR", ["Corporate Floor", "or", 3, 2], 14), Golden("INSTR", ["Corporate Floor", "or", -3, 2], 2),
        Golden("INSTR", ["abcb", "b", -1], 4), Golden("INSTR", ["abcb", "b", 0], 0),
        Golden("INSTR", ["aaaa", "aa", 1, 2], 2), Golden("INSTR", ["aaaa", "aa", -1, 2], 2),
        Golden("INSTR", ["abc", "", -1], 4), Golden("INSTR", ["日本日", "日", -1], 3),
        Golden("INSTR", ["abab", "ab", -2], 1), Golden("INSTR", ["abab", "ab", -3], 1),
        Golden("STARTSWITH", ["abc", ""], true), Golden("STARTSWITH", ["abc", "abcd"], false),
        Golden("ENDSWITH", ["日本", "本"], true), Golden("ENDSWITH", ["a", .nullText], nil),
        Golden("ENDSWITH", [.bytes([0, 255, 16]), .bytes([16])], true),
    ]

    static let changes: [Golden] = [
        Golden("CONCAT", ["a", "b", "c"], "abc"), Golden("CONCAT", ["a", .nullText], nil),
        Golden("CONCAT_WS", ["~", "AA", .nullText, "BB", "", "CC"], "AA~BB~~CC"), Golden("CONCAT_WS", ["#"], ""),
        Golden("CONCAT_WS", [.nullText, "a", "b"], nil), Golden("CONCAT_WS", [",", .nullText], ""),
        Golden("REPEAT", ["ab", 3], "ababab"), Golden("REPEAT", ["ab", -1], ""),
        Golden("REPLACE", ["hello world", "o", "0"], "hell0 w0rld"), Golden("REPLACE", ["aaaa", "aa", "b"], "bb"),
        Golden("REPLACE", ["abc", "", "x"], "xaxbxcx"), Golden("REPLACE", ["", "", "x"], "x"),
        Golden("REPLACE", ["a text without any match", "zz", "x"], "a text without any match"),
        Golden("TRANSLATE", ["www.apache.org", "wapcheorg", " APCHEcom"], "   .APACHE.com"),
        Golden("TRANSLATE", ["aabb", "aa", "xy"], "xxbb"), Golden("TRANSLATE", ["abc", "ab", ""], "c"),
        Golden("TRANSLATE", ["abc", .nullText, "b"], "abc"), Golden("TRANSLATE", ["abc", "a", .nullText], "bc"),
        Golden("TRANSLATE", ["a𝄞b", "𝄞b", "12"], "a12"),
        Golden("OVERLAY", ["abcdef", "XX", 2], "aXXdef"), Golden("OVERLAY", ["abcdef", "XX", 2, 4], "aXXf"),
        Golden("OVERLAY", ["abcdef", "XX", 7], "abcdef"), Golden("OVERLAY", ["abcdef", "XX", 0], "abcdef"),
        Golden("OVERLAY", ["abcdef", "XX", 2, 0], "aXX"), Golden("OVERLAY", ["abcdef", "", 2, 2], "adef"),
        Golden("OVERLAY", ["abcdef", "XX", 5, 10], "abcdXX"), Golden("OVERLAY", ["a𝄞b", "X", 3, 1], "a?Xb"),
        Golden("LPAD", ["abc", 5, "xy"], "xyabc"), Golden("LPAD", ["abc", 2, "xy"], "ab"),
        Golden("LPAD", ["a𝄞", 2, "x"], "a?"), Golden("LPAD", ["a", 4, "𝄞"], "𝄞?a"),
        Golden("LPAD", ["𝄞", 3, "-"], "-𝄞"),
        Golden("RPAD", ["abc", 7, "xyz"], "abcxyzx"), Golden("RPAD", ["𝄞", 3, "𝄞"], "𝄞?"),
        Golden("RPAD", ["abc", 0, "x"], ""),
    ]

    static let encodings: [Golden] = [
        Golden("TO_BASE64", ["  padded  "], "ICBwYWRkZWQgIA=="), Golden("TO_BASE64", ["日本"], "5pel5pys"),
        Golden("TO_BASE64", [.bytes([0x80])], "gA=="), Golden("FROM_BASE64", ["aGVsbG8gd29ybGQ="], "hello world"),
        Golden("FROM_BASE64", ["abc"], "i\u{FFFD}"), Golden("FROM_BASE64", ["aGVsbG8"], "hello"),
        Golden("ENCODE", ["aé", "US-ASCII"], .bytes([0x61, 0x3F])),
        Golden("ENCODE", ["aé", "ISO-8859-1"], .bytes([0x61, 0xE9])),
        Golden("ENCODE", ["a", "UTF-16"], .bytes([0xFE, 0xFF, 0, 0x61])),
        Golden("ENCODE", ["a", "UTF-16LE"], .bytes([0x61, 0])),
        Golden("ENCODE", ["😀", "utf-16be"], .bytes([0xD8, 0x3D, 0xDE, 0])),
        Golden("DECODE", [.bytes([0xE9]), "ISO-8859-1"], "é"),
        Golden("DECODE", [.bytes([0xE9]), "US-ASCII"], "\u{FFFD}"),
        Golden("DECODE", [.bytes([0, 255, 16]), "UTF-8"], "\u{0}\u{FFFD}\u{10}"),
        Golden("DECODE", [.bytes([0x61, 0x61]), "utf-16"], "慡"),
        Golden("URL_ENCODE", ["a b&c=d/e?f"], "a+b%26c%3Dd%2Fe%3Ff"),
        Golden("URL_ENCODE", ["*-._~!()"], "*-._%7E%21%28%29"), Golden("URL_ENCODE", ["日"], "%E6%97%A5"),
        Golden("URL_DECODE", ["a+b%20c"], "a b c"), Golden("URL_DECODE", ["%zz"], nil),
        Golden("URL_DECODE", ["%"], nil),
        Golden("URL_DECODE", ["%FF"], "\u{FFFD}"),
    ]

    static let firstURL: Argument = "http://user:pw@example.com:8080/p/a.php?k1=v1&k2=v%202#frag"
    static let urls: [Golden] = [
        Golden("PARSE_URL", [firstURL, "HOST"], "example.com"), Golden("PARSE_URL", [firstURL, "PATH"], "/p/a.php"),
        Golden("PARSE_URL", [firstURL, "QUERY"], "k1=v1&k2=v%202"), Golden("PARSE_URL", [firstURL, "REF"], "frag"),
        Golden("PARSE_URL", [firstURL, "PROTOCOL"], "http"),
        Golden("PARSE_URL", [firstURL, "AUTHORITY"], "user:pw@example.com:8080"),
        Golden("PARSE_URL", [firstURL, "FILE"], "/p/a.php?k1=v1&k2=v%202"),
        Golden("PARSE_URL", [firstURL, "USERINFO"], "user:pw"),
        Golden("PARSE_URL", [firstURL, "QUERY", "k2"], "v%202"),
        Golden("PARSE_URL", [firstURL, "HOST", "k1"], nil), Golden("PARSE_URL", [firstURL, "host"], nil),
        Golden("PARSE_URL", ["https://example.org", "PATH"], ""),
        Golden("PARSE_URL", ["https://example.org", "FILE"], ""),
        Golden("PARSE_URL", ["https://example.org", "QUERY"], nil), Golden("PARSE_URL", ["not a url", "HOST"], nil),
        Golden("PARSE_URL", ["ftp://h/x?k1=&k1=two&k3", "QUERY", "k1"], ""),
        Golden("PARSE_URL", ["ftp://h/x?k1=&k1=two&k3", "QUERY", "k3"], nil),
        Golden("PARSE_URL", ["mailto:x@y", "PATH"], "x@y"),
        Golden("PARSE_URL", ["http://h/p?a.b=1&axb=2", "QUERY", "a.b"], "1"),
    ]

    @Test(arguments: characters + parts + searches + changes + encodings + urls)
    func goldenValue(golden: Golden) throws { try golden.check(Self.catalogue) }

    static let types: [(String, [Argument], String)] = [
        ("UPPER", ["ab"], "CHAR(2) NOT NULL"), ("SUBSTRING", ["hello", 1], "VARCHAR(5)"),
        ("TRIM", ["BOTH", "x", "xxx"], "VARCHAR(3) NOT NULL"), ("BTRIM", ["xxx"], "STRING NOT NULL"),
        ("LTRIM", ["abc", .nullText], "VARCHAR(3)"), ("CONCAT", ["a"], "STRING NOT NULL"),
        ("CONCAT_WS", [",", "a", .nullText], "STRING"), ("ELT", [1, "a", "b"], "CHAR(1)"),
        ("ELT", [2, "ab", "c"], "VARCHAR(2)"), ("OVERLAY", ["abcdef", "XX", 2], "VARCHAR(8) NOT NULL"),
        ("SPLIT", ["a", ","], "ARRAY<STRING> NOT NULL"), ("TRANSLATE", ["abc", .nullText, "b"], "STRING NOT NULL"),
        ("IS_ALPHA", [.nullText], "BOOLEAN NOT NULL"), ("POSITION", ["a", "b"], "INT NOT NULL"),
        ("CHR", [97], "STRING"), ("REVERSE", ["a"], "STRING"), ("ENCODE", ["a", "UTF-8"], "BYTES NOT NULL"),
        ("UUID", [], "CHAR(36) NOT NULL"),
    ]

    @Test(arguments: types.indices)
    func resultType(index: Int) throws {
        let (name, arguments, expected) = Self.types[index]
        let function = try #require(Self.catalogue.scalar(name))
        #expect(try FunctionRun(function, arguments).type.description == expected)
    }

    static let refused: [(String, [Argument])] = [
        ("UPPER", [5]), ("UPPER", []), ("UPPER", ["a", "b"]), ("SUBSTRING", [12345, 2, 2]),
        ("SUBSTRING", ["abc", "b"]),
        ("CONCAT", [1, "x"]), ("ELT", [-1, "a"]), ("ELT", [1, 1, 2]), ("ELT", [1]),
        ("STARTSWITH", ["abc", .bytes([1])]),
        ("TRIM", [5]), ("CHR", ["a"]), ("SPLIT", [1, ","]), ("REPEAT", ["a", 2.0]), ("UPPER", [.null(.null)]),
        ("DECODE", ["abc", "UTF-8"]), ("SPLIT_INDEX", ["a,b", ",", "x"]), ("IS_ALPHA", [.bytes([0x61])]),
    ]

    @Test(arguments: refused.indices)
    func refusedInResolution(index: Int) throws {
        let (name, arguments) = Self.refused[index]
        let function = try #require(Self.catalogue.scalar(name))
        #expect(throws: FunctionError.self) {
            try function.resolve(arguments.map { ArgumentInfo($0.type, literal: $0.value) })
        }
    }

    static let failing: [(String, [Argument])] = [
        ("FROM_BASE64", ["!!!"]), ("FROM_BASE64", ["aGVsbG8=="]), ("FROM_BASE64", ["aGVs bG8="]),
        ("ENCODE", ["a", "NOPE"]), ("LPAD", ["a", -1, "x"]), ("LPAD", ["abc", 5, ""]), ("INSTR", ["abcb", "b", 1, 0]),
        ("REPEAT", ["abcdefgh", 2_000_000_000]),
    ]

    @Test(arguments: failing.indices)
    func failsAtRunTime(index: Int) throws {
        let (name, arguments) = Self.failing[index]
        let function = try #require(Self.catalogue.scalar(name))
        #expect(throws: EvaluationError.self) { try FunctionRun(function, arguments) }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func identifiersAreWellFormedAndDiffer(seed: UInt64) throws {
        let function = try #require(Self.catalogue.scalar("UUID"))
        let call = ResolvedCall(
            argumentTypes: [],
            literals: [],
            type: .notNull(.char(36)),
            context: EvaluationContext(makeSeed: { seed })
        )
        let column = try function.makeKernel(call)([], 100)
        let texts = (0..<100).compactMap { column.value($0).stringValue }
        #expect(Set(texts).count == 100)
        for text in texts {
            #expect(text.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
            #expect(Array(text)[14] == "4" && "89ab".contains(Array(text)[19]), "\(text)")
        }
    }

    /// Calls in several places of a statement, and on several shards, must not count through the same identifiers.
    @Test func eachCallHasASeedOfItsOwn() throws {
        let function = try #require(Self.catalogue.scalar("UUID"))
        var texts: Set<String> = []
        for _ in 0..<10 {
            let call = ResolvedCall(
                argumentTypes: [],
                literals: [],
                type: .notNull(.char(36)),
                context: EvaluationContext()
            )
            let column = try function.makeKernel(call)([], 10)
            texts.formUnion((0..<10).compactMap { column.value($0).stringValue })
        }
        #expect(texts.count == 100)
    }
}
