import SluiceColumns
import SluicePlan
import SluiceState

/// Lets a sink with a PRIMARY KEY take changes in another key, as Flink's upsert materialisation: it keeps the rows of
/// each key of the sink in the order in which they came, and the last one counts.
///
/// Goes row by row. All rows of a batch are put into the store first; those that it does not keep go at its end. Where
/// the first row of a key counts, or a second one is an error, that is decided each time the watermark moves
/// (`MaterializeOperator+Conflicts.swift`).
package final class MaterializeOperator: KeyedRowOperator {
    let operation: MaterializeOperation
    package let keyTable: KeyTable
    /// What makes rows of one key of the sink the same: that key and the changes' own, or the whole row.
    private let identityColumns: [Int]
    private let identities: KeyTable
    let rows: RowStore
    /// Per key its first and its last row, or `none`.
    private(set) var heads = GrowableLane<UInt32>()
    private(set) var tails = GrowableLane<UInt32>()
    /// Per row the next and the previous one of the same key, or `none`.
    private(set) var nexts = GrowableLane<UInt32>()
    private var previouses = GrowableLane<UInt32>()
    /// Per row its identity.
    private var identityOfRow = GrowableLane<UInt32>()
    /// Per identity how many rows have it, and one of them where it can only be one.
    private var counts = GrowableLane<UInt32>()
    private var rowOfIdentity = GrowableLane<UInt32>()
    /// What is not stored yet; nil where nothing is.
    private(set) var journal: RowJournal?
    /// What waits for the watermark; nil where every change is given at once.
    let conflicts: PendingConflicts?
    var coldKeys: ColdKeys?
    /// Rows that have come back and are in no list yet.
    private var arriving: [UInt32] = []

    static let none = UInt32.max

    /// Makes the operator for one shard.
    package init(_ operation: MaterializeOperation, inputFields: [RowField]) {
        self.operation = operation
        let types = inputFields.map(\.type)
        keyTable = KeyTable(keyTypes: operation.keys.map { types[$0] })
        let keyed = operation.keys + operation.changeKey.filter { !operation.keys.contains($0) }
        identityColumns = operation.changeKey.isEmpty ? Array(types.indices) : keyed
        identities = KeyTable(keyTypes: identityColumns.map { types[$0] })
        rows = RowStore(rowTypes: types)
        conflicts = operation.conflict == .deduplicate ? nil : PendingConflicts()
    }

    package var stateByteCount: Int {
        keyTable.byteCount + identities.byteCount + rows.byteCount + heads.byteCount + tails.byteCount
            + nexts.byteCount + previouses.byteCount + identityOfRow.byteCount + counts.byteCount
            + rowOfIdentity.byteCount + (journal?.byteCount ?? 0) + (conflicts?.byteCount ?? 0)
            + (coldKeys?.byteCount ?? 0)
    }

    /// What is left behind by rows that went.
    struct Remains {
        /// Rows that are not in any list.
        var unlinked: [UInt32] = []
        /// Keys and identities that may have no row any more.
        var keys: [UInt32] = []
        var identities: [UInt32] = []

        mutating func take(_ other: inout Remains) {
            unlinked += other.unlinked
            keys += other.keys
            identities += other.identities
            other = Remains()
        }
    }

    /// What one batch gives and leaves behind.
    struct Changes {
        var rows: [UInt32] = []
        var kinds: [RowKind] = []
        var remains = Remains()
        /// Where among the rows an update stands, and what it replaces; only where that decides whether it is given.
        var updates: [(place: Int, old: UInt32)] = []

        mutating func append(_ row: UInt32, _ kind: RowKind) {
            rows.append(row)
            kinds.append(kind)
        }
    }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        try coldKeys?.makeWay(for: batch.rowCount, in: self)
        let columns = operation.keys.map { batch.columns[$0] }
        try coldKeys?.recall(columns, rowCount: batch.rowCount, into: self)
        let keys = numbers(of: operation.keys, batch, in: keyTable)
        let identityNumbers = numbers(of: identityColumns, batch, in: identities)
        coldKeys?.change(keys.readOnly)
        let added = rows.append(batch.columns, rowCount: batch.rowCount)
        makeRoom()
        var changes = Changes()
        if let conflicts {
            try collect(batch, keys.readOnly, identityNumbers.readOnly, added.readOnly, conflicts, &changes)
            try emitDecided(changes, into: output)
        } else {
            follow(batch, keys.readOnly, identityNumbers.readOnly, added.readOnly, &changes)
            if !changes.rows.isEmpty { try emit(changes.rows, changes.kinds, into: output) }
        }
        try forget(changes.remains)
    }

    /// Gives every change at once.
    private func follow(
        _ batch: Batch,
        _ keys: Span<UInt32>,
        _ identities: Span<UInt32>,
        _ numbers: Span<UInt32>,
        _ changes: inout Changes
    ) {
        for row in 0..<batch.rowCount {
            let key = keys[row]
            if batch.kind(row).isAddition {
                changes.append(numbers[row], heads[Int(key)] == Self.none ? .insert : .updateAfter)
                add(numbers[row], identities[row], key, &changes.remains)
            } else {
                guard let left = takeBack(numbers[row], identities[row], key, &changes.remains) else { continue }
                if heads[Int(key)] == Self.none {
                    changes.append(numbers[row], .delete)
                } else if left.wasLast {
                    changes.append(left.previous, .updateAfter)
                }
            }
        }
    }

    /// Emits rows of the store.
    func emit(_ numbers: [UInt32], _ kinds: [RowKind], into output: borrowing Output) throws {
        try output.emit(
            Batch(columns: rows.columns(of: numbers.span), rowCount: numbers.count, rowKinds: RowKinds(kinds))
        )
    }

    private func numbers(of columns: [Int], _ batch: Batch, in table: KeyTable) -> MutableLane<UInt32> {
        let values = columns.map { batch.columns[$0] }
        let hashes = RowHash.hashes(values, rowCount: batch.rowCount)
        return table.insert(values, hashes: hashes.readOnly)
    }

    private func makeRoom() {
        heads.resize(to: keyTable.groupBound, filling: Self.none)
        tails.resize(to: keyTable.groupBound, filling: Self.none)
        nexts.resize(to: rows.numberBound, filling: Self.none)
        previouses.resize(to: rows.numberBound, filling: Self.none)
        identityOfRow.resize(to: rows.numberBound, filling: Self.none)
        counts.resize(to: identities.groupBound, filling: 0)
        rowOfIdentity.resize(to: identities.groupBound, filling: Self.none)
    }

    /// A row comes: at the end of its key's list, or in the place of the row that is its older form.
    func add(_ row: UInt32, _ identity: UInt32, _ key: UInt32, _ remains: inout Remains) {
        identityOfRow[Int(row)] = identity
        let older = operation.changeKey.isEmpty ? Self.none : rowOfIdentity[Int(identity)]
        if older == Self.none {
            append(row, to: key)
            journal?.noteNew(row)
        } else {
            let (previous, next) = (previouses[Int(older)], nexts[Int(older)])
            link(row, after: previous, before: next, key)
            if conflicts?.given[Int(key)] == older {
                // Both are stored; where a row was given, the order of the others does not count.
                journal?.noteNew(row)
            } else {
                journal?.noteNew(row, inPlaceOf: older)
            }
            rowOfIdentity[Int(identity)] = row
            remains.unlinked.append(older)
        }
    }

    /// Puts a row whose identity is known at the end of its key's list.
    func append(_ row: UInt32, to key: UInt32) {
        link(row, after: tails[Int(key)], before: Self.none, key)
        let identity = Int(identityOfRow[Int(row)])
        counts[identity] += 1
        rowOfIdentity[identity] = row
    }

    /// A row goes; gives whether it was the last of its key, and the one before it.
    ///
    /// - Returns: nil where it is not there.
    func takeBack(
        _ row: UInt32,
        _ identity: UInt32,
        _ key: UInt32,
        _ remains: inout Remains
    ) -> (wasLast: Bool, previous: UInt32)? {
        identityOfRow[Int(row)] = identity
        remains.unlinked.append(row)
        remains.keys.append(key)
        remains.identities.append(identity)
        guard counts[Int(identity)] > 0, let found = first(identity, key) else { return nil }
        let (previous, next) = (previouses[Int(found)], nexts[Int(found)])
        unlink(found, key)
        remains.unlinked.append(found)
        return (next == Self.none, previous)
    }

    /// Takes a row out of its key's list.
    func unlink(_ row: UInt32, _ key: UInt32) {
        let (previous, next) = (previouses[Int(row)], nexts[Int(row)])
        if previous == Self.none { heads[Int(key)] = next } else { nexts[Int(previous)] = next }
        if next == Self.none { tails[Int(key)] = previous } else { previouses[Int(next)] = previous }
        let identity = Int(identityOfRow[Int(row)])
        counts[identity] -= 1
        if counts[identity] == 0 { rowOfIdentity[identity] = Self.none }
    }

    /// The identity of a row.
    func identity(of row: UInt32) -> UInt32 { identityOfRow[Int(row)] }

    /// The first row of a key's list with the given identity.
    private func first(_ identity: UInt32, _ key: UInt32) -> UInt32? {
        if counts[Int(identity)] == 1 { return rowOfIdentity[Int(identity)] }
        var row = heads[Int(key)]
        while row != Self.none, identityOfRow[Int(row)] != identity { row = nexts[Int(row)] }
        return row == Self.none ? nil : row
    }

    private func link(_ row: UInt32, after previous: UInt32, before next: UInt32, _ key: UInt32) {
        previouses[Int(row)] = previous
        nexts[Int(row)] = next
        if previous == Self.none { heads[Int(key)] = row } else { nexts[Int(previous)] = row }
        if next == Self.none { tails[Int(key)] = row } else { previouses[Int(next)] = row }
    }

    /// Frees what rows left behind that are in no list any more.
    func forget(_ remains: Remains) throws {
        journal?.noteRemoved(remains.unlinked.span)
        rows.remove(remains.unlinked.span)
        // What waits for the watermark may still need its key and its identity, and goes later.
        let waiting = Set(conflicts?.remains.identities ?? [])
        let keys = remains.keys.filter { heads[Int($0)] == Self.none && conflicts?.isTouched[Int($0)] != true }
        let dead = Set(keys).sorted()
        if let coldKeys { try coldKeys.release(dead.span, of: self) } else { keyTable.remove(dead.span) }
        let unused = remains.identities.filter { counts[Int($0)] == 0 && !waiting.contains($0) }
        identities.remove(Set(unused).sorted().span)
    }
}

