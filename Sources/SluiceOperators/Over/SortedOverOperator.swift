import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// OVER in the order of values: rows come and go anywhere, and every result that changes by that is given anew.
///
/// The rows of each partition are sorted. What a batch changes is computed once per partition: from its end on where
/// all rows of the batch come behind the known ones, else from its first row. A row that is taken back without being
/// there is ignored; its partition was forgotten by its time-to-live.
package final class SortedOverOperator: Operator {
    private let operation: OverOperation
    private let clock: @Sendable () -> Int64
    private var ranked: RankedRows
    private let states: AggregateStates
    private let results: RowStore
    /// Per row the number of its results, or `none` where they were never given.
    private var resultOfRow = GrowableLane<UInt32>()
    /// Per partition how many of its first rows `states` has gone through.
    private var covered = GrowableLane<Int32>()
    /// Per partition its first place that the batch may have changed, `unchanged` between batches.
    private var firstChanged = GrowableLane<Int32>()
    /// Per partition the row of the batch that touched it last.
    private var causes = GrowableLane<Int32>()
    private var touched: [UInt32] = []
    private var expiry: GroupExpiry?
    private let partitionTypes: [DataType]
    /// What of the partitions is not stored yet; nil where nothing is.
    private var journal: StateJournal?

    private static let none = UInt32.max
    private static let unchanged = Int32.max

    /// Makes the operator for one shard.
    package init(_ operation: OverOperation, inputFields: [RowField], context: EvaluationContext) throws {
        guard case .value(let field) = operation.order, operation.frame.preceding == nil else {
            throw RuntimeError(.internal, "sortedOver", "OVER in the order of values needs an unbounded frame")
        }
        self.operation = operation
        clock = context.clock
        partitionTypes = operation.partitionKeys.map { inputFields[$0].type }
        ranked = RankedRows(
            rowTypes: inputFields.map(\.type),
            partitionKeys: operation.partitionKeys,
            order: [field],
            ties: .firstArrived
        )
        states = try AggregateStates(operation.callsOnArguments, isRetractable: false, isOver: true)
        results = RowStore(rowTypes: operation.calls.map(\.resultType))
        if let ttl = operation.stateTTLMillis, ttl > 0 { expiry = GroupExpiry(ttlMillis: ttl) }
    }

    /// Rows held.
    var rowCount: Int { ranked.rowCount }

    package var stateByteCount: Int {
        ranked.byteCount + states.byteCount + results.byteCount + resultOfRow.byteCount + covered.byteCount
            + firstChanged.byteCount + causes.byteCount + (journal?.byteCount ?? 0)
    }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        guard operation.emitsEveryChange, batch.rowCount > 1 else { return try processTogether(batch, into: output) }
        for row in 0..<batch.rowCount {
            try processTogether(batch.gathered(SelectionVector([Int32(row)])), into: output)
        }
    }

    private func processTogether(_ batch: Batch, into output: borrowing Output) throws {
        if batch.rowCount == 0 { return }
        let numbers = ranked.locate(batch, partitionKeys: operation.partitionKeys)
        let partitions = numbers.readOnly
        begin(partitions)
        ranked.stage(batch)
        var changes = OverChanges(emitsUpdateBefore: operation.emitsUpdateBefore)
        for row in 0..<batch.rowCount {
            let partition = partitions[row]
            if batch.kind(row).isAddition {
                add(row, to: partition)
            } else {
                remove(row, from: partition, &changes)
            }
        }
        try recompute(&changes)
        try changes.emit(ranked, results, causedBy: batch, into: output)
        finish(changes)
    }

    // MARK: Rows

    private func begin(_ partitions: Span<UInt32>) {
        let bound = ranked.partitionBound
        states.reserve(groupBound: bound)
        covered.resize(to: bound, filling: 0)
        firstChanged.resize(to: bound, filling: Self.unchanged)
        causes.resize(to: bound, filling: 0)
        touched.removeAll(keepingCapacity: true)
        expire(partitions)
    }

    /// Notes that row `row` of the batch may change the results from a place of a partition on.
    private func touch(_ partition: UInt32, from place: Int, by row: Int) {
        let index = Int(partition)
        if firstChanged[index] == Self.unchanged { touched.append(partition) }
        firstChanged[index] = min(firstChanged[index], Int32(truncatingIfNeeded: place))
        causes[index] = Int32(truncatingIfNeeded: row)
    }

    /// The first place whose results depend on staged row `row`: with RANGE on its peers too.
    private func firstPlace(_ row: Int, in partition: UInt32) -> Int {
        ranked.place(ofStaged: row, in: partition, beforeEqual: operation.frame.unit == .range)
    }

    private func add(_ row: Int, to partition: UInt32) {
        touch(partition, from: firstPlace(row, in: partition), by: row)
        let number = ranked.insert(row, into: partition)
        resultOfRow.resize(to: ranked.rowBound, filling: Self.none)
        resultOfRow[Int(number)] = Self.none
    }

    /// Takes the first equal row back.
    private func remove(_ row: Int, from partition: UInt32, _ changes: inout OverChanges) {
        let place = ranked.place(ofStaged: row, in: partition, beforeEqual: true)
        // A partition that is empty now is looked at again at the end.
        touch(partition, from: place, by: row)
        guard let number = ranked.removeEqual(row, from: partition) else { return }
        let result = resultOfRow[Int(number)]
        if result != Self.none { changes.leave(number, result, cause: Int32(truncatingIfNeeded: row)) }
    }

    // MARK: Results

    /// The rows whose functions are computed, one partition after the other.
    private struct Walk {
        var rows: [UInt32] = []
        var partitions: [UInt32] = []
        /// What happens at each row, bits of `RunningStep`.
        var steps: [UInt8] = []
        /// Rows whose results may be new or others than before, and for each the number of its result.
        var changed: [UInt32] = []
        var resultNumbers: [Int32] = []
        var changedPartitions: [UInt32] = []
        var resultCount = 0
    }

    /// Computes the results of the touched partitions and notes those that changed.
    private func recompute(_ changes: inout OverChanges) throws {
        var walk = Walk()
        var restarted: [UInt32] = []
        for partition in touched {
            let count = ranked.count(partition)
            let first = Int(firstChanged[Int(partition)])
            var start = Int(covered[Int(partition)])
            if first < start {
                restarted.append(partition)
                start = 0
            }
            covered[Int(partition)] = Int32(truncatingIfNeeded: count)
            append(partition, start..<max(start, count), changedFrom: first, to: &walk)
        }
        states.reset(restarted.span)
        if walk.rows.isEmpty { return }
        let columns = ranked.columns(of: walk.rows, fields: operation.argumentColumns)
        let values = try states.running(
            columns,
            groups: walk.partitions.span,
            steps: walk.steps.span,
            resultCount: walk.resultCount
        )
        note(values, walk, &changes)
    }

    /// Adds some places of a partition to a walk; those of peers end with the one that gives a result for all.
    private func append(_ partition: UInt32, _ places: Range<Int>, changedFrom first: Int, to walk: inout Walk) {
        let hasPeers = operation.frame.unit == .range
        for place in places {
            let row = ranked.row(partition, at: place)
            walk.rows.append(row)
            walk.partitions.append(partition)
            guard place >= first else {
                walk.steps.append(0)
                continue
            }
            walk.changed.append(row)
            walk.changedPartitions.append(partition)
            walk.resultNumbers.append(Int32(truncatingIfNeeded: walk.resultCount))
            let next = place + 1
            let isFollowed = hasPeers && next < places.upperBound
            let gives = !(isFollowed && ranked.arePeers(row, ranked.row(partition, at: next)))
            walk.steps.append(gives ? RunningStep.gives : 0)
            walk.resultCount += gives ? 1 : 0
        }
    }

    /// Stores the results that are new or others than before.
    private func note(_ values: [Column], _ walk: Walk, _ changes: inout OverChanges) {
        let isSame = compare(values, walk)
        let changed = walk.changed.indices.filter { !isSame[$0] }
        if changed.isEmpty { return }
        let selection = SelectionVector(changed.map { walk.resultNumbers[$0] })
        let stored = results.append(values.map { $0.gathered(selection) }, rowCount: changed.count)
        for (index, position) in changed.enumerated() {
            let row = walk.changed[position]
            let old = resultOfRow[Int(row)]
            let new = stored.readOnly[index]
            let cause = causes[Int(walk.changedPartitions[position])]
            changes.change(row, from: old == Self.none ? nil : old, to: new, cause: cause)
            resultOfRow[Int(row)] = new
            ranked.note(row)
        }
    }

    /// Per row that may have changed whether it has the same results as before.
    private func compare(_ values: [Column], _ walk: Walk) -> [Bool] {
        let known = walk.changed.indices.filter { resultOfRow[Int(walk.changed[$0])] != Self.none }
        var isSame = Array(repeating: false, count: walk.changed.count)
        if known.isEmpty { return isSame }
        let numbers = known.map { resultOfRow[Int(walk.changed[$0])] }
        let before = results.columns(of: numbers.span)
        let selection = SelectionVector(known.map { walk.resultNumbers[$0] })
        var same = MutableBitmap(count: known.count, repeating: true)
        for (old, new) in zip(before, values) {
            Column.clearWhereDifferent(old, new.gathered(selection), in: &same)
        }
        for (index, position) in known.enumerated() { isSame[position] = same[index] }
        return isSame
    }

    // MARK: Freeing

    private func finish(_ changes: OverChanges) {
        results.remove(changes.oldResults.span)
        for partition in touched { firstChanged[Int(partition)] = Self.unchanged }
        let emptied = touched.filter { ranked.count($0) == 0 }
        if !emptied.isEmpty {
            states.reset(emptied.span)
            expiry?.forget(emptied)
            journal?.noteRemoved(emptied.span) { ranked.keys(ofPartitions: $0) }
            ranked.removePartitions(emptied)
        }
        ranked.sweep()
    }

    /// Forgets partitions that nobody touched for `table.exec.state.ttl`, without telling anybody, as Flink does.
    private func expire(_ partitions: Span<UInt32>) {
        guard expiry != nil else { return }
        let seen = Set(partitions.indices.map { partitions[$0] }).sorted()
        let bound = ranked.partitionBound
        guard let expired = expiry?.touch(seen, nowMillis: clock() / 1_000, groupBound: bound) else { return }
        let gone = expired.touched + expired.others
        journal?.note(seen.span)
        journal?.noteRemoved(expired.others.span) { ranked.keys(ofPartitions: $0) }
        if gone.isEmpty { return }
        var freed: [UInt32] = []
        for partition in gone {
            for place in 0..<ranked.count(partition) {
                let row = Int(ranked.row(partition, at: place))
                freed.append(resultOfRow[row])
            }
            ranked.clear(partition)
            covered[Int(partition)] = 0
        }
        results.remove(freed.span)
        states.reset(gone.span)
        ranked.removePartitions(expired.others)
    }
}

