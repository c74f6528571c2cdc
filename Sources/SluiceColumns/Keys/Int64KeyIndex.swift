import CSluiceShims

/// An open-addressing index from 64-bit keys to dense numbers 0, 1, 2 ..., probed by the batch.
///
/// Slots hold the key itself, so a hit costs one cache line; the loop prefetches ahead. Numbers of removed keys are
/// used again. Single-threaded.
public final class Int64KeyIndex {
    @usableFromInline
    struct Slot: BitwiseCopyable {
        @usableFromInline var key: Int64
        /// Number plus one; 0 is an empty slot.
        @usableFromInline var numberPlusOne: UInt32
        @usableFromInline var unused: UInt32 = 0
        init(key: Int64, numberPlusOne: UInt32) {
            self.key = key
            self.numberPlusOne = numberPlusOne
        }
    }

    private var slots: GrowableLane<Slot>
    private var mask: Int
    /// The key of each number.
    public private(set) var keys = GrowableLane<Int64>()
    private var freeNumbers: [UInt32] = []
    /// Keys in the index.
    public private(set) var count = 0

    private static let lookAhead = 12

    /// Makes an empty index.
    public init() {
        slots = GrowableLane(repeating: Slot(key: 0, numberPlusOne: 0), count: 64)
        mask = 63
    }

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
        reserve(adding: rowKeys.count)
        let rowCount = rowKeys.count
        let mask = self.mask
        // SAFETY: positions are masked, so they lie in the table, which `add` does not move: room was made above.
        let table = unsafe slots.base
        for row in 0..<rowCount {
            if row &+ Self.lookAhead < rowCount {
                unsafe sluice_prefetch(table + Int(truncatingIfNeeded: hashes[row &+ Self.lookAhead]) & mask)
            }
            let key = rowKeys[row]
            var position = Int(truncatingIfNeeded: hashes[row]) & mask
            while true {
                let slot = unsafe table[position]
                if slot.numberPlusOne == 0 {
                    numbers[row] = add(key, at: position)
                    break
                }
                if slot.key == key {
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
        // SAFETY: positions are masked, so they lie in the table.
        let table = unsafe slots.base
        for row in 0..<rowKeys.count {
            if row &+ Self.lookAhead < rowKeys.count {
                unsafe sluice_prefetch(table + Int(truncatingIfNeeded: hashes[row &+ Self.lookAhead]) & mask)
            }
            var position = Int(truncatingIfNeeded: hashes[row]) & mask
            var found = UInt32.max
            while true {
                let slot = unsafe table[position]
                if slot.numberPlusOne == 0 { break }
                if slot.key == rowKeys[row] {
                    found = slot.numberPlusOne &- 1
                    break
                }
                position = (position &+ 1) & mask
            }
            numbers[row] = found
        }
    }

    private func add(_ key: Int64, at position: Int) -> UInt32 {
        let number: UInt32
        if let free = freeNumbers.popLast() {
            number = free
            keys[Int(free)] = key
        } else {
            number = UInt32(truncatingIfNeeded: keys.count)
            keys.append(key)
        }
        slots[position] = Slot(key: key, numberPlusOne: number &+ 1)
        count += 1
        return number
    }

    /// Takes keys out; their numbers may be given out again.
    public func remove(numbers: Span<UInt32>) {
        for index in 0..<numbers.count {
            let number = numbers[index]
            var position = Int(truncatingIfNeeded: RowHash.mix(UInt64(bitPattern: keys[Int(number)]))) & mask
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
            let home = Int(truncatingIfNeeded: RowHash.mix(UInt64(bitPattern: slots[position].key))) & mask
            if (position &- home) & mask >= (position &- hole) & mask {
                slots[hole] = slots[position]
                hole = position
            }
            position = (position &+ 1) & mask
        }
        slots[hole] = Slot(key: 0, numberPlusOne: 0)
    }

    private func reserve(adding more: Int) {
        let needed = count + more
        // All rows of the batch may be new, so there must be room for them; 5/8 full at most in the long run.
        guard needed * 8 > (mask + 1) * 7 || count * 8 > (mask + 1) * 5 else { return }
        var size = mask + 1
        while needed * 8 > size * 5 { size *= 2 }
        guard size > mask + 1 else { return }
        var old = GrowableLane(repeating: Slot(key: 0, numberPlusOne: 0), count: size)
        swap(&old, &slots)
        mask = size - 1
        for index in 0..<old.count where old[index].numberPlusOne != 0 {
            var position = Int(truncatingIfNeeded: RowHash.mix(UInt64(bitPattern: old[index].key))) & mask
            while slots[position].numberPlusOne != 0 { position = (position &+ 1) & mask }
            slots[position] = old[index]
        }
    }
}
