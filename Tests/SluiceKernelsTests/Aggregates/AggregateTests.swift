import SluiceColumns
import SluiceTesting
import Testing

@testable import SluiceKernels

/// Runs one aggregate over rows of (group, value, taken back).
private struct AggregateProbe {
    let accumulator: any GroupedAccumulator
    let type: DataType
    let result: DataType

    init(_ name: String, _ type: LogicalType, isRetractable: Bool = false, separator: String? = nil) throws {
        guard let function = FunctionCatalogue.builtins.aggregate(name) else { throw FunctionError("no \(name)") }
        self.type = DataType(type)
        var arguments = [ArgumentInfo(DataType(type))]
        if let separator { arguments.append(ArgumentInfo(.notNull(.string), literal: .string(separator))) }
        let signature = try function.resolve(arguments, false)
        result = signature.result
        accumulator = try function.makeAccumulator(
            AggregateSetup(
                argumentTypes: signature.arguments,
                literals: arguments.map(\.literal),
                resultType: signature.result,
                isRetractable: isRetractable
            )
        )
    }

    func add(_ groups: [UInt32], _ values: [Value], takenBack: [UInt8]? = nil) throws {
        accumulator.reserve(groupCount: Int(groups.max() ?? 0) + 1)
        let column = Column.of(values, type)
        if let takenBack {
            try accumulator.accumulate(groups: groups.span, arguments: [column], retractions: takenBack.span)
        } else {
            try accumulator.accumulate(groups: groups.span, arguments: [column], retractions: nil)
        }
    }

    func results(_ groups: [UInt32]) throws -> [Value] {
        let column = try accumulator.results(groups: groups.span)
        return (0..<groups.count).map { column.value($0) }
    }

    func shown(_ group: UInt32) throws -> String? {
        let column = try accumulator.results(groups: [group].span)
        if column.isNull(0) { return nil }
        return try TextRenderer(column.type.logical, timeZone: "UTC").rendered(column, DataType(.string)).value(0)
            .stringValue
    }
}

@Suite struct AggregateTests {
    private func integers(_ values: Int64?...) -> [Value] { values.map { $0.map { .integer($0) } ?? .null } }

    @Test func sumsWrapLikeFlink() throws {
        let probe = try AggregateProbe("SUM", .int)
        try probe.add([0, 0, 1, 2], integers(2_147_483_647, 1, 5, nil))
        #expect(try probe.results([0, 1, 2]) == integers(-2_147_483_648, 5, nil))
        let tiny = try AggregateProbe("SUM", .tinyint)
        try tiny.add([0, 0], integers(127, 3))
        #expect(try tiny.results([0]) == integers(-126))
    }

    @Test(arguments: [
        ("AVG", [Int64(1), 2, 1, 2, 6, 3], "2"), ("SUM", [1, 2, 1, 2, 6, 3], "15"),
        ("VAR_POP", [1, 2, 3, 4, 5, 6, 7, 8], "5"), ("VAR_SAMP", [1, 2, 3, 4, 5, 6, 7, 8], "6"),
        ("STDDEV_POP", [1, 2, 3, 4, 5, 6, 7, 8], "2"), ("STDDEV", [1, 2, 3, 4, 5, 6, 7, 8], "2"),
        ("VAR_SAMP", [7, 2], "12"), ("STDDEV_POP", [7, 2], "2"), ("VAR_POP", [1, 2, 5], "2"),
    ])
    func integerAggregatesCut(name: String, values: [Int64], expected: String) throws {
        let probe = try AggregateProbe(name, .int)
        try probe.add(Array(repeating: 0, count: values.count), values.map { .integer($0) })
        #expect(try probe.shown(0) == expected)
    }

