import SluiceColumns
import Testing

@testable import SluiceKernels

/// Golden values of Flink 2.3.
@Suite("Collection functions")
struct CollectionFunctionTests {
    static let catalogue = FunctionCatalogue(scalars: CollectionFunctions.all)

    static func ints(_ values: [Int?], nullable: Bool = true) -> Argument {
        Argument(list(values), .array(DataType(.int, nullable: nullable)))
    }
    static func list(_ values: [Int?]) -> Value { .array(values.map { $0.map { .integer(Int64($0)) } ?? .null }) }
    static func texts(_ values: [String?]) -> Argument {
        Argument(.array(values.map { $0.map { .string($0) } ?? .null }), .array(DataType(.string)))
    }
    static func map(_ entries: KeyValuePairs<String, Int>) -> Argument {
        Argument(mapValue(entries), .map(DataType(.string), DataType(.int)))
    }
    static func mapValue(_ entries: KeyValuePairs<String, Int>) -> Value {
        .map(keys: entries.map { .string($0.key) }, values: entries.map { .integer(Int64($0.value)) })
    }

    static let arrays: [Golden] = [
        Golden("ARRAY_APPEND", [ints([1]), 2], list([1, 2])),
        Golden("ARRAY_PREPEND", [ints([1]), 2], list([2, 1])),
        Golden("ARRAY_CONTAINS", [ints([1, nil, 1]), 1], true), Golden("ARRAY_CONTAINS", [ints([]), 1], false),
        Golden("ARRAY_POSITION", [ints([1, nil, 1, 2]), 2], 4), Golden("ARRAY_POSITION", [ints([3]), 9], 0),
        Golden("ARRAY_POSITION", [ints([1, nil]), .null(.int)], nil),
        Golden("ARRAY_REMOVE", [ints([1, nil, 1, 2]), 1], list([nil, 2])),
        Golden("ARRAY_JOIN", [texts(["x", nil, "x", ""]), "+"], "x+x+"),
        Golden("ARRAY_JOIN", [texts(["x", nil, "x", ""]), "+", "NUL"], "x+NUL+x+"),
        Golden("ARRAY_SLICE", [ints([1, 2, 3, 4]), 2, 3], list([2, 3])),
        Golden("ARRAY_SLICE", [ints([1, 2, 3, 4]), 3, 2], list([])),
        Golden("ARRAY_SLICE", [ints([1, 2, 3, 4]), 1, 0], list([1])),
        Golden("ARRAY_SLICE", [ints([1, 2, 3, 4]), -100, 2], list([1, 2])),
        Golden("ARRAY_SLICE", [ints([3, 1, 2]), -3, -2], list([3, 1])),
        Golden("ARRAY_SLICE", [ints([1, 2, 3, 4]), 5], list([])), Golden("ARRAY_SLICE", [ints([]), 1], list([])),
        Golden("ARRAY_UNION", [ints([1, nil]), ints([nil, 9])], list([1, nil, 9])),
        Golden("ARRAY_EXCEPT", [ints([1, 1, 2, 3]), ints([2])], list([1, 3])),
        Golden("ARRAY_INTERSECT", [ints([3, 1, 1]), ints([1, 3])], list([3, 1])),
        Golden("ARRAY_CONCAT", [ints([1]), ints([2, 3])], list([1, 2, 3])),
        Golden("ARRAY_DISTINCT", [ints([3, 1, 3, 2, 1])], list([3, 1, 2])),
        Golden("ARRAY_REVERSE", [ints([1, nil, 3])], list([3, nil, 1])),
        Golden("ARRAY_SORT", [ints([1, nil, 2])], list([nil, 1, 2])),
        Golden("ARRAY_SORT", [ints([1, nil, 2]), false], list([2, 1, nil])),
        Golden("ARRAY_SORT", [ints([1, nil, 2]), true, false], list([1, 2, nil])),
        Golden("ARRAY_MAX", [ints([1, 3, nil])], 3), Golden("ARRAY_MIN", [ints([nil, 5])], 5),
        Golden("ARRAY_MAX", [ints([nil])], nil), Golden("ARRAY_REVERSE", [.null(.array(DataType(.int)))], nil),
    ]

    static let maps: [Golden] = [
        Golden("MAP_KEYS", [map(["a": 1, "b": 2])], .array([.string("a"), .string("b")])),
        Golden("MAP_VALUES", [map(["a": 1, "b": 2])], list([1, 2])),
        Golden("MAP_ENTRIES", [map(["a": 1])], .array([.row([.string("a"), .integer(1)])])),
        Golden("MAP_FROM_ARRAYS", [texts(["k"]), ints([1])], mapValue(["k": 1])),
        Golden("MAP_UNION", [map(["a": 1, "b": 3]), map(["a": 2])], mapValue(["a": 2, "b": 3])),
        Golden("MAP_KEYS", [.null(.map(DataType(.string), DataType(.int)))], nil),
    ]

