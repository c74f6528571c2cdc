import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// Top-N: keeps the first rows of each partition and gives a changelog of them.
///
/// Rows are taken one by one, in their order, so that what is kept does not depend on batches; what changed in a
/// partition is given once a batch, or run by run where the operation wants every change. A row that cannot enter a
/// full partition is turned away by its sort key alone, before anything is stored.
package final class RankOperator: KeyedRowOperator {
    let operation: RankOperation
    private let clock: @Sendable () -> Int64
    var ranked: RankedRows
    /// For rows that replace each other.
    private(set) var byKey: RowsByKey?
    /// Per partition its last rank, or `unknown`; used where a column says it.
    var ends = GrowableLane<Int64>()
    /// Per partition the number of the last batch that touched it, and its row that did so last.
    private var lastTouched = GrowableLane<UInt32>()
    private var causes = GrowableLane<Int32>()
    private var marks = GrowableLane<UInt8>()
    private var batchNumber: UInt32 = 0
    private var touched: [UInt32] = []
    /// What was in the range of the touched partitions before the batch, one after the other.
    private var oldRows: [UInt32] = []
    private var oldEnds: [Int] = []
    var expiry: GroupExpiry?
    let partitionTypes: [DataType]
    /// What of the partitions is not stored yet; nil where nothing is.
    var journal: StateJournal?
    var coldKeys: ColdKeys?

    static let unknown = Int64(-1)

    /// Makes the operator for one shard.
    package init(_ operation: RankOperation, inputFields: [RowField], context: EvaluationContext) throws {
        self.operation = operation
        clock = context.clock
        let types = inputFields.map(\.type)
        partitionTypes = operation.partitionKeys.map { types[$0] }
        ranked = RankedRows(
            rowTypes: types,
            partitionKeys: operation.partitionKeys,
            order: operation.order,
            ties: operation.ties
        )
        if case .update(let key) = operation.strategy { byKey = RowsByKey(keyTypes: key.map { types[$0] }) }
        if let ttl = operation.stateTTLMillis, ttl > 0 { expiry = GroupExpiry(ttlMillis: ttl) }
    }

    package var stateByteCount: Int {
        ranked.byteCount + ends.byteCount + (byKey?.byteCount ?? 0) + (journal?.byteCount ?? 0)
            + (coldKeys?.byteCount ?? 0)
    }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        guard operation.emitsEveryChange, batch.rowCount > 1 else { return try processTogether(batch, into: output) }
        for run in batch.runsOfDifferentKeys(operation.partitionKeys) {
            try processTogether(batch.gathered(SelectionVector(run.map { Int32($0) })), into: output)
        }
    }

    private func processTogether(_ batch: Batch, into output: borrowing Output) throws {
        if let time = operation.lastRowTime { try batch.checkTimes(time) }
        try coldKeys?.makeWay(for: batch.rowCount, in: self)
        let keys = operation.partitionKeys.map { batch.columns[$0] }
        try coldKeys?.recall(keys, rowCount: batch.rowCount, into: self)
        let partitions = ranked.locate(batch, partitionKeys: operation.partitionKeys)
        coldKeys?.touch(partitions.readOnly)
        try begin(batch, partitions.readOnly)
        var taken = batch
        switch operation.strategy {
        case .append: taken = append(batch, partitions.readOnly)
        case .retract: retract(batch, partitions.readOnly)
        case .update(let key): update(batch, partitions.readOnly, key)
        }
        try emitChanges(causedBy: taken, into: output)
        let touched = touched
        coldKeys?.change(touched.span)
        if operation.strategy == .retract { try removeDead() }
        ranked.sweep()
    }

    // MARK: Partitions

    private func begin(_ batch: Batch, _ partitions: Span<UInt32>) throws {
        let bound = ranked.partitionBound
        lastTouched.resize(to: bound, filling: 0)
        causes.resize(to: bound, filling: 0)
        batchNumber &+= 1
        if batchNumber == 0 { batchNumber = 1 }
        touched.removeAll(keepingCapacity: true)
        oldRows.removeAll(keepingCapacity: true)
        oldEnds.removeAll(keepingCapacity: true)
        try expire(partitions)
        guard case .column(let column) = operation.range.end else { return }
        ends.resize(to: bound, filling: Self.unknown)
        let values = batch.columns[column]
        for row in 0..<partitions.count where ends[Int(partitions[row])] == Self.unknown {
            journal?.note(partitions[row])
            coldKeys?.change(partitions.extracting(row..<row + 1))
            guard case .integer(let end) = values.value(row) else {
                ends[Int(partitions[row])] = 0
                continue
            }
            ends[Int(partitions[row])] = max(0, end)
        }
    }

    /// The last rank that is kept in a partition.
    private func end(_ partition: UInt32) -> Int {
        switch operation.range.end {
        case .constant(let end): Int(end)
        case .column: Int(ends[Int(partition)])
        }
    }

    /// The rows in the range of a partition, in order.
    private func window(_ partition: UInt32) -> [UInt32] {
        let first = Int(operation.range.start) - 1
        let last = min(ranked.count(partition), end(partition))
        return first < last ? (first..<last).map { ranked.row(partition, at: $0) } : []
    }

    /// Notes that row `row` of the batch changes a partition.
    private func touch(_ partition: UInt32, _ row: Int) {
        causes[Int(partition)] = Int32(truncatingIfNeeded: row)
        if lastTouched[Int(partition)] == batchNumber { return }
        lastTouched[Int(partition)] = batchNumber
        touched.append(partition)
        oldRows += window(partition)
        oldEnds.append(oldRows.count)
    }

    // MARK: Strategies

    /// Rows only come; gives the rows of the batch that were looked at more closely.
    private func append(_ batch: Batch, _ partitions: Span<UInt32>) -> Batch {
        var entering: [Int32] = []
        for row in 0..<batch.rowCount where mayEnter(row, partitions[row]) {
            entering.append(Int32(truncatingIfNeeded: row))
        }
        if entering.isEmpty { return batch }
        let part = ranked.stage(batch, SelectionVector(entering))
        for row in 0..<part.rowCount {
            let partition = partitions[Int(entering[row])]
            // Another row of the batch may have taken the place.
            guard mayEnter(row, partition) else { continue }
            touch(partition, row)
            ranked.insert(row, into: partition)
            if ranked.count(partition) > end(partition) {
                ranked.remove(at: ranked.count(partition) - 1, of: partition)
            }
        }
        return part
    }

    private func mayEnter(_ row: Int, _ partition: UInt32) -> Bool {
        let end = end(partition)
        return ranked.count(partition) < end || (end > 0 && !ranked.comesLast(row, in: partition))
    }

    private func retract(_ batch: Batch, _ partitions: Span<UInt32>) {
        ranked.stage(batch)
        for row in 0..<batch.rowCount {
            touch(partitions[row], row)
            if !batch.kind(row).isAddition {
                // A row that the time-to-live took away is not there any more.
                _ = ranked.removeEqual(row, from: partitions[row])
            } else {
                ranked.insert(row, into: partitions[row])
            }
        }
    }

    private func update(_ batch: Batch, _ partitions: Span<UInt32>, _ key: [Int]) {
        guard let byKey else { return }
        ranked.stage(batch)
        let keys = byKey.locate(key.map { batch.columns[$0] }, rowCount: batch.rowCount)
        let groups = keys.readOnly
        byKey.consider(groups)
        for row in 0..<batch.rowCount {
            let partition = partitions[row]
            let known = byKey.row(of: groups[row])
            if !batch.kind(row).isAddition {
                // An old form is replaced by the new one that follows.
                guard batch.kind(row) == .delete, let known else { continue }
                touch(partition, row)
                ranked.remove(at: ranked.place(of: known, in: partition), of: partition)
                byKey.forget(known)
                continue
            }
            if let known {
                touch(partition, row)
                byKey.forget(known)
                byKey.keep(ranked.replace(known, with: row, in: partition), for: groups[row])
            } else if mayEnter(row, partition) {
                touch(partition, row)
                byKey.keep(ranked.insert(row, into: partition), for: groups[row])
                let last = ranked.count(partition) - 1
                guard last >= end(partition) else { continue }
                byKey.forget(ranked.row(partition, at: last))
                ranked.remove(at: last, of: partition)
            }
        }
        byKey.sweep()
    }

    // MARK: Output

    private func emitChanges(causedBy batch: Batch, into output: borrowing Output) throws {
        if touched.isEmpty { return }
        var changes = RankChanges(
            outputsRank: operation.outputsRank,
            emitsUpdateBefore: operation.emitsUpdateBefore
        )
        marks.resize(to: ranked.rowBound, filling: 0)
        let byPlace = operation.outputsRank || operation.range.isSingle
        var start = 0
        for (index, partition) in touched.enumerated() {
            let old = oldRows[start..<oldEnds[index]]
            let cause = causes[Int(partition)]
            if byPlace {
                let first = Int(operation.range.start)
                changes.addByPlace(old, window(partition), firstRank: first, cause: cause)
            } else {
                changes.addByRow(old, window(partition), marks: &marks, cause: cause)
            }
            start = oldEnds[index]
        }
        try changes.emit(from: ranked, causedBy: batch, into: output)
    }

    /// Frees the partitions whose last row was taken back; one that knows its last rank has to go on knowing it.
    private func removeDead() throws {
        if case .column = operation.range.end { return }
        let dead = touched.filter { ranked.count($0) == 0 }
        if dead.isEmpty { return }
        try remove(dead)
        expiry?.forget(dead)
    }

    /// Takes partitions out, with their rows.
    private func remove(_ partitions: [UInt32]) throws {
        journal?.noteRemoved(partitions.span) { ranked.keys(ofPartitions: $0) }
        guard let coldKeys else { return ranked.removePartitions(partitions) }
        for partition in partitions { ranked.clear(partition) }
        try coldKeys.release(partitions.span, of: self)
    }

    /// Forgets partitions that nobody touched for `table.exec.state.ttl`, without telling anybody, as Flink does.
    private func expire(_ partitions: Span<UInt32>) throws {
        guard expiry != nil else { return }
        let now = clock() / 1_000
        let seen = Set((0..<partitions.count).map { partitions[$0] }).sorted()
        guard let expired = expiry?.touch(seen, nowMillis: now, groupBound: ranked.partitionBound) else { return }
        for partition in expired.touched + expired.others {
            if let byKey {
                for index in 0..<ranked.count(partition) { byKey.forget(ranked.row(partition, at: index)) }
            }
            if case .column = operation.range.end { ends[Int(partition)] = Self.unknown }
        }
        for partition in expired.touched { ranked.clear(partition) }
        journal?.note(seen.span)
        coldKeys?.change(seen.span)
        try remove(expired.others)
        byKey?.sweep()
    }
}
