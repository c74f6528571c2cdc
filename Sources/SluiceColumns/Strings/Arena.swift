import Glibc

// SAFETY: one builder appends (single-threaded); readers only see bytes that were complete when their column was made.
/// A block of bytes that string views point into: an input block, or a chunk that a builder fills.
///
/// Bytes, once written, never move and never change, so a view stays valid as long as somebody holds the arena.
public final class Arena: @unchecked Sendable {
    @usableFromInline let buffer: RawBuffer
    @exclusivity(unchecked) @usableFromInline var usedByteCount: Int

    /// Bytes written.
    @inlinable @inline(__always)
    var used: Int {
        // SAFETY: one thread writes, and no two accesses ever overlap: the check of that costs more than most values.
        get { unsafe usedByteCount }
        set { unsafe usedByteCount = newValue }
    }

    /// Reserves `byteCount` bytes; `used` bytes of them count as written (for an input block: all that was read).
    public init(byteCount: Int, purpose: MemoryLedger.Purpose = .batches) {
        buffer = RawBuffer(byteCount: byteCount, purpose: purpose)
        unsafe usedByteCount = 0
    }

    /// Bytes reserved.
    public var capacity: Int { buffer.byteCount }

    /// Bytes written.
    @inlinable
    public var byteCount: Int { used }

    /// The written bytes.
    @inlinable
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        get {
            // SAFETY: self keeps the buffer alive as long as the span borrows self.
            unsafe _overrideLifetime(RawSpan(_unsafeStart: buffer.base, byteCount: used), borrowing: self)
        }
    }

    /// The written bytes as UInt8.
    @inlinable
    public var utf8: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            // SAFETY: as for `bytes`.
            let start = unsafe UnsafePointer(buffer.base.assumingMemoryBound(to: UInt8.self))
            return unsafe _overrideLifetime(Span(_unsafeStart: start, count: used), borrowing: self)
        }
    }

    /// Lets `body` write up to `capacity - byteCount` further bytes; it returns how many it wrote.
    ///
    /// Used to read from files and pipes straight into the block.
    public func fill<Failure: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) -> Int {
        // SAFETY: the range behind `used` belongs to the caller until `used` moves.
        let free = unsafe UnsafeMutableRawBufferPointer(start: buffer.base + used, count: capacity - used)
        let written = unsafe try body(free)
        precondition(written >= 0)
        precondition(written <= capacity - used)
        used += written
        return written
    }

    /// Copies `bytes` to the end; the caller has checked that they fit.
    public func append(_ bytes: RawSpan) {
        precondition(bytes.byteCount <= capacity - used)
        unsafe bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            unsafe memcpy(buffer.base + used, start, source.count)
        }
        used += bytes.byteCount
    }

    /// A view of written bytes, valid while the arena lives.
    @inlinable @inline(__always)
    public func view(at offset: Int, byteCount: Int) -> StringView {
        precondition(offset >= 0 && byteCount >= 0)
        precondition(offset &+ byteCount <= used)
        // SAFETY: the range is written and never moves.
        return unsafe StringView(
            start: UnsafePointer((buffer.base + offset).assumingMemoryBound(to: UInt8.self)),
            byteCount: byteCount
        )
    }
}

/// The arenas that a column's views point into, shared between columns.
public struct ArenaSet: Sendable {
    /// The arenas; few (one or two in most batches).
    public private(set) var arenas: [Arena]

    /// Makes a set.
    public init(_ arenas: [Arena] = []) { self.arenas = arenas }

    /// Adds the arenas of `other` that are not in the set.
    public mutating func formUnion(_ other: ArenaSet) {
        for arena in other.arenas where !arenas.contains(where: { $0 === arena }) { arenas.append(arena) }
    }
}
