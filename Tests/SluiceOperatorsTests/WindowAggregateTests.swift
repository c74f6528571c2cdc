import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceTesting
import Testing

@testable import SluiceOperators

/// Windows agree with a row-by-row model for every way to cut the rows into batches.
@Suite struct WindowAggregateTests {
    static let second: Int64 = 1_000_000
    /// Time, watermark, BIGINT key, STRING key, value, filter.
    static let types: [DataType] = [
        .notNull(.timestamp(3)), DataType(.timestamp(3)), DataType(.bigint), DataType(.string), DataType(.bigint),
        DataType(.boolean),
    ]

    static let shapes: [(WindowSpecification.Shape, offset: Int64)] = [
        (.tumble(sizeMicros: 10 * second), 0), (.tumble(sizeMicros: 7 * second), -3 * second),
        (.hop(sizeMicros: 10 * second, slideMicros: 5 * second), 0),
        (.hop(sizeMicros: 60 * second, slideMicros: second), second / 2),
        (.hop(sizeMicros: 4 * second, slideMicros: 4 * second), 0),
        (.cumulate(maxSizeMicros: 20 * second, stepMicros: 5 * second), 0),
        (.cumulate(maxSizeMicros: 12 * second, stepMicros: 2 * second), 3 * second),
    ]

    enum Aggregates: CaseIterable { case incremental, extremes, distinct }

    static func calls(_ aggregates: Aggregates) throws -> [AggregateCall] {
        switch aggregates {
        case .incremental:
            [
                try Fixture.call("COUNT", [], types), try Fixture.call("SUM", [4], types),
                try Fixture.call("AVG", [4], types), try Fixture.call("COUNT", [4], types, filter: 5),
            ]
        case .extremes:
            [
                try Fixture.call("MIN", [4], types), try Fixture.call("MAX", [4], types, filter: 5),
                try Fixture.call("COUNT", [], types),
            ]
        case .distinct:
            [
                try Fixture.call("COUNT", [4], types, distinct: true),
                try Fixture.call("SUM", [4], types, distinct: true),
                try Fixture.call("COUNT", [4], types, filter: 5, distinct: true), try Fixture.call("SUM", [4], types),
            ]
        }
    }

    /// Rows around a time that moves on: in order, late for some windows, late for all, and jumps over empty windows.
    static func rows(_ seed: UInt64, count: Int, isChangelog: Bool) -> [ChangeRow] {
        var random = SeededRandom(seed)
        var now = random.number(-90_000...20_000)
        var live: [[Value]] = []
        return (0..<count).map { _ in
            if isChangelog && !live.isEmpty && random.once(in: 4) {
                let values = live.remove(at: Int.random(in: live.indices, using: &random))
                return ChangeRow(values, random.once(in: 2) ? .delete : .updateBefore)
            }
            now += random.once(in: 40) ? random.number(0...120_000) : random.number(0...900)
            let lag = random.once(in: 3) ? random.number(0...25_000) : random.number(0...3_000)
            let time = (now - lag) * 1_000
            let values: [Value] = [
                .integer(time), random.once(in: 9) ? .null : .integer(time - 4 * second),
                random.once(in: 8) ? .null : .integer(random.number(0...4)),
                random.once(in: 8) ? .null : .string(random.once(in: 2) ? "a" : "a longer text than a view holds"),
                random.once(in: 5) ? .null : .integer(random.number(-6...6)),
                random.once(in: 6) ? .null : .boolean(random.once(in: 2)),
            ]
            if isChangelog { live.append(values) }
            return ChangeRow(values, isChangelog && random.once(in: 2) ? .updateAfter : .insert)
        }
    }

    struct Outcome: Equatable {
        var results: FoldedTable
        var lateRows: FoldedTable
        var lateCount: Int
        var endsAscend: Bool
    }

