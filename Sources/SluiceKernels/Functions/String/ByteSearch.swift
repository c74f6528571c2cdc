import SluiceColumns

/// Finding and comparing runs of bytes.
enum ByteSearch {
    /// Whether both hold the same bytes.
    @inline(__always)
    static func equal(_ lhs: Span<UInt8>, _ rhs: Span<UInt8>) -> Bool {
        guard lhs.count == rhs.count else { return false }
        for index in 0..<lhs.count where lhs[index] != rhs[index] { return false }
        return true
    }

    /// Whether a text has the bytes of an array, such as the one that a cache keeps of the text seen last.
    static func equal(_ text: Span<UInt8>, _ other: [UInt8]) -> Bool {
        let bytes = other.span
        return equal(text, bytes)
    }

    /// Whether the bytes of `text` from `offset` begin with `part`.
    @inline(__always)
    static func matches(_ text: Span<UInt8>, at offset: Int, _ part: Span<UInt8>) -> Bool {
        guard text.count - offset >= part.count else { return false }
        for index in 0..<part.count where text[offset + index] != part[index] { return false }
        return true
    }

    /// The offset of the first `needle` in `text` at or after byte `start`; nil where there is none.
    ///
    /// - Complexity: linear in practice; the first byte of the needle is looked for before the rest is compared.
    static func firstOffset(of needle: Span<UInt8>, in text: Span<UInt8>, from start: Int = 0) -> Int? {
        if needle.count == 0 { return start <= text.count ? start : nil }
        let first = needle[0]
        let last = text.count - needle.count
        var offset = start
        while offset <= last {
            offset = ByteScan.firstOffset(of: first, in: text, from: offset)
            if offset <= last, matches(text, at: offset, needle) { return offset }
            offset += 1
        }
        return nil
    }
}
