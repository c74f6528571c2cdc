import SluiceColumns

/// The parts of JSON text: escapes in and out.
enum JSONText {
    /// The byte that `\` and `letter` stand for; 0 where there is none.
    @inline(__always)
    static func simpleEscape(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "/"): return letter
        case UInt8(ascii: "n"): return 0x0a
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "r"): return 0x0d
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0c
        default: return 0
        }
    }

    /// The value of four hexadecimal digits at `offset`.
    static func hexUnit(_ bytes: PaddedBytes, _ offset: Int) -> UInt32? {
        guard offset <= bytes.count else { return nil }
        let word = bytes.word32(offset)
        var unit: UInt32 = 0
        for index in 0..<4 {
            guard let digit = hexDigit(UInt8(truncatingIfNeeded: word >> UInt32(8 * index))) else { return nil }
            unit = unit << 4 | digit
        }
        return unit
    }

    private static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return UInt32(byte &- UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): return UInt32(byte &- UInt8(ascii: "a") &+ 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): return UInt32(byte &- UInt8(ascii: "A") &+ 10)
        default: return nil
        }
    }

    /// The UTF-8 bytes of a code point, the first in the lowest bits; half of a surrogate pair is a question mark, as
    /// Java's encoder makes of it.
    static func utf8(of scalar: UInt32) -> (word: UInt32, count: Int) {
        let last = 0x80 | scalar & 0x3f
        let third = 0x80 | scalar >> 6 & 0x3f
        if scalar < 0x80 { return (scalar, 1) }
        if scalar < 0x800 { return (0xc0 | scalar >> 6 | last << 8, 2) }
        if scalar & 0xffff_f800 == 0xd800 { return (UInt32(UInt8(ascii: "?")), 1) }
        if scalar < 0x1_0000 { return (0xe0 | scalar >> 12 | third << 8 | last << 16, 3) }
        return (0xf0 | scalar >> 18 | (0x80 | scalar >> 12 & 0x3f) << 8 | third << 16 | last << 24, 4)
    }

    /// The character that `\uXXXX`, or a pair of them, at `offset` stands for, and the offset behind it; -1 where no
    /// four hexadecimal digits follow.
    @inline(never)
    static func unicodeEscape(_ offset: Int, _ bytes: PaddedBytes) -> (utf8: (word: UInt32, count: Int), end: Int) {
        guard bytes[offset &+ 1] == UInt8(ascii: "u"), let unit = hexUnit(bytes, offset &+ 2) else {
            return ((0, 0), -1)
        }
        let end = offset &+ 6
        if unit & 0xfc00 == 0xd800, bytes[end] == UInt8(ascii: "\\"), bytes[end &+ 1] == UInt8(ascii: "u"),
            let low = hexUnit(bytes, end &+ 2), low & 0xfc00 == 0xdc00
        {
            return (utf8(of: 0x1_0000 &+ ((unit & 0x3ff) << 10 | (low & 0x3ff))), end &+ 6)
        }
        return (utf8(of: unit), end)
    }

    /// The text of a string whose escapes have been checked, without its quotes.
    static func unescaped(_ text: Span<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var position = 0
        while position < text.count {
            let byte = text[position]
            guard byte == UInt8(ascii: "\\"), position + 1 < text.count else {
                result.append(byte)
                position += 1
                continue
            }
            let letter = text[position + 1]
            position += 2
            guard letter == UInt8(ascii: "u") else {
                result.append(simpleEscape(letter))
                continue
            }
            var scalar = hexUnit(text, position)
            position += 4
            let isPair =
                scalar & 0xfc00 == 0xd800 && position + 6 <= text.count
                && text[position] == UInt8(ascii: "\\") && text[position + 1] == UInt8(ascii: "u")
            if isPair, hexUnit(text, position + 2) & 0xfc00 == 0xdc00 {
                scalar = 0x1_0000 + ((scalar & 0x3ff) << 10 | (hexUnit(text, position + 2) & 0x3ff))
                position += 6
            }
            let encoded = utf8(of: scalar)
            for index in 0..<encoded.count {
                result.append(UInt8(truncatingIfNeeded: encoded.word >> UInt32(8 * index)))
            }
        }
        return result
    }

    private static func hexUnit(_ text: Span<UInt8>, _ offset: Int) -> UInt32 {
        guard offset + 4 <= text.count else { return 0 }
        var unit: UInt32 = 0
        for index in offset..<offset + 4 { unit = unit << 4 | (hexDigit(text[index]) ?? 0) }
        return unit
    }

    /// Appends `text` in quotes, escaped as Jackson does: `"`, `\` and control characters, and where `escapesPairs`
    /// what lies beyond U+FFFF, as a pair of surrogates.
    static func appendQuoted(_ text: Span<UInt8>, escapesPairs: Bool = false, to output: inout TextBuffer) {
        output.append(UInt8(ascii: "\""))
        var runStart = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            var byteCount = 1
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                output.append(text.extracting(runStart..<index))
                appendEscaped(byte, to: &output)
                runStart = index + 1
            } else if byte >= 0xf0, escapesPairs, let scalar = UnicodeText.codePoint(at: index, in: text) {
                byteCount = scalar.byteCount
                output.append(text.extracting(runStart..<index))
                let offset = scalar.value &- 0x1_0000
                appendUnit(0xd800 | offset >> 10, to: &output)
                appendUnit(0xdc00 | offset & 0x3ff, to: &output)
                runStart = index + byteCount
            }
            index += byteCount
        }
        output.append(text.extracting(runStart..<text.count))
        output.append(UInt8(ascii: "\""))
    }

    private static func appendUnit(_ unit: UInt32, to output: inout TextBuffer) {
        output.append("\\u")
        for shift in [12, 8, 4, 0] as [UInt32] {
            let nibble = UInt8(unit >> shift & 15)
            output.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "A") + nibble - 10)
        }
    }

    private static func appendEscaped(_ byte: UInt8, to output: inout TextBuffer) {
        output.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: output.append(UInt8(ascii: "b"))
        case 0x09: output.append(UInt8(ascii: "t"))
        case 0x0a: output.append(UInt8(ascii: "n"))
        case 0x0c: output.append(UInt8(ascii: "f"))
        case 0x0d: output.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(byte)
        default:
            output.append("u00")
            for nibble in [byte >> 4, byte & 15] {
                output.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "A") + nibble - 10)
            }
        }
    }
}
