import SluiceColumns
import SluiceKernels
import SluicePlan
import Testing

@testable import SluiceOperators

/// Operators that look at one row at a time keep its kind and its running watermark.
@Suite struct RowOperatorTests {
    static let types: [DataType] = [.notNull(.timestamp(3)), DataType(.bigint)]

    static func marked(_ rows: [ChangeRow]) -> Batch {
        var batch = Batch.of(rows, types)
        batch.runningWatermarks = Column.of(
            rows.indices.map { .integer(Int64($0) * 10) },
            .notNull(.bigint)
        )
        return batch
    }

    static let rows: [ChangeRow] = [
        ChangeRow([.integer(-1_000), .integer(5)]), ChangeRow([.integer(0), .null], .updateBefore),
        ChangeRow([.integer(7_000), .integer(-1)], .updateAfter), ChangeRow([.integer(9_000), .integer(6)], .delete),
    ]

    @Test func calcSelectsKindsAndWatermarks() throws {
        let positive = try Fixture.scalar(
            ">",
            .column(1, Self.types[1]),
            .literal(.integer(0), .notNull(.bigint))
        )
        let stage = try CalcOperator(
            CalcOperation(predicate: positive, projections: [.column(1, Self.types[1])]),
            context: Fixture.context
        )
        let output = Collector()
        try stage.process(Self.marked(Self.rows), from: 0, into: Output(main: output))
        #expect(output.rows == [ChangeRow([.integer(5)]), ChangeRow([.integer(6)], .delete)])
        let marks = try #require(output.batches[0].runningWatermarks)
        #expect([marks.value(0), marks.value(1)] == [.integer(0), .integer(30)])
    }

    @Test func replicateRepeatsKindsAndWatermarks() throws {
        let stage = ReplicateOperator()
        let output = Collector()
        let types: [DataType] = [Self.types[1], .notNull(.bigint)]
        let counts: [Int64] = [2, 0, 5_000, -3, 1]
        let rows = counts.enumerated().map { index, count in
            ChangeRow([.integer(Int64(index)), .integer(count)], index == 2 ? .updateBefore : .insert)
        }
        var batch = Batch.of(rows, types)
        batch.runningWatermarks = Column.of(counts.indices.map { .integer(Int64($0)) }, .notNull(.bigint))
        try stage.process(batch, from: 0, into: Output(main: output))
        let expected = rows.flatMap { row -> [ChangeRow] in
            guard case .integer(let count) = row.values[1] else { return [] }
            return Array(repeating: ChangeRow([row.values[0]], row.kind), count: Int(max(0, count)))
        }
        #expect(output.rows == expected)
        #expect(output.batches.allSatisfy { $0.rowCount <= 4_096 })
        for batch in output.batches {
            let marks = try #require(batch.runningWatermarks)
            for row in 0..<batch.rowCount { #expect(marks.value(row) == batch.row(row)[0]) }
        }
    }

    @Test func expandRepeatsKindsAndWatermarks() throws {
        let stage = try ExpandOperator(
            ExpandOperation(projections: [
                [.column(1, Self.types[1])], [.literal(.null, Self.types[1])],
            ]),
            context: Fixture.context
        )
        let output = Collector()
        try stage.process(Self.marked(Self.rows), from: 0, into: Output(main: output))
        let expected =
            Self.rows.map { ChangeRow([$0.values[1]], $0.kind) } + Self.rows.map { ChangeRow([.null], $0.kind) }
        #expect(FoldedTable(output.rows) == FoldedTable(expected))
        for batch in output.batches { #expect(batch.runningWatermarks?.count == batch.rowCount) }
    }

    /// Those of aggregations, and HOP whose size is no multiple of its slide.
    private static let shapes =
        WindowAggregateTests.shapes + [
            (.hop(sizeMicros: 10_000_000, slideMicros: 3_000_000), 1_000_000),
            (.hop(sizeMicros: 3_000_000, slideMicros: 5_000_000), 0),
        ]

    @Test(arguments: shapes.indices)
    func windowTableGivesEveryWindowOfARow(shape: Int) throws {
        let (window, offset) = Self.shapes[shape]
        let rows = WindowAggregateTests.rows(11, count: 120, isChangelog: false)
        let types = WindowAggregateTests.types
        let stage = try WindowTableOperator(
            WindowTableOperation(
                window: WindowSpecification(shape: window, offsetMicros: offset, time: .rowtime(column: 0))
            ),
            outputFields: Fixture.fields(types + Array(repeating: .notNull(.timestamp(3)), count: 3))
        )
        var expected = FoldedTable()
        for row in rows {
            guard case .integer(let time) = row.values[0] else { continue }
            for end in WindowModel.ends(window, offset, time) {
                let start = WindowModel.start(ofWindowEnding: end, window, offset)
                expected.apply(
                    ChangeRow(row.values + [start, end, end - 1_000].map { .integer($0) }, row.kind)
                )
            }
        }
        for split in BatchSplit.all {
            let output = Collector()
            for batch in split.batches(rows, types) { try stage.process(batch, from: 0, into: Output(main: output)) }
            #expect(output.table == expected, "\(split)")
        }
    }

    /// The watermark in force before a row comes of the rows before it, whatever the batch; NULL leaves it.
    @Test(arguments: BatchSplit.all)
    func watermarksAreThoseBeforeTheRow(split: BatchSplit) throws {
        let types: [DataType] = [.notNull(.timestamp(3)), DataType(.timestamp(3))]
        let marks: [Int64?] = [5, nil, 3, 9, 9, nil, 12]
        let rows = marks.map { ChangeRow([.integer(0), $0.map { .integer($0 * 1_000) } ?? .null]) }
        let stage = try WatermarkOperator(
            WatermarkOperation(timeColumn: 0, expression: .column(1, types[1])),
            context: Fixture.context
        )
        let output = Collector()
        for batch in split.batches(rows, types) { try stage.process(batch, from: 0, into: Output(main: output)) }
        let running = output.batches.flatMap { batch in
            (0..<batch.rowCount).map { batch.runningWatermarks?.value($0) ?? .null }
        }
        #expect(running == [.min, 5_000, 5_000, 5_000, 9_000, 9_000, 9_000].map { .integer($0) })
        #expect(output.watermarks.last == Watermark(micros: 12_000))
    }

    @Test func aNullEventTimeFails() throws {
        let types: [DataType] = [DataType(.timestamp(3)), DataType(.timestamp(3))]
        let stage = try WatermarkOperator(
            WatermarkOperation(timeColumn: 0, expression: .column(1, types[1])),
            context: Fixture.context
        )
        let batch = Batch.of([ChangeRow([.null, .null])], types)
        #expect(throws: RuntimeError.self) { try stage.process(batch, from: 0, into: Output(main: Collector())) }
    }
}
