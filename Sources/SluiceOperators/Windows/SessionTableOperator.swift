import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// SESSION without aggregation: keeps the rows of a session until the watermark (or, in processing time, the wall
/// clock) passes it, then gives them with its bounds.
///
/// Late rows are dropped, unlike with the other window functions.
package final class SessionTableOperator: TimedOperator {
    private let operation: WindowTableOperation
    private let timeline: WindowTimeline
    private let tracker: SessionTracker
    private let sessionTime: SessionTime
    private let outputFields: [RowField]
    /// Per session its rows so far.
    private var rows: [UInt32: [Batch]] = [:]
    private var passed = Watermark.none
    private var tally = OperatorCounters()

    /// Makes the operator for one shard.
    package init(
        _ operation: WindowTableOperation,
        inputFields: [RowField],
        outputFields: [RowField],
        context: EvaluationContext = EvaluationContext()
    ) throws {
        guard case .session(let gap) = operation.window.shape else {
            throw RuntimeError(.internal, "sessionTable", "a session needs a gap")
        }
        self.operation = operation
        self.outputFields = outputFields
        sessionTime = try SessionTime(operation.window, context)
        timeline = try WindowTimeline(operation.window)
        tracker = SessionTracker(gapMicros: gap, keyTypes: operation.partitionKeys.map { inputFields[$0].type })
    }

    package var counters: OperatorCounters { tally }
    package var stateByteCount: Int { tracker.byteCount }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        if let now = sessionTime.readClock() { try fire(through: now, into: output) }
        let assignment = tracker.assign(
            keys: operation.partitionKeys.map { batch.columns[$0] },
            times: try sessionTime.times(batch, timeline),
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
        if !sessionTime.isProcessing { try fire(through: watermark, into: output) }
        try output.advance(to: watermark)
    }

    package var nextTimerMicros: Int64? {
        guard sessionTime.isProcessing, let end = tracker.nextEnd else { return nil }
        return ProcessingTime.micros(passing: timeline.firingWatermark(end: end))
    }

    package func fireTimers(atMicros nowMicros: Int64, into output: borrowing Output) throws {
        if let now = sessionTime.moveClock(to: nowMicros) { try fire(through: now, into: output) }
    }

    /// Gives the rows of the sessions that `watermark` passes.
    private func fire(through watermark: Watermark, into output: borrowing Output) throws {
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
    }
}
