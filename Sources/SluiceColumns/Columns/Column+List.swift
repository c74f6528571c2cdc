// Not inlined: once per batch a call is nothing, and the optimiser of Swift 6.3 ends with an ownership error where the
// local column meets a caller's loop.
extension Array where Element == Column {
    /// Text or bytes of column `index`, a `view` lane; borrows from the array, which keeps the column alive.
    @inlinable @inline(never)
    @_lifetime(borrow self)
    public func strings(_ index: Int) -> StringSpan {
        let column = self[index]
        // SAFETY: the array holds the column as long as the result borrows the array.
        return unsafe _overrideLifetime(column.strings, borrowing: self)
    }

    /// Slots of column `index`, a fixed-width or `view` lane, by the Swift type of the lane; borrows from the array.
    @inlinable @inline(never)
    @_lifetime(borrow self)
    public func slots<Value: BitwiseCopyable>(_ index: Int, of value: Value.Type) -> Span<Value> {
        let column = self[index]
        // SAFETY: as for `strings`.
        return unsafe _overrideLifetime(column.lane(value), borrowing: self)
    }

    /// `slotCount + 1` offsets of column `index`, a `list` or `map` lane; borrows from the array.
    @inlinable @inline(never)
    @_lifetime(borrow self)
    public func offsets(_ index: Int) -> Span<Int32> {
        let column = self[index]
        // SAFETY: as for `strings`.
        return unsafe _overrideLifetime(column.offsets, borrowing: self)
    }
}
