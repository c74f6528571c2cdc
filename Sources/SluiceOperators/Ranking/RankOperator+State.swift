import SluiceColumns
import SluicePlan
import SluiceState

/// The rows in the storage; and of each partition its last rank where a column said it, and when it was last touched
/// where it has a time-to-live.
extension RankOperator {
    package var stateTables: [StateTable] {
        [ranked.stateTable(dealtBy: operation.partitionKeys), partitionTable]
    }

    private var partitionTable: StateTable {
        StateTable(
            "partitions",
            keyTypes: partitionTypes,
            valueTypes: [StateTable.number, StateTable.number],
            scope: .keyed(columns: partitionTypes.count)
        )
    }

    package func save(into snapshot: StateSnapshot) throws {
        let unsavedByteCount = unsavedByteCount
        ranked.save(into: snapshot, table: 0)
        journal?.save(into: snapshot, table: 1) { (ranked.keys(ofPartitions: $0), stored($0)) }
        coldKeys?.finishEpoch(unsavedByteCount: unsavedByteCount, of: self)
    }

    /// What is kept of partitions beside their rows.
    private func stored(_ partitions: [UInt32]) -> [Column] {
        [
            .numbers(partitions.map { Int($0) < ends.count ? ends[Int($0)] : Self.unknown }),
            .numbers(partitions.map { expiry?.lastTouchMillis(of: $0) ?? 0 }),
        ]
    }

    package func restore(from reader: StateReader) throws {
        journal = StateJournal(partitionTable)
        ranked.startJournal(dealtBy: operation.partitionKeys)
        coldKeys = try ColdKeys(reader, tables: [0, 1])
    }
}

// MARK: - Keys that come and go

extension RankOperator {
    package var keyTable: KeyTable { ranked.partitions }

    func beginSpilling() { ranked.startJournal(dealtBy: operation.partitionKeys, isStored: false) }

    var changedRowCount: Int { ranked.changedCount }

    /// Whether a partition is more than its rows.
    private var hasPartitionState: Bool {
        if case .column = operation.range.end { return true }
        return expiry != nil
    }

    package var keyedTables: [(number: Int, table: StateTable)] {
        let rows = (number: 0, table: ranked.stateTable(dealtBy: operation.partitionKeys))
        return hasPartitionState ? [(1, partitionTable), rows] : [rows]
    }

    package func isEmpty(_ group: UInt32) -> Bool { ranked.count(group) == 0 }

    package func rows(of groups: [UInt32], in table: Int) -> RowsOfKeys {
        if table == 1 {
            return RowsOfKeys(
                owners: Array(groups.indices),
                columns: ranked.keys(ofPartitions: groups) + stored(groups)
            )
        }
        var owners: [Int] = []
        var numbers: [UInt32] = []
        for (place, group) in groups.enumerated() {
            let rows = ranked.rows(of: group)
            numbers += rows
            owners += repeatElement(place, count: rows.count)
        }
        return RowsOfKeys(owners: owners, columns: ranked.stored(numbers))
    }

    package func take(_ table: Int, keys: [Column], values: [Column], rowCount: Int) throws {
        if table == 1 { return takePartitions(keys, values, rowCount: rowCount) }
        let partitionKeys = operation.partitionKeys
        guard let taken = ranked.take(keys, values, rowCount: rowCount, partitionKeys: partitionKeys) else { return }
        guard let byKey, case .update(let key) = operation.strategy else { return }
        let groups = byKey.locate(key.map { taken.columns[$0] }, rowCount: rowCount)
        for (index, row) in taken.numbers.enumerated() { byKey.keep(row, for: groups.readOnly[index]) }
    }

    private func takePartitions(_ keys: [Column], _ values: [Column], rowCount: Int) {
        let partitions = ranked.partitions(keys, rowCount: rowCount)
        let (last, touched) = (values[0], values[1])
        ends.resize(to: ranked.partitionBound, filling: Self.unknown)
        for row in 0..<rowCount {
            let partition = partitions.readOnly[row]
            ends[Int(partition)] = last.int64s[row]
            expiry?.restore(partition, touchedMillis: touched.int64s[row])
            journal?.noteRestored(partition)
        }
    }

    package func finishTaking() { ranked.finishTaking() }

    package func forget(_ groups: [UInt32]) {
        for partition in groups {
            if let byKey { for row in ranked.rows(of: partition) { byKey.forget(row) } }
            if Int(partition) < ends.count { ends[Int(partition)] = Self.unknown }
        }
        byKey?.sweep()
        ranked.forget(groups)
        expiry?.forget(groups)
        journal?.forget(groups.span)
    }

    package func compact() {
        ranked.compact()
        byKey?.compact()
    }
}
