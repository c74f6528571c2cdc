import SluiceColumns

/// Where the fields of one line stand: in the line itself, or in bytes that were made of it.
struct LineFields {
    /// Where the text of a field is.
    struct Place {
        /// Whether `start` and `end` count in the copied bytes rather than in the line.
        var isCopied = false
        /// -1 where the line has no such field.
        var start: Int32 = -1
        var end: Int32 = -1

        var isPresent: Bool { start >= 0 }
        var range: Range<Int> { Int(start)..<Int(end) }
    }

    private(set) var places: [Place]
    /// Bytes that fields of the line are made of which do not stand in it as they are.
    private(set) var copied = TextBuffer()

    init(count: Int) { places = [Place](repeating: Place(), count: count) }

    /// Forgets the fields.
    mutating func clear() {
        for field in 0..<places.count { places[field] = Place() }
        copied.removeAll()
    }

    /// Whether the line has field `field`.
    func isPresent(_ field: Int) -> Bool { places[field].isPresent }

    /// Field `field` is these bytes of the line.
    @inline(__always)
    mutating func set(_ field: Int, _ range: Range<Int>) {
        places[field] = Place(
            isCopied: false,
            start: Int32(truncatingIfNeeded: range.lowerBound),
            end: Int32(truncatingIfNeeded: range.upperBound)
        )
    }

    /// Field `field` is what `write` appends.
    mutating func set(_ field: Int, writing write: (inout TextBuffer) -> Void) {
        let start = copied.count
        write(&copied)
        places[field] = Place(
            isCopied: true,
            start: Int32(truncatingIfNeeded: start),
            end: Int32(truncatingIfNeeded: copied.count)
        )
    }

    /// The line has no field `field`.
    mutating func remove(_ field: Int) { places[field] = Place() }
}

/// Why a line or a field could not be read.
package struct LineFailure: Sendable, Hashable {
    /// The row of the column of lines.
    package var row: Int
    /// The field whose value does not fit its type; nil where the line as a whole has another form.
    package var field: Int?
    /// A sentence without a full stop.
    package var reason: String
    /// Whether the line was given up because it took too many steps.
    package var isLimit = false
}

/// What became of a column of lines.
package struct ParsedLines {
    /// A column per field; NULL where a line has it not, or could not be read.
    package var columns: [Column]
    /// In order of rows; those of fields behind those of lines.
    package var failures: [LineFailure]
}

/// The texts of the fields of many lines, column by column.
struct LineTexts: ~Copyable {
    private var lanes: LaneSet
    private var arenas: [Arena] = []
    private let fieldCount: Int
    private let rowCount: Int

    init(fieldCount: Int, rowCount: Int) {
        self.fieldCount = fieldCount
        self.rowCount = rowCount
        let stride = LogicalType.string.lane.stride
        lanes = LaneSet(strides: [Int](repeating: stride, count: fieldCount), rowCapacity: rowCount)
    }

    /// Takes the fields of row `row`.
    @inline(__always)
    mutating func store(_ fields: LineFields, of line: StringView, row: Int) {
        for field in 0..<fieldCount {
            let place = fields.places[field]
            if !place.isPresent { continue }
            if place.isCopied {
                lanes.store(copy(fields.copied.bytes.extracting(place.range)), lane: field, row: row)
            } else {
                lanes.store(line.part(place.range), lane: field, row: row)
            }
        }
    }

    private mutating func copy(_ text: Span<UInt8>) -> StringView {
        if arenas.isEmpty || arenas[arenas.count - 1].capacity - arenas[arenas.count - 1].byteCount < text.count {
            arenas.append(Arena(byteCount: max(text.count, 1 << 16)))
        }
        let arena = arenas[arenas.count - 1]
        let start = arena.byteCount
        arena.append(text.bytes)
        return arena.view(at: start, byteCount: text.count)
    }

    /// The columns of text, which share the arenas of the lines.
    consuming func finish(sharing lines: ArenaSet) -> [Column] {
        var all = lines
        all.formUnion(ArenaSet(arenas))
        return (0..<fieldCount).map { field in
            let taken = lanes.take(lane: field, rowCount: rowCount, rowCapacity: 1)
            return Column(
                type: DataType(.string),
                count: rowCount,
                values: taken.values,
                validity: taken.validity,
                arenas: all
            )
        }
    }
}
