import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// An event-time temporal join: a left row waits until the watermark of both inputs has reached its time, then meets
/// the version of its key that was valid at that time.
///
/// A left row that comes too late still meets the version of its time, as long as no later one was valid already when
/// it came (its running watermark says so). Of the versions, each key's last one that the watermark has reached is
/// kept, and those to come.
package final class TemporalJoinOperator: Operator {
    private let operation: TemporalJoinOperation
    private let condition: JoinCondition
    private let outputTypes: [DataType]
    private let keyTable: KeyTable
    private let versions: VersionStore
    /// The left rows that wait.
    private let waiting: RowStore
    private var due = TimeQueue()
    /// Per waiting row its time.
    private var times = GrowableLane<Int64>()
    /// Per waiting row the watermark that it came too late for, or the least number.
    private var floors = GrowableLane<Int64>()
    /// Per waiting row the group of its key.
    private var groups = GrowableLane<UInt32>()
    /// Per waiting row its kind.
    private var kinds = GrowableLane<UInt8>()
    /// Per key group the waiting rows.
    private var waitingCounts = GrowableLane<UInt32>()
    private var passed = Watermark.none
    private var tally = OperatorCounters()
    /// What of the waiting rows is not stored yet; nil where nothing is.
    private var journal: RowJournal?

    private static let rowLimit = 4_096

    /// Makes the operator for one shard; `inputFields` are those of the left and the right input.
    package init(
        _ operation: TemporalJoinOperation,
        inputFields: [[RowField]],
        outputFields: [RowField],
        context: EvaluationContext
    ) throws {
        self.operation = operation
        condition = try JoinCondition(
            leftKeys: operation.leftKeys,
            rightKeys: operation.rightKeys,
            nullSafe: operation.rightKeys.map { _ in true },
            residual: operation.residual,
            context: context
        )
        outputTypes = outputFields.map(\.type)
        keyTable = KeyTable(keyTypes: operation.rightKeys.map { inputFields[1][$0].type })
        versions = VersionStore(
            keys: operation.rightKeys,
            rowTypes: inputFields[1].map(\.type),
            takesLatestOnly: operation.takesLatestOnly
        )
        waiting = RowStore(rowTypes: inputFields[0].map(\.type))
    }

    package var counters: OperatorCounters { tally }

    package var stateByteCount: Int {
        keyTable.byteCount + versions.byteCount + waiting.byteCount + due.byteCount + times.byteCount
            + floors.byteCount + groups.byteCount + kinds.byteCount + waitingCounts.byteCount
            + (journal?.byteCount ?? 0)
    }

    /// Rows and versions held.
    var rowCount: Int { versions.count + waiting.count }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        if input == 0 { try takeLeft(batch) } else { try takeVersions(batch) }
    }

    package func advance(to watermark: Watermark, into output: borrowing Output) throws {
        passed = max(passed, watermark)
        while let rows = dueRows() { try emit(rows, into: output) }
        versions.free(through: passed.micros)
        try output.advance(to: watermark)
    }

    // MARK: Arrivals

    private func takeVersions(_ batch: Batch) throws {
        let time = batch.columns[operation.rightTime]
        var isVersion = MutableBitmap(count: batch.rowCount, repeating: true)
        for row in 0..<batch.rowCount where batch.kind(row) == .updateBefore || time.isNull(row) {
            isVersion.clear(row)
        }
        let rows = batch.gathered(isVersion.finish().selection)
        if rows.rowCount == 0 { return }
        let known = insertKeys(condition.keys(rows, isLeft: false), rowCount: rows.rowCount)
        versions.append(
            rows,
            groups: known.readOnly,
            times: rows.columns[operation.rightTime].flattened().slotList,
            passed: passed
        )
    }

    private func insertKeys(_ keys: [Column], rowCount: Int) -> MutableLane<UInt32> {
        let hashes = RowHash.hashes(keys, rowCount: rowCount)
        let numbers = keyTable.insert(keys, hashes: hashes.readOnly)
        versions.reserve(groupBound: keyTable.groupBound)
        waitingCounts.resize(to: keyTable.groupBound, filling: 0)
        return numbers
    }

    private func takeLeft(_ batch: Batch) throws {
        let time = batch.columns[operation.leftTime]
        guard time.hasNoNulls else {
            throw RuntimeError(.user, "nullRowtime", "the event-time column of a row is NULL")
        }
        if batch.rowCount == 0 { return }
        let micros = batch.columns[operation.leftTime].flattened().slotList
        let numbers = waiting.append(batch.columns, rowCount: batch.rowCount)
        makeRoom()
        journal?.noteNew(numbers.readOnly)
        let known = insertKeys(condition.keys(batch, isLeft: true), rowCount: batch.rowCount)
        let rows = numbers.readOnly
        for index in 0..<batch.rowCount {
            let row = Int(rows[index])
            let mark = max(batch.watermark(before: index, passed), passed.micros)
            let group = known.readOnly[index]
            let isLate = micros[index] <= mark
            if isLate { tally.lateRows += 1 }
            times[row] = micros[index]
            floors[row] = isLate ? mark : .min
            groups[row] = group
            kinds[row] = batch.kind(index).rawValue
            waitingCounts[Int(group)] += 1
            due.insert(rows[index], at: micros[index])
        }
    }

    private func makeRoom() {
        times.resize(to: waiting.numberBound, filling: 0)
        floors.resize(to: waiting.numberBound, filling: .min)
        groups.resize(to: waiting.numberBound, filling: 0)
        kinds.resize(to: waiting.numberBound, filling: 0)
    }

    // MARK: Output

    /// The next rows whose time the watermark has reached, at most as many as a batch holds.
    private func dueRows() -> [UInt32]? {
        var rows: [UInt32] = []
        while rows.count < Self.rowLimit, let row = due.popFirst(through: passed.micros) { rows.append(row) }
        return rows.isEmpty ? nil : rows
    }

    private func emit(_ rows: [UInt32], into output: borrowing Output) throws {
        var met: [UInt32] = []
        var partners: [UInt32] = []
        var alone: [UInt32] = []
        for row in rows {
            let group = groups[Int(row)]
            let time = times[Int(row)]
            if let version = versions.version(of: group, at: time, floor: floors[Int(row)]) {
                met.append(row)
                partners.append(version)
            } else {
                alone.append(row)
            }
        }
        try emitPairs(met, partners, &alone, into: output)
        if operation.keepsUnmatched { try emitPadded(alone, into: output) }
        forget(rows)
    }

    /// Emits the pairs for which the rest of the condition holds; the other left rows join those that are alone.
    private func emitPairs(
        _ rows: [UInt32],
        _ partners: [UInt32],
        _ alone: inout [UInt32],
        into output: borrowing Output
    ) throws {
        if rows.isEmpty { return }
        let left = waiting.columns(of: rows.span)
        let right = versions.columns(partners)
        var batch = Batch(columns: left + right, rowCount: rows.count, rowKinds: kinds(of: rows))
        if let passing = try condition.passing(left: left, right: right, count: rows.count) {
            batch = batch.gathered(passing)
            let kept = passing.rows
            var next = 0
            for index in rows.indices {
                if next < kept.count && Int(kept[next]) == index { next += 1 } else { alone.append(rows[index]) }
            }
        }
        try output.emit(batch)
    }

    private func emitPadded(_ rows: [UInt32], into output: borrowing Output) throws {
        if rows.isEmpty { return }
        let left = waiting.columns(of: rows.span)
        let padding = outputTypes[left.count...].map { Column.allNull($0.nullable(true), count: rows.count) }
        try output.emit(Batch(columns: left + padding, rowCount: rows.count, rowKinds: kinds(of: rows)))
    }

    private func kinds(of rows: [UInt32]) -> RowKinds? {
        let list = rows.map { RowKind(rawValue: kinds[Int($0)]) ?? .insert }
        return list.allSatisfy { $0 == .insert } ? nil : RowKinds(list)
    }

    /// Forgets rows that were emitted, and keys that nobody needs any more.
    private func forget(_ rows: [UInt32]) {
        var emptied: [UInt32] = []
        for row in rows {
            let group = groups[Int(row)]
            waitingCounts[Int(group)] -= 1
            if waitingCounts[Int(group)] == 0 && !versions.hasVersions(group) { emptied.append(group) }
        }
        journal?.noteRemoved(rows.span)
        waiting.remove(rows.span)
        if !emptied.isEmpty { keyTable.remove(emptied.span) }
    }
}

