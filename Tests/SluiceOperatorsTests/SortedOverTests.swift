import SluiceColumns
import SluiceKernels
import SluicePlan
import Synchronization
import Testing

@testable import SluiceOperators

/// OVER in the order of values agrees with results computed anew from all rows, for every way to cut them into batches.
@Suite struct SortedOverTests {
    static let types = WindowAggregateTests.types

    static func operation(_ unit: OverFrame.Unit, _ keys: [Int], _ field: SortField) throws -> OverOperation {
        var operation = OverOperation(
            partitionKeys: keys,
            order: .value(field),
            frame: OverFrame(unit),
            calls: try OverTests.calls(.incremental) + OverTests.calls(.extremes)
        )
        operation.consumesRetractions = true
        operation.emitsUpdateBefore = true
        return operation
    }

    /// The table of rows with their results; equal rows in the order of their arrival.
    static func model(_ rows: [ChangeRow], _ operation: OverOperation) -> FoldedTable {
        guard case .value(let field) = operation.order else { return FoldedTable() }
        var live: [[Value]] = []
        for row in rows {
            if row.kind.isAddition {
                live.append(row.values)
            } else if let index = live.firstIndex(of: row.values) {
                live.remove(at: index)
            }
        }
        func comesBefore(_ one: Value, _ other: Value) -> Bool {
            guard let left = one.integerValue else { return field.nullsFirst && !other.isNull }
            guard let right = other.integerValue else { return !field.nullsFirst }
            return left < right
        }
        var table = FoldedTable()
        for key in Set(live.map { row in operation.partitionKeys.map { row[$0] } }) {
            let members = live.filter { row in operation.partitionKeys.map { row[$0] } == key }
            let sorted = members.enumerated().sorted { one, other in
                let (left, right) = (one.element[field.column], other.element[field.column])
                return left == right ? one.offset < other.offset : comesBefore(left, right)
            }.map(\.element)
            for (index, row) in sorted.enumerated() {
                var end = index + 1
                if operation.frame.unit == .range {
                    while end < sorted.count, sorted[end][field.column] == row[field.column] { end += 1 }
                }
                let frame = Array(sorted[..<end])
                table.apply(ChangeRow(row + operation.calls.map { NaiveAggregate($0).result(frame) }))
            }
        }
        return table
    }

    static let fields = [SortField(column: 4), SortField(column: 4, nullsFirst: false), SortField(column: 0)]

    @Test(arguments: [OverFrame.Unit.rows, .range], fields.indices)
    func agreesWithTheModel(unit: OverFrame.Unit, field: Int) throws {
        for seed in UInt64(1)...4 {
            let isChangelog = seed % 2 == 0
            let rows = WindowAggregateTests.rows(seed, count: 150, isChangelog: isChangelog)
            let keys = [[], [2], [3], [2, 3]][Int(seed) % 4]
            let operation = try Self.operation(unit, keys, Self.fields[field])
            let expected = Self.model(rows, operation)
            #expect(!expected.rows.isEmpty)
            for split in BatchSplit.all {
                let over = try SortedOverOperator(
                    operation,
                    inputFields: Fixture.fields(Self.types),
                    context: Fixture.context
                )
                let results = Collector()
                let stage = Stage(over, next: results)
                for batch in split.batches(rows, Self.types) { try stage.receive(batch) }
                let label = "seed \(seed), \(split)"
                #expect(results.table == expected, "\(label):\n\(results.table.difference(from: expected))")
                #expect(results.table.strays.isEmpty, "\(label)")
            }
        }
    }

    /// Where each change is wanted by itself, the changelog is the same for every way to cut the rows into batches.
    @Test(arguments: [OverFrame.Unit.rows, .range])
    func everyChangeIsGivenByItself(unit: OverFrame.Unit) throws {
        let rows = WindowAggregateTests.rows(5, count: 120, isChangelog: true)
        var operation = try Self.operation(unit, [2], SortField(column: 4))
        operation.emitsEveryChange = true
        let logs = try BatchSplit.all.map { split in
            let over = try SortedOverOperator(
                operation,
                inputFields: Fixture.fields(Self.types),
                context: Fixture.context
            )
            let results = Collector()
            let stage = Stage(over, next: results)
            for batch in split.batches(rows, Self.types) { try stage.receive(batch) }
            return results.rows
        }
        #expect(logs[0].count > rows.count)
        for (split, log) in zip(BatchSplit.all, logs) { #expect(log == logs[0], "\(split)") }
    }

    /// When every row was taken back, nothing is held.
    @Test func stateIsFreed() throws {
        let rows = WindowAggregateTests.rows(3, count: 200, isChangelog: false)
        let operation = try Self.operation(.range, [2], SortField(column: 4))
        let over = try SortedOverOperator(operation, inputFields: Fixture.fields(Self.types), context: Fixture.context)
        let results = Collector()
        let stage = Stage(over, next: results)
        let undone = rows.reversed().map { ChangeRow($0.values, .delete) }
        for batch in BatchSplit.every(7).batches(rows + undone, Self.types) { try stage.receive(batch) }
        #expect(results.table.rows.isEmpty && results.table.strays.isEmpty)
        #expect(over.rowCount == 0)
        // A row that is not there any more is ignored.
        results.clear()
        try stage.receive(Batch.of([undone[0]], Self.types))
        #expect(results.rows.isEmpty && over.rowCount == 0)
    }

    /// A row behind all others gives itself only.
    @Test func aRowAtTheEndChangesNothingElse() throws {
        let types: [DataType] = [.notNull(.bigint)]
        let operation = OverOperation(
            partitionKeys: [],
            order: .value(SortField(column: 0)),
            frame: OverFrame(.range),
            calls: [try Fixture.call("SUM", [0], types)]
        )
        let over = try SortedOverOperator(operation, inputFields: Fixture.fields(types), context: Fixture.context)
        let results = Collector()
        let stage = Stage(over, next: results)
        for number in Int64(1)...5 { try stage.receive(Batch.of([ChangeRow([.integer(number)])], types)) }
        #expect(results.rows.map { $0.values[1] } == [1, 3, 6, 10, 15].map { Value.integer($0) })
        results.clear()
        try stage.receive(Batch.of([ChangeRow([.integer(4)])], types))
        #expect(results.rows.map(\.kind) == [.updateAfter, .insert, .updateAfter])
    }

    /// The time-to-live forgets a partition that nobody touched, without a word.
    @Test func timeToLiveForgets() throws {
        let clock = ManualClock()
        let types: [DataType] = [.notNull(.bigint), .notNull(.bigint)]
        var operation = OverOperation(
            partitionKeys: [1],
            order: .value(SortField(column: 0)),
            frame: OverFrame(.rows),
            calls: [try Fixture.call("COUNT", [], types)]
        )
        operation.stateTTLMillis = 1_000
        let context = EvaluationContext(timeZone: "UTC", clock: { clock.micros.load(ordering: .relaxed) })
        let over = try SortedOverOperator(operation, inputFields: Fixture.fields(types), context: context)
        let results = Collector()
        let stage = Stage(over, next: results)
        for (second, number, key) in [(0, 1, 1), (0, 2, 2), (5, 3, 1), (5, 4, 1)] as [(Int64, Int64, Int64)] {
            clock.micros.store(second * 1_000_000, ordering: .relaxed)
            try stage.receive(Batch.of([ChangeRow([.integer(number), .integer(key)])], types))
        }
        #expect(results.rows.map { $0.values[2] } == [1, 1, 1, 2].map { Value.integer($0) })
        #expect(over.rowCount == 2)
    }
}
