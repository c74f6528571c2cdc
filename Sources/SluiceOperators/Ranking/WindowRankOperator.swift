import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// Top-N within windows: keeps the first rows of each partition until the watermark passes the window's end, gives them
/// once, in order, and forgets them.
package final class WindowRankOperator: Operator {
    private let operation: WindowRankOperation
    private let timeline: WindowTimeline
    private var ranked: RankedRows
    /// Per window end its partitions, in the order of their first rows.
    private var partitionsOfEnd: [Int64: [UInt32]] = [:]
    private var passed = Watermark.none
    private var tally = OperatorCounters()
    /// Per partition when its first row came, counted; only where rows are stored.
    private var firsts = GrowableLane<Int64>()
    private var nextFirst: Int64 = 0
    private var isStored = false

    /// Makes the operator for one shard.
    package init(_ operation: WindowRankOperation, inputFields: [RowField]) throws {
        self.operation = operation
        timeline = try WindowTimeline(timeZone: operation.timeZone)
        ranked = RankedRows(
            rowTypes: inputFields.map(\.type),
            partitionKeys: operation.partitionKeys,
            order: operation.order,
            ties: operation.ties
        )
    }

    package var counters: OperatorCounters { tally }

    package var stateByteCount: Int { ranked.byteCount + (isStored ? firsts.byteCount : 0) }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        let inTime = rowsInTime(batch)
        if inTime.isEmpty { return }
        let rows = inTime.count == batch.rowCount ? batch : batch.gathered(SelectionVector(inTime))
        let ends = rows.columns[operation.endColumn].flattened()
        let partitions = ranked.locate(rows, partitionKeys: operation.partitionKeys)
        let groups = partitions.readOnly
        var entering: [Int32] = []
        for row in 0..<rows.rowCount where mayEnter(row, groups[row]) {
            entering.append(Int32(truncatingIfNeeded: row))
        }
        if entering.isEmpty { return }
        let part = ranked.stage(rows, SelectionVector(entering))
        for row in 0..<part.rowCount {
            let place = Int(entering[row])
            let partition = groups[place]
            guard mayEnter(row, partition) else { continue }
            if ranked.count(partition) == 0 {
                partitionsOfEnd[ends.int64s[place], default: []].append(partition)
                noteFirst(of: partition)
            }
            ranked.insert(row, into: partition)
            let last = ranked.count(partition) - 1
            if last >= Int(operation.end) { ranked.remove(at: last, of: partition) }
        }
        ranked.sweep()
    }

    private func mayEnter(_ row: Int, _ partition: UInt32) -> Bool {
        ranked.count(partition) < Int(operation.end) || !ranked.comesLast(row, in: partition)
    }

    /// The rows whose windows have not fired.
    private func rowsInTime(_ batch: Batch) -> [Int32] {
        let column = batch.columns[operation.endColumn].flattened()
        let ends = column.int64s
        var rows: [Int32] = []
        rows.reserveCapacity(batch.rowCount)
        // Rows of one window mostly follow each other.
        var currentEnd = Int64.min
        var firing = Int64.min
        for row in 0..<batch.rowCount {
            if ends[row] != currentEnd {
                currentEnd = ends[row]
                firing = timeline.firingWatermark(end: currentEnd)
            }
            if firing <= max(batch.watermark(before: row, passed), passed.micros) {
                tally.lateRows += 1
            } else {
                rows.append(Int32(truncatingIfNeeded: row))
            }
        }
        return rows
    }

    package func advance(to watermark: Watermark, into output: borrowing Output) throws {
        passed = max(passed, watermark)
        for end in partitionsOfEnd.keys.filter({ timeline.firingWatermark(end: $0) <= passed.micros }).sorted() {
            guard let partitions = partitionsOfEnd.removeValue(forKey: end) else { continue }
            tally.windowsFired += 1
            for partition in partitions { try emit(partition, into: output) }
            ranked.removePartitions(partitions)
            ranked.sweep()
        }
        try output.advance(to: watermark)
    }

    private func emit(_ partition: UInt32, into output: borrowing Output) throws {
        let first = Int(operation.start) - 1
        let last = min(ranked.count(partition), Int(operation.end))
        if first >= last { return }
        let places = first..<last
        var columns = ranked.columns(of: places.map { ranked.row(partition, at: $0) })
        if operation.outputsRank { columns.append(Column.ranks(places.map { Int64($0) + 1 }[...])) }
        try output.emit(Batch(columns: columns, rowCount: places.count))
    }
}

// MARK: - State

extension WindowRankOperator {
    /// The rows, and the watermark.
    ///
    /// Beside each row stands when the first one of its partition came: the partitions of
    /// a window are given in that order, and that row may have left.
    package var stateTables: [StateTable] {
        [ranked.stateTable(dealtBy: operation.dealingKeys, beside: [StateTable.number]), .watermark]
    }

    /// Notes that the first row of a partition has come.
    private func noteFirst(of partition: UInt32) {
        guard isStored else { return }
        firsts.resize(to: max(firsts.count, ranked.partitionBound), filling: 0)
        firsts[Int(partition)] = nextFirst
        nextFirst += 1
    }

    package func save(into snapshot: StateSnapshot) throws {
        ranked.save(into: snapshot, table: 0) { numbers in
            let partitions = ranked.partitions(of: numbers, partitionKeys: operation.partitionKeys)
            return [.numbers(partitions.map { firsts[Int($0)] })]
        }
        snapshot.put(passed, into: 1)
    }

    package func restore(from reader: StateReader) throws {
        isStored = true
        passed = try reader.watermark(of: 1) ?? .none
        var ends: [UInt32: Int64] = [:]
        try ranked.restore(
            from: reader,
            table: 0,
            dealtBy: operation.dealingKeys,
            beside: [StateTable.number],
            partitionKeys: operation.partitionKeys
        ) { _, partitions, columns, beside in
            firsts.resize(to: max(firsts.count, Int(partitions.max() ?? 0) + 1), filling: 0)
            let end = columns[operation.endColumn].flattened()
            let first = beside[0]
            for (row, partition) in partitions.enumerated() {
                ends[partition] = end.int64s[row]
                firsts[Int(partition)] = first.int64s[row]
                nextFirst = max(nextFirst, first.int64s[row] + 1)
            }
        }
        for partition in ends.keys.sorted(by: { firsts[Int($0)] < firsts[Int($1)] }) {
            partitionsOfEnd[ends[partition] ?? 0, default: []].append(partition)
        }
    }
}
