import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// Deduplication that keeps the row with the least event time of each key.
///
/// A row older than the watermark in force before it is late; so no row that is not can come before one whose time the
/// watermark has reached, which is given then. A key stays known for ever, or for the time-to-live.
package final class FirstRowOperator: Operator {
    private let operation: FirstRowOperation
    private let clock: @Sendable () -> Int64
    private let table: KeyTable
    private let rows: RowStore
    /// Per key the number of its row so far, or `none`, or `given`.
    private var rowOfKey = GrowableLane<UInt32>()
    /// Per key the time of its row.
    private var times = GrowableLane<Int64>()
    /// Keys whose row has not been given.
    private var waiting: [UInt32] = []
    private var passed = Watermark.none
    private var tally = OperatorCounters()
    private var expiry: GroupExpiry?
    /// What of the rows and of the keys whose row was given is not stored yet; nil where nothing is.
    private var journal: RowJournal?
    private var givenJournal: StateJournal?

    private static let none = UInt32.max
    private static let given = UInt32.max - 1

    /// Makes the operator for one shard.
    package init(_ operation: FirstRowOperation, inputFields: [RowField], context: EvaluationContext) {
        self.operation = operation
        clock = context.clock
        table = KeyTable(keyTypes: operation.keys.map { inputFields[$0].type })
        rows = RowStore(rowTypes: inputFields.map(\.type))
        if let ttl = operation.stateTTLMillis, ttl > 0 { expiry = GroupExpiry(ttlMillis: ttl) }
    }

    package var counters: OperatorCounters { tally }

    package var stateByteCount: Int {
        table.byteCount + rows.byteCount + rowOfKey.byteCount + times.byteCount
            + waiting.capacity * MemoryLayout<UInt32>.stride + (journal?.byteCount ?? 0)
            + (givenJournal?.byteCount ?? 0)
    }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        try batch.checkTimes(operation.timeColumn)
        let column = batch.columns[operation.timeColumn].flattened()
        let keys = operation.keys.map { batch.columns[$0] }
        let numbers = locate(keys, rowCount: batch.rowCount)
        let groups = numbers.readOnly
        expire(groups)
        rows.stage(batch.columns, rowCount: batch.rowCount)
        var replaced: [UInt32] = []
        var unused: Set<UInt32> = []
        for row in 0..<batch.rowCount {
            let key = Int(groups[row])
            let time = column.int64s[row]
            let known = rowOfKey[key]
            if time < max(batch.watermark(before: row, passed), passed.micros) {
                tally.lateRows += 1
                if known == Self.none { unused.insert(groups[row]) }
                continue
            }
            if known == Self.given { continue }
            if known == Self.none {
                waiting.append(groups[row])
            } else {
                if times[key] <= time { continue }
                replaced.append(known)
            }
            let number = rows.append(stagedRow: row)
            if known == Self.none { journal?.noteNew(number) } else { journal?.noteNew(number, inPlaceOf: known) }
            rowOfKey[key] = number
            times[key] = time
        }
        journal?.noteRemoved(replaced.span)
        rows.remove(replaced.span)
        let dead = unused.filter { rowOfKey[Int($0)] == Self.none }.sorted()
        givenJournal?.noteRemoved(dead.span) { table.keys(of: $0.span) }
        table.remove(dead.span)
        expiry?.forget(dead)
    }

    package func advance(to watermark: Watermark, into output: borrowing Output) throws {
        passed = max(passed, watermark)
        let due = waiting.filter { times[Int($0)] <= passed.micros }
        if !due.isEmpty {
            waiting.removeAll { times[Int($0)] <= passed.micros }
            let sorted = due.enumerated().sorted { one, other in
                let times = (times[Int(one.element)], times[Int(other.element)])
                return times.0 == times.1 ? one.offset < other.offset : times.0 < times.1
            }
            let numbers = sorted.map { rowOfKey[Int($0.element)] }
            try output.emit(Batch(columns: rows.columns(of: numbers.span), rowCount: numbers.count))
            journal?.noteRemoved(numbers.span)
            rows.remove(numbers.span)
            for key in due { rowOfKey[Int(key)] = Self.given }
            givenJournal?.note(due.span)
        }
        try output.advance(to: watermark)
    }

    /// Forgets keys that nobody touched for `table.exec.state.ttl`, once their row was given.
    private func expire(_ groups: Span<UInt32>) {
        guard expiry != nil else { return }
        let now = clock() / 1_000
        let seen = Set((0..<groups.count).map { groups[$0] }).sorted()
        guard let expired = expiry?.touch(seen, nowMillis: now, groupBound: table.groupBound) else { return }
        let anew = expired.touched.filter { rowOfKey[Int($0)] == Self.given }
        givenJournal?.noteRemoved(anew.span) { table.keys(of: $0.span) }
        for key in anew { rowOfKey[Int(key)] = Self.none }
        noteTouched(seen)
        let gone = expired.others.filter { rowOfKey[Int($0)] == Self.given }
        givenJournal?.noteRemoved(gone.span) { table.keys(of: $0.span) }
        for key in gone { rowOfKey[Int(key)] = Self.none }
        table.remove(gone.span)
    }
}

