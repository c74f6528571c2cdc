import SluiceColumns
import SluicePlan

/// The windows of the rows of a batch, a pair for each row and window, judged by the watermark before the row.
struct WindowRows {
    /// Rows of windows, side by side.
    struct Pairs {
        /// Rows of the batch, ascending; a row stands once for each of its windows.
        var rows: [Int32] = []
        /// The end of the window, in the windows' own time.
        var ends: [Int64] = []

        mutating func append(_ row: Int, _ end: Int64) {
            rows.append(Int32(truncatingIfNeeded: row))
            ends.append(end)
        }
    }
    /// Pairs whose window had not ended.
    private(set) var inTime = Pairs()
    /// Pairs whose window had ended, but still takes rows.
    private(set) var late = Pairs()
    /// Rows all of whose windows take no rows any more.
    private(set) var dropped: [Int32] = []

    /// Assigns rows of event time.
    ///
    /// - Parameters:
    ///   - times: the times in the windows' own time.
    ///   - watermark: the watermark in force before a row.
    init(_ times: Column, _ hops: HopWindows, _ timeline: WindowTimeline, watermark: (Int) -> Int64) {
        let micros = times.int64s
        for row in 0..<micros.count {
            let mark = watermark(row)
            var windowCount = 0
            var takenCount = 0
            hops.forEachEnd(of: micros[row]) { end in
                windowCount += 1
                let firing = timeline.firingWatermark(end: end)
                if firing > mark {
                    inTime.append(row, end)
                } else if firing + hops.latenessMicros > mark {
                    late.append(row, end)
                } else {
                    return
                }
                takenCount += 1
            }
            if windowCount > 0 && takenCount == 0 { dropped.append(Int32(truncatingIfNeeded: row)) }
        }
    }

    /// Assigns rows of processing time: all to the windows of one moment.
    init(rowCount: Int, at time: Int64, _ hops: HopWindows) {
        hops.forEachEnd(of: time) { end in
            for row in 0..<rowCount { inTime.append(row, end) }
        }
    }
}

/// TUMBLE and HOP windows with any size and slide.
struct HopWindows {
    /// Length of a window.
    let sizeMicros: Int64
    /// From the start of one window to that of the next.
    let slideMicros: Int64
    /// Moves the alignment from the epoch.
    let offsetMicros: Int64
    /// How long after its end a window takes rows.
    let latenessMicros: Int64

    /// Makes the windows of a specification.
    init(_ window: WindowSpecification) throws {
        switch window.shape {
        case .tumble(let size): (sizeMicros, slideMicros) = (size, size)
        case .hop(let size, let slide): (sizeMicros, slideMicros) = (size, slide)
        case .cumulate, .session:
            throw RuntimeError(.internal, "hopWindows", "these windows are neither TUMBLE nor HOP")
        }
        offsetMicros = window.offsetMicros
        latenessMicros = window.emit?.allowedLatenessMicros ?? 0
    }

    /// Calls `body` with the end of each window that holds `time`.
    @inline(__always)
    func forEachEnd(of time: Int64, _ body: (Int64) -> Void) {
        var start = WindowGeometry.floor(time, slideMicros, offsetMicros)
        while start > time - sizeMicros {
            body(start + sizeMicros)
            start -= slideMicros
        }
    }
}
