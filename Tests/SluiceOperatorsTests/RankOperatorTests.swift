import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceTesting
import Synchronization
import Testing

@testable import SluiceOperators

/// Top-N agrees with sorted lists that are kept row by row, for every way to cut the rows into batches.
@Suite struct RankOperatorTests {
    /// Partition, two columns to order by, a unique number, a last rank.
    static let types: [DataType] = [
        DataType(.bigint), DataType(.bigint), DataType(.string), .notNull(.bigint), DataType(.int),
    ]

    static let orders: [[SortField]] = [
        [], [SortField(column: 1)], [SortField(column: 1, isDescending: true), SortField(column: 2)],
        [SortField(column: 2, nullsFirst: false), SortField(column: 1, isDescending: true, nullsFirst: true)],
    ]

    /// Rows that come, and where `retracts` rows that go again; unique numbers where `isKeyed` name the row.
    static func changelog(_ seed: UInt64, count: Int, retracts: Bool, isKeyed: Bool = false) -> [ChangeRow] {
        var random = SeededRandom(seed)
        var live: [[Value]] = []
        var rows: [ChangeRow] = []
        while rows.count < count {
            if retracts && !live.isEmpty && Int.random(in: 0..<100, using: &random) < 45 {
                let values = live.remove(at: Int.random(in: live.indices, using: &random))
                rows.append(ChangeRow(values, random.once(in: 2) ? .delete : .updateBefore))
                continue
            }
            let partition: Value = random.once(in: 6) ? .null : .integer(random.number(0...2))
            var values: [Value] = [
                partition, random.once(in: 6) ? .null : .integer(random.number(-3...3)),
                random.once(in: 6) ? .null : .string(random.once(in: 2) ? "x" : "y\0"),
                .integer(isKeyed ? random.number(0...12) : Int64(rows.count / 3)), .integer(random.number(0...4)),
            ]
            if isKeyed {
                // A key belongs to one partition.
                if let old = live.firstIndex(where: { $0[3] == values[3] }) {
                    values[0] = live[old][0]
                    live.remove(at: old)
                    live.append(values)
                    rows.append(ChangeRow(values, .updateAfter))
                    continue
                }
            }
            live.append(values)
            rows.append(ChangeRow(values, .insert))
        }
        return rows
    }

    private func check(_ operation: RankOperation, _ rows: [ChangeRow], _ message: String) throws {
        for split in [BatchSplit.every(1), .every(7), .random(seed: 7)] {
            let stage = try RankOperator(
                operation,
                inputFields: Fixture.fields(Self.types),
                context: Fixture.context
            )
            var model = RankModel(operation)
            var result = FoldedTable()
            let output = Collector()
            for range in split.ranges(rows.count) {
                for row in rows[range] { model.apply(row) }
                try stage.process(Batch.of(Array(rows[range]), Self.types), from: 0, into: Output(main: output))
                for row in output.rows { result.apply(row) }
                output.clear()
                let expected = FoldedTable(model.result.map { ChangeRow($0) })
                #expect(result == expected, "\(message), \(split):\n\(result.difference(from: expected))")
                #expect(result.strays.isEmpty, "\(message), \(split)")
            }
        }
    }

    static let ranges: [RankRange] = [
        RankRange(end: .constant(1)), RankRange(end: .constant(3)), RankRange(start: 2, end: .constant(2)),
        RankRange(start: 2, end: .constant(4)), RankRange(end: .constant(.max)), RankRange(end: .column(4)),
    ]

    @Test(arguments: orders, ranges)
    func agreesWithSortedLists(order: [SortField], range: RankRange) throws {
        for (seed, strategy) in [(UInt64(3), RankStrategy.append), (4, .retract)] {
            let rows = Self.changelog(seed, count: 120, retracts: strategy == .retract)
            for outputsRank in [false, true] {
                for keys in order.isEmpty ? [[], [0]] : [[0]] {
                    for ties in [RankTies.firstArrived, .lastArrived] {
                        var operation = RankOperation(
                            partitionKeys: keys,
                            order: order,
                            ties: ties,
                            range: range,
                            outputsRank: outputsRank
                        )
                        // NULL is no time that a last row could be kept by.
                        if ties == .lastArrived && !order.isEmpty { continue }
                        operation.strategy = strategy
                        operation.emitsUpdateBefore = true
                        try check(operation, rows, "seed \(seed), \(strategy), rank \(outputsRank), keys \(keys)")
                    }
                }
            }
        }
    }

