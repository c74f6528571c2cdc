import SluiceColumns

/// STR_TO_MAP: splits as Java's `String.split` does, then keeps the last value of each key.
enum TextMapSplitter {
    /// The kernel of one call.
    @Sendable
    static func kernel(_ call: ResolvedCall) throws -> ScalarKernel {
        let programs = RegexCache()
        let comma = Column.constant(.string(","), .notNull(.char(1)), count: 1)
        let equals = Column.constant(.string("="), .notNull(.char(1)), count: 1)
        return StrictKernel.make(call) { arguments, rowCount in
            let columns = arguments.count == 3 ? arguments : [arguments[0], comma, equals]
            let texts = columns.text(0)
            let lists = columns.text(1)
            let pairs = columns.text(2)
            var keys = TextListResult(arguments, rowCount: rowCount)
            var values = TextListResult(arguments, rowCount: rowCount)
            for row in 0..<rowCount {
                if keys.isPresent(row), texts[row].count > 0 {
                    let text = texts[row]
                    let parts = try ranges(text, splitBy: try required(programs, lists[row]))
                    let entries = try parts.map { range in
                        try entry(text, range, try required(programs, pairs[row]))
                    }
                    append(entries, of: text, to: &keys, &values)
                }
                keys.endRow(row)
                values.endRow(row)
            }
            let list = DataType(.array(DataType(.string)))
            let keyColumn = try keys.finish(list)
            let valueColumn = try values.finish(list)
            return Column(
                type: call.type,
                count: rowCount,
                values: offsets(keyColumn),
                validity: keyColumn.validity,
                children: [keyColumn.children[0], valueColumn.children[0]]
            )
        }
    }

    /// A copy of the offsets of a list, which a column does not hand out.
    private static func offsets(_ column: Column) -> RawBuffer {
        var lane = MutableLane<Int32>(count: column.count + 1)
        var slots = lane.span
        let source = column.offsets
        for index in 0...column.count { slots[index] = source[index] }
        return lane.finish()
    }

    private static func required(_ programs: RegexCache, _ pattern: Span<UInt8>) throws -> RegexProgram {
        guard let program = try programs.program(pattern) else {
            throw EvaluationError("badPattern", "'\(String(copying: pattern))' is no regular expression")
        }
        return program
    }

    /// The parts between matches; empty parts at the end are left out, and so is an empty match at the start.
    private static func ranges(_ text: Span<UInt8>, splitBy program: RegexProgram) throws -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var copied = 0
        var start: Int? = 0
        while let from = start, try program.find(in: text, from: from), let range = program.range(0) {
            if range.upperBound > 0 { parts.append(copied..<range.lowerBound) }
            copied = range.upperBound
            start = program.nextStart(text)
        }
        parts.append(copied..<text.count)
        if copied == 0 { return parts }
        while let last = parts.last, last.isEmpty { parts.removeLast() }
        return parts
    }

    /// Key and value of one pair; without a separator the whole is the key and the value NULL.
    private static func entry(
        _ text: Span<UInt8>,
        _ range: Range<Int>,
        _ program: RegexProgram
    ) throws -> (key: Range<Int>, value: Range<Int>?) {
        let pair = text.extracting(range)
        var from = 0
        while try program.find(in: pair, from: from), let found = program.range(0) {
            if found.upperBound > 0 {
                let base = range.lowerBound
                return (base..<base + found.lowerBound, base + found.upperBound..<range.upperBound)
            }
            guard let next = program.nextStart(pair) else { break }
            from = next
        }
        return (range, nil)
    }

    private static func append(
        _ entries: [(key: Range<Int>, value: Range<Int>?)],
        of text: Span<UInt8>,
        to keys: inout TextListResult,
        _ values: inout TextListResult
    ) {
        for index in hashOrder(entries.map { JavaHash.string(text.extracting($0.key)) }) {
            let entry = entries[index]
            var isReplaced = false
            for later in entries[(index + 1)...] where !isReplaced {
                isReplaced = ByteSearch.equal(text.extracting(later.key), text.extracting(entry.key))
            }
            if isReplaced { continue }
            keys.append(text.extracting(entry.key))
            if let value = entry.value { values.append(text.extracting(value)) } else { values.appendNull() }
        }
    }

    /// The order in which Flink gives the entries back: they go through a `java.util.HashMap` of 16 places or more,
    /// and from there into one with just the places that so many entries need.
    private static func hashOrder(_ hashes: [Int32]) -> [Int] {
        let count = Set(hashes).count
        var grown: UInt32 = 16
        while UInt32(count) * 4 > grown * 3 { grown *= 2 }
        let wanted = count <= 2 ? count + 1 : (count * 4 + 2) / 3
        var exact: UInt32 = 1
        while exact < UInt32(wanted) { exact *= 2 }
        func place(_ index: Int, _ capacity: UInt32) -> UInt32 {
            let hash = UInt32(bitPattern: hashes[index])
            return (hash ^ hash >> 16) & (capacity - 1)
        }
        return hashes.indices.sorted {
            (place($0, exact), place($0, grown), $0) < (place($1, exact), place($1, grown), $1)
        }
    }
}
