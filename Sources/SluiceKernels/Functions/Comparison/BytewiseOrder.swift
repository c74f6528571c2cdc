import SluiceColumns

/// The order of texts and binary values: byte by byte, unsigned, a prefix before what it is a prefix of.
///
/// For valid UTF-8 that is the order of code points.
enum BytewiseOrder {
    /// Negative, 0 or positive.
    @inline(__always)
    static func compare(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int {
        let count = min(left.count, right.count)
        for index in 0..<count {
            let lhs = left[index]
            let rhs = right[index]
            if lhs != rhs { return lhs < rhs ? -1 : 1 }
        }
        return left.count - right.count
    }

    /// The order of slots of two view lanes; their first four bytes decide where they differ.
    @inline(__always)
    static func compare(
        _ left: borrowing Span<StringView>,
        _ leftText: borrowing StringSpan,
        _ leftSlot: Int,
        _ right: borrowing Span<StringView>,
        _ rightText: borrowing StringSpan,
        _ rightSlot: Int
    ) -> Int {
        // Bytes past the end are zero in the prefix, so a difference there decides as the shorter-first rule would,
        // except that a real zero byte equals them: then the prefixes are equal and the slow path decides.
        let lhs = UInt32(truncatingIfNeeded: left[leftSlot].word0 >> 32).byteSwapped
        let rhs = UInt32(truncatingIfNeeded: right[rightSlot].word0 >> 32).byteSwapped
        if lhs != rhs { return lhs < rhs ? -1 : 1 }
        return compare(leftText[leftSlot], rightText[rightSlot])
    }
}
