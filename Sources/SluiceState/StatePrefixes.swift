import SluiceColumns

/// What the encoded keys of a batch's rows begin with in the storage; each of the 128 possible prefixes is made once.
struct StatePrefixes {
    private var groups: [UInt8]
    private var made: [[UInt8]]

    /// Finds the prefixes of rows of one table.
    ///
    /// - Parameters:
    ///   - shardIndex: whose rows they are, where the table's belong to shards.
    ///   - keys: the columns of the key, at least those that deal rows to shards.
    init(_ address: StateAddress, _ scope: StateTable.Scope, shardIndex: Int, keys: [Column], rowCount: Int) {
        made = Array(repeating: [], count: RowHash.keyGroupCount)
        switch scope {
        case .shard: groups = Array(repeating: UInt8(truncatingIfNeeded: shardIndex), count: rowCount)
        // Without keys all rows are those of the first shard.
        case .keyed(columns: 0): groups = Array(repeating: 0, count: rowCount)
        case .keyed(let columns):
            let hashes = RowHash.hashes(Array(keys.prefix(columns)), rowCount: rowCount)
            groups = (0..<rowCount).map {
                UInt8(truncatingIfNeeded: RowHash.keyGroup(of: hashes.readOnly[$0]))
            }
        }
        for group in groups where made[Int(group)].isEmpty {
            made[Int(group)] = address.prefix(keyGroup: Int(group))
        }
    }

    subscript(row: Int) -> [UInt8] { made[Int(groups[row])] }
}
