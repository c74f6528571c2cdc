/// Looking for one byte in text, eight bytes at a time.
public enum ByteScan {
    /// The offset of the first byte `value` at or after byte `start`; the length of the text where there is none.
    public static func firstOffset(of value: UInt8, in text: Span<UInt8>, from start: Int = 0) -> Int {
        var offset = start
        while text.count - offset >= 8 {
            let marks = marks(of: value, in: EightBytes(text, at: offset))
            if marks != 0 { return offset + marks.trailingZeroBitCount >> 3 }
            offset += 8
        }
        while offset < text.count, text[offset] != value { offset += 1 }
        return offset
    }

    /// The offset of the byte `value` that `skippedCount` others come before, from byte `start` on; nil where there are
    /// not so many.
    public static func offset(of value: UInt8, skipping skippedCount: Int, in text: Span<UInt8>, from start: Int)
        -> Int?
    {
        var left = skippedCount
        var offset = start
        while text.count - offset >= 8 {
            var marks = marks(of: value, in: EightBytes(text, at: offset))
            let found = marks.nonzeroBitCount
            if found > left {
                for _ in 0..<left { marks &= marks &- 1 }
                return offset + marks.trailingZeroBitCount >> 3
            }
            left -= found
            offset += 8
        }
        while offset < text.count {
            if text[offset] == value {
                if left == 0 { return offset }
                left -= 1
            }
            offset += 1
        }
        return nil
    }

    /// The top bit of each byte that is `value`, and of no other.
    @inline(__always)
    private static func marks(of value: UInt8, in bytes: EightBytes) -> UInt64 {
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        let difference = bytes.word ^ (0x0101_0101_0101_0101 &* UInt64(value))
        return ~(((difference & low) &+ low) | difference | low)
    }
}
