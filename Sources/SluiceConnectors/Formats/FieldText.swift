import SluiceColumns

/// What the text formats have in common in reading fields.
enum FieldText {
    /// The text without blanks and control characters at its ends, as Java's `String.trim` cuts it.
    @_lifetime(copy text)
    static func trimmed(_ text: Span<UInt8>) -> Span<UInt8> {
        var start = 0
        var end = text.count
        while start < end, text[start] <= 0x20 { start += 1 }
        while end > start, text[end - 1] <= 0x20 { end -= 1 }
        return text.extracting(start..<end)
    }

    /// Whether the text, trimmed, is `true` in any case; everything else means false.
    static func isTrue(_ text: Span<UInt8>) -> Bool {
        let word = trimmed(text)
        guard word.count == 4 else { return false }
        return word[0] | 0x20 == UInt8(ascii: "t") && word[1] | 0x20 == UInt8(ascii: "r")
            && word[2] | 0x20 == UInt8(ascii: "u") && word[3] | 0x20 == UInt8(ascii: "e")
    }

    /// A time of day cut off after `precision` digits of the fraction.
    static func truncated(timeMillis millis: Int32, precision: Int) -> Int32 {
        switch precision {
        case 0: millis - millis % 1_000
        case 1: millis - millis % 100
        case 2: millis - millis % 10
        default: millis
        }
    }

    /// Whether two texts are the same.
    static func areEqual(_ lhs: Span<UInt8>, _ rhs: Span<UInt8>) -> Bool {
        guard lhs.count == rhs.count else { return false }
        for index in 0..<lhs.count where lhs[index] != rhs[index] { return false }
        return true
    }
}
