import SluiceColumns

/// The rows that a stretch of records stands for, as places among their new and old rows.
struct ChangedRows {
    /// An old row that only has the fields that changed.
    struct Partial {
        /// The row of the result.
        var row: Int
        /// The new row, which has the other fields.
        var newRow: Int32
        /// The old rows of the same record: a field that any of them names has changed in all of them, as in Flink.
        var oldRows: Range<Int>
    }

    /// New rows count from 0, old rows from `newRowCount`.
    private(set) var places: [Int32] = []
    private(set) var kinds: [RowKind] = []
    /// The record of each row.
    private(set) var records: [Int32] = []
    private(set) var partials: [Partial] = []
    private let newRowCount: Int
    private var isPlain = true

    init(newRowCount: Int, capacity: Int) {
        self.newRowCount = newRowCount
        places.reserveCapacity(capacity)
        kinds.reserveCapacity(capacity)
        records.reserveCapacity(capacity)
    }

    /// Rows.
    var count: Int { places.count }

    /// Whether the rows are all the new rows in their order, each inserted.
    var areAllNew: Bool { isPlain && places.count == newRowCount }

    mutating func appendNew(_ row: Int, _ kind: RowKind, record: Int) {
        isPlain = isPlain && kind == .insert && row == places.count
        append(Int32(truncatingIfNeeded: row), kind, record)
    }

    mutating func appendOld(_ row: Int, _ kind: RowKind, record: Int) {
        isPlain = false
        append(Int32(truncatingIfNeeded: newRowCount + row), kind, record)
    }

    mutating func appendPartialOld(_ row: Int, newRow: Int, oldRows: Range<Int>, record: Int) {
        partials.append(Partial(row: places.count, newRow: Int32(truncatingIfNeeded: newRow), oldRows: oldRows))
        appendOld(row, .updateBefore, record: record)
    }

    private mutating func append(_ place: Int32, _ kind: RowKind, _ record: Int) {
        places.append(place)
        kinds.append(kind)
        records.append(Int32(truncatingIfNeeded: record))
    }

    /// One field of the rows; `notedNulls` are the old rows that say NULL.
    func column(new: Column, old: Column, notedNulls: [Int32]) -> Column {
        if areAllNew { return new }
        return Column.concatenated([new, old]).gathered(SelectionVector(filled(old, notedNulls)))
    }

    /// The places with partial old rows that lack the field replaced by their new rows.
    private func filled(_ old: Column, _ notedNulls: [Int32]) -> [Int32] {
        if partials.isEmpty { return places }
        var isNoted = MutableBitmap(count: old.count, repeating: false)
        for row in notedNulls { isNoted.set(Int(row)) }
        var filled = places
        var range = 0..<0
        var isNamed = false
        for partial in partials where old.isNull(Int(places[partial.row]) - newRowCount) {
            if partial.oldRows != range {
                range = partial.oldRows
                isNamed = range.contains { !old.isNull($0) || isNoted[$0] }
            }
            if !isNamed { filled[partial.row] = partial.newRow }
        }
        return filled
    }
}
