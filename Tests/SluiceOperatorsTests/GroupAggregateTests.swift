import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceTesting
import Synchronization
import Testing

@testable import SluiceOperators

/// GROUP BY without a window agrees with a recomputation after every batch.
@Suite struct GroupAggregateTests {
    /// Two keys, a value, a filter.
    static let types: [DataType] = [
        DataType(.bigint), DataType(.string), DataType(.bigint), DataType(.boolean),
    ]

    static func calls() throws -> [AggregateCall] {
        [
            try Fixture.call("COUNT", [], types), try Fixture.call("SUM", [2], types),
            try Fixture.call("MAX", [2], types, filter: 3), try Fixture.call("COUNT", [2], types, distinct: true),
            try Fixture.call("SUM", [2], types, filter: 3, distinct: true),
        ]
    }

    static func changelog(_ seed: UInt64, count: Int, isInsertOnly: Bool = false) -> [ChangeRow] {
        var random = SeededRandom(seed)
        var live: [[Value]] = []
        return (0..<count).map { _ in
            if !isInsertOnly && !live.isEmpty && Int.random(in: 0..<100, using: &random) < 45 {
                let values = live.remove(at: Int.random(in: live.indices, using: &random))
                return ChangeRow(values, random.once(in: 2) ? .delete : .updateBefore)
            }
            let values: [Value] = [
                random.once(in: 6) ? .null : .integer(random.number(0...3)),
                random.once(in: 6) ? .null : .string(random.once(in: 2) ? "x" : ""),
                random.once(in: 5) ? .null : .integer(random.number(-3...3)),
                random.once(in: 5) ? .null : .boolean(random.once(in: 2)),
            ]
            live.append(values)
            return ChangeRow(values, isInsertOnly || random.once(in: 2) ? .insert : .updateAfter)
        }
    }

    static func expected(_ table: FoldedTable, keys: [Int], _ calls: [AggregateCall]) -> FoldedTable {
        var groups: [[Value]: [[Value]]] = [:]
        for row in table.rows { groups[keys.map { row[$0] }, default: []].append(row) }
        return FoldedTable(
            groups.map { key, rows in ChangeRow(key + calls.map { NaiveAggregate($0).result(rows) }) }
        )
    }

    /// Asked for every change, the operator gives the same changes in the same order for any batches.
    @Test(arguments: [[], [0], [0, 1]])
    func everyChangeIsGivenWhateverTheBatches(keys: [Int]) throws {
        let rows = Self.changelog(7, count: 120)
        let changes = try [1, 5, rows.count].map { rowsPerBatch -> [ChangeRow] in
            var operation = GroupAggregateOperation(
                keys: keys,
                aggregates: try Self.calls(),
                consumesRetractions: true,
                emitsUpdateBefore: true
            )
            operation.emitsEveryChange = true
            let stage = try GroupAggregateOperator(
                operation,
                keyTypes: keys.map { Self.types[$0] },
                context: Fixture.context
            )
            let output = Collector()
            for first in stride(from: 0, to: rows.count, by: rowsPerBatch) {
                let part = rows[first..<min(first + rowsPerBatch, rows.count)]
                try stage.process(Batch.of(Array(part), Self.types), from: 0, into: Output(main: output))
            }
            return output.rows
        }
        #expect(changes[0].count > rows.count)
        #expect(changes[1] == changes[0])
        #expect(changes[2] == changes[0])
    }

    @Test(arguments: [[], [0], [1], [0, 1]], [false, true])
    func agreesWithARecomputation(keys: [Int], isInsertOnly: Bool) throws {
        let calls = try Self.calls()
        for seed in UInt64(1)...2 {
            let rows = Self.changelog(seed, count: 200, isInsertOnly: isInsertOnly)
            for split in BatchSplit.all {
                let stage = try GroupAggregateOperator(
                    GroupAggregateOperation(
                        keys: keys,
                        aggregates: calls,
                        consumesRetractions: !isInsertOnly,
                        emitsUpdateBefore: true
                    ),
                    keyTypes: keys.map { Self.types[$0] },
                    context: Fixture.context
                )
                let output = Collector()
                var input = FoldedTable()
                var result = FoldedTable()
                for range in split.ranges(rows.count) {
                    for row in rows[range] { input.apply(row) }
                    try stage.process(Batch.of(Array(rows[range]), Self.types), from: 0, into: Output(main: output))
                    for row in output.rows { result.apply(row) }
                    expectNoIdleUpdates(output.rows)
                    output.clear()
                    let expected = Self.expected(input, keys: keys, calls)
                    #expect(result == expected, "seed \(seed), \(split):\n\(result.difference(from: expected))")
                    #expect(result.strays.isEmpty, "seed \(seed), \(split)")
                }
            }
        }
    }

