import SluiceColumns
import SluiceOperators
import SluiceState
import SluiceTesting
import Synchronization
import Testing

/// Restarts an operator from what it stored, at random moments, and compares what it gives with an undisturbed run.
struct RestartDriver {
    /// Something that happens to an operator.
    enum Step {
        /// Rows come in through an input.
        case rows(Batch, input: Int = 0)
        /// The watermark moves.
        case watermark(Watermark)
        /// The wall clock moves, in microseconds.
        case clock(Int64)
    }

    /// Makes the operator.
    var make: () throws -> any Operator
    /// Per input the columns by which an exchange deals its rows.
    var dealing: [[Int]]
    /// The operator's wall clock.
    var clock: ManualClock?

    init(dealing: [[Int]], clock: ManualClock? = nil, make: @escaping () throws -> any Operator) {
        self.make = make
        self.dealing = dealing
        self.clock = clock
    }

    /// Checks one shard row by row, in order, and then shards whose number changes at every restart, as a table.
    ///
    /// - Parameter isOrdered: whether the order of rows is defined within a step.
    func check(_ steps: [Step], seed: UInt64, isOrdered: Bool = true) throws {
        let expected = try run(steps, cuts: [:])
        for (round, eviction) in zip(UInt64(1)..., [Eviction.never, .always, .never, .byTurns]) {
            var random = SeededRandom(seed &* 31 &+ round)
            let cuts = Self.cuts(steps.count, shardCounts: 1...1, &random)
            let actual = try run(steps, cuts: cuts, eviction)
            for step in steps.indices where !Self.agree(actual[step], expected[step], isOrdered: isOrdered) {
                Issue.record(
                    """
                    seed \(seed), round \(round), step \(step), cuts \(cuts.keys.sorted()): gives
                    \(actual[step].prefix(6)), should give
                    \(expected[step].prefix(6))
                    """
                )
                return
            }
        }
        try checkSpill(steps, expected, seed: seed, isOrdered: isOrdered)
        let table = FoldedTable(expected.flatMap { $0 })
        for (round, eviction) in zip(UInt64(5)..., [Eviction.never, .always, .never, .byTurns]) {
            var random = SeededRandom(seed &* 31 &+ round)
            let cuts = Self.cuts(steps.count, shardCounts: 1...4, &random)
            let actual = FoldedTable(try run(steps, cuts: cuts, eviction).flatMap { $0 })
            let difference = actual.difference(from: table)
            #expect(actual == table, "seed \(seed), round \(round), cuts \(cuts):\n\(difference)")
            if actual != table { return }
        }
    }

    /// Checks that an operator that can gives the same when all its state leaves memory before each batch.
    private func checkSpill(_ steps: [Step], _ expected: [[ChangeRow]], seed: UInt64, isOrdered: Bool) throws {
        guard try make().canSpill else { return }
        let job = Shards(driver: self, .always)
        clock?.micros.store(0, ordering: .relaxed)
        try job.start(1, isStored: false)
        for (index, step) in steps.enumerated() {
            try job.take(step)
            let actual = job.drain()
            if Self.agree(actual, expected[index], isOrdered: isOrdered) { continue }
            Issue.record(
                """
                seed \(seed), step \(index) with all state spilled: gives
                \(actual.prefix(6)), should give
                \(expected[index].prefix(6))
                """
            )
            return
        }
        let counters = try #require(job.counters)
        #expect(counters.evictions > 0 && counters.found > 0, "seed \(seed): \(counters)")
    }

    /// Rows of event time in batches of random sizes, each with the watermark that was in force before it.
    ///
    /// - Parameters:
    ///   - types: columns of each input.
    ///   - time: the column with the time in each input, microseconds.
    ///   - delayMicros: how far the watermark stays behind the greatest time.
    static func steps(
        _ rows: [(input: Int, row: ChangeRow)],
        types: [[DataType]],
        time: [Int],
        delayMicros: Int64,
        _ random: inout SeededRandom
    ) -> [Step] {
        var steps: [Step] = []
        var mark = Watermark.none
        var first = 0
        while first < rows.count {
            let input = rows[first].input
            let limit = Int.random(in: 1...9, using: &random)
            var marks: [Value] = []
            var end = first
            while end < rows.count, end - first < limit, rows[end].input == input {
                marks.append(.integer(mark.micros))
                let micros = Int64(rows[end].row.values[time[input]].integerValue ?? 0)
                mark = max(mark, Watermark(micros: micros - delayMicros))
                end += 1
            }
            var batch = Batch.of(rows[first..<end].map(\.row), types[input])
            batch.runningWatermarks = Column.of(marks, .notNull(.bigint))
            steps += [.rows(batch, input: input), .watermark(mark)]
            first = end
        }
        return steps
    }

    private static func agree(_ actual: [ChangeRow], _ expected: [ChangeRow], isOrdered: Bool) -> Bool {
        isOrdered ? actual == expected : FoldedTable(actual) == FoldedTable(expected)
    }

    /// After which steps there is a barrier, and the number of shards that start anew from there; 0 is none.
    private static func cuts(
        _ count: Int,
        shardCounts: ClosedRange<Int>,
        _ random: inout SeededRandom
    ) -> [Int: Int] {
        var cuts: [Int: Int] = [-1: Int.random(in: shardCounts, using: &random)]
        for step in 0..<count where random.once(in: 3) {
            cuts[step] = random.once(in: 2) ? Int.random(in: shardCounts, using: &random) : 0
        }
        return cuts
    }

