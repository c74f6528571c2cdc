import SluiceColumns

/// Takes what one operator has changed since the last barrier, by the batch.
///
/// Single-threaded: it belongs to one operator on one shard; the log goes to the committer afterwards.
package final class StateSnapshot {
    /// The shard's changes of this epoch.
    private let log: RecordLog
    private let owner: UInt64
    private let tables: [StateTable]
    private let firstTable: Int
    private let shardIndex: Int
    private let keyRows = EncodedRows()
    private let valueRows = EncodedRows()
    /// What is taken away before the changes of the log are made.
    package private(set) var dropped: [StateRange] = []

    /// Makes the snapshot of operator `owner`, whose changes go to `log`.
    ///
    /// In the storage its tables have the numbers from `firstTable` on.
    package init(owner: UInt64, tables: [StateTable], firstTable: Int = 0, shardIndex: Int, log: RecordLog) {
        self.owner = owner
        self.tables = tables
        self.firstTable = firstTable
        self.shardIndex = shardIndex
        self.log = log
    }

    /// Stores rows, in place of those with the same keys.
    package func put(_ table: Int, keys: [Column], values: [Column], rowCount: Int) {
        let keyRows = keyRows
        let valueRows = valueRows
        keyRows.encode(keys, rowCount: rowCount)
        valueRows.encode(values, rowCount: rowCount)
        let prefixes = prefixes(table, keys, rowCount)
        for row in 0..<rowCount {
            let prefix = prefixes[row]
            let key = keyRows.row(row)
            let value = valueRows.row(row)
            log.put(prefix: prefix.span, key: key, value: value)
        }
    }

    /// Forgets the rows with the given keys.
    package func remove(_ table: Int, keys: [Column], rowCount: Int) {
        let keyRows = keyRows
        keyRows.encode(keys, rowCount: rowCount)
        let prefixes = prefixes(table, keys, rowCount)
        for row in 0..<rowCount {
            let prefix = prefixes[row]
            let key = keyRows.row(row)
            log.remove(prefix: prefix.span, key: key)
        }
    }

    /// Forgets all rows whose keys begin with the given columns, as they were at the last barrier: rows that are put in
    /// this epoch stay.
    ///
    /// The columns include those that say whose shard's a row is.
    package func removeAll(_ table: Int, keysBeginningWith keys: [Column], rowCount: Int) {
        let keyRows = keyRows
        keyRows.encode(keys, rowCount: rowCount)
        let prefixes = prefixes(table, keys, rowCount)
        for row in 0..<rowCount {
            let bytes: [UInt8] = keyRows.row(row).bytes
            dropped.append(StateRange(startingWith: prefixes[row] + bytes))
        }
    }

    private func prefixes(_ table: Int, _ keys: [Column], _ rowCount: Int) -> StatePrefixes {
        StatePrefixes(
            StateAddress(owner: owner, table: UInt16(truncatingIfNeeded: firstTable + table)),
            tables[table].scope,
            shardIndex: shardIndex,
            keys: keys,
            rowCount: rowCount
        )
    }
}
