import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// GROUP BY without a window: a changelog of one row per group.
///
/// Per batch each touched group is emitted at most once, and only where its values changed: `+I` when it appears,
/// `-U`/`+U` when it changes, `-D` when its last row was taken back. With a time-to-live a touched group is emitted
/// even where nothing changed, as in Flink, so that operators downstream do not forget it earlier than this one. Where
/// the operation wants every change, a batch is taken in runs of rows of different groups.
package final class GroupAggregateOperator: Operator {
    private let operation: GroupAggregateOperation
    private let clock: @Sendable () -> Int64
    private let table: KeyTable
    private let states: AggregateStates
    /// Per group the bits below.
    private var marks = GrowableLane<UInt8>()
    private var expiry: GroupExpiry?
    /// What has changed since the last barrier.
    private var changes = GroupChangeLog()

    /// Mark of a group that the result downstream has.
    private static let isEmitted: UInt8 = 1
    /// Mark of a group that the batch at hand has touched.
    private static let isTouched: UInt8 = 2

    /// Makes the operator for one shard.
    package init(_ operation: GroupAggregateOperation, keyTypes: [DataType], context: EvaluationContext) throws {
        self.operation = operation
        clock = context.clock
        table = KeyTable(keyTypes: keyTypes)
        states = try AggregateStates(operation.aggregates, isRetractable: operation.consumesRetractions)
        if let ttl = operation.stateTTLMillis, ttl > 0 { expiry = GroupExpiry(ttlMillis: ttl) }
    }

    package var stateByteCount: Int { table.byteCount + states.byteCount + marks.byteCount + changes.byteCount }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        guard operation.emitsEveryChange, batch.rowCount > 1 else { return try processTogether(batch, into: output) }
        for run in batch.runsOfDifferentKeys(operation.keys) {
            try processTogether(batch.gathered(SelectionVector(run.map { Int32($0) })), into: output)
        }
    }

    private func processTogether(_ batch: Batch, into output: borrowing Output) throws {
        let keys = operation.keys.map { batch.columns[$0] }
        let hashes = RowHash.hashes(keys, rowCount: batch.rowCount)
        let groups = table.insert(keys, hashes: hashes.readOnly)
        makeRoom()
        let touched = touchedGroups(groups.readOnly)
        expire(touched)
        changes.change(touched.span)
        let before = try states.results(touched.span)
        let wasEmitted = touched.map { marks[Int($0)] & Self.isEmitted != 0 }
        if let kept = states.withoutStrays(batch, groups) {
            try states.accumulate(batch.gathered(kept), groups: groups.gathered(kept))
        } else {
            try states.accumulate(batch, groups: groups)
        }
        let after = try states.results(touched.span)
        var columns = GroupChanges.Columns(leading: table.keys(of: touched.span), before: before, after: after)
        // Where every change is given, each row has a group of its own.
        if operation.emitsEveryChange { columns.runningWatermarks = batch.runningWatermarks }
        try emit(touched, columns, wasEmitted: wasEmitted, into: output)
        removeDead(touched)
    }

    private func makeRoom() {
        let bound = table.groupBound
        states.reserve(groupBound: bound)
        marks.resize(to: bound, filling: 0)
    }

    /// Each group of the batch once, in order of first appearance.
    private func touchedGroups(_ groups: Span<UInt32>) -> [UInt32] {
        var touched: [UInt32] = []
        touched.reserveCapacity(min(groups.count, table.count))
        for row in 0..<groups.count where marks[Int(groups[row])] & Self.isTouched == 0 {
            marks[Int(groups[row])] |= Self.isTouched
            touched.append(groups[row])
        }
        for group in touched { marks[Int(group)] &= ~Self.isTouched }
        return touched
    }

    private func emit(
        _ touched: [UInt32],
        _ columns: GroupChanges.Columns,
        wasEmitted: [Bool],
        into output: borrowing Output
    ) throws {
        let changes = GroupChanges(emitsUpdateBefore: operation.emitsUpdateBefore, emitsUnchanged: expiry != nil)
        let exists = touched.map { states.exists($0) }
        for (group, isThere) in zip(touched, exists) { marks[Int(group)] = isThere ? Self.isEmitted : 0 }
        if let batch = changes.batch(columns, existed: wasEmitted, exists: exists) { try output.emit(batch) }
    }

    /// Frees the groups whose last row was taken back.
    private func removeDead(_ touched: [UInt32]) {
        guard operation.consumesRetractions else { return }
        let dead = touched.filter { !states.exists($0) }
        if dead.isEmpty { return }
        states.reset(dead.span)
        free(dead)
        expiry?.forget(dead)
    }

    /// Takes groups out of the table; where state is stored, at the next barrier.
    private func free(_ groups: [UInt32]) {
        if changes.isTracking { changes.remove(groups.span) } else { table.remove(groups.span) }
    }

    /// Forgets groups that nobody touched for `table.exec.state.ttl`, without telling anybody, as Flink does.
    private func expire(_ touched: [UInt32]) {
        guard expiry != nil else { return }
        let now = clock() / 1_000
        guard let expired = expiry?.touch(touched, nowMillis: now, groupBound: table.groupBound) else { return }
        for group in expired.touched + expired.others { marks[Int(group)] = 0 }
        // A touched group starts anew under its number; the others leave the table.
        if !expired.touched.isEmpty {
            states.reset(expired.touched.span)
            changes.clear(expired.touched.span)
        }
        if expired.others.isEmpty { return }
        states.reset(expired.others.span)
        free(expired.others)
    }

    // MARK: Stored state

    package var stateTables: [StateTable]? {
        let scope = StateTable.Scope.keyed(columns: table.keyTypes.count)
        let lastTouch: [DataType] = expiry == nil ? [] : [.notNull(.bigint)]
        return [StateTable("groups", keyTypes: table.keyTypes, valueTypes: states.stateTypes + lastTouch, scope: scope)]
            + states.elementTables(keyTypes: table.keyTypes, scope: scope)
    }

    package func save(into snapshot: StateSnapshot) {
        let taken = changes.take()
        taken.removed.forEachSlice(of: AggregateStates.storedBatchRowCount) { groups in
            snapshot.remove(0, keys: table.keys(of: groups), rowCount: groups.count)
        }
        taken.changed.forEachSlice(of: AggregateStates.storedBatchRowCount) { groups in
            var values = states.state(of: groups)
            if let expiry { values.append(.of(lastTouches(groups, expiry), .notNull(.bigint))) }
            snapshot.put(0, keys: table.keys(of: groups), values: values, rowCount: groups.count)
        }
        states.saveElements(into: snapshot, firstTable: 1, changes: taken) { table.keys(of: $0) }
        if !taken.gone.isEmpty { table.remove(taken.gone.span) }
    }

    private func lastTouches(_ groups: Span<UInt32>, _ expiry: GroupExpiry) -> [Value] {
        groups.indices.map { .integer(expiry.lastTouchMillis(of: groups[$0])) }
    }

    package func restore(from reader: StateReader) throws {
        changes.startTracking()
        states.startTracking()
        try reader.forEachChunk(of: 0) { keys, values, rowCount in
            let hashes = RowHash.hashes(keys, rowCount: rowCount)
            let groups = table.insert(keys, hashes: hashes.readOnly)
            makeRoom()
            let numbers = groups.readOnly
            states.restore(values, groups: numbers)
            for row in 0..<rowCount { marks[Int(numbers[row])] = Self.isEmitted }
            if expiry != nil, let touches = values.last?.flattened() {
                for row in 0..<rowCount { expiry?.restore(numbers[row], touchedMillis: touches.int64s[row]) }
            }
            changes.restore(numbers)
        }
        try states.restoreElements(from: reader, firstTable: 1, keyCount: table.keyTypes.count) { keys, rowCount in
            let hashes = RowHash.hashes(keys, rowCount: rowCount)
            return table.find(keys, hashes: hashes.readOnly).array
        }
    }
}
