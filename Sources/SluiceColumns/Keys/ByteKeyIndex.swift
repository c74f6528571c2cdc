/// An open-addressing index from encoded rows to dense numbers 0, 1, 2 ..., probed by the batch.
///
/// A slot holds half of the hash, which says where it belongs, and the number (`HashSlots`); the bytes of all keys live
/// in one `EncodedRowArena`. So nothing else is kept for a key, and who removes one says its hash. Numbers of removed
/// keys are used again. Single-threaded.
public final class ByteKeyIndex {
    private var slots = HashSlots()
    private var rows = EncodedRowArena()

    /// How many rows ahead the cache is asked for a slot, then for where its key begins, then for the key.
    private static let (slotLookAhead, placeLookAhead, keyLookAhead) = (24, 16, 8)

    /// Makes an empty index.
    public init() {}

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

    /// The number of each row's key, new keys added.
    public func insert(_ rows: EncodedRows, hashes rowHashes: Span<UInt64>, numbers: inout MutableSpan<UInt32>) {
        slots.reserve(adding: rows.count)
        Self.insert(rows.all, rowHashes, &numbers, &slots, &self.rows)
    }

    /// The loop over a batch, on what it needs of the index: nothing of the object is asked for per row.
    private static func insert(
        _ encoded: EncodedRowSpan,
        _ hashes: Span<UInt64>,
        _ numbers: inout MutableSpan<UInt32>,
        _ slots: inout HashSlots,
        _ rows: inout EncodedRowArena
    ) {
        // SAFETY: room was made, so the slots do not move.
        let table = unsafe slots.view
        for row in 0..<encoded.count {
            unsafe prefetch(row, hashes, table, rows)
            let key = encoded[row]
            let found = unsafe table.find(hashes[row]) { rows.holds($0, key) }
            if found.numberPlusOne == 0 {
                let number = rows.append(key)
                slots.put(number, hash: hashes[row], at: found.position)
                numbers[row] = number
            } else {
                numbers[row] = found.numberPlusOne &- 1
            }
        }
    }

    /// Fills an empty index so that row i gets number i; the rows of `freeNumbers` get none and are given out later.
    public func adopt(_ encoded: EncodedRows, hashes rowHashes: Span<UInt64>, freeNumbers: [UInt32]) {
        precondition(numberBound == 0)
        var free = freeNumbers[...]
        slots.reserve(adding: encoded.count)
        for row in 0..<encoded.count {
            guard free.first == UInt32(truncatingIfNeeded: row) else {
                slots.add(rows.append(encoded.row(row)), hash: rowHashes[row])
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
        unsafe Self.find(rows.all, rowHashes, &numbers, slots.view, self.rows)
    }

    private static func find(
        _ encoded: EncodedRowSpan,
        _ hashes: Span<UInt64>,
        _ numbers: inout MutableSpan<UInt32>,
        _ table: HashSlots.View,
        _ rows: borrowing EncodedRowArena
    ) {
        for row in 0..<encoded.count {
            unsafe prefetch(row, hashes, table, rows)
            let key = encoded[row]
            // Zero, which is nothing found, becomes `UInt32.max`.
            numbers[row] = unsafe table.find(hashes[row]) { rows.holds($0, key) }.numberPlusOne &- 1
        }
    }

    /// Asks the cache for what the rows behind `row` will look at: three lines a key, one after the other.
    @inline(__always)
    private static func prefetch(
        _ row: Int,
        _ hashes: Span<UInt64>,
        _ table: HashSlots.View,
        _ rows: borrowing EncodedRowArena
    ) {
        if row &+ slotLookAhead < hashes.count { unsafe table.prefetch(hashes[row &+ slotLookAhead]) }
        if row &+ placeLookAhead < hashes.count {
            rows.prefetchPlace(Int(unsafe table.candidate(hashes[row &+ placeLookAhead])) &- 1)
        }
        if row &+ keyLookAhead < hashes.count {
            rows.prefetchBytes(Int(unsafe table.candidate(hashes[row &+ keyLookAhead])) &- 1)
        }
    }

    /// Takes keys out, each with its hash; their numbers may be given out again.
    public func remove(numbers: Span<UInt32>, hashes: Span<UInt64>) {
        for index in 0..<numbers.count {
            slots.remove(numbers[index], hash: hashes[index])
            rows.remove(numbers[index])
        }
        rows.compactIfWasteful()
    }

    /// Gives the bytes of removed keys back to the system.
    public func compact() { rows.compact() }

    /// Bytes by which the slots would grow if as many keys came.
    public func growth(adding more: Int) -> Int { slots.growth(adding: more) }
}
