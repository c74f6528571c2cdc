import SluiceColumns

/// The slices of a batch, numbered by first appearance, and the number of each row.
struct SliceNumbering: ~Copyable {
    /// The slices.
    private(set) var slices: [SliceKey] = []
    /// Rows per slice; one element more for the rows that are late.
    private(set) var rowCounts: [Int] = []

    private let geometry: WindowGeometry
    private let timeline: WindowTimeline
    private var numberOf: [SliceKey: UInt32] = [:]
    private var numbers: MutableLane<UInt32>
    /// The rows in the order of their numbers, and where those of each number begin.
    private var order: MutableLane<Int32>
    private var starts: [Int] = []

    /// What a row is given, and for which watermarks (`from ..< limit`) another row of the same end is given the same.
    private struct Answer {
        var end: Int64
        var from: Int64
        var limit: Int64
        var number: UInt32
    }

    private static let late = UInt32.max

    /// Makes an empty numbering for a batch of `rowCount` rows.
    init(_ geometry: WindowGeometry, _ timeline: WindowTimeline, rowCount: Int) {
        self.geometry = geometry
        self.timeline = timeline
        numbers = MutableLane(count: rowCount)
        order = MutableLane(count: 0)
    }

    /// Numbers all rows by the end of their slice and the watermark before them, at least `floor` (`marks` empty: just
    /// that).
    mutating func number(_ ends: Span<Int64>, _ marks: Span<Int64>, floor: Int64) {
        var recent = Answer(end: 0, from: .max, limit: .min, number: 0)
        var runStart = 0
        for row in 0..<ends.count {
            let mark = marks.isEmpty ? floor : max(marks[row], floor)
            if ends[row] == recent.end && mark >= recent.from && mark < recent.limit { continue }
            fill(runStart..<row, recent.number)
            runStart = row
            recent = answer(ends[row], mark)
        }
        fill(runStart..<ends.count, recent.number)
        sort()
    }

    private mutating func fill(_ rows: Range<Int>, _ number: UInt32) {
        var target = numbers.span
        for row in rows { target[row] = number }
    }

    /// Sorts the rows by number, keeping their order; the late ones come last.
    private mutating func sort() {
        let lateNumber = slices.count
        var cursors = [Int](repeating: 0, count: lateNumber + 2)
        var counts: [Int] = []
        var begins: [Int] = []
        var sorted = MutableLane<Int32>(count: numbers.count)
        do {
            let given = numbers.readOnly
            for row in 0..<given.count { cursors[min(Int(given[row]), lateNumber) + 1] &+= 1 }
            counts = Array(cursors[1...])
            for number in 0...lateNumber { cursors[number + 1] += cursors[number] }
            begins = cursors
            var target = sorted.span
            for row in 0..<given.count {
                let number = min(Int(given[row]), lateNumber)
                target[cursors[number]] = Int32(truncatingIfNeeded: row)
                cursors[number] &+= 1
            }
        }
        order = sorted
        rowCounts = counts
        starts = begins
    }

    /// The rows of slice `number` (or the late ones, where it is `slices.count`), ascending.
    borrowing func rows(of number: Int) -> SelectionVector {
        var lane = MutableLane<Int32>(count: rowCounts[number])
        do {
            var target = lane.span
            let source = order.readOnly
            let start = starts[number]
            for index in 0..<target.count { target[index] = source[start + index] }
        }
        return SelectionVector(lane, count: rowCounts[number])
    }

    private mutating func answer(_ end: Int64, _ mark: Int64) -> Answer {
        let limit = timeline.firingWatermark(end: end)
        if mark < limit {
            return Answer(
                end: end,
                from: .min,
                limit: limit,
                number: number(of: SliceKey(end: end, firstWindow: end))
            )
        }
        let last = timeline.firingWatermark(end: geometry.lastWindowEnd(sliceEnd: end))
        if last <= mark { return Answer(end: end, from: last, limit: .max, number: Self.late) }
        var first = end
        var from = limit
        var next = timeline.firingWatermark(end: first)
        while next <= mark {
            from = next
            first += geometry.sliceMicros
            next = timeline.firingWatermark(end: first)
        }
        return Answer(end: end, from: from, limit: next, number: number(of: SliceKey(end: end, firstWindow: first)))
    }

    private mutating func number(of slice: SliceKey) -> UInt32 {
        if let known = numberOf[slice] { return known }
        let number = UInt32(truncatingIfNeeded: slices.count)
        numberOf[slice] = number
        slices.append(slice)
        return number
    }
}
