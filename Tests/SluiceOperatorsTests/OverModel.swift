import SluiceColumns
import SluicePlan

/// OVER in event time as plain code: row by row, the watermark moved by each row.
struct OverModel {
    let operation: OverOperation
    /// Index of the event time, and of the watermark that comes with a row.
    let timeColumn = 0
    let markColumn = 1

    private struct Partition {
        var waiting: [[Value]] = []
        var given: [[Value]] = []
        var lastMicros = Int64.min
        var clearMicros: Int64?
    }

    private var partitions: [[Value]: Partition] = [:]
    private var watermark = Int64.min
    private(set) var results: [[Value]] = []
    private(set) var lateCount = 0

    init(_ operation: OverOperation) { self.operation = operation }

    private var reach: Int64? { operation.frame.unit == .range ? operation.frame.preceding : nil }

    private func time(_ row: [Value]) -> Int64 { row[timeColumn].integerValue.map { Int64($0) } ?? 0 }

    mutating func process(_ row: [Value]) {
        let key = operation.partitionKeys.map { row[$0] }
        var partition = partitions[key] ?? Partition()
        let micros = time(row)
        let isBounded = operation.frame.preceding != nil
        if micros <= (isBounded ? partition.lastMicros : watermark) {
            lateCount += 1
        } else {
            partition.waiting.append(row)
            if let reach, (partition.clearMicros ?? .min) < micros + reach + 1_000 {
                partition.clearMicros = micros + reach + reach / 2 + 1_000
            }
            partitions[key] = partition
        }
        if let mark = row[markColumn].integerValue { advance(to: Int64(mark)) }
    }

    mutating func advance(to mark: Int64) {
        guard mark > watermark else { return }
        watermark = mark
        for key in Array(partitions.keys) {
            guard let old = partitions[key] else { continue }
            let new = fired(old)
            partitions[key] = new
        }
    }

    /// The partition with all rows given that are due.
    private mutating func fired(_ old: Partition) -> Partition {
        var partition = old
        let due = partition.waiting.enumerated().filter { time($0.element) <= watermark }
            .sorted { (time($0.element), $0.offset) < (time($1.element), $1.offset) }.map(\.element)
        partition.waiting.removeAll { time($0) <= watermark }
        for (index, row) in due.enumerated() {
            partition.given.append(row)
            partition.lastMicros = time(row)
            let frame = frame(partition.given, followedBy: due[(index + 1)...])
            results.append(row + operation.calls.map { NaiveAggregate($0).result(frame) })
        }
        if let clear = partition.clearMicros, clear <= watermark, partition.waiting.isEmpty { return Partition() }
        return partition
    }

    /// The frame of the last of `given`.
    private func frame(_ given: [[Value]], followedBy others: ArraySlice<[Value]>) -> [[Value]] {
        guard let last = given.last else { return [] }
        switch (operation.frame.unit, operation.frame.preceding) {
        case (.rows, nil): return given
        case (.rows, let count?): return Array(given.suffix(Int(count) + 1))
        case (.range, let reach):
            let peers = others.prefix { time($0) == time(last) }
            return (given + peers).filter { row in reach.map { time(row) >= time(last) - $0 } ?? true }
        }
    }
}
