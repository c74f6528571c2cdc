import SluiceColumns
import SluiceState

/// The rows of a side in the storage: the row is the key, beginning with the join key; count, matches and arrival are
/// the value.
extension JoinSide {
    /// The table that its rows are stored in.
    func stateTable(_ name: String) -> StateTable {
        StateTable(
            name,
            keyTypes: layout.arranged(rows.rowTypes),
            valueTypes: Array(repeating: StateTable.number, count: expiry == nil ? 3 : 4),
            scope: .keyed(columns: layout.dealing.count)
        )
    }

    /// Hands over the rows that changed.
    func save(into snapshot: StateSnapshot) {
        if let packedTableNumber {
            packedJournal?.save(into: snapshot, table: packedTableNumber)
            if let unpackedKeyGroups { snapshot.removeAll(packedTableNumber, keyGroups: unpackedKeyGroups) }
            unpackedKeyGroups = nil
        }
        let unsavedByteCount = unsavedByteCount
        journal?.save(into: snapshot, table: tableNumber) { rows in
            stored(rows, .numbers(rows.map { arrivals[Int($0)] }))
        }
        coldKeys?.finishEpoch(unsavedByteCount: unsavedByteCount, of: self)
    }

    /// The table of rows that are stored many in a record; it is empty where all are stored one by one.
    func packedTable(_ name: String) -> StateTable? {
        packedTableNumber.map { _ in PackedJournal.table(name, rowTypes: rows.rowTypes) }
    }

    /// Has the rows that were stored come back: one by one when their keys are needed, packed ones at once.
    func restore(from reader: StateReader) throws {
        let mayLeave = reader.eviction.isBounded || reader.eviction.evictsAlways
        if let packedTableNumber, !mayLeave, try reader.isEmpty(tableNumber) {
            let packed = PackedJournal()
            try packed.restore(from: reader, table: packedTableNumber) { add($0, $1) }
            packedJournal = packed
            return
        }
        journal = StateJournal(stateTable(""))
        coldKeys = try ColdKeys(reader, tables: [tableNumber])
        if let packedTableNumber { try unpack(reader, packedTableNumber) }
    }

    /// Takes packed rows over as rows that are new.
    private func unpack(_ reader: StateReader, _ packedTableNumber: Int) throws {
        try PackedJournal().restore(from: reader, table: packedTableNumber) { columns, rowCount in
            unpackedKeyGroups = reader.keyGroups
            add(columns, rowCount)
        }
    }

    /// Adds rows that were packed, and chains them.
    private func add(_ columns: [Column], _ rowCount: Int) {
        let keys = layout.dealing.map { columns[$0] }
        let added = rows.insert(columns, rowCount: rowCount)
        let hashes = RowHash.hashes(keys, rowCount: rowCount)
        let groups = keyTable.insert(keys, hashes: hashes.readOnly)
        makeRoom()
        for index in 0..<rowCount {
            link(added.readOnly[index], groups.readOnly[index])
            if rows.isIndexed { counts[Int(added.readOnly[index])] += 1 }
        }
        journal?.note(added.readOnly)
        coldKeys?.change(groups.readOnly)
    }

    /// Lets rows leave memory where no checkpoints store them; nothing is held yet.
    func spill(into spill: StateSpill) {
        rows.letGo()
        coldKeys = ColdKeys(ColdRows(spill))
    }

    /// Bytes of rows that have changed since the last barrier, about, where memory is bounded.
    var unsavedByteCount: Int {
        guard let journal, coldKeys?.cold.policy.isBounded == true else { return 0 }
        return journal.changedCount * (byteCount / max(1, rows.count))
    }

    /// Notes that the rows, still in the table, are going out of the chains of their keys.
    func noteChanged(keysOf rows: [UInt32]) {
        guard let coldKeys else { return }
        let keys = Array(layout.arranged(columns(rows)).prefix(layout.dealing.count))
        let hashes = RowHash.hashes(keys, rowCount: rows.count)
        let groups = keyTable.find(keys, hashes: hashes.readOnly)
        coldKeys.change(groups.readOnly)
    }
}

// MARK: - Keys that come and go

extension JoinSide: KeyedRows {
    var keyedTables: [(number: Int, table: StateTable)] { [(tableNumber, stateTable("rows"))] }

    func growth(adding rowCount: Int) -> Int {
        keyTable.growth(adding: rowCount) + rows.growth(adding: rowCount)
    }

    func isEmpty(_ group: UInt32) -> Bool { heads[Int(group)] == Self.none }

    /// The rows from the oldest on, which `take` needs to be told by their arrivals.
    func rows(of groups: [UInt32], in table: Int) -> RowsOfKeys {
        var owners: [Int] = []
        var numbers: [UInt32] = []
        for (place, group) in groups.enumerated() {
            let chain = chain(group).reversed()
            numbers += chain
            owners += repeatElement(place, count: chain.count)
        }
        let arrived = Column.numbers(
            journal == nil ? numbers.indices.map { Int64($0) } : numbers.map { arrivals[Int($0)] }
        )
        let (keys, values) = stored(numbers, arrived)
        return RowsOfKeys(owners: owners, columns: keys + values)
    }

    private func stored(_ numbers: [UInt32], _ arrived: Column) -> (keys: [Column], values: [Column]) {
        var values = [
            Column.numbers(numbers.map { copies(of: $0) }),
            Column.numbers(numbers.map { matches[Int($0)] }),
            arrived,
        ]
        if let expiry { values.append(.numbers(numbers.map { expiry.lastTouchMillis(of: $0) })) }
        return (layout.arranged(columns(numbers)), values)
    }

    /// Takes rows over; `finishTaking` chains them.
    func take(_ table: Int, keys: [Column], values: [Column], rowCount: Int) throws {
        let dealing = Array(keys.prefix(layout.dealing.count))
        let columns = layout.restored(dealing, Array(keys.dropFirst(dealing.count)))
        let added = rows.insert(columns, rowCount: rowCount)
        let keyHashes = RowHash.hashes(dealing, rowCount: rowCount)
        let groups = keyTable.insert(dealing, hashes: keyHashes.readOnly)
        makeRoom()
        let numbers = added.readOnly
        let groupNumbers = groups.readOnly
        let (count, matched, arrival, touched) = (values[0], values[1], values[2], values.last)
        for index in 0..<rowCount {
            let row = numbers[index]
            if rows.isIndexed { counts[Int(row)] = count.int64s[index] }
            if countsMatches { matches[Int(row)] = matched.int64s[index] }
            if let touched { expiry?.restore(row, touchedMillis: touched.int64s[index]) }
            journal?.noteRestored(row)
            arriving.append((arrival.int64s[index], row, groupNumbers[index]))
        }
    }

    /// Chains rows in the order in which they once came: partners are emitted in that of the chain.
    func finishTaking() {
        arriving.sort { $0.arrival < $1.arrival }
        for entry in arriving { link(entry.row, entry.group, arrival: entry.arrival) }
        arriving.removeAll(keepingCapacity: true)
    }

    func forget(_ groups: [UInt32]) {
        let gone = groups.flatMap { unlinkAll($0) }
        for row in gone {
            if rows.isIndexed { counts[Int(row)] = 0 }
            if countsMatches { matches[Int(row)] = 0 }
        }
        expiry?.forget(gone)
        journal?.forget(gone.span)
        rows.remove(gone.span)
    }

    func compact() {
        keyTable.compact()
        rows.compact()
    }
}
