import SluiceColumns

/// Parts of batches that are too small to be worth the way to another shard, until they have become one large enough.
///
/// After a filter that leaves few rows, a batch may hold ten for each shard; to queue and take them costs more than all
/// that is done with them. Rows of several batches may travel as one because each carries its running watermark; rows
/// that do not are never held beyond a watermark.
struct HeldParts {
    /// Rows from which on a part travels alone.
    private let rowCountMin: Int
    private var parts: [[Batch]]
    private var rowCounts: [Int]
    /// Whether each row that is held says what the watermark was before it.
    private(set) var areMarked = true

    /// Makes it for `targetCount` shards; with `rowCountMin` up to 1 nothing is ever held.
    init(targetCount: Int, rowCountMin: Int) {
        self.rowCountMin = rowCountMin
        parts = Array(repeating: [], count: targetCount)
        rowCounts = Array(repeating: 0, count: targetCount)
    }

    /// Whether it holds parts at all.
    var isActive: Bool { rowCountMin > 1 }

    /// Whether nothing is held.
    var isEmpty: Bool { rowCounts.allSatisfy { $0 == 0 } }

    /// Whether a batch can join what is held.
    func fits(_ batch: Batch) -> Bool { areMarked == (batch.runningWatermarks != nil) || isEmpty }

    /// Takes a part that fits.
    ///
    /// - Returns: all rows for the target, once they are enough to travel.
    mutating func hold(_ part: Batch, for target: Int) -> Batch? {
        if isEmpty { areMarked = part.runningWatermarks != nil }
        parts[target].append(part)
        rowCounts[target] += part.rowCount
        return rowCounts[target] >= rowCountMin ? take(for: target) : nil
    }

    /// The rows that are held for a target, in order.
    mutating func take(for target: Int) -> Batch? {
        if parts[target].isEmpty { return nil }
        let all = Batch.concatenated(parts[target])
        parts[target] = []
        rowCounts[target] = 0
        return all
    }
}
