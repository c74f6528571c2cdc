import SluiceColumns

/// Rows of any column types under dense numbers 0, 1, 2 ..., kept as encoded bytes.
///
/// What keeps rows without a key of their own builds on it: lists of rows per key, sorted rows, rows that wait for the
/// watermark. Numbers of removed rows are given out again. Single-threaded: it belongs to one operator on one shard.
package final class RowStore {
    /// Types of the columns.
    package let rowTypes: [DataType]
    private var rows: EncodedRowArena
    private let encoded = EncodedRows()
    private let decoder: RowKeyDecoder

    /// Makes an empty store; one that `keepsAll` removes nothing, and holds less beside the rows.
    package init(rowTypes: [DataType], keepsAll: Bool = false) {
        self.rowTypes = rowTypes
        rows = EncodedRowArena(keepsAll: keepsAll)
        decoder = RowKeyDecoder(rowTypes)
    }

    /// Rows held.
    package var count: Int { rows.count }

    /// All numbers are below this; the size that lanes beside the store need.
    package var numberBound: Int { rows.numberBound }

    /// Bytes held.
    package var byteCount: Int { rows.byteCount }

    /// Adds the rows of `columns` (one per type, `rowCount` rows each); gives their numbers.
    package func append(_ columns: [Column], rowCount: Int) -> MutableLane<UInt32> {
        let encoded = encoded
        encoded.encode(columns, rowCount: rowCount)
        var numbers = MutableLane<UInt32>(count: rowCount)
        do {
            var target = numbers.span
            let all = encoded.all
            for row in 0..<rowCount { target[row] = rows.append(all[row]) }
        }
        return numbers
    }

    /// Adds the rows that were appended last to `packs`.
    func pack(into packs: RowPacks, hashes: Span<UInt64>) {
        let encoded = encoded
        packs.append(encoded.all, hashes: hashes)
    }

    /// Encodes rows, so that they can be kept or compared one by one by their place in `columns`.
    package func stage(_ columns: [Column], rowCount: Int) { encoded.encode(columns, rowCount: rowCount) }

    /// Adds one staged row; gives its number.
    package func append(stagedRow row: Int) -> UInt32 {
        let encoded = encoded
        let bytes = encoded.row(row)
        return rows.append(bytes)
    }

    /// Whether row `number` equals a staged row in all columns.
    package func isStaged(_ number: UInt32, row: Int) -> Bool {
        let encoded = encoded
        let bytes = encoded.row(row)
        return rows.holds(number, bytes)
    }

    /// The columns of the given rows, which may repeat.
    package func columns(of numbers: Span<UInt32>) -> [Column] { decoder.columns(of: numbers, in: rows) }

    /// Some columns, in the order of `fields`, of the given rows.
    package func columns(of numbers: Span<UInt32>, fields: [Int]) -> [Column] {
        decoder.columns(of: numbers, fields: fields, in: rows)
    }

    /// Gives the bytes of rows that were taken out back to the system.
    package func compact() { rows.compact() }

    /// Takes rows out, each once.
    package func remove(_ numbers: Span<UInt32>) {
        for index in 0..<numbers.count { rows.remove(numbers[index]) }
        rows.compactIfWasteful()
    }
}
