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
    /// Per row of the store its time, in the windows' own time.
    private var times = GrowableLane<Int64>()
    /// Per row of the store how many came before it.
    private var ordinals = GrowableLane<Int64>()
    private var nextOrdinal: Int64 = 0
    private let layout: DealtColumns
    /// Which rows have come and gone since the last barrier; nil where state is not stored.
    private var journal: StateJournal?
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
        layout = DealtColumns(operation.partitionKeys, columnCount: inputFields.count)
        sessionTime = try SessionTime(operation.window, context)
        timeline = try WindowTimeline(operation.window)
        tracker = SessionTracker(gapMicros: gap, keyTypes: operation.partitionKeys.map { inputFields[$0].type })
    }

    package var counters: OperatorCounters { tally }
    package var stateByteCount: Int {
        tracker.byteCount + store.byteCount + kinds.byteCount + times.byteCount + ordinals.byteCount
            + rows.count * 48 + store.count * 4 + (journal?.byteCount ?? 0)
    }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        if let now = sessionTime.readClock() { try fire(through: now, into: output) }
        let times = try sessionTime.times(batch, timeline)
        let assignment = tracker.assign(
            keys: operation.partitionKeys.map { batch.columns[$0] },
            times: times,
            firing: { timeline.firingWatermark(end: $0) },
            watermark: { batch.watermark(before: $0, passed) }
        )
        let kept = assignment.numbers.indices.filter { assignment.numbers[$0] != .max }
        tally.lateRows += batch.rowCount - kept.count
        let part =
            kept.count == batch.rowCount
            ? batch : batch.gathered(SelectionVector(kept.map { Int32(truncatingIfNeeded: $0) }))
        keep(part, kept.map { assignment.numbers[$0] }, times: kept.map { times.int64s[$0] })
        join(assignment.merges)
    }

    /// Files rows under their sessions.
    private func keep(_ part: Batch, _ sessions: [UInt32], times: [Int64]) {
        let numbers = store.append(part.columns, rowCount: part.rowCount)
        makeRoom()
        let stored = numbers.readOnly
        for row in 0..<part.rowCount {
            let number = Int(stored[row])
            kinds[number] = part.kind(row).rawValue
            self.times[number] = times[row]
            ordinals[number] = nextOrdinal
            nextOrdinal += 1
            rows[sessions[row], default: []].append(stored[row])
        }
        journal?.note(stored)
    }

    private func makeRoom() {
        kinds.resize(to: store.numberBound, filling: 0)
        times.resize(to: store.numberBound, filling: 0)
        ordinals.resize(to: store.numberBound, filling: 0)
    }

    /// Brings the rows of sessions together that a row has bridged.
    private func join(_ merges: [(from: UInt32, into: UInt32)]) {
        for merge in merges { rows[merge.into, default: []] += rows.removeValue(forKey: merge.from) ?? [] }
        tracker.release([], merged: merges.map(\.from))
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
            journal?.noteRemoved(numbers.span) { storedKeys($0) }
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
        let time = timeline.resultTime(end: session.end)
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

// MARK: Stored state

/// Rows are stored with their times; which session each belongs to follows from that.
extension SessionTableOperator {
    private var rowTable: StateTable {
        let dealing = layout.dealing.map { store.rowTypes[$0] }
        return StateTable(
            "rows",
            keyTypes: dealing + [StateTable.number],
            valueTypes: [StateTable.number, .notNull(.tinyint)] + layout.others.map { store.rowTypes[$0] },
            scope: .keyed(columns: dealing.count)
        )
    }

    package var stateTables: [StateTable] { [.watermark, rowTable] }

    private func storedKeys(_ numbers: [UInt32]) -> [Column] {
        store.columns(of: numbers.span, fields: layout.dealing) + [.numbers(numbers.map { ordinals[Int($0)] })]
    }

    package func save(into snapshot: StateSnapshot) {
        snapshot.put(passed, into: 0)
        journal?.save(into: snapshot, table: 1) { numbers in
            let kinds = numbers.map { Value.integer(Int64(self.kinds[Int($0)])) }
            let facts: [Column] = [.numbers(numbers.map { times[Int($0)] }), .of(kinds, .notNull(.tinyint))]
            return (storedKeys(numbers), facts + store.columns(of: numbers.span, fields: layout.others))
        }
    }

    package func restore(from reader: StateReader) throws {
        let journal = StateJournal(rowTable)
        self.journal = journal
        if let least = try reader.watermark(of: 0) { passed = least }
        var restored: [UInt32] = []
        try reader.forEachChunk(of: 1) { keys, values, rowCount in
            let columns = layout.restored(Array(keys.dropLast()), Array(values.dropFirst(2)))
            let numbers = store.append(columns, rowCount: rowCount)
            makeRoom()
            let stored = numbers.readOnly
            let (ordinal, time) = (keys[keys.count - 1].flattened(), values[0].flattened())
            for row in 0..<rowCount {
                let number = Int(stored[row])
                ordinals[number] = ordinal.int64s[row]
                times[number] = time.int64s[row]
                kinds[number] = UInt8(truncatingIfNeeded: values[1].value(row).integerValue ?? 0)
                nextOrdinal = max(nextOrdinal, ordinals[number] + 1)
                journal.noteRestored(stored[row])
                restored.append(stored[row])
            }
        }
        restored.sort { ordinals[Int($0)] < ordinals[Int($1)] }
        restored.forEachSlice(of: Self.rowLimit) { assign($0) }
    }

    /// Files rows that were restored under their sessions, none of which any watermark has passed.
    private func assign(_ numbers: Span<UInt32>) {
        let times = Column.numbers(numbers.indices.map { self.times[Int(numbers[$0])] })
        let assignment = tracker.assign(
            keys: store.columns(of: numbers, fields: operation.partitionKeys),
            times: times,
            firing: { timeline.firingWatermark(end: $0) },
            watermark: { _ in .min }
        )
        for row in 0..<numbers.count { rows[assignment.numbers[row], default: []].append(numbers[row]) }
        join(assignment.merges)
    }
}
