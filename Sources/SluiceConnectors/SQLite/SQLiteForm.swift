import SluiceColumns

/// How rows wait for SQLite: cell by cell a mark and what is bound.
///
/// - 0: NULL
/// - 1: an integer, zigzag in groups of 7 bits, lowest first
/// - 2: a double, 8 bytes, lowest first
/// - 3, 4: a text or blob, its byte count in groups of 7 bits and the bytes
enum SQLiteForm: StagedForm {
    static let null: UInt8 = 0
    static let integer: UInt8 = 1
    static let double: UInt8 = 2
    static let text: UInt8 = 3
    static let blob: UInt8 = 4

    static func append(_ columns: [Column], _ row: Int, to output: inout TextBuffer) {
        for column in columns { append(column, row, to: &output) }
    }

    private static func append(_ column: Column, _ row: Int, to output: inout TextBuffer) {
        if column.isNull(row) { return output.append(null) }
        let slot = column.isConstant ? 0 : row
        switch column.type.logical {
        case .boolean: append(integer: Int64(column.bools[slot]), to: &output)
        case .tinyint: append(integer: Int64(column.int8s[slot]), to: &output)
        case .smallint: append(integer: Int64(column.int16s[slot]), to: &output)
        case .int: append(integer: Int64(column.int32s[slot]), to: &output)
        case .bigint: append(integer: column.int64s[slot], to: &output)
        case .float: append(double: Double(column.floats[slot]), to: &output)
        case .double: append(double: column.doubles[slot], to: &output)
        case .char, .varchar, .variant: append(text, column.strings, slot, to: &output)
        case .binary, .varbinary, .bitmap: append(blob, column.strings, slot, to: &output)
        default: append(formatted: column, slot, to: &output)
        }
    }

    private static func append(integer value: Int64, to output: inout TextBuffer) {
        output.append(integer)
        append(count: UInt64(bitPattern: value << 1 ^ value >> 63), to: &output)
    }

    /// SQLite has no NaN and would make NULL of it; as a text it stays what it is.
    private static func append(double value: Double, to output: inout TextBuffer) {
        if value.isNaN { return append(short: "NaN", to: &output) }
        output.append(double)
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            output.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
        }
    }

    private static func append(_ mark: UInt8, _ strings: StringSpan, _ slot: Int, to output: inout TextBuffer) {
        let bytes = strings[slot]
        output.append(mark)
        append(count: UInt64(bytes.count), to: &output)
        output.append(bytes)
    }

    private static func append(short value: String, to output: inout TextBuffer) {
        output.append(text)
        append(count: UInt64(value.utf8.count), to: &output)
        output.append(value)
    }

    /// Appends a decimal, date or time as a text, whose count, below 128, is known afterwards.
    private static func append(formatted column: Column, _ slot: Int, to output: inout TextBuffer) {
        var value = TextBuffer(byteCapacity: 64)
        switch column.type.logical {
        case .decimal(_, let scale): value.append(wideDecimal: DecimalSlot.value(column, slot), scale: scale)
        default: TimeFieldText.append(column, slot, standard: .sql, to: &value)
        }
        output.append(text)
        append(count: UInt64(value.count), to: &output)
        output.append(value.bytes)
    }

    private static func append(count: UInt64, to output: inout TextBuffer) {
        var rest = count
        while rest >= 0x80 {
            output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        output.append(UInt8(truncatingIfNeeded: rest))
    }

    /// A cell as it is read back.
    enum Cell: Hashable {
        case null
        case integer(Int64)
        case double(Double)
        case text(Range<Int>)
        case blob(Range<Int>)
    }

    /// Reads the cell at `offset` and moves past it; nil where the bytes end too early or make no sense.
    static func cell(_ bytes: Span<UInt8>, at offset: inout Int) -> Cell? {
        guard offset < bytes.count else { return nil }
        let mark = bytes[offset]
        offset += 1
        switch mark {
        case null: return .null
        case integer:
            guard let word = count(bytes, at: &offset) else { return nil }
            return .integer(Int64(bitPattern: word >> 1) ^ -Int64(bitPattern: word & 1))
        case double:
            guard bytes.count - offset >= 8 else { return nil }
            var word: UInt64 = 0
            for index in 0..<8 { word |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
            offset += 8
            return .double(Double(bitPattern: word))
        case text, blob:
            guard let word = count(bytes, at: &offset), word <= UInt64(bytes.count - offset) else { return nil }
            let range = offset..<offset + Int(word)
            offset = range.upperBound
            return mark == text ? .text(range) : .blob(range)
        default: return nil
        }
    }

    private static func count(_ bytes: Span<UInt8>, at offset: inout Int) -> UInt64? {
        var word: UInt64 = 0
        var shift: UInt64 = 0
        while offset < bytes.count, shift < 64 {
            let byte = bytes[offset]
            offset += 1
            word |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return word }
            shift += 7
        }
        return nil
    }
}
