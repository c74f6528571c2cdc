import CSluiceShims
import Glibc

/// A growing array of plain values for keyed state: accounted as tables, never copied on write, huge pages when large.
///
/// Single-threaded; owned by one operator.
@safe
public struct GrowableLane<Value: BitwiseCopyable>: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<Value>
    /// Values in use.
    public private(set) var count: Int
    @usableFromInline var capacity: Int

    /// Makes an empty array.
    public init(minimumCapacity: Int = 0) {
        capacity = max(16, minimumCapacity)
        unsafe base = Self.allocate(capacity)
        count = 0
    }

    /// Makes `count` copies of `value`.
    public init(repeating value: Value, count: Int) {
        self.init(minimumCapacity: count)
        // SAFETY: the block holds at least `count` slots.
        unsafe base.initialize(repeating: value, count: count)
        self.count = count
    }

    deinit {
        unsafe Self.release(base, capacity)
    }

    /// Bytes held.
    public var byteCount: Int { capacity * MemoryLayout<Value>.stride }

    /// The value at `index`.
    @inlinable @inline(__always)
    public subscript(index: Int) -> Value {
        get {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
            // SAFETY: checked just above.
            return unsafe base[index]
        }
        set {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
            // SAFETY: checked just above.
            unsafe base[index] = newValue
        }
    }

    /// The values in use.
    @inlinable
    public var span: Span<Value> {
        @_lifetime(borrow self)
        borrowing get {
            // SAFETY: `count` slots are initialised.
            unsafe _overrideLifetime(Span(_unsafeStart: base, count: count), borrowing: self)
        }
    }

    /// The values in use, writable.
    @inlinable
    public var mutableSpan: MutableSpan<Value> {
        @_lifetime(&self)
        mutating get {
            // SAFETY: `count` slots are initialised.
            unsafe _overrideLifetime(MutableSpan(_unsafeStart: base, count: count), mutating: &self)
        }
    }

    /// Appends a value.
    public mutating func append(_ value: Value) {
        if count == capacity { grow(to: count + 1) }
        // SAFETY: there is room now.
        unsafe (base + count).initialize(to: value)
        count += 1
    }

    /// Grows to `newCount` values, the new ones set to `value`; does nothing where there are as many already.
    public mutating func resize(to newCount: Int, filling value: Value) {
        guard newCount > count else { return }
        if newCount > capacity { grow(to: newCount) }
        // SAFETY: there is room now.
        unsafe (base + count).initialize(repeating: value, count: newCount - count)
        count = newCount
    }

    /// Makes room for `more` values, so that appending them moves nothing.
    public mutating func reserve(adding more: Int) {
        if count + more > capacity { grow(to: count + more) }
    }

    /// Forgets the values from `newCount` on; keeps the memory.
    public mutating func truncate(to newCount: Int) {
        precondition(newCount <= count)
        count = newCount
    }

    /// Gives memory that no value is in back, where that is much.
    public mutating func shrink() {
        guard let oldMapped = Self.mappedByteCount(capacity) else { return }
        let newCapacity = max(16, count)
        if let newMapped = Self.mappedByteCount(newCapacity) {
            if newMapped == oldMapped { return }
            let end = unsafe UnsafeMutableRawPointer(base) + newMapped
            unsafe sluice_unmap_large(end, oldMapped - newMapped)
            MemoryLedger.add((newCapacity - capacity) * MemoryLayout<Value>.stride, for: .tables)
        } else {
            let target = unsafe Self.allocate(newCapacity)
            unsafe target.update(from: base, count: count)
            unsafe Self.release(base, capacity)
            unsafe base = target
        }
        capacity = newCapacity
    }

    /// Asks the cache for the value at `index`, which need not exist.
    @inlinable @inline(__always)
    public func prefetch(_ index: Int) {
        // SAFETY: a prefetch of any address is harmless.
        unsafe sluice_prefetch(base + index)
    }

    private mutating func grow(to minimum: Int) {
        // Pages that only move make small steps cheap, and small steps keep a job near its bound of memory.
        let isMapped = Self.mappedByteCount(capacity) != nil
        let newCapacity = max(minimum, capacity + (isMapped ? Self.mappedStep(capacity) : capacity))
        if let oldMapped = Self.mappedByteCount(capacity), let newMapped = Self.mappedByteCount(newCapacity) {
            // Measured: moving the pages instead of copying saves clearing them a second time.
            guard let moved = unsafe sluice_grow_large(UnsafeMutableRawPointer(base), oldMapped, newMapped) else {
                preconditionFailure("out of memory: \(newMapped) bytes for keyed state")
            }
            MemoryLedger.add((newCapacity - capacity) * MemoryLayout<Value>.stride, for: .tables)
            unsafe base = moved.bindMemory(to: Value.self, capacity: newCapacity)
        } else {
            let target = unsafe Self.allocate(newCapacity)
            unsafe target.update(from: base, count: count)
            unsafe Self.release(base, capacity)
            unsafe base = target
        }
        capacity = newCapacity
    }

    private static var mappedByteCountMin: Int { 4 << 20 }
    private static var hugePageByteCount: Int { 2 << 20 }

    /// How much a large block grows at least: by a thirty-second, or where memory is short by a page.
    private static func mappedStep(_ capacity: Int) -> Int {
        let step = max(capacity / 32, mappedByteCountMin / MemoryLayout<Value>.stride)
        let isShort = !MemoryLedger.hasRoom(for: 8 * step * MemoryLayout<Value>.stride)
        return isShort ? hugePageByteCount / MemoryLayout<Value>.stride : step
    }

    /// Bytes of the mapping of a block that is so large that it is mapped by itself; nil for one from the allocator.
    private static func mappedByteCount(_ capacity: Int) -> Int? {
        let byteCount = capacity * MemoryLayout<Value>.stride
        return byteCount < mappedByteCountMin
            ? nil : (byteCount + (hugePageByteCount - 1)) & ~(hugePageByteCount - 1)
    }

    private static func release(_ block: UnsafeMutablePointer<Value>, _ capacity: Int) {
        if let mapped = mappedByteCount(capacity) {
            unsafe sluice_unmap_large(UnsafeMutableRawPointer(block), mapped)
        } else {
            unsafe free(UnsafeMutableRawPointer(block))
        }
        MemoryLedger.add(-capacity * MemoryLayout<Value>.stride, for: .tables)
    }

    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Value> {
        let byteCount = capacity * MemoryLayout<Value>.stride
        var raw: UnsafeMutableRawPointer?
        if let mapped = mappedByteCount(capacity) {
            // Measured: random access to tables of tens of MB is a fifth cheaper on huge pages.
            unsafe raw = sluice_map_large(mapped)
        } else {
            unsafe posix_memalign(&raw, 64, byteCount)
        }
        guard let block = unsafe raw else {
            preconditionFailure("out of memory: \(byteCount) bytes for keyed state")
        }
        MemoryLedger.add(byteCount, for: .tables)
        return unsafe block.bindMemory(to: Value.self, capacity: capacity)
    }
}

