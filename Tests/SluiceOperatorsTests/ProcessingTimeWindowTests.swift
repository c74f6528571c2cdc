import SluiceColumns
import SluiceConnect
import SluiceKernels
import SluicePlan
import SluiceTesting
import Synchronization
import Testing

@testable import SluiceOperators

/// Windows over processing time agree with a row-by-row model whose rows have the time of their batch.
@Suite struct ProcessingTimeWindowTests {
    static let second: Int64 = 1_000_000
    /// BIGINT key, value.
    static let types: [DataType] = [DataType(.bigint), DataType(.bigint)]
    static let bounds: [WindowProperty] = [.start, .end, .time]

    static let shapes: [WindowSpecification.Shape] = [
        .tumble(sizeMicros: 10 * second), .hop(sizeMicros: 10 * second, slideMicros: 5 * second),
        .hop(sizeMicros: 7 * second, slideMicros: 3 * second),
        .cumulate(maxSizeMicros: 12 * second, stepMicros: 3 * second),
        .session(gapMicros: 4 * second),
    ]

    /// What happens to the operator: the clock moves on, and then rows come or timers fire.
    struct Step {
        var advanceMicros: Int64
        var rows: [ChangeRow]
    }

    static func steps(_ seed: UInt64) -> [Step] {
        var random = SeededRandom(seed)
        return (0..<120).map { _ in
            let advance = random.once(in: 6) ? random.number(0...20_000_000) : random.number(0...1_500_000)
            let count = random.once(in: 4) ? 0 : Int(random.number(1...6))
            let rows = (0..<count).map { _ in
                ChangeRow([
                    random.once(in: 7) ? .null : .integer(random.number(0...3)), .integer(random.number(-5...5)),
                ])
            }
            return Step(advanceMicros: advance, rows: rows)
        }
    }

    static func make(_ shape: WindowSpecification.Shape, _ clock: ManualClock) throws -> any TimedOperator {
        let call = try Fixture.call("SUM", [1], types)
        let operation = WindowAggregateOperation(
            window: WindowSpecification(shape: shape, time: .proctime),
            keys: [0],
            aggregates: [call],
            properties: bounds
        )
        let node = PhysicalNode(
            id: 1,
            inputs: [PhysicalInput(0)],
            operation: .windowAggregate(operation),
            fields: Fixture.fields([types[0], call.resultType] + Array(repeating: .notNull(.timestamp(3)), count: 3)),
            mode: .insertOnly
        )
        let stage = try OperatorFactory.make(
            node,
            inputFields: [Fixture.fields(types)],
            inputModes: [.insertOnly],
            context: EvaluationContext(clock: { clock.micros.load(ordering: .relaxed) })
        )
        return try #require(stage as? any TimedOperator)
    }

    @Test(arguments: shapes.indices, [1, 2, 3] as [UInt64])
    func model(shape index: Int, seed: UInt64) throws {
        let shape = Self.shapes[index]
        let clock = ManualClock()
        let stage = try Self.make(shape, clock)
        let output = Collector()
        var rows: [(time: Int64, row: ChangeRow)] = []
        var now: Int64 = 1_000_000_007
        for step in Self.steps(seed) {
            now += step.advanceMicros
            clock.micros.store(now, ordering: .relaxed)
            if step.rows.isEmpty {
                let due = stage.nextTimerMicros
                if let due, due <= now { try stage.fireTimers(atMicros: now, into: Output(main: output)) }
            } else {
                try stage.process(Batch.of(step.rows, Self.types), from: 0, into: Output(main: output))
                rows += step.rows.map { (now / 1_000 * 1_000, $0) }
            }
            let missed = stage.nextTimerMicros.map { $0 <= now } ?? false
            #expect(!missed, "what is due at \(now) has fired")
        }
        try stage.advance(to: .end, into: Output(main: output))
        let expected = Self.expected(shape, rows, until: now / 1_000 * 1_000)
        #expect(output.table == expected, "seed \(seed): \(output.table.difference(from: expected))")
        #expect(output.watermarks == [.end])
    }

