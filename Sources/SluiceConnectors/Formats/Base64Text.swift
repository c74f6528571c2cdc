import SluiceColumns

/// Binary data as text, by RFC 4648 with padding.
enum Base64Text {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The bytes that `text` stands for; nil where it is not padded base64.
    static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(text.count / 4 * 3)
        var index = 0
        while index < text.count {
            let isLast = index + 4 == text.count
            var padding = 0
            if isLast, text[index + 3] == UInt8(ascii: "=") { padding = text[index + 2] == UInt8(ascii: "=") ? 2 : 1 }
            var word: UInt32 = 0
            for position in index..<index + 4 {
                let isPadding = position >= index + 4 - padding
                guard let value = isPadding ? 0 : value(of: text[position]) else { return nil }
                word = word << 6 | value
            }
            for byte in 0..<3 - padding { result.append(UInt8(truncatingIfNeeded: word >> UInt32(16 - 8 * byte))) }
            index += 4
        }
        return result
    }

    /// Appends `bytes` as base64.
    static func append(_ bytes: Span<UInt8>, to output: inout TextBuffer) {
        var index = 0
        while index < bytes.count {
            let count = min(3, bytes.count - index)
            var word: UInt32 = 0
            for position in 0..<3 { word = word << 8 | (position < count ? UInt32(bytes[index + position]) : 0) }
            for position in 0..<4 {
                let digit = Int(word >> UInt32(18 - 6 * position)) & 63
                output.append(position <= count ? digits[digit] : UInt8(ascii: "="))
            }
            index += 3
        }
    }

    private static func value(of byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): return UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): return UInt32(byte - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return UInt32(byte - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): return 62
        case UInt8(ascii: "/"): return 63
        default: return nil
        }
    }
}
