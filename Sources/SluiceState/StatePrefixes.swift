import SluiceColumns

/// What the encoded keys of a batch's rows begin with in the storage; each of the 128 possible prefixes is made once.
struct StatePrefixes {
    private var groups: [UInt8]
    /// The prefixes of all key groups, one after the other; those that no row has are zeros.
    private(set) var bytes: [UInt8]

    /// Finds the prefixes of rows of one table.
    ///
    /// - Parameters:
    ///   - shardIndex: whose rows they are, where the table's belong to shards.
    ///   - keys: the columns of the key, at least those that deal rows to shards.
    init(_ address: StateAddress, _ scope: StateTable.Scope, shardIndex: Int, keys: [Column], rowCount: Int) {
        bytes = Array(repeating: 0, count: RowHash.keyGroupCount * StateAddress.prefixByteCount)
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
        var isMade = [Bool](repeating: false, count: RowHash.keyGroupCount)
        for group in groups where !isMade[Int(group)] {
            isMade[Int(group)] = true
            let prefix = address.prefix(keyGroup: Int(group))
            bytes.replaceSubrange(Self.range(of: group), with: prefix)
        }
    }

    subscript(row: Int) -> [UInt8] { Array(bytes[range(of: row)]) }

    /// Where the prefix of a row lies in `bytes`.
    @inline(__always)
    func range(of row: Int) -> Range<Int> { Self.range(of: groups[row]) }

    private static func range(of group: UInt8) -> Range<Int> {
        let start = Int(group) * StateAddress.prefixByteCount
        return start..<start + StateAddress.prefixByteCount
    }
}
