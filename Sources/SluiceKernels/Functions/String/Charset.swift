import SluiceColumns

/// A character set of ENCODE and DECODE.
///
/// What cannot be written becomes `?`, what cannot be read U+FFFD.
enum Charset {
    case ascii, latin1, utf8
    /// Big endian, with a byte order mark when written; a mark decides when read.
    case utf16
    case utf16BigEndian, utf16LittleEndian

    /// The set with this name or alias, in any case.
    ///
    /// - Throws: `EvaluationError` for any other name.
    init(_ name: Span<UInt8>) throws {
        let text = String(copying: name)
        switch text.uppercased() {
        case "US-ASCII", "ASCII", "ISO646-US", "ISO_646.IRV:1991", "CP367": self = .ascii
        case "ISO-8859-1", "ISO8859-1", "ISO8859_1", "ISO_8859-1", "LATIN1", "L1", "CP819", "8859_1": self = .latin1
        case "UTF-8", "UTF8": self = .utf8
        case "UTF-16", "UTF16", "UTF_16", "UNICODE": self = .utf16
        case "UTF-16BE", "UTF_16BE", "UNICODEBIGUNMARKED": self = .utf16BigEndian
        case "UTF-16LE", "UTF_16LE", "UNICODELITTLEUNMARKED": self = .utf16LittleEndian
        default: throw EvaluationError("unknownCharset", "no character set '\(text)'")
        }
    }

    /// Appends the bytes of `text`.
    func encode(_ text: Span<UInt8>, to buffer: inout TextBuffer) {
        if case .utf8 = self { return buffer.append(text) }
        if case .utf16 = self, text.count > 0 { append(unit: 0xFEFF, to: &buffer) }
        var index = 0
        while index < text.count {
            let (point, byteCount) = UnicodeText.codePoint(at: index, in: text) ?? (0xFFFD, 1)
            index += byteCount
            switch self {
            case .ascii: buffer.append(point < 0x80 ? UInt8(point) : UInt8(ascii: "?"))
            case .latin1: buffer.append(point < 0x100 ? UInt8(point) : UInt8(ascii: "?"))
            case .utf8: break
            case .utf16, .utf16BigEndian, .utf16LittleEndian:
                if point < 0x10000 {
                    append(unit: UInt16(point), to: &buffer)
                } else {
                    append(unit: UInt16(0xD800 + (point - 0x10000) >> 10), to: &buffer)
                    append(unit: UInt16(0xDC00 + (point - 0x10000) & 0x3FF), to: &buffer)
                }
            }
        }
    }

    private func append(unit: UInt16, to buffer: inout TextBuffer) {
        let high = UInt8(truncatingIfNeeded: unit >> 8)
        let low = UInt8(truncatingIfNeeded: unit)
        if case .utf16LittleEndian = self {
            buffer.append(low)
            buffer.append(high)
        } else {
            buffer.append(high)
            buffer.append(low)
        }
    }

    /// Appends the text that `bytes` stand for.
    func decode(_ bytes: Span<UInt8>, to buffer: inout TextBuffer) {
        switch self {
        case .utf8: UnicodeText.repair(bytes, into: &buffer)
        case .ascii, .latin1:
            var limit: UInt8 = 0xFF
            if case .ascii = self { limit = 0x7F }
            for index in 0..<bytes.count {
                buffer.append(codePoint: bytes[index] <= limit ? UInt32(bytes[index]) : 0xFFFD)
            }
        case .utf16BigEndian: Charset.decodeUnits(bytes, from: 0, isLittle: false, &buffer)
        case .utf16LittleEndian: Charset.decodeUnits(bytes, from: 0, isLittle: true, &buffer)
        case .utf16:
            let first = bytes.count >= 2 ? UInt16(bytes[0]) << 8 | UInt16(bytes[1]) : 0
            let isMarked = first == 0xFEFF || first == 0xFFFE
            Charset.decodeUnits(bytes, from: isMarked ? 2 : 0, isLittle: first == 0xFFFE, &buffer)
        }
    }

    private static func decodeUnits(
        _ bytes: Span<UInt8>,
        from start: Int,
        isLittle: Bool,
        _ buffer: inout TextBuffer
    ) {
        var index = start
        while index + 1 < bytes.count {
            let unit = unit(bytes, index, isLittle)
            index += 2
            guard unit & 0xFC00 == 0xD800, index + 1 < bytes.count else {
                buffer.append(codePoint: unit)
                continue
            }
            let second = Charset.unit(bytes, index, isLittle)
            if second & 0xFC00 == 0xDC00 {
                buffer.append(codePoint: 0x10000 + (unit & 0x3FF) << 10 + second & 0x3FF)
                index += 2
            } else {
                buffer.append(codePoint: 0xFFFD)
            }
        }
        if index < bytes.count { buffer.append(codePoint: 0xFFFD) }
    }

    private static func unit(_ bytes: Span<UInt8>, _ index: Int, _ isLittle: Bool) -> UInt32 {
        let first = UInt32(bytes[index])
        let second = UInt32(bytes[index + 1])
        return isLittle ? second << 8 | first : first << 8 | second
    }
}