    @Test func doublesAndDecimals() throws {
        let pays = [9_000.5, 5_000.25, 7_000.0]
        for (name, expected) in [
            ("STDDEV_POP", "1633.0952334957892"), ("STDDEV_SAMP", "2000.1250117180175"),
            ("VAR_POP", "2667000.0416666665"),
            ("VAR_SAMP", "4000500.0625"), ("AVG", "7000.25"),
        ] {
            let probe = try AggregateProbe(name, .double)
            try probe.add([0, 0, 0], pays.map { .double($0) })
            #expect(try probe.shown(0) == expected, "\(name)")
        }
        let average = try AggregateProbe("AVG", .decimal(precision: 4, scale: 2))
        try average.add([0, 0], integers(9_999, 2))
        #expect(try average.shown(0) == "50.005000")
        #expect(average.result.logical == .decimal(precision: 38, scale: 6))
        let deviation = try AggregateProbe("STDDEV_SAMP", .decimal(precision: 4, scale: 1))
        try deviation.add(Array(repeating: 0, count: 8), (1...8).map { .integer($0 * 10) })
        #expect(try deviation.shown(0) == "2.449490")
        let variance = try AggregateProbe("VAR_POP", .decimal(precision: 10, scale: 2))
        try variance.add(
            Array(repeating: 0, count: 7),
            [900_050, 500_025, 500_025, 410_000, 10_075, 410_000, 700_000].map { .integer($0) }
        )
        #expect(try variance.shown(0) == "6508142.928571")
        let floats = try AggregateProbe("AVG", .float)
        try floats.add([0, 0], [.float(0.1), .float(0.2)])
        #expect(try floats.shown(0) == "0.15")
    }

    /// Groups that come, change and go leave arenas more or less dead; the texts of the others stay what they were.
    @Test(arguments: [UInt64(1), 2, 3])
    func textsOfGroupsThatComeAndGo(seed: UInt64) throws {
        var random = SeededRandom(seed)
        let probe = try AggregateProbe("LAST_VALUE", .string)
        probe.accumulator.reserve(groupCount: 4_000)
        var held: [UInt32: String] = [:]
        for round in 0..<400 {
            let start = UInt32.random(in: 0..<3_800, using: &random)
            let groups: [UInt32] = (start..<start + 200).filter { _ in Int.random(in: 0..<2, using: &random) == 0 }
            if Int.random(in: 0..<3, using: &random) == 0 {
                probe.accumulator.reset(groups: groups.span)
                for group in groups { held[group] = nil }
            } else {
                let texts = groups.map { group in
                    String(repeating: "\(round).\(group) ", count: Int.random(in: 1...40, using: &random))
                }
                try probe.add(groups, texts.map { .string($0) })
                for (group, text) in zip(groups, texts) { held[group] = text }
            }
            let asked = held.keys.sorted().filter { _ in Int.random(in: 0..<50, using: &random) == 0 }
            let found = try probe.results(asked)
            #expect(found == asked.map { held[$0].map { .string($0) } ?? .null }, "seed \(seed), round \(round)")
        }
        let liveByteCount = held.values.reduce(0) { $0 + $1.utf8.count }
        #expect(probe.accumulator.byteCount < 3 * liveByteCount + (1 << 20), "seed \(seed)")
    }

    @Test func textsAreOwnedAndCompacted() throws {
        let probe = try AggregateProbe("MAX", .string)
        var greatest = [String](repeating: "", count: 5)
        for round in 0..<2_000 {
            let texts = (0..<5).map {
                "a rather long text number \(100_000 + (round * 7_919 + $0 * 31) % 99_991) of a group"
            }
            for index in 0..<5 { greatest[index] = max(greatest[index], texts[index]) }
            try probe.add([0, 1, 2, 3, 4], texts.map { .string($0) })
        }
        #expect(try probe.results([4, 0, 1, 2, 3]) == [4, 0, 1, 2, 3].map { .string(greatest[$0]) })
        let last = try AggregateProbe("LAST_VALUE", .string)
        for round in 0..<5_000 { try last.add([0], [.string("value number \(round) which is replaced by the next")]) }
        #expect(try last.results([0]) == [.string("value number 4999 which is replaced by the next")])
        #expect(last.accumulator.byteCount < 400_000)
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func retractableExtremesMatchAModel(seed: UInt64) throws {
        var random = SeededRandom(seed)
        func next(_ bound: UInt64) -> UInt64 { random.next() % bound }
        let least = try AggregateProbe("MIN", .bigint, isRetractable: true)
        let greatest = try AggregateProbe("MAX", .string, isRetractable: true)
        var model: [[Int64]] = [[], [], []]
        for _ in 0..<3_000 {
            let group = Int(next(3))
            let removes = !model[group].isEmpty && next(5) < 2
            let value = removes ? model[group][Int(next(UInt64(model[group].count)))] : Int64(next(900)) + 100
            if removes, let index = model[group].firstIndex(of: value) {
                model[group].remove(at: index)
            } else {
                model[group].append(value)
            }
            try least.add([UInt32(group)], [.integer(value)], takenBack: [removes ? 1 : 0])
            try greatest.add([UInt32(group)], [.string("\(value)")], takenBack: [removes ? 1 : 0])
            least.accumulator.reserve(groupCount: 3)
            greatest.accumulator.reserve(groupCount: 3)
        }
        #expect(try least.results([0, 1, 2]) == model.map { $0.min().map { .integer($0) } ?? .null }, "seed \(seed)")
        #expect(
            try greatest.results([0, 1, 2]) == model.map { $0.max().map { .string("\($0)") } ?? .null },
            "seed \(seed)"
        )
    }

