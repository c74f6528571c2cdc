import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState
import SluiceTesting
import Synchronization
import Testing

@testable import SluiceOperators

/// OVER goes on from what it stored as if it had never stopped.
@Suite struct OverRestartTests {
    static let types = OverTests.types

    /// Calls whose states are of all forms: numbers, texts, lists, elements under keys.
    enum Calls: CaseIterable { case numbers, extremes, texts, distinct, positions }

    static func calls(_ calls: Calls) throws -> [AggregateCall] {
        switch calls {
        case .numbers: try OverTests.calls(.incremental)
        case .extremes:
            [
                try Fixture.call("MIN", [4], types), try Fixture.call("MAX", [4], types),
                try Fixture.call("MAX", [0], types),
            ]
        case .texts:
            [
                try Fixture.call("MIN", [3], types), try Fixture.call("LISTAGG", [3], types),
                try Fixture.call("LAST_VALUE", [3], types), try Fixture.call("FIRST_VALUE", [4], types),
            ]
        case .distinct:
            try OverTests.calls(.distinct) + [try Fixture.call("LISTAGG", [3], types, distinct: true)]
        case .positions:
            [
                try over("ROW_NUMBER"), try over("RANK"), try over("DENSE_RANK"), try over("LAG", [3]),
                try over("LAG", [4, 4, 4], [nil, .integer(3), nil]),
            ]
        }
    }

    /// A function that only stands in front of OVER.
    private static func over(
        _ name: String,
        _ arguments: [Int] = [],
        _ literals: [Value?] = []
    ) throws -> AggregateCall {
        guard let function = FunctionCatalogue.builtins.over(name) else { throw FunctionError("no \(name)") }
        let infos = arguments.enumerated().map { place, column in
            ArgumentInfo(types[column], literal: literals.isEmpty ? nil : literals[place])
        }
        let signature = try function.resolve(infos, false)
        return AggregateCall(
            function: function,
            arguments: arguments,
            argumentTypes: signature.arguments,
            literals: literals,
            resultType: signature.result
        )
    }

    private static func check(
        _ operation: OverOperation,
        _ steps: [RestartDriver.Step],
        clock: ManualClock? = nil,
        seed: UInt64
    ) throws {
        let context = EvaluationContext(
            timeZone: "UTC",
            clock: { clock?.micros.load(ordering: .relaxed) ?? 0 }
        )
        let driver = RestartDriver(dealing: [operation.partitionKeys], clock: clock) {
            let fields = Fixture.fields(types)
            if operation.updatesResults {
                return try SortedOverOperator(operation, inputFields: fields, context: context)
            }
            return try OverOperator(operation, inputFields: fields, context: context)
        }
        try driver.check(steps, seed: seed)
    }

    private static func timedSteps(_ seed: UInt64) -> [RestartDriver.Step] {
        var random = SeededRandom(seed &+ 77)
        return RestartDriver.steps(
            OverTests.rows(seed, count: 150).map { (input: 0, row: $0) },
            types: [types],
            time: [0],
            delayMicros: 4 * OverTests.second,
            &random
        )
    }

    @Test(arguments: OverTests.frames.indices, Calls.allCases)
    func eventTime(frame: Int, calls: Calls) throws {
        // Positions need the frame to begin with the first row.
        if calls == .positions && OverTests.frames[frame].preceding != nil { return }
        let seed = UInt64(frame) + 1
        let operation = OverOperation(
            partitionKeys: [[2], [], [2, 3]][frame % 3],
            order: .rowtime(column: 0),
            frame: OverTests.frames[frame],
            calls: try Self.calls(calls)
        )
        try Self.check(operation, Self.timedSteps(seed), seed: seed)
    }