    /// Rows that replace each other keep their place where their sort key stays; with all rows kept, none is forgotten.
    @Test(arguments: orders.dropFirst(), [false, true])
    func rowsOfAKeyReplaceEachOther(order: [SortField], outputsRank: Bool) throws {
        var operation = RankOperation(
            partitionKeys: [0],
            order: order,
            range: RankRange(end: .constant(40)),
            outputsRank: outputsRank
        )
        operation.strategy = .update(key: [0, 3])
        operation.emitsUpdateBefore = true
        try check(operation, Self.changelog(6, count: 200, retracts: false, isKeyed: true), "seed 6")
        try check(
            operation,
            Self.changelog(8, count: 200, retracts: true, isKeyed: true).filter { $0.kind != .updateBefore },
            "seed 8"
        )
    }

    /// Rows that only rise are the same first ones whether all are kept or not.
    @Test func risingRowsNeedOnlyTheFirst() throws {
        var random = SeededRandom(12)
        var counts: [Int64: Int64] = [:]
        let rows = (0..<400).map { _ -> ChangeRow in
            let key = random.number(0...20)
            counts[key, default: 0] += 1
            return ChangeRow(
                [.integer(key % 2), .integer(counts[key] ?? 0), .null, .integer(key), .null],
                counts[key] == 1 ? .insert : .updateAfter
            )
        }
        for end in [Int64(1), 3] {
            var operation = RankOperation(
                partitionKeys: [0],
                order: [SortField(column: 1, isDescending: true), SortField(column: 3)],
                range: RankRange(end: .constant(end)),
                outputsRank: true
            )
            operation.strategy = .update(key: [3, 0])
            operation.emitsUpdateBefore = true
            try check(operation, rows, "end \(end)")
        }
    }

    /// Asked for every change, the operator gives the same changes in the same order for any batches.
    @Test(arguments: [false, true])
    func everyChangeIsGivenWhateverTheBatches(outputsRank: Bool) throws {
        let rows = Self.changelog(9, count: 150, retracts: true)
        let changes = try [1, 5, rows.count].map { rowsPerBatch -> [ChangeRow] in
            var operation = RankOperation(
                partitionKeys: [0],
                order: Self.orders[2],
                range: RankRange(end: .constant(2)),
                outputsRank: outputsRank
            )
            operation.strategy = .retract
            operation.emitsUpdateBefore = true
            operation.emitsEveryChange = true
            let stage = try RankOperator(
                operation,
                inputFields: Fixture.fields(Self.types),
                context: Fixture.context
            )
            let output = Collector()
            for batch in BatchSplit.every(rowsPerBatch).batches(rows, Self.types) {
                try stage.process(batch, from: 0, into: Output(main: output))
            }
            return output.rows
        }
        #expect(changes[0].count > 50)
        #expect(Set(changes.map(\.count)).count == 1)
        #expect(changes[1] == changes[0])
        #expect(changes[2] == changes[0])
    }

    /// A row that cannot enter a full partition leaves nothing behind.
    @Test func rowsThatCannotEnterAreNotKept() throws {
        let operation = RankOperation(
            partitionKeys: [0],
            order: [SortField(column: 1)],
            range: RankRange(end: .constant(2)),
            outputsRank: false
        )
        let stage = try RankOperator(operation, inputFields: Fixture.fields(Self.types), context: Fixture.context)
        let output = Collector()
        func send(_ value: Int64, count: Int) throws {
            let row = ChangeRow([.integer(1), .integer(value), .string("text"), .integer(0), .null])
            try stage.process(
                Batch.of(Array(repeating: row, count: count), Self.types),
                from: 0,
                into: Output(main: output)
            )
        }
        // The table of partitions has made room for a batch of new ones before.
        for _ in 0..<2 { try send(1, count: 500) }
        let held = stage.stateByteCount
        output.clear()
        for _ in 0..<20 { try send(5, count: 500) }
        #expect(output.rows.isEmpty)
        #expect(stage.stateByteCount == held)
    }