// MARK: - State

extension MaterializeOperator {
    /// The rows; the list of a key is that of their arrivals, and a row that takes the place of another one has its.
    package var stateTables: [StateTable] { [rowTable] }

    private var rowTable: StateTable {
        RowJournal.table(
            "rows",
            rowTypes: rows.rowTypes,
            dealtBy: operation.keys,
            beside: conflicts == nil ? [] : PendingConflicts.storedTypes
        )
    }

    package func save(into snapshot: StateSnapshot) throws {
        let unsavedByteCount = unsavedByteCount
        journal?.save(into: snapshot, table: 0) { numbers in conflicts?.stored(numbers) ?? [] }
        coldKeys?.finishEpoch(unsavedByteCount: unsavedByteCount, of: self)
    }

    package func restore(from reader: StateReader) throws {
        let journal = RowJournal(rows, dealtBy: operation.keys, table: rowTable)
        self.journal = journal
        guard let conflicts else {
            coldKeys = try ColdKeys(reader, tables: [0])
            return
        }
        var keyOfRow = GrowableLane<UInt32>()
        var roles: [UInt32: UInt8] = [:]
        let ordered = try journal.restore(from: reader, table: 0) { restored, columns, beside in
            let keys = identify(restored, columns)
            keyOfRow.resize(to: rows.numberBound, filling: Self.none)
            for (index, row) in restored.enumerated() {
                keyOfRow[Int(row)] = keys.readOnly[index]
                roles[row] = conflicts.restoredRole(beside, at: index)
            }
        }
        for row in ordered { resume(row, of: keyOfRow[Int(row)], as: roles[row] ?? 0, conflicts) }
    }

