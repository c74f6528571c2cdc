import SluiceColumns
import SluiceOperators
import SluiceState

/// Numbers the rows of each key from 1 on: the number takes the place of the sequence.
///
/// What it gives for an input tells whether a row of it was lost or came twice.
final class NumberingOperator: Operator {
    private var counts: [Int64: Int64] = [:]
    private var dirty: Set<Int64> = []

    func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        var rows = TestRow.rows(of: batch)
        for index in rows.indices {
            let key = rows[index].key
            counts[key, default: 0] += 1
            dirty.insert(key)
            rows[index].sequence = counts[key, default: 0]
        }
        try output.emit(TestRow.batch(rows))
    }

    var stateTables: [StateTable] {
        [
            StateTable(
                "counts",
                keyTypes: [.notNull(.bigint)],
                valueTypes: [.notNull(.bigint)],
                scope: .keyed(columns: 1)
            )
        ]
    }

    func save(into snapshot: StateSnapshot) throws {
        let keys = dirty.sorted()
        dirty = []
        snapshot.put(
            0,
            keys: [Column.of(keys.map { .integer($0) }, .notNull(.bigint))],
            values: [Column.of(keys.map { .integer(counts[$0, default: 0]) }, .notNull(.bigint))],
            rowCount: keys.count
        )
    }

    func restore(from reader: StateReader) throws {
        try reader.forEachChunk(of: 0) { keys, values, rowCount in
            for row in 0..<rowCount {
                counts[Int64(keys[0].value(row).integerValue ?? 0)] = Int64(values[0].value(row).integerValue ?? 0)
            }
        }
    }
}

/// Gives nothing before the end of its input, and then for each key its number of rows.
final class CountingOperator: Operator {
    private var counts: [Int64: Int64] = [:]
    private var isDone = false

    func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        for row in TestRow.rows(of: batch) { counts[row.key, default: 0] += 1 }
    }

    func finish(into output: borrowing Output) throws {
        guard !isDone else { return }
        isDone = true
        try output.emit(
            TestRow.batch(counts.sorted { $0.key < $1.key }.map { TestRow(key: $0.key, sequence: $0.value) })
        )
    }

    var stateTables: [StateTable] {
        [
            StateTable(
                "counts",
                keyTypes: [.notNull(.bigint)],
                valueTypes: [.notNull(.bigint)],
                scope: .keyed(columns: 1)
            ),
            StateTable("done", keyTypes: [.notNull(.int)], valueTypes: [.notNull(.boolean)], scope: .shard),
        ]
    }

    func save(into snapshot: StateSnapshot) throws {
        let keys = counts.keys.sorted()
        snapshot.put(
            0,
            keys: [Column.of(keys.map { .integer($0) }, .notNull(.bigint))],
            values: [Column.of(keys.map { .integer(counts[$0, default: 0]) }, .notNull(.bigint))],
            rowCount: keys.count
        )
        snapshot.put(
            1,
            keys: [.constant(.integer(0), .notNull(.int), count: 1)],
            values: [.constant(.boolean(isDone), .notNull(.boolean), count: 1)],
            rowCount: 1
        )
    }

    func restore(from reader: StateReader) throws {
        try reader.forEachChunk(of: 0) { keys, values, rowCount in
            for row in 0..<rowCount {
                counts[Int64(keys[0].value(row).integerValue ?? 0)] = Int64(values[0].value(row).integerValue ?? 0)
            }
        }
        try reader.forEachChunk(of: 1) { _, values, rowCount in
            for row in 0..<rowCount where values[0].value(row) == .boolean(true) { isDone = true }
        }
    }
}
