import CSluiceShims
import Glibc

/// A block of bytes to scan: 64 readable bytes of zeros stand behind its end, so that a scanner may load whole words
/// at any offset up to the end and meets a zero byte, which no text contains, before it runs off.
///
/// Every load checks that its offset lies in `0...count`: one predictable compare.
@safe
public struct PaddedBytes: ~Escapable {
    @usableFromInline let base: UnsafeRawPointer
    /// Bytes without the padding.
    public let count: Int
    /// Bytes of zeros behind the end.
    public static let padding = 64

    @inlinable
    @_lifetime(borrow arena)
    init(_ arena: borrowing Arena) {
        unsafe base = UnsafeRawPointer(arena.buffer.base)
        count = arena.used
    }

    /// The byte at `offset`; 0 at `count`.
    @inlinable @inline(__always)
    public subscript(offset: Int) -> UInt8 {
        precondition(UInt(bitPattern: offset) <= UInt(bitPattern: count))
        // SAFETY: the offset lies in the block or its padding.
        return unsafe base.load(fromByteOffset: offset, as: UInt8.self)
    }

    /// Four bytes from `offset`, the first in the lowest bits.
    @inlinable @inline(__always)
    public func word32(_ offset: Int) -> UInt32 {
        precondition(UInt(bitPattern: offset) <= UInt(bitPattern: count))
        // SAFETY: as for the subscript; the padding is longer than the word.
        return unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    }

    /// Eight bytes from `offset`, the first in the lowest bits.
    @inlinable @inline(__always)
    public func word64(_ offset: Int) -> UInt64 {
        precondition(UInt(bitPattern: offset) <= UInt(bitPattern: count))
        // SAFETY: as for `word32`.
        return unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    /// Eight bytes from `offset + 8`, the first in the lowest bits; `offset` itself must lie in `0...count`.
    @inlinable @inline(__always)
    public func nextWord64(_ offset: Int) -> UInt64 {
        precondition(UInt(bitPattern: offset) <= UInt(bitPattern: count))
        // SAFETY: offset + 16 is at most the end of the padding.
        return unsafe base.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self)
    }

    /// Bit i is set where byte `offset + i` is `first`, `second` or below 0x20; i is 0...15.
    @inlinable @inline(__always)
    public func stringEndMask(_ offset: Int, _ first: UInt8, _ second: UInt8) -> UInt32 {
        precondition(UInt(bitPattern: offset) <= UInt(bitPattern: count))
        // SAFETY: 16 bytes from any offset up to the end are readable.
        return unsafe sluice_mask_string_special16(base + offset, first, second)
    }

    /// Bit i is set where byte `offset + i` is `value`; i is 0...15.
    @inlinable @inline(__always)
    public func equalMask(_ offset: Int, _ value: UInt8) -> UInt32 {
        precondition(UInt(bitPattern: offset) <= UInt(bitPattern: count))
        // SAFETY: as for `stringEndMask`.
        return unsafe sluice_mask_equal16(base + offset, value)
    }

    /// The offset of the first `byte` in `range`, or nil.
    @inlinable
    public func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        precondition(range.lowerBound >= 0)
        precondition(range.upperBound <= count)
        // SAFETY: the range lies in the block.
        guard let found = unsafe memchr(base + range.lowerBound, Int32(byte), range.count) else { return nil }
        return unsafe UnsafeRawPointer(found) - base
    }

    /// The offset of the last `byte` in `range`, or nil.
    @inlinable
    public func lastIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        precondition(range.lowerBound >= 0)
        precondition(range.upperBound <= count)
        // SAFETY: as for `firstIndex`.
        guard let found = unsafe sluice_memrchr(base + range.lowerBound, byte, range.count) else { return nil }
        return unsafe UnsafeRawPointer(found) - base
    }

    /// The bytes of `range`.
    @inlinable @inline(__always)
    @_lifetime(copy self)
    public func span(_ range: Range<Int>) -> Span<UInt8> {
        precondition(range.lowerBound >= 0)
        precondition(range.upperBound <= count)
        // SAFETY: the range lies in the block, which outlives self.
        let start = unsafe (base + range.lowerBound).assumingMemoryBound(to: UInt8.self)
        return unsafe _overrideLifetime(Span(_unsafeStart: start, count: range.count), copying: self)
    }

    /// A view of `range`, valid while the arena lives; inline where it is short.
    @inlinable @inline(__always)
    public func view(_ offset: Int, byteCount: Int) -> StringView {
        precondition(offset >= 0)
        precondition(byteCount >= 0)
        precondition(offset &+ byteCount <= count)
        // SAFETY: the range is written and never moves.
        return unsafe StringView(
            start: (base + offset).assumingMemoryBound(to: UInt8.self),
            byteCount: byteCount
        )
    }
}

extension Arena {
    /// An empty block that can take `byteCount` bytes and the padding that `padded` needs.
    public static func inputBlock(byteCount: Int) -> Arena {
        Arena(byteCount: byteCount + PaddedBytes.padding, purpose: .buffers)
    }

    /// Bytes that can still be read into an input block, its padding left out.
    public var freeByteCount: Int { max(0, capacity - PaddedBytes.padding - used) }

    /// Writes zeros behind the written bytes, so that `padded` can be taken.
    ///
    /// To be called after each fill.
    public func pad() {
        precondition(capacity - used >= PaddedBytes.padding)
        // SAFETY: the range behind `used` belongs to the writer.
        unsafe memset(buffer.base + used, 0, PaddedBytes.padding)
    }

    /// The written bytes for a scanner.
    ///
    /// `pad` was called after the last write.
    @inlinable
    public var padded: PaddedBytes {
        @_lifetime(borrow self)
        get {
            precondition(buffer.byteCount - used >= PaddedBytes.padding)
            return PaddedBytes(self)
        }
    }

    /// Lets `body` read the written bytes of `range` through a pointer, for C libraries.
    public func withBytes<Result>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        precondition(range.lowerBound >= 0)
        precondition(range.upperBound <= used)
        // SAFETY: the range is written, and self keeps it alive during the call.
        return unsafe body(UnsafeRawBufferPointer(start: buffer.base + range.lowerBound, count: range.count))
    }

    /// Copies the bytes of `range` of another arena to the end; the caller has checked that they fit.
    public func append(_ range: Range<Int>, of other: Arena) {
        precondition(range.count <= capacity - used)
        unsafe other.withBytes(range) { source in
            guard let start = source.baseAddress else { return }
            // SAFETY: the range behind `used` has room for them and belongs to the writer.
            unsafe memcpy(buffer.base + used, start, source.count)
        }
        used += range.count
    }

    /// Forgets what an arena holds, where nobody else knows it any more.
    ///
    /// - Returns: whether it was forgotten; false where a column still holds the arena.
    public static func recycle(_ arena: inout Arena) -> Bool {
        guard isKnownUniquelyReferenced(&arena) else { return false }
        arena.used = 0
        return true
    }

    /// Forgets the bytes from `byteCount` on, which no view has been given of.
    @inlinable
    public func truncate(to byteCount: Int) {
        precondition(byteCount >= 0)
        precondition(byteCount <= used)
        used = byteCount
    }
}
