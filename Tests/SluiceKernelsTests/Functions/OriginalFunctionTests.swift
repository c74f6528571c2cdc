import SluiceColumns
import Testing

@testable import SluiceKernels

/// Values reasoned by hand or by the documentation of Hive and Spark, which have most of these functions.
@Suite("Functions that stand in for those of RocketMQ Streams")
struct OriginalFunctionTests {
    static let catalogue = FunctionCatalogue.builtins

    static func number(_ value: Int64, _ type: LogicalType) -> Argument { Argument(.integer(value), type) }
    static let least = number(.min, .bigint)

    static let bits: [Golden] = [
        Golden("BITAND", [-1, least], .integer(.min)), Golden("BITOR", [.null(.int), 1], nil),
        Golden("BITXOR", [number(-1, .tinyint), number(1, .smallint)], -2), Golden("BITNOT", [least], .integer(.max)),
        Golden("BITNOT", [number(-128, .tinyint)], 127), Golden("BITAND", [.null(.null), 1], nil),
        Golden("SHIFTLEFT", [1, 31], Int(Int32.min)), Golden("SHIFTLEFT", [1, 32], 1),
        Golden("SHIFTLEFT", [1, -1], Int(Int32.min)),
        Golden("SHIFTLEFT", [number(1, .bigint), 63], .integer(.min)),
        Golden("SHIFTLEFT", [number(1, .tinyint), 10], 1024),
        Golden("SHIFTRIGHT", [least, 63], -1), Golden("SHIFTRIGHT", [-1, number(.max, .bigint)], -1),
        Golden("SHIFTRIGHTUNSIGNED", [-1, 28], 15), Golden("SHIFTRIGHTUNSIGNED", [least, 63], 1),
        Golden("SHIFTRIGHTUNSIGNED", [-1, 0], -1), Golden("SHIFTRIGHTUNSIGNED", [-1, .null(.int)], nil),
    ]

    static let numbers: [Golden] = [
        Golden("FACTORIAL", [20], 2_432_902_008_176_640_000), Golden("FACTORIAL", [21], nil),
        Golden("FACTORIAL", [least], nil), Golden("FACTORIAL", [0], 1),
        Golden("CBRT", [Argument(.double(-8), .double)], -2.0),
        Golden("CBRT", [Argument(.double(.nan), .double)], .double(.nan)),
        Golden("BROUND", [2.5], 2.0), Golden("BROUND", [3.5], 4.0), Golden("BROUND", [-2.5], -2.0),
        Golden("BROUND", [2.500001], 3.0), Golden("BROUND", [0.5], 0.0), Golden("BROUND", [25, -1], 20),
        Golden("BROUND", [35, -1], 40), Golden("BROUND", [-35, -1], -40), Golden("BROUND", [250, -3], 0),
        Golden("BROUND", [0.125, 2], 0.12), Golden("BROUND", [0.375, 2], 0.38),
        Golden("BROUND", [number(245, .decimal(precision: 3, scale: 2)), 1], 24),
        Golden("BROUND", [number(-255, .decimal(precision: 3, scale: 2)), 1], -26),
        Golden("CONV", ["100", 2, 10], "4"), Golden("CONV", ["-10", 16, -10], "-16"),
        Golden("CONV", ["-10", 10, 16], "FFFFFFFFFFFFFFF6"),
        Golden("CONV", ["11abc", 10, 10], "11"), Golden("CONV", ["", 10, 10], nil), Golden("CONV", ["x", 10, 10], "0"),
        Golden("CONV", ["zz", 36, 10], "1295"), Golden("CONV", ["1", 1, 10], nil), Golden("CONV", ["1", 10, 37], nil),
        Golden("CONV", ["1", 10, least], nil), Golden("CONV", ["18446744073709551615", 10, -10], "-1"),
        Golden("CONV", ["18446744073709551616", 10, 16], "FFFFFFFFFFFFFFFF"), Golden("CONV", ["-0", 10, -2], "0"),
        Golden("CONV", ["FFFFFFFFFFFFFFFF", 16, 36], "3W5E11264SGSF"),
    ]

    static func date(_ year: Int, _ month: Int, _ day: Int) -> Argument {
        number(Int64(CivilDate(year: year, month: month, day: day).daysSinceEpoch), .date)
    }