    static func run(
        _ rows: [ChangeRow],
        _ types: [DataType],
        _ operation: WindowAggregateOperation,
        _ split: BatchSplit,
        isRetractable: Bool
    ) throws -> Outcome {
        let outputTypes =
            operation.keys.map { types[$0] } + operation.aggregates.map(\.resultType)
            + Array(repeating: DataType.notNull(.timestamp(3)), count: 3)
        let window = try WindowAggregateOperator(
            operation,
            inputFields: Fixture.fields(types),
            outputFields: Fixture.fields(outputTypes),
            isRetractable: isRetractable
        )
        let results = Collector()
        let late = Collector()
        let marks = try WatermarkOperator(
            WatermarkOperation(timeColumn: 0, expression: .column(1, types[1])),
            context: Fixture.context
        )
        let chain = Stage(marks, next: Stage(window, next: results, late: late))
        for batch in split.batches(rows, types) { try chain.receive(batch) }
        try chain.advance(to: .end)
        #expect(window.stateByteCount < 4_096, "state is freed with the last window")
        let endColumn = outputTypes.count - 2
        var endsAscend = true
        var last = Int64.min
        for row in results.rows {
            guard case .integer(let end) = row.values[endColumn] else { continue }
            endsAscend = endsAscend && end >= last
            last = end
        }
        return Outcome(
            results: results.table,
            lateRows: late.table,
            lateCount: window.counters.lateRows,
            endsAscend: endsAscend
        )
    }

