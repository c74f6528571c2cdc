import SluiceColumns
import SluicePlan
import SluiceState

/// TUMBLE, HOP and CUMULATE without aggregation: gives each row once per window it belongs to, with the window's
/// bounds.
///
/// Nothing is dropped: late rows pass, as in Flink.
package final class WindowTableOperator: Operator {
    private let operation: WindowTableOperation
    private let geometry: WindowGeometry
    private let timeline: WindowTimeline
    private let timeColumn: Int
    private let outputFields: [RowField]

    /// Makes the operator for one shard.
    package init(_ operation: WindowTableOperation, outputFields: [RowField]) throws {
        self.operation = operation
        self.outputFields = outputFields
        geometry = WindowGeometry(operation.window)
        timeline = try WindowTimeline(operation.window)
        guard case .rowtime(let column) = operation.window.time else {
            throw RuntimeError(.internal, "windowTable", "a window table function needs an event-time column")
        }
        timeColumn = column
    }

    package var stateTables: [StateTable]? { [] }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        let times = try timeline.times(batch, timeColumn)
        var rows: [Int32] = []
        var ends: [Int64] = []
        let micros = times.int64s
        for row in 0..<micros.count {
            let sliceEnd = geometry.sliceEnd(micros[row])
            var end = sliceEnd
            let last = geometry.lastWindowEnd(sliceEnd: sliceEnd)
            while end <= last {
                rows.append(Int32(truncatingIfNeeded: row))
                ends.append(end)
                end += geometry.sliceMicros
            }
        }
        let repeated = batch.gathered(SelectionVector(rows))
        try output.emit(repeated.withColumns(repeated.columns + bounds(ends)))
    }

    private func bounds(_ ends: [Int64]) -> [Column] {
        var starts = MutableLane<Int64>(count: ends.count)
        var finishes = MutableLane<Int64>(count: ends.count)
        var times = MutableLane<Int64>(count: ends.count)
        do {
            var start = starts.span
            var finish = finishes.span
            var time = times.span
            for row in ends.indices {
                start[row] = geometry.windowStart(end: ends[row])
                finish[row] = ends[row]
                time[row] = timeline.firingWatermark(end: ends[row])
            }
        }
        let first = outputFields.count - 3
        return [
            Column(type: outputFields[first].type, count: ends.count, values: starts.finish()),
            Column(type: outputFields[first + 1].type, count: ends.count, values: finishes.finish()),
            Column(type: outputFields[first + 2].type, count: ends.count, values: times.finish()),
        ]
    }
}
