import Glibc

/// Byte strings under dense numbers 0, 1, 2 ..., in one growing block.
///
/// Holds encoded rows (`EncodedRows`) or sort keys (`SortKeys`). Numbers of removed strings are given out again, and
/// the block is compacted when half of it belongs to removed ones. Single-threaded.
public struct EncodedRowArena: ~Copyable {
    private var bytes = GrowableLane<UInt8>(minimumCapacity: 1 << 10)
    private var starts = GrowableLane<Int>()
    private var lengths = GrowableLane<UInt32>()
    private var freeNumbers: [UInt32] = []
    private var garbageByteCount = 0

    /// Makes an empty arena.
    public init() {}

    /// Strings held.
    public var count: Int { starts.count - freeNumbers.count }

    /// Numbers given out so far, free ones included.
    public var numberBound: Int { starts.count }

    /// Numbers below `numberBound` that belong to no string, ascending.
    public var freeNumbersSorted: [UInt32] { freeNumbers.sorted() }

    /// Bytes held.
    public var byteCount: Int {
        bytes.byteCount + starts.byteCount + lengths.byteCount + freeNumbers.capacity * MemoryLayout<UInt32>.stride
    }

    /// The string of `number`.
    public subscript(number: UInt32) -> Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let start = starts[Int(number)]
            // SAFETY: the string lies in the block, which does not change while self is borrowed.
            return unsafe _overrideLifetime(
                Span(_unsafeStart: UnsafePointer(bytes.base + start), count: Int(lengths[Int(number)])),
                borrowing: self
            )
        }
    }

    /// Whether the string of `number` has the bytes of `other`.
    @inline(__always)
    public func holds(_ number: UInt32, _ other: Span<UInt8>) -> Bool {
        guard Int(lengths[Int(number)]) == other.count else { return false }
        let start = starts[Int(number)]
        // SAFETY: the stored string has the same length and lies in the block.
        return unsafe other.withUnsafeBufferPointer { source in
            guard let address = source.baseAddress else { return true }
            return unsafe memcmp(bytes.base + start, address, source.count) == 0
        }
    }

    /// Adds a string; gives its number.
    public mutating func append(_ string: Span<UInt8>) -> UInt32 {
        let start = bytes.count
        bytes.append(contentsOf: string)
        guard let free = freeNumbers.popLast() else {
            starts.append(start)
            lengths.append(UInt32(truncatingIfNeeded: string.count))
            return UInt32(truncatingIfNeeded: starts.count - 1)
        }
        starts[Int(free)] = start
        lengths[Int(free)] = UInt32(truncatingIfNeeded: string.count)
        return free
    }

    /// Takes one string out; `compactIfWasteful` gives its bytes back.
    public mutating func remove(_ number: UInt32) {
        garbageByteCount += Int(lengths[Int(number)])
        lengths[Int(number)] = 0
        freeNumbers.append(number)
    }

    /// Gives the bytes of removed strings back once they are half of the block; to be called after removals.
    public mutating func compactIfWasteful() {
        guard garbageByteCount > 1 << 16, garbageByteCount * 2 > bytes.count else { return }
        var kept = GrowableLane<UInt8>(minimumCapacity: bytes.count - garbageByteCount)
        for number in 0..<starts.count where lengths[number] > 0 {
            let start = kept.count
            let length = Int(lengths[number])
            kept.resize(to: start + length, filling: 0)
            // SAFETY: both ranges lie in their blocks.
            unsafe memcpy(kept.base + start, bytes.base + starts[number], length)
            starts[number] = start
        }
        swap(&kept, &bytes)
        garbageByteCount = 0
    }
}
