import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceTesting
import Synchronization
import Testing

@testable import SluiceOperators

/// Operators that keep rows go on from what they stored as if they had never stopped.
@Suite struct RowRestartTests {
    /// Batches of random sizes; where there is a clock it goes on in front of each.
    private static func steps(
        _ rows: [ChangeRow],
        _ types: [DataType],
        hasClock: Bool = false,
        _ random: inout SeededRandom
    ) -> [RestartDriver.Step] {
        var nowMicros: Int64 = 0
        var steps: [RestartDriver.Step] = []
        var start = 0
        while start < rows.count {
            let end = min(rows.count, start + Int.random(in: 1...9, using: &random))
            nowMicros += random.number(0...20) * 1_000
            if hasClock { steps.append(.clock(nowMicros)) }
            steps.append(.rows(Batch.of(Array(rows[start..<end]), types)))
            start = end
        }
        return steps
    }

    private static func contextAndClock() -> (EvaluationContext, ManualClock) {
        let clock = ManualClock()
        return (EvaluationContext(timeZone: "UTC", clock: { clock.micros.load(ordering: .relaxed) }), clock)
    }

    private static func checkRank(_ operation: RankOperation, _ rows: [ChangeRow], seed: UInt64) throws {
        var random = SeededRandom(seed)
        let (context, clock) = contextAndClock()
        let hasClock = operation.stateTTLMillis != nil
        let driver = RestartDriver(dealing: [operation.partitionKeys], clock: hasClock ? clock : nil) {
            try RankOperator(operation, inputFields: Fixture.fields(RankOperatorTests.types), context: context)
        }
        try driver.check(steps(rows, RankOperatorTests.types, hasClock: hasClock, &random), seed: seed)
    }

    @Test(arguments: RankOperatorTests.orders, RankOperatorTests.ranges)
    func rank(order: [SortField], range: RankRange) throws {
        for (seed, strategy) in [(UInt64(3), RankStrategy.append), (4, .retract)] {
            let rows = RankOperatorTests.changelog(seed, count: 150, retracts: strategy == .retract)
            for (keys, ttl) in [([0], nil), ([0], Int64(60)), ([], nil)] {
                var operation = RankOperation(
                    partitionKeys: keys,
                    order: order,
                    ties: order.isEmpty ? .lastArrived : .firstArrived,
                    range: range,
                    outputsRank: seed == 3,
                    stateTTLMillis: ttl
                )
                operation.strategy = strategy
                operation.emitsUpdateBefore = true
                try Self.checkRank(operation, rows, seed: seed)
            }
        }
    }

