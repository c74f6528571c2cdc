/// Which rows of a batch are meant, in order, as row indexes.
public struct SelectionVector: Sendable {
    @usableFromInline let buffer: RawBuffer
    /// Rows selected.
    public let count: Int
    /// The same rows as a set, where `withRowSet` has made it.
    private(set) var rowSet: Bitmap?

    @inlinable
    init(buffer: RawBuffer, count: Int) {
        self.buffer = buffer
        self.count = count
    }

    /// Makes a selection from a filled lane, of which the first `count` slots are used.
    @inlinable
    public init(_ lane: consuming MutableLane<Int32>, count: Int) {
        precondition(count <= lane.count)
        self.count = count
        buffer = lane.finish()
    }

    /// Selects row `row` `count` times.
    public init(repeating row: Int32, count: Int) {
        self.init(MutableLane<Int32>(repeating: row, count: count), count: count)
    }

    /// Selects the rows of a list.
    public init(_ rows: [Int32]) {
        var lane = MutableLane<Int32>(count: rows.count)
        do {
            var span = lane.span
            for index in 0..<rows.count { span[index] = rows[index] }
        }
        self.init(lane, count: rows.count)
    }

    /// Selects the rows of a span.
    public init(_ rows: Span<Int32>) {
        var lane = MutableLane<Int32>(count: rows.count)
        do {
            var span = lane.span
            for index in 0..<rows.count { span[index] = rows[index] }
        }
        self.init(lane, count: rows.count)
    }

    /// The row indexes.
    @inlinable
    public var rows: Span<Int32> {
        @_lifetime(borrow self)
        get { buffer.span(of: Int32.self, count: count) }
    }

    /// Rows of a BOOLEAN column that are TRUE; nil where all are.
    public static func selecting(_ condition: Column) -> SelectionVector? {
        precondition(condition.type.lane == .bool || condition.type.lane == .null)
        let rowCount = condition.count
        if condition.isConstant || condition.type.lane == .null {
            let holds = rowCount > 0 && !condition.isNull(0) && condition.bools[0] != 0
            return holds ? nil : SelectionVector([])
        }
        var lane = MutableLane<Int32>(count: rowCount)
        var selected = 0
        do {
            var rows = lane.span
            let values = condition.bools
            if let validity = condition.validity {
                for row in 0..<rowCount {
                    rows[selected] = Int32(truncatingIfNeeded: row)
                    selected &+= Int(values[row]) & (validity[row] ? 1 : 0)
                }
            } else {
                // Branch-free: the slot is written always and kept only where the row passes.
                for row in 0..<rowCount {
                    rows[selected] = Int32(truncatingIfNeeded: row)
                    selected &+= Int(values[row])
                }
            }
        }
        return selected == rowCount ? nil : SelectionVector(lane, count: selected)
    }

    /// The same selection with its rows, all below `rowCount`, as a set too: worth it where several columns are
    /// gathered, since it tells in a few words whether any of the selected rows is NULL.
    public func withRowSet(ofRows rowCount: Int) -> SelectionVector {
        var bits = MutableBitmap(count: rowCount, repeating: false)
        do {
            var words = bits.words
            let rows = self.rows
            var word: UInt64 = 0
            var index = 0
            for position in 0..<rows.count {
                let row = rows[position]
                if Int(row) >> 6 != index {
                    words[index] |= word
                    (word, index) = (0, Int(row) >> 6)
                }
                word |= 1 &<< UInt64(truncatingIfNeeded: row & 63)
            }
            if rows.count > 0 { words[index] |= word }
        }
        var result = self
        result.rowSet = bits.finish()
        return result
    }

    /// The selection of `inner` among the rows of `self`.
    public func composed(with inner: SelectionVector) -> SelectionVector {
        var lane = MutableLane<Int32>(count: inner.count)
        do {
            var target = lane.span
            let outerRows = rows
            let innerRows = inner.rows
            for index in 0..<innerRows.count { target[index] = outerRows[Int(innerRows[index])] }
        }
        return SelectionVector(lane, count: inner.count)
    }
}
