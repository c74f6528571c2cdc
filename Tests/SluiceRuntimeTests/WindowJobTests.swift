import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceTesting
import Testing

@testable import SluiceRuntime

@Suite("A windowed job gives the same result whatever runs it", .timeLimit(.minutes(1)))
struct WindowJobTests {
    private static let windowMicros: Int64 = 10_000_000

    /// Rows whose times lag up to three windows behind, so that some are late.
    private static let rows: [TestRow] = {
        var numbers = SeededRandom(42)
        return (0..<2_000).map { (index: Int) in
            let lagMillis = Int64.random(in: 0..<25_000, using: &numbers)
            let key = Int64.random(in: 0..<17, using: &numbers)
            return TestRow(key: key, sequence: Int64(index), at: (60_000 + Int64(index) * 100 - lagMillis) * 1_000)
        }
    }()

    /// The windows by the definition, row by row: key, count and end; and how many rows were late.
    private static let expected: (windows: [TestRow], lateRows: Int) = {
        var counts: [TestRow: Int64] = [:]
        var lateRows = 0
        var watermark = Int64.min
        for row in rows {
            let end = (row.at / windowMicros + 1) * windowMicros
            if watermark >= end - 1_000 {
                lateRows += 1
            } else {
                counts[TestRow(key: row.key, sequence: 0, at: end), default: 0] += 1
            }
            watermark = max(watermark, row.at)
        }
        return (counts.map { TestRow(key: $0.key.key, sequence: $0.value, at: $0.key.at) }.sorted(), lateRows)
    }()

    @Test("Windows and late rows are those of the definition", arguments: [1, 2, 4, 8], [1, 64, 4_096])
    func tumble(parallelism: Int, batchRows: Int) throws {
        let expected = Self.expected
        try #require(expected.lateRows > 0)
        let log = SinkLog()
        var plan = TestPlan()
        let keyed = plan.exchange(plan.watermark(plan.scan(MemoryScan([Self.rows]))))
        let count = AggregateCall(
            function: AggregateFunctions.count,
            arguments: [],
            argumentTypes: [],
            resultType: .notNull(.bigint)
        )
        let windows = plan.add(
            .windowAggregate(
                WindowAggregateOperation(
                    window: WindowSpecification(
                        shape: .tumble(sizeMicros: Self.windowMicros),
                        time: .rowtime(column: 2)
                    ),
                    keys: [0],
                    aggregates: [count],
                    properties: [.end]
                )
            ),
            [keyed]
        )
        plan.sink(windows, log)
        let metrics = try run(plan, parallelism: parallelism, batchRows: batchRows)
        #expect(log.sortedRows == expected.windows)
        #expect(metrics.lateRows == expected.lateRows)
    }

    @Test("Windows over processing time end by the clock while no rows come, and not with the input")
    func processingTime() throws {
        let clock = LeapingClock()
        let log = SinkLog()
        let rows = (0..<50).map { TestRow(key: Int64($0 % 5), sequence: Int64($0), at: 0) }
        let last = [TestRow(key: 9, sequence: 50, at: 0)]
        let hasFired: @Sendable () -> Bool = { log.sortedRows.count >= 5 }
        var plan = TestPlan()
        let keyed = plan.exchange(plan.scan(MemoryScan(scripts: [[.rows(rows), .waitUntil(hasFired), .rows(last)]])))
        let count = AggregateCall(
            function: AggregateFunctions.count,
            arguments: [],
            argumentTypes: [],
            resultType: .notNull(.bigint)
        )
        let operation = WindowAggregateOperation(
            window: WindowSpecification(shape: .tumble(sizeMicros: Self.windowMicros), time: .proctime),
            keys: [0],
            aggregates: [count],
            properties: [.end]
        )
        plan.sink(plan.add(.windowAggregate(operation), [keyed]), log)
        _ = try run(plan, clock: clock)
        let counts = log.sortedRows.map { TestRow(key: $0.key, sequence: $0.sequence, at: 0) }
        #expect(counts == (0..<5).map { TestRow(key: Int64($0), sequence: 10, at: 0) })
        #expect(log.sortedRows.allSatisfy { $0.at > 0 && $0.at % Self.windowMicros == 0 })
    }
}