// MARK: - State

extension SortedOverOperator {
    /// The rows with their results; and where partitions have a time-to-live, when each was last touched.
    ///
    /// The states of the functions are made of the rows again, in the same order.
    package var stateTables: [StateTable] {
        [ranked.stateTable(dealtBy: operation.partitionKeys, beside: results.rowTypes)]
            + (expiry == nil ? [] : [partitionTable])
    }

    private var partitionTable: StateTable {
        StateTable(
            "partitions",
            keyTypes: partitionTypes,
            valueTypes: [StateTable.number],
            scope: .keyed(columns: partitionTypes.count)
        )
    }

    package func save(into snapshot: StateSnapshot) {
        ranked.save(into: snapshot, table: 0) { rows in
            let numbers = rows.map { resultOfRow[Int($0)] }
            return results.columns(of: numbers.span)
        }
        guard let expiry else { return }
        journal?.save(into: snapshot, table: 1) { partitions in
            let touched = partitions.map { expiry.lastTouchMillis(of: $0) }
            return (ranked.keys(ofPartitions: partitions), [.numbers(touched)])
        }
    }

    package func restore(from reader: StateReader) throws {
        if expiry != nil { try restorePartitions(from: reader) }
        try ranked.restore(
            from: reader,
            table: 0,
            dealtBy: operation.partitionKeys,
            beside: results.rowTypes,
            partitionKeys: operation.partitionKeys
        ) { rows, _, _, beside in
            let stored = results.append(beside, rowCount: rows.count)
            for (index, row) in rows.enumerated() {
                resultOfRow.resize(to: max(resultOfRow.count, Int(row) + 1), filling: Self.none)
                resultOfRow[Int(row)] = stored.readOnly[index]
            }
        }
    }

