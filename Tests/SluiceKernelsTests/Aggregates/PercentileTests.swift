import SluiceColumns
import SluiceTesting
import Testing

@testable import SluiceKernels

/// Aggregates of several arguments, outside of SQL.
struct ManyArgumentAggregate {
    let accumulator: any GroupedAccumulator
    private let types: [DataType]
    private let literals: [Value?]

    init(_ name: String, _ arguments: [ArgumentInfo], isRetractable: Bool = false) throws {
        guard let function = FunctionCatalogue.builtins.aggregate(name) else { throw FunctionError("no \(name)") }
        let signature = try function.resolve(arguments, false)
        types = signature.arguments
        literals = arguments.map(\.literal)
        accumulator = try function.makeAccumulator(
            AggregateSetup(
                argumentTypes: signature.arguments,
                literals: literals,
                resultType: signature.result,
                isRetractable: isRetractable
            )
        )
    }

    /// Adds rows whose constant arguments are filled in; `takenBack` has 1 for a row that takes back.
    func add(_ groups: [UInt32], _ rows: [[Value]], takenBack: [UInt8]? = nil) throws {
        accumulator.reserve(groupCount: Int(groups.max() ?? 0) + 1)
        var position = 0
        let columns = types.indices.map { argument -> Column in
            if let literal = literals[argument] { return .constant(literal, types[argument], count: rows.count) }
            defer { position += 1 }
            return Column.of(rows.map { $0[position] }, types[argument])
        }
        if let takenBack {
            try accumulator.accumulate(groups: groups.span, arguments: columns, retractions: takenBack.span)
        } else {
            try accumulator.accumulate(groups: groups.span, arguments: columns, retractions: nil)
        }
    }

    func result(_ group: UInt32) throws -> Value {
        try accumulator.results(groups: [group].span).value(0)
    }
}

/// The numbers are Flink's answers, with their rounding errors.
@Suite struct PercentileTests {
    private static func decimal(_ unscaled: Int64, _ scale: Int) -> ArgumentInfo {
        ArgumentInfo(.notNull(.decimal(precision: 5, scale: scale)), literal: .integer(unscaled))
    }

    @Test(
        arguments: [
            ([10.5, 20.0], 3, 13.350000000000001), ([1.5, 2.25], 3, 1.7249999999999999),
            ([1, 1, 2, 3], 8, 2.4000000000000004),
            ([1, 1.5, 2.25, 3], 3, 1.45), ([5, 5, 7], 9, 6.6), ([4], 5, 4), ([3, 1, 2], 0, 1), ([3, 1, 2], 10, 3),
        ] as [([Double], Int64, Double)]
    )
    func shares(values: [Double], tenths: Int64, expected: Double) throws {
        let probe = try ManyArgumentAggregate("PERCENTILE", [ArgumentInfo(DataType(.double)), Self.decimal(tenths, 1)])
        try probe.add(values.map { _ in 0 }, values.map { [.double($0)] })
        #expect(try probe.result(0) == .double(expected))
    }

    @Test func noValueIsNull() throws {
        let probe = try ManyArgumentAggregate("PERCENTILE", [ArgumentInfo(DataType(.int)), Self.decimal(5, 1)])
        try probe.add([0], [[.null]])
        #expect(try probe.result(0) == .null)
    }

    @Test func arraysFrequenciesAndDecimals() throws {
        let share = ArgumentInfo(.notNull(.decimal(precision: 2, scale: 1)))
        let array = ArgumentInfo(
            .notNull(.array(share.type)),
            literal: .array([.integer(1), .integer(9)])
        )
        let probe = try ManyArgumentAggregate(
            "PERCENTILE",
            [ArgumentInfo(DataType(.int)), array, ArgumentInfo(DataType(.int))]
        )
        let rows: [[Value]] = [
            [.integer(5), .integer(2)], [.integer(7), .integer(1)], [.integer(100), .integer(0)],
            [.integer(100), .integer(-3)], [.integer(100), .null], [.null, .integer(9)],
        ]
        try probe.add(rows.map { _ in 0 }, rows)
        #expect(try probe.result(0) == .array([.double(5), .double(6.6)]))
        let decimals = try ManyArgumentAggregate(
            "PERCENTILE",
            [ArgumentInfo(DataType(.decimal(precision: 5, scale: 2))), Self.decimal(3, 1)]
        )
        try decimals.add([0, 0], [[.integer(150)], [.integer(225)]])
        #expect(try decimals.result(0) == .double(1.7249999999999999))
    }

