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

    @_lifetime(borrow arena)
    init(_ arena: borrowing Arena) {
        unsafe base = arena.buffer.base + arena.used
        capacity = arena.buffer.byteCount - arena.used
    }

    /// Appends 16 bytes of `source` from `offset` and counts `byteCount` of them; needs 16 free bytes, which it checks.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    public mutating func append16(_ source: borrowing PaddedBytes, at offset: Int, byteCount: Int) {
        precondition(capacity &- used >= 16)
        precondition(UInt(bitPattern: byteCount) <= 16)
        // SAFETY: 16 bytes are readable from any offset of the source, which checks it, and free behind `used`.
        unsafe base.storeBytes(of: source.word64(offset), toByteOffset: used, as: UInt64.self)
        unsafe base.storeBytes(of: source.nextWord64(offset), toByteOffset: used &+ 8, as: UInt64.self)
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
    public var tail: ArenaTail {
        @_lifetime(borrow self)
        get { ArenaTail(self) }
    }

    /// Counts the first `byteCount` bytes written through a tail, and returns a view of them.
    ///
    /// A value short enough to lie in the view itself leaves the arena as it was.
    public func keep(byteCount: Int) -> StringView {
        precondition(byteCount >= 0)
        precondition(byteCount <= capacity - used)
        used += byteCount
        let view = self.view(at: used - byteCount, byteCount: byteCount)
        if view.isInline { used -= byteCount }
        return view
    }
}
