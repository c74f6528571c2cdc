import CSluiceShims

/// An open-addressing index from encoded rows to dense numbers 0, 1, 2 ..., probed by the batch.
///
/// A slot holds the upper half of the hash, which says where it belongs, and the number plus one; the bytes of all keys
/// live in one `EncodedRowArena`. So nothing else is kept for a key, and who removes one says its hash. Numbers of
/// removed keys are used again. Single-threaded.
public final class ByteKeyIndex {
    private var slots: GrowableLane<UInt64>
    private var mask: Int
    private var rows = EncodedRowArena()

    /// How many rows ahead the cache is asked for a slot, then for where its key begins, then for the key.
    private static let (slotLookAhead, placeLookAhead, keyLookAhead) = (24, 16, 8)

    /// Makes an empty index.
    public init() {
        slots = GrowableLane(repeating: 0, count: 64)
        mask = 63
    }

    /// Keys in the index.
    public var count: Int { rows.count }

    /// Numbers given out so far, free ones included.
    public var numberBound: Int { rows.numberBound }

    /// Numbers below `numberBound` that belong to no key, ascending.
    public var freeNumbersSorted: [UInt32] { rows.freeNumbersSorted }

    /// Bytes held.
    public var byteCount: Int { slots.byteCount + rows.byteCount }

    /// The keys of `numbers` as columns.
    public func columns(of numbers: Span<UInt32>, by decoder: RowKeyDecoder) -> [Column] {
        decoder.columns(of: numbers, in: rows)
    }

    /// The slot where a key with this hash belongs.
    @inline(__always)
    private static func home(_ hash: UInt64, _ mask: Int) -> Int { Int(truncatingIfNeeded: hash >> 32) & mask }

    /// The slot where a key with this hash belongs.
    @inline(__always)
    private func home(_ hash: UInt64) -> Int { Self.home(hash, mask) }

    /// The number of each row's key, new keys added.
    public func insert(_ rows: EncodedRows, hashes rowHashes: Span<UInt64>, numbers: inout MutableSpan<UInt32>) {
        reserve(adding: rows.count)
        // SAFETY: room was made, so the slots do not move.
        unsafe Self.insert(rows.all, rowHashes, &numbers, slots.base, mask, &self.rows)
    }

    /// The loop over a batch, on what it needs of the index: nothing of the object is asked for per row.
    private static func insert(
        _ encoded: EncodedRowSpan,
        _ hashes: Span<UInt64>,
        _ numbers: inout MutableSpan<UInt32>,
        _ slots: UnsafeMutablePointer<UInt64>,
        _ mask: Int,
        _ rows: inout EncodedRowArena
    ) {
        for row in 0..<encoded.count {
            unsafe prefetch(row, hashes, slots, mask, rows)
            let key = encoded[row]
            let hash = hashes[row]
            // SAFETY: positions are masked.
            let position = unsafe probe(key, hash: hash, slots, mask, rows)
            let slot = unsafe slots[position]
            if slot != 0 {
                numbers[row] = UInt32(truncatingIfNeeded: slot) &- 1
                continue
            }
            let number = rows.append(key)
            unsafe slots[position] = (hash & 0xffff_ffff_0000_0000) | (UInt64(number) &+ 1)
            numbers[row] = number
        }
    }

    /// Fills an empty index so that row i gets number i; the rows of `freeNumbers` get none and are given out later.
    public func adopt(_ encoded: EncodedRows, hashes rowHashes: Span<UInt64>, freeNumbers: [UInt32]) {
        precondition(numberBound == 0)
        var free = freeNumbers[...]
        reserve(adding: encoded.count)
        for row in 0..<encoded.count {
            guard free.first == UInt32(truncatingIfNeeded: row) else {
                let key = encoded.row(row)
                add(key, hash: rowHashes[row])
                continue
            }
            free.removeFirst()
            _ = rows.append(Span())
        }
        for number in freeNumbers { rows.remove(number) }
    }

    /// The number of each row's key, `UInt32.max` where it is not in the index.
    public func find(_ rows: EncodedRows, hashes rowHashes: Span<UInt64>, numbers: inout MutableSpan<UInt32>) {
        // SAFETY: nothing is added, so the slots do not move.
        unsafe Self.find(rows.all, rowHashes, &numbers, slots.base, mask, self.rows)
    }

