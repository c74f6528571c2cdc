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
    let table: KeyTable
    let states: AggregateStates
    /// Per group the bits below.
    var marks = GrowableLane<UInt8>()
    var expiry: GroupExpiry?
    /// What has changed since the last barrier.
    var changes = GroupChangeLog()
    /// The groups that are stored and not in memory; nil where all of them are in memory.
    var cold: ColdRows?
    /// Groups that went in the epoch before the last barrier: the storage may have them until the next one.
    var leaving: [UInt32] = []
    /// Groups that have come into the table since the last barrier.
    var arrivalCount = 0
    package var wantsBarrier = false

    /// Mark of a group that the result downstream has.
    static let isEmitted: UInt8 = 1
    /// Mark of a group that the batch at hand has touched.
    private static let isTouched: UInt8 = 2
    /// Mark of a group of which the storage knows nothing that is not in memory.
    static let isKnown: UInt8 = 4
    /// Mark of a group that was touched since the hand of `ColdRows` came by.
    static let isRecent: UInt8 = 8

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
        try makeWay(for: batch.rowCount)
        let groups = table.insert(keys, hashes: hashes.readOnly)
        makeRoom()
        let touched = touchedGroups(groups.readOnly)
        if cold != nil { try recall(touched) }
        try expire(touched)
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
        try removeDead(touched)
    }

    func makeRoom() {
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
        for (group, isThere) in zip(touched, exists) { setEmitted(group, isThere) }
        if let batch = changes.batch(columns, existed: wasEmitted, exists: exists) { try output.emit(batch) }
    }

    private func setEmitted(_ group: UInt32, _ isEmitted: Bool) {
        let rest = marks[Int(group)] & ~Self.isEmitted
        marks[Int(group)] = isEmitted ? rest | Self.isEmitted : rest
    }

    /// Frees the groups whose last row was taken back.
    private func removeDead(_ touched: [UInt32]) throws {
        guard operation.consumesRetractions else { return }
        let dead = touched.filter { !states.exists($0) }
        if dead.isEmpty { return }
        states.reset(dead.span)
        try free(dead)
        expiry?.forget(dead)
    }

    /// Takes groups out of the table; where state is stored, at the next barrier.
    private func free(_ groups: [UInt32]) throws {
        if changes.isTracking { return changes.remove(groups.span) }
        try forgetSpilled(groups)
        release(groups)
    }

    /// Gives the numbers of groups free, whose states are empty.
    func release(_ groups: [UInt32]) {
        for group in groups { marks[Int(group)] = 0 }
        table.remove(groups.span)
    }

    /// Forgets groups that nobody touched for `table.exec.state.ttl`, without telling anybody, as Flink does.
    private func expire(_ touched: [UInt32]) throws {
        guard expiry != nil else { return }
        let now = clock() / 1_000
        guard let expired = expiry?.touch(touched, nowMillis: now, groupBound: table.groupBound) else { return }
        for group in expired.touched + expired.others { setEmitted(group, false) }
        // A touched group starts anew under its number; the others leave the table.
        if !expired.touched.isEmpty {
            states.reset(expired.touched.span)
            changes.clear(expired.touched.span)
        }
        if expired.others.isEmpty { return }
        states.reset(expired.others.span)
        try free(expired.others)
    }
}
