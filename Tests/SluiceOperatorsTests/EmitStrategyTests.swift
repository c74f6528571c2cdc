import SluiceColumns
import SluiceKernels
import SluicePlan
import Synchronization
import Testing

@testable import SluiceOperators

/// Windows with early and late results agree with a row-by-row model for every way to cut the rows into batches.
@Suite struct EmitStrategyTests {
    typealias Windows = WindowAggregateTests
    static let second: Int64 = 1_000_000

    static let shapes: [WindowSpecification.Shape] = [
        .tumble(sizeMicros: 10 * second), .hop(sizeMicros: 10 * second, slideMicros: 5 * second),
        .hop(sizeMicros: 10 * second, slideMicros: 3 * second), .hop(sizeMicros: 4 * second, slideMicros: 7 * second),
    ]

    static let strategies: [EmitStrategy?] = [
        nil, EmitStrategy(early: .everyChange, late: nil, allowedLatenessMicros: 0),
        EmitStrategy(early: nil, late: .everyChange, allowedLatenessMicros: 8 * second),
        EmitStrategy(early: .everyChange, late: .everyChange, allowedLatenessMicros: 30 * second),
        EmitStrategy(
            early: .periodic(micros: second),
            late: .periodic(micros: second),
            allowedLatenessMicros: 20 * second
        ),
    ]

    static func make(
        _ shape: WindowSpecification.Shape,
        _ strategy: EmitStrategy?,
        _ calls: [AggregateCall],
        isRetractable: Bool,
        clock: ManualClock = ManualClock()
    ) throws -> PerWindowAggregateOperator {
        var operation = WindowAggregateOperation(
            window: WindowSpecification(shape: shape, time: .rowtime(column: 0), emit: strategy),
            keys: [2],
            aggregates: calls,
            properties: [.start, .end, .time]
        )
        operation.emitsUpdateBefore = true
        let bounds = Array(repeating: DataType.notNull(.timestamp(3)), count: 3)
        return try PerWindowAggregateOperator(
            operation,
            inputFields: Fixture.fields(Windows.types),
            outputFields: Fixture.fields([Windows.types[2]] + calls.map(\.resultType) + bounds),
            isRetractable: isRetractable,
            context: EvaluationContext(clock: { clock.micros.load(ordering: .relaxed) })
        )
    }

    @Test(arguments: shapes.indices, strategies.indices)
    func model(shape: Int, strategy: Int) throws {
        for seed: UInt64 in 1...2 {
            for isChangelog in [false, true] {
                let rows = Windows.rows(seed, count: 300, isChangelog: isChangelog)
                var model = LatenessModel(Self.shapes[shape], Self.strategies[strategy], try Windows.calls(.extremes))
                for row in rows { model.process(row) }
                for split in BatchSplit.all {
                    try check(rows, model, split, isChangelog, "seed \(seed), \(split), changelog \(isChangelog)")
                }
            }
        }
    }

    private func check(
        _ rows: [ChangeRow],
        _ model: LatenessModel,
        _ split: BatchSplit,
        _ isChangelog: Bool,
        _ label: String
    ) throws {
        let window = try Self.make(model.shape, model.strategy, model.calls, isRetractable: isChangelog)
        let results = Collector()
        let late = Collector()
        let marks = try WatermarkOperator(
            WatermarkOperation(timeColumn: 0, expression: .column(1, Windows.types[1])),
            context: Fixture.context
        )
        let chain = Stage(marks, next: Stage(window, next: results, late: late))
        for batch in split.batches(rows, Windows.types) { try chain.receive(batch) }
        try chain.advance(to: .end)
        let expected = model.results
        #expect(results.table == expected, "\(label): \(results.table.difference(from: expected))")
        #expect(results.table.strays.isEmpty, "\(label): every row that is taken back was given before")
        #expect(late.table == FoldedTable(model.dropped), "\(label): late rows")
        #expect(window.counters.lateRows == model.dropped.count, "\(label)")
        #expect(window.stateByteCount < 262_144, "state is freed with the last window: \(window.stateByteCount)")
    }