    private static func find(
        _ encoded: EncodedRowSpan,
        _ hashes: Span<UInt64>,
        _ numbers: inout MutableSpan<UInt32>,
        _ slots: UnsafeMutablePointer<UInt64>,
        _ mask: Int,
        _ rows: borrowing EncodedRowArena
    ) {
        for row in 0..<encoded.count {
            unsafe prefetch(row, hashes, slots, mask, rows)
            // SAFETY: positions are masked.
            let slot = unsafe slots[probe(encoded[row], hash: hashes[row], slots, mask, rows)]
            numbers[row] = slot == 0 ? .max : UInt32(truncatingIfNeeded: slot) &- 1
        }
    }

    /// Asks the cache for what the rows behind `row` will look at: three lines a key, one after the other.
    @inline(__always)
    private static func prefetch(
        _ row: Int,
        _ hashes: Span<UInt64>,
        _ slots: UnsafeMutablePointer<UInt64>,
        _ mask: Int,
        _ rows: borrowing EncodedRowArena
    ) {
        // SAFETY: positions are masked, and a prefetch of any address is harmless.
        if row &+ slotLookAhead < hashes.count {
            unsafe sluice_prefetch(slots + home(hashes[row &+ slotLookAhead], mask))
        }
        if row &+ placeLookAhead < hashes.count {
            let slot = unsafe slots[home(hashes[row &+ placeLookAhead], mask)]
            rows.prefetchPlace(Int(UInt32(truncatingIfNeeded: slot)) &- 1)
        }
        if row &+ keyLookAhead < hashes.count {
            let slot = unsafe slots[home(hashes[row &+ keyLookAhead], mask)]
            rows.prefetchBytes(Int(UInt32(truncatingIfNeeded: slot)) &- 1)
        }
    }

    /// The slot that holds the key, or the empty slot where it belongs.
    @inline(__always)
    private static func probe(
        _ key: Span<UInt8>,
        hash: UInt64,
        _ slots: UnsafeMutablePointer<UInt64>,
        _ mask: Int,
        _ rows: borrowing EncodedRowArena
    ) -> Int {
        var position = home(hash, mask)
        while true {
            let slot = unsafe slots[position]
            if slot == 0 { return position }
            if slot >> 32 == hash >> 32, rows.holds(UInt32(truncatingIfNeeded: slot) &- 1, key) { return position }
            position = (position &+ 1) & mask
        }
    }

    private func add(_ key: Span<UInt8>, hash: UInt64) {
        // SAFETY: the positions are masked.
        let position = unsafe Self.probe(key, hash: hash, slots.base, mask, rows)
        let number = rows.append(key)
        slots[position] = (hash & 0xffff_ffff_0000_0000) | (UInt64(number) &+ 1)
    }

    /// Takes keys out, each with its hash; their numbers may be given out again.
    public func remove(numbers: Span<UInt32>, hashes: Span<UInt64>) {
        for index in 0..<numbers.count {
            let number = numbers[index]
            var position = home(hashes[index])
            while UInt32(truncatingIfNeeded: slots[position]) != number &+ 1 {
                precondition(slots[position] != 0, "a key is removed with the hash of another one")
                position = (position &+ 1) & mask
            }
            close(position)
            rows.remove(number)
        }
        rows.compactIfWasteful()
    }

    /// Backward-shift deletion: no tombstones, so probes never get longer.
    private func close(_ emptied: Int) {
        var hole = emptied
        var position = (hole &+ 1) & mask
        while slots[position] != 0 {
            if (position &- home(slots[position])) & mask >= (position &- hole) & mask {
                slots[hole] = slots[position]
                hole = position
            }
            position = (position &+ 1) & mask
        }
        slots[hole] = 0
    }

    /// Bytes that are needed at once to grow the slots if as many keys came.
    public func growth(adding more: Int) -> Int {
        let needed = count + more
        var size = mask + 1
        guard needed * 8 > size * 7 || count * 4 > size * 3 else { return 0 }
        while needed * 4 > size * 3 { size *= 2 }
        return size > mask + 1 ? size * MemoryLayout<UInt64>.stride : 0
    }

    private func reserve(adding more: Int) {
        let needed = count + more
        // All rows of the batch may be new, so there must be room for them; 3/4 full at most in the long run.
        let isTight = needed * 8 > (mask + 1) * 7
        guard isTight || count * 4 > (mask + 1) * 3 else { return }
        var size = mask + 1
        while needed * 4 > size * 3 { size *= 2 }
        guard size > mask + 1 else { return }
        guard MemoryLedger.mayGrow(by: size * MemoryLayout<UInt64>.stride) || isTight else { return }
        var old = GrowableLane<UInt64>(repeating: 0, count: size)
        swap(&old, &slots)
        mask = size - 1
        for index in 0..<old.count where old[index] != 0 {
            var position = home(old[index])
            while slots[position] != 0 { position = (position &+ 1) & mask }
            slots[position] = old[index]
        }
    }
}
