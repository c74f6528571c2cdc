import CSluiceShims

/// Looking for one byte in text, up to 64 bytes at a time.
public enum ByteScan {
    /// Bytes that `marks` looks at.
    public static let windowByteCount = 64

    /// Bit i is set where byte `start + i` of the text is `value`.
    ///
    /// Looks at `windowByteCount` bytes, or at those that are there.
    @inlinable @inline(__always)
    public static func marks(of value: UInt8, in text: Span<UInt8>, from start: Int) -> UInt64 {
        precondition(start >= 0 && start <= text.count)
        let count = min(text.count - start, windowByteCount)
        if count == 0 { return 0 }
        // SAFETY: `count` bytes from `start` on lie in the text, which is not empty.
        return unsafe text.withUnsafeBufferPointer { bytes in
            unsafe sluice_mask_equal(bytes.baseAddress.unsafelyUnwrapped + start, count, value)
        }
    }

    /// The offset of the first byte `value` at or after byte `start`; the length of the text where there is none.
    public static func firstOffset(of value: UInt8, in text: Span<UInt8>, from start: Int = 0) -> Int {
        var offset = start
        while offset < text.count {
            let found = marks(of: value, in: text, from: offset)
            if found != 0 { return offset + found.trailingZeroBitCount }
            offset += windowByteCount
        }
        return text.count
    }
}
