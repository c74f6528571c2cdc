import CSluiceShims

/// An open-addressing index from 64-bit keys to dense numbers 0, 1, 2 ..., probed by the batch.
///
/// A slot holds a number and half of the key's hash (`HashSlots`); the key itself lies in a list by number. So a slot
/// has 8 bytes instead of 16, for one more cache line a hit, which the loops prefetch. Numbers of removed keys are used
/// again. Single-threaded.
public final class Int64KeyIndex {
    private var slots = HashSlots()
    /// The key of each number.
    public private(set) var keys = GrowableLane<Int64>()
    private var freeNumbers: [UInt32] = []

    private static let lookAhead = 16
    private static let keyLookAhead = 8

    /// Makes an empty index.
    public init() {}

    /// Keys in the index.
    public var count: Int { slots.count }

    /// Numbers given out so far, free ones included: the size that accumulators need.
    public var numberBound: Int { keys.count }

    /// Numbers below `numberBound` that belong to no key, ascending.
    public var freeNumbersSorted: [UInt32] { freeNumbers.sorted() }

    /// Bytes held.
    public var byteCount: Int { slots.byteCount + keys.byteCount + freeNumbers.capacity * 4 }

    /// The number of each key, new keys added.
    ///
    /// - Parameters:
    ///   - rowKeys: the keys.
    ///   - hashes: `RowHash.mix` of each key.
    ///   - numbers: receives the number of each row's key.
    public func insert(_ rowKeys: Span<Int64>, hashes: Span<UInt64>, numbers: inout MutableSpan<UInt32>) {
        keys.reserve(adding: rowKeys.count)
        slots.reserve(adding: rowKeys.count)
        // SAFETY: numbers come from the table, so they lie in the block; `add` moves neither, for room was made above.
        let table = unsafe slots.view
        let known = unsafe keys.base
        for row in 0..<rowKeys.count {
            unsafe Self.prefetch(row, hashes, table, known)
            let key = rowKeys[row]
            let found = unsafe table.find(hashes[row]) { unsafe known[Int($0)] == key }
            numbers[row] =
                found.numberPlusOne == 0 ? add(key, hashes[row], at: found.position) : found.numberPlusOne &- 1
        }
    }

    /// The number of each key, `UInt32.max` where it is not in the index.
    public func find(_ rowKeys: Span<Int64>, hashes: Span<UInt64>, numbers: inout MutableSpan<UInt32>) {
        // SAFETY: numbers come from the table, so they lie in the block.
        let table = unsafe slots.view
        let known = unsafe keys.base
        for row in 0..<rowKeys.count {
            unsafe Self.prefetch(row, hashes, table, known)
            let key = rowKeys[row]
            // Zero, which is nothing found, becomes `UInt32.max`.
            numbers[row] = unsafe table.find(hashes[row]) { unsafe known[Int($0)] == key }.numberPlusOne &- 1
        }
    }

    /// Asks the cache for the slot that a later row comes to, and for the key of a nearer one.
    @inline(__always)
    private static func prefetch(
        _ row: Int,
        _ hashes: Span<UInt64>,
        _ table: HashSlots.View,
        _ known: UnsafeMutablePointer<Int64>
    ) {
        if row &+ lookAhead < hashes.count { unsafe table.prefetch(hashes[row &+ lookAhead]) }
        if row &+ keyLookAhead < hashes.count {
            // SAFETY: a prefetch of any address is harmless.
            unsafe sluice_prefetch(known + Int(table.candidate(hashes[row &+ keyLookAhead])))
        }
    }

    private func add(_ key: Int64, _ hash: UInt64, at position: Int) -> UInt32 {
        let number: UInt32
        if let free = freeNumbers.popLast() {
            number = free
            keys[Int(free)] = key
        } else {
            number = UInt32(truncatingIfNeeded: keys.count)
            keys.append(key)
        }
        slots.put(number, hash: hash, at: position)
        return number
    }

    /// Takes keys out; their numbers may be given out again.
    public func remove(numbers: Span<UInt32>) {
        for index in 0..<numbers.count {
            let number = numbers[index]
            slots.remove(number, hash: RowHash.mix(UInt64(bitPattern: keys[Int(number)])))
            freeNumbers.append(number)
        }
    }

    /// Bytes by which the slots would grow if as many keys came.
    public func growth(adding more: Int) -> Int { slots.growth(adding: more) }
}