extension GrowableLane {
    /// The values in use, as bytes.
    public var rawBytes: RawSpan {
        @_lifetime(borrow self)
        borrowing get {
            // SAFETY: `count` slots are initialised.
            unsafe _overrideLifetime(
                RawSpan(_unsafeStart: base, byteCount: count * MemoryLayout<Value>.stride),
                borrowing: self
            )
        }
    }

    /// The values of `range`, all in use, as bytes.
    @_lifetime(borrow self)
    public borrowing func bytes(_ range: Range<Int>) -> RawSpan {
        let stride = MemoryLayout<Value>.stride
        return rawBytes.extracting(range.lowerBound * stride..<range.upperBound * stride)
    }

    /// Appends `more` values whose bytes are zero.
    public mutating func appendZeros(_ more: Int) {
        reserve(adding: more)
        // SAFETY: there is room now, and zero bytes are a value.
        unsafe memset(base + count, 0, more * MemoryLayout<Value>.stride)
        count += more
    }

    /// The slots of `range`, all in use, as bytes to be overwritten.
    @_lifetime(&self)
    public mutating func mutableBytes(_ range: Range<Int>) -> MutableRawSpan {
        precondition(range.lowerBound >= 0)
        precondition(range.upperBound <= count)
        let byteCount = range.count * MemoryLayout<Value>.stride
        // SAFETY: the range is in use, and every bit pattern is a value.
        let start = unsafe UnsafeMutableRawPointer(base + range.lowerBound)
        return unsafe _overrideLifetime(MutableRawSpan(_unsafeStart: start, byteCount: byteCount), mutating: &self)
    }
}

extension GrowableLane where Value == UInt8 {
    /// The eight bytes from `offset` on as a word, the lowest first.
    @inlinable
    public func word(at offset: Int) -> UInt64 {
        precondition(offset >= 0)
        precondition(offset + 8 <= count)
        // SAFETY: checked just above.
        return UInt64(littleEndian: unsafe UnsafeRawPointer(base + offset).loadUnaligned(as: UInt64.self))
    }

    /// Appends the eight bytes of a word, the lowest first.
    public mutating func append(word: UInt64) {
        let start = count
        resize(to: start + 8, filling: 0)
        // SAFETY: room was made just above.
        unsafe UnsafeMutableRawPointer(base + start).storeBytes(of: word.littleEndian, as: UInt64.self)
    }

    /// Makes room for `more` bytes at the end, which the caller writes before anybody reads them.
    mutating func extend(by more: Int) {
        reserve(adding: more)
        count += more
    }

    /// Appends bytes.
    public mutating func append(contentsOf other: Span<UInt8>) {
        reserve(adding: other.count)
        // SAFETY: room was made just above.
        unsafe other.withUnsafeBufferPointer { source in
            guard let from = source.baseAddress else { return }
            unsafe memcpy(base + count, from, source.count)
        }
        count += other.count
    }
}

extension GrowableLane where Value == Int64 {
    /// Adds one to the value at each of `indexes`, in order.
    public mutating func addOne(at indexes: Span<UInt32>) {
        var values = mutableSpan
        for position in 0..<indexes.count { values[Int(indexes[position])] &+= 1 }
    }
}