    private func restorePartitions(from reader: StateReader) throws {
        let journal = StateJournal(partitionTable)
        self.journal = journal
        try reader.forEachChunk(of: 1) { keys, values, rowCount in
            let partitions = ranked.partitions(keys, rowCount: rowCount)
            let touched = values[0]
            for row in 0..<rowCount {
                expiry?.restore(partitions.readOnly[row], touchedMillis: touched.int64s[row])
                journal.noteRestored(partitions.readOnly[row])
            }
        }
    }
}

/// What a batch changes in the results of sorted rows: rows that leave, then rows with new results.
///
/// Rows are numbers of a `RankedRows`, results of a `RowStore`, so it has to be emitted before either forgets them.
private struct OverChanges {
    private let emitsUpdateBefore: Bool
    private var rows: [UInt32] = []
    private var results: [UInt32] = []
    private var kinds: [RowKind] = []
    /// Per change the row of the batch that caused it.
    private var causes: [Int32] = []
    /// Results that no row has any more.
    private(set) var oldResults: [UInt32] = []

    /// Rows of an emitted batch.
    private static let rowLimit = 4_096

    init(emitsUpdateBefore: Bool) { self.emitsUpdateBefore = emitsUpdateBefore }

    private mutating func add(_ kind: RowKind, _ row: UInt32, _ result: UInt32, _ cause: Int32) {
        rows.append(row)
        results.append(result)
        kinds.append(kind)
        causes.append(cause)
    }

