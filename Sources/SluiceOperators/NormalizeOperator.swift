import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// Makes a table of upserts and repeated changes, as Flink's changelog normalisation: each key has its last row.
///
/// Goes row by row, so that what comes out does not depend on batches. A batch's rows and the stored rows that it
/// touches are looked at as one list of places, the stored ones first.
package final class NormalizeOperator: KeyedRowOperator {
    private let operation: NormalizeOperation
    private let clock: @Sendable () -> Int64
    package let keyTable: KeyTable
    private let rows: RowStore
    /// Per key its row, or `none`.
    private var rowOfKey = GrowableLane<UInt32>()
    /// Per key its place among those that the batch touches; `none` between batches.
    private var touchOfKey = GrowableLane<UInt32>()
    private var expiry: GroupExpiry?
    private let encoded = EncodedRows()
    /// What of the keys is not stored yet; nil where nothing is.
    private var journal: StateJournal?
    private let layout: DealtColumns
    var coldKeys: ColdKeys?

    private static let none = UInt32.max

    /// Makes the operator for one shard.
    package init(_ operation: NormalizeOperation, inputFields: [RowField], context: EvaluationContext) {
        self.operation = operation
        clock = context.clock
        keyTable = KeyTable(keyTypes: operation.keys.map { inputFields[$0].type })
        rows = RowStore(rowTypes: inputFields.map(\.type))
        layout = DealtColumns(operation.keys, columnCount: inputFields.count)
        if let ttl = operation.stateTTLMillis { expiry = GroupExpiry(ttlMillis: ttl) }
    }

    package var stateByteCount: Int {
        keyTable.byteCount + rows.byteCount + rowOfKey.byteCount + touchOfKey.byteCount
            + (journal?.byteCount ?? 0) + (coldKeys?.byteCount ?? 0)
    }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        let keys = operation.keys.map { batch.columns[$0] }
        try coldKeys?.makeWay(for: batch.rowCount, in: self)
        try coldKeys?.recall(keys, rowCount: batch.rowCount, into: self)
        let groups = locate(keys, rowCount: batch.rowCount)
        coldKeys?.change(groups.readOnly)
        let touched = touch(groups.readOnly)
        try expire(touched)
        let stored = touched.compactMap { rowOfKey[Int($0)] == Self.none ? nil : rowOfKey[Int($0)] }
        let combined = zip(rows.columns(of: stored.span), batch.columns).map { Column.concatenated([$0, $1]) }
        encoded.encode(combined, rowCount: stored.count + batch.rowCount)
        var last = lastPlaces(touched)
        let changes = follow(batch, groups.readOnly, storedCount: stored.count, &last)
        if !changes.places.isEmpty {
            let selection = SelectionVector(changes.places)
            try output.emit(
                Batch(
                    columns: combined.map { $0.gathered(selection) },
                    rowCount: changes.places.count,
                    rowKinds: RowKinds(changes.kinds)
                )
            )
        }
        try keep(last, touched, stored, combined)
    }

    /// The number of each row's key, new ones added.
    private func locate(_ keys: [Column], rowCount: Int) -> MutableLane<UInt32> {
        let hashes = RowHash.hashes(keys, rowCount: rowCount)
        let groups = keyTable.insert(keys, hashes: hashes.readOnly)
        rowOfKey.resize(to: keyTable.groupBound, filling: Self.none)
        touchOfKey.resize(to: keyTable.groupBound, filling: Self.none)
        return groups
    }

    /// Each key of the batch once, in order of first appearance.
    private func touch(_ groups: Span<UInt32>) -> [UInt32] {
        var touched: [UInt32] = []
        for row in 0..<groups.count where touchOfKey[Int(groups[row])] == Self.none {
            touchOfKey[Int(groups[row])] = UInt32(truncatingIfNeeded: touched.count)
            touched.append(groups[row])
        }
        return touched
    }

    /// The place of each touched key's row, -1 where it has none.
    private func lastPlaces(_ touched: [UInt32]) -> [Int32] {
        var next: Int32 = 0
        return touched.map { key in
            if rowOfKey[Int(key)] == Self.none { return -1 }
            next += 1
            return next - 1
        }
    }

    private struct Changes {
        var places: [Int32] = []
        var kinds: [RowKind] = []

        mutating func append(_ place: Int32, _ kind: RowKind) {
            places.append(place)
            kinds.append(kind)
        }
    }

    /// What the rows of the batch change; `last` has the place of each touched key's row before and afterwards.
    private func follow(_ batch: Batch, _ groups: Span<UInt32>, storedCount: Int, _ last: inout [Int32]) -> Changes {
        var changes = Changes()
        for row in 0..<batch.rowCount {
            let touch = Int(touchOfKey[Int(groups[row])])
            let old = last[touch]
            let place = Int32(truncatingIfNeeded: storedCount + row)
            switch batch.kind(row) {
            case .insert, .updateAfter:
                last[touch] = place
                if old < 0 {
                    changes.append(place, .insert)
                } else if expiry != nil || !isEqual(old, place) {
                    if operation.emitsUpdateBefore { changes.append(old, .updateBefore) }
                    changes.append(place, .updateAfter)
                }
            case .delete:
                if old >= 0 { changes.append(old, .delete) }
                last[touch] = -1
            case .updateBefore: break
            }
        }
        return changes
    }

    private func isEqual(_ lhs: Int32, _ rhs: Int32) -> Bool {
        let encoded = encoded
        let left = encoded.row(Int(lhs))
        let right = encoded.row(Int(rhs))
        if left.count != right.count { return false }
        for index in 0..<left.count where left[index] != right[index] { return false }
        return true
    }

    /// Stores the rows that are new, forgets those that are replaced and the keys that have none.
    private func keep(_ last: [Int32], _ touched: [UInt32], _ stored: [UInt32], _ combined: [Column]) throws {
        var added: [Int32] = []
        var owners: [UInt32] = []
        var replaced: [UInt32] = []
        var dead: [UInt32] = []
        for (touch, key) in touched.enumerated() {
            touchOfKey[Int(key)] = Self.none
            let row = rowOfKey[Int(key)]
            if last[touch] >= 0, Int(last[touch]) < stored.count { continue }
            if row != Self.none { replaced.append(row) }
            rowOfKey[Int(key)] = Self.none
            if last[touch] < 0 {
                dead.append(key)
            } else {
                added.append(last[touch])
                owners.append(key)
            }
        }
        rows.remove(replaced.span)
        if !added.isEmpty {
            let selection = SelectionVector(added)
            let numbers = rows.append(combined.map { $0.gathered(selection) }, rowCount: added.count)
            let span = numbers.readOnly
            for index in owners.indices { rowOfKey[Int(owners[index])] = span[index] }
        }
        let written = expiry == nil ? owners : touched
        journal?.note(written.span)
        try remove(dead)
        expiry?.forget(dead)
    }

    /// Takes keys out that have no row.
    private func remove(_ dead: [UInt32]) throws {
        journal?.noteRemoved(dead.span) { keyTable.keys(of: $0.span) }
        if let coldKeys { try coldKeys.release(dead.span, of: self) } else { keyTable.remove(dead.span) }
    }

    /// Forgets the rows of keys that nobody touched for `table.exec.state.ttl`, without telling anybody, as Flink does.
    private func expire(_ touched: [UInt32]) throws {
        guard expiry != nil else { return }
        let now = clock() / 1_000
        guard let expired = expiry?.touch(touched, nowMillis: now, groupBound: keyTable.groupBound) else { return }
        var gone: [UInt32] = []
        for key in expired.touched + expired.others where rowOfKey[Int(key)] != Self.none {
            gone.append(rowOfKey[Int(key)])
            rowOfKey[Int(key)] = Self.none
        }
        rows.remove(gone.span)
        try remove(expired.others)
    }
}

