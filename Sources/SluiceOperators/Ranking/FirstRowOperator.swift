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
            + waiting.capacity * MemoryLayout<UInt32>.stride
    }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        try batch.checkTimes(operation.timeColumn)
        let column = batch.columns[operation.timeColumn].flattened()
        let keys = operation.keys.map { batch.columns[$0] }
        let hashes = RowHash.hashes(keys, rowCount: batch.rowCount)
        let numbers = table.insert(keys, hashes: hashes.readOnly)
        rowOfKey.resize(to: table.groupBound, filling: Self.none)
        times.resize(to: table.groupBound, filling: 0)
        let groups = numbers.readOnly
        expire(groups)
        rows.stage(batch.columns, rowCount: batch.rowCount)
        var replaced: [UInt32] = []
        var unused: Set<UInt32> = []
        for row in 0..<batch.rowCount {
            let key = Int(groups[row])
            let time = column.int64s[row]
            let known = rowOfKey[key]
            if known == Self.given { continue }
            if time < max(batch.watermark(before: row, passed), passed.micros) {
                tally.lateRows += 1
                if known == Self.none { unused.insert(groups[row]) }
                continue
            }
            if known == Self.none {
                waiting.append(groups[row])
            } else {
                if times[key] <= time { continue }
                replaced.append(known)
            }
            rowOfKey[key] = rows.append(stagedRow: row)
            times[key] = time
        }
        rows.remove(replaced.span)
        let dead = unused.filter { rowOfKey[Int($0)] == Self.none }.sorted()
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
            rows.remove(numbers.span)
            for key in due { rowOfKey[Int(key)] = Self.given }
        }
        try output.advance(to: watermark)
    }

    /// Forgets keys that nobody touched for `table.exec.state.ttl`, once their row was given.
    private func expire(_ groups: Span<UInt32>) {
        guard expiry != nil else { return }
        let now = clock() / 1_000
        let seen = Set((0..<groups.count).map { groups[$0] }).sorted()
        guard let expired = expiry?.touch(seen, nowMillis: now, groupBound: table.groupBound) else { return }
        for key in expired.touched where rowOfKey[Int(key)] == Self.given { rowOfKey[Int(key)] = Self.none }
        let gone = expired.others.filter { rowOfKey[Int($0)] == Self.given }
        for key in gone { rowOfKey[Int(key)] = Self.none }
        table.remove(gone.span)
    }
}
