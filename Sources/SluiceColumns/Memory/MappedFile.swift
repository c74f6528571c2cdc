import CSluiceShims
import Glibc

// SAFETY: the mapping is read-only and lives until `deinit`; nobody writes to it.
/// A file, or the first bytes of one, mapped for reading.
///
/// The file must not be cut while it is mapped: the system ends a process that reads pages that are gone. So only
/// files that are never written in place are mapped.
@safe
public final class MappedFile: @unchecked Sendable {
    private let base: UnsafeRawPointer
    /// Bytes mapped.
    public let byteCount: Int

    /// Maps `byteCount` bytes of an open file, which are read in no order; nil where the system refuses (`errno`).
    public init?(descriptor: Int32, byteCount: Int) {
        guard byteCount > 0,
            let start = unsafe mmap(nil, byteCount, PROT_READ, MAP_SHARED, descriptor, 0),
            unsafe start != UnsafeMutableRawPointer(bitPattern: -1)
        else { return nil }
        // SAFETY: the range was mapped just above. Reading ahead would only fill memory.
        unsafe madvise(start, byteCount, MADV_RANDOM)
        unsafe base = UnsafeRawPointer(start)
        self.byteCount = byteCount
    }

    deinit { unsafe munmap(UnsafeMutableRawPointer(mutating: base), byteCount) }

    /// `count` values from byte `offset` on, which is a multiple of their alignment.
    @_lifetime(borrow self)
    public func span<Value: BitwiseCopyable>(of type: Value.Type, at offset: Int, count: Int) -> Span<Value> {
        precondition(offset >= 0 && count >= 0 && offset % MemoryLayout<Value>.alignment == 0)
        precondition(offset <= byteCount && count <= (byteCount - offset) / MemoryLayout<Value>.stride)
        // SAFETY: the range lies in the mapping, which self keeps.
        let start = unsafe (base + offset).assumingMemoryBound(to: Value.self)
        return unsafe _overrideLifetime(Span(_unsafeStart: start, count: count), borrowing: self)
    }

    /// Asks the cache for the line at byte `offset`, which need not exist.
    public func prefetch(_ offset: Int) {
        // SAFETY: a prefetch of any address is harmless.
        unsafe sluice_prefetch(base + offset)
    }
}

extension Span where Element: BitwiseCopyable {
    /// Asks the cache for the value at `index`, which need not exist.
    @inlinable @inline(__always)
    public func prefetch(_ index: Int) {
        // SAFETY: a prefetch of any address is harmless.
        unsafe withUnsafeBufferPointer { slots in
            guard let start = slots.baseAddress else { return }
            unsafe sluice_prefetch(start + index)
        }
    }
}
