import SluiceColumns

/// Maps under construction: the slots of their keys and values, row after row.
struct MapRows: ~Copyable {
    private var validity: RowValidity
    private var offsets: MutableLane<Int32>
    private var keySlots: [Int32] = []
    private var valueSlots: [Int32] = []
    /// The keys of the current row.
    private var keys = DistinctSlots()
    private var rowStart = 0

    init(_ strict: [Column], rowCount: Int) {
        validity = RowValidity(strict, rowCount: rowCount)
        offsets = MutableLane(count: rowCount + 1, zeroed: true)
    }

    /// Entries of all rows so far.
    var entryCount: Int { keySlots.count }

    /// Whether row `row` has to be computed.
    @inline(__always)
    func isPresent(_ row: Int) -> Bool { validity.isPresent(row) }

    /// Adds entries to the current row; of equal keys the last counts, at the place of the first.
    mutating func merge(_ newKeys: Range<Int>, _ newValues: Range<Int>, _ comparer: ElementComparer) {
        for (key, value) in zip(newKeys, newValues) {
            if let place = keys.place(of: key, comparer) {
                valueSlots[rowStart + place] = Int32(truncatingIfNeeded: value)
            } else {
                add(key, value, comparer)
            }
        }
    }

    /// Adds entries to the current row whose keys are not there yet.
    mutating func addMissing(_ newKeys: Range<Int>, _ newValues: Range<Int>, _ comparer: ElementComparer) {
        for (key, value) in zip(newKeys, newValues) where keys.place(of: key, comparer) == nil {
            add(key, value, comparer)
        }
    }

    /// Adds entries to the current row, repeated keys too.
    mutating func addAll(_ newKeys: Range<Int>, _ newValues: Range<Int>, _ comparer: ElementComparer) {
        for (key, value) in zip(newKeys, newValues) { add(key, value, comparer) }
    }

    private mutating func add(_ key: Int, _ value: Int, _ comparer: ElementComparer) {
        keys.insert(key, comparer)
        keySlots.append(Int32(truncatingIfNeeded: key))
        valueSlots.append(Int32(truncatingIfNeeded: value))
    }

    /// Adds entries to the current row as they are, keys that are there already again.
    mutating func append(_ newKeys: Range<Int>, _ newValues: Range<Int>) {
        for (key, value) in zip(newKeys, newValues) {
            keySlots.append(Int32(truncatingIfNeeded: key))
            valueSlots.append(Int32(truncatingIfNeeded: value))
        }
    }

    /// Ends row `row`; rows are ended in order.
    mutating func endRow(_ row: Int) {
        rowStart = keySlots.count
        keys.removeAll()
        let end = Int32(truncatingIfNeeded: rowStart)
        var target = offsets.span
        target[row + 1] = end
    }

    /// Freezes the rows as maps of `type`.
    consuming func finish(_ keys: Column, _ values: Column, _ type: DataType) throws -> Column {
        let types = type.logical.childTypes
        let children = [
            keys.gathered(SelectionVector(keySlots)).retyped(types[0]),
            values.flattened().gathered(SelectionVector(valueSlots)).retyped(types[1]),
        ]
        let bitmap = try validity.finish(type)
        let rowCount = offsets.count - 1
        return Column(type: type, count: rowCount, values: offsets.finish(), validity: bitmap, children: children)
    }
}