    /// Notes the identities of rows that were stored; gives their keys.
    private func identify(_ restored: [UInt32], _ columns: [Column]) -> MutableLane<UInt32> {
        let batch = Batch(columns: columns, rowCount: restored.count)
        let keys = numbers(of: operation.keys, batch, in: keyTable)
        let identityNumbers = numbers(of: identityColumns, batch, in: identities)
        makeRoom()
        for (index, row) in restored.enumerated() { identityOfRow[Int(row)] = identityNumbers.readOnly[index] }
        return keys
    }
}

// MARK: - Keys that come and go

extension MaterializeOperator {
    /// What waits for the watermark stays.
    package var canSpill: Bool { conflicts == nil && !keyTable.keyTypes.isEmpty }

    func beginSpilling() { journal = RowJournal(rows, dealtBy: operation.keys, table: rowTable, isStored: false) }

    var changedRowCount: Int { journal?.changedCount ?? 0 }

    package var keyedTables: [(number: Int, table: StateTable)] { [(0, rowTable)] }

    package func isEmpty(_ group: UInt32) -> Bool { heads[Int(group)] == Self.none }

    private func list(_ key: UInt32) -> [UInt32] {
        var list: [UInt32] = []
        var row = heads[Int(key)]
        while row != Self.none {
            list.append(row)
            row = nexts[Int(row)]
        }
        return list
    }

