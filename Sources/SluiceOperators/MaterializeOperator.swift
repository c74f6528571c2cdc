import SluiceColumns
import SluicePlan
import SluiceState

/// Lets a sink with a PRIMARY KEY take changes in another key, as Flink's upsert materialisation: it keeps the rows of
/// each key of the sink in the order in which they came, and the last one counts.
///
/// Goes row by row. All rows of a batch are put into the store first; those that it does not keep go at its end.
package final class MaterializeOperator: Operator {
    private let operation: MaterializeOperation
    private let keyTable: KeyTable
    /// What makes rows of one key of the sink the same: that key and the changes' own, or the whole row.
    private let identityColumns: [Int]
    private let identities: KeyTable
    private let rows: RowStore
    /// Per key its first and its last row, or `none`.
    private var heads = GrowableLane<UInt32>()
    private var tails = GrowableLane<UInt32>()
    /// Per row the next and the previous one of the same key, or `none`.
    private var nexts = GrowableLane<UInt32>()
    private var previouses = GrowableLane<UInt32>()
    /// Per row its identity.
    private var identityOfRow = GrowableLane<UInt32>()
    /// Per identity how many rows have it, and one of them where it can only be one.
    private var counts = GrowableLane<UInt32>()
    private var rowOfIdentity = GrowableLane<UInt32>()
    /// What is not stored yet; nil where nothing is.
    private var journal: RowJournal?

    private static let none = UInt32.max

    /// Makes the operator for one shard.
    package init(_ operation: MaterializeOperation, inputFields: [RowField]) {
        self.operation = operation
        let types = inputFields.map(\.type)
        keyTable = KeyTable(keyTypes: operation.keys.map { types[$0] })
        let keyed = operation.keys + operation.changeKey.filter { !operation.keys.contains($0) }
        identityColumns = operation.changeKey.isEmpty ? Array(types.indices) : keyed
        identities = KeyTable(keyTypes: identityColumns.map { types[$0] })
        rows = RowStore(rowTypes: types)
    }

    package var stateByteCount: Int {
        keyTable.byteCount + identities.byteCount + rows.byteCount + heads.byteCount + tails.byteCount
            + nexts.byteCount + previouses.byteCount + identityOfRow.byteCount + counts.byteCount
            + rowOfIdentity.byteCount + (journal?.byteCount ?? 0)
    }

    /// What one batch gives and leaves behind.
    private struct Changes {
        var rows: [UInt32] = []
        var kinds: [RowKind] = []
        /// Rows that are not in any list.
        var unlinked: [UInt32] = []
        /// Keys and identities that may have no row any more.
        var keys: [UInt32] = []
        var identities: [UInt32] = []

        mutating func append(_ row: UInt32, _ kind: RowKind) {
            rows.append(row)
            kinds.append(kind)
        }
    }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        let keys = numbers(of: operation.keys, batch, in: keyTable)
        let identityNumbers = numbers(of: identityColumns, batch, in: identities)
        let added = rows.append(batch.columns, rowCount: batch.rowCount)
        makeRoom()
        var changes = Changes()
        let keySpan = keys.readOnly
        let identitySpan = identityNumbers.readOnly
        let rowSpan = added.readOnly
        for row in 0..<batch.rowCount {
            let (key, identity, number) = (keySpan[row], identitySpan[row], rowSpan[row])
            identityOfRow[Int(number)] = identity
            if batch.kind(row).isAddition {
                add(number, identity, key, &changes)
            } else {
                takeBack(number, identity, key, &changes)
            }
        }
        if !changes.rows.isEmpty {
            try output.emit(
                Batch(
                    columns: rows.columns(of: changes.rows.span),
                    rowCount: changes.rows.count,
                    rowKinds: RowKinds(changes.kinds)
                )
            )
        }
        forget(changes)
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
    private func add(_ row: UInt32, _ identity: UInt32, _ key: UInt32, _ changes: inout Changes) {
        changes.append(row, heads[Int(key)] == Self.none ? .insert : .updateAfter)
        let older = operation.changeKey.isEmpty ? Self.none : rowOfIdentity[Int(identity)]
        if older == Self.none {
            link(row, after: tails[Int(key)], before: Self.none, key)
            counts[Int(identity)] += 1
            journal?.noteNew(row)
        } else {
            let (previous, next) = (previouses[Int(older)], nexts[Int(older)])
            link(row, after: previous, before: next, key)
            journal?.noteNew(row, inPlaceOf: older)
            changes.unlinked.append(older)
        }
        rowOfIdentity[Int(identity)] = row
    }

    /// A row goes: where it was the last of its key, the one before it counts again.
    private func takeBack(_ row: UInt32, _ identity: UInt32, _ key: UInt32, _ changes: inout Changes) {
        changes.unlinked.append(row)
        changes.keys.append(key)
        changes.identities.append(identity)
        guard counts[Int(identity)] > 0, let found = first(identity, key) else { return }
        let (previous, next) = (previouses[Int(found)], nexts[Int(found)])
        if previous == Self.none { heads[Int(key)] = next } else { nexts[Int(previous)] = next }
        if next == Self.none { tails[Int(key)] = previous } else { previouses[Int(next)] = previous }
        changes.unlinked.append(found)
        counts[Int(identity)] -= 1
        if counts[Int(identity)] == 0 { rowOfIdentity[Int(identity)] = Self.none }
        if heads[Int(key)] == Self.none {
            changes.append(row, .delete)
        } else if next == Self.none {
            changes.append(previous, .updateAfter)
        }
    }

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

    private func forget(_ changes: Changes) {
        journal?.noteRemoved(changes.unlinked.span)
        rows.remove(changes.unlinked.span)
        keyTable.remove(Set(changes.keys.filter { heads[Int($0)] == Self.none }).sorted().span)
        identities.remove(Set(changes.identities.filter { counts[Int($0)] == 0 }).sorted().span)
    }
}

// MARK: - State

extension MaterializeOperator {
    /// The rows; the list of a key is that of their arrivals, and a row that takes the place of another one has its.
    package var stateTables: [StateTable] { [rowTable] }

    private var rowTable: StateTable {
        RowJournal.table("rows", rowTypes: rows.rowTypes, dealtBy: operation.keys)
    }

    package func save(into snapshot: StateSnapshot) throws { journal?.save(into: snapshot, table: 0) }

    package func restore(from reader: StateReader) throws {
        let journal = RowJournal(rows, dealtBy: operation.keys, table: rowTable)
        self.journal = journal
        var keyOfRow = GrowableLane<UInt32>()
        let ordered = try journal.restore(from: reader, table: 0) { restored, columns, _ in
            let batch = Batch(columns: columns, rowCount: restored.count)
            let keys = numbers(of: operation.keys, batch, in: keyTable)
            let identityNumbers = numbers(of: identityColumns, batch, in: identities)
            makeRoom()
            keyOfRow.resize(to: rows.numberBound, filling: Self.none)
            for (index, row) in restored.enumerated() {
                keyOfRow[Int(row)] = keys.readOnly[index]
                identityOfRow[Int(row)] = identityNumbers.readOnly[index]
            }
        }
        for row in ordered {
            let key = keyOfRow[Int(row)]
            link(row, after: tails[Int(key)], before: Self.none, key)
            counts[Int(identityOfRow[Int(row)])] += 1
            rowOfIdentity[Int(identityOfRow[Int(row)])] = row
        }
    }
}
