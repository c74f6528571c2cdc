import SluiceColumns

/// What a store of rows that only come has to write at the next barrier, and how they come back.
///
/// An epoch's rows of a key group are one record, so a row costs little more than a copy of its bytes. Such rows cannot
/// be looked for in the storage. Kept only where state is stored. Single-threaded: it belongs to one operator on one
/// shard.
package final class PackedJournal {
    /// Rows that have come since the last barrier.
    private var rows = RowPacks()
    /// What the next records are called: in a key group they are in the order of their rows.
    private var nextNumber: Int64 = 0

    /// Makes an empty journal.
    package init() {}

    /// The table of rows of the given types.
    package static func table(_ name: String, rowTypes: [DataType]) -> StateTable {
        StateTable(
            name,
            keyTypes: [StateTable.number],
            valueTypes: rowTypes,
            scope: .keyed(columns: 0),
            isPacked: true
        )
    }

    /// Bytes held.
    package var byteCount: Int { rows.byteCount }

    /// Notes the rows that were added to a store last; `hashes` are those of the columns that deal them to shards.
    package func noteLast(of store: RowStore, hashes: Span<UInt64>) { store.pack(into: rows, hashes: hashes) }

    /// Hands over the rows that have come.
    package func save(into snapshot: StateSnapshot, table: Int) {
        if rows.rowCount == 0 { return }
        snapshot.add(table, rows, number: nextNumber)
        nextNumber += 1
        rows = RowPacks()
    }

    /// Hands out all rows that are stored, those of a key group in the order in which they came.
    package func restore(
        from reader: StateReader,
        table: Int,
        _ take: (_ columns: [Column], _ rowCount: Int) throws -> Void
    ) throws {
        try reader.forEachChunk(of: table) { keys, columns, rowCount in
            let numbers = keys[0]
            for row in 0..<rowCount { nextNumber = max(nextNumber, numbers.int64s[row] + 1) }
            try take(columns, rowCount)
        }
    }
}
