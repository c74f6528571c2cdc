import SluiceColumns

/// Rows that an operator keeps under keys, and that can leave memory and come back key by key (`ColdKeys`).
package protocol KeyedRows: AnyObject {
    /// The keys. A group is in it with all its rows, or not at all.
    var keyTable: KeyTable { get }
    /// The state tables that have rows of the keys, with their numbers, in the order in which they are taken over.
    ///
    /// The columns of their keys begin with those of `keyTable`.
    var keyedTables: [(number: Int, table: StateTable)] { get }
    /// Bytes held.
    var byteCount: Int { get }
    /// Bytes that tables need at once to grow, if as many rows came.
    func growth(adding rowCount: Int) -> Int
    /// Whether a key has no rows.
    func isEmpty(_ group: UInt32) -> Bool
    /// Rows of keys as columns of one of the tables.
    func rows(of groups: [UInt32], in table: Int) -> RowsOfKeys
    /// Takes rows over from one of the tables; those of a key may come in several batches.
    func take(_ table: Int, keys: [Column], values: [Column], rowCount: Int) throws
    /// All rows of the keys that were asked for have been taken over.
    func finishTaking()
    /// Forgets the rows of keys; the keys themselves are taken out by the caller.
    func forget(_ groups: [UInt32])
    /// Gives memory of what was forgotten back to the system.
    func compact()
}

/// Rows of several keys as columns of a state table.
package struct RowsOfKeys {
    /// Per row the place of its key among those that were asked for, ascending.
    package var owners: [Int]
    /// The columns of the table's keys, then the others.
    package var columns: [Column]

    /// Makes rows; one column per column of the table, one owner per row.
    package init(owners: [Int], columns: [Column]) {
        self.owners = owners
        self.columns = columns
    }

    /// All rows of a key as one string of bytes, a value for each of `keyCount` keys.
    func packed(keyCount: Int) -> Column {
        let encoded = EncodedRows()
        encoded.encode(columns, rowCount: owners.count)
        var builder = ColumnBuilder(Self.packedType, capacity: keyCount)
        var row = 0
        for key in 0..<keyCount {
            var bytes: [UInt8] = []
            while row < owners.count, owners[row] == key {
                let content = encoded.row(row)
                let length = UInt32(truncatingIfNeeded: content.count)
                for shift in stride(from: UInt32(0), to: 32, by: 8) {
                    bytes.append(UInt8(truncatingIfNeeded: length >> shift))
                }
                for index in 0..<content.count { bytes.append(content[index]) }
                row += 1
            }
            builder.append(.bytes(bytes))
        }
        return builder.finish()
    }

    /// Type of a column that `packed` gives.
    static let packedType = DataType.notNull(.bytes)

    /// The columns of rows that were packed, those of several keys one after the other.
    static func unpacked(_ packed: Column, types: [DataType]) -> (columns: [Column], rowCount: Int) {
        var rows = EncodedRowArena()
        let flat = packed.flattened()
        let strings = flat.strings
        for key in 0..<flat.count {
            let bytes = strings[key]
            var offset = 0
            while offset < bytes.count {
                var length = 0
                for place in 0..<4 { length |= Int(bytes[offset + place]) << (8 * place) }
                _ = rows.append(bytes.extracting(offset + 4..<offset + 4 + length))
                offset += 4 + length
            }
        }
        let numbers = Array(0..<UInt32(truncatingIfNeeded: rows.numberBound))
        return (RowKeyDecoder(types).columns(of: numbers.span, in: rows), numbers.count)
    }
}
