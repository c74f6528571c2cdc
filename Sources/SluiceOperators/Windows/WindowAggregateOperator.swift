import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// TUMBLE, HOP and CUMULATE aggregation in event time: each window is emitted once, when the watermark passes it.
///
/// Whether a row is late is decided by the watermark in force before that very row. A row that is late for some of its
/// windows only still counts in the others: it goes to a slice that the passed windows do not count (`SliceKey`). So
/// the result never depends on where a batch ends.
package final class WindowAggregateOperator: Operator {
    private let operation: WindowAggregateOperation
    private let geometry: WindowGeometry
    private let timeline: WindowTimeline
    private let store: SliceStore
    private let outputFields: [RowField]
    private let columnsRead: Set<Int>
    /// The last watermark that windows were fired for.
    private var passed = Watermark.none
    /// End of the last window that fired.
    private var firedEnd = Int64.min
    private var tally = OperatorCounters()

    private static let rowLimit = 4_096

    /// Makes the operator for one shard.
    ///
    /// - Parameters:
    ///   - operation: TUMBLE, HOP or CUMULATE over a rowtime column or attached windows.
    ///   - inputFields: columns of the input.
    ///   - outputFields: columns of the output.
    ///   - isRetractable: whether the input can take rows back.
    package init(
        _ operation: WindowAggregateOperation,
        inputFields: [RowField],
        outputFields: [RowField],
        isRetractable: Bool
    ) throws {
        self.operation = operation
        self.outputFields = outputFields
        geometry = WindowGeometry(operation.window)
        timeline = try WindowTimeline(operation.window)
        let keyTypes = operation.keys.map { inputFields[$0].type }
        let calls = operation.aggregates
        store = SliceStore(geometry) { isMerged in
            try GroupedState(keyTypes: keyTypes, calls: calls, isRetractable: isRetractable, isMerged: isMerged)
        }
        columnsRead = Set(operation.keys + calls.flatMap { $0.arguments + ($0.filter.map { [$0] } ?? []) })
    }

    package var counters: OperatorCounters { tally }
    package var stateByteCount: Int { store.byteCount }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        let rows = try SliceAssignment(batch, operation.window, geometry, timeline, current: passed)
        if let late = rows.lateRows {
            tally.lateRows += late.count
            if output.wantsLateRows { try output.emitLate(batch.gathered(late)) }
        }
        for part in rows.parts {
            try store.add(narrowed(batch, part.selection), keys: operation.keys, slice: part.slice)
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
        try fire(through: watermark, into: output)
        try output.advance(to: watermark)
    }

    /// Emits every window that `watermark` passes, by end.
    private func fire(through watermark: Watermark, into output: borrowing Output) throws {
        guard watermark > passed else { return }
        while let end = store.nextWindowEnd(after: firedEnd), timeline.firingWatermark(end: end) <= watermark.micros {
            try emit(store.state(ofWindowEnding: end), end: end, into: output)
            tally.windowsFired += 1
            firedEnd = end
            try store.release(through: end)
        }
        passed = watermark
    }

    private func emit(_ state: GroupedState, end: Int64, into output: borrowing Output) throws {
        let start = geometry.windowStart(end: end)
        let firstProperty = outputFields.count - operation.properties.count
        try state.forEachChunk(rowLimit: Self.rowLimit) { columns, rowCount in
            let properties = operation.properties.enumerated().map { position, property in
                let type = outputFields[firstProperty + position].type
                let micros =
                    switch property {
                    case .start: start
                    case .end: end
                    case .time: timeline.firingWatermark(end: end)
                    }
                return Column.constant(.integer(micros), type, count: rowCount)
            }
            try output.emit(Batch(columns: columns + properties, rowCount: rowCount))
        }
    }
}