// MARK: - State

extension FirstRowOperator {
    /// The rows that wait, in the order in which their keys came; the keys whose row was given; and the watermark.
    ///
    /// A key has beside it when it was last touched, where it has a time-to-live.
    package var stateTables: [StateTable] { [waitingTable, givenTable, .watermark] }

    private var waitingTable: StateTable {
        RowJournal.table("waiting", rowTypes: rows.rowTypes, dealtBy: operation.keys, beside: [StateTable.number])
    }

    private var givenTable: StateTable {
        StateTable(
            "given",
            keyTypes: table.keyTypes,
            valueTypes: [StateTable.number],
            scope: .keyed(columns: table.keyTypes.count)
        )
    }

    /// Notes that keys were touched just now.
    private func noteTouched(_ keys: [UInt32]) {
        for key in keys {
            switch rowOfKey[Int(key)] {
            case Self.none: break
            case Self.given: givenJournal?.note(key)
            case let row: journal?.note(row)
            }
        }
    }

    private func lastTouches(_ keys: [UInt32]) -> Column {
        .numbers(keys.map { expiry?.lastTouchMillis(of: $0) ?? 0 })
    }

    package func save(into snapshot: StateSnapshot) throws {
        journal?.save(into: snapshot, table: 0) { numbers in
            var keyOfRow: [UInt32: UInt32] = [:]
            for key in waiting { keyOfRow[rowOfKey[Int(key)]] = key }
            return [lastTouches(numbers.compactMap { keyOfRow[$0] })]
        }
        givenJournal?.save(into: snapshot, table: 1) { (table.keys(of: $0.span), [lastTouches($0)]) }
        snapshot.put(passed, into: 2)
    }

    package func restore(from reader: StateReader) throws {
        let journal = RowJournal(rows, dealtBy: operation.keys, table: waitingTable)
        let givenJournal = StateJournal(givenTable)
        self.journal = journal
        self.givenJournal = givenJournal
        passed = try reader.watermark(of: 2) ?? .none
        var keyOfRow: [UInt32: UInt32] = [:]
        let ordered = try journal.restore(from: reader, table: 0) { numbers, columns, beside in
            let known = locate(operation.keys.map { columns[$0] }, rowCount: numbers.count)
            let time = columns[operation.timeColumn].flattened()
            let touched = beside[0]
            for (row, number) in numbers.enumerated() {
                let key = known.readOnly[row]
                keyOfRow[number] = key
                rowOfKey[Int(key)] = number
                times[Int(key)] = time.int64s[row]
                expiry?.restore(key, touchedMillis: touched.int64s[row])
            }
        }
        waiting = ordered.compactMap { keyOfRow[$0] }
        try reader.forEachChunk(of: 1) { keys, values, rowCount in
            let known = locate(keys, rowCount: rowCount)
            let touched = values[0]
            for row in 0..<rowCount {
                let key = known.readOnly[row]
                rowOfKey[Int(key)] = Self.given
                expiry?.restore(key, touchedMillis: touched.int64s[row])
                givenJournal.noteRestored(key)
            }
        }
    }

    private func locate(_ keys: [Column], rowCount: Int) -> MutableLane<UInt32> {
        let hashes = RowHash.hashes(keys, rowCount: rowCount)
        let numbers = table.insert(keys, hashes: hashes.readOnly)
        rowOfKey.resize(to: table.groupBound, filling: Self.none)
        times.resize(to: table.groupBound, filling: 0)
        return numbers
    }
}
