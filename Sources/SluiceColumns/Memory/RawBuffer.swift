import CSluiceShims
import Glibc

// SAFETY: the maker fills the memory before the first share; after that nobody writes (see `MutableLane.finish`).
/// One reference-counted block of raw memory, 64-byte aligned, accounted in the `MemoryLedger`.
///
/// It is written by whoever made it and, once shared, only read: columns and arenas hand out `Span`s over it and keep
/// the pointer inside this module.
@safe
public final class RawBuffer: @unchecked Sendable {
    @usableFromInline let base: UnsafeMutableRawPointer
    /// Bytes that may be used.
    public let byteCount: Int
    private let purpose: MemoryLedger.Purpose

    /// Allocates `byteCount` bytes with unspecified content, or zeros where `zeroed`.
    public init(byteCount: Int, zeroed: Bool = false, purpose: MemoryLedger.Purpose = .batches) {
        let capacity = max(byteCount, 16)
        unsafe base = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        // SAFETY: `base` holds `capacity` bytes.
        if zeroed { unsafe memset(base, 0, capacity) }
        self.byteCount = byteCount
        self.purpose = purpose
        MemoryLedger.add(byteCount, for: purpose)
    }

    deinit {
        unsafe base.deallocate()
        MemoryLedger.add(-byteCount, for: purpose)
    }

    /// The first `count` values of the block as `Value`.
    @inlinable @inline(__always)
    @_lifetime(borrow self)
    public func span<Value: BitwiseCopyable>(of type: Value.Type, count: Int) -> Span<Value> {
        precondition(count * MemoryLayout<Value>.stride <= byteCount)
        // SAFETY: the block holds at least `count` values, is aligned for them, and self keeps it alive.
        let start = unsafe UnsafePointer(base.assumingMemoryBound(to: Value.self))
        return unsafe _overrideLifetime(Span(_unsafeStart: start, count: count), borrowing: self)
    }

    /// The block as bytes.
    @inlinable @inline(__always)
    @_lifetime(borrow self)
    public func bytes(_ range: Range<Int>) -> RawSpan {
        precondition(range.lowerBound >= 0)
        precondition(range.upperBound <= byteCount)
        // SAFETY: the range lies in the block, and self keeps it alive.
        return unsafe _overrideLifetime(
            RawSpan(_unsafeStart: base + range.lowerBound, byteCount: range.count),
            borrowing: self
        )
    }
}
