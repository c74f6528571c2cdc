import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceTesting
import Testing

@testable import SluiceOperators

/// Interval joins agree with nested loops over all rows.
@Suite struct IntervalJoinTests {
    /// A key, a value, the event time.
    static let types: [DataType] = [DataType(.bigint), DataType(.bigint), .notNull(.timestamp(3))]
    static let kinds: [JoinOperation.Kind] = [.inner, .left, .right, .full]
    /// Bounds of left minus right in milliseconds: around zero, after, before, one point, none.
    static let bounds: [[Int64]] = [[-5, 5], [3, 9], [-9, -3], [0, 0], [4, -4]]

    static func operation(_ kind: JoinOperation.Kind, _ bounds: [Int64], hasResidual: Bool = false) throws
        -> JoinOperation
    {
        JoinOperation(
            kind: kind,
            scope: .interval(
                JoinInterval(
                    leftTime: 2,
                    rightTime: 2,
                    lowerMicros: bounds[0] * 1_000,
                    upperMicros: bounds[1] * 1_000,
                    isEventTime: true
                )
            ),
            leftKeys: [0],
            rightKeys: [0],
            nullSafe: [false],
            residual: hasResidual ? try Fixture.scalar("<", .column(1, types[1]), .column(4, types[1])) : nil
        )
    }

    static func stage(_ operation: JoinOperation) throws -> IntervalJoinOperator {
        try IntervalJoinOperator(
            operation,
            inputFields: [Fixture.fields(types), Fixture.fields(types)],
            outputFields: Fixture.fields(types + types),
            context: Fixture.context
        )
    }

    static func values(_ random: inout SeededRandom, from start: Int64) -> [Value] {
        [
            random.once(in: 8) ? .null : .integer(random.number(0...3)),
            .integer(random.number(0...9)),
            .integer((start + random.number(0...30)) * 1_000),
        ]
    }

    static func millis(_ row: [Value]) -> Int64 { Int64(row[2].integerValue ?? 0) / 1_000 }

    static func expected(
        _ rows: [[[Value]]],
        _ kind: JoinOperation.Kind,
        _ bounds: [Int64],
        hasResidual: Bool
    ) -> FoldedTable {
        func matches(_ left: [Value], _ right: [Value]) -> Bool {
            let distance = millis(left) - millis(right)
            guard !left[0].isNull, left[0] == right[0], distance >= bounds[0], distance <= bounds[1] else {
                return false
            }
            return !hasResidual || (left[1].integerValue ?? 0) < (right[1].integerValue ?? 0)
        }
        let padding = [Value](repeating: .null, count: types.count)
        var table = FoldedTable()
        for left in rows[0] {
            let partners = rows[1].filter { matches(left, $0) }
            for partner in partners { table.apply(ChangeRow(left + partner)) }
            if partners.isEmpty && [.left, .full].contains(kind) { table.apply(ChangeRow(left + padding)) }
        }
        if [.right, .full].contains(kind) {
            for right in rows[1] where !rows[0].contains(where: { matches($0, right) }) {
                table.apply(ChangeRow(padding + right))
            }
        }
        return table
    }

    /// Rows come out of order but never behind the watermark.
    @Test(arguments: kinds, bounds)
    func agreesWithNestedLoops(kind: JoinOperation.Kind, bounds: [Int64]) throws {
        for seed in UInt64(1)...6 {
            var random = SeededRandom(seed)
            let hasResidual = seed.isMultiple(of: 2)
            let stage = try Self.stage(try Self.operation(kind, bounds, hasResidual: hasResidual))
            let output = Collector()
            var rows: [[[Value]]] = [[], []]
            let rowLimit = [1, 4, 30][Int(seed % 3)]
            for stretch in 0..<20 {
                // Half of a stretch may lie in the one before: rows of both sides keep mixing.
                let start = Int64(stretch) * 15
                for _ in 0..<6 {
                    let input = Int(random.number(0...1))
                    let new = (0..<Int.random(in: 1...rowLimit, using: &random)).map { _ in
                        Self.values(&random, from: start)
                    }
                    rows[input] += new
                    let batch = Batch.of(new.map { ChangeRow($0) }, Self.types)
                    try stage.process(batch, from: input, into: Output(main: output))
                }
                try stage.advance(to: Watermark(micros: (start + 14) * 1_000), into: Output(main: output))
            }
            let sizeBefore = stage.stateByteCount
            try stage.advance(to: .end, into: Output(main: output))
            let expected = Self.expected(rows, kind, bounds, hasResidual: hasResidual)
            #expect(output.table == expected, "seed \(seed):\n\(output.table.difference(from: expected))")
            #expect(output.rows.allSatisfy { $0.kind == .insert })
            #expect(sizeBefore > 0)
        }
    }

