import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// ORDER BY event time: holds rows until the watermark reaches their time, and gives them in order.
///
/// As in Flink a row is late where a row with its time or a later one has been given before: rows are given whenever
/// the watermark moves, so that depends on the rows in front of it, and not on where a batch ended.
package final class TimeSortOperator: Operator {
    private let operation: SortOperation
    private let rows: RowStore
    private let keys = SortKeys()
    /// The rows that are held, by time, those of one time in the order they came.
    private var held: [(time: Int64, number: UInt32)] = []
    /// How many of them, from the front, the watermark has reached.
    private var dueCount = 0
    /// Time of the last row that was given or is due.
    private var lastDue: Int64?
    private var passed = Watermark.none
    private var tally = OperatorCounters()
    /// What is not stored yet; nil where nothing is.
    private var journal: RowJournal?

    /// Rows of an emitted batch.
    private static let rowLimit = 4_096

    /// Makes the operator for one shard.
    package init(_ operation: SortOperation, inputFields: [RowField]) {
        self.operation = operation
        rows = RowStore(rowTypes: inputFields.map(\.type))
    }

    package var counters: OperatorCounters { tally }

    package var stateByteCount: Int {
        rows.byteCount + held.capacity * MemoryLayout<(time: Int64, number: UInt32)>.stride
            + (journal?.byteCount ?? 0)
    }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        try batch.checkTimes(operation.timeColumn)
        let column = batch.columns[operation.timeColumn].flattened()
        rows.stage(batch.columns, rowCount: batch.rowCount)
        for row in 0..<batch.rowCount {
            reach(Watermark(micros: batch.watermark(before: row, passed)))
            let time = column.int64s[row]
            if let lastDue, time <= lastDue {
                tally.lateRows += 1
                continue
            }
            let number = rows.append(stagedRow: row)
            journal?.noteNew(number)
            hold(time, number)
        }
    }

    /// Where the watermark has moved, the rows that it has reached are due.
    private func reach(_ watermark: Watermark) {
        guard watermark > passed else { return }
        passed = watermark
        while dueCount < held.count, held[dueCount].time <= watermark.micros { dueCount += 1 }
        if dueCount > 0 { lastDue = held[dueCount - 1].time }
    }

    private func hold(_ time: Int64, _ number: UInt32) {
        var place = held.count
        while place > dueCount, held[place - 1].time > time { place -= 1 }
        held.insert((time, number), at: place)
    }

    package func advance(to watermark: Watermark, into output: borrowing Output) throws {
        reach(watermark)
        if dueCount > 0 {
            let numbers = held[..<dueCount].map(\.number)
            try emit(rows.columns(of: numbers.span), rowCount: numbers.count, into: output)
            journal?.noteRemoved(numbers.span)
            rows.remove(numbers.span)
            held.removeFirst(dueCount)
            dueCount = 0
        }
        try output.advance(to: watermark)
    }

    private func emit(_ columns: [Column], rowCount: Int, into output: borrowing Output) throws {
        var order = (0..<rowCount).map { Int32(truncatingIfNeeded: $0) }
        if operation.order.count > 1 {
            let keys = keys
            keys.encode(columns, operation.order, rowCount: rowCount)
            order.sort { one, other in
                let comparison = SortKeys.compare(keys.key(Int(one)), keys.key(Int(other)))
                return comparison == 0 ? one < other : comparison < 0
            }
        }
        for start in stride(from: 0, to: rowCount, by: Self.rowLimit) {
            let part = SelectionVector(Array(order[start..<min(start + Self.rowLimit, rowCount)]))
            try output.emit(Batch(columns: columns.map { $0.gathered(part) }, rowCount: part.count))
        }
    }
}

// MARK: - State

extension TimeSortOperator {
    /// The rows that are held, the watermark, and the time of the last row that was due.
    package var stateTables: [StateTable] { [rowTable, .watermark, Self.lastTable] }

    private var rowTable: StateTable { RowJournal.table("rows", rowTypes: rows.rowTypes, dealtBy: []) }

    private static let lastTable = StateTable(
        "last time",
        keyTypes: [.notNull(.int)],
        valueTypes: [StateTable.number],
        scope: .keyed(columns: 0)
    )

    package func save(into snapshot: StateSnapshot) throws {
        journal?.save(into: snapshot, table: 0)
        snapshot.put(passed, into: 1)
        guard let lastDue else { return }
        let key = Column.constant(.integer(0), .notNull(.int), count: 1)
        snapshot.put(2, keys: [key], values: [.numbers([lastDue])], rowCount: 1)
    }

    package func restore(from reader: StateReader) throws {
        let journal = RowJournal(rows, dealtBy: [], table: rowTable)
        self.journal = journal
        passed = try reader.watermark(of: 1) ?? .none
        try reader.forEachChunk(of: 2) { _, values, _ in
            let last = values[0]
            lastDue = last.int64s[0]
        }
        var times: [UInt32: Int64] = [:]
        let ordered = try journal.restore(from: reader, table: 0) { numbers, columns, _ in
            let time = columns[operation.timeColumn].flattened()
            for (row, number) in numbers.enumerated() { times[number] = time.int64s[row] }
        }
        let entries = ordered.map { (time: times[$0] ?? 0, number: $0) }
        held = entries.indices.sorted { (entries[$0].time, $0) < (entries[$1].time, $1) }.map { entries[$0] }
        // A row that came late but not too late waits for the watermark to move again.
        dueCount = lastDue.map { last in held.count { $0.time <= last } } ?? 0
    }
}
