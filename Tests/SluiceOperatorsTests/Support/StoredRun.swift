import SluiceColumns
import SluiceKernels
import SluiceOperators
import SluiceState

/// Operators of several shards that are stopped and started again now and then, their state kept in memory, also with
/// another number of shards.
final class StoredRun {
    /// What is fed to the operators.
    enum Step {
        case rows([ChangeRow])
        case watermark(Int64)
        /// The clock moves, and timers that are due fire.
        case clock(Int64)
    }

    private let types: [DataType]
    private let keys: [Int]
    private let make: () throws -> any Operator
    private let eviction: EvictionPolicy
    private let storage = MemoryStorage()
    private var stages: [any Operator] = []
    private var epoch: Int64 = 0
    /// Shards of the last commit.
    private var writerCount = 0
    private(set) var output = Collector()

    private static let owner: UInt64 = 9

    /// - Parameters:
    ///   - keys: the columns by which rows are dealt to shards.
    ///   - eviction: when state that is stored leaves memory.
    init(
        _ types: [DataType],
        keys: [Int],
        shardCount: Int,
        eviction: EvictionPolicy = .never,
        make: @escaping () throws -> any Operator
    ) throws {
        self.types = types
        self.eviction = eviction
        self.keys = keys
        self.make = make
        try start(shardCount: shardCount)
    }

    private func start(shardCount: Int) throws {
        stages = try (0..<shardCount).map { shard in
            let stage = try make()
            let groups = RowHash.keyGroups(ofShard: shard, shardCount: shardCount)
            try stage.restore(
                from: StateReader(
                    storage,
                    owner: Self.owner,
                    tables: stage.stateTables,
                    keyGroups: groups,
                    writerCount: writerCount,
                    eviction: eviction
                )
            )
            return stage
        }
    }

    /// Stores what has changed since the last time.
    func save() throws {
        epoch += 1
        var logs: [RecordLog] = []
        var dropped: [StateRange] = []
        for (shard, stage) in stages.enumerated() {
            let changes = EpochChanges()
            let snapshot = StateSnapshot(
                owner: Self.owner,
                tables: stage.stateTables,
                shardIndex: shard,
                changes: changes
            )
            try stage.save(into: snapshot)
            logs.append(changes.encode())
            dropped += changes.dropped
        }
        let manifest = EpochManifest(epoch: epoch, fence: 1, jobID: "t", parallelism: stages.count)
        try storage.commit(logs, dropping: dropped, manifest)
        writerCount = stages.count
    }

    /// Throws the operators away and makes new ones that have what was stored.
    func restart(shardCount: Int) throws { try start(shardCount: shardCount) }

    /// The operators.
    var operators: [any Operator] { stages }

    /// How many records are stored.
    func storedCount() throws -> Int {
        var count = 0
        try storage.forEach(in: StateAddress.range(owner: Self.owner)) { _, _ in
            count += 1
            return true
        }
        return count
    }

    func feed(_ step: Step) throws {
        switch step {
        case .rows(let rows): try feed(Batch.of(rows, types))
        case .watermark(let micros):
            for stage in stages { try stage.advance(to: Watermark(micros: micros), into: Output(main: output)) }
        case .clock(let micros):
            for case let stage as any TimedOperator in stages {
                while let next = stage.nextTimerMicros, next <= micros {
                    try stage.fireTimers(atMicros: next, into: Output(main: output))
                }
            }
        }
    }

    private func feed(_ batch: Batch) throws {
        var parts: [[Int32]] = Array(repeating: [], count: stages.count)
        let hashes = RowHash.hashes(keys.map { batch.columns[$0] }, rowCount: batch.rowCount)
        for row in 0..<batch.rowCount {
            let group = keys.isEmpty ? 0 : RowHash.keyGroup(of: hashes.readOnly[row])
            parts[RowHash.shard(ofKeyGroup: group, shardCount: stages.count)].append(Int32(row))
        }
        for (stage, rows) in zip(stages, parts) where !rows.isEmpty {
            try stage.process(batch.gathered(SelectionVector(rows)), from: 0, into: Output(main: output))
        }
    }
}
