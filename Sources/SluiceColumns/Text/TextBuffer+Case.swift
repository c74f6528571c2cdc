extension TextBuffer {
    /// Appends the ASCII text at the start of `text[offset...]` with the 26 letters from `first` on in the other case.
    ///
    /// - Parameter first: `A` to get small letters, `a` to get capital ones.
    /// - Returns: the offset of the first byte that is not ASCII; the length of the text where all are.
    public mutating func append(swappingCaseFrom first: UInt8, _ text: Span<UInt8>, from offset: Int) -> Int {
        let start = extend(by: text.count - offset)
        var target = storage.mutableSpan
        let shift = start - offset
        var index = offset
        while text.count - index >= 8 {
            let word = EightBytes(text, at: index).word
            if word & 0x8080_8080_8080_8080 != 0 { break }
            EightBytes.store(ASCIICase.swapped(word, from: first), into: &target, at: index + shift)
            index += 8
        }
        while index < text.count, text[index] < 0x80 {
            target[index + shift] = text[index] &- first < 26 ? text[index] ^ 0x20 : text[index]
            index += 1
        }
        truncate(to: index + shift)
        return index
    }
}

/// The case of the letters of ASCII, eight at a time.
@usableFromInline
enum ASCIICase {
    /// Eight ASCII bytes, with the case bit of the letters `first...first + 25` turned.
    @inlinable @inline(__always)
    static func swapped(_ word: UInt64, from first: UInt8) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let fromFirst = word &+ ones &* UInt64(0x80 - first)
        let beyondLast = word &+ ones &* UInt64(0x80 - first - 26)
        return word ^ ((fromFirst & ~beyondLast & (ones &* 0x80)) >> 2)
    }
}