    /// Notes that a row leaves.
    mutating func leave(_ row: UInt32, _ result: UInt32, cause: Int32) {
        add(.delete, row, result, cause)
        oldResults.append(result)
    }

    /// Notes that a row has new results; `old` is nil where it had none.
    mutating func change(_ row: UInt32, from old: UInt32?, to new: UInt32, cause: Int32) {
        guard let old else { return add(.insert, row, new, cause) }
        if emitsUpdateBefore { add(.updateBefore, row, old, cause) }
        add(.updateAfter, row, new, cause)
        oldResults.append(old)
    }

    /// Emits the changes, each with the running watermark of the row that caused it.
    func emit(
        _ ranked: borrowing RankedRows,
        _ store: RowStore,
        causedBy batch: Batch,
        into output: borrowing Output
    ) throws {
        for start in stride(from: 0, to: rows.count, by: Self.rowLimit) {
            let part = start..<min(start + Self.rowLimit, rows.count)
            let numbers = Array(results[part])
            let isInsertOnly = kinds[part].allSatisfy { $0 == .insert }
            try output.emit(
                Batch(
                    columns: ranked.columns(of: Array(rows[part])) + store.columns(of: numbers.span),
                    rowCount: part.count,
                    rowKinds: isInsertOnly ? nil : RowKinds(Array(kinds[part])),
                    runningWatermarks: batch.runningWatermarks?.gathered(SelectionVector(Array(causes[part])))
                )
            )
        }
    }
}
