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

    /// Gives the UTF-8 bytes of a code point to `append`; half of a surrogate pair is a question mark, as Java's encoder
    /// makes of it.
    @inline(__always)
    static func appendUTF8(_ scalar: UInt32, _ append: (UInt8) -> Void) {
        if scalar < 0x80 {
            append(UInt8(truncatingIfNeeded: scalar))
        } else if scalar < 0x800 {
            append(UInt8(truncatingIfNeeded: 0xc0 | scalar >> 6))
            append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3f))
        } else if scalar & 0xffff_f800 == 0xd800 {
            append(UInt8(ascii: "?"))
        } else if scalar < 0x1_0000 {
            append(UInt8(truncatingIfNeeded: 0xe0 | scalar >> 12))
            append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3f))
            append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3f))
        } else {
            append(UInt8(truncatingIfNeeded: 0xf0 | scalar >> 18))
            append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3f))
            append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3f))
            append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3f))
        }
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
            let isPair = scalar & 0xfc00 == 0xd800 && position + 6 <= text.count
                && text[position] == UInt8(ascii: "\\") && text[position + 1] == UInt8(ascii: "u")
            if isPair, hexUnit(text, position + 2) & 0xfc00 == 0xdc00 {
                scalar = 0x1_0000 + ((scalar & 0x3ff) << 10 | (hexUnit(text, position + 2) & 0x3ff))
                position += 6
            }
            appendUTF8(scalar) { result.append($0) }
        }
        return result
    }

    private static func hexUnit(_ text: Span<UInt8>, _ offset: Int) -> UInt32 {
        guard offset + 4 <= text.count else { return 0 }
        var unit: UInt32 = 0
        for index in offset..<offset + 4 { unit = unit << 4 | (hexDigit(text[index]) ?? 0) }
        return unit
    }

    /// Appends `text` in quotes, escaped as Jackson does: `"`, `\` and control characters only.
    static func appendQuoted(_ text: Span<UInt8>, to output: inout TextBuffer) {
        output.append(UInt8(ascii: "\""))
        var runStart = 0
        for index in 0..<text.count {
            let byte = text[index]
            if byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") { continue }
            output.append(text.extracting(runStart..<index))
            appendEscaped(byte, to: &output)
            runStart = index + 1
        }
        output.append(text.extracting(runStart..<text.count))
        output.append(UInt8(ascii: "\""))
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
