import CSluiceShims

/// The slots of an open-addressing table of dense numbers, which grows where it lies.
///
/// A slot holds the lower half of a key's hash above its number plus one; 0 is an empty slot. The half says by itself
/// where the number belongs: its share of the range of halves is the slot's share of the table. So slots follow each
/// other in the order of their halves, and a table that gains a third is stretched from its end, block by block:
/// nothing is held twice, no key is read, and memory is passed over once. Single-threaded.
@safe
struct HashSlots: ~Copyable {
    private var slots = GrowableLane<UInt64>(repeating: 0, count: 64)
    /// Numbers in the table.
    private(set) var count = 0

    /// Slots that are moved at once, at least.
    private static let blockCount = 4_096
    /// From this size on a table grows by a third: below, twice the size costs little memory.
    private static let smallCount = 1 << 18

    /// Bytes held.
    var byteCount: Int { slots.byteCount }

    /// What a loop over many rows reads the slots through; valid until the next `reserve`.
    @unsafe
    struct View {
        fileprivate let base: UnsafeMutablePointer<UInt64>
        fileprivate let size: Int

        /// Asks the cache for the slot where a hash belongs.
        @inline(__always)
        func prefetch(_ hash: UInt64) { unsafe sluice_prefetch(base + HashSlots.home(hash, size)) }

        /// The number plus one in the slot where a hash belongs, whatever number that is; 0 for none.
        @inline(__always)
        func candidate(_ hash: UInt64) -> UInt32 {
            UInt32(truncatingIfNeeded: unsafe base[HashSlots.home(hash, size)])
        }

        /// Finds the number with this hash that `isMeant`.
        ///
        /// - Returns: the number plus one, and its slot; or 0, and the slot where it would go.
        @inline(__always)
        func find(_ hash: UInt64, where isMeant: (UInt32) -> Bool) -> (numberPlusOne: UInt32, position: Int) {
            var position = unsafe HashSlots.home(hash, size)
            while true {
                // SAFETY: positions stay below the size.
                let slot = unsafe base[position]
                if slot == 0 { return (0, position) }
                let numberPlusOne = UInt32(truncatingIfNeeded: slot)
                if slot >> 32 == hash & 0xffff_ffff, isMeant(numberPlusOne &- 1) { return (numberPlusOne, position) }
                position = unsafe after(position)
            }
        }

        @inline(__always)
        fileprivate func after(_ position: Int) -> Int { unsafe position &+ 1 == size ? 0 : position &+ 1 }
    }

    /// The slots as they lie now.
    var view: View { unsafe View(base: slots.base, size: slots.count) }

    @inline(__always)
    private static func home(_ hash: UInt64, _ size: Int) -> Int {
        Int(truncatingIfNeeded: ((hash & 0xffff_ffff) &* UInt64(truncatingIfNeeded: size)) >> 32)
    }

    /// Puts a number into the empty slot that `View.find` gave for its hash.
    @inline(__always)
    mutating func put(_ number: UInt32, hash: UInt64, at position: Int) {
        slots[position] = hash << 32 | (UInt64(number) &+ 1)
        count += 1
    }

    /// Puts a number that is not in the table where its hash belongs.
    mutating func add(_ number: UInt32, hash: UInt64) {
        var position = Self.home(hash, slots.count)
        while slots[position] != 0 { position = after(position) }
        put(number, hash: hash, at: position)
    }

    private func after(_ position: Int) -> Int { position + 1 == slots.count ? 0 : position + 1 }

    /// Takes a number out, which is in the table under this hash.
    ///
    /// The slots behind it move up, so that there are no marks of removed ones and probes do not get longer.
    mutating func remove(_ number: UInt32, hash: UInt64) {
        var hole = Self.home(hash, slots.count)
        while UInt32(truncatingIfNeeded: slots[hole]) != number &+ 1 {
            precondition(slots[hole] != 0, "a key is removed with the hash of another one")
            hole = after(hole)
        }
        var position = after(hole)
        while slots[position] != 0 {
            let home = Self.home(slots[position] >> 32, slots.count)
            if distance(home, position) >= distance(hole, position) {
                slots[hole] = slots[position]
                hole = position
            }
            position = after(position)
        }
        slots[hole] = 0
        count -= 1
    }

    /// Steps from one slot to another.
    private func distance(_ start: Int, _ end: Int) -> Int { end >= start ? end - start : end - start + slots.count }

    /// Makes room for `more` numbers.
    ///
    /// Three quarters full at most in the long run, and never more than seven eighths with all of a batch in it. Where
    /// memory is short the table stays as full as it is (see `MemoryLedger.mayGrow`).
    mutating func reserve(adding more: Int) {
        let size = size(adding: more)
        guard size > slots.count else { return }
        let isTight = (count + more) * 8 > slots.count * 7
        guard MemoryLedger.mayGrow(by: (size - slots.count) * MemoryLayout<UInt64>.stride) || isTight else { return }
        stretch(to: size)
    }

    /// Bytes by which the table would grow if as many numbers came.
    func growth(adding more: Int) -> Int { (size(adding: more) - slots.count) * MemoryLayout<UInt64>.stride }

    /// How many slots there should be for `more` numbers.
    private func size(adding more: Int) -> Int {
        let needed = count + more
        var size = slots.count
        guard needed * 8 > size * 7 || count * 4 > size * 3 else { return size }
        while needed * 4 > size * 3 { size += size < Self.smallCount ? size : size / 3 }
        return size
    }

    /// Grows to `size` slots and moves each number to its new place, which is never in front of its old one's cluster.
    private mutating func stretch(to size: Int) {
        let oldCount = slots.count
        slots.resize(to: size, filling: 0)
        var moving = GrowableLane<UInt64>(minimumCapacity: Self.blockCount)
        // The numbers of the first cluster may belong to the end of the table.
        var front = 0
        while front < oldCount, slots[front] != 0 { front += 1 }
        var first = GrowableLane<UInt64>(minimumCapacity: max(front, 1))
        take(0..<front, into: &first)
        var end = oldCount
        while end > front {
            var start = max(front, end - Self.blockCount)
            while start > front, slots[start - 1] != 0 { start -= 1 }
            take(start..<end, into: &moving)
            place(moving)
            moving.truncate(to: 0)
            end = start
        }
        place(first)
    }

    /// Takes all numbers out of some slots, in order.
    private mutating func take(_ range: Range<Int>, into taken: inout GrowableLane<UInt64>) {
        precondition(range.upperBound <= slots.count)
        let base = unsafe slots.base
        for position in range {
            // SAFETY: checked just above.
            let slot = unsafe base[position]
            if slot == 0 { continue }
            taken.append(slot)
            unsafe base[position] = 0
        }
    }

    /// Puts slots that were taken out where they belong now.
    private mutating func place(_ taken: borrowing GrowableLane<UInt64>) {
        let table = unsafe view
        let base = unsafe slots.base
        for index in 0..<taken.count {
            let slot = taken[index]
            var position = Self.home(slot >> 32, slots.count)
            // SAFETY: positions stay below the number of slots, and there are empty ones.
            while unsafe base[position] != 0 { position = unsafe table.after(position) }
            unsafe base[position] = slot
        }
    }
}
