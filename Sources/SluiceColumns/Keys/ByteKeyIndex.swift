import Glibc

/// An open-addressing index from encoded rows to dense numbers 0, 1, 2 ..., probed by the batch.
///
/// A slot holds 32 bits of the hash and the number plus one; the bytes of all keys live in one growing arena, which is
/// compacted when half of it belongs to removed keys. Numbers of removed keys are used again. Single-threaded.
public final class ByteKeyIndex {
    private var slots: GrowableLane<UInt64>
    private var mask: Int
    private var bytes = GrowableLane<UInt8>(minimumCapacity: 1 << 10)
    private var starts = GrowableLane<Int>()
    private var lengths = GrowableLane<UInt32>()
    private var hashes = GrowableLane<UInt64>()
    private var freeNumbers: [UInt32] = []
    private var garbageByteCount = 0
    /// Keys in the index.
    public private(set) var count = 0

    private static let lookAhead = 12

    /// Makes an empty index.
    public init() {
        slots = GrowableLane(repeating: 0, count: 64)
        mask = 63
    }

    /// Numbers given out so far, free ones included.
    public var numberBound: Int { starts.count }

    /// Numbers below `numberBound` that belong to no key, ascending.
    public var freeNumbersSorted: [UInt32] { freeNumbers.sorted() }

    /// Bytes held.
    public var byteCount: Int {
        slots.byteCount + bytes.byteCount + starts.byteCount + lengths.byteCount + hashes.byteCount
    }

    /// The encoded key of `number`.
    @_lifetime(borrow self)
    public func key(_ number: UInt32) -> Span<UInt8> {
        let start = starts[Int(number)]
        // SAFETY: the key lies in the arena, which does not change while self is borrowed.
        return unsafe _overrideLifetime(
            Span(_unsafeStart: UnsafePointer(bytes.base + start), count: Int(lengths[Int(number)])),
            borrowing: self
        )
    }

    /// The number of each row's key, new keys added.
    public func insert(_ rows: EncodedRows, hashes rowHashes: Span<UInt64>, numbers: inout MutableSpan<UInt32>) {
        reserve(adding: rows.count)
        for row in 0..<rows.count {
            if row &+ Self.lookAhead < rows.count {
                slots.prefetch(Int(truncatingIfNeeded: rowHashes[row &+ Self.lookAhead]) & mask)
            }
            let key = rows.row(row)
            let hash = rowHashes[row]
            let position = probe(key, hash: hash)
            let slot = slots[position]
            numbers[row] = slot == 0 ? add(key, hash: hash, at: position) : UInt32(truncatingIfNeeded: slot) &- 1
        }
    }

    /// Fills an empty index so that row i gets number i; the rows of `freeNumbers` get none and are given out later.
    public func adopt(_ rows: EncodedRows, hashes rowHashes: Span<UInt64>, freeNumbers: [UInt32]) {
        precondition(numberBound == 0)
        var free = freeNumbers[...]
        reserve(adding: rows.count)
        for row in 0..<rows.count {
            if free.first == UInt32(truncatingIfNeeded: row) {
                free.removeFirst()
                starts.append(bytes.count)
                lengths.append(0)
                hashes.append(0)
                continue
            }
            _ = add(rows.row(row), hash: rowHashes[row], at: probe(rows.row(row), hash: rowHashes[row]))
        }
        self.freeNumbers = freeNumbers
    }

    /// The number of each row's key, `UInt32.max` where it is not in the index.
    public func find(_ rows: EncodedRows, hashes rowHashes: Span<UInt64>, numbers: inout MutableSpan<UInt32>) {
        for row in 0..<rows.count {
            if row &+ Self.lookAhead < rows.count {
                slots.prefetch(Int(truncatingIfNeeded: rowHashes[row &+ Self.lookAhead]) & mask)
            }
            let slot = slots[probe(rows.row(row), hash: rowHashes[row])]
            numbers[row] = slot == 0 ? .max : UInt32(truncatingIfNeeded: slot) &- 1
        }
    }