    /// Steps with a clock that goes on, now and then by far.
    private static func clockedSteps(_ rows: [ChangeRow], _ seed: UInt64) -> [RestartDriver.Step] {
        var random = SeededRandom(seed &+ 5)
        var nowMicros: Int64 = 0
        var steps: [RestartDriver.Step] = []
        var start = 0
        while start < rows.count {
            let end = min(rows.count, start + Int.random(in: 1...6, using: &random))
            nowMicros += random.number(0...4) * (random.once(in: 9) ? 20 : 1) * OverTests.second
            steps += [.clock(nowMicros), .rows(Batch.of(Array(rows[start..<end]), types))]
            start = end
        }
        return steps
    }

    @Test(arguments: OverTests.frames.indices, [nil, Int64(9_000)])
    func processingTime(frame: Int, ttlMillis: Int64?) throws {
        for (seed, calls) in zip(UInt64(1)..., Calls.allCases) where calls != .positions {
            var operation = OverOperation(
                partitionKeys: [2],
                order: .proctime,
                frame: OverTests.frames[frame],
                calls: try Self.calls(calls)
            )
            operation.stateTTLMillis = ttlMillis
            let steps = Self.clockedSteps(OverTests.rows(seed, count: 90), seed)
            try Self.check(operation, steps, clock: ManualClock(), seed: seed)
        }
    }

    @Test(arguments: [OverFrame.Unit.rows, .range], [nil, Int64(9_000)])
    func orderOfValues(unit: OverFrame.Unit, ttlMillis: Int64?) throws {
        for seed in UInt64(1)...4 {
            var operation = try SortedOverTests.operation(unit, [[2], []][Int(seed) % 2], SortField(column: 4))
            operation.calls += try Self.calls(.texts)
            operation.stateTTLMillis = ttlMillis
            operation.emitsEveryChange = seed > 2
            let rows = WindowAggregateTests.rows(seed, count: 90, isChangelog: true)
            try Self.check(operation, Self.clockedSteps(rows, seed), clock: ManualClock(), seed: seed)
        }
    }

    /// An epoch writes the partitions that its rows belong to, and of their frames what came and went.
    @Test func onlyWhatHasChangedIsWritten() throws {
        let types: [DataType] = [.notNull(.timestamp(3)), .notNull(.bigint)]
        let operation = OverOperation(
            partitionKeys: [1],
            order: .rowtime(column: 0),
            frame: OverFrame(.rows, preceding: 1),
            calls: [try Fixture.call("SUM", [1], types)]
        )
        let over = try OverOperator(operation, inputFields: Fixture.fields(types), context: Fixture.context)
        let tables = over.stateTables
        try over.restore(from: StateReader(MemoryStorage(), owner: 1, tables: tables, keyGroups: 0..<128))
        func changes(_ rows: [(time: Int64, key: Int64)], watermark: Int64) throws -> (puts: Int, removals: Int) {
            let batch = Batch.of(rows.map { ChangeRow([.integer($0.time), .integer($0.key)]) }, types)
            try over.process(batch, from: 0, into: Output(main: Collector()))
            try over.advance(to: Watermark(micros: watermark), into: Output(main: Collector()))
            let saved = EpochChanges()
            over.save(into: StateSnapshot(owner: 1, tables: tables, shardIndex: 0, changes: saved))
            var counts = (puts: 0, removals: 0)
            saved.encode().forEach { _, value in
                if value == nil { counts.removals += 1 } else { counts.puts += 1 }
            }
            return counts
        }
        // Behind the watermarks: 100 partitions, each with a row in its frame.
        let first = try changes((0..<100).map { (1, $0) }, watermark: 1)
        #expect(first.puts == 201 && first.removals == 0)
        // One partition, one row.
        let second = try changes([(2, 7)], watermark: 2)
        #expect(second.puts == 3 && second.removals == 0)
        // The third row of a partition pushes its first one out of the frame; the fourth waits.
        let third = try changes([(3, 7), (5, 7)], watermark: 3)
        #expect(third.puts == 4 && third.removals == 1)
    }
}
