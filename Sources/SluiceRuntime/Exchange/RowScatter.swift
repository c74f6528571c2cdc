import SluiceColumns

/// Decides for each row of a batch which shard it goes to, and cuts the batch accordingly.
///
/// Rows keep their order within a shard; row kinds and running watermarks travel along.
struct RowScatter {
    private let keys: [Int]
    private let shardCount: Int
    /// The shard that owns each key group.
    private let shardOfKeyGroup: [UInt8]

    /// Makes a scatter over the key columns `keys` for 1...128 shards.
    init(keys: [Int], shardCount: Int) {
        precondition(shardCount >= 1)
        precondition(shardCount <= RowHash.keyGroupCount)
        self.keys = keys
        self.shardCount = shardCount
        shardOfKeyGroup = (0..<RowHash.keyGroupCount).map {
            UInt8(truncatingIfNeeded: RowHash.shard(ofKeyGroup: $0, shardCount: shardCount))
        }
    }

    /// The parts of `batch` by shard; nil for a shard that gets no row.
    func scattered(_ batch: Batch) -> [Batch?] {
        let rowCount = batch.rowCount
        var targets = MutableLane<UInt8>(count: rowCount)
        var counts = [Int](repeating: 0, count: shardCount)
        assignTargets(batch, into: &targets, counting: &counts)
        if let only = counts.firstIndex(of: rowCount) {
            return (0..<shardCount).map { $0 == only ? batch : nil }
        }
        return parts(of: batch, targets: targets, counts: counts)
    }

    private func assignTargets(_ batch: Batch, into targets: inout MutableLane<UInt8>, counting counts: inout [Int]) {
        let hashes = RowHash.hashes(keys.map { batch.columns[$0] }, rowCount: batch.rowCount)
        let source = hashes.readOnly
        var target = targets.span
        let owners = shardOfKeyGroup.span
        var tally = counts.mutableSpan
        for row in 0..<source.count {
            let shard = owners[RowHash.keyGroup(of: source[row])]
            target[row] = shard
            tally[Int(shard)] &+= 1
        }
    }

    private func parts(of batch: Batch, targets: borrowing MutableLane<UInt8>, counts: [Int]) -> [Batch?] {
        var order = MutableLane<Int32>(count: batch.rowCount)
        var ends: [Int] = []
        for count in counts { ends.append((ends.last ?? 0) + count) }
        do {
            var next = zip(ends, counts).map { $0 - $1 }
            var slots = next.mutableSpan
            var rows = order.span
            let source = targets.readOnly
            for row in 0..<source.count {
                let shard = Int(source[row])
                rows[slots[shard]] = Int32(truncatingIfNeeded: row)
                slots[shard] &+= 1
            }
        }
        var parts: [Batch?] = []
        for shard in 0..<shardCount {
            let range = ends[shard] - counts[shard]..<ends[shard]
            parts.append(range.isEmpty ? nil : batch.gathered(Self.selection(order, range)))
        }
        return parts
    }

    private static func selection(_ order: borrowing MutableLane<Int32>, _ range: Range<Int>) -> SelectionVector {
        var lane = MutableLane<Int32>(count: range.count)
        do {
            var target = lane.span
            let source = order.readOnly
            for index in 0..<range.count { target[index] = source[range.lowerBound + index] }
        }
        return SelectionVector(lane, count: range.count)
    }
}
