import SluiceColumns

/// Takes what one operator has changed since the last barrier, by the batch.
///
/// Single-threaded: it belongs to one operator on one shard; the log goes to the committer afterwards.
package final class StateSnapshot {
    /// The shard's changes of this epoch.
    private let changes: EpochChanges
    private let owner: UInt64
    private let tables: [StateTable]
    private let firstTable: Int
    private let shardIndex: Int

    /// Makes the snapshot of operator `owner`, whose changes go to `changes`.
    ///
    /// In the storage its tables have the numbers from `firstTable` on.
    package init(owner: UInt64, tables: [StateTable], firstTable: Int = 0, shardIndex: Int, changes: EpochChanges) {
        self.owner = owner
        self.tables = tables
        self.firstTable = firstTable
        self.shardIndex = shardIndex
        self.changes = changes
    }

    /// Stores rows, in place of those with the same keys.
    package func put(_ table: Int, keys: [Column], values: [Column], rowCount: Int) {
        add(table, keys, values, rowCount)
    }

    /// Forgets the rows with the given keys.
    package func remove(_ table: Int, keys: [Column], rowCount: Int) { add(table, keys, nil, rowCount) }

    private func add(_ table: Int, _ keys: [Column], _ values: [Column]?, _ rowCount: Int) {
        if rowCount == 0 { return }
        changes.add(
            EpochChanges.Rows(
                address: address(table),
                scope: tables[table].scope,
                shardIndex: shardIndex,
                keys: keys,
                values: values,
                rowCount: rowCount
            )
        )
    }

    /// Forgets all rows whose keys begin with the given columns, as they were at the last barrier: rows that are put in
    /// this epoch stay.
    ///
    /// The columns include those that say whose shard's a row is.
    package func removeAll(_ table: Int, keysBeginningWith keys: [Column], rowCount: Int) {
        let keyRows = EncodedRows()
        keyRows.encode(keys, rowCount: rowCount)
        let prefixes = StatePrefixes(
            address(table),
            tables[table].scope,
            shardIndex: shardIndex,
            keys: keys,
            rowCount: rowCount
        )
        for row in 0..<rowCount {
            let bytes: [UInt8] = keyRows.row(row).bytes
            changes.drop(StateRange(startingWith: prefixes[row] + bytes))
        }
    }

    /// Adds rows to a packed table, under a number that is greater than those of the rows before.
    func add(_ table: Int, _ rows: RowPacks, number: Int64) {
        changes.add(EpochChanges.Packs(address: address(table), rows: rows, number: number))
    }

    /// Forgets all rows of some key groups, as they were at the last barrier.
    package func removeAll(_ table: Int, keyGroups: Range<Int>) {
        if !keyGroups.isEmpty { changes.drop(address(table).range(keyGroups: keyGroups)) }
    }

    private func address(_ table: Int) -> StateAddress {
        StateAddress(owner: owner, table: UInt16(truncatingIfNeeded: firstTable + table))
    }
}
