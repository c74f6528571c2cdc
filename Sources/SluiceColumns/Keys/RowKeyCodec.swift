/// Bytes to values and back: the self-describing form of nested keys, and the decoding of encoded rows.
public enum RowKeyCodec {
    /// Appends a value in a form from which `value` reads it back.
    ///
    /// Maps keep their order.
    public static func append(_ value: Value, to bytes: inout [UInt8]) {
        switch value {
        case .null: bytes.append(0)
        case .boolean(let flag): bytes += [1, flag ? 1 : 0]
        case .integer(let number):
            bytes.append(2)
            appendWord(UInt64(bitPattern: number), to: &bytes)
        case .wide(let number):
            bytes.append(3)
            appendWord(UInt64(truncatingIfNeeded: number), to: &bytes)
            appendWord(UInt64(truncatingIfNeeded: number >> 64), to: &bytes)
        case .float(let number):
            bytes.append(4)
            appendWord(UInt64(number.bitPattern), to: &bytes)
        case .double(let number):
            bytes.append(5)
            appendWord(number.bitPattern, to: &bytes)
        case .bytes(let content):
            bytes.append(6)
            appendWord(UInt64(content.count), to: &bytes)
            bytes += content
        case .array(let elements): appendList(7, elements, to: &bytes)
        case .row(let fields): appendList(8, fields, to: &bytes)
        case .map(let keys, let values):
            appendList(9, keys, to: &bytes)
            for mapped in values { append(mapped, to: &bytes) }
        }
    }

    private static func appendList(_ tag: UInt8, _ values: [Value], to bytes: inout [UInt8]) {
        bytes.append(tag)
        appendWord(UInt64(values.count), to: &bytes)
        for value in values { append(value, to: &bytes) }
    }

    private static func appendWord(_ word: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }

    /// Reads a value that `append` wrote at `offset` and moves past it.
    public static func value(_ bytes: Span<UInt8>, at offset: inout Int) -> Value {
        let tag = bytes[offset]
        offset += 1
        switch tag {
        case 1:
            offset += 1
            return .boolean(bytes[offset - 1] != 0)
        case 2: return .integer(Int64(bitPattern: word(bytes, at: &offset)))
        case 3:
            let low = word(bytes, at: &offset)
            let high = word(bytes, at: &offset)
            return .wide(Int128(Int64(bitPattern: high)) << 64 | Int128(low))
        case 4: return .float(Float(bitPattern: UInt32(truncatingIfNeeded: word(bytes, at: &offset))))
        case 5: return .double(Double(bitPattern: word(bytes, at: &offset)))
        case 6:
            let count = Int(truncatingIfNeeded: word(bytes, at: &offset))
            var content: [UInt8] = []
            for index in offset..<offset + count { content.append(bytes[index]) }
            offset += count
            return .bytes(content)
        case 7: return .array(list(bytes, at: &offset))
        case 8: return .row(list(bytes, at: &offset))
        case 9:
            let keys = list(bytes, at: &offset)
            return .map(keys: keys, values: keys.map { _ in value(bytes, at: &offset) })
        default: return .null
        }
    }

    private static func list(_ bytes: Span<UInt8>, at offset: inout Int) -> [Value] {
        let count = Int(truncatingIfNeeded: word(bytes, at: &offset))
        return (0..<count).map { _ in value(bytes, at: &offset) }
    }

    private static func word(_ bytes: Span<UInt8>, at offset: inout Int) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<8 { word |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
        offset += 8
        return word
    }
}
