import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceTesting
import Testing

@testable import SluiceOperators

/// Temporal joins agree with a look at all versions for each row.
@Suite struct TemporalJoinTests {
    /// A key, a value, the event time.
    static let types: [DataType] = [DataType(.string), DataType(.bigint), .notNull(.timestamp(3))]

    static func operation(keepsUnmatched: Bool, hasResidual: Bool) throws -> TemporalJoinOperation {
        TemporalJoinOperation(
            keepsUnmatched: keepsUnmatched,
            leftKeys: [0],
            rightKeys: [0],
            residual: hasResidual ? try Fixture.scalar("<", .column(1, types[1]), .column(4, types[1])) : nil,
            leftTime: 2,
            rightTime: 2
        )
    }

    static func stage(keepsUnmatched: Bool, hasResidual: Bool = false) throws -> TemporalJoinOperator {
        try TemporalJoinOperator(
            try operation(keepsUnmatched: keepsUnmatched, hasResidual: hasResidual),
            inputFields: [Fixture.fields(types), Fixture.fields(types)],
            outputFields: Fixture.fields(types + types),
            context: Fixture.context
        )
    }

    static func values(_ random: inout SeededRandom, from start: Int64) -> [Value] {
        [
            random.once(in: 8) ? .null : .string("key \(random.number(0...3))"),
            .integer(random.number(0...9)),
            .integer(start + random.number(0...30) * 1_000),
        ]
    }

    static func time(_ row: [Value]) -> Int64 { Int64(row[2].integerValue ?? 0) }

    /// One arrival at one input.
    struct Event {
        var input: Int
        var row: ChangeRow
    }

    static func expected(_ events: [Event], keepsUnmatched: Bool, hasResidual: Bool) -> FoldedTable {
        let versions = events.filter { $0.input == 1 && $0.row.kind != .updateBefore }.map(\.row)
        let padding = [Value](repeating: .null, count: types.count)
        var table = FoldedTable()
        for event in events where event.input == 0 {
            let left = event.row.values
            var best: ChangeRow?
            for version in versions where version.values[0] == left[0] && time(version.values) <= time(left) {
                if best.map({ time($0.values) <= time(version.values) }) ?? true { best = version }
            }
            var partner = best?.kind == .delete ? nil : best?.values
            if hasResidual, let found = partner, (left[1].integerValue ?? 0) >= (found[1].integerValue ?? 0) {
                partner = nil
            }
            if let partner {
                table.apply(ChangeRow(left + partner, event.row.kind))
            } else if keepsUnmatched {
                table.apply(ChangeRow(left + padding, event.row.kind))
            }
        }
        return table
    }

