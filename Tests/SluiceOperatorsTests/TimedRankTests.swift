import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceTesting
import Testing

@testable import SluiceOperators

/// Operators that order rows by event time agree with a row-by-row model, for every way to cut rows into batches.
@Suite struct TimedRankTests {
    static let second: Int64 = 1_000_000
    /// Time, key, value, and the window's end where there are windows of ten seconds.
    static let types: [DataType] = [
        .notNull(.timestamp(3)), DataType(.bigint), .notNull(.bigint), .notNull(.timestamp(3)),
    ]

    /// Rows around a time that moves on, some of them late.
    static func rows(_ seed: UInt64, count: Int) -> [[Value]] {
        var random = SeededRandom(seed)
        var now: Int64 = 0
        return (0..<count).map { row in
            now += random.number(0...3)
            let time = max(0, now - (random.once(in: 3) ? random.number(0...12) : 0)) * second
            return [
                .integer(time), random.once(in: 7) ? .null : .integer(random.number(0...24)),
                .integer(random.number(-9...9) * 1_000 + Int64(row)),
                .integer((time / (10 * second) + 1) * 10 * second),
            ]
        }
    }

    static func time(_ row: [Value], _ column: Int = 0) -> Int64 {
        guard case .integer(let micros) = row[column] else { return 0 }
        return micros
    }

    /// The watermark in force before each row: four seconds behind the greatest time so far.
    static func watermarks(_ rows: [[Value]]) -> [Int64] {
        var greatest = Int64.min
        return rows.map { row in
            let before = greatest == .min ? Watermark.none.micros : greatest - 4 * second
            greatest = max(greatest, time(row))
            return before
        }
    }

    /// Drives an operator over the rows; the watermark moves after each batch, at the end to infinity.
    private func run(_ stage: any Operator, _ rows: [[Value]], _ split: BatchSplit) throws -> [[Value]] {
        let output = Collector()
        let marks = Self.watermarks(rows + [[.integer(0)]])
        for range in split.ranges(rows.count) {
            var batch = Batch.of(rows[range].map { ChangeRow($0) }, Self.types)
            batch.runningWatermarks = Column.of(marks[range].map { .integer($0) }, .notNull(.bigint))
            try stage.process(batch, from: 0, into: Output(main: output))
            let mark = Watermark(micros: marks[range.upperBound])
            try stage.advance(to: mark, into: Output(main: output))
        }
        try stage.advance(to: .end, into: Output(main: output))
        #expect(output.rows.allSatisfy { $0.kind == .insert })
        return output.rows.map(\.values)
    }

    @Test(arguments: [UInt64(1), 2, 3], BatchSplit.all)
    func firstRowsAreThoseWithTheLeastTime(seed: UInt64, split: BatchSplit) throws {
        let rows = Self.rows(seed, count: 150)
        let marks = Self.watermarks(rows)
        var first: [Value: [Value]] = [:]
        for (row, mark) in zip(rows, marks) where Self.time(row) >= mark {
            guard let held = first[row[1]] else {
                first[row[1]] = row
                continue
            }
            // What the watermark has reached was given.
            if Self.time(held) > mark && Self.time(row) < Self.time(held) { first[row[1]] = row }
        }
        let operation = FirstRowOperation(keys: [1], timeColumn: 0)
        let stage = FirstRowOperator(operation, inputFields: Fixture.fields(Self.types), context: Fixture.context)
        let result = try run(stage, rows, split)
        #expect(Set(result) == Set(first.values), "seed \(seed), \(split)")
        #expect(result.count == first.count)
        #expect(result.map { Self.time($0) } == result.map { Self.time($0) }.sorted())
        #expect(stage.counters.lateRows > 0)
    }

    @Test(arguments: [UInt64(1), 2, 3], BatchSplit.all)
    func sortedRowsAreThoseThatCameBeforeTheirTimeWasGiven(seed: UInt64, split: BatchSplit) throws {
        let rows = Self.rows(seed, count: 150)
        var held: [[Value]] = []
        var expected: [[Value]] = []
        var lastGiven = Int64.min
        var passed = Int64.min
        func time(_ row: [Value]) -> Int64 { Self.time(row) }
        func comesFirst(_ one: [Value], _ other: [Value]) -> Bool {
            time(one) == time(other) ? Self.time(one, 2) > Self.time(other, 2) : time(one) < time(other)
        }
        for (row, mark) in zip(rows + [[.integer(0)]], Self.watermarks(rows) + [Watermark.end.micros]) {
            if mark > passed {
                passed = mark
                let due = held.filter { time($0) <= mark }.sorted(by: comesFirst)
                held.removeAll { time($0) <= mark }
                expected += due
                if let last = due.last { lastGiven = time(last) }
            }
            if row.count > 1, time(row) > lastGiven { held.append(row) }
        }
        let order = [SortField(column: 0), SortField(column: 2, isDescending: true)]
        let stage = TimeSortOperator(SortOperation(order: order), inputFields: Fixture.fields(Self.types))
        let result = try run(stage, rows, split)
        #expect(result == expected, "seed \(seed), \(split)")
        #expect(stage.counters.lateRows == rows.count - expected.count)
        #expect(stage.counters.lateRows > 0)
    }

    @Test(arguments: [UInt64(1), 2], BatchSplit.all)
    func windowsGiveTheirFirstRowsOnce(seed: UInt64, split: BatchSplit) throws {
        let rows = Self.rows(seed, count: 150)
        let marks = Self.watermarks(rows)
        var partitions: [[Value]: [[Value]]] = [:]
        for (row, mark) in zip(rows, marks) where Self.time(row, 3) - 1_000 > mark {
            partitions[[row[3], row[1]], default: []].append(row)
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
            let expected = partitions.values.flatMap { rows in
                let sorted = rows.enumerated().sorted { one, other in
                    let times = (Self.time(one.element), Self.time(other.element))
                    if times.0 != times.1 { return times.0 > times.1 }
                    return ties == .firstArrived ? one.offset < other.offset : one.offset > other.offset
                }
                let ranked = sorted.enumerated().map { $0.element.element + [Value.integer(Int64($0.offset) + 1)] }
                return ranked.filter { (start...end).contains(Self.time($0, 4)) }
            }
            let stage = try WindowRankOperator(operation, inputFields: Fixture.fields(Self.types))
            let result = try run(stage, rows, split)
            #expect(Set(result) == Set(expected), "seed \(seed), \(split), \(start)...\(end)")
            #expect(result.count == expected.count)
            #expect(stage.counters.lateRows > 0)
        }
    }

    @Test func aNullTimeFailsTheJob() throws {
        let types = [DataType(.timestamp(3)), DataType(.bigint), DataType(.bigint), DataType(.timestamp(3))]
        let batch = Batch.of([ChangeRow([.null, .integer(1), .integer(1), .null])], types)
        let fields = Fixture.fields(types)
        let output = Collector()
        let stages: [any Operator] = [
            FirstRowOperator(
                FirstRowOperation(keys: [1], timeColumn: 0),
                inputFields: fields,
                context: Fixture.context
            ), TimeSortOperator(SortOperation(order: [SortField(column: 0)]), inputFields: fields),
            try RankOperator(
                RankOperation(
                    partitionKeys: [1],
                    order: [SortField(column: 0, isDescending: true)],
                    ties: .lastArrived,
                    range: RankRange(end: .constant(1)),
                    outputsRank: false
                ),
                inputFields: fields,
                context: Fixture.context
            ),
        ]
        for stage in stages {
            #expect(throws: RuntimeError.self) { try stage.process(batch, from: 0, into: Output(main: output)) }
        }
    }
}
