import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceTesting
import Synchronization
import Testing

@testable import SluiceOperators

/// OVER in the order of time agrees with a row-by-row model for every way to cut the rows into batches.
@Suite struct OverTests {
    static let types = WindowAggregateTests.types
    static let second: Int64 = 1_000_000

    static let frames = [
        OverFrame(.rows), OverFrame(.range), OverFrame(.rows, preceding: 0), OverFrame(.rows, preceding: 1),
        OverFrame(.rows, preceding: 7), OverFrame(.range, preceding: 0), OverFrame(.range, preceding: 5 * second),
        OverFrame(.range, preceding: 60 * second),
    ]

    static func calls(_ aggregates: WindowAggregateTests.Aggregates) throws -> [AggregateCall] {
        try WindowAggregateTests.calls(aggregates).map { call in
            var call = call
            call.filter = nil
            return call
        }
    }

    /// Rows whose times are often equal, some of them late.
    static func rows(_ seed: UInt64, count: Int) -> [ChangeRow] {
        WindowAggregateTests.rows(seed, count: count, isChangelog: false).map { row in
            var row = row
            guard let micros = row.values[0].integerValue else { return row }
            row.values[0] = .integer(Int64(micros) / second * second)
            return row
        }
    }

    struct Outcome {
        var results: FoldedTable
        var lateCount: Int
        var partitionCount: Int
        var timesAscend: Bool
    }

    static func run(_ rows: [ChangeRow], _ operation: OverOperation, _ split: BatchSplit) throws -> Outcome {
        let over = try OverOperator(operation, inputFields: Fixture.fields(types), context: Fixture.context)
        let results = Collector()
        let marks = try WatermarkOperator(
            WatermarkOperation(timeColumn: 0, expression: .column(1, types[1])),
            context: Fixture.context
        )
        let chain = Stage(marks, next: Stage(over, next: results))
        for batch in split.batches(rows, types) { try chain.receive(batch) }
        try chain.advance(to: .end)
        var last: [[Value]: Int64] = [:]
        var timesAscend = true
        for row in results.rows {
            let key = operation.partitionKeys.map { row.values[$0] }
            let micros = row.values[0].integerValue.map { Int64($0) } ?? 0
            timesAscend = timesAscend && micros >= last[key, default: .min]
            last[key] = micros
        }
        return Outcome(
            results: results.table,
            lateCount: over.counters.lateRows,
            partitionCount: over.partitions.count,
            timesAscend: timesAscend
        )
    }

    @Test(arguments: frames.indices, WindowAggregateTests.Aggregates.allCases)
    func agreesWithTheModel(frame: Int, aggregates: WindowAggregateTests.Aggregates) throws {
        for seed in UInt64(1)...3 {
            let rows = Self.rows(seed, count: 260)
            let operation = OverOperation(
                partitionKeys: [[], [2], [3], [2, 3]][Int(seed) % 4],
                order: .rowtime(column: 0),
                frame: Self.frames[frame],
                calls: try Self.calls(aggregates)
            )
            var model = OverModel(operation)
            for row in rows { model.process(row.values) }
            model.advance(to: .max)
            let expected = FoldedTable(model.results.map { ChangeRow($0) })
            // A partition that is freed soon has hardly a late row.
            let isFreed = operation.frame.unit == .range && operation.frame.preceding != nil
            #expect(!expected.rows.isEmpty && (isFreed || model.lateCount > 0))
            for split in BatchSplit.all {
                let outcome = try Self.run(rows, operation, split)
                let label = "seed \(seed), \(split)"
                #expect(outcome.results == expected, "\(label):\n\(outcome.results.difference(from: expected))")
                #expect(outcome.lateCount == model.lateCount, "\(label)")
                // A partition that was freed knows no longer how far it was.
                #expect(isFreed || outcome.timesAscend, "\(label)")
                #expect(!isFreed || outcome.partitionCount == 0, "\(label)")
            }
        }
    }

    /// Processing time: rows pass in their order, whatever the batches; equal clocks make no peers.
    @Test(arguments: [OverFrame(.rows), OverFrame(.range), OverFrame(.rows, preceding: 2)])
    func processingTimeKeepsTheOrderOfArrival(frame: OverFrame) throws {
        let rows = Self.rows(11, count: 120)
        let operation = OverOperation(
            partitionKeys: [2],
            order: .proctime,
            frame: frame,
            calls: try Self.calls(.incremental)
        )
        var seen: [Value: [[Value]]] = [:]
        let expected = rows.map { row -> [Value] in
            seen[row.values[2], default: []].append(row.values)
            let all = seen[row.values[2]] ?? []
            let kept = frame.preceding.map { Array(all.suffix(Int($0) + 1)) } ?? all
            return row.values + operation.calls.map { NaiveAggregate($0).result(kept) }
        }
        for split in BatchSplit.all {
            let over = try OverOperator(operation, inputFields: Fixture.fields(Self.types), context: Fixture.context)
            let results = Collector()
            let stage = Stage(over, next: results)
            for batch in split.batches(rows, Self.types) { try stage.receive(batch) }
            #expect(results.rows.map(\.values) == expected, "\(split)")
        }
    }

