import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceTesting
import Synchronization
import Testing

@testable import SluiceOperators

/// Windows that are stopped and started again give what those that went on give, and leave nothing stored at the end.
@Suite struct StoredWindowsTests {
    typealias Windows = WindowAggregateTests

    /// Calls of which the order of rows decides, besides sums and DISTINCT values.
    private static func calls() throws -> [AggregateCall] {
        let types = Windows.types
        return try Windows.calls(.incremental) + Windows.calls(.distinct)
            + [try Fixture.call("LISTAGG", [3], types), try Fixture.call("MAX", [3], types)]
    }

    private static let bounds = Array(repeating: DataType.notNull(.timestamp(3)), count: 3)

    private static func fields(_ calls: [AggregateCall]) -> [RowField] {
        Fixture.fields([Windows.types[2]] + calls.map(\.resultType) + bounds)
    }

    private static func operation(
        _ shape: WindowSpecification.Shape,
        _ time: WindowSpecification.TimeSource,
        offset: Int64 = 0,
        _ calls: [AggregateCall]
    ) -> WindowAggregateOperation {
        WindowAggregateOperation(
            window: WindowSpecification(shape: shape, offsetMicros: offset, time: time),
            keys: [2],
            aggregates: calls,
            properties: [.start, .end, .time]
        )
    }

