// Not inlined: once per batch a call is nothing, and the optimiser of Swift 6.3 ends with an ownership error where
// the local column meets a caller's loop.
extension Array where Element == Column {
    /// Text or bytes of column `index`, a `view` lane; borrows from the array, which keeps the column alive.
    @inlinable @inline(never)
    @_lifetime(borrow self)
    public func strings(_ index: Int) -> StringSpan { StringSpan(views: slots(index, of: StringView.self)) }

    /// Slots of column `index`, a fixed-width or `view` lane, by the Swift type of the lane; borrows from the array.
    @inlinable @inline(never)
    @_lifetime(borrow self)
    public func slots<Value: BitwiseCopyable>(_ index: Int, of value: Value.Type) -> Span<Value> {
        span(index, count: self[index].slotCount, of: value)
    }

    /// `slotCount + 1` offsets of column `index`, a `list` or `map` lane; borrows from the array.
    @inlinable @inline(never)
    @_lifetime(borrow self)
    public func offsets(_ index: Int) -> Span<Int32> { span(index, count: self[index].slotCount + 1, of: Int32.self) }

    /// Goes straight to the memory: a span that first borrows from the column in a local variable makes the optimiser
    /// of Swift 6.3.1 stop with an ownership error once everything is inlined.
    @inlinable @inline(__always)
    @_lifetime(borrow self)
    func span<Value: BitwiseCopyable>(_ index: Int, count: Int, of value: Value.Type) -> Span<Value> {
        guard let values = self[index].values else { return Span() }
        precondition(count * MemoryLayout<Value>.stride <= values.byteCount)
        // SAFETY: the block holds `count` slots, and the array holds the column as long as the result borrows the
        // array.
        let start = unsafe UnsafePointer(values.base.assumingMemoryBound(to: Value.self))
        return unsafe _overrideLifetime(Span(_unsafeStart: start, count: count), borrowing: self)
    }
}
