import SluiceColumns
import SluicePlan

/// Which rows of a batch go to which slice, and which are late for all their windows.
///
/// Every row is judged by the watermark that was in force just before it, never by where the batch ends.
struct SliceAssignment {
    /// Rows of one slice.
    struct Part {
        /// The slice.
        var slice: SliceKey
        /// The rows, ascending; nil is the whole batch.
        var selection: SelectionVector?
    }
    /// One per slice, in order of first appearance.
    private(set) var parts: [Part] = []
    /// Rows all of whose windows had been passed; nil where there are none.
    private(set) var lateRows: SelectionVector?

    /// Assigns the rows of a batch.
    ///
    /// - Parameter current: the watermark that windows were fired for; in force where the batch carries no others.
    /// - Throws: `RuntimeError` where the time of a row is NULL.
    init(
        _ batch: Batch,
        _ window: WindowSpecification,
        _ geometry: WindowGeometry,
        _ timeline: WindowTimeline,
        current: Watermark
    ) throws {
        let ends = try Self.sliceEnds(batch, window, geometry, timeline)
        if let end = Self.uniformEnd(ends.int64s, batch, timeline, current) {
            parts = [Part(slice: SliceKey(end: end, firstWindow: end))]
            return
        }
        var rows = SliceNumbering(geometry, timeline, rowCount: batch.rowCount)
        if let running = batch.runningWatermarks, !running.isConstant {
            rows.number(ends.int64s, running.int64s, floor: current.micros)
        } else {
            var mark = current.micros
            if let running = batch.runningWatermarks, batch.rowCount > 0 { mark = max(mark, running.int64s[0]) }
            rows.number(ends.int64s, Span(), floor: mark)
        }
        take(rows)
    }

    /// Sorts the rows by slice, keeping their order, in one pass.
    private mutating func take(_ numbering: borrowing SliceNumbering) {
        let late = numbering.rowCounts.count - 1
        for (number, count) in numbering.rowCounts.enumerated() where count > 0 {
            let selection = numbering.rows(of: number)
            if number == late {
                lateRows = selection
            } else {
                parts.append(Part(slice: numbering.slices[number], selection: selection))
            }
        }
    }

    /// The one slice of all rows where none is late for any window: by far the most batches.
    private static func uniformEnd(
        _ ends: Span<Int64>,
        _ batch: Batch,
        _ timeline: WindowTimeline,
        _ current: Watermark
    ) -> Int64? {
        guard ends.count > 0 else { return nil }
        let first = ends[0]
        if ends[ends.count - 1] != first { return nil }
        for row in 0..<ends.count where ends[row] != first { return nil }
        var highest = current.micros
        if let running = batch.runningWatermarks {
            let marks = running.int64s
            for slot in 0..<marks.count { highest = max(highest, marks[slot]) }
        }
        return timeline.firingWatermark(end: first) > highest ? first : nil
    }

    private static func sliceEnds(
        _ batch: Batch,
        _ window: WindowSpecification,
        _ geometry: WindowGeometry,
        _ timeline: WindowTimeline
    ) throws -> Column {
        let timeColumn: Int
        switch window.time {
        case .rowtime(let column): timeColumn = column
        case .attached(_, let endColumn): return batch.columns[endColumn].flattened()
        case .proctime: throw RuntimeError(.internal, "proctimeWindow", "processing-time windows are not run here")
        }
        let times = try timeline.times(batch, timeColumn)
        var lane = MutableLane<Int64>(count: batch.rowCount)
        do {
            var ends = lane.span
            let micros = times.int64s
            let size = geometry.sliceMicros
            var start: Int64 = 0
            var end: Int64 = 0
            for row in 0..<micros.count {
                let time = micros[row]
                // Neighbours mostly share their slice, which saves the division.
                if time >= end || time < start {
                    end = geometry.sliceEnd(time)
                    start = end &- size
                }
                ends[row] = end
            }
        }
        return Column(type: .notNull(.bigint), count: batch.rowCount, values: lane.finish())
    }
}

/// What tells one slice from another: where it ends, and the first window that its rows count in.
///
/// Rows in time count from the window that ends with the slice; rows that are late for some of their windows go to a
/// slice of their own, so that a window that is passed but not yet fired does not count them.
struct SliceKey: Hashable, Comparable {
    /// End of the slice.
    var end: Int64
    /// End of the first window that its rows count in.
    var firstWindow: Int64

    static func < (lhs: SliceKey, rhs: SliceKey) -> Bool { (lhs.end, lhs.firstWindow) < (rhs.end, rhs.firstWindow) }
}