    /// Feeds the same rows, watermarks and moments to operators that are stopped now and then and to one that is not.
    private static func compare(
        isChangelog: Bool,
        clock: ManualClock = ManualClock(),
        make: () throws -> any Operator
    ) throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SeededRandom(seed)
        let rows = Windows.rows(seed, count: 300, isChangelog: isChangelog)
        try withoutActuallyEscaping(make) { make in
            let whole = try StoredRun(Windows.types, keys: [2], shardCount: 1, make: make)
            let broken = try StoredRun(Windows.types, keys: [2], shardCount: 2, make: make)
            var mark = Int64.min
            var now: Int64 = 1_000_000
            func feed(_ step: StoredRun.Step, _ comment: String) throws {
                try whole.feed(step)
                try broken.feed(step)
                let (expected, actual) = (whole.output.rows.map { "\($0)" }, broken.output.rows.map { "\($0)" })
                let (missing, extra) = (Set(expected).subtracting(actual), Set(actual).subtracting(expected))
                let isSame = expected.sorted() == actual.sorted()
                try #require(isSame, "seed \(seed), \(comment): missing \(missing), extra \(extra)")
                whole.output.clear()
                broken.output.clear()
            }
            for range in BatchSplit.random(seed: seed).ranges(rows.count) {
                now += random.number(0...900_000)
                clock.micros.store(now, ordering: .relaxed)
                try feed(.clock(now), "clock at \(now)")
                try feed(.rows(Array(rows[range])), "rows \(range)")
                for row in rows[range] { if case .integer(let time) = row.values[1] { mark = max(mark, time) } }
                if mark > .min { try feed(.watermark(mark), "watermark behind \(range)") }
                guard random.once(in: 2) else { continue }
                try broken.save()
                if random.once(in: 2) { try broken.restart(shardCount: Int.random(in: 1...3, using: &random)) }
            }
            try broken.save()
            try broken.restart(shardCount: 3)
            now += 1_000_000_000
            clock.micros.store(now, ordering: .relaxed)
            try feed(.clock(now), "the last moment")
            try feed(.watermark(mark + 1_000_000_000), "the last watermark")
            try broken.save()
            #expect(try broken.storedCount() <= 3, "seed \(seed): a row for each shard, and nothing else")
        }
    }

    @Test(arguments: Windows.shapes.indices, [false, true])
    func slicesGoOnWhereTheyStood(shape: Int, isChangelog: Bool) throws {
        let (shape, offset) = Windows.shapes[shape]
        for calls in [try Self.calls(), try Windows.calls(.incremental), try Windows.calls(.extremes)] {
            try Self.compare(isChangelog: isChangelog) {
                try WindowAggregateOperator(
                    Self.operation(shape, .rowtime(column: 0), offset: offset, calls),
                    inputFields: Fixture.fields(Windows.types),
                    outputFields: Self.fields(calls),
                    isRetractable: isChangelog
                )
            }
        }
    }

    @Test(arguments: EmitStrategyTests.shapes.indices, EmitStrategyTests.strategies.indices)
    func earlyAndLateResultsGoOnWhereTheyStood(shape: Int, strategy: Int) throws {
        let calls = try Self.calls()
        for isChangelog in [false, true] {
            let clock = ManualClock()
            try Self.compare(isChangelog: isChangelog, clock: clock) {
                try EmitStrategyTests.make(
                    EmitStrategyTests.shapes[shape],
                    EmitStrategyTests.strategies[strategy],
                    calls,
                    isRetractable: isChangelog,
                    clock: clock
                )
            }
        }
    }

    @Test(arguments: [false, true])
    func sessionsGoOnWhereTheyStood(isChangelog: Bool) throws {
        let calls = try Self.calls()
        for gap in [2 * Windows.second, 9 * Windows.second] {
            try Self.compare(isChangelog: isChangelog) {
                try SessionAggregateOperator(
                    Self.operation(.session(gapMicros: gap), .rowtime(column: 0), calls),
                    inputFields: Fixture.fields(Windows.types),
                    outputFields: Self.fields(calls),
                    isRetractable: isChangelog
                )
            }
        }
    }

    @Test(arguments: [false, true])
    func rowsOfSessionsGoOnWhereTheyStood(isChangelog: Bool) throws {
        for gap in [2 * Windows.second, 9 * Windows.second] {
            let window = WindowSpecification(shape: .session(gapMicros: gap), time: .rowtime(column: 0))
            try Self.compare(isChangelog: isChangelog) {
                try SessionTableOperator(
                    WindowTableOperation(window: window, partitionKeys: [2]),
                    inputFields: Fixture.fields(Windows.types),
                    outputFields: Fixture.fields(Windows.types + Self.bounds)
                )
            }
        }
    }

    /// Windows of the wall clock fire at their moment, also when it passes while nothing runs.
    @Test func windowsOfTheClockGoOnWhereTheyStood() throws {
        let calls = try Self.calls()
        let shapes: [WindowSpecification.Shape] = [
            .tumble(sizeMicros: 3_000_000), .session(gapMicros: 700_000),
            .hop(sizeMicros: 3_000_000, slideMicros: 1_000_000),
            .cumulate(maxSizeMicros: 3_000_000, stepMicros: 1_000_000),
        ]
        for shape in shapes {
            let clock = ManualClock()
            let context = EvaluationContext(timeZone: "UTC", clock: { clock.micros.load(ordering: .relaxed) })
            let operation = Self.operation(shape, .proctime, calls)
            let fields = (Fixture.fields(Windows.types), Self.fields(calls))
            try Self.compare(isChangelog: false, clock: clock) {
                if case .session = shape {
                    return try SessionAggregateOperator(
                        operation,
                        inputFields: fields.0,
                        outputFields: fields.1,
                        isRetractable: false,
                        context: context
                    )
                }
                return try WindowAggregateOperator(
                    operation,
                    inputFields: fields.0,
                    outputFields: fields.1,
                    isRetractable: false,
                    context: context
                )
            }
        }
    }

    /// Shards that stop when only some of them have fired a window leave it to the next run for the other keys.
    @Test(arguments: [1, 2, 3, 4])
    func aWindowThatSomeShardsHaveFiredIsGivenOnce(shardCount: Int) throws {
        let calls = [try Fixture.call("COUNT", [], Windows.types)]
        let operation = Self.operation(.hop(sizeMicros: 3_000_000, slideMicros: 1_000_000), .proctime, calls)
        let clock = ManualClock()
        let context = EvaluationContext(timeZone: "UTC", clock: { clock.micros.load(ordering: .relaxed) })
        let run = try StoredRun(Windows.types, keys: [2], shardCount: 3) {
            try WindowAggregateOperator(
                operation,
                inputFields: Fixture.fields(Windows.types),
                outputFields: Self.fields(calls),
                isRetractable: false,
                context: context
            )
        }
        clock.micros.store(500_000, ordering: .relaxed)
        let rows = (0..<40).map { ChangeRow([.null, .null, .integer($0), .null, .null, .null]) }
        try run.feed(.rows(rows))
        // The second shard fires two windows, the first one, the third none.
        clock.micros.store(2_500_000, ordering: .relaxed)
        for (shard, micros) in [(1, Int64(2_100_000)), (0, 1_100_000)] {
            let stage = try #require(run.operators[shard] as? any TimedOperator)
            try stage.fireTimers(atMicros: micros, into: Output(main: run.output))
        }
        try run.save()
        try run.restart(shardCount: shardCount)
        clock.micros.store(9_000_000, ordering: .relaxed)
        try run.feed(.clock(9_000_000))
        // Three windows for each key, each once.
        #expect(run.output.rows.count == 120)
        #expect(Set(run.output.rows.map { "\($0)" }).count == 120)
        try run.save()
        try run.restart(shardCount: 2)
        try run.feed(.clock(20_000_000))
        #expect(run.output.rows.count == 120)
    }
}
