import SluiceColumns
import SluicePlan

/// Which rows of a batch go to which slice, which are late, and where windows have to be fired in between.
struct SliceAssignment {
    /// Rows of one slice.
    struct Part {
        /// End of the slice.
        var sliceEnd: Int64
        /// The rows; nil is the whole batch.
        var selection: SelectionVector?
        /// Windows up to this watermark have to be fired before these rows are added.
        var firesBefore: Watermark?
    }
    /// In the order in which they are to be added.
    private(set) var parts: [Part] = []
    /// Rows all of whose windows had been passed.
    private(set) var lateRows: [Int32] = []

    private var pending: [(end: Int64, rows: [Int32])] = []
    private var fires: Watermark?

    /// Assigns the rows of a batch.
    ///
    /// - Parameter current: the watermark in force where the batch carries no running watermarks.
    /// - Throws: `RuntimeError` where the time of a row is NULL.
    init(
        _ batch: Batch, _ window: WindowSpecification, _ geometry: WindowGeometry, _ timeline: WindowTimeline,
        current: Watermark
    ) throws {
        let ends = try Self.sliceEnds(batch, window, geometry, timeline)
        let slots = ends.int64s
        if let end = Self.uniformEnd(slots, batch, timeline, current) {
            parts = [Part(sliceEnd: end)]
            return
        }
        for row in 0..<slots.count {
            let end = slots[row]
            let watermark = Self.watermark(before: row, batch, current)
            if timeline.firingWatermark(end: geometry.lastWindowEnd(sliceEnd: end)) <= watermark {
                lateRows.append(Int32(truncatingIfNeeded: row))
                continue
            }
            let isLateForSome = timeline.firingWatermark(end: end) <= watermark
            if isLateForSome && watermark > max(current.micros, fires?.micros ?? .min) {
                close()
                fires = Watermark(micros: watermark)
            }
            append(row, end)
        }
        close()
    }

    private static func watermark(before row: Int, _ batch: Batch, _ current: Watermark) -> Int64 {
        guard let running = batch.runningWatermarks else { return current.micros }
        return running.int64s[running.isConstant ? 0 : row]
    }

    /// The one slice of all rows where none is late for any window: by far the most batches.
    private static func uniformEnd(
        _ ends: Span<Int64>, _ batch: Batch, _ timeline: WindowTimeline, _ current: Watermark
    ) -> Int64? {
        guard ends.count > 0 else { return nil }
        for row in 0..<ends.count where ends[row] != ends[0] { return nil }
        var highest = current.micros
        if let running = batch.runningWatermarks {
            let marks = running.int64s
            for slot in 0..<marks.count { highest = max(highest, marks[slot]) }
        }
        return timeline.firingWatermark(end: ends[0]) > highest ? ends[0] : nil
    }

    private mutating func append(_ row: Int, _ end: Int64) {
        if let known = pending.lastIndex(where: { $0.end == end }) {
            pending[known].rows.append(Int32(truncatingIfNeeded: row))
        } else {
            pending.append((end, [Int32(truncatingIfNeeded: row)]))
        }
    }

    private mutating func close() {
        for (position, part) in pending.enumerated() {
            parts.append(
                Part(
                    sliceEnd: part.end, selection: SelectionVector(part.rows),
                    firesBefore: position == 0 ? fires : nil))
        }
        pending = []
    }

    private static func sliceEnds(
        _ batch: Batch, _ window: WindowSpecification, _ geometry: WindowGeometry, _ timeline: WindowTimeline
    ) throws -> Column {
        let timeColumn: Int
        switch window.time {
        case .rowtime(let column): timeColumn = column
        case .attached(_, let endColumn): return batch.columns[endColumn].flattened()
        case .proctime: throw RuntimeError(.internal, "proctimeWindow", "processing-time windows are not run here")
        }
        let times = batch.columns[timeColumn].flattened()
        if times.validity != nil {
            throw RuntimeError(.user, "nullRowtime", "the event-time column of a row is NULL")
        }
        var lane = MutableLane<Int64>(count: batch.rowCount)
        do {
            var ends = lane.span
            let micros = times.int64s
            let size = geometry.sliceMicros
            var end = Int64.min
            for row in 0..<micros.count {
                let time = timeline.isShifted ? timeline.local(micros[row]) : micros[row]
                // Neighbours mostly share their slice, which saves the division.
                if end == .min || time >= end || time < end - size { end = geometry.sliceEnd(time) }
                ends[row] = end
            }
        }
        return Column(type: .notNull(.bigint), count: batch.rowCount, values: lane.finish())
    }
}