// MARK: - State

extension TemporalJoinOperator {
    /// The left rows that wait, the versions and the watermark; beside a waiting row the watermark it came too late
    /// for, and its kind.
    package var stateTables: [StateTable] { [waitingTable, versions.stateTable, .watermark] }

    private var waitingTable: StateTable {
        RowJournal.table(
            "waiting",
            rowTypes: waiting.rowTypes,
            dealtBy: operation.leftKeys,
            beside: [StateTable.number, StateTable.number]
        )
    }

    package func save(into snapshot: StateSnapshot) throws {
        journal?.save(into: snapshot, table: 0) { numbers in
            [
                .numbers(numbers.map { floors[Int($0)] }),
                .numbers(numbers.map { Int64(kinds[Int($0)]) }),
            ]
        }
        versions.save(into: snapshot, table: 1)
        snapshot.put(passed, into: 2)
    }

    package func restore(from reader: StateReader) throws {
        passed = try reader.watermark(of: 2) ?? .none
        try versions.restore(from: reader, table: 1) { insertKeys($0, rowCount: $1) }
        let journal = RowJournal(waiting, dealtBy: operation.leftKeys, table: waitingTable)
        self.journal = journal
        let ordered = try journal.restore(from: reader, table: 0) { numbers, columns, beside in
            makeRoom()
            let micros = columns[operation.leftTime].flattened()
            let (floor, kind) = (beside[0], beside[1])
            for (index, number) in numbers.enumerated() {
                times[Int(number)] = micros.int64s[index]
                floors[Int(number)] = floor.int64s[index]
                kinds[Int(number)] = UInt8(truncatingIfNeeded: kind.int64s[index])
            }
            let rows = Batch(columns: columns, rowCount: numbers.count)
            let known = insertKeys(condition.keys(rows, isLeft: true), rowCount: numbers.count)
            for (index, number) in numbers.enumerated() {
                let group = known.readOnly[index]
                groups[Int(number)] = group
                waitingCounts[Int(group)] += 1
            }
        }
        for number in ordered { due.insert(number, at: times[Int(number)]) }
    }
}
