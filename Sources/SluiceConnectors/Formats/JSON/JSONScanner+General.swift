import SluiceColumns

/// The JSON types of scalar text.
enum JSONToken {
    case string, integer, fraction, boolean
}

extension JSONScanner {
    /// Reads any value into any target by the rules.
    @inline(never)
    mutating func generalValue(_ target: Int, row: Int, at start: Int, _ bytes: PaddedBytes) -> Int {
        let offset = Self.skipBlanks(start, bytes)
        switch bytes[offset] {
        case UInt8(ascii: "\""): return stringValue(target, row: row, at: offset, bytes)
        case UInt8(ascii: "{"): return objectValue(target, row: row, at: offset, bytes)
        case UInt8(ascii: "["): return arrayValue(target, row: row, at: offset, bytes)
        case UInt8(ascii: "n"), UInt8(ascii: "t"), UInt8(ascii: "f"):
            let end = literal(offset, bytes)
            if end < 0 { return -1 }
            if bytes[offset] == UInt8(ascii: "n") {
                clear(target, row: row)
                noteNull(target, row: row)
                return end
            }
            return convert(bytes.span(offset..<end), .boolean, target, row: row, at: offset, end: end)
        default:
            let number = number(offset, bytes)
            if number.end < 0 { return -1 }
            let token: JSONToken = number.isInteger ? .integer : .fraction
            return convert(bytes.span(offset..<number.end), token, target, row: row, at: offset, end: number.end)
        }
    }

    /// Makes row `row` of a target NULL, if an earlier field of the same name has set it.
    private mutating func clear(_ target: Int, row: Int) {
        if lanes.isValid(lane: targets[target].lane, row: row) { clearRows(target, from: row, to: row + 1) }
    }

    private mutating func stringValue(_ target: Int, row: Int, at offset: Int, _ bytes: PaddedBytes) -> Int {
        if targets[target].kind == .string {
            let text = string(offset &+ 1, bytes)
            if text.end < 0 { return -1 }
            lanes.store(text.view, lane: targets[target].lane, row: row)
            return text.end
        }
        let end = skipString(offset &+ 1, bytes)
        if end < 0 { return -1 }
        let text = bytes.span(offset + 1..<end - 1)
        if bytes.firstIndex(of: UInt8(ascii: "\\"), in: offset + 1..<end - 1) == nil {
            if isMinuteText(target, text) {
                minuteWord0 = bytes.word64(offset &+ 1)
                minuteWord1 = bytes.nextWord64(offset &+ 1)
            }
            return convert(text, .string, target, row: row, at: offset, end: end)
        }
        let plain = JSONText.unescaped(text)
        return convert(plain.span, .string, target, row: row, at: offset, end: end)
    }

    /// Whether `text` is a whole timestamp, whose minute is then remembered.
    private mutating func isMinuteText(_ target: Int, _ text: Span<UInt8>) -> Bool {
        guard targets[target].kind == .timestamp64, text.count == 19 || text.count == 23 else { return false }
        guard text[16] == UInt8(ascii: ":"), text[11] < UInt8(ascii: "2") || text[12] < UInt8(ascii: "4") else {
            return false
        }
        let value = TimestampText.parse(text, standard: rules.timestampStandard, isUTC: false)
        guard let micros = value?.micros else { return false }
        minuteMicros = floorDivide(micros, 60_000_000) * 60_000_000
        return true
    }

    private mutating func objectValue(_ target: Int, row: Int, at offset: Int, _ bytes: PaddedBytes) -> Int {
        switch targets[target].kind {
        case .row:
            clear(target, row: row)
            lanes.setValid(lane: targets[target].lane, row: row)
            return nestedObject(target, row: row, from: offset &+ 1, bytes)
        case .map: return map(target, row: row, from: offset &+ 1, bytes)
        case .string: return treeText(target, row: row, at: offset, bytes)
        default: return badField(target, row: row, at: offset, bytes)
        }
    }

    private mutating func arrayValue(_ target: Int, row: Int, at offset: Int, _ bytes: PaddedBytes) -> Int {
        switch targets[target].kind {
        case .list: return list(target, row: row, from: offset &+ 1, bytes)
        case .string: return treeText(target, row: row, at: offset, bytes)
        default: return badField(target, row: row, at: offset, bytes)
        }
    }

    /// An array or object that does not fit its target.
    private mutating func badField(_ target: Int, row: Int, at offset: Int, _ bytes: PaddedBytes) -> Int {
        guard rules.ignoresParseErrors else { return fail(offset, "the value does not fit the type of its field") }
        badFieldCount += 1
        clear(target, row: row)
        noteNull(target, row: row)
        return skipAny(offset, depth: targets[target].depth, bytes)
    }

    /// Stores an array or object as its text, written as Jackson would.
    private mutating func treeText(_ target: Int, row: Int, at offset: Int, _ bytes: PaddedBytes) -> Int {
        let end = skipAny(offset, depth: targets[target].depth, bytes)
        if end < 0 { return -1 }
        guard UnicodeText.isValid(bytes.span(offset..<end)) else { return fail(offset, "the text is not UTF-8") }
        var output = TextBuffer(byteCapacity: end - offset + 16)
        JSONTree.appendNormalised(bytes.span(offset..<end), to: &output)
        lanes.store(copied(output.bytes), lane: targets[target].lane, row: row)
        return end
    }

    /// A view of a copy of `text` in the scratch arena.
    private mutating func copied(_ text: Span<UInt8>) -> StringView {
        var arena = scratch.current
        if arena.capacity - arena.byteCount < text.count {
            arena = scratch.next(holding: text.count)
        }
        let start = arena.byteCount
        arena.append(text.bytes)
        return arena.view(at: start, byteCount: text.count)
    }