    static let addresses: [Golden] = [
        Golden("INET_ATON", ["127.0.0.1"], 2_130_706_433), Golden("INET_ATON", ["10.1"], 167_772_161),
        Golden("INET_ATON", ["1.2.3"], 16_908_291), Golden("INET_ATON", ["255.255.255.255"], 4_294_967_295),
        Golden("INET_ATON", ["01.02.03.04"], 16_909_060), Golden("INET_ATON", ["256.0.0.1"], nil),
        Golden("INET_ATON", ["1.2.3.4.5"], nil), Golden("INET_ATON", [" 1.2.3.4"], nil),
        Golden("INET_ATON", [""], nil), Golden("INET_NTOA", [2_130_706_433], "127.0.0.1"),
        Golden("INET_NTOA", [4_294_967_296], nil), Golden("INET_NTOA", [-1], nil),
    ]

    @Test(arguments: arrays + maps + addresses)
    func goldenValue(golden: Golden) throws {
        // A NULL needle is a value here, so the mixed shapes of the harness do not apply to these functions.
        let function = try #require(Self.catalogue.scalar(golden.name))
        let signature = try function.resolve(golden.arguments.map { ArgumentInfo($0.type, literal: $0.value) })
        let call = ResolvedCall(
            argumentTypes: signature.arguments,
            literals: golden.arguments.map(\.value),
            type: signature.result,
            context: EvaluationContext()
        )
        let constants = zip(golden.arguments, signature.arguments).map { Column.constant($0.value, $1, count: 2) }
        let flat = zip(golden.arguments, signature.arguments).map { Column.of([$0.value, $0.value], $1) }
        #expect(try function.makeKernel(call)(constants, 2).value(1) == golden.expected)
        #expect(try function.makeKernel(call)(flat, 2).value(1) == golden.expected)
    }

    static let types: [(String, [Argument], String)] = [
        ("ARRAY_APPEND", [ints([1], nullable: false), .null(.int)], "ARRAY<INT>"),
        ("ARRAY_CONTAINS", [ints([1], nullable: false), .null(.int)], "BOOLEAN NOT NULL"),
        ("ARRAY_CONTAINS", [ints([nil]), .null(.int)], "BOOLEAN NOT NULL"),
        ("ARRAY_MAX", [ints([1], nullable: false)], "INT"), ("ARRAY_SORT", [ints([1])], "ARRAY<INT> NOT NULL"),
        ("MAP_ENTRIES", [map(["a": 1])], "ARRAY<ROW<`key` STRING, `value` INT>> NOT NULL"),
    ]

    @Test(arguments: types.indices)
    func resultType(index: Int) throws {
        let (name, arguments, expected) = Self.types[index]
        let function = try #require(Self.catalogue.scalar(name))
        let signature = try function.resolve(arguments.map { ArgumentInfo($0.type, literal: $0.value) })
        #expect(signature.result.description == expected)
    }

    static let refused: [(String, [Argument])] = [
        ("ARRAY_CONTAINS", [5, 5]), ("ARRAY_CONTAINS", [ints([1]), "1"]),
        ("ARRAY_CONTAINS", [ints([1]), Argument(.integer(1), .bigint)]), ("ARRAY_POSITION", [ints([1])]),
        ("ARRAY_JOIN", [ints([1]), ","]), ("ARRAY_SLICE", ["abc", 1]), ("ARRAY_SORT", [ints([1]), 1]),
        ("ARRAY_INTERSECT", [ints([1])]), ("MAP_KEYS", [5]), ("INET_ATON", [1]), ("INET_NTOA", ["1"]),
        ("ARRAY_UNION", [ints([1]), texts(["a"])]),
    ]

    @Test(arguments: refused.indices)
    func refusedInResolution(index: Int) throws {
        let (name, arguments) = Self.refused[index]
        let function = try #require(Self.catalogue.scalar(name))
        #expect(throws: FunctionError.self) {
            try function.resolve(arguments.map { ArgumentInfo($0.type, literal: $0.value) })
        }
    }

    @Test func repeatedKeysStay() throws {
        let function = try #require(Self.catalogue.scalar("MAP_FROM_ARRAYS"))
        let run = try FunctionRun(function, [Self.texts(["a", "b", "a"]), Self.ints([1, 2, 3])])
        #expect(run.value == Self.mapValue(["a": 1, "b": 2, "a": 3]))
    }

    @Test func keysAndValuesOfOneLength() throws {
        let function = try #require(Self.catalogue.scalar("MAP_FROM_ARRAYS"))
        let run = [Self.texts(["a"]), Self.ints([1, 2])]
        #expect(throws: EvaluationError.self) { try FunctionRun(function, run) }
    }
}
