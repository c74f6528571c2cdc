import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceTesting
import Synchronization
import Testing

@testable import SluiceOperators

/// Normalisation and materialisation agree with plain row-by-row models, whatever the batches.
@Suite struct KeyedChangesTests {
    static let types: [DataType] = [DataType(.bigint), DataType(.string), DataType(.bigint)]

    static func changes(_ seed: UInt64, count: Int, keys: ClosedRange<Int64>) -> [ChangeRow] {
        var random = SeededRandom(seed)
        return (0..<count).map { _ in
            let values: [Value] = [
                random.once(in: 9) ? .null : .integer(random.number(keys)),
                random.once(in: 9) ? .null : .string(random.once(in: 2) ? "a" : "b"), .integer(random.number(0...2)),
            ]
            return ChangeRow(values, RowKind.allCases[Int(random.number(0...3))])
        }
    }

    private static func run(_ stage: any Operator, _ rows: [ChangeRow], _ split: BatchSplit) throws -> [ChangeRow] {
        let output = Collector()
        for range in split.ranges(rows.count) {
            try stage.process(Batch.of(Array(rows[range]), types), from: 0, into: Output(main: output))
        }
        return output.rows
    }

    /// The last row of each key, as a plain list.
    private static func normalized(_ rows: [ChangeRow], emitsUpdateBefore: Bool) -> [ChangeRow] {
        var table: [Value: [Value]] = [:]
        var result: [ChangeRow] = []
        for row in rows {
            let old = table[row.values[0]]
            switch row.kind {
            case .updateBefore: continue
            case .delete:
                if let old { result.append(ChangeRow(old, .delete)) }
                table[row.values[0]] = nil
            case .insert, .updateAfter:
                table[row.values[0]] = row.values
                guard let old else {
                    result.append(ChangeRow(row.values, .insert))
                    continue
                }
                if old == row.values { continue }
                if emitsUpdateBefore { result.append(ChangeRow(old, .updateBefore)) }
                result.append(ChangeRow(row.values, .updateAfter))
            }
        }
        return result
    }

    @Test(arguments: BatchSplit.all, [true, false])
    func normalization(split: BatchSplit, emitsUpdateBefore: Bool) throws {
        for seed in UInt64(1)...6 {
            let rows = Self.changes(seed, count: 300, keys: 0...Int64(seed * 3))
            var operation = NormalizeOperation(keys: [0])
            operation.emitsUpdateBefore = emitsUpdateBefore
            let stage = NormalizeOperator(operation, inputFields: Fixture.fields(Self.types), context: Fixture.context)
            let answer = try Self.run(stage, rows, split)
            #expect(answer == Self.normalized(rows, emitsUpdateBefore: emitsUpdateBefore), "seed \(seed)")
        }
    }

    @Test func normalizationForgetsUntouchedKeys() throws {
        let now = Mutex<Int64>(0)
        let context = EvaluationContext(clock: { now.withLock { $0 } })
        let operation = NormalizeOperation(keys: [0], stateTTLMillis: 1_000)
        let stage = NormalizeOperator(operation, inputFields: Fixture.fields(Self.types), context: context)
        let row = ChangeRow([.integer(1), .string("a"), .integer(2)], .updateAfter)
        #expect(try Self.run(stage, [row], .every(1)).map(\.kind) == [.insert])
        // With a time-to-live a row that is there already is passed on, so that nobody downstream forgets it.
        #expect(try Self.run(stage, [row], .every(1)).map(\.kind) == [.updateAfter])
        now.withLock { $0 = 1_000_000 }
        #expect(try Self.run(stage, [row], .every(1)).map(\.kind) == [.insert])
        now.withLock { $0 = 9_000_000 }
        _ = try Self.run(stage, [ChangeRow([.integer(2), .null, .null])], .every(1))
        #expect(try Self.run(stage, [ChangeRow(row.values, .delete)], .every(1)).isEmpty)
    }

    /// The rows of each key of the sink in their order, as plain lists.
    private static func materialized(_ rows: [ChangeRow], changeKey: [Int]) -> [ChangeRow] {
        var lists: [Value: [[Value]]] = [:]
        var result: [ChangeRow] = []
        for row in rows {
            let key = row.values[1]
            var list = lists[key] ?? []
            let found = list.firstIndex { other in
                changeKey.isEmpty ? other == row.values : changeKey.allSatisfy { other[$0] == row.values[$0] }
            }
            if row.kind.isAddition {
                result.append(ChangeRow(row.values, list.isEmpty ? .insert : .updateAfter))
                if let found, !changeKey.isEmpty { list[found] = row.values } else { list.append(row.values) }
            } else if let found {
                list.remove(at: found)
                if list.isEmpty {
                    result.append(ChangeRow(row.values, .delete))
                } else if found == list.count {
                    result.append(ChangeRow(list[found - 1], .updateAfter))
                }
            }
            lists[key] = list
        }
        return result
    }

    @Test(arguments: BatchSplit.all, [[], [0], [0, 1]])
    func materialization(split: BatchSplit, changeKey: [Int]) throws {
        for seed in UInt64(1)...6 {
            let rows = Self.changes(seed, count: 300, keys: 0...4)
            let operation = MaterializeOperation(keys: [1], changeKey: changeKey)
            let stage = MaterializeOperator(operation, inputFields: Fixture.fields(Self.types))
            #expect(try Self.run(stage, rows, split) == Self.materialized(rows, changeKey: changeKey), "seed \(seed)")
        }
    }