    static let days: [Golden] = [
        Golden("LAST_DAY", [date(2023, 2, 1)], date(2023, 2, 28).value),
        Golden("LAST_DAY", [date(1900, 2, 28)], date(1900, 2, 28).value),
        Golden("LAST_DAY", [date(9999, 12, 31)], date(9999, 12, 31).value),
        Golden("LAST_DAY", [date(1, 1, 1)], date(1, 1, 31).value),
        Golden("LAST_DAY", [.null(.date)], nil),
        // The last millisecond of February, and the microsecond before 1970.
        Golden("LAST_DAY", [number(1_709_251_199_999_000, .timestamp(3))], date(2024, 2, 29).value),
        Golden("LAST_DAY", [number(-1_000, .timestamp(3))], date(1969, 12, 31).value),
        Golden("NEXT_DAY", [date(2024, 2, 29), "THU"], date(2024, 3, 7).value),
        Golden("NEXT_DAY", [date(2024, 2, 29), "wednesday"], date(2024, 3, 6).value),
        Golden("NEXT_DAY", [date(2024, 2, 29), "Sa"], date(2024, 3, 2).value),
        Golden("NEXT_DAY", [date(1960, 1, 1), "su"], date(1960, 1, 3).value),
        Golden("NEXT_DAY", [date(1960, 1, 1), "mo"], date(1960, 1, 4).value),
        Golden("NEXT_DAY", [date(1960, 1, 1), "TUESDAY"], date(1960, 1, 5).value),
        Golden("NEXT_DAY", [date(1960, 1, 1), "tues"], nil),
        Golden("NEXT_DAY", [date(1960, 1, 1), "Fri"], date(1960, 1, 8).value),
        Golden("NEXT_DAY", [date(1960, 1, 1), ""], nil), Golden("NEXT_DAY", [date(1960, 1, 1), "t"], nil),
        Golden("NEXT_DAY", [date(1960, 1, 1), "sundays"], nil), Golden("NEXT_DAY", [date(1960, 1, 1), .nullText], nil),
    ]

    static func texts(_ parts: String?...) -> Value { .array(parts.map { $0.map { .string($0) } ?? .null }) }

    static let parts: [Golden] = [
        Golden("SOUNDEX", ["Rupert"], "R163"), Golden("SOUNDEX", ["Tymczak"], "T522"),
        Golden("SOUNDEX", ["Pfister"], "P236"),
        Golden("SOUNDEX", ["Ashcraft"], "A261"), Golden("SOUNDEX", ["honeyman"], "H555"),
        Golden("SOUNDEX", ["A"], "A000"),
        Golden("SOUNDEX", [""], ""), Golden("SOUNDEX", ["1a"], "1a"), Golden("SOUNDEX", ["O'Hara"], "O600"),
        Golden("SOUNDEX", [.nullText], nil),
        Golden("IS_ENCODING", ["é", "ISO-8859-1"], true), Golden("IS_ENCODING", ["日", "latin1"], false),
        Golden("IS_ENCODING", ["?", "US-ASCII"], true), Golden("IS_ENCODING", ["😀\u{FEFF}", "UTF-16"], true),
        Golden("IS_ENCODING", ["", "US-ASCII"], true), Golden("IS_ENCODING", ["a", .nullText], nil),
        Golden("IS_ENCODING", [.bytes([0xC3, 0xA9]), "UTF-8"], true),
        Golden("IS_ENCODING", [.bytes([0xC3]), "UTF-8"], false),
        Golden("IS_ENCODING", [.bytes([0xE9]), "US-ASCII"], false),
        Golden("IS_ENCODING", [.bytes([0xFF, 0xFE, 0x61, 0]), "UTF-16"], true),
        Golden("IS_ENCODING", [.bytes([0x61]), "UTF-16LE"], false),
        Golden("IS_ENCODING", [.bytes([0xD8, 0, 0, 0x61]), "UTF-16"], false),
        Golden("SPLIT_QUOTED", ["a,\"b,c\",d", ","], texts("a", "b,c", "d")),
        Golden("SPLIT_QUOTED", ["", ","], texts("")),
        Golden("SPLIT_QUOTED", ["k=\"a b\" c", " "], texts("k=\"a b\"", "c")),
        Golden("SPLIT_QUOTED", ["\"a b", " "], texts("\"a", "b")),
        Golden("SPLIT_QUOTED", ["[a b](c d)", " ", "[]()"], texts("[a b](c d)")),
        Golden("SPLIT_QUOTED", ["", "", ""], nil),
        Golden("SPLIT_QUOTED", ["「a b」 c", " ", "「」"], texts("a b", "c")),
        Golden("SPLIT_QUOTED", ["a", ",", "x"], nil),
        Golden("SPLIT_QUOTED", ["a::\"\"::", "::"], texts("a", "", "")), Golden("SPLIT_QUOTED", ["a", .nullText], nil),
        Golden("REGEXP_EXTRACT_GROUPS", ["xaby", "(a)(z)?(b)"], texts("a", nil, "b")),
        Golden("REGEXP_EXTRACT_GROUPS", ["xaby", "(c)"], nil),
        Golden("REGEXP_EXTRACT_GROUPS", ["xaby", "a"], .array([])),
        Golden("REGEXP_EXTRACT_GROUPS", ["xaby", "("], nil), Golden("REGEXP_EXTRACT_GROUPS", [.nullText, "(a)"], nil),
    ]