    /// A partition that nobody touches for the time-to-live starts anew, without a word.
    @Test func partitionsExpire() throws {
        let clock = ManualClock()
        let operation = RankOperation(
            partitionKeys: [0],
            order: [SortField(column: 1)],
            range: RankRange(end: .constant(1)),
            outputsRank: false,
            stateTTLMillis: 1_000
        )
        let stage = try RankOperator(
            operation,
            inputFields: Fixture.fields(Self.types),
            context: EvaluationContext(timeZone: "UTC", clock: { clock.micros.load(ordering: .relaxed) })
        )
        let output = Collector()
        func send(_ value: Int64) throws -> [RowKind] {
            output.clear()
            let row = ChangeRow([.integer(1), .integer(value), .null, .integer(0), .null])
            try stage.process(Batch.of([row], Self.types), from: 0, into: Output(main: output))
            return output.rows.map(\.kind)
        }
        #expect(try send(3) == [.insert])
        clock.micros.store(900_000, ordering: .relaxed)
        #expect(try send(4) == [])
        #expect(try send(2) == [.updateAfter])
        clock.micros.store(2_000_000, ordering: .relaxed)
        #expect(try send(9) == [.insert])
    }
}

/// Top-N as sorted lists that are kept row by row.
private struct RankModel {
    let operation: RankOperation
    private var partitions: [[Value]: [[Value]]] = [:]
    private var ends: [[Value]: Int] = [:]

    init(_ operation: RankOperation) { self.operation = operation }

    mutating func apply(_ row: ChangeRow) {
        let partition = operation.partitionKeys.map { row.values[$0] }
        var list = partitions[partition, default: []]
        if case .column(let column) = operation.range.end, ends[partition] == nil {
            ends[partition] = Int(row.values[column].integerValue ?? 0)
        }
        if case .update(let key) = operation.strategy {
            update(&list, row, key)
        } else if row.kind.isAddition {
            insert(row.values, &list)
        } else if let place = list.firstIndex(of: row.values) {
            list.remove(at: place)
        }
        partitions[partition] = list
    }

    private func update(_ list: inout [[Value]], _ row: ChangeRow, _ key: [Int]) {
        let old = list.firstIndex { other in key.allSatisfy { other[$0] == row.values[$0] } }
        guard let old else { return insert(row.values, &list) }
        if row.kind == .delete {
            list.remove(at: old)
        } else if comparison(list[old], row.values) == 0 {
            list[old] = row.values
        } else {
            list.remove(at: old)
            insert(row.values, &list)
        }
    }

    private func insert(_ values: [Value], _ list: inout [[Value]]) {
        let place = list.firstIndex { other in
            let order = comparison(values, other)
            return order < 0 || (order == 0 && operation.ties == .lastArrived)
        }
        list.insert(values, at: place ?? list.count)
    }

    private func comparison(_ one: [Value], _ other: [Value]) -> Int {
        for field in operation.order {
            let (left, right) = (one[field.column], other[field.column])
            if left == right { continue }
            if left == .null { return field.nullsFirst ? -1 : 1 }
            if right == .null { return field.nullsFirst ? 1 : -1 }
            // Of the two texts there are, "x" comes before the other.
            let numbers = (left.integerValue ?? 0, right.integerValue ?? 0)
            let isLess = field.column == 2 ? left == .string("x") : numbers.0 < numbers.1
            return isLess != field.isDescending ? -1 : 1
        }
        return 0
    }

    var result: [[Value]] {
        partitions.flatMap { partition, list -> [[Value]] in
            var end = list.count
            switch operation.range.end {
            case .constant(let last): end = min(end, Int(last))
            case .column: end = min(end, ends[partition] ?? 0)
            }
            return (Int(operation.range.start) - 1..<max(end, Int(operation.range.start) - 1)).map { place in
                list[place] + (operation.outputsRank ? [.integer(Int64(place) + 1)] : [])
            }
        }
    }
}
