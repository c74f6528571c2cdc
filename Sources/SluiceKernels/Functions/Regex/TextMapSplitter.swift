import SluiceColumns

/// STR_TO_MAP: splits as Java's `String.split` does, then keeps the last value of each key.
///
/// The order of the entries is Flink's, by the hash of each key; computing it makes this more than 100 ns a row.
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
            var entries = TextMapEntries()
            for row in 0..<rowCount {
                if keys.isPresent(row), texts[row].count > 0 {
                    let list = try Separator(lists[row], programs)
                    let pair = try Separator(pairs[row], programs)
                    try entries.split(texts[row], list, pair)
                    entries.append(of: texts[row], to: &keys, &values)
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
}

/// What stands between parts: one byte, as nearly always, or what a regular expression matches.
private enum Separator {
    case byte(UInt8)
    case program(RegexProgram)

    /// - Throws: `EvaluationError` where the pattern is none.
    init(_ pattern: Span<UInt8>, _ programs: RegexCache) throws {
        if pattern.count == 1, pattern[0] < 0x80, !Self.isSpecial(pattern[0]) {
            self = .byte(pattern[0])
            return
        }
        guard let program = try programs.program(pattern) else {
            throw EvaluationError("badPattern", "'\(String(copying: pattern))' is no regular expression")
        }
        self = .program(program)
    }

    /// Whether a byte alone means something else than itself in a pattern.
    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "$"), UInt8(ascii: "|"), UInt8(ascii: "("), UInt8(ascii: ")"),
            UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "^"), UInt8(ascii: "?"), UInt8(ascii: "*"),
            UInt8(ascii: "+"), UInt8(ascii: "\\"):
            true
        default: false
        }
    }

    /// The first separator at or after `start` that does not end at the start of the text.
    func find(in text: Span<UInt8>, from start: Int) throws -> Range<Int>? {
        switch self {
        case .byte(let byte):
            let offset = ByteScan.firstOffset(of: byte, in: text, from: start)
            return offset < text.count ? offset..<offset + 1 : nil
        case .program(let program):
            var next: Int? = start
            while let from = next, try program.find(in: text, from: from), let range = program.range(0) {
                if range.upperBound > 0 { return range }
                next = program.nextStart(text)
            }
            return nil
        }
    }

    /// Where to look for the next separator; nil behind the end.
    func nextStart(after range: Range<Int>, in text: Span<UInt8>) -> Int? {
        if !range.isEmpty { return range.upperBound }
        return range.upperBound < text.count ? StringFunctions.characterEnd(text, range.upperBound) : nil
    }
}

/// The entries of one row; its memory serves all rows.
private struct TextMapEntries {
    private var parts: [Range<Int>] = []
    private var keys: [Range<Int>] = []
    private var values: [Range<Int>?] = []
    private var hashes: [Int32] = []
    private var order: [Int] = []

    /// Finds the keys and values of a text.
    mutating func split(_ text: Span<UInt8>, _ list: Separator, _ pair: Separator) throws {
        keys.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        hashes.removeAll(keepingCapacity: true)
        try splitParts(text, list)
        for part in parts {
            // Key and value of one pair; without a separator the whole is the key and the value NULL.
            let found = try pair.find(in: text.extracting(part), from: 0)
            let base = part.lowerBound
            let key = found.map { base..<base + $0.lowerBound } ?? part
            keys.append(key)
            values.append(found.map { base + $0.upperBound..<part.upperBound })
            hashes.append(JavaHash.string(text.extracting(key)))
        }
    }

    /// Fills `parts` with what stands between separators; empty parts at the end are left out.
    private mutating func splitParts(_ text: Span<UInt8>, _ separator: Separator) throws {
        parts.removeAll(keepingCapacity: true)
        var copied = 0
        var start: Int? = 0
        while let from = start, let range = try separator.find(in: text, from: from) {
            parts.append(copied..<range.lowerBound)
            copied = range.upperBound
            start = separator.nextStart(after: range, in: text)
        }
        parts.append(copied..<text.count)
        if copied == 0 { return }
        while let last = parts.last, last.isEmpty { parts.removeLast() }
    }

    /// Appends the last entry of each key in the order of Flink.
    mutating func append(of text: Span<UInt8>, to keyList: inout TextListResult, _ valueList: inout TextListResult) {
        sortByHash()
        for index in order {
            var isReplaced = false
            for later in index + 1..<max(keys.count, index + 1) where hashes[later] == hashes[index] && !isReplaced {
                isReplaced = ByteSearch.equal(text.extracting(keys[later]), text.extracting(keys[index]))
            }
            if isReplaced { continue }
            keyList.append(text.extracting(keys[index]))
            if let value = values[index] { valueList.append(text.extracting(value)) } else { valueList.appendNull() }
        }
    }

    private var distinctHashCount: Int {
        if hashes.count > 32 { return Set(hashes).count }
        var count = 0
        for index in hashes.indices {
            var isNew = true
            for earlier in 0..<index where hashes[earlier] == hashes[index] { isNew = false }
            if isNew { count += 1 }
        }
        return count
    }

    /// Fills `order` with the order in which Flink gives the entries back.
    ///
    /// They go through a `java.util.HashMap` that grows from 16 places, and from there into one with just the places
    /// that so many entries need.
    private mutating func sortByHash() {
        let count = distinctHashCount
        var grown: UInt32 = 16
        while UInt32(count) * 4 > grown * 3 { grown *= 2 }
        let wanted = count <= 2 ? count + 1 : (count * 4 + 2) / 3
        var exact: UInt32 = 1
        while exact < UInt32(wanted) { exact *= 2 }
        let hashes = hashes
        func place(_ index: Int, _ capacity: UInt32) -> UInt32 {
            let hash = UInt32(bitPattern: hashes[index])
            return (hash ^ hash >> 16) & (capacity - 1)
        }
        order.removeAll(keepingCapacity: true)
        for index in hashes.indices { order.append(index) }
        order.sort { (place($0, exact), place($0, grown), $0) < (place($1, exact), place($1, grown), $1) }
    }
}