    @Test("Delayed results come when the clock says so, again and again, and only where something changed")
    func delays() throws {
        let clock = ManualClock()
        let strategy = EmitStrategy(
            early: .periodic(micros: 2 * Self.second),
            late: .periodic(micros: 3 * Self.second),
            allowedLatenessMicros: 60 * Self.second
        )
        let count = try Fixture.call("COUNT", [], Windows.types)
        let window = try Self.make(
            .tumble(sizeMicros: 10 * Self.second),
            strategy,
            [count],
            isRetractable: false,
            clock: clock
        )
        let output = Collector()
        func row(_ seconds: Int64) throws {
            let values: [Value] = [.integer(seconds * Self.second), .null, .integer(1), .null, .null, .null]
            try window.process(Batch.of([ChangeRow(values)], Windows.types), from: 0, into: Output(main: output))
        }
        func tick(_ seconds: Int64) throws -> [String] {
            let now = seconds * Self.second
            clock.micros.store(now, ordering: .relaxed)
            if let due = window.nextTimerMicros, due <= now {
                try window.fireTimers(atMicros: now, into: Output(main: output))
            }
            defer { output.clear() }
            return output.rows.map { "\($0.kind) \($0.values[1].integerValue ?? -1)" }
        }
        _ = try tick(100)
        try row(1)
        #expect(try tick(101) == [])
        #expect(try tick(102) == ["insert 1"])
        try row(2)
        try row(3)
        #expect(try tick(103) == [])
        #expect(try tick(104) == ["updateBefore 1", "updateAfter 3"])
        #expect(try tick(106) == [], "nothing has changed")
        try row(4)
        try window.advance(to: Watermark(micros: 12 * Self.second), into: Output(main: output))
        #expect(try tick(107) == ["updateBefore 3", "updateAfter 4"], "the end of the window")
        try row(5)
        #expect(try tick(109) == [])
        #expect(try tick(110) == ["updateBefore 4", "updateAfter 5"])
        try window.advance(to: .end, into: Output(main: output))
        #expect(try tick(200) == [])
        #expect(window.nextTimerMicros == nil)
    }
}

/// Windows that take rows for a while after their end, row by row.
///
/// As in Flink, the first row of a window that has ended counts at once; the others count at the end of the input only
/// where each change is given.
struct LatenessModel {
    let shape: WindowSpecification.Shape
    let strategy: EmitStrategy?
    let calls: [AggregateCall]
    private(set) var dropped: [ChangeRow] = []
    private var windows: [Int64: [Value: FoldedTable]] = [:]
    private var watermark = Int64.min

    init(_ shape: WindowSpecification.Shape, _ strategy: EmitStrategy?, _ calls: [AggregateCall]) {
        self.shape = shape
        self.strategy = strategy
        self.calls = calls
    }

    mutating func process(_ row: ChangeRow) {
        guard case .integer(let time) = row.values[0] else { return }
        let lateness = strategy?.allowedLatenessMicros ?? 0
        let ends = WindowModel.ends(shape, 0, time)
        var isTaken = ends.isEmpty
        for end in ends where watermark == .min || end - 1_000 + lateness > watermark {
            isTaken = true
            let isLate = watermark != .min && end - 1_000 <= watermark
            let isKnown = windows[end]?[row.values[2]] != nil
            if case .periodic? = strategy?.late, isLate && isKnown { continue }
            windows[end, default: [:]][row.values[2], default: FoldedTable()].apply(row)
        }
        if !isTaken { dropped.append(row) }
        if case .integer(let mark) = row.values[1] { watermark = max(watermark, mark) }
    }

    /// The result of every window that has rows.
    var results: FoldedTable {
        var table = FoldedTable()
        for (end, groups) in windows {
            for (key, content) in groups where content.counts.values.reduce(0, +) > 0 {
                let values = calls.map { NaiveAggregate($0).result(content.rows) }
                let bounds = [WindowModel.start(ofWindowEnding: end, shape, 0), end, end - 1_000]
                table.apply(ChangeRow([key] + values + bounds.map { .integer($0) }))
            }
        }
        return table
    }
}
