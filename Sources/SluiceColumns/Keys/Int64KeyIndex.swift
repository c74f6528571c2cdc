import CSluiceShims

/// An open-addressing index from 64-bit keys to dense numbers 0, 1, 2 ..., probed by the batch.
///
/// A slot holds a number and half of the key's hash; the key itself lies in a list by number. So a slot has 8 bytes
/// instead of 16, for one more cache line a hit, which the loops prefetch. Numbers of removed keys are used again.
/// Single-threaded.
public final class Int64KeyIndex {
    @usableFromInline
    struct Slot: BitwiseCopyable {
        /// Number plus one; 0 is an empty slot.
        @usableFromInline var numberPlusOne: UInt32
        /// The upper half of the key's hash: another one means another key.
        @usableFromInline var tag: UInt32
        init(numberPlusOne: UInt32, tag: UInt32) {
            self.numberPlusOne = numberPlusOne
            self.tag = tag
        }
    }

    private var slots: GrowableLane<Slot>
    private var mask: Int
    /// The key of each number.
    public private(set) var keys = GrowableLane<Int64>()
    private var freeNumbers: [UInt32] = []
    /// Keys in the index.
    public private(set) var count = 0

    private static let lookAhead = 16
    private static let keyLookAhead = 8

    /// Makes an empty index.
    public init() {
        slots = GrowableLane(repeating: Slot(numberPlusOne: 0, tag: 0), count: 64)
        mask = 63
    }

    /// Numbers given out so far, free ones included: the size that accumulators need.
    public var numberBound: Int { keys.count }

    /// Numbers below `numberBound` that belong to no key, ascending.
    public var freeNumbersSorted: [UInt32] { freeNumbers.sorted() }

    /// Bytes held.
    public var byteCount: Int { slots.byteCount + keys.byteCount + freeNumbers.capacity * 4 }

