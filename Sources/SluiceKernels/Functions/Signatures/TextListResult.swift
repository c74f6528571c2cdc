import SluiceColumns

/// An ARRAY of strings under construction, row after row.
///
/// Unlike the other results it grows: the elements are not counted beforehand.
struct TextListResult: ~Copyable {
    private var validity: RowValidity
    private var offsets: MutableLane<Int32>
    private var ends: [Int] = []
    private var nullElements: [Int] = []
    private var bytes = TextBuffer(byteCapacity: 4096)

    init(_ arguments: [Column], rowCount: Int) {
        validity = RowValidity(arguments, rowCount: rowCount)
        offsets = MutableLane(count: rowCount + 1, zeroed: true)
    }

    /// Whether row `row` has to be computed.
    @inline(__always)
    func isPresent(_ row: Int) -> Bool { validity.isPresent(row) }

    /// Makes row `row` NULL; its elements, if any, are not seen.
    mutating func setNull(_ row: Int) { validity.setNull(row) }

    /// Appends an element to the current row.
    mutating func append(_ element: Span<UInt8>) {
        bytes.append(element)
        ends.append(bytes.count)
    }

    /// Appends a NULL element to the current row.
    mutating func appendNull() {
        nullElements.append(ends.count)
        ends.append(bytes.count)
    }

    /// Ends row `row`; rows are ended in order.
    mutating func endRow(_ row: Int) {
        let count = Int32(truncatingIfNeeded: ends.count)
        var slots = offsets.span
        slots[row + 1] = count
    }

    /// Freezes the rows as a column of `type`, an array of strings.
    consuming func finish(_ type: DataType) throws -> Column {
        let elementType = type.logical.childTypes.first ?? DataType(.string)
        var elements = StringBuilder(count: ends.count)
        var start = 0
        for end in ends {
            elements.append(bytes.bytes.extracting(start..<end))
            start = end
        }
        var present = MutableBitmap(count: ends.count, repeating: true)
        for element in nullElements { present.clear(element) }
        let child = elements.finish(elementType, validity: present.finishAsValidity())
        let rowCount = offsets.count - 1
        let bitmap = try validity.finish(type)
        return Column(type: type, count: rowCount, values: offsets.finish(), validity: bitmap, children: [child])
    }
}