    package func rows(of groups: [UInt32], in table: Int) -> RowsOfKeys {
        var owners: [Int] = []
        var numbers: [UInt32] = []
        for (place, group) in groups.enumerated() {
            let list = list(group)
            numbers += list
            owners += repeatElement(place, count: list.count)
        }
        return RowsOfKeys(owners: owners, columns: journal?.stored(numbers) ?? [])
    }

    package func take(_ table: Int, keys: [Column], values: [Column], rowCount: Int) throws {
        guard let taken = journal?.take(keys, values, rowCount: rowCount) else { return }
        _ = identify(taken.numbers, taken.columns)
        arriving += taken.numbers
    }

    package func finishTaking() {
        guard let journal, !arriving.isEmpty else { return }
        let arrived = arriving
        let columns = rows.columns(of: arrived.span)
        let keys = numbers(of: operation.keys, Batch(columns: columns, rowCount: arriving.count), in: keyTable)
        var keyOfRow: [UInt32: UInt32] = [:]
        for (index, row) in arriving.enumerated() { keyOfRow[row] = keys.readOnly[index] }
        for row in journal.inOrder(arriving) { if let key = keyOfRow[row] { append(row, to: key) } }
        arriving.removeAll(keepingCapacity: true)
    }

    package func forget(_ groups: [UInt32]) {
        var gone: [UInt32] = []
        for group in groups {
            for row in list(group) {
                unlink(row, group)
                gone.append(row)
            }
        }
        let unused = Set(gone.map { identity(of: $0) }).sorted()
        journal?.forget(gone.span)
        rows.remove(gone.span)
        identities.remove(unused.span)
    }

    package func compact() {
        keyTable.compact()
        identities.compact()
        rows.compact()
    }
}