    /// Rows whose partners are all in the past are freed: the state of an endless stream stays the same.
    @Test(arguments: kinds) func stateIsFreedByTheWatermark(kind: JoinOperation.Kind) throws {
        let stage = try Self.stage(try Self.operation(kind, [-5, 5]))
        let output = Collector()
        var counts: [Int] = []
        for round in Int64(0)..<100 {
            let rows = (Int64(0)..<4).map { index in
                ChangeRow([.integer(round * 4 + index), .integer(0), .integer((round * 4 + index) * 1_000)])
            }
            for input in 0...1 {
                try stage.process(Batch.of(rows, Self.types), from: input, into: Output(main: output))
            }
            try stage.advance(to: Watermark(micros: (round * 4 + 3) * 1_000), into: Output(main: output))
            output.clear()
            counts.append(stage.rowCount)
        }
        // Each side keeps the rows of 5 ms behind the watermark, and of 5 ms more to wait for late ones.
        #expect(counts.dropFirst(10).allSatisfy { $0 == 22 }, "\(counts)")
        try stage.advance(to: .end, into: Output(main: output))
        #expect(stage.rowCount == 0)
    }

    /// What becomes of late rows does not depend on where batches end.
    @Test(arguments: kinds, [UInt64(1), 2, 3])
    func lateRowsDoNotDependOnBatches(kind: JoinOperation.Kind, seed: UInt64) throws {
        var random = SeededRandom(seed)
        var events: [(input: Int, row: ChangeRow)] = []
        var watermarks: [Int64] = []
        var highest = Int64.min
        for step in 0..<300 {
            let row = Self.values(&random, from: Int64(step) * 2)
            events.append((Int(random.number(0...1)), ChangeRow(row)))
            watermarks.append(highest)
            highest = max(highest, (Self.millis(row) - 6) * 1_000)
        }
        watermarks.append(highest)
        var results: [FoldedTable] = []
        var lateCounts: Set<Int> = []
        for limit in [1, 3, 300] {
            let stage = try Self.stage(try Self.operation(kind, [-8, 4]))
            let output = Collector()
            var first = 0
            while first < events.count {
                var end = first + 1
                while end < events.count && end - first < limit && events[end].input == events[first].input { end += 1 }
                var batch = Batch.of(events[first..<end].map(\.row), Self.types)
                batch.runningWatermarks = Column.of(
                    watermarks[first..<end].map { .integer($0) },
                    .notNull(.bigint)
                )
                try stage.process(batch, from: events[first].input, into: Output(main: output))
                try stage.advance(to: Watermark(micros: watermarks[end]), into: Output(main: output))
                first = end
            }
            try stage.advance(to: .end, into: Output(main: output))
            results.append(output.table)
            lateCounts.insert(stage.counters.lateRows)
        }
        #expect(lateCounts.count == 1 && !lateCounts.contains(0))
        #expect(results[0] == results[1], "\(results[1].difference(from: results[0]))")
        #expect(results[0] == results[2], "\(results[2].difference(from: results[0]))")
    }

    /// A row behind the watermark meets what is still there, is not kept, and appears padded where it meets nothing.
    @Test func aLateRowIsJoinedButNotKept() throws {
        let stage = try Self.stage(try Self.operation(.left, [-10, 0]))
        let output = Collector()
        func batch(_ value: Int64, at millis: Int64) -> Batch {
            Batch.of([ChangeRow([.integer(1), .integer(value), .integer(millis * 1_000)])], Self.types)
        }
        try stage.process(batch(1, at: 20), from: 1, into: Output(main: output))
        try stage.advance(to: Watermark(micros: 21_000), into: Output(main: output))
        // The right row at 20 waits until 20 + 0 + half of the interval.
        try stage.process(batch(2, at: 11), from: 0, into: Output(main: output))
        #expect(output.rows.map { $0.values[4] } == [.integer(1)])
        output.clear()
        // It was met after its time, so the next one does not find it, and comes too late to wait.
        try stage.process(batch(3, at: 10), from: 0, into: Output(main: output))
        #expect(output.rows.map(\.values) == [[.integer(1), .integer(3), .integer(10_000), .null, .null, .null]])
        #expect(stage.counters.lateRows == 2)
    }

    /// The output's watermark stays behind, so that no row of the output is late.
    @Test(arguments: kinds) func theWatermarkWaitsForRowsToCome(kind: JoinOperation.Kind) throws {
        var random = SeededRandom(9)
        let stage = try Self.stage(try Self.operation(kind, [-8, 4]))
        let output = Collector()
        var passed = Watermark.none
        for stretch in 0..<30 {
            let start = Int64(stretch) * 15
            for input in 0...1 {
                let rows = (0..<9).map { _ in ChangeRow(Self.values(&random, from: start)) }
                try stage.process(Batch.of(rows, Self.types), from: input, into: Output(main: output))
            }
            let times = output.rows.flatMap { [$0.values[2], $0.values[5]] }.compactMap(\.integerValue)
            #expect(times.allSatisfy { $0 > passed.micros }, "watermark \(passed.micros), times \(times.min() ?? 0)")
            output.clear()
            try stage.advance(to: Watermark(micros: (start + 14) * 1_000), into: Output(main: output))
            let emitted = output.rows.flatMap { [$0.values[2], $0.values[5]] }.compactMap(\.integerValue)
            #expect(emitted.allSatisfy { $0 > passed.micros })
            passed = output.watermarks.last ?? passed
            output.clear()
        }
    }
}
