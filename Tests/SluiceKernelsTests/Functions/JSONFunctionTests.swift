import SluiceColumns
import Testing

@testable import SluiceKernels

/// Golden values of Flink 2.3.
@Suite("JSON functions")
struct JSONFunctionTests {
    static let catalogue = FunctionCatalogue(scalars: JSONFunctions.all)

    static func value(_ json: Argument, _ path: Argument, _ expected: String?) -> Golden {
        Golden("JSON_VALUE", [json, path], expected)
    }
    static func fallback(_ json: Argument, _ path: Argument, _ expected: String?) -> Golden {
        Golden("JSON_VALUE", [json, path, "STRING", "DEFAULT", "e", "DEFAULT", "r"], expected)
    }
    static func query(_ json: Argument, _ path: Argument, _ wrapper: Argument, _ expected: String?) -> Golden {
        Golden("JSON_QUERY", [json, path, "STRING", wrapper, "NULL", "NULL"], expected)
    }

    static let values: [Golden] = [
        value("{\"a\":1}", "$.a", "1"), value("{\"a\":1.50}", "$.a", "1.50"), value("{\"a\":true}", "$.a", "true"),
        value("{\"a\":null}", "$.a", nil), value("{\"a\":[1]}", "$.a", nil), value("bad", "$.a", nil),
        value("{\"a\":1e3}", "$.a", "1E+3"), value("{\"a\":1E5}", "$.a", "1E+5"),
        value("{\"a\":1.5e-7}", "$.a", "1.5E-7"),
        value("{\"a\":100000000000000000000}", "$.a", "100000000000000000000"), value("5", "$", "5"),
        value("{\"a\":-0}", "$.a", "0"), value("{\"a\":1, \"a\":2}", "$.a", "2"),
        value(" {\"a\" : \"\\u00e9\"} ", "$.a", "é"),
        value("\"\\ud834\\udd1e\"", "$", "𝄞"), value("{\"a\":1}", "bogus", nil), value("{\"a\":1}", "$.", nil),
        value("{\"a b\":1}", "$['a b']", "1"), value("{\"a\":[1,2,3]}", "$.a[1]", "2"),
        value("{\"a\":[1,2,3]}", "$.a[-1]", "3"),
        value("{\"a\":[1]}", "$.a[*]", nil), value("{\"a-b\":1}", "$.a-b", "1"), value("{\"a\":1} x", "$.a", "1"),
        value("{a:1}", "$.a", nil), value("{\"a\":1,}", "$.a", nil), value("", "$", nil),
        value("[1,2]", "lax $[5]", nil),
        value("{\"a\":{\"b\":{\"c\":\"deep\"}}}", "$.a.b.c", "deep"), value(.nullText, "$", nil),
        fallback("{\"a\":1}", "lax $.b", "e"), fallback("{\"a\":1}", "$.b", "r"), fallback("bad", "$.b", "r"),
        fallback("{\"a\":[1]}", "lax $.a", "e"), fallback("{\"a\":[1]}", "$.a", "r"),
        fallback("{\"a\":null}", "lax $.a", "e"),
        Golden("JSON_VALUE", ["{\"a\":1}", "$.a", "INT", "NULL", .null(.int), "NULL", .null(.int)], 1),
        Golden("JSON_VALUE", ["{\"a\":1}", "$.b", "INT", "DEFAULT", 5, "DEFAULT", 7], 7),
        Golden("JSON_VALUE", ["{\"a\":1}", "lax $.b", "INT", "DEFAULT", 5, "NULL", .null(.int)], 5),
        Golden("JSON_VALUE", ["{\"a\":1.5}", "$.a", "DOUBLE", "NULL", .null(.double), "NULL", .null(.double)], 1.5),
        Golden(
            "JSON_VALUE",
            ["{\"a\":true}", "$.a", "BOOLEAN", "NULL", .null(.boolean), "NULL", .null(.boolean)],
            true
        ),
    ]