    @Test func listsKeepArrivalOrder() throws {
        let array = try AggregateProbe("ARRAY_AGG", .string, isRetractable: true)
        try array.add([0, 0, 0, 0], [.string("ana"), .null, .string("ben"), .string("ana")], takenBack: [0, 0, 0, 0])
        try array.add([0], [.string("ana")], takenBack: [1])
        #expect(try array.shown(0) == "[NULL, ben, ana]")
        let joined = try AggregateProbe("LISTAGG", .string, separator: "|")
        try joined.add([0, 0, 0, 1], [.string("ana"), .null, .string("ben"), .null])
        #expect(try joined.results([0, 1]) == [.string("ana|ben"), .null])
        let first = try AggregateProbe("FIRST_VALUE", .int, isRetractable: true)
        try first.add([0, 0, 0], integers(nil, 5, 6), takenBack: [0, 0, 0])
        try first.add([0], integers(5), takenBack: [1])
        #expect(try first.results([0]) == integers(6))
        let single = try AggregateProbe("SINGLE_VALUE", .int)
        try single.add([0, 0], integers(1, 2))
        #expect(throws: EvaluationError.self) { try single.results([0]) }
        let bag = try AggregateProbe("COLLECT", .int)
        try bag.add([0, 0, 0, 0], integers(2, 9, 2, nil))
        #expect(try bag.shown(0) == "{2=2, 9=1}")
        #expect(bag.result == .notNull(.multiset(DataType(.int))))
    }

    @Test(arguments: ["COUNT", "SUM", "AVG", "MIN", "MAX", "VAR_POP"])
    func mergeEqualsOneState(name: String) throws {
        let values = (0..<100).map { Value.integer(Int64(($0 * 37) % 101) - 50) }
        let groups = (0..<100).map { UInt32($0 % 7) }
        let whole = try AggregateProbe(name, .bigint)
        try whole.add(groups, values)
        let left = try AggregateProbe(name, .bigint)
        let right = try AggregateProbe(name, .bigint)
        try left.add(Array(groups[..<60]), Array(values[..<60]))
        try right.add(Array(groups[60...]), Array(values[60...]))
        let all = (0..<7).map { UInt32($0) }
        try left.accumulator.merge(right.accumulator, sources: all.span, into: all.span)
        #expect(try left.results(all) == whole.results(all))
        guard left.accumulator.canUnmerge else { return }
        let before = try AggregateProbe(name, .bigint)
        try before.add(Array(groups[..<60]), Array(values[..<60]))
        try left.accumulator.unmerge(right.accumulator, sources: all.span, from: all.span)
        #expect(try left.results(all) == before.results(all))
        left.accumulator.reset(groups: [3].span)
        let empty: Value = name == "COUNT" ? .integer(0) : .null
        #expect(try left.results([3]) == [empty])
    }

    @Test func nullabilityFollowsGrouping() throws {
        let sum = try #require(FunctionCatalogue.builtins.aggregate("SUM"))
        let argument = [ArgumentInfo(.notNull(.bigint))]
        #expect(try sum.resolve(argument, false).result == .notNull(.bigint))
        #expect(try sum.resolve(argument, true).result == DataType(.bigint))
        let count = try #require(FunctionCatalogue.builtins.aggregate("count"))
        #expect(try count.resolve([], true).result == .notNull(.bigint))
        #expect(throws: FunctionError.self) { try sum.resolve([ArgumentInfo(DataType(.string))], false) }
    }
}
