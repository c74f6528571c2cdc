import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// TUMBLE, HOP and CUMULATE aggregation: each window is emitted once, when the watermark (or, in processing time, the
/// wall clock) passes it.
///
/// Whether a row is late is decided by the watermark in force before that very row. A row that is late for some of its
/// windows only still counts in the others: it goes to a slice that the passed windows do not count (`SliceKey`). So
/// the result never depends on where a batch ends.
///
/// In processing time a row belongs to the windows of the moment at which its batch comes, and none is late; windows
/// still open when the input ends are not emitted.
package final class WindowAggregateOperator: TimedOperator {
    private let operation: WindowAggregateOperation
    private let geometry: WindowGeometry
    private let timeline: WindowTimeline
    private let store: SliceStore
    private let outputFields: [RowField]
    private let columnsRead: Set<Int>
    /// Input columns of the keys; for attached sessions the window's start is the last, because their length varies.
    private let storedKeys: [Int]
    /// The clock of processing-time windows; nil in event time.
    private var processingTime: ProcessingTime?
    /// The last watermark that windows were fired for.
    private var passed = Watermark.none
    /// End of the last window that fired.
    private var firedEnd = Int64.min
    /// Windows that some shards had fired before a restart in processing time, and others not.
    private var handover: WindowHandover?
    private var tally = OperatorCounters()
    package let stateTables: [StateTable]

    private static let rowLimit = 4_096

    /// Makes the operator for one shard.
    ///
    /// - Parameters:
    ///   - operation: TUMBLE, HOP or CUMULATE over a rowtime column or attached windows.
    ///   - inputFields: columns of the input.
    ///   - outputFields: columns of the output.
    ///   - isRetractable: whether the input can take rows back.
    ///   - context: has the clock of processing time.
    package init(
        _ operation: WindowAggregateOperation,
        inputFields: [RowField],
        outputFields: [RowField],
        isRetractable: Bool,
        context: EvaluationContext = EvaluationContext()
    ) throws {
        self.operation = operation
        if operation.window.isProcessingTime { processingTime = ProcessingTime(context.clock) }
        self.outputFields = outputFields
        geometry = WindowGeometry(operation.window)
        timeline = try WindowTimeline(operation.window)
        var storedKeys = operation.keys
        if case .attached(let startColumn, _) = operation.window.time, case .session = operation.window.shape {
            storedKeys.append(startColumn)
        }
        self.storedKeys = storedKeys
        let keyTypes = storedKeys.map { inputFields[$0].type }
        let calls = operation.aggregates
        store = SliceStore(geometry) { isMerged in
            try GroupedState(keyTypes: keyTypes, calls: calls, isRetractable: isRetractable, isMerged: isMerged)
        }
        stateTables = [Self.progress] + (try store.stateTables(scope: .keyed(columns: operation.keys.count)))
        columnsRead = Set(storedKeys + calls.flatMap { $0.arguments + ($0.filter.map { [$0] } ?? []) })
    }

    package var counters: OperatorCounters { tally }
    package var stateByteCount: Int { store.byteCount }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        if let now = try readClock(into: output) { return try add(batch, atMicros: now) }
        let rows = try SliceAssignment(batch, operation.window, geometry, timeline, current: passed)
        if let late = rows.lateRows {
            tally.lateRows += late.count
            if output.wantsLateRows { try output.emitLate(batch.gathered(late)) }
        }
        for part in rows.parts {
            try store.add(narrowed(batch, part.selection), keys: storedKeys, slice: part.slice)
        }
    }

    /// Adds rows in processing time, where nothing is late.
    private func add(_ batch: Batch, atMicros now: Int64) throws {
        guard operation.window.isAttached else {
            let end = geometry.sliceEnd(timeline.local(now))
            return try store.add(batch, keys: storedKeys, slice: SliceKey(end: end, firstWindow: end))
        }
        var unmarked = batch
        unmarked.runningWatermarks = nil
        let rows = try SliceAssignment(unmarked, operation.window, geometry, timeline, current: .none)
        for part in rows.parts {
            // A window that had its turn before these rows came is emitted again, for them alone.
            firedEnd = min(firedEnd, part.slice.end - 1)
            handover?.reopen(part.slice.end)
            try store.add(narrowed(batch, part.selection), keys: storedKeys, slice: part.slice)
        }
    }

    /// The selected rows of the columns that are read; the others become NULL constants instead of being copied.
    private func narrowed(_ batch: Batch, _ selection: SelectionVector?) -> Batch {
        guard let selection else { return batch }
        let columns = batch.columns.indices.map { index in
            columnsRead.contains(index)
                ? batch.columns[index].gathered(selection)
                : Column.allNull(DataType(.null), count: selection.count)
        }
        return Batch(columns: columns, rowCount: selection.count, rowKinds: batch.rowKinds?.gathered(selection))
    }

    package func advance(to watermark: Watermark, into output: borrowing Output) throws {
        if processingTime == nil { try fire(through: watermark, into: output) }
        try output.advance(to: watermark)
    }

    /// Reads the clock and fires what it has passed; nil in event time.
    private func readClock(into output: borrowing Output) throws -> Int64? {
        processingTime?.read()
        guard let processingTime else { return nil }
        try fire(through: processingTime.watermark, into: output)
        return processingTime.nowMicros
    }

    package var nextTimerMicros: Int64? {
        guard processingTime != nil, let end = store.nextWindowEnd(after: firedEnd) else { return nil }
        return ProcessingTime.micros(passing: timeline.firingWatermark(end: end))
    }

    package func fireTimers(atMicros nowMicros: Int64, into output: borrowing Output) throws {
        processingTime?.move(to: nowMicros)
        if let processingTime { try fire(through: processingTime.watermark, into: output) }
    }

    /// Emits every window that `watermark` passes, by end.
    private func fire(through watermark: Watermark, into output: borrowing Output) throws {
        guard watermark > passed else { return }
        while let end = store.nextWindowEnd(after: firedEnd), timeline.firingWatermark(end: end) <= watermark.micros {
            try emit(store.state(ofWindowEnding: end), end: end, into: output)
            tally.windowsFired += 1
            firedEnd = end
            if handover?.isOver(after: end) == true { handover = nil }
            try store.release(through: end)
        }
        passed = watermark
    }

    private func emit(_ state: GroupedState, end: Int64, into output: borrowing Output) throws {
        let start = geometry.windowStart(end: end)
        let firstProperty = outputFields.count - operation.properties.count
        try state.forEachChunk(rowLimit: Self.rowLimit) { columns, rowCount in
            var (columns, rowCount) = (columns, rowCount)
            let keys = Array(columns.prefix(operation.keys.count))
            if let rows = handover?.unfired(keys, rowCount: rowCount, end: end) {
                columns = columns.map { $0.gathered(rows) }
                rowCount = rows.count
            }
            let starts = storedKeys.count > operation.keys.count ? columns.remove(at: operation.keys.count) : nil
            let properties = operation.properties.enumerated().map { position, property in
                let type = outputFields[firstProperty + position].type
                if property == .start, let starts { return starts }
                let micros =
                    switch property {
                    case .start: start
                    case .end: end
                    case .time: timeline.resultTime(end: end)
                    }
                return Column.constant(.integer(micros), type, count: rowCount)
            }
            try output.emit(Batch(columns: columns + properties, rowCount: rowCount))
        }
    }
}

