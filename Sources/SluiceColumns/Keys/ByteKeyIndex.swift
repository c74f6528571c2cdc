/// An open-addressing index from encoded rows to dense numbers 0, 1, 2 ..., probed by the batch.
///
/// A slot holds half of the hash, which says where it belongs, and the number (`HashSlots`); the bytes of all keys live
/// in one `EncodedRowArena`. So nothing else is kept for a key, and who removes one says its hash. Numbers of removed
/// keys are used again. Single-threaded.
public final class ByteKeyIndex {
    private var slots = HashSlots()
    private var rows = EncodedRowArena()

    private static let lookAhead = 12

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
        let table = unsafe slots.view
        for row in 0..<rows.count {
            if row &+ Self.lookAhead < rows.count { unsafe table.prefetch(rowHashes[row &+ Self.lookAhead]) }
            let key = rows.row(row)
            let hash = rowHashes[row]
            let found = unsafe table.find(hash) { self.rows.holds($0, key) }
            if found.numberPlusOne == 0 {
                let number = self.rows.append(key)
                slots.put(number, hash: hash, at: found.position)
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
        let table = unsafe slots.view
        for row in 0..<rows.count {
            if row &+ Self.lookAhead < rows.count { unsafe table.prefetch(rowHashes[row &+ Self.lookAhead]) }
            let key = rows.row(row)
            // Zero, which is nothing found, becomes `UInt32.max`.
            numbers[row] = unsafe table.find(rowHashes[row]) { self.rows.holds($0, key) }.numberPlusOne &- 1
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
}