    /// No `-U` is followed by a `+U` of the same values.
    private func expectNoIdleUpdates(_ rows: [ChangeRow]) {
        for (old, new) in zip(rows, rows.dropFirst()) where old.kind == .updateBefore {
            #expect(new.kind == .updateAfter)
            #expect(old.values != new.values)
        }
    }

    @Test func withoutUpdateBeforeOnlyNewFormsAreEmitted() throws {
        let calls = try Self.calls()
        let stage = try GroupAggregateOperator(
            GroupAggregateOperation(keys: [0], aggregates: calls, consumesRetractions: true, emitsUpdateBefore: false),
            keyTypes: [Self.types[0]],
            context: Fixture.context
        )
        let output = Collector()
        let rows = Self.changelog(5, count: 300)
        for batch in BatchSplit.every(7).batches(rows, Self.types) {
            try stage.process(batch, from: 0, into: Output(main: output))
        }
        var latest: [Value: [Value]] = [:]
        for row in output.rows {
            #expect(row.kind != .updateBefore)
            #expect((row.kind == .insert) == (latest[row.values[0]] == nil))
            latest[row.values[0]] = row.kind == .delete ? nil : row.values
        }
        let expected = Self.expected(FoldedTable(rows), keys: [0], calls)
        #expect(Set(latest.values) == Set(expected.rows))
    }

    /// A group that nobody touches for the time-to-live starts anew, and so does a group that gets its number.
    @Test func untouchedGroupsAreForgotten() throws {
        let clock = ManualClock()
        let context = EvaluationContext(timeZone: "UTC", clock: { clock.micros.load(ordering: .relaxed) })
        let calls = [
            try Fixture.call("COUNT", [], Self.types), try Fixture.call("COUNT", [2], Self.types, distinct: true),
        ]
        let stage = try GroupAggregateOperator(
            GroupAggregateOperation(
                keys: [0],
                aggregates: calls,
                consumesRetractions: true,
                emitsUpdateBefore: true,
                stateTTLMillis: 100
            ),
            keyTypes: [Self.types[0]],
            context: context
        )
        let output = Collector()
        func send(_ kind: RowKind, _ key: Int64, at millis: Int64) throws -> [ChangeRow] {
            clock.micros.store(millis * 1_000, ordering: .relaxed)
            output.clear()
            let row = ChangeRow([.integer(key), .null, .integer(5), .null], kind)
            try stage.process(Batch.of([row], Self.types), from: 0, into: Output(main: output))
            return output.rows
        }
        func row(_ kind: RowKind, _ key: Int64, _ count: Int64) -> ChangeRow {
            ChangeRow([.integer(key), .integer(count), .integer(1)], kind)
        }
        #expect(try send(.insert, 1, at: 0) == [row(.insert, 1, 1)])
        #expect(try send(.insert, 1, at: 99) == [row(.updateBefore, 1, 1), row(.updateAfter, 1, 2)])
        #expect(try send(.insert, 1, at: 198) == [row(.updateBefore, 1, 2), row(.updateAfter, 1, 3)])
        #expect(try send(.insert, 1, at: 298) == [row(.insert, 1, 1)])
        #expect(try send(.delete, 1, at: 398) == [])
        #expect(try send(.insert, 2, at: 399) == [row(.insert, 2, 1)])
        #expect(try send(.insert, 2, at: 450) == [row(.updateBefore, 2, 1), row(.updateAfter, 2, 2)])
        #expect(try send(.insert, 3, at: 700) == [row(.insert, 3, 1)])
        #expect(try send(.insert, 4, at: 701) == [row(.insert, 4, 1)])
        #expect(try send(.insert, 2, at: 702) == [row(.insert, 2, 1)])
    }

    /// What an expired group took back is ignored row by row: its new form appears.
    @Test func strayRetractionsAreIgnored() throws {
        let calls = [try Fixture.call("COUNT", [], Self.types)]
        let stage = try GroupAggregateOperator(
            GroupAggregateOperation(keys: [0], aggregates: calls, consumesRetractions: true, emitsUpdateBefore: true),
            keyTypes: [Self.types[0]],
            context: Fixture.context
        )
        let output = Collector()
        let values: [Value] = [.integer(1), .null, .integer(5), .null]
        let rows = [ChangeRow(values, .updateBefore), ChangeRow(values, .updateAfter)]
        try stage.process(Batch.of(rows, Self.types), from: 0, into: Output(main: output))
        #expect(output.rows == [ChangeRow([.integer(1), .integer(1)], .insert)])
    }
}

/// A clock that only moves when told to.
final class ManualClock: Sendable {
    let micros = Atomic<Int64>(0)
}
