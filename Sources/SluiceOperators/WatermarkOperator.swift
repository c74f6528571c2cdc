import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// Computes the watermark of a table row by row and notes on each row the one that was in force before it.
///
/// The result is that of Flink with `pipeline.auto-watermark-interval = 0`: the watermark advances after every row that
/// moves it, whatever the batch size. Watermarks of the input are not passed on, except the end.
package final class WatermarkOperator: Operator {
    private let timeColumn: Int
    private let evaluator: ExpressionEvaluator
    private var current = Watermark.none

    /// Makes the operator for one shard.
    package init(_ operation: WatermarkOperation, context: EvaluationContext) throws {
        timeColumn = operation.timeColumn
        evaluator = try ExpressionEvaluator([operation.expression], context: context)
    }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        if batch.columns[timeColumn].validity != nil || batch.columns[timeColumn].type.lane == .null {
            for row in 0..<batch.rowCount where batch.columns[timeColumn].isNull(row) {
                throw RuntimeError(
                    .user,
                    "nullRowtime",
                    "the event-time column of a row is NULL; filter such rows out of the source, or give the column a "
                        + "value with a computed column"
                )
            }
        }
        let marks = try evaluator.evaluate(batch)[0].flattened()
        var running = MutableLane<Int64>(count: batch.rowCount)
        advance(over: marks, rowCount: batch.rowCount, into: &running)
        var marked = batch
        marked.runningWatermarks = Column(
            type: .notNull(.bigint),
            count: batch.rowCount,
            values: running.finish()
        )
        try output.emit(marked)
        if current > .none { try output.advance(to: current) }
    }

    /// Writes the watermark before each row and moves `current` past the last.
    private func advance(over marks: Column, rowCount: Int, into running: inout MutableLane<Int64>) {
        var target = running.span
        var highest = current.micros
        if marks.type.lane == .int128 {
            let nanos = marks.int128s
            for row in 0..<rowCount {
                target[row] = highest
                if !marks.isNull(row) {
                    highest = max(highest, Self.floorToMillis(Int64(truncatingIfNeeded: nanos[row] / 1_000)))
                }
            }
        } else if marks.validity == nil {
            let micros = marks.int64s
            for row in 0..<rowCount {
                target[row] = highest
                highest = max(highest, micros[row])
            }
        } else {
            let micros = marks.int64s
            for row in 0..<rowCount {
                target[row] = highest
                if !marks.isNull(row) { highest = max(highest, micros[row]) }
            }
        }
        current = Watermark(micros: highest)
    }

    /// Watermarks count in milliseconds, as in Flink.
    private static func floorToMillis(_ micros: Int64) -> Int64 {
        let rest = micros % 1_000
        return micros - (rest < 0 ? rest + 1_000 : rest)
    }

    package func advance(to watermark: Watermark, into output: borrowing Output) throws {
        guard watermark == .end else { return }
        current = .end
        try output.advance(to: .end)
    }

    package var stateTables: [StateTable] { [.watermark] }

    package func save(into snapshot: StateSnapshot) throws { snapshot.put(current, into: 0) }

    /// Goes on from the least watermark of all shards: nothing that was in time then is late now.
    package func restore(from reader: StateReader) throws {
        if let least = try reader.watermark(of: 0) { current = least }
    }
}
