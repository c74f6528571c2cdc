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

    package var stateByteCount: Int { ranked.byteCount }

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
            if ranked.count(partition) == 0 { partitionsOfEnd[ends.int64s[place], default: []].append(partition) }
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
