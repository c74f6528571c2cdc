import SluiceColumns
import SluicePlan
import SluiceState

/// ON CONFLICT DO NOTHING and DO ERROR: what rows a key of the sink has is looked at when the watermark moves.
///
/// Between two watermarks changes are put into the lists of their keys and nothing is given. Then a key with one row
/// gives it, one without any takes back what it gave, and one with several keeps what it gave, or gives the first of
/// them, or fails the job. What it gave stays even where that row has gone or changed meanwhile, as in Flink.
extension MaterializeOperator {
    /// Puts the changes of a batch into the lists; decides wherever the watermark has moved in between.
    func collect(
        _ batch: Batch,
        _ keys: Span<UInt32>,
        _ identities: Span<UInt32>,
        _ numbers: Span<UInt32>,
        _ conflicts: PendingConflicts,
        _ changes: inout Changes
    ) throws {
        conflicts.makeRoom(keyCount: keyTable.groupBound, rowCount: rows.numberBound)
        for row in 0..<batch.rowCount {
            try decide(conflicts, before: batch.watermark(before: row, conflicts.current), &changes)
            let (key, number) = (keys[row], numbers[row])
            conflicts.touch(key)
            conflicts.roles[Int(number)] = 0
            var remains = Remains()
            if batch.kind(row).isAddition {
                add(number, identities[row], key, &remains)
                set(number, PendingConflicts.isListed, true, conflicts)
            } else {
                _ = takeBack(number, identities[row], key, &remains)
            }
            for gone in remains.unlinked { set(gone, PendingConflicts.isListed, false, conflicts) }
            // A row that was given is needed until it is taken back, and may stay for good.
            remains.unlinked.removeAll { $0 == conflicts.given[Int(key)] }
            conflicts.remains.take(&remains)
        }
    }

    private func set(_ row: UInt32, _ role: UInt8, _ holds: Bool, _ conflicts: PendingConflicts) {
        let old = conflicts.roles[Int(row)]
        let new = holds ? old | role : old & ~role
        if new == old { return }
        conflicts.roles[Int(row)] = new
        if old != 0 { journal?.note(row) }
    }

    /// Decides about all that waits, where the watermark has come to `mark`.
    private func decide(_ conflicts: PendingConflicts, before mark: Int64, _ changes: inout Changes) throws {
        guard conflicts.mark < mark else { return }
        conflicts.mark = mark
        if conflicts.touched.isEmpty { return }
        let touched = conflicts.touched
        conflicts.touched.removeAll(keepingCapacity: true)
        for key in touched {
            conflicts.isTouched[Int(key)] = false
            try decide(conflicts, key, &changes)
        }
        changes.remains.take(&conflicts.remains)
    }

    /// Decides which row of a key holds; its list is that row alone afterwards.
    private func decide(_ conflicts: PendingConflicts, _ key: UInt32, _ changes: inout Changes) throws {
        let old = conflicts.given[Int(key)]
        let first = heads[Int(key)]
        var new = first
        if first != Self.none, nexts[Int(first)] != Self.none {
            if operation.conflict == .fail { throw conflict(first) }
            if old != Self.none { new = old }
        }
        if new == Self.none { changes.remains.keys.append(key) }
        if new != old {
            if old == Self.none {
                changes.append(new, .insert)
            } else {
                // The older form leaves the store only when the batch is through.
                changes.remains.unlinked.append(old)
                if new == Self.none {
                    changes.append(old, .delete)
                } else {
                    changes.updates.append((place: changes.rows.count, old: old))
                    changes.append(new, .updateAfter)
                }
            }
        }
        shorten(key, to: new, conflicts, &changes.remains)
        conflicts.given[Int(key)] = new
        if new != Self.none && new != old { set(new, PendingConflicts.isGiven, true, conflicts) }
    }

    /// Leaves `kept` alone in the list of a key.
    private func shorten(_ key: UInt32, to kept: UInt32, _ conflicts: PendingConflicts, _ remains: inout Remains) {
        var row = heads[Int(key)]
        while row != Self.none {
            let next = nexts[Int(row)]
            if row != kept {
                unlink(row, key)
                remains.identities.append(identity(of: row))
                remains.unlinked.append(row)
            }
            row = next
        }
        if kept == Self.none { return }
        if heads[Int(key)] != Self.none { unlink(kept, key) }
        // So that it is found by its identity, which another row of the list may have had.
        append(kept, to: key)
        set(kept, PendingConflicts.isListed, true, conflicts)
    }

    private func conflict(_ row: UInt32) -> RuntimeError {
        let wanted = [row]
        let columns = rows.columns(of: wanted.span, fields: operation.keys)
        let values = columns.map { "\($0.value(0))" }.joined(separator: ", ")
        return RuntimeError(
            .user,
            "primaryKeyConflict",
            "several rows have the PRIMARY KEY (\(values)) of the table; write ON CONFLICT DO NOTHING to keep the "
                + "first one, or DO DEDUPLICATE to keep the last one"
        )
    }

    /// Emits what was decided, but for updates that change nothing.
    func emitDecided(_ changes: Changes, into output: borrowing Output) throws {
        if changes.rows.isEmpty { return }
        let same = unchanged(changes)
        var numbers: [UInt32] = []
        var kinds: [RowKind] = []
        var update = 0
        for place in changes.rows.indices {
            if update < changes.updates.count, changes.updates[update].place == place {
                update += 1
                if same[update - 1] { continue }
            }
            numbers.append(changes.rows[place])
            kinds.append(changes.kinds[place])
        }
        if !numbers.isEmpty { try emit(numbers, kinds, into: output) }
    }

    /// Per update whether its row is the same as before.
    private func unchanged(_ changes: Changes) -> MutableBitmap {
        var same = MutableBitmap(count: changes.updates.count, repeating: true)
        let before = changes.updates.map { $0.old }
        let after = changes.updates.map { changes.rows[$0.place] }
        let old = rows.columns(of: before.span)
        let new = rows.columns(of: after.span)
        for (lhs, rhs) in zip(old, new) { Column.clearWhereDifferent(lhs, rhs, in: &same) }
        return same
    }

    package func advance(to watermark: Watermark, into output: borrowing Output) throws {
        if let conflicts {
            conflicts.current = watermark
            var changes = Changes()
            try decide(conflicts, before: watermark.micros, &changes)
            try emitDecided(changes, into: output)
            try forget(changes.remains)
        }
        try output.advance(to: watermark)
    }

    // MARK: Stored state

    /// Takes over a stored row; rows come in their order.
    ///
    /// All keys are looked at anew when the watermark moves.
    func resume(_ row: UInt32, of key: UInt32, as role: UInt8, _ conflicts: PendingConflicts) {
        conflicts.makeRoom(keyCount: keyTable.groupBound, rowCount: rows.numberBound)
        conflicts.touch(key)
        conflicts.roles[Int(row)] = role
        if role & PendingConflicts.isGiven != 0 { conflicts.given[Int(key)] = row }
        if role & PendingConflicts.isListed != 0 {
            append(row, to: key)
        } else {
            conflicts.remains.identities.append(identity(of: row))
            if role == 0 { conflicts.remains.unlinked.append(row) }
        }
    }
}