    static let map = Argument(
        .map(keys: [.string("a"), .string("b"), .string("c")], values: [.string("1"), .null, .string("")]),
        .map(DataType(.string), DataType(.string))
    )
    static func ints(_ numbers: Int64?...) -> Argument {
        Argument(.array(numbers.map { $0.map { .integer($0) } ?? .null }), .array(DataType(.int)))
    }

    static let collections: [Golden] = [
        Golden("MAP_TO_STR", [map], "a=1,c="), Golden("MAP_TO_STR", [map, " & "], "a=1 & c="),
        Golden("MAP_TO_STR", [map, "", ""], "a1c"), Golden("MAP_TO_STR", [map, .nullText], nil),
        Golden("ARRAY_HAS_ANY", [ints(1, nil), ints(nil)], true), Golden("ARRAY_HAS_ANY", [ints(1), ints()], false),
        Golden("ARRAY_HAS_ALL", [ints(1), ints()], true), Golden("ARRAY_HAS_ALL", [ints(1, 2), ints(2, 1, 2)], true),
        Golden("ARRAY_HAS_ALL", [ints(1), ints(nil)], false),
        Golden("ARRAY_HAS_ALL", [.null(.array(DataType(.int))), ints()], nil),
    ]

    @Test("golden values", arguments: bits + numbers + days + parts + collections)
    func golden(_ golden: Golden) throws { try golden.check(Self.catalogue) }

    @Test("the root of a cube is exact")
    func cubes() {
        for number in stride(from: -100_000.0, through: 100_000, by: 17) {
            #expect(CubeRoot.value(number * number * number) == number)
        }
        #expect(CubeRoot.value(1e300).magnitude > 0.99e100)
        #expect(CubeRoot.value(.infinity) == .infinity)
        #expect(CubeRoot.value(.leastNonzeroMagnitude) > 0)
    }

    @Test("wider types, and types that fit none")
    func types() throws {
        func type(_ name: String, _ types: LogicalType...) throws -> DataType {
            let function = try #require(Self.catalogue.scalar(name))
            return try function.resolve(types.map { ArgumentInfo(.notNull($0)) }).result
        }
        #expect(try type("BITAND", .tinyint, .bigint) == .notNull(.bigint))
        #expect(try type("BITOR", .tinyint, .smallint) == .notNull(.smallint))
        #expect(try type("SHIFTLEFT", .tinyint, .int) == .notNull(.int))
        #expect(try type("LAST_DAY", .timestampLTZ(3)) == .notNull(.date))
        #expect(throws: FunctionError.self) { try type("BITAND", .double, .int) }
        #expect(throws: FunctionError.self) { try type("SHIFTLEFT", .decimal(precision: 3, scale: 0), .int) }
        #expect(throws: FunctionError.self) { try type("LAST_DAY", .string) }
        #expect(throws: FunctionError.self) { try type("MAP_TO_STR", .map(DataType(.string), DataType(.int))) }
    }
}
