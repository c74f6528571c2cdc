import Glibc

/// The free end of an arena while one value is written to it: a cursor that costs no access check of the arena's own.
///
/// What was written counts only once it is handed to `Arena.keep`. The arena must outlive the tail and nobody else may
/// write to it meanwhile.
@safe
public struct ArenaTail: ~Copyable, ~Escapable {
    @usableFromInline let base: UnsafeMutableRawPointer
    /// Bytes that can be written.
    public let capacity: Int
    /// Bytes written.
    @inlinable
    public var count: Int { used }
    @usableFromInline var used = 0

    @inlinable @inline(__always)
    @_lifetime(borrow arena)
    init(_ arena: borrowing Arena) {
        unsafe base = arena.buffer.base + arena.used
        capacity = arena.buffer.byteCount - arena.used
    }

    /// Appends 32 bytes of `source` from `offset` and counts `byteCount` of them; needs 32 free bytes, which it checks.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    public mutating func append32(_ source: borrowing PaddedBytes, at offset: Int, byteCount: Int) {
        precondition(capacity &- used >= 32)
        precondition(UInt(bitPattern: byteCount) <= 32)
        precondition(UInt(bitPattern: offset) <= UInt(bitPattern: source.count))
        // SAFETY: 32 bytes are readable from any offset up to the end of the source, and free behind `used`.
        unsafe memcpy(base + used, source.base + offset, 32)
        used &+= byteCount
    }

    /// Appends one byte.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    public mutating func append(_ byte: UInt8) {
        precondition(used < capacity)
        // SAFETY: checked just above.
        unsafe base.storeBytes(of: byte, toByteOffset: used, as: UInt8.self)
        used &+= 1
    }
}

extension Arena {
    /// The free end of the arena, for one value.
    @inlinable
    public var tail: ArenaTail {
        @_lifetime(borrow self)
        get { ArenaTail(self) }
    }

    /// Counts the first `byteCount` bytes written through a tail, and returns a view of them.
    ///
    /// A value short enough to lie in the view itself leaves the arena as it was.
    @inlinable
    public func keep(byteCount: Int) -> StringView {
        precondition(byteCount >= 0)
        precondition(byteCount <= capacity - used)
        used += byteCount
        let view = self.view(at: used - byteCount, byteCount: byteCount)
        if view.isInline { used -= byteCount }
        return view
    }
}
