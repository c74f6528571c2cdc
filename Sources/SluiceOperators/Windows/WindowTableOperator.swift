import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// TUMBLE, HOP and CUMULATE without aggregation: gives each row once per window it belongs to, with the window's
/// bounds.
///
/// Nothing is dropped: late rows pass, as in Flink. In processing time the time of a row is the moment at which its
/// batch comes.
package final class WindowTableOperator: Operator {
    private let operation: WindowTableOperation
    private let geometry: WindowGeometry
    /// The windows where no slices make them up; nil for all others.
    private let unevenHops: HopWindows?
    private let timeline: WindowTimeline
    /// Column of the event time; nil in processing time.
    private let timeColumn: Int?
    private var processingTime: ProcessingTime
    private let outputFields: [RowField]

    /// Makes the operator for one shard.
    package init(
        _ operation: WindowTableOperation,
        outputFields: [RowField],
        context: EvaluationContext = EvaluationContext()
    ) throws {
        self.operation = operation
        self.outputFields = outputFields
        geometry = WindowGeometry(operation.window)
        unevenHops = operation.window.hasUnevenHops ? try HopWindows(operation.window) : nil
        timeline = try WindowTimeline(operation.window)
        processingTime = ProcessingTime(context.clock)
        switch operation.window.time {
        case .rowtime(let column): timeColumn = column
        case .proctime: timeColumn = nil
        case .attached: throw RuntimeError(.internal, "windowTable", "the rows have a window already")
        }
    }

    package var stateTables: [StateTable] { [] }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        let times = try localTimes(batch)
        var rows: [Int32] = []
        var ends: [Int64] = []
        let micros = times.int64s
        for row in 0..<micros.count {
            forEachEnd(of: micros[row]) { end in
                rows.append(Int32(truncatingIfNeeded: row))
                ends.append(end)
            }
        }
        let repeated = batch.gathered(SelectionVector(rows))
        try output.emit(repeated.withColumns(repeated.columns + bounds(ends)))
    }

    /// Calls `body` with the end of each window that holds `time`.
    private func forEachEnd(of time: Int64, _ body: (Int64) -> Void) {
        if let unevenHops { return unevenHops.forEachEnd(of: time, body) }
        var end = geometry.sliceEnd(time)
        let last = geometry.lastWindowEnd(sliceEnd: end)
        while end <= last {
            body(end)
            end += geometry.sliceMicros
        }
    }

    /// The times of the rows in the windows' own time.
    private func localTimes(_ batch: Batch) throws -> Column {
        if let timeColumn { return try timeline.times(batch, timeColumn) }
        processingTime.read()
        let now = timeline.local(processingTime.nowMicros)
        return Column.constant(.integer(now), .notNull(.bigint), count: batch.rowCount).flattened()
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
                time[row] = timeline.resultTime(end: ends[row])
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
