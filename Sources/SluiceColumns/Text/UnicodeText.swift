import CSluiceShims

/// UTF-8 as bytes: counting, finding and repairing characters without a `String`.
///
/// Lengths and positions of SQL strings are in code points. The counting functions trust their input to be UTF-8:
/// on other bytes they still stay inside the span, and every byte that is not a continuation byte counts as one.
public enum UnicodeText {
    /// The number of code points.
    public static func codePointCount(_ text: Span<UInt8>) -> Int {
        // SAFETY: all bytes of the text and no others are counted.
        let continuationCount = unsafe text.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return 0 }
            return unsafe sluice_count_continuations(start, bytes.count)
        }
        return text.count - continuationCount
    }

    /// The number of UTF-16 units: code points, and one more for each beyond U+FFFF.
    public static func utf16Count(_ text: Span<UInt8>) -> Int {
        var count = 0
        for index in text.indices {
            count += (isContinuation(text[index]) ? 0 : 1) + (text[index] >= 0xF0 ? 1 : 0)
        }
        return count
    }

    /// The byte offset of the code point number `codePointIndex` (from 0), counted from byte `start`.
    ///
    /// - Returns: the number of bytes of the text when it has no more than `codePointIndex` code points.
    public static func byteOffset(ofCodePoint codePointIndex: Int, in text: Span<UInt8>, from start: Int = 0) -> Int {
        var left = codePointIndex
        var index = start
        while text.count - index >= 8 {
            let word = EightBytes(text, at: index).word
            let found = 8 - continuationCount(word)
            if found > left { break }
            left -= found
            index += 8
        }
        while index < text.count {
            if !isContinuation(text[index]) {
                if left == 0 { return index }
                left -= 1
            }
            index += 1
        }
        return text.count
    }

    /// Whether a byte is the second, third or fourth of a code point.
    @inlinable
    public static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    /// Whether all bytes are ASCII.
    public static func isASCII(_ text: Span<UInt8>) -> Bool {
        var index = 0
        while text.count - index >= 8 {
            guard EightBytes(text, at: index).word & 0x8080_8080_8080_8080 == 0 else { return false }
            index += 8
        }
        while index < text.count {
            guard text[index] < 0x80 else { return false }
            index += 1
        }
        return true
    }

    /// The code point at a byte offset, and how many bytes it takes; nil when the bytes there are not UTF-8.
    public static func codePoint(at offset: Int, in text: Span<UInt8>) -> (value: UInt32, byteCount: Int)? {
        guard offset < text.count else { return nil }
        let first = text[offset]
        if first < 0x80 { return (UInt32(first), 1) }
        let byteCount = sequenceLength(at: offset, in: text)
        guard byteCount > 0 else { return nil }
        var value = UInt32(first) & (0x7F >> UInt32(byteCount))
        for index in offset + 1..<offset + byteCount {
            value = value << 6 | UInt32(text[index] & 0x3F)
        }
        return (value, byteCount)
    }

    /// The offset of the first byte that does not belong to well-formed UTF-8, or nil when all do.
    ///
    /// Overlong forms, surrogates and values above U+10FFFF are not well-formed.
    public static func firstInvalidOffset(_ text: Span<UInt8>) -> Int? {
        var index = 0
        while index < text.count {
            if text.count - index >= 8, EightBytes(text, at: index).word & 0x8080_8080_8080_8080 == 0 {
                index += 8
            } else if text[index] < 0x80 {
                index += 1
            } else {
                let byteCount = sequenceLength(at: index, in: text)
                guard byteCount > 0 else { return index }
                index += byteCount
            }
        }
        return nil
    }

    /// Whether the whole text is well-formed UTF-8.
    public static func isValid(_ text: Span<UInt8>) -> Bool { firstInvalidOffset(text) == nil }

    /// Appends the text with each malformed part replaced by U+FFFD, as Java's decoder does.
    ///
    /// One replacement stands for the longest beginning of a well-formed sequence, or for one byte.
    public static func repair(_ text: Span<UInt8>, into buffer: inout TextBuffer) {
        var index = 0
        while index < text.count {
            let rest = text.extracting(index..<text.count)
            let validCount = firstInvalidOffset(rest) ?? rest.count
            buffer.append(rest.extracting(0..<validCount))
            index += validCount
            guard index < text.count else { return }
            buffer.append(codePoint: 0xFFFD)
            index += prefixLength(at: index, in: text)
        }
    }

    /// How many of eight bytes are continuation bytes.
    private static func continuationCount(_ word: UInt64) -> Int {
        (word & ~(word << 1) & 0x8080_8080_8080_8080).nonzeroBitCount
    }

    /// The length of the multi-byte sequence at an offset, or 0 when it is not well-formed.
    private static func sequenceLength(at offset: Int, in text: Span<UInt8>) -> Int {
        let expected = expectedLength(text[offset])
        return expected > 0 && prefixLength(at: offset, in: text) == expected && isComplete(offset, expected, text)
            ? expected : 0
    }

    private static func isComplete(_ offset: Int, _ byteCount: Int, _ text: Span<UInt8>) -> Bool {
        text.count - offset >= byteCount && isContinuation(text[offset + byteCount - 1])
    }

    /// How many bytes a sequence with this first byte has, or 0 when none begins with it.
    private static func expectedLength(_ first: UInt8) -> Int {
        if first < 0xC2 { return 0 }
        if first < 0xE0 { return 2 }
        if first < 0xF0 { return 3 }
        return first < 0xF5 ? 4 : 0
    }

    /// How many bytes at an offset could begin a well-formed sequence; 1 when the first cannot.
    private static func prefixLength(at offset: Int, in text: Span<UInt8>) -> Int {
        let first = text[offset]
        let expected = expectedLength(first)
        guard expected > 0, offset + 1 < text.count, secondByteRange(first).contains(text[offset + 1]) else { return 1 }
        var length = 2
        while length < expected, offset + length < text.count, isContinuation(text[offset + length]) {
            length += 1
        }
        return length
    }

    /// The second bytes that keep a sequence from being overlong, a surrogate or too large.
    private static func secondByteRange(_ first: UInt8) -> ClosedRange<UInt8> {
        switch first {
        case 0xE0: 0xA0...0xBF
        case 0xED: 0x80...0x9F
        case 0xF0: 0x90...0xBF
        case 0xF4: 0x80...0x8F
        default: 0x80...0xBF
        }
    }
}

extension TextBuffer {
    /// Appends a code point as UTF-8; surrogates and values above U+10FFFF are appended as U+FFFD.
    public mutating func append(codePoint value: UInt32) {
        let isScalar = value < 0xD800 || (value > 0xDFFF && value <= 0x10FFFF)
        let scalar = isScalar ? value : 0xFFFD
        if scalar < 0x80 { return append(UInt8(truncatingIfNeeded: scalar)) }
        if scalar < 0x800 {
            append(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
        } else if scalar < 0x10000 {
            append(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
            append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
        } else {
            append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
            append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F))
            append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
        }
        append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    }
}