    private static func tag(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 32) }

    /// The number of each key, new keys added.
    ///
    /// - Parameters:
    ///   - rowKeys: the keys.
    ///   - hashes: `RowHash.mix` of each key.
    ///   - numbers: receives the number of each row's key.
    public func insert(_ rowKeys: Span<Int64>, hashes: Span<UInt64>, numbers: inout MutableSpan<UInt32>) {
        reserve(adding: rowKeys.count)
        let rowCount = rowKeys.count
        let mask = self.mask
        // SAFETY: positions are masked and numbers come from the table, so they lie in the blocks, which `add` does not
        // move: room was made above.
        let table = unsafe slots.base
        let known = unsafe keys.base
        for row in 0..<rowCount {
            unsafe Self.prefetch(row, hashes, mask, table, known)
            let key = rowKeys[row]
            let tag = Self.tag(hashes[row])
            var position = Int(truncatingIfNeeded: hashes[row]) & mask
            while true {
                let slot = unsafe table[position]
                if slot.numberPlusOne == 0 {
                    numbers[row] = add(key, tag, at: position)
                    break
                }
                if slot.tag == tag, unsafe known[Int(slot.numberPlusOne &- 1)] == key {
                    numbers[row] = slot.numberPlusOne &- 1
                    break
                }
                position = (position &+ 1) & mask
            }
        }
    }

    /// The number of each key, `UInt32.max` where it is not in the index.
    public func find(_ rowKeys: Span<Int64>, hashes: Span<UInt64>, numbers: inout MutableSpan<UInt32>) {
        let mask = self.mask
        // SAFETY: positions are masked and numbers come from the table, so they lie in the blocks.
        let table = unsafe slots.base
        let known = unsafe keys.base
        for row in 0..<rowKeys.count {
            unsafe Self.prefetch(row, hashes, mask, table, known)
            let tag = Self.tag(hashes[row])
            var position = Int(truncatingIfNeeded: hashes[row]) & mask
            var found = UInt32.max
            while true {
                let slot = unsafe table[position]
                if slot.numberPlusOne == 0 { break }
                if slot.tag == tag, unsafe known[Int(slot.numberPlusOne &- 1)] == rowKeys[row] {
                    found = slot.numberPlusOne &- 1
                    break
                }
                position = (position &+ 1) & mask
            }
            numbers[row] = found
        }
    }

    /// Asks the cache for the slot that a later row comes to, and for the key of a nearer one.
    @inline(__always)
    private static func prefetch(
        _ row: Int,
        _ hashes: Span<UInt64>,
        _ mask: Int,
        _ table: UnsafeMutablePointer<Slot>,
        _ known: UnsafeMutablePointer<Int64>
    ) {
        // SAFETY: positions are masked, and a prefetch of any address is harmless.
        if row &+ lookAhead < hashes.count {
            unsafe sluice_prefetch(table + Int(truncatingIfNeeded: hashes[row &+ lookAhead]) & mask)
        }
        if row &+ keyLookAhead < hashes.count {
            let near = unsafe table[Int(truncatingIfNeeded: hashes[row &+ keyLookAhead]) & mask]
            unsafe sluice_prefetch(known + Int(near.numberPlusOne))
        }
    }

    private func add(_ key: Int64, _ tag: UInt32, at position: Int) -> UInt32 {
        let number: UInt32
        if let free = freeNumbers.popLast() {
            number = free
            keys[Int(free)] = key
        } else {
            number = UInt32(truncatingIfNeeded: keys.count)
            keys.append(key)
        }
        slots[position] = Slot(numberPlusOne: number &+ 1, tag: tag)
        count += 1
        return number
    }

    private func hash(of number: UInt32) -> UInt64 { RowHash.mix(UInt64(bitPattern: keys[Int(number)])) }

    /// Takes keys out; their numbers may be given out again.
    public func remove(numbers: Span<UInt32>) {
        for index in 0..<numbers.count {
            let number = numbers[index]
            var position = Int(truncatingIfNeeded: hash(of: number)) & mask
            while slots[position].numberPlusOne != number &+ 1 { position = (position &+ 1) & mask }
            close(position)
            freeNumbers.append(number)
            count -= 1
        }
    }

    /// Backward-shift deletion: no tombstones, so probes never get longer.
    private func close(_ hole: Int) {
        var hole = hole
        var position = (hole &+ 1) & mask
        while slots[position].numberPlusOne != 0 {
            let home = Int(truncatingIfNeeded: hash(of: slots[position].numberPlusOne &- 1)) & mask
            if (position &- home) & mask >= (position &- hole) & mask {
                slots[hole] = slots[position]
                hole = position
            }
            position = (position &+ 1) & mask
        }
        slots[hole] = Slot(numberPlusOne: 0, tag: 0)
    }

    /// Bytes by which the slots would grow if as many keys came.
    public func growth(adding more: Int) -> Int {
        let needed = count + more
        var size = mask + 1
        guard needed * 8 > size * 7 || count * 4 > size * 3 else { return 0 }
        while needed * 4 > size * 3 { size *= 2 }
        return (size - mask - 1) * MemoryLayout<Slot>.stride
    }

    private func reserve(adding more: Int) {
        keys.reserve(adding: more)
        let needed = count + more
        // All rows of the batch may be new, so there must be room for them; 3/4 full at most in the long run.
        let isTight = needed * 8 > (mask + 1) * 7
        guard isTight || count * 4 > (mask + 1) * 3 else { return }
        var size = mask + 1
        while needed * 4 > size * 3 { size *= 2 }
        guard size > mask + 1 else { return }
        guard MemoryLedger.mayGrow(by: (size - mask - 1) * MemoryLayout<Slot>.stride) || isTight else { return }
        // The keys say all: the old slots are given back before the new ones are asked for.
        slots = GrowableLane()
        slots = GrowableLane(repeating: Slot(numberPlusOne: 0, tag: 0), count: size)
        mask = size - 1
        // By number, so that the keys are read in order.
        var free = freeNumbersSorted[...]
        for number in 0..<UInt32(truncatingIfNeeded: keys.count) {
            if free.first == number {
                free.removeFirst()
                continue
            }
            let hash = hash(of: number)
            var position = Int(truncatingIfNeeded: hash) & mask
            while slots[position].numberPlusOne != 0 { position = (position &+ 1) & mask }
            slots[position] = Slot(numberPlusOne: number &+ 1, tag: Self.tag(hash))
        }
    }
}
