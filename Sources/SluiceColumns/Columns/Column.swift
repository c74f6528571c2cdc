// SAFETY: every stored property is a let, and the buffers behind them are frozen (see `RawBuffer`).
/// The values of one column of a batch: immutable, shareable between batches, operators and shards.
///
/// A column is *flat* (one slot per row) or *constant* (one slot that stands for every row). Values of NULL rows are
/// unspecified, but initialised; those of `view` lanes are the empty view.
public final class Column: @unchecked Sendable {
    /// The SQL type.
    public let type: DataType
    /// Rows.
    public let count: Int
    /// Whether one slot stands for all rows.
    public let isConstant: Bool
    /// A bit per slot, set where the row is not NULL; nil where no row is NULL.
    public let validity: Bitmap?
    /// Fields of a ROW; the element of an ARRAY; key and value of a MAP; element and count of a MULTISET.
    public let children: [Column]
    /// What keeps the bytes of a `view` lane alive.
    public let arenas: ArenaSet
    @usableFromInline let values: RawBuffer?

    /// Slots: `count`, or 1 for a constant.
    @inlinable
    public var slotCount: Int { isConstant ? 1 : count }

    /// Makes a column from frozen parts.
    ///
    /// - Parameters:
    ///   - type: the SQL type; its lane says what `values` and `children` hold.
    ///   - count: rows.
    ///   - values: slots of the lane; `count + 1` Int32 offsets for lists and maps; nil for rows and NULL.
    ///   - validity: a bit per slot, or nil.
    ///   - children: see `children`.
    ///   - arenas: what the views point into.
    ///   - isConstant: whether the parts hold one slot only.
    public init(
        type: DataType,
        count: Int,
        values: RawBuffer?,
        validity: Bitmap? = nil,
        children: [Column] = [],
        arenas: ArenaSet = ArenaSet(),
        isConstant: Bool = false
    ) {
        let slots = isConstant ? 1 : count
        if let validity { precondition(validity.count == slots) }
        switch type.lane {
        case .row: for child in children { precondition(child.count == slots) }
        case .null: break
        case .list, .map: precondition((values?.byteCount ?? 0) >= (slots + 1) * 4)
        default: precondition((values?.byteCount ?? 0) >= slots * type.lane.stride)
        }
        self.type = type
        self.count = count
        self.values = values
        self.validity = validity
        self.children = children
        self.arenas = arenas
        self.isConstant = isConstant
    }

    /// A column whose rows are all NULL.
    public static func allNull(_ type: DataType, count: Int) -> Column {
        constant(.null, type, count: count)
    }

    /// The same values under another type of the same lane (and, for nested types, the same shape).
    public func retyped(_ type: DataType) -> Column {
        precondition(type.lane == self.type.lane || self.type.lane == .null)
        guard self.type.lane != .null || type.lane == .null else { return .allNull(type, count: count) }
        return Column(
            type: type,
            count: count,
            values: values,
            validity: validity,
            children: children,
            arenas: arenas,
            isConstant: isConstant
        )
    }

    /// The same values with `validity` (a bit per slot) in place of the column's own.
    public func withValidity(_ validity: Bitmap?) -> Column {
        Column(
            type: type,
            count: count,
            values: values,
            validity: validity,
            children: children,
            arenas: arenas,
            isConstant: isConstant
        )
    }

    /// Whether no row is NULL.
    @inlinable
    public var hasNoNulls: Bool { validity == nil && type.lane != .null }

    /// Whether row `row` is NULL.
    @inlinable @inline(__always)
    public func isNull(_ row: Int) -> Bool {
        guard let validity else { return type.lane == .null }
        return !validity[isConstant ? 0 : row]
    }

    /// The first `slotCount` slots of the lane as `Value`; none where the lane has no storage.
    @inlinable @inline(__always)
    @_lifetime(borrow self)
    func slots<Value: BitwiseCopyable>(_ value: Value.Type, extra: Int = 0) -> Span<Value> {
        guard let values else { return Span() }
        let count = slotCount + extra
        precondition(count * MemoryLayout<Value>.stride <= values.byteCount)
        // SAFETY: the block holds `count` slots, and self keeps it alive as long as the span borrows self.
        let start = unsafe UnsafePointer(values.base.assumingMemoryBound(to: Value.self))
        return unsafe _overrideLifetime(Span(_unsafeStart: start, count: count), borrowing: self)
    }
}

extension Column {
    /// Slots of the `bool` lane, 0 or 1.
    @inlinable public var bools: Span<UInt8> {
        @_lifetime(borrow self) get { slots(UInt8.self) }
    }
    /// Slots of the `int8` lane.
    @inlinable public var int8s: Span<Int8> {
        @_lifetime(borrow self) get { slots(Int8.self) }
    }
    /// Slots of the `int16` lane.
    @inlinable public var int16s: Span<Int16> {
        @_lifetime(borrow self) get { slots(Int16.self) }
    }
    /// Slots of the `int32` lane.
    @inlinable public var int32s: Span<Int32> {
        @_lifetime(borrow self) get { slots(Int32.self) }
    }
    /// Slots of the `int64` lane.
    @inlinable public var int64s: Span<Int64> {
        @_lifetime(borrow self) get { slots(Int64.self) }
    }
    /// Slots of the `int128` lane.
    @inlinable public var int128s: Span<Int128> {
        @_lifetime(borrow self) get { slots(Int128.self) }
    }
    /// Slots of the `float` lane.
    @inlinable public var floats: Span<Float> {
        @_lifetime(borrow self) get { slots(Float.self) }
    }
    /// Slots of the `double` lane.
    @inlinable public var doubles: Span<Double> {
        @_lifetime(borrow self) get { slots(Double.self) }
    }
    /// Slots of the `view` lane.
    @inlinable public var views: Span<StringView> {
        @_lifetime(borrow self) get { slots(StringView.self) }
    }
    /// Text or bytes of the `view` lane.
    @inlinable public var strings: StringSpan {
        @_lifetime(borrow self) get { StringSpan(views: views) }
    }
    /// `slotCount + 1` offsets into the children of the `list` and `map` lanes.
    @inlinable public var offsets: Span<Int32> {
        @_lifetime(borrow self) get { slots(Int32.self, extra: 1) }
    }
    /// Slots of any fixed-width lane, by the Swift type of the lane.
    ///
    /// Specialise at the call: `lane(Int64.self)`.
    @inlinable @inline(__always)
    @_lifetime(borrow self)
    public func lane<Value: BitwiseCopyable>(_ value: Value.Type) -> Span<Value> { slots(value) }
}
