/// Values under construction: owned, not shared, written through a `MutableSpan`, then frozen into a column.
///
/// - Complexity: one allocation; slots hold unspecified values until written unless made with `zeroed`.
public struct MutableLane<Value: BitwiseCopyable>: ~Copyable {
    @usableFromInline let buffer: RawBuffer
    /// Slots.
    public let count: Int

    /// Allocates `count` slots.
    @inlinable
    public init(count: Int, zeroed: Bool = false, purpose: MemoryLedger.Purpose = .batches) {
        self.count = count
        buffer = RawBuffer(byteCount: count * MemoryLayout<Value>.stride, zeroed: zeroed, purpose: purpose)
    }

    /// Allocates `count` slots, each set to `value`.
    @inlinable
    public init(repeating value: Value, count: Int) {
        self.init(count: count)
        var span = self.span
        for index in 0..<count { span[index] = value }
    }

    /// The slots, writable.
    @inlinable
    public var span: MutableSpan<Value> {
        @_lifetime(&self)
        mutating get {
            // SAFETY: the block holds `count` slots and nobody else has seen it yet.
            let start = unsafe buffer.base.assumingMemoryBound(to: Value.self)
            return unsafe _overrideLifetime(MutableSpan(_unsafeStart: start, count: count), mutating: &self)
        }
    }

    /// The slots, read only.
    @inlinable
    public var readOnly: Span<Value> {
        @_lifetime(borrow self)
        borrowing get {
            // SAFETY: as for `span`.
            let start = unsafe UnsafePointer(buffer.base.assumingMemoryBound(to: Value.self))
            return unsafe _overrideLifetime(Span(_unsafeStart: start, count: count), borrowing: self)
        }
    }

    /// Freezes the memory: from here on it is shared and only read.
    @inlinable
    public consuming func finish() -> RawBuffer { buffer }
}