// MARK: - State

extension NormalizeOperator {
    /// The row of each key, and when the key was last touched, where it has a time-to-live.
    package var stateTables: [StateTable] { [rowTable] }

    private var rowTable: StateTable {
        StateTable(
            "rows",
            keyTypes: keyTable.keyTypes,
            valueTypes: layout.others.map { rows.rowTypes[$0] } + [StateTable.number],
            scope: .keyed(columns: keyTable.keyTypes.count)
        )
    }

    package func save(into snapshot: StateSnapshot) throws {
        let unsavedByteCount = unsavedByteCount
        journal?.save(into: snapshot, table: 0) { stored($0) }
        coldKeys?.finishEpoch(unsavedByteCount: unsavedByteCount, of: self)
    }

    private func stored(_ keys: [UInt32]) -> (keys: [Column], values: [Column]) {
        let numbers = keys.map { rowOfKey[Int($0)] }
        let touched = Column.numbers(keys.map { expiry?.lastTouchMillis(of: $0) ?? 0 })
        return (keyTable.keys(of: keys.span), rows.columns(of: numbers.span, fields: layout.others) + [touched])
    }

    package func restore(from reader: StateReader) throws {
        journal = StateJournal(rowTable)
        coldKeys = try ColdKeys(reader, tables: [0])
    }

    var changedRowCount: Int { journal?.changedCount ?? 0 }

    package var keyedTables: [(number: Int, table: StateTable)] { [(0, rowTable)] }

    package func isEmpty(_ group: UInt32) -> Bool { rowOfKey[Int(group)] == Self.none }

    package func rows(of groups: [UInt32], in table: Int) -> RowsOfKeys {
        let (keys, values) = stored(groups)
        return RowsOfKeys(owners: Array(groups.indices), columns: keys + values)
    }

    package func take(_ table: Int, keys: [Column], values: [Column], rowCount: Int) throws {
        let known = locate(keys, rowCount: rowCount)
        let numbers = rows.append(layout.restored(keys, Array(values.dropLast())), rowCount: rowCount)
        let touched = values[layout.others.count]
        for row in 0..<rowCount {
            let key = known.readOnly[row]
            rowOfKey[Int(key)] = numbers.readOnly[row]
            expiry?.restore(key, touchedMillis: touched.int64s[row])
            journal?.noteRestored(key)
        }
    }

    package func forget(_ groups: [UInt32]) {
        let gone = groups.map { rowOfKey[Int($0)] }
        rows.remove(gone.span)
        for group in groups { rowOfKey[Int(group)] = Self.none }
        expiry?.forget(groups)
        journal?.forget(groups.span)
    }

    package func compact() {
        keyTable.compact()
        rows.compact()
    }
}
