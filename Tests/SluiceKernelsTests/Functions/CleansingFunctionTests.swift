import SluiceColumns
import Testing

@testable import SluiceKernels

/// Values reasoned by hand: Flink has none of these functions.
@Suite("Cleansing functions")
struct CleansingFunctionTests {
    static let catalogue = FunctionCatalogue(scalars: CleansingFunctions.all)

    static let blanks: [Golden] = [
        Golden("IS_BLANK", [" \t\r\n"], true), Golden("IS_BLANK", ["\u{3000}"], true),
        Golden("IS_BLANK", [" . "], false), Golden("IS_BLANK", ["é"], false),
        Golden("BLANK_TO_NULL", ["\u{A0}\u{3000} "], nil), Golden("BLANK_TO_NULL", [" x "], " x "),
        Golden("BLANK_TO_NULL", ["a text too long for a view"], "a text too long for a view"),
        Golden("BLANK_TO_NULL", [.nullText], nil),
        Golden("COALESCE_BLANK", ["", .nullText, "c", "d"], "c"), Golden("COALESCE_BLANK", ["", " ", .nullText], nil),
        Golden("COALESCE_BLANK", ["", "a text too long for a view"], "a text too long for a view"),
    ]

    static let caseless: [Golden] = [
        Golden("EQUALS_IGNORE_CASE", ["Straße", "STRASSE"], true), Golden("EQUALS_IGNORE_CASE", ["Σας", "ΣΑΣ"], true),
        Golden("EQUALS_IGNORE_CASE", ["a", "ab"], false), Golden("EQUALS_IGNORE_CASE", ["", ""], true),
        Golden("CONTAINS_IGNORE_CASE", ["xÉy", "é"], true), Golden("CONTAINS_IGNORE_CASE", ["abc", ""], true),
        Golden("CONTAINS_IGNORE_CASE", ["abc", "AC"], false), Golden("CONTAINS_IGNORE_CASE", [.nullText, "a"], nil),
        Golden("STARTSWITH_IGNORE_CASE", ["Abc", "AB"], true), Golden("STARTSWITH_IGNORE_CASE", ["a", "AB"], false),
        Golden("ENDSWITH_IGNORE_CASE", ["xAb", "aB"], true), Golden("ENDSWITH_IGNORE_CASE", ["b", "AB"], false),
        Golden("ENDSWITH_IGNORE_CASE", ["b", .nullText], nil),
    ]

    static let markers: [Golden] = [
        Golden("COUNT_OCCURRENCES", ["aaaaa", "aa"], 2), Golden("COUNT_OCCURRENCES", ["abc", ""], 0),
        Golden("COUNT_OCCURRENCES", ["", "a"], 0), Golden("COUNT_OCCURRENCES", ["日本日", "日"], 2),
        Golden("COUNT_OCCURRENCES", ["a", .nullText], nil),
        Golden("SUBSTRING_BETWEEN", ["a]b[c]d]", "[", "]"], "c"), Golden("SUBSTRING_BETWEEN", ["a[b", "[", "]"], nil),
        Golden("SUBSTRING_BETWEEN", ["a]b", "[", "]"], nil), Golden("SUBSTRING_BETWEEN", ["''", "'", "'"], ""),
        Golden("SUBSTRING_BETWEEN", ["ab]", "", "]"], "ab"), Golden("SUBSTRING_BETWEEN", ["a", .nullText, "b"], nil),
        Golden("SUBSTRING_INDEX", ["a.b.c", ".", 2], "a.b"), Golden("SUBSTRING_INDEX", ["a.b.c", ".", 3], "a.b.c"),
        Golden("SUBSTRING_INDEX", ["a.b.c", ".", -1], "c"), Golden("SUBSTRING_INDEX", ["a.b.c", ".", -3], "a.b.c"),
        Golden("SUBSTRING_INDEX", ["a.b", ".", 0], ""), Golden("SUBSTRING_INDEX", ["a.b", "", 1], ""),
        Golden("SUBSTRING_INDEX", ["a", "longer", -1], "a"), Golden("SUBSTRING_INDEX", ["xaaay", "aa", -1], "y"),
        Golden("SUBSTRING_INDEX", ["xaaay", "aa", -2], "xaaay"),
        Golden("SUBSTRING_INDEX", ["a.b", ".", Argument(.integer(.min), .bigint)], "a.b"),
        Golden("KEY_VALUE", ["a=1;b=2;a=3", ";", "=", "a"], "1"), Golden("KEY_VALUE", ["a=1;b=", ";", "=", "b"], ""),
        Golden("KEY_VALUE", ["a=1=2", ";", "=", "a"], "1=2"), Golden("KEY_VALUE", ["aa=1", ";", "=", "a"], nil),
        Golden("KEY_VALUE", ["a;b=2", ";", "=", "a"], nil), Golden("KEY_VALUE", ["", ";", "=", ""], nil),
        Golden("KEY_VALUE", ["a::1||b::2", "||", "::", "b"], "2"), Golden("KEY_VALUE", ["a=1", "", "=", "a"], nil),
        Golden("KEYVALUE", ["a=1", ";", "=", .nullText], nil),
    ]

    static let others: [Golden] = [
        Golden("LEVENSHTEIN", ["", "日本"], 2), Golden("LEVENSHTEIN", ["flaw", "lawn"], 2),
        Golden("LEVENSHTEIN", ["😀a", "a"], 1), Golden("LEVENSHTEIN", ["a", .nullText], nil),
        Golden("SIMILARITY", ["", ""], 1.0), Golden("SIMILARITY", ["ab", "cd"], 0.0),
        Golden("SIMILARITY", ["日本", "日"], 0.5), Golden("SIMILARITY", [.nullText, ""], nil),
        Golden("MASK", ["13812345678", 3, 4], "138****5678"), Golden("MASK", ["日本語😀", 1, 1, "#"], "日##😀"),
        Golden("MASK", ["abc", 2, 1], "***"), Golden("MASK", ["abc", 9, 0], "***"), Golden("MASK", ["", 1, 1], ""),
        Golden("MASK", ["abc", -1, 0], nil), Golden("MASK", ["abc", 1, 0, ""], "a"),
        Golden("MASK", ["abc", 0, 0], "***"),
        Golden("MASK", ["abc", Argument(.integer(.max), .bigint), Argument(.integer(.max), .bigint)], "***"),
        Golden("OCTET_LENGTH", ["é😀"], 6), Golden("OCTET_LENGTH", [.nullText], nil),
    ]

    @Test("golden values", arguments: blanks + caseless + markers + others)
    func golden(_ golden: Golden) throws { try golden.check(Self.catalogue) }

    @Test("what is no string is refused")
    func refusals() throws {
        let function = try #require(Self.catalogue.scalar("IS_BLANK"))
        #expect(throws: FunctionError.self) { try function.resolve([ArgumentInfo(.notNull(.int))]) }
        #expect(throws: FunctionError.self) { try function.resolve([]) }
    }

    @Test("NULL is blank")
    func nullIsBlank() throws {
        let function = try #require(Self.catalogue.scalar("IS_BLANK"))
        let run = try FunctionRun(function, ["x"])
        #expect(run.type == .notNull(.boolean))
        let call = ResolvedCall(
            argumentTypes: [DataType(.string)],
            literals: [nil],
            type: .notNull(.boolean),
            context: EvaluationContext()
        )
        let result = try function.makeKernel(call)([Column.of([.null, .string("x")], DataType(.string))], 2)
        #expect(result.value(0) == .boolean(true))
        #expect(result.value(1) == .boolean(false))
    }
}