    /// Reads the elements of an array; `start` is behind its bracket.
    private mutating func list(_ target: Int, row: Int, from start: Int, _ bytes: PaddedBytes) -> Int {
        clear(target, row: row)
        let element = targets[target].element
        let (kind, lane) = (targets[element].kind, targets[element].lane)
        var position = Self.skipBlanks(start, bytes)
        if bytes[position] == UInt8(ascii: "]") {
            endCollection(target, row: row)
            return position &+ 1
        }
        while true {
            position = Self.skipBlanks(position, bytes)
            let elementRow = addElement(target)
            position = value(kind, target: element, lane: lane, row: elementRow, at: position, bytes)
            if position < 0 { return -1 }
            position = Self.skipBlanks(position, bytes)
            if bytes[position] == UInt8(ascii: "]") { break }
            guard bytes[position] == UInt8(ascii: ",") else { return fail(position, "expected ',' or ']'") }
            position &+= 1
        }
        endCollection(target, row: row)
        return position &+ 1
    }

    private mutating func addElement(_ target: Int) -> Int {
        let row = elementCounts[target]
        elementCounts[target] = row + 1
        if targets[target].key >= 0 { reserve(targets[target].key, rowCount: row + 1) }
        reserve(targets[target].element, rowCount: row + 1)
        return row
    }

    /// Makes room for `rowCount` elements in a target and the fields below it.
    private mutating func reserve(_ target: Int, rowCount: Int) {
        if lanes.rowCapacity(lane: targets[target].lane) >= rowCount { return }
        lanes.reserve(lane: targets[target].lane, rowCount: rowCount)
        if targets[target].offsetLane >= 0 { lanes.reserve(lane: targets[target].offsetLane, rowCount: rowCount) }
        if targets[target].object >= 0 {
            for field in objects[targets[target].object].targets { reserve(field, rowCount: rowCount) }
        }
    }

    private mutating func endCollection(_ target: Int, row: Int) {
        lanes.store(Int32(truncatingIfNeeded: elementCounts[target]), lane: targets[target].offsetLane, row: row)
        lanes.setValid(lane: targets[target].lane, row: row)
    }

    /// Reads the entries of a map; `start` is behind its brace.
    ///
    /// Of equal keys the last one counts.
    private mutating func map(_ target: Int, row: Int, from start: Int, _ bytes: PaddedBytes) -> Int {
        clear(target, row: row)
        let first = elementCounts[target]
        var seen = JSONKeySet()
        var end = entries(target, from: start, dropping: [], seen: &seen, bytes)
        if end < 0 { return -1 }
        if !seen.superseded.isEmpty {
            truncate(target, to: first)
            var unused = JSONKeySet()
            end = entries(target, from: start, dropping: seen.superseded, seen: &unused, bytes)
            if end < 0 { return -1 }
        }
        endCollection(target, row: row)
        return end
    }

    private mutating func entries(
        _ target: Int,
        from start: Int,
        dropping dropped: Set<Int>,
        seen: inout JSONKeySet,
        _ bytes: PaddedBytes
    ) -> Int {
        let (keyLane, element) = (targets[targets[target].key].lane, targets[target].element)
        var position = Self.skipBlanks(start, bytes)
        if bytes[position] == UInt8(ascii: "}") { return position &+ 1 }
        var ordinal = 0
        while true {
            guard bytes[position] == UInt8(ascii: "\"") else {
                return fail(position, "expected a field name in quotes")
            }
            let key = string(position &+ 1, bytes)
            if key.end < 0 { return -1 }
            position = Self.skipBlanks(key.end, bytes)
            guard bytes[position] == UInt8(ascii: ":") else { return fail(position, "expected ':' after a field name") }
            position = Self.skipBlanks(position &+ 1, bytes)
            if dropped.contains(ordinal) {
                position = skipAny(position, depth: targets[target].depth, bytes)
            } else {
                let elementRow = addElement(target)
                lanes.store(key.view, lane: keyLane, row: elementRow)
                seen.insert(key.view, ordinal)
                position = value(
                    targets[element].kind,
                    target: element,
                    lane: targets[element].lane,
                    row: elementRow,
                    at: position,
                    bytes
                )
            }
            if position < 0 { return -1 }
            position = Self.skipBlanks(position, bytes)
            if bytes[position] == UInt8(ascii: "}") { return position &+ 1 }
            guard bytes[position] == UInt8(ascii: ",") else { return fail(position, "expected ',' or '}'") }
            position = Self.skipBlanks(position &+ 1, bytes)
            ordinal += 1
        }
    }
}

/// The keys of one map, to find those that come again.
struct JSONKeySet {
    private var views: [StringView] = []
    private var ordinals: [Int] = []
    /// Buckets by hash, built once there are many keys.
    private var buckets: [UInt64: [Int]] = [:]
    /// Ordinals of the entries that a later one replaces.
    private(set) var superseded: Set<Int> = []

    private static let linearCountMax = 16

    mutating func insert(_ view: StringView, _ ordinal: Int) {
        let index = views.count
        if index < Self.linearCountMax {
            for earlier in 0..<index where StringView.equal(views[earlier], view) {
                superseded.insert(ordinals[earlier])
            }
        } else {
            if index == Self.linearCountMax {
                for earlier in 0..<index { buckets[views[earlier].word0, default: []].append(earlier) }
            }
            for earlier in buckets[view.word0] ?? [] where StringView.equal(views[earlier], view) {
                superseded.insert(ordinals[earlier])
            }
            buckets[view.word0, default: []].append(index)
        }
        views.append(view)
        ordinals.append(ordinal)
    }
}