    /// Runs all steps; gives what comes out in each, and at the end in one more.
    private func run(
        _ steps: [Step],
        cuts: [Int: Int],
        _ eviction: Eviction = .never
    ) throws -> [[ChangeRow]] {
        let job = Shards(driver: self, eviction)
        clock?.micros.store(0, ordering: .relaxed)
        try job.start(cuts[-1] ?? 1, isStored: !cuts.isEmpty)
        var given: [[ChangeRow]] = []
        for (index, step) in steps.enumerated() {
            try job.take(step)
            given.append(job.drain())
            guard let shardCount = cuts[index] else { continue }
            try job.save()
            if shardCount > 0 { try job.start(shardCount, isStored: true) }
        }
        try job.end()
        given.append(job.drain())
        return given
    }

    /// Whether all state that can leaves memory at each occasion, or from every other start to the next.
    private enum Eviction { case never, always, byTurns }

    /// The shards of a job that consists of one operator.
    private final class Shards {
        private let driver: RestartDriver
        private let evictions: [EvictionPolicy]
        private var startCount = 0
        private let storage = MemoryStorage()
        private let output = Collector()
        private var stages: [any Operator] = []
        private var epoch: Int64 = 0

        private static let owner: UInt64 = 7

        init(driver: RestartDriver, _ eviction: Eviction) {
            self.driver = driver
            let always = EvictionPolicy(byteCountMax: .max, evictsAlways: true)
            switch eviction {
            case .never: evictions = [.never]
            case .always: evictions = [always]
            case .byTurns: evictions = [.never, always]
            }
        }

        private var eviction: EvictionPolicy { evictions[startCount % evictions.count] }

        /// What became of the state of the first operator that need not be in memory.
        var counters: ColdCounters? { stages[0].counters.cold }

        func start(_ shardCount: Int, isStored: Bool) throws {
            startCount += 1
            stages = try (0..<shardCount).map { _ in try driver.make() }
            guard isStored else { return attachSpill() }
            for (shard, stage) in stages.enumerated() {
                let tables = stage.stateTables
                try stage.restore(
                    from: StateReader(
                        storage,
                        owner: Self.owner,
                        tables: tables,
                        keyGroups: RowHash.keyGroups(ofShard: shard, shardCount: shardCount),
                        writerCount: try storage.manifest()?.parallelism ?? 0,
                        eviction: eviction
                    )
                )
            }
        }

        private func attachSpill() {
            guard eviction.evictsAlways else { return }
            for (shard, stage) in stages.enumerated() {
                stage.spill(
                    into: StateSpill(
                        storage,
                        owner: Self.owner,
                        tables: stage.spillTables,
                        shardIndex: shard,
                        eviction: eviction
                    )
                )
            }
        }

        func drain() -> [ChangeRow] {
            defer { output.clear() }
            return output.rows
        }

        func take(_ step: Step) throws {
            switch step {
            case .watermark(let watermark):
                for stage in stages { try stage.advance(to: watermark, into: Output(main: output)) }
            case .clock(let micros):
                driver.clock?.micros.store(micros, ordering: .relaxed)
                for case let timed as any TimedOperator in stages {
                    guard let due = timed.nextTimerMicros, due <= micros else { continue }
                    try timed.fireTimers(atMicros: micros, into: Output(main: output))
                }
            case .rows(let batch, let input):
                for (shard, part) in parts(batch, input).enumerated() where part.rowCount > 0 {
                    try stages[shard].process(part, from: input, into: Output(main: output))
                }
            }
        }

        func save() throws {
            epoch += 1
            var dropped: [StateRange] = []
            let logs = try stages.enumerated().map { shard, stage in
                try stage.snapshot(at: Barrier(epoch: epoch))
                let changes = EpochChanges()
                let snapshot = StateSnapshot(
                    owner: Self.owner,
                    tables: stage.stateTables,
                    shardIndex: shard,
                    changes: changes
                )
                try stage.save(into: snapshot)
                dropped += changes.dropped
                return changes.encode()
            }
            let manifest = EpochManifest(epoch: epoch, fence: 1, jobID: "", parallelism: stages.count)
            try storage.commit(logs, dropping: dropped, manifest)
        }

        func end() throws {
            for stage in stages {
                try stage.advance(to: .end, into: Output(main: output))
                try stage.finish(into: Output(main: output))
            }
        }

        private func parts(_ batch: Batch, _ input: Int) -> [Batch] {
            if stages.count == 1 { return [batch] }
            let keys = driver.dealing[input].map { batch.columns[$0] }
            let hashes = RowHash.hashes(keys, rowCount: batch.rowCount)
            let owners = (0..<batch.rowCount).map { row in
                RowHash.shard(
                    ofKeyGroup: RowHash.keyGroup(of: hashes.readOnly[row]),
                    shardCount: stages.count
                )
            }
            return stages.indices.map { shard in
                let rows = owners.indices.filter { owners[$0] == shard }
                return batch.gathered(SelectionVector(rows.map { Int32($0) }))
            }
        }
    }
}