    static func check(
        _ rows: [ChangeRow],
        _ types: [DataType],
        _ operation: WindowAggregateOperation,
        isRetractable: Bool,
        attachedEnd: Int? = nil,
        _ label: String
    ) throws {
        var model = WindowModel(
            operation.window.shape,
            offset: operation.window.offsetMicros,
            keys: operation.keys,
            aggregates: operation.aggregates,
            attachedEnd: attachedEnd
        )
        for row in rows { model.process(row) }
        let expected = model.results
        #expect(!expected.rows.isEmpty)
        for split in BatchSplit.all {
            let outcome = try run(rows, types, operation, split, isRetractable: isRetractable)
            #expect(
                outcome.results == expected,
                "\(label), \(split):\n\(outcome.results.difference(from: expected))"
            )
            #expect(outcome.lateRows == FoldedTable(model.lateRows), "\(label), \(split)")
            #expect(outcome.lateCount == model.lateRows.count, "\(label), \(split)")
            #expect(outcome.endsAscend, "\(label), \(split)")
        }
    }

    @Test(arguments: shapes.indices, Aggregates.allCases)
    func agreesWithTheModel(shape: Int, aggregates: Aggregates) throws {
        for seed in UInt64(1)...2 {
            for isChangelog in [false, true] {
                let rows = Self.rows(seed, count: 220, isChangelog: isChangelog)
                let operation = WindowAggregateOperation(
                    window: WindowSpecification(
                        shape: Self.shapes[shape].0,
                        offsetMicros: Self.shapes[shape].offset,
                        time: .rowtime(column: 0)
                    ),
                    keys: [[], [2], [3], [2, 3]][Int(seed) % 4],
                    aggregates: try Self.calls(aggregates),
                    properties: [.start, .end, .time]
                )
                try Self.check(
                    rows,
                    Self.types,
                    operation,
                    isRetractable: isChangelog,
                    "seed \(seed), changelog \(isChangelog)"
                )
            }
        }
    }

    /// Rows that come with their window, as a second window aggregate over the result of a first gets them.
    @Test(arguments: shapes.indices)
    func agreesWithTheModelOverAttachedWindows(shape: Int) throws {
        for seed in UInt64(1)...2 {
            let (window, offset) = Self.shapes[shape]
            let types = Self.types + [.notNull(.timestamp(3)), .notNull(.timestamp(3))]
            let rows = Self.rows(seed, count: 300, isChangelog: false).flatMap { row -> [ChangeRow] in
                guard case .integer(let time) = row.values[0] else { return [] }
                return WindowModel.ends(window, offset, time).map { end in
                    let start = WindowModel.start(ofWindowEnding: end, window, offset)
                    return ChangeRow(row.values + [.integer(start), .integer(end)])
                }
            }
            let operation = WindowAggregateOperation(
                window: WindowSpecification(
                    shape: window,
                    offsetMicros: offset,
                    time: .attached(startColumn: 6, endColumn: 7)
                ),
                keys: [2],
                aggregates: try Self.calls(.incremental),
                properties: [.start, .end, .time]
            )
            try Self.check(rows, types, operation, isRetractable: false, attachedEnd: 7, "seed \(seed)")
        }
    }

    /// Rows of two senders, each with watermarks of its own; the operator fires on the least of them.
    @Test(arguments: shapes.indices)
    func rowsOfTwoSendersAreJudgedByTheirOwnWatermarks(shape: Int) throws {
        for seed in UInt64(1)...2 {
            let (window, offset) = Self.shapes[shape]
            let operation = WindowAggregateOperation(
                window: WindowSpecification(shape: window, offsetMicros: offset, time: .rowtime(column: 0)),
                keys: [2],
                aggregates: try Self.calls(.incremental),
                properties: [.start, .end, .time]
            )
            var lateCount = 0
            let senders = [seed, seed + 100].map { Self.rows($0, count: 200, isChangelog: false) }
            for rows in senders {
                var model = WindowModel(window, offset: offset, keys: [2], aggregates: operation.aggregates)
                for row in rows { model.process(row) }
                lateCount += model.lateRows.count
            }
            let expected = Self.union(senders, window, offset, operation.aggregates)
            let (results, late) = try Self.runTwoSenders(senders, operation, seed)
            #expect(results == expected, "seed \(seed):\n\(results.difference(from: expected))")
            #expect(late == lateCount, "seed \(seed)")
        }
    }

    private static func union(
        _ senders: [[ChangeRow]],
        _ shape: WindowSpecification.Shape,
        _ offset: Int64,
        _ aggregates: [AggregateCall]
    ) -> FoldedTable {
        var windows: [Int64: [Value: [[Value]]]] = [:]
        for rows in senders {
            var watermark = Int64.min
            for row in rows {
                guard case .integer(let time) = row.values[0] else { continue }
                for end in WindowModel.ends(shape, offset, time) where watermark == .min || end - 1_000 > watermark {
                    windows[end, default: [:]][row.values[2], default: []].append(row.values)
                }
                if case .integer(let mark) = row.values[1] { watermark = max(watermark, mark) }
            }
        }
        var table = FoldedTable()
        for (end, groups) in windows {
            for (key, rows) in groups {
                let bounds = [WindowModel.start(ofWindowEnding: end, shape, offset), end, end - 1_000]
                table.apply(
                    ChangeRow([key] + aggregates.map { NaiveAggregate($0).result(rows) } + bounds.map { .integer($0) })
                )
            }
        }
        return table
    }

    private static func runTwoSenders(
        _ senders: [[ChangeRow]],
        _ operation: WindowAggregateOperation,
        _ seed: UInt64
    ) throws -> (FoldedTable, late: Int) {
        let outputTypes =
            [types[2]] + operation.aggregates.map(\.resultType)
            + Array(repeating: DataType.notNull(.timestamp(3)), count: 3)
        let window = try WindowAggregateOperator(
            operation,
            inputFields: Fixture.fields(types),
            outputFields: Fixture.fields(outputTypes),
            isRetractable: false
        )
        let results = Collector()
        let stage = Stage(window, next: results)
        let aligner = MinimumAligner(stage)
        let chains = try [0, 1].map { sender in
            Stage(
                try WatermarkOperator(
                    WatermarkOperation(timeColumn: 0, expression: .column(1, types[1])),
                    context: Fixture.context
                ),
                next: AlignedInput(aligner, sender)
            )
        }
        var random = SeededRandom(seed)
        var pending = senders.map { BatchSplit.random(seed: seed).batches($0, types) }
        while pending.contains(where: { !$0.isEmpty }) {
            let sender = pending[0].isEmpty ? 1 : pending[1].isEmpty ? 0 : Int.random(in: 0...1, using: &random)
            try chains[sender].receive(pending[sender].removeFirst())
        }
        for chain in chains { try chain.advance(to: .end) }
        return (results.table, window.counters.lateRows)
    }
}

/// Passes rows on and the least watermark of two inputs, as a receiving shard does.
final class MinimumAligner {
    private let next: Stage
    private var watermarks = [Watermark.none, Watermark.none]

    init(_ next: Stage) { self.next = next }

    func receive(_ batch: Batch) throws { try next.receive(batch) }

    func advance(_ input: Int, to watermark: Watermark) throws {
        let before = min(watermarks[0], watermarks[1])
        watermarks[input] = watermark
        let now = min(watermarks[0], watermarks[1])
        if now > before { try next.advance(to: now) }
    }
}

/// One input of a `MinimumAligner`.
final class AlignedInput: Downstream {
    private let aligner: MinimumAligner
    private let input: Int

    init(_ aligner: MinimumAligner, _ input: Int) {
        self.aligner = aligner
        self.input = input
    }

    func receive(_ batch: Batch) throws { try aligner.receive(batch) }
    func advance(to watermark: Watermark) throws { try aligner.advance(input, to: watermark) }
}
