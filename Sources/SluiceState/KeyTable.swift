import SluiceColumns

/// Maps rows of key columns to dense group numbers 0, 1, 2 ..., by the batch.
///
/// One key column of at most 64 bits without NULLs so far takes the short way (`Int64KeyIndex`); everything else goes
/// through encoded rows. NULL is a key like any other. Accumulators keep their state in columns indexed by group
/// number. Single-threaded: it belongs to one operator on one shard.
package final class KeyTable {
    /// Types of the key columns.
    package let keyTypes: [DataType]
    private var narrow: Int64KeyIndex?
    private var wide: ByteKeyIndex?
    private lazy var encoded = EncodedRows()
    private let decoder: RowKeyDecoder

    /// Makes an empty table; without key columns there is one group, number 0.
    package init(keyTypes: [DataType]) {
        self.keyTypes = keyTypes
        decoder = RowKeyDecoder(keyTypes)
        if keyTypes.count == 1 && Self.isNarrow(keyTypes[0]) { narrow = Int64KeyIndex() } else { wide = ByteKeyIndex() }
    }

    /// Lanes whose slots fit a 64-bit integer.
    private static func isNarrow(_ type: DataType) -> Bool {
        switch type.lane {
        case .bool, .int8, .int16, .int32, .int64, .float, .double: true
        case .int128, .view, .list, .map, .row, .null: false
        }
    }

    /// Groups in the table.
    package var count: Int { narrow?.count ?? wide?.count ?? 0 }

    /// All group numbers are below this; the size that accumulators need.
    package var groupBound: Int { narrow?.numberBound ?? wide?.numberBound ?? 0 }

    /// The numbers of all groups in the table, ascending.
    package var liveGroups: [UInt32] {
        var free = (narrow?.freeNumbersSorted ?? wide?.freeNumbersSorted ?? [])[...]
        var groups: [UInt32] = []
        groups.reserveCapacity(count)
        for number in 0..<UInt32(truncatingIfNeeded: groupBound) {
            if free.first == number { free.removeFirst() } else { groups.append(number) }
        }
        return groups
    }

    /// Bytes held.
    package var byteCount: Int { (narrow?.byteCount ?? 0) + (wide?.byteCount ?? 0) }

    /// Bytes that the table needs at once to grow, if as many groups came.
    package func growth(adding groupCount: Int) -> Int {
        narrow?.growth(adding: groupCount) ?? wide?.growth(adding: groupCount) ?? 0
    }

    /// The group of each row, new groups added.
    ///
    /// - Parameters:
    ///   - keys: one column per key type, `rowCount` rows each.
    ///   - hashes: `RowHash.hashes(keys, rowCount:)`.
    /// - Returns: one group number per row.
    package func insert(_ keys: [Column], hashes: Span<UInt64>) -> MutableLane<UInt32> {
        var groups = MutableLane<UInt32>(count: hashes.count)
        do {
            var numbers = groups.span
            if let narrow {
                let key = keys[0].flattened()
                if key.hasNoNulls {
                    let words = KeyWords.of(key)
                    narrow.insert(words.int64s, hashes: hashes, numbers: &numbers)
                    return groups
                }
                widen(narrow)
            }
            // Without keys every row belongs to group 0.
            let rowCount = keyTypes.isEmpty ? min(1, hashes.count) : hashes.count
            encoded.encode(keys, rowCount: rowCount)
            wide?.insert(encoded, hashes: hashes, numbers: &numbers)
            for row in rowCount..<hashes.count { numbers[row] = 0 }
        }
        return groups
    }

    /// The group of each row, `UInt32.max` where its key is not in the table.
    package func find(_ keys: [Column], hashes: Span<UInt64>) -> MutableLane<UInt32> {
        find(keys, hashes: hashes, scratch: encoded)
    }

    /// The group of each row, `UInt32.max` where its key is not in the table.
    ///
    /// Changes nothing but `scratch`: where nobody inserts any more, threads may search with a scratch each.
    package func find(
        _ keys: [Column],
        hashes: Span<UInt64>,
        scratch: EncodedRows
    ) -> MutableLane<UInt32> {
        var groups = MutableLane<UInt32>(count: hashes.count)
        do {
            var numbers = groups.span
            if let narrow {
                let flat = keys[0].flattened()
                if flat.type.lane == .null {
                    for row in 0..<numbers.count { numbers[row] = .max }
                    return groups
                }
                let words = KeyWords.of(flat)
                narrow.find(words.int64s, hashes: hashes, numbers: &numbers)
                // A narrow table holds no NULL key.
                if flat.validity != nil { for row in 0..<numbers.count where flat.isNull(row) { numbers[row] = .max } }
                return groups
            }
            scratch.encode(keys, rowCount: hashes.count)
            wide?.find(scratch, hashes: hashes, numbers: &numbers)
        }
        return groups
    }

    /// The keys of the given groups as columns.
    package func keys(of groups: Span<UInt32>) -> [Column] {
        guard let narrow else { return wide?.columns(of: groups, by: decoder) ?? [] }
        var lane = MutableLane<Int64>(count: groups.count)
        do {
            var target = lane.span
            for row in 0..<groups.count { target[row] = narrow.keys[Int(groups[row])] }
        }
        return [KeyWords.column(lane, keyTypes[0])]
    }

    /// Takes groups out; their numbers may be given out again.
    package func remove(_ groups: Span<UInt32>) {
        narrow?.remove(numbers: groups)
        guard let wide, groups.count > 0 else { return }
        let hashes = RowHash.hashes(wide.columns(of: groups, by: decoder), rowCount: groups.count)
        wide.remove(numbers: groups, hashes: hashes.readOnly)
    }

    /// Gives the bytes of groups that were taken out back to the system.
    package func compact() { wide?.compact() }

    /// Goes over to encoded rows because a NULL key came.
    ///
    /// Group numbers stay.
    private func widen(_ index: Int64KeyIndex) {
        let target = ByteKeyIndex()
        let bound = index.numberBound
        var all = MutableLane<UInt32>(count: bound)
        do {
            var numbers = all.span
            for number in 0..<bound { numbers[number] = UInt32(truncatingIfNeeded: number) }
        }
        let free = index.freeNumbersSorted
        let columns = keys(of: all.readOnly)
        let hashes = RowHash.hashes(columns, rowCount: bound)
        encoded.encode(columns, rowCount: bound)
        target.adopt(encoded, hashes: hashes.readOnly, freeNumbers: free)
        narrow = nil
        wide = target
    }
}
