import SluiceColumns
import SluiceConnect

/// What the options of the json format ask of a scanner.
struct JSONRules: Sendable {
    /// A field that does not fit its type becomes NULL, a record that is no JSON object is left out.
    var ignoresParseErrors = false
    /// A wanted field that is not there is an error.
    var failsOnMissingField = false
    /// How timestamps are written.
    var timestampStandard: TimestampText.Standard = .sql
}

/// Why a record was refused and where.
struct JSONFailure {
    /// The offset in the block.
    var offset = 0
    /// What is wrong.
    var reason: StaticString = ""
}

/// Decodes JSON objects straight into lanes, guided by what the last record looked like.
///
/// All functions take the offset of the next byte and return the offset behind what they read, or -1 where the text is
/// no JSON; `failure` then says why. Line feeds are no blanks: they end a record. Memory safety comes from
/// `PaddedBytes` and `LaneSet`, whose checks stay in.
struct JSONScanner: ~Copyable {
    let targets: [JSONTarget]
    /// Rows of each target that say NULL, where `JSONTarget.notesNulls`: what tells them from those not named at all.
    var notedNulls: [[Int32]]
    let columns: [Int]
    let rules: JSONRules
    var objects: [JSONObject]
    var slots: [JSONSlot] = []
    var keyBytes: [UInt8] = []
    var lanes: LaneSet
    /// Elements so far of each list and map, by target.
    var elementCounts: [Int]
    /// Text that needed unescaping.
    var scratch = JSONScratch()
    /// Where strings may end: quotes, escapes and line feeds.
    var marks = ByteMarks(of: UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x0a)
    var failure = JSONFailure()
    /// Whether a value of the batch points into the block.
    var usesBlock = false
    /// Fields that were replaced by NULL.
    var badFieldCount = 0
    /// The first 16 bytes of the last timestamp, and the minute that they say.
    var minuteWord0: UInt64 = 0
    var minuteWord1: UInt64 = 0
    var minuteMicros: Int64 = 0
    /// Serial number of the object being read that last had the field, by target; only where missing fields count.
    var seenSerials: [Int]
    var objectSerial = 0

    /// The deepest nesting that is read, as in Jackson.
    static let depthMax = 1_000
    /// Keys learned per object; the rest goes the slow way.
    static let slotCountMax = 64
    static let rowCapacity = RecordStream.rowCountMax

    init(_ plan: JSONPlan, rules: JSONRules) {
        targets = plan.targets
        columns = plan.columns
        objects = plan.objects
        self.rules = rules
        lanes = LaneSet(strides: plan.strides, rowCapacity: Self.rowCapacity)
        notedNulls = [[Int32]](repeating: [], count: plan.targets.count)
        elementCounts = [Int](repeating: 0, count: plan.targets.count)
        seenSerials = [Int](repeating: 0, count: plan.targets.count)
    }

    /// Records that the text at `offset` is not what it should be.
    @inline(never)
    mutating func fail(_ offset: Int, _ reason: StaticString) -> Int {
        failure = JSONFailure(offset: offset, reason: reason)
        return -1
    }

    /// The first offset from `offset` on that is no blank.
    @inline(__always)
    static func skipBlanks(_ offset: Int, _ bytes: PaddedBytes) -> Int {
        var position = offset
        while true {
            let byte = bytes[position]
            if byte != 0x20 && byte != 0x09 && byte != 0x0d { return position }
            position &+= 1
        }
    }

    /// Reads the members of an object; `start` is behind its brace.
    mutating func object(_ index: Int, row: Int, from start: Int, _ bytes: PaddedBytes) -> Int {
        var position = start
        var slotIndex = objects[index].firstSlot
        var previous = -1
        while true {
            let kind: JSONKind
            let target: Int
            let lane: Int
            let next: Int
            if slotIndex >= 0, let slot = matching(slotIndex, position, bytes) {
                kind = slot.kind
                target = Int(slot.target)
                lane = Int(slot.lane)
                // Only the lookup of the key that comes next changes this.
                next = Int(slot.next)
                position &+= Int(slot.byteCount)
            } else {
                // The end of the object, or a key that was not foreseen.
                if bytes[position] == UInt8(ascii: "}") { return position &+ 1 }
                let key = lookUp(index, isFirst: position == start, after: previous, at: position, bytes)
                if key.valueOffset < 0 || key.isEnd { return key.valueOffset }
                (kind, target, lane) = (key.kind, key.target, key.lane)
                (position, slotIndex) = (key.valueOffset, key.slot)
                next = slotIndex >= 0 ? Int(slots[slotIndex].next) : -1
            }
            position = value(kind, target: target, lane: lane, row: row, at: position, bytes)
            if position < 0 { return -1 }
            (previous, slotIndex) = (slotIndex, next)
        }
    }

