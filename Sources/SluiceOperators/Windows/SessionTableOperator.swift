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
    private let store: RowStore
    /// Per row of the store its kind.
    private var kinds = GrowableLane<UInt8>()
    /// Per session the numbers of its rows in the store, in the order of arrival.
    private var rows: [UInt32: [UInt32]] = [:]
    private var passed = Watermark.none
    private var tally = OperatorCounters()

    private static let rowLimit = 4_096

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
        store = RowStore(rowTypes: inputFields.map(\.type))
        sessionTime = try SessionTime(operation.window, context)
        timeline = try WindowTimeline(operation.window)
        tracker = SessionTracker(gapMicros: gap, keyTypes: operation.partitionKeys.map { inputFields[$0].type })
    }

    package var counters: OperatorCounters { tally }
    package var stateByteCount: Int {
        tracker.byteCount + store.byteCount + kinds.byteCount + rows.count * 48 + store.count * 4
    }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        if let now = sessionTime.readClock() { try fire(through: now, into: output) }
        let assignment = tracker.assign(
            keys: operation.partitionKeys.map { batch.columns[$0] },
            times: try sessionTime.times(batch, timeline),
            firing: { timeline.firingWatermark(end: $0) },
            watermark: { batch.watermark(before: $0, passed) }
        )
        let kept = assignment.numbers.indices.filter { assignment.numbers[$0] != .max }
        tally.lateRows += batch.rowCount - kept.count
        let part =
            kept.count == batch.rowCount
            ? batch : batch.gathered(SelectionVector(kept.map { Int32(truncatingIfNeeded: $0) }))
        keep(part, kept.map { assignment.numbers[$0] })
        for merge in assignment.merges {
            rows[merge.into, default: []] += rows.removeValue(forKey: merge.from) ?? []
        }
        tracker.release([], merged: assignment.merges.map(\.from))
    }

    /// Files rows under their sessions.
    private func keep(_ part: Batch, _ sessions: [UInt32]) {
        let numbers = store.append(part.columns, rowCount: part.rowCount)
        kinds.resize(to: store.numberBound, filling: 0)
        let stored = numbers.readOnly
        for row in 0..<part.rowCount {
            kinds[Int(stored[row])] = part.kind(row).rawValue
            rows[sessions[row], default: []].append(stored[row])
        }
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
        for session in fired {
            let numbers = rows.removeValue(forKey: session.number) ?? []
            var start = 0
            while start < numbers.count {
                let end = min(start + Self.rowLimit, numbers.count)
                try emit(Array(numbers[start..<end]), of: session, into: output)
                start = end
            }
            store.remove(numbers.span)
        }
        if !fired.isEmpty { tracker.release(fired) }
    }

    private func emit(
        _ numbers: [UInt32],
        of session: SessionTracker.Session,
        into output: borrowing Output
    ) throws {
        let first = outputFields.count - 3
        let time = timeline.firingWatermark(end: session.end)
        let bounds = [session.start, session.end, time].enumerated().map { position, micros in
            Column.constant(.integer(micros), outputFields[first + position].type, count: numbers.count)
        }
        let rowKinds = numbers.map { RowKind(rawValue: kinds[Int($0)]) ?? .insert }
        let isInsertOnly = rowKinds.allSatisfy { $0 == .insert }
        try output.emit(
            Batch(
                columns: store.columns(of: numbers.span) + bounds,
                rowCount: numbers.count,
                rowKinds: isInsertOnly ? nil : RowKinds(rowKinds)
            )
        )
    }
}
