import SluiceColumns

extension Column {
    /// Numbers as a column of a state table.
    package static func numbers(_ numbers: some Collection<Int64>) -> Column {
        var lane = MutableLane<Int64>(count: numbers.count)
        do {
            var target = lane.span
            var row = 0
            for number in numbers {
                target[row] = number
                row += 1
            }
        }
        return Column(type: StateTable.number, count: numbers.count, values: lane.finish())
    }
}

extension StateTable {
    /// Type of numbers that an operator keeps beside rows.
    package static let number = DataType.notNull(.bigint)

    /// The watermark that an operator has reached, a row for each shard.
    package static let watermark = StateTable(
        "watermark",
        keyTypes: [.notNull(.int)],
        valueTypes: [number],
        scope: .shard
    )
}

extension StateSnapshot {
    /// Stores the watermark in a table `StateTable.watermark`; where there is none, it takes away what an earlier run
    /// left under the number of this shard.
    package func put(_ watermark: Watermark, into table: Int) {
        let keys = [Column.constant(.integer(0), .notNull(.int), count: 1)]
        guard watermark > .none else { return remove(table, keys: keys, rowCount: 1) }
        put(table, keys: keys, values: [.numbers(CollectionOfOne(watermark.micros))], rowCount: 1)
    }
}

extension StateReader {
    /// The least watermark that a shard has stored in a table `StateTable.watermark`, not counting those that had
    /// ended; nil where none has.
    ///
    /// Behind an exchange all shards have the same, for every sender's watermark goes to all of them.
    package func watermark(of table: Int) throws -> Watermark? {
        var least: Watermark?
        try forEachChunk(of: table) { _, values, rowCount in
            let column = values[0]
            for row in 0..<rowCount where column.int64s[row] < Watermark.end.micros {
                least = min(least ?? .end, Watermark(micros: column.int64s[row]))
            }
        }
        return least
    }
}