    /// The windows that have ended at `until`.
    private static func expected(
        _ shape: WindowSpecification.Shape,
        _ rows: [(time: Int64, row: ChangeRow)],
        until now: Int64
    ) -> FoldedTable {
        var sums: [Window: Int64] = [:]
        if case .session(let gap) = shape {
            var open: [Value: Window] = [:]
            for (time, row) in rows {
                var window = open[row.values[0]] ?? Window(key: row.values[0], start: time, end: time)
                if window.end < time { window = Window(key: row.values[0], start: time, end: time) }
                let sum = sums.removeValue(forKey: window) ?? 0
                window.end = time + gap
                open[row.values[0]] = window
                sums[window] = sum + value(row)
            }
        } else {
            for (time, row) in rows {
                for end in WindowModel.ends(shape, 0, time) {
                    let start = WindowModel.start(ofWindowEnding: end, shape, 0)
                    sums[Window(key: row.values[0], start: start, end: end), default: 0] += value(row)
                }
            }
        }
        var table = FoldedTable()
        for (window, sum) in sums where window.end <= now {
            let bounds = [window.start, window.end, window.end - 1_000].map { Value.integer($0) }
            table.apply(ChangeRow([window.key, .integer(sum)] + bounds))
        }
        return table
    }

    private static func value(_ row: ChangeRow) -> Int64 {
        if case .integer(let value) = row.values[1] { return value }
        return 0
    }

    private struct Window: Hashable {
        var key: Value
        var start: Int64
        var end: Int64
    }

    @Test("A clock that goes back moves nothing")
    func backwards() throws {
        let clock = ManualClock()
        let stage = try Self.make(.tumble(sizeMicros: 10 * Self.second), clock)
        let output = Collector()
        let rows = Batch.of([ChangeRow([.integer(1), .integer(2)])], Self.types)
        clock.micros.store(100 * Self.second, ordering: .relaxed)
        try stage.process(rows, from: 0, into: Output(main: output))
        clock.micros.store(95 * Self.second, ordering: .relaxed)
        try stage.process(rows, from: 0, into: Output(main: output))
        #expect(stage.nextTimerMicros == 110 * Self.second)
        try stage.fireTimers(atMicros: 110 * Self.second, into: Output(main: output))
        #expect(output.rows.map { $0.values[1] } == [.integer(4)])
        #expect(stage.nextTimerMicros == nil)
    }

    @Test("A session of many rows costs no more than one of few")
    func longSession() throws {
        let clock = ManualClock()
        let stage = try Self.make(.session(gapMicros: 4 * Self.second), clock)
        let output = Collector()
        let rows = Batch.of([ChangeRow([.integer(1), .integer(2)])], Self.types)
        for index in 0..<5_000 {
            clock.micros.store(Int64(index) * Self.second, ordering: .relaxed)
            if let due = stage.nextTimerMicros, due <= Int64(index) * Self.second {
                try stage.fireTimers(atMicros: Int64(index) * Self.second, into: Output(main: output))
            }
            try stage.process(rows, from: 0, into: Output(main: output))
        }
        #expect(output.rows.isEmpty)
        #expect(stage.stateByteCount < 16_384)
        try stage.fireTimers(atMicros: 5_003 * Self.second, into: Output(main: output))
        #expect(output.rows.map { $0.values[1] } == [.integer(10_000)])
    }

    @Test("The rows of a window table function carry the window of their batch's time")
    func windowTable() throws {
        let clock = ManualClock()
        let fields = Fixture.fields(Self.types + Array(repeating: .notNull(.timestamp(3)), count: 3))
        let stage = try WindowTableOperator(
            WindowTableOperation(
                window: WindowSpecification(shape: .tumble(sizeMicros: 10 * Self.second), time: .proctime)
            ),
            outputFields: fields,
            context: EvaluationContext(clock: { clock.micros.load(ordering: .relaxed) })
        )
        let output = Collector()
        clock.micros.store(25 * Self.second, ordering: .relaxed)
        try stage.process(
            Batch.of([ChangeRow([.integer(1), .integer(2)])], Self.types),
            from: 0,
            into: Output(main: output)
        )
        let bounds = [20 * Self.second, 30 * Self.second, 30 * Self.second - 1_000].map { Value.integer($0) }
        #expect(output.rows == [ChangeRow([.integer(1), .integer(2)] + bounds)])
    }
}