    @Test(arguments: RankOperatorTests.orders.dropFirst(), [false, true])
    func rankOfRowsThatReplaceEachOther(order: [SortField], outputsRank: Bool) throws {
        var operation = RankOperation(
            partitionKeys: [0],
            order: order,
            range: RankRange(end: .constant(40)),
            outputsRank: outputsRank
        )
        operation.strategy = .update(key: [0, 3])
        operation.emitsUpdateBefore = true
        let rows = RankOperatorTests.changelog(9, count: 200, retracts: true, isKeyed: true)
        try Self.checkRank(operation, rows.filter { $0.kind != .updateBefore }, seed: 9)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func rowsInTheOrderOfTime(seed: UInt64) throws {
        let types = TimedRankTests.types
        var random = SeededRandom(seed)
        let rows = TimedRankTests.rows(seed, count: 200).map { (input: 0, row: ChangeRow($0)) }
        let steps = RestartDriver.steps(
            rows,
            types: [types],
            time: [0],
            delayMicros: 4 * TimedRankTests.second,
            &random
        )
        let first = FirstRowOperation(keys: [1], timeColumn: 0, stateTTLMillis: nil)
        try RestartDriver(dealing: [[1]]) {
            FirstRowOperator(first, inputFields: Fixture.fields(types), context: Fixture.context)
        }.check(steps, seed: seed)
        for order in [[SortField(column: 0)], [SortField(column: 0), SortField(column: 1, isDescending: true)]] {
            let sort = SortOperation(order: order)
            try RestartDriver(dealing: [[]]) { TimeSortOperator(sort, inputFields: Fixture.fields(types)) }
                .check(steps, seed: seed)
        }
        for (start, end, ties) in [(Int64(1), Int64(1), RankTies.lastArrived), (2, 3, .firstArrived)] {
            let operation = WindowRankOperation(
                partitionKeys: [1, 3],
                dealingKeys: [1],
                endColumn: 3,
                order: [SortField(column: 0, isDescending: true)],
                ties: ties,
                start: start,
                end: end,
                outputsRank: true
            )
            try RestartDriver(dealing: [[1]]) {
                try WindowRankOperator(operation, inputFields: Fixture.fields(types))
            }.check(steps, seed: seed)
        }
    }

    /// A key whose row was given is forgotten after its time-to-live, whenever the job was started.
    @Test(arguments: [UInt64(1), 2, 3])
    func firstRowsWithTimeToLive(seed: UInt64) throws {
        let types = TimedRankTests.types
        var random = SeededRandom(seed)
        let (context, clock) = Self.contextAndClock()
        let rows = TimedRankTests.rows(seed, count: 200).map { (input: 0, row: ChangeRow($0)) }
        var nowMicros: Int64 = 0
        let steps = RestartDriver.steps(
            rows,
            types: [types],
            time: [0],
            delayMicros: 4 * TimedRankTests.second,
            &random
        ).flatMap { step -> [RestartDriver.Step] in
            nowMicros += random.number(0...20) * 1_000
            return [.clock(nowMicros), step]
        }
        let operation = FirstRowOperation(keys: [1], timeColumn: 0, stateTTLMillis: 100)
        try RestartDriver(dealing: [[1]], clock: clock) {
            FirstRowOperator(operation, inputFields: Fixture.fields(types), context: context)
        }.check(steps, seed: seed)
    }

    @Test(arguments: [nil, Int64(60)])
    func normalization(ttlMillis: Int64?) throws {
        let types = KeyedChangesTests.types
        for seed in UInt64(1)...4 {
            var random = SeededRandom(seed)
            let (context, clock) = Self.contextAndClock()
            var operation = NormalizeOperation(keys: [0], stateTTLMillis: ttlMillis)
            operation.emitsUpdateBefore = true
            let rows = KeyedChangesTests.changes(seed, count: 200, keys: 0...6)
            let driver = RestartDriver(dealing: [[0]], clock: clock) { [operation] in
                NormalizeOperator(operation, inputFields: Fixture.fields(types), context: context)
            }
            try driver.check(Self.steps(rows, types, hasClock: ttlMillis != nil, &random), seed: seed)
        }
    }

    @Test(arguments: [[], [0], [0, 1]])
    func materialization(changeKey: [Int]) throws {
        let types = KeyedChangesTests.types
        for seed in UInt64(1)...4 {
            var random = SeededRandom(seed)
            let rows = KeyedChangesTests.changes(seed, count: 200, keys: 0...4)
            let operation = MaterializeOperation(keys: [1], changeKey: changeKey)
            let driver = RestartDriver(dealing: [[1]]) {
                MaterializeOperator(operation, inputFields: Fixture.fields(types))
            }
            try driver.check(Self.steps(rows, types, &random), seed: seed)
        }
    }

    @Test(arguments: [[], [0], [0, 1]])
    func firstRowsOfConflicts(changeKey: [Int]) throws {
        let types = KeyedChangesTests.types
        for seed in UInt64(1)...6 {
            var random = SeededRandom(seed)
            let rows = KeyedChangesTests.changes(seed, count: 200, keys: 0...3)
            let marks = KeyedChangesTests.marks(rows.count, &random)
            let operation = MaterializeOperation(keys: [1], changeKey: changeKey, conflict: .keepFirst)
            var steps = BatchSplit.random(seed: seed).ranges(rows.count).flatMap { range -> [RestartDriver.Step] in
                var batch = Batch.of(Array(rows[range]), types)
                batch.runningWatermarks = Column.of(marks[range].map { .integer($0) }, .notNull(.bigint))
                return [.rows(batch), .watermark(Watermark(micros: marks[range.upperBound - 1]))]
            }
            steps.append(.watermark(.end))
            let driver = RestartDriver(dealing: [[1]]) {
                MaterializeOperator(operation, inputFields: Fixture.fields(types))
            }
            try driver.check(steps, seed: seed, isOrdered: false)
        }
    }
}
