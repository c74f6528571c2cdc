import SluiceColumns
import SluiceKernels
import SluiceState

/// The groups of a GROUP BY as rows that are stored, and those of them that are not in memory.
///
/// After a restart no group is in memory: each comes back when a row of it comes. Where memory is short, groups that
/// were not touched for long go: with checkpoints at a barrier, and only those that are stored as they are; without
/// them as soon as a batch needs the room, and they are written then (docs/design/0019).
extension GroupAggregateOperator {
    package var stateTables: [StateTable] {
        let scope = StateTable.Scope.keyed(columns: table.keyTypes.count)
        let lastTouch: [DataType] = expiry == nil ? [] : [.notNull(.bigint)]
        return [StateTable("groups", keyTypes: table.keyTypes, valueTypes: states.stateTypes + lastTouch, scope: scope)]
            + states.elementTables(keyTypes: table.keyTypes, scope: scope)
    }

    package var counters: OperatorCounters { OperatorCounters(cold: cold?.counters) }

    package func restore(from reader: StateReader) throws {
        changes.startTracking()
        states.startTracking()
        cold = ColdRows(reader, hasAny: try !reader.isEmpty(0))
    }

    package func save(into snapshot: StateSnapshot) throws {
        // Their removal is committed now: the storage has nothing of them any more.
        release(leaving.filter { !changes.hasChanged($0) })
        let cold = cleanGroupsToEvict()
        let taken = changes.take()
        taken.removed.forEachSlice(of: AggregateStates.storedBatchRowCount) { groups in
            snapshot.remove(0, keys: table.keys(of: groups), rowCount: groups.count)
        }
        put(taken.changed, into: snapshot)
        states.saveElements(into: snapshot, firstTable: 1, changes: taken) { table.keys(of: $0) }
        leaving = taken.removed
        let stored = Set(leaving)
        release(taken.gone.filter { !stored.contains($0) })
        evict(cold)
        // What has changed in this epoch can go at the next barrier.
        wantsBarrier = table.count > 0 && self.cold?.policy.isCritical == true
    }

    private func put(_ groups: [UInt32], into snapshot: StateSnapshot) {
        groups.forEachSlice(of: AggregateStates.storedBatchRowCount) { groups in
            var values = states.state(of: groups)
            if let expiry { values.append(.of(lastTouches(groups, expiry), .notNull(.bigint))) }
            snapshot.put(0, keys: table.keys(of: groups), values: values, rowCount: groups.count)
        }
    }

    private func lastTouches(_ groups: Span<UInt32>, _ expiry: GroupExpiry) -> [Value] {
        groups.indices.map { .integer(expiry.lastTouchMillis(of: groups[$0])) }
    }
}

// MARK: - Coming back

extension GroupAggregateOperator {
    /// Reads those groups of a batch back that are stored and not in memory.
    func recall(_ touched: [UInt32]) throws {
        guard let cold else { return }
        var unknown: [UInt32] = []
        for group in touched {
            let mark = marks[Int(group)]
            if mark & Self.isKnown == 0 { unknown.append(group) }
            marks[Int(group)] = mark | Self.isKnown | Self.isRecent
        }
        cold.noteHits(touched.count - unknown.count)
        arrivalCount += unknown.count
        guard cold.hasAny, !unknown.isEmpty else { return }
        let found = try cold.rows(of: 0, keys: table.keys(of: unknown.span), rowCount: unknown.count)
        let groups = found.rows.map { unknown[Int($0)] }
        if groups.isEmpty { return }
        adopt(groups, found.values)
        if states.elements.isEmpty { return }
        let keys = table.keys(of: groups.span)
        try states.recallElements(of: groups, keys: keys, from: cold.reader, firstTable: 1) { keys, rowCount in
            let hashes = RowHash.hashes(keys, rowCount: rowCount)
            return table.find(keys, hashes: hashes.readOnly).array
        }
    }

    /// Gives empty groups the state that was stored for them.
    private func adopt(_ groups: [UInt32], _ values: [Column]) {
        states.restore(values, groups: groups.span)
        for group in groups { marks[Int(group)] |= Self.isEmitted }
        if expiry != nil, let touches = values.last?.flattened() {
            for (row, group) in groups.enumerated() { expiry?.restore(group, touchedMillis: touches.int64s[row]) }
        }
        changes.restore(groups.span)
    }
}