    static let queries: [Golden] = [
        Golden("JSON_QUERY", ["{\"a\":{\"b\":1}}", "$.a"], "{\"b\":1}"),
        Golden("JSON_QUERY", ["{\"a\":1}", "$.a"], nil),
        Golden("JSON_QUERY", ["{\"b\":{\"z\":1,\"a\":2}}", "$"], "{\"b\":{\"a\":2,\"z\":1}}"),
        Golden("JSON_QUERY", ["{\"b\":1e3, \"c\":\"é\\u00e9\\n\"}", "$"], "{\"b\":1E+3,\"c\":\"éé\\n\"}"),
        query("{\"a\":1}", "$.a", "UNCONDITIONAL", "[1]"), query("{\"a\":[1]}", "$.a", "UNCONDITIONAL", "[[1]]"),
        query("{\"a\":[1]}", "$.a", "CONDITIONAL", "[1]"), query("{\"a\":1}", "$.a", "CONDITIONAL", "[1]"),
        query("{\"a\":1}", "lax $.b", "UNCONDITIONAL", nil),
        query("{\"a\":{\"b\":1}}", "$.a", "CONDITIONAL", "[{\"b\":1}]"),
        Golden("JSON_QUERY", ["{\"a\":1}", "$.a", "STRING", "WITHOUT", "EMPTY ARRAY", "EMPTY OBJECT"], "{}"),
        Golden("JSON_QUERY", ["{\"a\":1}", "lax $.b", "STRING", "WITHOUT", "EMPTY ARRAY", "EMPTY OBJECT"], "[]"),
        Golden(
            "JSON_QUERY",
            ["{\"a\":[1,null,\"x\"]}", "$.a", "ARRAY<STRING>", "WITHOUT", "NULL", "NULL"],
            .array([.string("1"), .null, .string("x")])
        ),
        Golden("JSON_EXISTS", ["{\"a\":true}", "$.a"], true), Golden("JSON_EXISTS", ["{\"a\":null}", "$.a"], false),
        Golden("JSON_EXISTS", ["{\"a\":[]}", "$.a[*]"], true), Golden("JSON_EXISTS", ["bad", "$.a", "TRUE"], true),
        Golden("JSON_EXISTS", ["{}", "strict $.a", "UNKNOWN"], nil), Golden("JSON_EXISTS", ["", "$"], false),
        Golden("JSON_EXISTS", ["{\"a\":{\"b\":1}}", "$..b"], true),
        Golden("JSON_EXISTS", ["{\"a\":1}", "lax $.b"], false),
    ]

    static let kinds: [(String, Bool)] = [
        ("1", true), ("[]", true), ("{}", true), ("\"abc\"", true), ("abc", false), ("", false), ("{\"a\":1,}", false),
        ("{a:1}", false), ("01", false), ("1 2", true), (" 1 ", true), ("NaN", false), ("'x'", false),
        ("{\"a\":1} x", true),
        ("[1", false), ("nul", false), ("\"a\\qb\"", false), ("-", false), ("1.", false), (".5", false), ("1e", false),
        ("+1", false), ("[1,]", false), ("null", true), ("truex", false), ("\"a\nb\"", false),
        (String(repeating: "[", count: 100_000), false),
    ]

    @Test(arguments: kinds.indices)
    func isJSON(index: Int) throws {
        let (text, expected) = Self.kinds[index]
        try Golden("IS JSON", [Argument(.string(text), .string), "VALUE"], expected).check(Self.catalogue)
    }

    static let quotes: [Golden] = [
        Golden("IS JSON", ["[1]", "ARRAY"], true), Golden("IS JSON", ["[1]", "OBJECT"], false),
        Golden("IS JSON", ["1", "SCALAR"], true), Golden("IS JSON", [.nullText, "VALUE"], false),
        Golden("JSON_QUOTE", ["a\"b\\c/d"], "\"a\\\"b\\\\c\\/d\""),
        Golden("JSON_QUOTE", ["日😀"], "\"\\u65e5\\u1f600\\ude00\""),
        Golden("JSON_QUOTE", ["\u{1}"], "\"\u{1}\""), Golden("JSON_UNQUOTE", ["\"abc\""], "abc"),
        Golden("JSON_UNQUOTE", ["abc"], "abc"), Golden("JSON_UNQUOTE", ["\"a\\u00e9\\n\""], "aé\n"),
        Golden("JSON_UNQUOTE", ["\"bad\\q\""], "\"bad\\q\""), Golden("JSON_UNQUOTE", ["\""], "\""),
        Golden("JSON_UNQUOTE", ["\"\\ud83d\\ude00\""], "😀"), Golden("JSON_UNQUOTE", ["\"a\" \"b\""], "a\" \"b"),
        Golden("JSON_UNQUOTE", ["\"\\u00zz\""], "\"\\u00zz\""),
    ]

