import SluiceColumns

/// Escapes inside of JSON strings.
enum JSONEscapes {
    /// The length of the escape at a backslash; nil where it is none.
    static func length(_ text: Span<UInt8>, at index: Int) -> Int? {
        guard index + 1 < text.count else { return nil }
        switch text[index + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return 2
        case UInt8(ascii: "u"):
            return hexadecimal(text, at: index + 2) == nil ? nil : 6
        default: return nil
        }
    }

    private static func hexadecimal(_ text: Span<UInt8>, at start: Int) -> UInt32? {
        guard start + 4 <= text.count else { return nil }
        var value: UInt32 = 0
        for index in start..<start + 4 {
            guard let digit = HexText.value(text[index]) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    /// Appends what the escaped text stands for; the escapes have been checked.
    static func appendUnescaped(_ text: Span<UInt8>, to buffer: inout TextBuffer) {
        var index = 0
        while index < text.count {
            guard text[index] == UInt8(ascii: "\\"), let length = length(text, at: index) else {
                buffer.append(text[index])
                index += 1
                continue
            }
            switch text[index + 1] {
            case UInt8(ascii: "b"): buffer.append(0x08)
            case UInt8(ascii: "f"): buffer.append(0x0C)
            case UInt8(ascii: "n"): buffer.append(0x0A)
            case UInt8(ascii: "r"): buffer.append(0x0D)
            case UInt8(ascii: "t"): buffer.append(0x09)
            case UInt8(ascii: "u"):
                var point = hexadecimal(text, at: index + 2) ?? 0xFFFD
                if point & 0xFC00 == 0xD800, index + 7 < text.count, text[index + 6] == UInt8(ascii: "\\"),
                    text[index + 7] == UInt8(ascii: "u"), let low = hexadecimal(text, at: index + 8),
                    low & 0xFC00 == 0xDC00
                {
                    point = 0x10000 + (point & 0x3FF) << 10 + (low & 0x3FF)
                    index += 6
                }
                buffer.append(codePoint: point)
            default: buffer.append(text[index + 1])
            }
            index += length
        }
    }

    /// Appends the text as a JSON string with its quotes; what is not ASCII stays as it is.
    static func appendQuoted(_ text: Span<UInt8>, to buffer: inout TextBuffer) {
        buffer.append(UInt8(ascii: "\""))
        for index in 0..<text.count {
            let byte = text[index]
            if let letter = shortEscape(byte) {
                buffer.append(UInt8(ascii: "\\"))
                buffer.append(letter)
            } else if byte < 0x20 {
                buffer.append("\\u00")
                buffer.append(HexText.upperDigit(byte >> 4))
                buffer.append(HexText.upperDigit(byte & 15))
            } else {
                buffer.append(byte)
            }
        }
        buffer.append(UInt8(ascii: "\""))
    }

    /// The letter behind the backslash for characters that have a short escape.
    @inline(__always)
    static func shortEscape(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
        case 0x08: UInt8(ascii: "b")
        case 0x0C: UInt8(ascii: "f")
        case 0x0A: UInt8(ascii: "n")
        case 0x0D: UInt8(ascii: "r")
        case 0x09: UInt8(ascii: "t")
        default: nil
        }
    }
}
