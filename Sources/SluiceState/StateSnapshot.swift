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
        let prefixes = Prefixes(self, table, keys, rowCount)
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
        let prefixes = Prefixes(self, table, keys, rowCount)
        for row in 0..<rowCount {
            let prefix = prefixes[row]
            let key = keyRows.row(row)
            log.remove(prefix: prefix.span, key: key)
        }
    }

    /// The prefix of each row of a batch; each of the 128 possible ones is made once.
    private struct Prefixes {
        private var groups: [UInt8]
        private var made: [[UInt8]]

        init(_ snapshot: StateSnapshot, _ table: Int, _ keys: [Column], _ rowCount: Int) {
            let address = StateAddress(
                owner: snapshot.owner,
                table: UInt16(truncatingIfNeeded: snapshot.firstTable + table)
            )
            made = Array(repeating: [], count: RowHash.keyGroupCount)
            switch snapshot.tables[table].scope {
            case .shard: groups = Array(repeating: UInt8(truncatingIfNeeded: snapshot.shardIndex), count: rowCount)
            case .keyed(let columns):
                let hashes = RowHash.hashes(Array(keys.prefix(columns)), rowCount: rowCount)
                groups = (0..<rowCount).map {
                    UInt8(truncatingIfNeeded: RowHash.keyGroup(of: hashes.readOnly[$0]))
                }
            }
            for group in Set(groups) { made[Int(group)] = address.prefix(keyGroup: Int(group)) }
        }

        subscript(row: Int) -> [UInt8] { made[Int(groups[row])] }
    }
}
