import SluiceColumns
import SluicePlan
import SluiceState

/// SESSION without aggregation: keeps the rows of a session until the watermark passes it, then gives them with its
/// bounds.
///
/// Late rows are dropped, unlike with the other window functions.
package final class SessionTableOperator: Operator {
    private let operation: WindowTableOperation
    private let timeline: WindowTimeline
    private let tracker: SessionTracker
    private let timeColumn: Int
    private let outputFields: [RowField]
    /// Per session its rows so far.
    private var rows: [UInt32: [Batch]] = [:]
    private var passed = Watermark.none
    private var tally = OperatorCounters()

    /// Makes the operator for one shard.
    package init(_ operation: WindowTableOperation, inputFields: [RowField], outputFields: [RowField]) throws {
        guard case .session(let gap) = operation.window.shape, case .rowtime(let column) = operation.window.time else {
            throw RuntimeError(.internal, "sessionTable", "a session needs a gap and an event-time column")
        }
        self.operation = operation
        self.outputFields = outputFields
        timeColumn = column
        timeline = try WindowTimeline(operation.window)
        tracker = SessionTracker(gapMicros: gap, keyTypes: operation.partitionKeys.map { inputFields[$0].type })
    }

    package var counters: OperatorCounters { tally }
    package var stateByteCount: Int { tracker.byteCount }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        let assignment = tracker.assign(
            keys: operation.partitionKeys.map { batch.columns[$0] },
            times: try timeline.times(batch, timeColumn),
            firing: { timeline.firingWatermark(end: $0) },
            watermark: { batch.watermark(before: $0, passed) }
        )
        var rowsOfSession: [UInt32: [Int32]] = [:]
        for (row, number) in assignment.numbers.enumerated() {
            if number == .max {
                tally.lateRows += 1
            } else {
                rowsOfSession[number, default: []].append(Int32(truncatingIfNeeded: row))
            }
        }
        for (number, selected) in rowsOfSession {
            let part = batch.gathered(SelectionVector(selected))
            rows[number, default: []].append(
                Batch(columns: part.columns, rowCount: part.rowCount, rowKinds: part.rowKinds)
            )
        }
        for merge in assignment.merges {
            rows[merge.into, default: []] += rows.removeValue(forKey: merge.from) ?? []
        }
        tracker.release([], merged: assignment.merges.map(\.from))
    }

    package func advance(to watermark: Watermark, into output: borrowing Output) throws {
        passed = max(passed, watermark)
        let fired = tracker.takeClosed(through: passed.micros) { timeline.firingWatermark(end: $0) }
        tally.windowsFired += fired.count
        let first = outputFields.count - 3
        for session in fired {
            for part in rows.removeValue(forKey: session.number) ?? [] {
                let time = timeline.firingWatermark(end: session.end)
                let bounds = [session.start, session.end, time].enumerated().map { position, micros in
                    Column.constant(.integer(micros), outputFields[first + position].type, count: part.rowCount)
                }
                try output.emit(part.withColumns(part.columns + bounds))
            }
        }
        if !fired.isEmpty { tracker.release(fired) }
        try output.advance(to: watermark)
    }
}
