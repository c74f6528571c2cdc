import SluiceColumns

/// Text between UTF-8 and the charsets of the raw format.
enum RawText {
    /// Appends `text` as UTF-8; what is malformed becomes U+FFFD.
    static func decode(_ text: Span<UInt8>, _ charset: RawCharset, into output: inout TextBuffer) {
        switch charset {
        case .utf8: UnicodeText.repair(text, into: &output)
        case .latin1: for index in 0..<text.count { output.append(codePoint: UInt32(text[index])) }
        case .ascii:
            for index in 0..<text.count { output.append(codePoint: text[index] < 0x80 ? UInt32(text[index]) : 0xfffd) }
        case .utf16: decode16(text, isLittleEndian: nil, into: &output)
        case .utf16BigEndian: decode16(text, isLittleEndian: false, into: &output)
        case .utf16LittleEndian: decode16(text, isLittleEndian: true, into: &output)
        }
    }

    private static func decode16(_ text: Span<UInt8>, isLittleEndian: Bool?, into output: inout TextBuffer) {
        var start = 0
        var isLittle = isLittleEndian ?? false
        if isLittleEndian == nil, text.count >= 2 {
            if text[0] == 0xfe, text[1] == 0xff { start = 2 }
            if text[0] == 0xff, text[1] == 0xfe { (start, isLittle) = (2, true) }
        }
        var units: [UInt16] = []
        while start + 1 < text.count {
            let (first, second) = (UInt16(text[start]), UInt16(text[start + 1]))
            units.append(isLittle ? second << 8 | first : first << 8 | second)
            start += 2
        }
        let isOdd = start < text.count
        output.append(String(decoding: units, as: UTF16.self))
        if isOdd { output.append(codePoint: 0xfffd) }
    }

    /// Appends UTF-8 text in another charset; a character that it does not have becomes a question mark.
    static func encode(_ text: Span<UInt8>, _ charset: RawCharset, into output: inout TextBuffer) {
        if charset == .utf8 { return output.append(text) }
        var bytes: [UInt8] = []
        for index in 0..<text.count { bytes.append(text[index]) }
        let string = String(decoding: bytes, as: UTF8.self)
        switch charset {
        case .latin1, .ascii:
            let bound: UInt32 = charset == .latin1 ? 0x100 : 0x80
            for scalar in string.unicodeScalars {
                output.append(scalar.value < bound ? UInt8(truncatingIfNeeded: scalar.value) : UInt8(ascii: "?"))
            }
        default:
            if charset == .utf16, !string.isEmpty {
                output.append(0xfe)
                output.append(0xff)
            }
            for unit in string.utf16 {
                let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xff))
                output.append(charset == .utf16LittleEndian ? low : high)
                output.append(charset == .utf16LittleEndian ? high : low)
            }
        }
    }
}
