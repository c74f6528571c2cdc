import Glibc

/// Rows as byte strings whose order, byte by byte, is the order of a list of sort fields.
///
/// Per field a marker (NULL first 0, value 1, NULL last 2), then the value: integers big-endian with the sign bit
/// turned, floating point so that -0 equals 0 and NaN is the greatest, text with zero bytes escaped and a terminator.
/// A descending field has the bytes of its value inverted. Reused from batch to batch.
public final class SortKeys {
    private var bytes = GrowableLane<UInt8>(minimumCapacity: 1 << 12)
    private var ends = GrowableLane<Int>()
    private var cursors = GrowableLane<Int>()

    /// Makes an empty buffer.
    public init() {}

    /// Rows held.
    public var count: Int { ends.count }

    /// Whether values of the type have an order; nested types have none.
    public static func supports(_ type: DataType) -> Bool {
        switch type.lane {
        case .list, .map, .row: false
        default: true
        }
    }

    /// The key of row `row`.
    @_lifetime(borrow self)
    public func key(_ row: Int) -> Span<UInt8> {
        let start = row == 0 ? 0 : ends[row - 1]
        let length = ends[row] - start
        // SAFETY: the row lies in the buffer, which self owns and which does not change while self is borrowed.
        return unsafe _overrideLifetime(
            Span(_unsafeStart: UnsafePointer(bytes.base + start), count: length),
            borrowing: self
        )
    }

    /// Below zero where key `first` comes before key `second`, zero where they are equal, else above.
    public static func compare(_ first: Span<UInt8>, _ second: Span<UInt8>) -> Int {
        let order = unsafe first.withUnsafeBufferPointer { one in
            // SAFETY: both keys hold at least as many bytes as are compared.
            unsafe second.withUnsafeBufferPointer { other in
                guard let left = one.baseAddress, let right = other.baseAddress else { return 0 }
                return Int(unsafe memcmp(left, right, min(one.count, other.count)))
            }
        }
        return order != 0 ? order : first.count - second.count
    }

    /// Replaces the content with the keys of the rows of `columns` under `fields`, all of supported types.
    public func encode(_ columns: [Column], _ fields: [SortField], rowCount: Int) {
        for field in fields { precondition(Self.supports(columns[field.column].type)) }
        ends.truncate(to: 0)
        ends.resize(to: rowCount, filling: 0)
        cursors.truncate(to: 0)
        cursors.resize(to: rowCount, filling: 0)
        for field in fields { addSizes(columns[field.column]) }
        var total = 0
        for row in 0..<rowCount {
            let size = ends[row]
            cursors[row] = total
            total += size
            ends[row] = total
        }
        // Every byte of a key is written, so what earlier keys left behind may stay.
        bytes.resize(to: total, filling: 0)
        for field in fields { write(columns[field.column], field) }
    }

    private func addSizes(_ column: Column) {
        let isText = column.type.lane == .view
        let stride = column.type.lane == .null ? 0 : column.type.lane.stride
        for row in 0..<ends.count {
            if column.isNull(row) {
                ends[row] += 1
            } else if isText {
                ends[row] += 1 + Self.escapedCount(column.strings[column.isConstant ? 0 : row])
            } else {
                ends[row] += 1 + stride
            }
        }
    }

    /// Bytes of a text with each zero byte doubled, and its terminator.
    private static func escapedCount(_ text: Span<UInt8>) -> Int {
        var count = text.count + 2
        for index in 0..<text.count where text[index] == 0 { count += 1 }
        return count
    }

    private func write(_ column: Column, _ field: SortField) {
        switch column.type.lane {
        case .bool: fixed(column, column.bools, field) { UInt64($0) }
        case .int8: fixed(column, column.int8s, field) { UInt64(UInt8(bitPattern: $0) ^ 0x80) }
        case .int16: fixed(column, column.int16s, field) { UInt64(UInt16(bitPattern: $0) ^ 0x8000) }
        case .int32: fixed(column, column.int32s, field) { UInt64(UInt32(bitPattern: $0) ^ 0x8000_0000) }
        case .int64: fixed(column, column.int64s, field) { UInt64(bitPattern: $0) ^ 1 << 63 }
        case .float: fixed(column, column.floats, field) { Self.ordered($0) }
        case .double: fixed(column, column.doubles, field) { Self.ordered($0) }
        case .int128: wide(column, field)
        case .view: text(column, field)
        case .null, .list, .map, .row: for row in 0..<ends.count { mark(row, isNull: true, field) }
        }
    }

    private static func ordered(_ value: Float) -> UInt64 {
        if value.isNaN { return 0xffff_ffff }
        let bits = (value == 0 ? 0 : value).bitPattern
        return UInt64(bits >> 31 == 0 ? bits | 1 << 31 : ~bits)
    }

    private static func ordered(_ value: Double) -> UInt64 {
        if value.isNaN { return .max }
        let bits = (value == 0 ? 0 : value).bitPattern
        return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
    }

    private func mark(_ row: Int, isNull: Bool, _ field: SortField) {
        bytes[cursors[row]] = isNull ? (field.nullsFirst ? 0 : 2) : 1
        cursors[row] += 1
    }

    /// Writes values whose unsigned words have the order of the values.
    @inline(__always)
    private func fixed<Slot: BitwiseCopyable>(
        _ column: Column,
        _ slots: Span<Slot>,
        _ field: SortField,
        _ word: (Slot) -> UInt64
    ) {
        let step = column.isConstant ? 0 : 1
        let turn: UInt64 = field.isDescending ? .max : 0
        for row in 0..<ends.count {
            let isNull = column.isNull(row)
            mark(row, isNull: isNull, field)
            if !isNull { put(word(slots[row &* step]) ^ turn, byteCount: MemoryLayout<Slot>.size, row) }
        }
    }

    private func wide(_ column: Column, _ field: SortField) {
        let slots = column.int128s
        let step = column.isConstant ? 0 : 1
        let turn: UInt64 = field.isDescending ? .max : 0
        for row in 0..<ends.count {
            let isNull = column.isNull(row)
            mark(row, isNull: isNull, field)
            if isNull { continue }
            let value = slots[row &* step]
            put((UInt64(truncatingIfNeeded: value >> 64) ^ 1 << 63) ^ turn, byteCount: 8, row)
            put(UInt64(truncatingIfNeeded: value) ^ turn, byteCount: 8, row)
        }
    }

    /// The low `byteCount` bytes of a word, the highest first.
    @inline(__always)
    private func put(_ word: UInt64, byteCount: Int, _ row: Int) {
        let at = cursors[row]
        for index in 0..<byteCount {
            bytes[at &+ index] = UInt8(truncatingIfNeeded: word >> UInt64(8 &* (byteCount &- 1 &- index)))
        }
        cursors[row] = at &+ byteCount
    }

    /// A zero byte becomes 0 255, and 0 0 ends the text: so a text comes before all that it is a prefix of.
    private func text(_ column: Column, _ field: SortField) {
        let strings = column.strings
        let turn: UInt8 = field.isDescending ? 0xff : 0
        for row in 0..<ends.count {
            let isNull = column.isNull(row)
            mark(row, isNull: isNull, field)
            if isNull { continue }
            let value = strings[column.isConstant ? 0 : row]
            var at = cursors[row]
            for index in 0..<value.count {
                bytes[at] = value[index] ^ turn
                at &+= 1
                if value[index] == 0 {
                    bytes[at] = 0xff ^ turn
                    at &+= 1
                }
            }
            bytes[at] = turn
            bytes[at &+ 1] = turn
            cursors[row] = at &+ 2
        }
    }
}