    /// Slot `index` where its key stands at `offset`.
    @inline(__always)
    mutating func matching(_ index: Int, _ offset: Int, _ bytes: PaddedBytes) -> JSONSlot? {
        let slot = slots[index]
        let first = (bytes.word64(offset) ^ slot.word0) & slot.mask0
        let second = (bytes.nextWord64(offset) ^ slot.word1) & slot.mask1
        if first | second != 0 { return nil }
        return slot.byteCount <= 16 || matchesRest(index, offset, bytes) ? slot : nil
    }

    /// Compares a long key beyond its first 16 bytes.
    @inline(never)
    mutating func matchesRest(_ index: Int, _ offset: Int, _ bytes: PaddedBytes) -> Bool {
        let count = Int(slots[index].byteCount)
        let text = Int(slots[index].textOffset)
        if offset &+ count > bytes.count { return false }
        for byte in 16..<count where bytes[offset &+ byte] != keyBytes[text &+ byte] { return false }
        return true
    }

    /// Reads a value of a kind that is common by the short way, all else by `generalValue`.
    @inline(__always)
    mutating func value(
        _ kind: JSONKind,
        target: Int,
        lane: Int,
        row: Int,
        at offset: Int,
        _ bytes: PaddedBytes
    ) -> Int {
        switch kind {
        case .skip:
            return skipValue(offset, depth: 1, bytes)
        case .int64:
            let short = Self.shortInteger(bytes.word64(offset))
            if short.byteCount == 0 {
                return longInteger(kind, target: target, lane: lane, row: row, at: offset, bytes)
            }
            lanes.store(short.value, lane: lane, row: row)
            return offset &+ short.byteCount
        case .int32:
            let short = Self.shortInteger(bytes.word64(offset))
            if short.byteCount == 0 {
                return longInteger(kind, target: target, lane: lane, row: row, at: offset, bytes)
            }
            lanes.store(Int32(truncatingIfNeeded: short.value), lane: lane, row: row)
            return offset &+ short.byteCount
        case .string:
            if bytes[offset] == UInt8(ascii: "\"") {
                let text = string(offset &+ 1, bytes)
                if text.end < 0 { return -1 }
                lanes.store(text.view, lane: lane, row: row)
                return text.end
            }
            return generalValue(target, row: row, at: offset, bytes)
        case .timestamp64:
            if bytes[offset] == UInt8(ascii: "\""), bytes.word64(offset &+ 1) == minuteWord0,
                bytes.nextWord64(offset &+ 1) == minuteWord1, targets[target].precision >= 3
            {
                let micros = Self.secondsAndMillis(offset &+ 17, bytes)
                if micros >= 0 {
                    lanes.store(minuteMicros &+ micros, lane: lane, row: row)
                    return offset &+ 25
                }
            }
            return generalValue(target, row: row, at: offset, bytes)
        case .row:
            if bytes[offset] == UInt8(ascii: "{"), !lanes.isValid(lane: lane, row: row) {
                lanes.setValid(lane: lane, row: row)
                return nestedObject(target, row: row, from: offset &+ 1, bytes)
            }
            if bytes.word32(offset) == 0x6c6c_756e, !lanes.isValid(lane: lane, row: row) {
                noteNull(target, row: row)
                return offset &+ 4
            }
            return generalValue(target, row: row, at: offset, bytes)
        default:
            return generalValue(target, row: row, at: offset, bytes)
        }
    }

    /// Reads the fields of a ROW.
    @inline(never)
    mutating func nestedObject(_ target: Int, row: Int, from offset: Int, _ bytes: PaddedBytes) -> Int {
        let index = targets[target].object
        if !rules.failsOnMissingField { return object(index, row: row, from: offset, bytes) }
        return completeObject(index, row: row, from: offset, bytes)
    }

    /// Reads an object that must have all wanted fields.
    mutating func completeObject(_ index: Int, row: Int, from offset: Int, _ bytes: PaddedBytes) -> Int {
        objectSerial += 1
        let serial = objectSerial
        for target in objects[index].targets { seenSerials[target] = -serial }
        let end = object(index, row: row, from: offset, bytes)
        if end < 0 { return end }
        for target in objects[index].targets where seenSerials[target] == -serial {
            return fail(offset, "some field is missing in the JSON data")
        }
        return end
    }