    /// A bounded RANGE of processing time reaches back by the clock, and its partitions are freed by it.
    @Test func processingTimeFrameGoesByTheClock() throws {
        let clock = ManualClock()
        let operation = OverOperation(
            partitionKeys: [0],
            order: .proctime,
            frame: OverFrame(.range, preceding: 10 * Self.second),
            calls: [try Fixture.call("COUNT", [], [.notNull(.bigint)])]
        )
        let context = EvaluationContext(timeZone: "UTC", clock: { clock.micros.load(ordering: .relaxed) })
        let fields = Fixture.fields([.notNull(.bigint)])
        let over = try OverOperator(operation, inputFields: fields, context: context)
        let results = Collector()
        let stage = Stage(over, next: results)
        for (second, key) in [(0, 1), (4, 1), (10, 1), (11, 1), (60, 2)] as [(Int64, Int64)] {
            clock.micros.store(second * Self.second, ordering: .relaxed)
            try stage.receive(Batch.of([ChangeRow([.integer(key)])], [.notNull(.bigint)]))
        }
        #expect(results.rows.map { $0.values[1] } == [1, 2, 3, 3, 1].map { Value.integer($0) })
        #expect(over.partitions.count == 1)
    }

    /// The time-to-live forgets a partition that no row came for, unless rows of it wait for the watermark.
    @Test func timeToLiveForgets() throws {
        let clock = ManualClock()
        var operation = OverOperation(
            partitionKeys: [1],
            order: .rowtime(column: 0),
            frame: OverFrame(.rows),
            calls: [try Fixture.call("COUNT", [], [.notNull(.bigint)])]
        )
        operation.stateTTLMillis = 1_000
        let types: [DataType] = [.notNull(.timestamp(3)), .notNull(.bigint)]
        let context = EvaluationContext(timeZone: "UTC", clock: { clock.micros.load(ordering: .relaxed) })
        let over = try OverOperator(operation, inputFields: Fixture.fields(types), context: context)
        let results = Collector()
        let stage = Stage(over, next: results)
        func send(_ time: Int64, _ key: Int64, at second: Int64) throws {
            clock.micros.store(second * Self.second, ordering: .relaxed)
            try stage.receive(Batch.of([ChangeRow([.integer(time), .integer(key)])], types))
        }
        try send(1, 1, at: 0)
        try stage.advance(to: Watermark(micros: 1))
        try send(2, 2, at: 0)
        try send(3, 1, at: 5)
        try send(4, 2, at: 9)
        try stage.advance(to: Watermark(micros: 4))
        #expect(results.rows.map { $0.values[2] } == [1, 1, 1, 2].map { Value.integer($0) })
    }

    @Test func aNullTimeFails() throws {
        let types: [DataType] = [DataType(.timestamp(3))]
        let operation = OverOperation(
            partitionKeys: [],
            order: .rowtime(column: 0),
            frame: OverFrame(.rows),
            calls: [try Fixture.call("COUNT", [], types)]
        )
        let over = try OverOperator(operation, inputFields: Fixture.fields(types), context: Fixture.context)
        let stage = Stage(over, next: Collector())
        #expect(throws: RuntimeError.self) { try stage.receive(Batch.of([ChangeRow([.null])], types)) }
    }

    /// However times are mixed, numbers come out by time, and by arrival among equal times.
    @Test func theQueueIsInOrder() {
        for seed in UInt64(1)...20 {
            var random = SeededRandom(seed)
            var queue = TimeRuns()
            var model: [(micros: Int64, number: UInt32)] = []
            var number: UInt32 = 0
            for _ in 0..<60 {
                let entries = (0..<Int.random(in: 0...9, using: &random)).map { position in
                    number += 1
                    return TimeRuns.Entry(random.number(-20...20), number - 1, position: position)
                }
                queue.push(entries)
                model += entries.map { ($0.micros, $0.number) }
                #expect(queue.count == model.count)
                guard random.once(in: 3) else { continue }
                let limit = random.number(-20...20)
                let expected = model.filter { $0.micros <= limit }.sorted { $0 < $1 }.map(\.number)
                #expect(queue.take(through: limit).map(\.number) == expected, "seed \(seed)")
                model.removeAll { $0.micros <= limit }
            }
            #expect(queue.take(through: .max).map(\.number) == model.sorted { $0 < $1 }.map(\.number), "seed \(seed)")
        }
    }
}