// MARK: - Going

extension GroupAggregateOperator {
    /// Groups that go at a time, at least: a write of few rows costs as much as one of many.
    private static let evictedCountMin = 1 << 14

    package var canSpill: Bool { states.elements.isEmpty && !table.keyTypes.isEmpty }

    package func spill(into spill: StateSpill) { cold = ColdRows(spill) }

    package var unsavedByteCount: Int {
        guard let cold, cold.policy.isBounded else { return 0 }
        return changes.count * (stateByteCount / max(1, table.count))
    }

    /// Sees to it that the groups of a batch find room, where memory is short.
    func makeWay(for rowCount: Int) throws {
        guard let cold else { return }
        guard lacksRoom(for: rowCount, cold.policy) else {
            wantsBarrier = false
            return
        }
        guard let spill = cold.spill else {
            wantsBarrier = table.count > 0 && !cold.policy.evictsAlways
            return
        }
        let groups = cold.choose(wantedCount(rowCount), below: table.groupBound) { judge($0, cold.policy) }
        if groups.isEmpty { return }
        try spill.write { put(groups, into: $0) }
        evict(groups)
    }

    /// Whether new groups would need memory that there is not.
    private func lacksRoom(for groupCount: Int, _ policy: EvictionPolicy) -> Bool {
        if policy.isCritical { return true }
        let free = table.groupBound - table.count
        let slots = table.growth(adding: groupCount)
        if free >= groupCount && slots == 0 { return policy.evictsAlways }
        return policy.isTight(adding: slots)
    }

    /// How many groups have to go so that `groupCount` new ones find room.
    private func wantedCount(_ groupCount: Int) -> Int {
        if let cold, cold.policy.evictsAlways { return table.count }
        // A block of texts is made smaller when half of it belongs to groups that have gone.
        if let cold, cold.policy.isCritical { return max(groupCount, table.count / 2) }
        let few = max(Self.evictedCountMin, table.groupBound / 64)
        return max(groupCount, few)
    }

    private func judge(_ number: Int, _ policy: EvictionPolicy) -> ColdRows.Verdict {
        let mark = marks[number]
        // A number that belongs to no group has no mark.
        if mark & Self.isKnown == 0 { return .stays }
        if mark & Self.isRecent == 0 || policy.evictsAlways {
            // The hand may come by again.
            marks[number] = mark & ~Self.isKnown
            return .goes
        }
        marks[number] = mark & ~Self.isRecent
        return .waits
    }

    /// The groups that go at a barrier, before it takes what has changed: those that the last commit has as they are.
    private func cleanGroupsToEvict() -> [UInt32] {
        guard let cold, !table.keyTypes.isEmpty else { return [] }
        defer { arrivalCount = 0 }
        let groupCount = max(2 * arrivalCount, Self.evictedCountMin)
        guard lacksRoom(for: groupCount, cold.policy) else { return [] }
        return cold.choose(wantedCount(groupCount), below: table.groupBound) { number in
            changes.isClean(UInt32(truncatingIfNeeded: number)) ? judge(number, cold.policy) : .stays
        }
    }

    /// Forgets groups that are stored.
    private func evict(_ groups: [UInt32]) {
        if groups.isEmpty { return }
        states.reset(groups.span)
        expiry?.forget(groups)
        changes.forget(groups.span)
        release(groups)
        cold?.noteEvicted(groups.count)
    }

    /// Takes groups that are gone for good out of the storage that rows go to when memory is short.
    func forgetSpilled(_ groups: [UInt32]) throws {
        guard let spill = cold?.spill else { return }
        let stored = groups.filter { changes.isStored($0) }
        if stored.isEmpty { return }
        try spill.write { snapshot in
            stored.forEachSlice(of: AggregateStates.storedBatchRowCount) { groups in
                snapshot.remove(0, keys: table.keys(of: groups), rowCount: groups.count)
            }
        }
        changes.forget(stored.span)
    }
}
