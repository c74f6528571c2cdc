import SluiceColumns
import SluiceState
import SluiceTesting
import Testing

/// What operators hand over by the batch comes back by the batch, on whatever number of shards.
@Suite struct StateSnapshotTests {
    static let keyed = StateTable(
        "groups",
        keyTypes: [DataType(.bigint), DataType(.string)],
        valueTypes: [DataType(.double), DataType(.array(DataType(.int)))],
        scope: .keyed(columns: 1)
    )
    static let local = StateTable(
        "marks",
        keyTypes: [DataType(.int)],
        valueTypes: [DataType(.bigint)],
        scope: .shard
    )

    private struct Entry: Hashable {
        var key: [Value]
        var value: [Value]
    }

    private static func columns(_ rows: [[Value]], _ types: [DataType]) -> [Column] {
        types.indices.map { field in Column.of(rows.map { $0[field] }, types[field]) }
    }

    private static func entries(_ storage: any StateStorage, shardCount: Int, shard: Int) throws -> [Entry] {
        let groups = RowHash.keyGroups(ofShard: shard, shardCount: shardCount)
        let reader = StateReader(storage, owner: 7, tables: [keyed, local], keyGroups: groups)
        var entries: [Entry] = []
        try reader.forEachChunk(of: 0) { keys, values, rowCount in
            let hashes = RowHash.hashes([keys[0]], rowCount: rowCount)
            for row in 0..<rowCount {
                #expect(groups.contains(RowHash.keyGroup(of: hashes.readOnly[row])))
                entries.append(Entry(key: keys.map { $0.value(row) }, value: values.map { $0.value(row) }))
            }
        }
        return entries
    }

    @Test(arguments: [UInt64(1), 2])
    func comesBackOnAnyNumberOfShards(seed: UInt64) throws {
        var random = SeededRandom(seed)
        let storage = MemoryStorage()
        var expected: [[Value]: [Value]] = [:]
        for epoch in 1...6 {
            let changes = EpochChanges()
            let snapshot = StateSnapshot(owner: 7, tables: [Self.keyed, Self.local], shardIndex: 0, changes: changes)
            var changed: [[Value]: [Value]] = [:]
            for _ in 0..<200 {
                let number = Int64.random(in: -40...40, using: &random)
                let key: [Value] = [number == 0 ? .null : .integer(number), .string("k\(number % 3)")]
                changed[key] = [.double(Double(epoch)), .array([.integer(number % 9), .null])]
            }
            let doomed = expected.keys.filter { changed[$0] == nil && Bool.random(using: &random) }
            let pairs = changed.map { ($0.key, $0.value) }
            snapshot.put(
                0,
                keys: Self.columns(pairs.map(\.0), Self.keyed.keyTypes),
                values: Self.columns(pairs.map(\.1), Self.keyed.valueTypes),
                rowCount: pairs.count
            )
            snapshot.remove(0, keys: Self.columns(doomed, Self.keyed.keyTypes), rowCount: doomed.count)
            expected.merge(changed) { $1 }
            for key in doomed { expected[key] = nil }
            let manifest = EpochManifest(epoch: Int64(epoch), fence: 1, jobID: "t", parallelism: 1)
            try storage.commit([changes.encode()], dropping: [], manifest)
        }
        for shardCount in [1, 2, 3, 128] {
            let found = try (0..<shardCount).flatMap { try Self.entries(storage, shardCount: shardCount, shard: $0) }
            #expect(found.count == expected.count, "seed \(seed)")
            for entry in found { #expect(expected[entry.key] == entry.value, "seed \(seed)") }
        }
    }

    @Test func everyShardSeesWhatShardsKeptForThemselves() throws {
        let storage = MemoryStorage()
        var logs: [RecordLog] = []
        for shard in 0..<3 {
            let changes = EpochChanges()
            let tables = [Self.keyed, Self.local]
            let snapshot = StateSnapshot(owner: 7, tables: tables, shardIndex: shard, changes: changes)
            let mark = Int64(100 + shard)
            snapshot.put(
                1,
                keys: [Column.of([.integer(0)], DataType(.int))],
                values: [Column.of([.integer(mark)], DataType(.bigint))],
                rowCount: 1
            )
            logs.append(changes.encode())
        }
        try storage.commit(logs, dropping: [], EpochManifest(epoch: 1, fence: 1, jobID: "t", parallelism: 3))
        for (shard, writerCount) in [(0, 3), (1, 3), (0, 2)] {
            let reader = StateReader(
                storage,
                owner: 7,
                tables: [Self.keyed, Self.local],
                keyGroups: RowHash.keyGroups(ofShard: shard, shardCount: 2),
                writerCount: writerCount
            )
            var marks: [Value] = []
            try reader.forEachChunk(of: 1) { _, values, rowCount in
                for row in 0..<rowCount { marks.append(values[0].value(row)) }
            }
            // The third shard of an earlier run is out of date where the last one had two.
            let all: [Value] = [.integer(100), .integer(101), .integer(102)]
            #expect(marks == Array(all.prefix(writerCount)))
        }
    }
}
