import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// OVER in the order of time: gives each row once, with the results of functions over the rows in front of it.
///
/// In event time rows are held until the watermark passes them, and then given by time. Late rows are dropped and
/// counted, each judged by the watermark in force just before it: for an unbounded frame those that the watermark has
/// passed, for a bounded one those that are not later than a row of their partition that was given already, as in
/// Flink. In processing time rows pass at once.
package final class OverOperator: Operator {
    private let operation: OverOperation
    private let clock: @Sendable () -> Int64
    let partitions: OverPartitions
    private let held: HeldRows
    /// The watermark that rows were given for.
    private var passed = Watermark.none
    private var tally = OperatorCounters()

    private static let rowLimit = 4_096

    /// Makes the operator for one shard.
    package init(_ operation: OverOperation, inputFields: [RowField], context: EvaluationContext) throws {
        self.operation = operation
        clock = context.clock
        partitions = try OverPartitions(operation, inputFields: inputFields)
        held = HeldRows(rowTypes: inputFields.map(\.type))
    }

    package var counters: OperatorCounters { tally }
    package var stateByteCount: Int { partitions.byteCount + held.byteCount }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        if batch.rowCount == 0 { return }
        guard case .rowtime(let timeColumn) = operation.order else { return try pass(batch, into: output) }
        let times = batch.columns[timeColumn].flattened()
        if times.validity != nil {
            throw RuntimeError(.user, "nullRowtime", "the event-time column of a row is NULL")
        }
        if partitions.isBounded {
            try admitByPartition(batch, times, into: output)
        } else {
            admitByWatermark(batch, times)
        }
    }

    package func advance(to watermark: Watermark, into output: borrowing Output) throws {
        try fire(through: watermark.micros, into: output)
        passed = max(passed, watermark)
        partitions.forget(through: passed.micros)
        try output.advance(to: watermark)
    }

    // MARK: Processing time

    private func pass(_ batch: Batch, into output: borrowing Output) throws {
        let now = clock()
        partitions.forget(through: now)
        let groups = partitions.number(batch, nowMillis: now / 1_000)
        let times = MutableLane<Int64>(repeating: now, count: batch.rowCount)
        partitions.prolong(groups.readOnly, times: times.readOnly, marks: times.readOnly)
        let results = try partitions.advance(batch.columns, groups: groups.readOnly, times: times.readOnly)
        try output.emit(batch.withColumns(batch.columns + results))
    }

    // MARK: Event time

    /// Holds the rows that the watermark has not passed.
    private func admitByWatermark(_ batch: Batch, _ times: Column) {
        let admitted = Self.rows(batch, times, passed, isLate: false)
        var rows = batch
        if admitted.count < batch.rowCount {
            tally.lateRows += batch.rowCount - admitted.count
            if admitted.count == 0 { return }
            rows = batch.gathered(admitted)
        }
        let groups = partitions.number(rows, nowMillis: clock() / 1_000)
        hold(rows, groups: groups, times: times.gathered(admitted))
    }

    /// Rows by whether their time is later than the watermark before them.
    private static func rows(_ batch: Batch, _ times: Column, _ passed: Watermark, isLate: Bool) -> SelectionVector {
        var lane = MutableLane<Int32>(count: batch.rowCount)
        var count = 0
        do {
            var rows = lane.span
            let micros = times.int64s
            for row in 0..<micros.count {
                rows[count] = Int32(truncatingIfNeeded: row)
                count &+= (micros[row] <= batch.watermark(before: row, passed)) == isLate ? 1 : 0
            }
        }
        return SelectionVector(lane, count: count)
    }

    private func hold(_ rows: Batch, groups: borrowing MutableLane<UInt32>, times: Column) {
        partitions.wait(groups)
        var marks = MutableLane<Int64>(count: rows.rowCount)
        do {
            var target = marks.span
            for row in 0..<rows.rowCount { target[row] = rows.watermark(before: row, passed) }
        }
        partitions.prolong(groups.readOnly, times: times.int64s, marks: marks.readOnly)
        held.hold(rows.columns, groups: groups.readOnly, times: times.int64s)
    }

    /// Holds the rows that are later than all that were given of their partitions.
    ///
    /// What was given depends on the watermark before each row. It only matters to a row that the watermark has
    /// passed; in front of such a row all that was due by then is given.
    private func admitByPartition(_ batch: Batch, _ times: Column, into output: borrowing Output) throws {
        let groups = partitions.number(batch, nowMillis: clock() / 1_000)
        let candidates = Self.rows(batch, times, passed, isLate: true)
        var start = 0
        for index in 0..<candidates.count {
            let row = Int(candidates.rows[index])
            hold(start..<row, of: batch, groups, times)
            start = row
            try fire(through: batch.watermark(before: row, passed), into: output)
            if !partitions.isNew(times.int64s[row], in: groups.readOnly[row], watermark: passed.micros) {
                tally.lateRows += 1
                start = row + 1
            }
        }
        hold(start..<batch.rowCount, of: batch, groups, times)
    }

    private func hold(
        _ range: Range<Int>,
        of batch: Batch,
        _ groups: borrowing MutableLane<UInt32>,
        _ times: Column
    ) {
        if range.isEmpty { return }
        if range.count == batch.rowCount { return hold(batch, groups: groups, times: times) }
        let selection = SelectionVector(range.map { Int32(truncatingIfNeeded: $0) })
        hold(batch.gathered(selection), groups: groups.gathered(selection), times: times.gathered(selection))
    }

    /// Gives the rows whose time is at most `micros`, where the watermark has moved.
    private func fire(through micros: Int64, into output: borrowing Output) throws {
        guard micros > passed.micros else { return }
        passed = Watermark(micros: micros)
        let due = held.take(through: micros)
        var start = 0
        while start < due.count {
            var end = min(start + Self.rowLimit, due.count)
            // Rows of one time belong together.
            while end < due.count && due[end].micros == due[end - 1].micros { end += 1 }
            try give(due[start..<end], into: output)
            start = end
        }
    }

    private func give(_ due: ArraySlice<TimeRuns.Entry>, into output: borrowing Output) throws {
        let numbers = due.map(\.number)
        let groups = numbers.map { held.group(of: $0) }
        let times = due.map(\.micros)
        let columns = held.columns(of: numbers.span)
        partitions.release(groups.span, times: times.span)
        let results = try partitions.advance(columns, groups: groups.span, times: times.span)
        held.remove(numbers.span)
        try output.emit(Batch(columns: columns + results, rowCount: numbers.count))
    }
}

// MARK: - State

extension OverOperator {
    /// The watermark, the rows that are held, and the partitions.
    package var stateTables: [StateTable] {
        [.watermark, held.stateTable(dealtBy: operation.partitionKeys)] + partitions.stateTables
    }

    package func save(into snapshot: StateSnapshot) {
        snapshot.put(passed, into: 0)
        held.save(into: snapshot, table: 1)
        partitions.save(into: snapshot, firstTable: 2)
    }

    package func restore(from reader: StateReader) throws {
        passed = try reader.watermark(of: 0) ?? .none
        try partitions.restore(from: reader, firstTable: 2)
        guard case .rowtime(let timeColumn) = operation.order else { return }
        try held.restore(
            from: reader,
            table: 1,
            dealtBy: operation.partitionKeys,
            timeColumn: timeColumn
        ) { partitions.restoreWaiting($0) }
    }
}
