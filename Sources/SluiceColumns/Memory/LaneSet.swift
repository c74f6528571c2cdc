import Glibc

/// The columns of a batch under construction, as one table of growing lanes written by lane number and row.
///
/// A decoder that learns at run time which columns there are writes through it: every slot starts as zeros and NULL; a
/// store makes it valid. Lane numbers, rows and the width of the value are checked at each store.
@safe
public struct LaneSet: ~Copyable {
    @unsafe @usableFromInline
    struct Slot {
        @usableFromInline var values: UnsafeMutableRawPointer
        @usableFromInline var validity: UnsafeMutablePointer<UInt64>
        @usableFromInline var rowCapacity: Int
        @usableFromInline var stride: Int
    }

    private struct Owner {
        var values: RawBuffer
        var validity: RawBuffer
    }

    /// Lanes.
    public let count: Int
    @usableFromInline let slots: UnsafeMutablePointer<Slot>
    private var owners: [Owner] = []

    /// Makes lanes of `strides` bytes per slot (0 for a lane that only knows NULL or not) with room for `rowCapacity`
    /// rows.
    public init(strides: [Int], rowCapacity: Int) {
        count = strides.count
        unsafe slots = .allocate(capacity: max(strides.count, 1))
        for (lane, stride) in strides.enumerated() {
            let owner = Self.owner(stride: stride, rowCapacity: rowCapacity)
            owners.append(owner)
            unsafe (slots + lane).initialize(to: Self.slot(owner, stride: stride, rowCapacity: rowCapacity))
        }
    }

    deinit { unsafe slots.deallocate() }

    private static func owner(stride: Int, rowCapacity: Int) -> Owner {
        Owner(
            values: RawBuffer(byteCount: stride * rowCapacity, zeroed: true),
            validity: RawBuffer(byteCount: ((rowCapacity + 63) >> 6) << 3, zeroed: true)
        )
    }

    private static func slot(_ owner: Owner, stride: Int, rowCapacity: Int) -> Slot {
        unsafe Slot(
            values: owner.values.base,
            validity: owner.validity.base.assumingMemoryBound(to: UInt64.self),
            rowCapacity: rowCapacity,
            stride: stride
        )
    }

    /// Sets row `row` of lane `lane`; it is valid from then on.
    @inlinable @inline(__always)
    public mutating func store<Value: BitwiseCopyable>(_ value: Value, lane: Int, row: Int) {
        precondition(UInt(bitPattern: lane) < UInt(bitPattern: count))
        // SAFETY: the lane exists, has the row, and its slots are as wide as the value.
        let slot = unsafe slots + lane
        precondition(unsafe UInt(bitPattern: row) < UInt(bitPattern: slot.pointee.rowCapacity))
        precondition(unsafe slot.pointee.stride == MemoryLayout<Value>.stride)
        unsafe slot.pointee.values.storeBytes(
            of: value,
            toByteOffset: row &* MemoryLayout<Value>.stride,
            as: Value.self
        )
        unsafe slot.pointee.validity[row >> 6] |= 1 &<< UInt64(row & 63)
    }

    /// Makes row `row` valid without a value.
    @inlinable @inline(__always)
    public mutating func setValid(lane: Int, row: Int) {
        precondition(UInt(bitPattern: lane) < UInt(bitPattern: count))
        // SAFETY: as for `store`.
        let slot = unsafe slots + lane
        precondition(unsafe UInt(bitPattern: row) < UInt(bitPattern: slot.pointee.rowCapacity))
        unsafe slot.pointee.validity[row >> 6] |= 1 &<< UInt64(row & 63)
    }

    /// Makes row `row` NULL; its value stays as it is.
    @inlinable @inline(__always)
    public mutating func setNull(lane: Int, row: Int) {
        precondition(UInt(bitPattern: lane) < UInt(bitPattern: count))
        // SAFETY: as for `store`.
        let slot = unsafe slots + lane
        precondition(unsafe UInt(bitPattern: row) < UInt(bitPattern: slot.pointee.rowCapacity))
        unsafe slot.pointee.validity[row >> 6] &= ~(1 &<< UInt64(row & 63))
    }

    /// Whether row `row` has been set.
    @inlinable @inline(__always)
    public func isValid(lane: Int, row: Int) -> Bool {
        precondition(UInt(bitPattern: lane) < UInt(bitPattern: count))
        // SAFETY: as for `store`.
        let slot = unsafe slots + lane
        precondition(unsafe UInt(bitPattern: row) < UInt(bitPattern: slot.pointee.rowCapacity))
        return unsafe (slot.pointee.validity[row >> 6] &>> UInt64(row & 63)) & 1 != 0
    }

    /// The value of row `row`.
    @inlinable
    public func load<Value: BitwiseCopyable>(_ type: Value.Type, lane: Int, row: Int) -> Value {
        precondition(UInt(bitPattern: lane) < UInt(bitPattern: count))
        // SAFETY: as for `store`; the slots are initialised with zeros.
        let slot = unsafe slots + lane
        precondition(unsafe UInt(bitPattern: row) < UInt(bitPattern: slot.pointee.rowCapacity))
        precondition(unsafe slot.pointee.stride == MemoryLayout<Value>.stride)
        return unsafe slot.pointee.values.load(fromByteOffset: row &* MemoryLayout<Value>.stride, as: Value.self)
    }

    /// Rows that lane `lane` has room for.
    @inlinable
    public func rowCapacity(lane: Int) -> Int {
        precondition(UInt(bitPattern: lane) < UInt(bitPattern: count))
        return unsafe slots[lane].rowCapacity
    }

    /// Makes room for `rowCount` rows in lane `lane`, at least doubling it where it has to grow.
    public mutating func reserve(lane: Int, rowCount: Int) {
        precondition(UInt(bitPattern: lane) < UInt(bitPattern: count))
        let old = unsafe slots[lane]
        if unsafe old.rowCapacity >= rowCount { return }
        let capacity = unsafe max(rowCount, old.rowCapacity * 2)
        let owner = unsafe Self.owner(stride: old.stride, rowCapacity: capacity)
        // SAFETY: the new blocks are longer than the old ones, which are alive in `owners`.
        unsafe memcpy(owner.values.base, old.values, old.stride * old.rowCapacity)
        unsafe memcpy(owner.validity.base, old.validity, ((old.rowCapacity + 63) >> 6) << 3)
        owners[lane] = owner
        unsafe slots[lane] = Self.slot(owner, stride: old.stride, rowCapacity: capacity)
    }

    /// Takes the first `rowCount` rows of lane `lane` out and starts it again, with room for `rowCapacity` rows.
    ///
    /// - Returns: the slots, and the validity, nil where every row was set.
    public mutating func take(lane: Int, rowCount: Int, rowCapacity: Int) -> (values: RawBuffer, validity: Bitmap?) {
        precondition(UInt(bitPattern: lane) < UInt(bitPattern: count))
        precondition(unsafe rowCount <= slots[lane].rowCapacity)
        let taken = owners[lane]
        let stride = unsafe slots[lane].stride
        let owner = Self.owner(stride: stride, rowCapacity: rowCapacity)
        owners[lane] = owner
        unsafe slots[lane] = Self.slot(owner, stride: stride, rowCapacity: rowCapacity)
        let validity = Bitmap(buffer: taken.validity, count: rowCount)
        return (taken.values, validity.isAllSet ? nil : validity)
    }
}
