import SluiceColumns

/// Values with how often each is there, in order; counts below zero are taken back before they were added.
///
/// Values lie in blocks of at most 256, so that adding one moves few of the others even among a million.
struct OrderedMultiset<Value: Comparable> {
    private static var blockCountMax: Int { 256 }

    private struct Block {
        var values: [Value]
        var counts: [Int64]
    }

    private var blocks: [Block] = []
    /// Distinct values.
    private(set) var distinctCount = 0

    /// Adds `count` (negative to take back) occurrences of `value`.
    mutating func add(_ value: Value, count: Int64) {
        if blocks.isEmpty {
            blocks.append(Block(values: [value], counts: [count]))
            distinctCount += 1
            return
        }
        let block = blockIndex(of: value)
        let position = lowerBound(blocks[block].values, value)
        if position < blocks[block].values.count && blocks[block].values[position] == value {
            blocks[block].counts[position] &+= count
            if blocks[block].counts[position] == 0 { remove(block, position) }
            return
        }
        distinctCount += 1
        blocks[block].values.insert(value, at: position)
        blocks[block].counts.insert(count, at: position)
        if blocks[block].values.count > Self.blockCountMax { split(block) }
    }

    /// Adds every occurrence of `other`.
    mutating func formUnion(_ other: OrderedMultiset) { other.forEach { add($0, count: $1) } }

    /// Hands out each value with how often it is there, in order.
    func forEach(_ body: (_ value: Value, _ count: Int64) -> Void) {
        for block in blocks {
            for index in block.values.indices { body(block.values[index], block.counts[index]) }
        }
    }

    /// How often `value` is there.
    func count(of value: Value) -> Int64 {
        if blocks.isEmpty { return 0 }
        let block = blocks[blockIndex(of: value)]
        let position = lowerBound(block.values, value)
        return position < block.values.count && block.values[position] == value ? block.counts[position] : 0
    }

    /// The least value that is there.
    var least: Value? {
        for block in blocks {
            for index in block.values.indices where block.counts[index] > 0 { return block.values[index] }
        }
        return nil
    }

    /// The greatest value that is there.
    var greatest: Value? {
        for block in blocks.reversed() {
            for index in block.values.indices.reversed() where block.counts[index] > 0 { return block.values[index] }
        }
        return nil
    }

    /// How many values there are, each as often as it is there.
    var totalCount: Int64 {
        blocks.reduce(0) { $0 + $1.counts.reduce(0) { $0 + max(0, $1) } }
    }

    /// The value at a rank, counted from 1; nil outside.
    func value(rank: Int64) -> Value? {
        var rest = rank
        for block in blocks {
            for index in block.values.indices where block.counts[index] > 0 {
                rest -= block.counts[index]
                if rest <= 0 { return block.values[index] }
            }
        }
        return nil
    }

    private mutating func remove(_ block: Int, _ position: Int) {
        distinctCount -= 1
        blocks[block].values.remove(at: position)
        blocks[block].counts.remove(at: position)
        if blocks[block].values.isEmpty { blocks.remove(at: block) }
    }

    private mutating func split(_ block: Int) {
        let middle = blocks[block].values.count / 2
        let tail = Block(
            values: Array(blocks[block].values[middle...]),
            counts: Array(blocks[block].counts[middle...])
        )
        blocks[block].values.removeSubrange(middle...)
        blocks[block].counts.removeSubrange(middle...)
        blocks.insert(tail, at: block + 1)
    }

    /// The last block that begins at or before `value`, or the first one.
    private func blockIndex(of value: Value) -> Int {
        var low = 0
        var high = blocks.count
        while low < high {
            let middle = (low + high) / 2
            if blocks[middle].values[0] <= value { low = middle + 1 } else { high = middle }
        }
        return max(low - 1, 0)
    }

    private func lowerBound(_ values: [Value], _ value: Value) -> Int {
        var low = 0
        var high = values.count
        while low < high {
            let middle = (low + high) / 2
            if values[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension ElementLog {
    /// The changes of multisets: a value is an element, and how often it is there is stored with it.
    mutating func takeCounts(
        of multisets: [OrderedMultiset<Key>],
        _ type: DataType,
        _ value: (Key) -> Value
    ) -> ElementChanges {
        var (groups, goneGroups): ([UInt32], [UInt32]) = ([], [])
        var (keys, goneKeys): ([Value], [Value]) = ([], [])
        var counts: [Value] = []
        take { group, key in
            let count = multisets[Int(group)].count(of: key)
            if count == 0 {
                goneGroups.append(group)
                goneKeys.append(value(key))
            } else {
                groups.append(group)
                keys.append(value(key))
                counts.append(.integer(count))
            }
        }
        return ElementChanges(
            groups: groups,
            keys: [.of(keys, type)],
            values: [.of(counts, .notNull(.bigint))],
            goneGroups: goneGroups,
            goneKeys: [.of(goneKeys, type)]
        )
    }
}

/// Bytes in the order of texts.
struct ByteText: Comparable, Sendable {
    let bytes: [UInt8]

    static func < (lhs: ByteText, rhs: ByteText) -> Bool { BytewiseOrder.compare(lhs.bytes.span, rhs.bytes.span) < 0 }
}

/// A floating-point number in the total order in which NaN is the greatest.
struct TotalOrderNumber: Comparable, Sendable {
    let value: Double

    /// All NaNs become one.
    init(value: Double) { self.value = value.isNaN ? .nan : value }

    static func < (lhs: TotalOrderNumber, rhs: TotalOrderNumber) -> Bool {
        FloatOrder.compare(lhs.value, rhs.value) < 0
    }
    static func == (lhs: TotalOrderNumber, rhs: TotalOrderNumber) -> Bool {
        FloatOrder.compare(lhs.value, rhs.value) == 0
    }
}
