import SluiceColumns

/// The base 64 of RFC 4648 with padding, as Java's basic decoder reads it: padding may be missing, nothing else may.
enum Base64 {
    private static let digits: [UInt8] = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )

    /// The value of each byte; 0xFF where it is not a digit.
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xFF, count: 256)
        for (value, digit) in digits.enumerated() { table[Int(digit)] = UInt8(value) }
        return table
    }()

    /// Appends the text of `bytes`.
    static func append(encoding bytes: Span<UInt8>, to buffer: inout TextBuffer) {
        let digits = digits
        var index = 0
        while index < bytes.count {
            let count = min(3, bytes.count - index)
            var group = UInt32(bytes[index]) << 16
            if count > 1 { group |= UInt32(bytes[index + 1]) << 8 }
            if count > 2 { group |= UInt32(bytes[index + 2]) }
            buffer.append(digits[Int(group >> 18)])
            buffer.append(digits[Int(group >> 12 & 63)])
            buffer.append(count > 1 ? digits[Int(group >> 6 & 63)] : UInt8(ascii: "="))
            buffer.append(count > 2 ? digits[Int(group & 63)] : UInt8(ascii: "="))
            index += 3
        }
    }

    /// Appends the bytes that `text` stands for.
    ///
    /// - Returns: whether the text was well-formed.
    static func append(decoding text: Span<UInt8>, to buffer: inout TextBuffer) -> Bool {
        let values = values
        var digitCount = 0
        while digitCount < text.count, values[Int(text[digitCount])] != 0xFF { digitCount += 1 }
        let rest = digitCount & 3
        var paddingCount = 0
        while digitCount + paddingCount < text.count, text[digitCount + paddingCount] == UInt8(ascii: "=") {
            paddingCount += 1
        }
        let isWhole = digitCount + paddingCount == text.count
        let isPadded = paddingCount == 0 || (rest > 1 && rest + paddingCount == 4)
        guard isWhole, isPadded, rest != 1 else { return false }
        var index = 0
        while index < digitCount {
            let count = min(4, digitCount - index)
            var group: UInt32 = 0
            for place in 0..<4 {
                group = group << 6 | (place < count ? UInt32(values[Int(text[index + place])]) : 0)
            }
            buffer.append(UInt8(truncatingIfNeeded: group >> 16))
            if count > 2 { buffer.append(UInt8(truncatingIfNeeded: group >> 8)) }
            if count > 3 { buffer.append(UInt8(truncatingIfNeeded: group)) }
            index += 4
        }
        return true
    }
}