    static let constructed: [Golden] = [
        Golden("JSON_STRING", [1], "1"), Golden("JSON_STRING", ["tab\t\u{1}"], "\"tab\\t\\u0001\""),
        Golden("JSON_STRING", [1e7], "1.0E+7"), Golden("JSON_STRING", [1e-5], "0.000010"),
        Golden("JSON_STRING", [1e20], "1.0E+20"),
        Golden("JSON_STRING", [Argument(.double(.nan), .double)], "\"NaN\""), Golden("JSON_STRING", [0.1], "0.1"),
        Golden("JSON_STRING", [Argument(.float(0.1), .float)], "0.10000000149011612"),
        Golden("JSON_STRING", [Argument(.integer(110), .decimal(precision: 3, scale: 2))], "1.10"),
        Golden("JSON_STRING", [Argument(.integer(0), .decimal(precision: 18, scale: 10))], "0E-10"),
        Golden("JSON_STRING", [.bytes([0x0A, 0xFF])], "\"Cv8=\""), Golden("JSON_STRING", [true], "true"),
        Golden("JSON_STRING", [TemporalFunctionTests.timestamp("2024-01-01 01:02:03.4")], "\"2024-01-01T01:02:03.4\""),
        Golden("JSON_STRING", [TemporalFunctionTests.zoned("1970-01-01 00:00:00")], "\"1970-01-01T00:00:00Z\""),
        Golden(
            "JSON_STRING",
            [
                Argument(
                    .row([.integer(1), .array([.integer(2), .null])]),
                    .row([RowField("b", DataType(.int)), RowField("a", DataType(.array(DataType(.int))))])
                )
            ],
            "{\"a\":[2,null],\"b\":1}"
        ),
        Golden("JSON_OBJECT", ["NULL", "z", 1, "a", "x"], "{\"a\":\"x\",\"z\":1}"),
        Golden("JSON_OBJECT", ["NULL"], "{}"),
        Golden("JSON_OBJECT", ["NULL", "a", .null(.int)], "{\"a\":null}"),
        Golden("JSON_OBJECT", ["ABSENT", "a", .null(.int)], "{}"),
        Golden("JSON_OBJECT", ["NULL", "a", 1, "a", 2], "{\"a\":2}"),
        Golden(
            "JSON_OBJECT",
            ["NULL", "m", Argument(.string("{\"x\": [1, 2]}"), JSONFunctions.insertedType)],
            "{\"m\":{\"x\":[1,2]}}"
        ),
        Golden("JSON_ARRAY", ["ABSENT"], "[]"), Golden("JSON_ARRAY", ["ABSENT", 1, .nullText, "2"], "[1,\"2\"]"),
        Golden("JSON_ARRAY", ["NULL", 1, .nullText], "[1,null]"),
    ]

    @Test(arguments: values + queries + quotes)
    func goldenValue(golden: Golden) throws { try golden.check(Self.catalogue) }

    /// Constructors take NULLs for values, so only constant arguments are tried.
    @Test(arguments: constructed)
    func constructedValue(golden: Golden) throws {
        let function = try #require(Self.catalogue.scalar(golden.name))
        let signature = try function.resolve(golden.arguments.map { ArgumentInfo($0.type, literal: $0.value) })
        let call = ResolvedCall(
            argumentTypes: signature.arguments,
            literals: golden.arguments.map(\.value),
            type: signature.result,
            context: EvaluationContext()
        )
        let columns = zip(golden.arguments, signature.arguments).map { Column.constant($0.value, $1, count: 2) }
        let flat = columns.map { $0.flattened() }
        #expect(try function.makeKernel(call)(columns, 2).value(1) == golden.expected)
        #expect(try function.makeKernel(call)(flat, 2).value(1) == golden.expected)
    }

    static let refused: [(String, [Argument])] = [
        ("JSON_STRING", [TemporalFunctionTests.date("2024-01-01")]), ("JSON_OBJECT", ["NULL", .nullText, 1]),
        ("JSON_OBJECT", ["NULL", 1, 1]), ("JSON_OBJECT", ["NULL", "a"]), ("JSON_QUOTE", [1]), ("IS JSON", [1]),
        ("JSON_VALUE", ["{}", "$.a", "BIGINT", "NULL", .nullText, "NULL", .nullText]), ("JSON_EXISTS", [1, "$"]),
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
        ("JSON_VALUE", ["{\"a\":\"1\"}", "$.a", "INT", "NULL", .null(.int), "NULL", .null(.int)]),
        ("JSON_VALUE", ["{\"a\":1}", "$.a", "DOUBLE", "NULL", .null(.double), "NULL", .null(.double)]),
        ("JSON_VALUE", ["{\"a\":1}", "$.b", "STRING", "NULL", .nullText, "ERROR", .nullText]),
        ("JSON_EXISTS", ["bad", "$.a", "ERROR"]),
        ("JSON_QUERY", ["{\"a\":1}", "$.a", "STRING", "WITHOUT", "NULL", "ERROR"]),
    ]

    @Test(arguments: failing.indices)
    func failsAtRunTime(index: Int) throws {
        let (name, arguments) = Self.failing[index]
        let function = try #require(Self.catalogue.scalar(name))
        #expect(throws: EvaluationError.self) { try FunctionRun(function, arguments) }
    }
}
