import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// SESSION aggregation: per key, rows closer than the gap belong together; each session is emitted once.
///
/// A late row that still opens a session of its own is kept, even inside one that has fired, as in Flink. In processing
/// time the time of a row is the moment at which its batch comes; sessions still open when the input ends are not
/// emitted.
package final class SessionAggregateOperator: TimedOperator {
    private let operation: WindowAggregateOperation
    private let timeline: WindowTimeline
    private let tracker: SessionTracker
    private let states: AggregateStates
    private let makeScratch: () throws -> AggregateStates
    private let outputFields: [RowField]
    private let sessionTime: SessionTime
    private var passed = Watermark.none
    /// Which sessions have changed since the last barrier.
    private var changes = GroupChangeLog()
    private var tally = OperatorCounters()

    private static let rowLimit = 4_096

    /// Makes the operator for one shard.
    ///
    /// The parameters are those of `WindowAggregateOperator`.
    package init(
        _ operation: WindowAggregateOperation,
        inputFields: [RowField],
        outputFields: [RowField],
        isRetractable: Bool,
        context: EvaluationContext = EvaluationContext()
    ) throws {
        guard case .session(let gap) = operation.window.shape else {
            throw RuntimeError(.internal, "sessionAggregate", "a session needs a gap")
        }
        self.operation = operation
        self.outputFields = outputFields
        sessionTime = try SessionTime(operation.window, context)
        timeline = try WindowTimeline(operation.window)
        tracker = SessionTracker(gapMicros: gap, keyTypes: operation.keys.map { inputFields[$0].type })
        let calls = operation.aggregates
        states = try AggregateStates(calls, isRetractable: isRetractable)
        makeScratch = { try AggregateStates(calls, isRetractable: isRetractable) }
    }

    package var counters: OperatorCounters { tally }
    package var stateByteCount: Int { states.byteCount + tracker.byteCount + changes.byteCount }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        if let now = sessionTime.readClock() { try fire(through: now, into: output) }
        let assignment = tracker.assign(
            keys: operation.keys.map { batch.columns[$0] },
            times: try sessionTime.times(batch, timeline),
            firing: { timeline.firingWatermark(end: $0) },
            watermark: { batch.watermark(before: $0, passed) }
        )
        states.reserve(groupBound: tracker.numberBound)
        let kept = assignment.numbers.indices.filter { assignment.numbers[$0] != .max }
        try routeLate(batch, assignment, kept.count, into: output)
        if kept.isEmpty { return }
        let rows =
            kept.count == batch.rowCount
            ? batch : batch.gathered(SelectionVector(kept.map { Int32(truncatingIfNeeded: $0) }))
        var groups = MutableLane<UInt32>(count: kept.count)
        do {
            var span = groups.span
            for (index, row) in kept.enumerated() { span[index] = assignment.numbers[row] }
        }
        changes.change(groups.readOnly)
        try states.accumulate(rows, groups: groups)
        try merge(assignment.merges)
    }

    private func routeLate(
        _ batch: Batch,
        _ assignment: SessionTracker.Assignment,
        _ keptCount: Int,
        into output: borrowing Output
    ) throws {
        tally.lateRows += batch.rowCount - keptCount
        guard output.wantsLateRows, keptCount < batch.rowCount else { return }
        let late = assignment.numbers.indices.filter { assignment.numbers[$0] == .max }
        try output.emitLate(batch.gathered(SelectionVector(late.map { Int32(truncatingIfNeeded: $0) })))
    }

    /// Joins the states of sessions that a row has bridged.
    private func merge(_ merges: [(from: UInt32, into: UInt32)]) throws {
        for merge in merges {
            // Through a state of its own, because source and target live in the same accumulators.
            let scratch = try makeScratch()
            scratch.reserve(groupBound: 1)
            let source = [merge.from]
            let target = [merge.into]
            let only: [UInt32] = [0]
            try scratch.merge(states, sources: source.span, into: only.span)
            states.reset(source.span)
            try states.merge(scratch, sources: only.span, into: target.span)
        }
        let merged = merges.map(\.from)
        changes.remove(merged.span)
        tracker.release([], merged: merged)
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

    /// Emits the sessions that `watermark` passes.
    private func fire(through watermark: Watermark, into output: borrowing Output) throws {
        passed = max(passed, watermark)
        let fired = tracker.takeClosed(through: passed.micros) { timeline.firingWatermark(end: $0) }
        var start = 0
        while start < fired.count {
            let end = min(start + Self.rowLimit, fired.count)
            try emit(Array(fired[start..<end]), into: output)
            start = end
        }
        if !fired.isEmpty {
            let numbers = fired.map(\.number)
            states.reset(numbers.span)
            changes.remove(numbers.span)
            tracker.release(fired)
        }
    }

    private func emit(_ fired: [SessionTracker.Session], into output: borrowing Output) throws {
        tally.windowsFired += fired.count
        let sessions = fired.filter { states.exists($0.number) }
        if sessions.isEmpty { return }
        let numbers = sessions.map(\.number)
        let columns = try tracker.keys(of: sessions) + states.results(numbers.span)
        let first = outputFields.count - operation.properties.count
        let bounds = operation.properties.enumerated().map { position, property in
            let values = sessions.map { session -> Value in
                switch property {
                case .start: .integer(session.start)
                case .end: .integer(session.end)
                case .time: .integer(timeline.resultTime(end: session.end))
                }
            }
            return Column.of(values, outputFields[first + position].type)
        }
        try output.emit(Batch(columns: columns + bounds, rowCount: sessions.count))
    }
}