// MARK: Stored state

extension WindowAggregateOperator {
    /// How far windows have fired: the watermark, and the end of the last window that fired.
    private static let progress = StateTable(
        "fired",
        keyTypes: [.notNull(.int)],
        valueTypes: [StateTable.number, StateTable.number],
        scope: .shard
    )

    package func save(into snapshot: StateSnapshot) {
        store.save(into: snapshot, firstTable: 1)
        snapshot.put(
            0,
            keys: [.constant(.integer(0), .notNull(.int), count: 1)],
            values: [passed.micros, firedEnd].map { .numbers(CollectionOfOne($0)) },
            rowCount: 1
        )
    }

    /// Shards that have seen the same watermark have fired the same windows, some of them without rows; in processing
    /// time each goes by when it last read the clock.
    package func restore(from reader: StateReader) throws {
        try store.restore(from: reader, firstTable: 1, tableCount: stateTables.count - 1, keyCount: storedKeys.count)
        if processingTime != nil { return try restoreFired(from: reader) }
        var least: Int64?
        var greatestFired = Int64.min
        try reader.forEachChunk(of: 0) { _, values, rowCount in
            let (marks, ends) = (values[0].flattened(), values[1].flattened())
            for row in 0..<rowCount where marks.int64s[row] < Watermark.end.micros {
                least = min(least ?? .max, marks.int64s[row])
                greatestFired = max(greatestFired, ends.int64s[row])
            }
        }
        guard let least else { return }
        passed = Watermark(micros: least)
        firedEnd = greatestFired
    }

    private func restoreFired(from reader: StateReader) throws {
        var firedEnds = [Int64](repeating: .min, count: reader.writerCount)
        for writer in firedEnds.indices {
            try reader.forEachChunk(of: 0, writer: writer) { _, values, _ in
                let ends = values[1].flattened()
                firedEnds[writer] = ends.int64s[0]
            }
        }
        firedEnd = firedEnds.min() ?? .min
        handover = WindowHandover(firedEnds, reader)
    }
}