    /// Times go up by stretches, at whose ends the watermark follows, so that no row is late.
    @Test(arguments: [false, true], [false, true])
    func agreesWithAllVersions(keepsUnmatched: Bool, hasResidual: Bool) throws {
        for seed in UInt64(1)...6 {
            var random = SeededRandom(seed)
            let stage = try Self.stage(keepsUnmatched: keepsUnmatched, hasResidual: hasResidual)
            let output = Collector()
            var events: [Event] = []
            let rowLimit = Int([1, 4, 30][Int(seed % 3)])
            for stretch in 0..<30 {
                let start = Int64(stretch) * 40_000
                for _ in 0..<6 {
                    let input = Int(random.number(0...1))
                    let kinds: [RowKind] = input == 0 ? [.insert] : [.insert, .updateAfter, .updateBefore, .delete]
                    let rows = (0..<Int.random(in: 1...rowLimit, using: &random)).map { _ in
                        ChangeRow(
                            Self.values(&random, from: start),
                            kinds[Int.random(in: 0..<kinds.count, using: &random)]
                        )
                    }
                    events += rows.map { Event(input: input, row: $0) }
                    try stage.process(Batch.of(rows, Self.types), from: input, into: Output(main: output))
                }
                try stage.advance(to: Watermark(micros: start + 35_000), into: Output(main: output))
                let expected = Self.expected(events, keepsUnmatched: keepsUnmatched, hasResidual: hasResidual)
                #expect(
                    output.table == expected,
                    "seed \(seed), stretch \(stretch):\n\(output.table.difference(from: expected))"
                )
                if output.table != expected { return }
                #expect(output.watermarks.last?.micros == start + 35_000)
            }
        }
    }

    /// What a row sees does not depend on where batches end, even where it comes too late.
    @Test(arguments: [UInt64(1), 2, 3, 4, 5])
    func lateRowsDoNotDependOnBatches(seed: UInt64) throws {
        var random = SeededRandom(seed)
        var events: [Event] = []
        var watermarks: [Int64] = []
        var highest = Int64.min
        for step in 0..<300 {
            let input = Int(random.number(0...1))
            let row = Self.values(&random, from: Int64(step) * 2_000)
            events.append(Event(input: input, row: ChangeRow(row)))
            watermarks.append(highest)
            highest = max(highest, Self.time(row) - 10_000)
        }
        watermarks.append(highest)
        var results: [FoldedTable] = []
        var lateCounts: [Int] = []
        for limit in [1, 3, 300] {
            let stage = try Self.stage(keepsUnmatched: true)
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
            lateCounts.append(stage.counters.lateRows)
        }
        #expect(lateCounts[0] > 0)
        #expect(results[0] == results[1], "\(results[1].difference(from: results[0]))")
        #expect(results[0] == results[2], "\(results[2].difference(from: results[0]))")
        #expect(Set(lateCounts).count == 1)
    }

    /// Versions that nobody can ask for any more are freed, and keys that were only asked for.
    @Test func stateStaysBounded() throws {
        let stage = try Self.stage(keepsUnmatched: true)
        let output = Collector()
        var counts: Set<Int> = []
        for round in Int64(0)..<50 {
            let rows = (Int64(0)..<10).map { index in
                ChangeRow([.string("k\(index % 5)"), .integer(round), .integer(round * 10_000 + index * 1_000)])
            }
            let others = rows.map { ChangeRow([.string("only asked \(round)"), $0.values[1], $0.values[2]]) }
            try stage.process(Batch.of(rows, Self.types), from: 1, into: Output(main: output))
            try stage.process(Batch.of(rows + others, Self.types), from: 0, into: Output(main: output))
            try stage.advance(to: Watermark(micros: (round + 1) * 10_000), into: Output(main: output))
            counts.insert(stage.rowCount)
            output.clear()
        }
        #expect(counts == [5])
    }

    /// A row that comes after the version of its time was replaced for good finds nothing; one in between does.
    @Test func aLateRowFindsNoFreedVersion() throws {
        let stage = try Self.stage(keepsUnmatched: true)
        let output = Collector()
        func row(_ value: Int64, at millis: Int64) -> ChangeRow {
            ChangeRow([.string("k"), .integer(value), .integer(millis * 1_000)])
        }
        let versions = Batch.of([row(1, at: 10), row(2, at: 20), row(3, at: 30)], Self.types)
        try stage.process(versions, from: 1, into: Output(main: output))
        try stage.advance(to: Watermark(micros: 25_000), into: Output(main: output))
        let left = Batch.of([row(0, at: 15), row(0, at: 22), row(0, at: 30)], Self.types)
        try stage.process(left, from: 0, into: Output(main: output))
        #expect(output.rows.isEmpty)
        try stage.advance(to: Watermark(micros: 29_000), into: Output(main: output))
        #expect(output.rows.map { $0.values[4] }.sorted { $0.isNull && !$1.isNull } == [.null, .integer(2)])
        try stage.advance(to: .end, into: Output(main: output))
        #expect(output.rows.last?.values[4] == .integer(3))
        #expect(stage.counters.lateRows == 2)
    }
}