// MARK: Stored state

extension SessionAggregateOperator {
    package var stateTables: [StateTable] {
        let keyTypes = tracker.storedKeyTypes
        let scope = StateTable.Scope.keyed(columns: keyTypes.count - 1)
        let valueTypes = SessionTracker.factTypes + states.stateTypes
        return [
            .watermark,
            StateTable("sessions", keyTypes: keyTypes, valueTypes: valueTypes, scope: scope),
        ] + states.elementTables(keyTypes: keyTypes, scope: scope)
    }

    package func save(into snapshot: StateSnapshot) {
        let taken = changes.take()
        taken.removed.forEachSlice(of: AggregateStates.storedBatchRowCount) { numbers in
            snapshot.remove(1, keys: tracker.storedKeys(of: numbers), rowCount: numbers.count)
        }
        taken.changed.forEachSlice(of: AggregateStates.storedBatchRowCount) { numbers in
            let values = tracker.facts(of: numbers) + states.state(of: numbers)
            snapshot.put(1, keys: tracker.storedKeys(of: numbers), values: values, rowCount: numbers.count)
        }
        states.saveElements(into: snapshot, firstTable: 2, changes: taken) { tracker.storedKeys(of: $0) }
        tracker.endEpoch()
        snapshot.put(passed, into: 0)
    }

    package func restore(from reader: StateReader) throws {
        changes.startTracking()
        states.startTracking()
        tracker.startTracking()
        let keyCount = tracker.storedKeyTypes.count
        try reader.forEachChunk(of: 1) { keys, values, rowCount in
            let numbers = tracker.restore(
                keys: Array(keys.dropLast()),
                ids: keys[keyCount - 1],
                facts: values,
                rowCount: rowCount
            )
            states.reserve(groupBound: tracker.numberBound)
            states.restore(Array(values.dropFirst(SessionTracker.factTypes.count)), groups: numbers.span)
            changes.restore(numbers.span)
        }
        tracker.endRestoring()
        try states.restoreElements(from: reader, firstTable: 2, keyCount: keyCount) { keys, rowCount in
            tracker.find(keys: Array(keys.dropLast()), ids: keys[keyCount - 1], rowCount: rowCount)
        }
        if let least = try reader.watermark(of: 0) { passed = least }
    }
}