    @Test(arguments: [-1, 11] as [Int64]) func shareOutOfRange(tenths: Int64) {
        #expect(throws: FunctionError.self) {
            try ManyArgumentAggregate("PERCENTILE", [ArgumentInfo(DataType(.int)), Self.decimal(tenths, 1)])
        }
    }

    @Test("Taking back and merging agree with sorting what is left", arguments: 1...5 as ClosedRange<UInt64>)
    func model(seed: UInt64) throws {
        var random = SeededRandom(seed)
        let arguments = [ArgumentInfo(DataType(.int)), Self.decimal(37, 2), ArgumentInfo(DataType(.int))]
        let first = try ManyArgumentAggregate("PERCENTILE", arguments, isRetractable: true)
        let second = try ManyArgumentAggregate("PERCENTILE", arguments, isRetractable: true)
        var live: [(value: Int64, weight: Int64, isFirst: Bool)] = []
        for _ in 0..<400 {
            if !live.isEmpty && Int.random(in: 0..<3, using: &random) == 0 {
                let row = live.remove(at: Int.random(in: live.indices, using: &random))
                let probe = row.isFirst ? first : second
                try probe.add([0], [[.integer(row.value), .integer(row.weight)]], takenBack: [1])
            } else {
                let row = (
                    Int64.random(in: -40...40, using: &random), Int64.random(in: 1...3, using: &random),
                    Bool.random(using: &random)
                )
                live.append((row.0, row.1, row.2))
                try (row.2 ? first : second).add([0], [[.integer(row.0), .integer(row.1)]], takenBack: [0])
            }
        }
        try first.accumulator.merge(second.accumulator, sources: [0].span, into: [0].span)
        let sorted = live.flatMap { row in Array(repeating: Double(row.value), count: Int(row.weight)) }.sorted()
        let rank = Double(sorted.count - 1) * 0.37 + 1
        let (low, high) = (sorted[Int(rank) - 1], sorted[Int(rank.rounded(.up)) - 1])
        let expected =
            Int(rank) == Int(rank.rounded(.up))
            ? low
            : (rank.rounded(.up) - rank) * low + (rank - rank.rounded(.down)) * high
        #expect(try first.result(0) == .double(expected), "seed \(seed)")
    }
}

@Suite struct JSONAggregateTests {
    private static func clause(_ word: String) -> ArgumentInfo {
        ArgumentInfo(.notNull(.char(word.count)), literal: .string(word))
    }

    @Test func arrays() throws {
        for (word, expected) in [("ABSENT", "[1,2]"), ("NULL", "[1,null,2]")] {
            let probe = try ManyArgumentAggregate("JSON_ARRAYAGG", [Self.clause(word), ArgumentInfo(DataType(.int))])
            #expect(
                try {
                    try probe.add([1], [[.null]]); return try probe.result(0)
                }() == .string("[]")
            )
            try probe.add([0, 0, 0], [[.integer(1)], [.null], [.integer(2)]])
            #expect(try probe.result(0) == .string(expected))
        }
    }

    @Test func objects() throws {
        let arguments = [ArgumentInfo(DataType(.string)), ArgumentInfo(DataType(.double))]
        for (word, expected) in [("ABSENT", #"{"a":10.5,"d":20.0}"#), ("NULL", #"{"a":10.5,"b":null,"d":20.0}"#)] {
            let probe = try ManyArgumentAggregate(
                "JSON_OBJECTAGG",
                [Self.clause(word)] + arguments,
                isRetractable: true
            )
            let rows: [[Value]] = [
                [.string("d"), .double(20)], [.string("b"), .null], [.string("x\"y"), .double(1)],
                [.string("a"), .double(10.5)],
            ]
            try probe.add([0, 0, 0, 0], rows)
            try probe.add([0], [rows[2]], takenBack: [1])
            #expect(try probe.result(0) == .string(expected))
            #expect(throws: EvaluationError.self, "a key comes twice") { try probe.add([0], [rows[0]]) }
            #expect(throws: EvaluationError.self, "a key is NULL") { try probe.add([0], [[.null, .double(1)]]) }
        }
    }

    @Test func refusals() {
        #expect(throws: FunctionError.self) {
            try ManyArgumentAggregate("JSON_ARRAYAGG", [Self.clause("NULL"), ArgumentInfo(DataType(.date))])
        }
        #expect(throws: FunctionError.self) {
            try ManyArgumentAggregate(
                "JSON_OBJECTAGG",
                [Self.clause("NULL"), ArgumentInfo(DataType(.int)), ArgumentInfo(DataType(.int))]
            )
        }
    }
}