    /// What has been taken back leaves nothing behind.
    @Test func materializationFreesItsState() throws {
        let stage = MaterializeOperator(
            MaterializeOperation(keys: [1], changeKey: [0]),
            inputFields: Fixture.fields(Self.types)
        )
        let rows = (0..<60).map { ChangeRow([.integer($0), .string("k\($0 % 7)"), .integer(0)]) }
        let changes = rows + rows.map { ChangeRow($0.values, .delete) }
        for _ in 0..<20 { _ = try Self.run(stage, changes, .every(30)) }
        let held = stage.stateByteCount
        // What is free is compacted only when it is worth it, so that some is always held.
        for _ in 0..<200 { _ = try Self.run(stage, changes, .every(30)) }
        #expect(stage.stateByteCount <= held * 2)
    }

    /// The first row of each key, looked at whenever the watermark moves, as plain lists; nil where a key has several.
    private static func firstRows(_ rows: [ChangeRow], _ marks: [Int64], changeKey: [Int]) -> [[Value]: ChangeRow] {
        var given: [Value: [Value]] = [:]
        var lists: [Value: [[Value]]] = [:]
        func decide() {
            for (key, list) in lists {
                if list.count == 1 || given[key] == nil { given[key] = list.first }
                if list.isEmpty { given[key] = nil }
                lists[key] = given[key].map { [$0] } ?? []
            }
        }
        var mark = Int64.min
        for (row, now) in zip(rows, marks) {
            if now > mark { decide() }
            mark = now
            var list = lists[row.values[1]] ?? []
            let found = list.firstIndex { other in
                changeKey.isEmpty ? other == row.values : changeKey.allSatisfy { other[$0] == row.values[$0] }
            }
            if row.kind.isAddition {
                if let found, !changeKey.isEmpty { list[found] = row.values } else { list.append(row.values) }
            } else if let found {
                list.remove(at: found)
            }
            lists[row.values[1]] = list
        }
        decide()
        return Dictionary(uniqueKeysWithValues: given.map { ([$0.key], ChangeRow($0.value)) })
    }

    /// The watermark before each row: it moves after some of them.
    static func marks(_ count: Int, _ random: inout SeededRandom) -> [Int64] {
        var mark = Watermark.none.micros
        return (0..<count).map { row in
            defer { if random.once(in: 4) { mark = Int64(row) } }
            return mark
        }
    }

    @Test(arguments: BatchSplit.all, [[], [0], [0, 1]])
    func firstRowsStay(split: BatchSplit, changeKey: [Int]) throws {
        for seed in UInt64(1)...8 {
            var random = SeededRandom(seed)
            let rows = Self.changes(seed, count: 300, keys: 0...2)
            let marks = Self.marks(rows.count, &random)
            let operation = MaterializeOperation(keys: [1], changeKey: changeKey, conflict: .keepFirst)
            let stage = MaterializeOperator(operation, inputFields: Fixture.fields(Self.types))
            let output = Collector()
            for range in split.ranges(rows.count) {
                var batch = Batch.of(Array(rows[range]), Self.types)
                batch.runningWatermarks = Column.of(marks[range].map { .integer($0) }, .notNull(.bigint))
                try stage.process(batch, from: 0, into: Output(main: output))
                try stage.advance(to: Watermark(micros: marks[range.upperBound - 1]), into: Output(main: output))
            }
            try stage.advance(to: .end, into: Output(main: output))
            var table: [[Value]: ChangeRow] = [:]
            for row in output.rows {
                let key = [row.values[1]]
                #expect((table[key] == nil) == (row.kind == .insert), "seed \(seed): \(row)")
                #expect(row.kind == .delete || table[key]?.values != row.values, "seed \(seed): changes nothing")
                table[key] = row.kind == .delete ? nil : ChangeRow(row.values)
            }
            #expect(table == Self.firstRows(rows, marks, changeKey: changeKey), "seed \(seed)")
        }
    }

    /// A row that comes where another one has gone is no conflict, one that comes beside it is.
    @Test func secondRowsFailWhenTheWatermarkMoves() throws {
        func row(_ id: Int64, _ kind: RowKind) -> ChangeRow { ChangeRow([.integer(id), .string("a"), .null], kind) }
        for (rows, fails) in [
            ([row(1, .insert), row(2, .insert), row(1, .delete)], false), ([row(1, .insert), row(2, .insert)], true),
        ] {
            let operation = MaterializeOperation(keys: [1], changeKey: [0], conflict: .fail)
            let stage = MaterializeOperator(operation, inputFields: Fixture.fields(Self.types))
            let output = Collector()
            try stage.process(Batch.of(rows, Self.types), from: 0, into: Output(main: output))
            #expect(output.rows.isEmpty)
            if fails {
                #expect(throws: RuntimeError.self) { try stage.advance(to: .end, into: Output(main: output)) }
            } else {
                try stage.advance(to: .end, into: Output(main: output))
                #expect(output.rows == [row(2, .insert)])
            }
        }
    }
}