    /// Microseconds of `:ss.SSS"` at `offset`, or -1 where something else stands there.
    @inline(__always)
    static func secondsAndMillis(_ offset: Int, _ bytes: PaddedBytes) -> Int64 {
        // Bytes ":00.000\"" from the lowest on: digits become 0...9, the other three 0.
        let word = bytes.word64(offset) ^ 0x2230_3030_2e30_303a
        let excess = word &+ 0x7f76_7676_7f76_767f
        if (word | excess) & 0x8080_8080_8080_8080 != 0 { return -1 }
        let seconds = ((word >> 8) & 0xff) &* 10 &+ ((word >> 16) & 0xff)
        if seconds >= 60 { return -1 }
        let millis = ((word >> 32) & 0xff) &* 100 &+ ((word >> 40) & 0xff) &* 10 &+ ((word >> 48) & 0xff)
        return Int64(bitPattern: seconds &* 1_000_000 &+ millis &* 1_000)
    }

    /// The value of up to 7 digits that a word starts with and `,` or `}` follows; `byteCount` is 0 for all else.
    @inline(__always)
    static func shortInteger(_ word: UInt64) -> (value: Int64, byteCount: Int) {
        let values = word ^ 0x3030_3030_3030_3030
        let others = ((values &+ 0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080
        if others == 0 { return (0, 0) }
        // The lowest bit beyond the digits' bytes; 0 where there are none.
        let bitCount = UInt64(truncatingIfNeeded: others.trailingZeroBitCount) & 0x38
        let end = UInt8(truncatingIfNeeded: word &>> bitCount)
        if end != UInt8(ascii: ",") && end != UInt8(ascii: "}") || bitCount == 0 { return (0, 0) }
        // A leading zero is only right alone.
        if values & 0xff == 0 && bitCount != 8 { return (0, 0) }
        return (joined(values &<< (64 &- bitCount)), Int(truncatingIfNeeded: bitCount &>> 3))
    }

    /// An integer of up to 16 digits that ends in `,` or `}`; all else by `generalValue`.
    @inline(never)
    mutating func longInteger(
        _ kind: JSONKind,
        target: Int,
        lane: Int,
        row: Int,
        at offset: Int,
        _ bytes: PaddedBytes
    ) -> Int {
        let isNegative = bytes[offset] == UInt8(ascii: "-")
        let start = isNegative ? offset &+ 1 : offset
        let number = Self.digits(start, bytes)
        let end = bytes[number.end]
        let isPlain = end == UInt8(ascii: ",") || end == UInt8(ascii: "}")
        // A leading zero is only right alone; nothing read means no number.
        let isWhole = number.end > start && (bytes[start] != UInt8(ascii: "0") || number.end == start &+ 1)
        if isPlain && isWhole {
            let value = isNegative ? 0 &- number.value : number.value
            if kind == .int64 {
                lanes.store(value, lane: lane, row: row)
                return number.end
            }
            if let narrow = Int32(exactly: value) {
                lanes.store(narrow, lane: lane, row: row)
                return number.end
            }
        }
        return generalValue(target, row: row, at: offset, bytes)
    }

    /// Up to 16 digits from `offset` on; `end` is `offset` where there are none or more.
    @inline(__always)
    static func digits(_ offset: Int, _ bytes: PaddedBytes) -> (value: Int64, end: Int) {
        let first = Self.eightDigits(bytes.word64(offset))
        if first.count < 8 { return (first.value, offset &+ first.count) }
        let second = Self.eightDigits(bytes.nextWord64(offset))
        if second.count == 8 { return (0, offset) }
        var value = first.value
        for _ in 0..<second.count { value = value &* 10 }
        return (value &+ second.value, offset &+ 8 &+ second.count)
    }

    /// The digits that a word starts with, and how many.
    @inline(__always)
    static func eightDigits(_ word: UInt64) -> (value: Int64, count: Int) {
        let values = word ^ 0x3030_3030_3030_3030
        let others = ((values &+ 0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080
        let count = others.trailingZeroBitCount >> 3
        if count == 0 { return (0, 0) }
        return (joined(values &<< UInt64(64 &- 8 &* count)), count)
    }

    /// The number whose digits, each in a byte, the first in the lowest, are those of `digits`.
    @inline(__always)
    static func joined(_ digits: UInt64) -> Int64 {
        // Pairs, fours and the whole at once.
        let pairs = digits &* 10 &+ (digits >> 8)
        let low = (pairs & 0x0000_00ff_0000_00ff) &* (100 &+ (1_000_000 &<< 32))
        let high = ((pairs >> 16) & 0x0000_00ff_0000_00ff) &* (1 &+ (10_000 &<< 32))
        return Int64(bitPattern: (low &+ high) >> 32)
    }
}
