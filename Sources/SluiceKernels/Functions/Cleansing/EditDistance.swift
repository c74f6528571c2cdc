import SluiceColumns

/// Levenshtein's distance, with memory that serves all rows of a batch.
///
/// Myers' algorithm in Hyyrö's form: the table of distances is held as its differences, a bit each, and is computed in
/// strips of 64 rows. So the time is the length of one text times the strips of the other, and the memory is linear.
struct EditDistance {
    /// The code points of the shorter text, of which each has a row.
    private var rows: [UInt32] = []
    /// The code points of the longer text, of which each has a column.
    private var columns: [UInt32] = []
    /// How the distance differs from the column before, in the last row of the strip above: -1, 0 or 1 per column.
    private var steps: [Int8] = []
    /// The code points of a strip, by hash; each is there once.
    private var symbols = [UInt32](repeating: EditDistance.free, count: EditDistance.slotCount)
    /// For each of them a bit per row of the strip that has it.
    private var places = [UInt64](repeating: 0, count: EditDistance.slotCount)

    private static let stripRowCount = 64
    private static let slotCount = 256
    /// No code point.
    private static let free = UInt32.max

    /// The code points of the longer of the strings last compared.
    var longerCount: Int { columns.count }

    /// How many code points have to be inserted, deleted or replaced.
    mutating func distance(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int {
        EditDistance.decode(left, into: &rows)
        EditDistance.decode(right, into: &columns)
        if rows.count > columns.count { swap(&rows, &columns) }
        steps.removeAll(keepingCapacity: true)
        // Above the first row, distances grow by one from column to column.
        for _ in columns { steps.append(1) }
        var start = 0
        while start < rows.count {
            let end = min(start + EditDistance.stripRowCount, rows.count)
            markPlaces(start..<end)
            advance(rowCount: end - start)
            start = end
        }
        return steps.reduce(rows.count) { $0 + Int($1) }
    }

    /// Goes along a strip, and leaves the differences in its last row in `steps`.
    private mutating func advance(rowCount: Int) {
        let last = UInt64(1) << UInt64(rowCount - 1)
        // Where the distance grows, and where it falls, from the row above.
        var rises = UInt64.max
        var falls: UInt64 = 0
        for column in columns.indices {
            let slot = slot(of: columns[column])
            let equal = symbols[slot] == EditDistance.free ? 0 : places[slot]
            let (risesAbove, fallsAbove): (UInt64, UInt64) = (steps[column] > 0 ? 1 : 0, steps[column] < 0 ? 1 : 0)
            let vertical = equal | falls
            let matching = equal | fallsAbove
            let horizontal = (((matching & rises) &+ rises) ^ rises) | matching
            var grows = falls | ~(horizontal | rises)
            var shrinks = rises & horizontal
            steps[column] = grows & last != 0 ? 1 : shrinks & last != 0 ? -1 : 0
            grows = grows << 1 | risesAbove
            shrinks = shrinks << 1 | fallsAbove
            rises = shrinks | ~(vertical | grows)
            falls = grows & vertical
        }
    }

    private mutating func markPlaces(_ strip: Range<Int>) {
        for slot in symbols.indices { symbols[slot] = EditDistance.free }
        for (index, row) in strip.enumerated() {
            let slot = slot(of: rows[row])
            if symbols[slot] == EditDistance.free {
                symbols[slot] = rows[row]
                places[slot] = 0
            }
            places[slot] |= 1 << UInt64(index)
        }
    }

    /// Where a code point of the strip is, or would be put.
    private func slot(of point: UInt32) -> Int {
        let mask = EditDistance.slotCount - 1
        var slot = Int((UInt64(point) &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
        while symbols[slot] != EditDistance.free, symbols[slot] != point { slot = (slot + 1) & mask }
        return slot
    }

    private static func decode(_ text: Span<UInt8>, into points: inout [UInt32]) {
        points.removeAll(keepingCapacity: true)
        var index = 0
        while index < text.count {
            let (point, byteCount) = UnicodeText.codePoint(at: index, in: text) ?? (UInt32(text[index]), 1)
            points.append(point)
            index += byteCount
        }
    }
}
