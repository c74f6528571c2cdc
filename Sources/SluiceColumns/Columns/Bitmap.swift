/// A packed bit per row: validity (1 = not NULL), or a set of rows.
///
/// Immutable and shareable; `MutableBitmap` builds one.
public struct Bitmap: Sendable {
    @usableFromInline let buffer: RawBuffer
    /// Bits.
    public let count: Int

    @usableFromInline
    init(buffer: RawBuffer, count: Int) {
        self.buffer = buffer
        self.count = count
    }

    /// Words of 64 bits; bits beyond `count` are unspecified.
    @inlinable
    public var words: Span<UInt64> {
        @_lifetime(borrow self)
        get { buffer.span(of: UInt64.self, count: (count + 63) >> 6) }
    }

    /// Bit `index`.
    @inlinable @inline(__always)
    public subscript(index: Int) -> Bool {
        precondition(index >= 0 && index < count)
        // SAFETY: bounds checked just above.
        let word = unsafe buffer.base.load(fromByteOffset: (index >> 6) << 3, as: UInt64.self)
        return word >> UInt64(index & 63) & 1 != 0
    }

    /// How many bits are set.
    public var countOfSet: Int {
        let words = self.words
        var total = 0
        for index in 0..<words.count {
            var word = words[index]
            let rest = count - index << 6
            if rest < 64 { word &= (1 << UInt64(rest)) &- 1 }
            total += word.nonzeroBitCount
        }
        return total
    }

    /// Whether every bit is set.
    public var isAllSet: Bool { countOfSet == count }

    /// Bits set in both; nil counts as all set.
    public static func and(_ lhs: Bitmap?, _ rhs: Bitmap?) -> Bitmap? {
        guard let lhs else { return rhs }
        guard let rhs else { return lhs }
        precondition(lhs.count == rhs.count)
        var result = MutableBitmap(count: lhs.count, repeating: false)
        do {
            let left = lhs.words
            let right = rhs.words
            var words = result.words
            for index in 0..<words.count { words[index] = left[index] & right[index] }
        }
        return result.finish()
    }

    /// Bits set in `lhs` and not in `rhs`, or the other way round where `inverted` is both.
    public func inverted() -> Bitmap {
        var result = MutableBitmap(count: count, repeating: false)
        do {
            let source = words
            var words = result.words
            for index in 0..<words.count { words[index] = ~source[index] }
        }
        return result.finish()
    }
}

/// A bitmap under construction.
public struct MutableBitmap: ~Copyable {
    @usableFromInline var lane: MutableLane<UInt64>
    /// Bits.
    public let count: Int

    /// Makes `count` bits, all `value`.
    public init(count: Int, repeating value: Bool) {
        self.count = count
        lane = MutableLane(repeating: value ? ~0 : 0, count: (count + 63) >> 6)
    }

    /// The words, writable.
    @inlinable
    public var words: MutableSpan<UInt64> {
        @_lifetime(&self)
        mutating get { lane.span }
    }

    /// Bit `index`.
    @inlinable @inline(__always)
    public subscript(index: Int) -> Bool {
        borrowing get { lane.readOnly[index >> 6] >> UInt64(index & 63) & 1 != 0 }
        set {
            var words = lane.span
            let bit: UInt64 = 1 << UInt64(index & 63)
            if newValue { words[index >> 6] |= bit } else { words[index >> 6] &= ~bit }
        }
    }

    /// Clears bit `index`.
    @inlinable @inline(__always)
    public mutating func clear(_ index: Int) {
        var words = lane.span
        words[index >> 6] &= ~(1 << UInt64(index & 63))
    }

    /// Sets bit `index`.
    @inlinable @inline(__always)
    public mutating func set(_ index: Int) {
        var words = lane.span
        words[index >> 6] |= 1 << UInt64(index & 63)
    }

    /// Freezes the bits.
    public consuming func finish() -> Bitmap {
        let count = self.count
        return Bitmap(buffer: lane.finish(), count: count)
    }

    /// Freezes the bits as a validity bitmap: nil where every bit is set.
    public consuming func finishAsValidity() -> Bitmap? {
        let bitmap = finish()
        return bitmap.isAllSet ? nil : bitmap
    }
}