    /// The slot that holds the key, or the empty slot where it belongs.
    @inline(__always)
    private func probe(_ key: Span<UInt8>, hash: UInt64) -> Int {
        var position = Int(truncatingIfNeeded: hash) & mask
        while true {
            let slot = slots[position]
            if slot == 0 { return position }
            if slot >> 32 == hash >> 32, holds(UInt32(truncatingIfNeeded: slot) &- 1, key) { return position }
            position = (position &+ 1) & mask
        }
    }

    @inline(__always)
    private func holds(_ number: UInt32, _ key: Span<UInt8>) -> Bool {
        guard Int(lengths[Int(number)]) == key.count else { return false }
        let start = starts[Int(number)]
        // SAFETY: the stored key has the same length and lies in the arena.
        return unsafe key.withUnsafeBufferPointer { source in
            guard let other = source.baseAddress else { return true }
            return unsafe memcmp(bytes.base + start, other, source.count) == 0
        }
    }

    private func add(_ key: Span<UInt8>, hash: UInt64, at position: Int) -> UInt32 {
        let start = bytes.count
        bytes.resize(to: start + key.count, filling: 0)
        // SAFETY: room was made just above.
        unsafe key.withUnsafeBufferPointer { source in
            guard let from = source.baseAddress else { return }
            unsafe memcpy(bytes.base + start, from, source.count)
        }
        let number: UInt32
        if let free = freeNumbers.popLast() {
            number = free
            starts[Int(free)] = start
            lengths[Int(free)] = UInt32(truncatingIfNeeded: key.count)
            hashes[Int(free)] = hash
        } else {
            number = UInt32(truncatingIfNeeded: starts.count)
            starts.append(start)
            lengths.append(UInt32(truncatingIfNeeded: key.count))
            hashes.append(hash)
        }
        slots[position] = (hash & 0xffff_ffff_0000_0000) | (UInt64(number) &+ 1)
        count += 1
        return number
    }

    /// Takes keys out; their numbers may be given out again.
    public func remove(numbers: Span<UInt32>) {
        for index in 0..<numbers.count {
            let number = numbers[index]
            var position = Int(truncatingIfNeeded: hashes[Int(number)]) & mask
            while UInt32(truncatingIfNeeded: slots[position]) != number &+ 1 { position = (position &+ 1) & mask }
            close(position)
            garbageByteCount += Int(lengths[Int(number)])
            lengths[Int(number)] = 0
            freeNumbers.append(number)
            count -= 1
        }
        if garbageByteCount > 1 << 16, garbageByteCount * 2 > bytes.count { compact() }
    }

    /// Backward-shift deletion: no tombstones, so probes never get longer.
    private func close(_ emptied: Int) {
        var hole = emptied
        var position = (hole &+ 1) & mask
        while slots[position] != 0 {
            let number = Int(UInt32(truncatingIfNeeded: slots[position]) &- 1)
            let home = Int(truncatingIfNeeded: hashes[number]) & mask
            if (position &- home) & mask >= (position &- hole) & mask {
                slots[hole] = slots[position]
                hole = position
            }
            position = (position &+ 1) & mask
        }
        slots[hole] = 0
    }

    private func compact() {
        var kept = GrowableLane<UInt8>(minimumCapacity: bytes.count - garbageByteCount)
        for number in 0..<starts.count where lengths[number] > 0 {
            let start = kept.count
            let length = Int(lengths[number])
            kept.resize(to: start + length, filling: 0)
            // SAFETY: both ranges lie in their arenas.
            unsafe memcpy(kept.base + start, bytes.base + starts[number], length)
            starts[number] = start
        }
        swap(&kept, &bytes)
        garbageByteCount = 0
    }

    private func reserve(adding more: Int) {
        let needed = count + more
        guard needed * 8 > (mask + 1) * 7 || count * 8 > (mask + 1) * 5 else { return }
        var size = mask + 1
        while needed * 8 > size * 5 { size *= 2 }
        guard size > mask + 1 else { return }
        var old = GrowableLane<UInt64>(repeating: 0, count: size)
        swap(&old, &slots)
        mask = size - 1
        for index in 0..<old.count where old[index] != 0 {
            let number = Int(UInt32(truncatingIfNeeded: old[index]) &- 1)
            var position = Int(truncatingIfNeeded: hashes[number]) & mask
            while slots[position] != 0 { position = (position &+ 1) & mask }
            slots[position] = old[index]
        }
    }
}
