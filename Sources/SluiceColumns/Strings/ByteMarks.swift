import CSluiceShims

/// A bit for each byte of a stretch of text that is one of three given bytes, so that a scanner goes from one such byte
/// to the next without looking at those between.
///
/// A window of `windowByteCount` bytes is marked at a time, short enough to stay in the nearest cache while it is
/// scanned. The marks belong to the bytes that they were made of: `forget` them before other bytes are scanned.
@safe
public struct ByteMarks: ~Copyable {
    /// Words of 64 marks; behind the last one of the window there is always one more.
    @usableFromInline let words: UnsafeMutablePointer<UInt64>
    private let first: UInt8
    private let second: UInt8
    private let third: UInt8
    /// Where the window starts.
    @usableFromInline var start = 0
    /// Bytes of the window; 0 where nothing is marked.
    @usableFromInline var byteCount = 0
    /// Whether a byte of the window, or up to 63 bytes behind it, lies beyond ASCII.
    public private(set) var hasWideBytes = false

    /// Bytes that are marked at a time.
    public static let windowByteCount = 8_192

    /// Marks that look for three bytes.
    public init(of first: UInt8, _ second: UInt8, _ third: UInt8) {
        (self.first, self.second, self.third) = (first, second, third)
        unsafe words = .allocate(capacity: Self.windowByteCount / 64 + 1)
        unsafe words.initialize(repeating: 0, count: Self.windowByteCount / 64 + 1)
    }

    deinit { unsafe words.deallocate() }

    /// Forgets the window: the bytes have changed.
    public mutating func forget() { byteCount = 0 }

    /// The offset of the first marked byte from `position` on, or the end of the window where there is none in it;
    /// going on from there looks at the next window.
    ///
    /// Marks a window from `position` on where it lies outside the one that is marked.
    @inlinable @inline(__always)
    public mutating func next(_ position: Int, _ bytes: PaddedBytes) -> Int {
        if UInt(bitPattern: position &- start) >= UInt(bitPattern: byteCount) { mark(from: position, bytes) }
        let index = position &- start
        var word = index &>> 6
        // SAFETY: `position` lies in the window or, at the end of the bytes, just behind it, and the window has a word
        // more than its bytes need. The bit at its end is set, which ends the loop.
        let bits = unsafe words[word] &>> UInt64(truncatingIfNeeded: index & 63)
        if bits != 0 { return position &+ bits.trailingZeroBitCount }
        repeat { word &+= 1 } while unsafe words[word] == 0
        return unsafe start &+ word &<< 6 &+ words[word].trailingZeroBitCount
    }

    /// Marks the bytes from `position` on.
    @usableFromInline @inline(never)
    mutating func mark(from position: Int, _ bytes: PaddedBytes) {
        precondition(UInt(bitPattern: position) <= UInt(bitPattern: bytes.count))
        let count = min(bytes.count - position, Self.windowByteCount)
        // SAFETY: whole words reach at most 63 bytes behind the end, less than the padding; there is a word for
        // each.
        let wide = unsafe sluice_mark_bytes(
            bytes.base.assumingMemoryBound(to: UInt8.self) + position,
            (count + 63) >> 6,
            first,
            second,
            third,
            words
        )
        hasWideBytes = wide != 0
        let last = count >> 6
        // SAFETY: `last` is at most the number of the word more; that one is new where the window ends with a word.
        unsafe words[last] = (count & 63 == 0 ? 0 : words[last]) | 1 << UInt64(count & 63)
        (start, byteCount) = (position, count)
    }
}
