import SluiceColumns
import SluiceConnect
import SluiceOperators
import SluicePlan
import SluiceTesting
import Testing

@testable import SluiceRuntime

@Suite("Rows change shards without loss, disorder or deadlock", .timeLimit(.minutes(1)))
struct ExchangeTests {
    static func rows(_ count: Int, keys: Int, seed: UInt64 = 1) -> [TestRow] {
        var numbers = SeededRandom(seed)
        return (0..<count).map { TestRow(key: Int64.random(in: 0..<Int64(keys), using: &numbers), sequence: Int64($0)) }
    }

    @Test(
        "Every shard count gives the same rows, each key on one shard and in order",
        arguments: [1, 2, 4, 8],
        [1, 37]
    )
    func keyed(parallelism: Int, batchRows: Int) throws {
        let rows = Self.rows(1_000, keys: 50)
        let log = SinkLog()
        var plan = TestPlan()
        plan.sink(plan.exchange(plan.scan(MemoryScan([rows]))), log)
        let metrics = try run(plan, parallelism: parallelism, batchRows: batchRows)
        #expect(log.sortedRows == rows)
        var shardOfKey: [Int64: Int] = [:]
        for (shard, written) in log.rowsByShard {
            for (key, ofKey) in Dictionary(grouping: written, by: \.key) {
                #expect(shardOfKey.updateValue(shard, forKey: key) == nil, "key \(key) was on two shards")
                #expect(ofKey == ofKey.sorted(), "key \(key) is out of order")
            }
        }
        #expect(log.rowsByShard.count == min(parallelism, 8))
        #expect(metrics.nodes.map(\.rowsIn) == [1_000, 1_000, 1_000])
    }

    @Test("A single exchange gathers the rows of all shards on the first", arguments: [1, 2, 4])
    func single(parallelism: Int) throws {
        let splits = (0..<5).map { split in
            (0..<50).map { TestRow(key: Int64(split), sequence: Int64(split * 50 + $0)) }
        }
        let log = SinkLog()
        var plan = TestPlan()
        plan.sink(plan.exchange(plan.scan(MemoryScan(splits)), keys: nil), log)
        _ = try run(plan, parallelism: parallelism)
        #expect(log.sortedRows == splits.flatMap { $0 })
        #expect(Array(log.rowsByShard.keys) == [0])
        #expect(log.count(.close) == parallelism)
    }

    @Test(
        "Mailboxes of one element do not deadlock: two exchanges, skewed keys, a way around, floods",
        arguments: [2, 3, 8],
        [UInt64](1...4)
    )
    func tinyMailboxes(parallelism: Int, seed: UInt64) throws {
        // Key 0 has most rows, and each row of the first exchange becomes three batches.
        let splits = (0..<parallelism + 1).map { split in
            Self.rows(200, keys: 4, seed: seed &+ UInt64(split)).map {
                TestRow(key: $0.key * $0.key % 3, sequence: Int64(split) * 1_000 + $0.sequence)
            }
        }
        let log = SinkLog()
        let around = SinkLog()
        var plan = TestPlan()
        let scan = plan.scan(MemoryScan(splits))
        let first = plan.exchange(scan)
        let flood = plan.slot(first)
        let second = plan.exchange(plan.union(flood, scan), keys: [1])
        plan.sink(plan.exchange(second, keys: [0]), log)
        plan.sink(plan.exchange(flood, keys: nil), around)
        let triple: @Sendable () -> any Operator = { MappingOperator { [$0, $0, $0] } }
        let metrics = try run(
            plan,
            parallelism: parallelism,
            batchRows: 5,
            checkpointEveryRows: 50,
            bound: MailboxBound(elementCountMax: 1, byteCountMax: 1),
            slots: [flood.node: triple]
        )
        let all = splits.flatMap { $0 }
        #expect(log.rowCount == all.count * 4)
        #expect(around.sortedRows == (all + all + all).sorted())
        #expect(metrics.exchanges.allSatisfy { $0.peakElements <= parallelism })
        #expect(metrics.exchanges.contains { $0.refusedOffers > 0 })
    }

    @Test("A shard that waits for its first row does not hold up the others", arguments: [2, 4])
    func silentShard(parallelism: Int) throws {
        let rows = Self.rows(300, keys: 20)
        let log = SinkLog()
        var plan = TestPlan()
        let scan = plan.scan(
            MemoryScan(scripts: [[.rows(rows)], [.waitUntil { log.rowCount == rows.count }]])
        )
        let second = plan.exchange(plan.exchange(scan), keys: [1])
        plan.sink(second, log)
        _ = try run(plan, parallelism: parallelism, bound: MailboxBound(elementCountMax: 2))
        #expect(log.sortedRows == rows)
    }

    @Test("Whether a row is late depends neither on shards nor on batches", arguments: [1, 2, 4, 8], [1, 3, 1_024])
    func latenessIsDeterministic(parallelism: Int, batchRows: Int) throws {
        var numbers = SeededRandom(11)
        let rows: [TestRow] = (0..<500).map {
            let delay = Int64.random(in: 0..<40_000, using: &numbers)
            return TestRow(key: Int64($0 % 13), sequence: Int64($0), at: Int64($0) * 1_000 - delay)
        }
        var highest = Int64.min
        var expected: [Int64: Int64] = [:]
        for row in rows {
            expected[row.sequence] = highest
            highest = max(highest, row.at)
        }
        let recording = Recording()
        var plan = TestPlan()
        let slot = plan.slot(plan.exchange(plan.watermark(plan.scan(MemoryScan([rows])))))
        plan.collect(slot)
        let metrics = try run(
            plan,
            parallelism: parallelism,
            batchRows: batchRows,
            slots: [slot.node: recording.maker()]
        )
        let seen = recording.seen.flatMap(\.rows)
        #expect(seen.count == rows.count)
        for (row, running) in seen { #expect(running == expected[row.sequence]) }
        #expect(recording.seen.allSatisfy { $0.watermarks.last == Watermark.end.micros })
        #expect(recording.seen.allSatisfy { $0.watermarks == $0.watermarks.sorted() })
        #expect(metrics.watermark == Watermark(micros: highest))
    }

    @Test("No row of several senders comes in behind the watermark that was passed on", arguments: [2, 4], [1, 5])
    func runningWatermarksOfSeveralSenders(parallelism: Int, batchRows: Int) throws {
        let splits: [[TestRow]] = (0..<parallelism).map { split in
            (0..<200).map { (index: Int) in
                TestRow(key: Int64(index % 9), sequence: Int64(index), at: Int64(index * (split + 1) * 1_000))
            }
        }
        let recording = Recording()
        var plan = TestPlan()
        let slot = plan.slot(plan.exchange(plan.watermark(plan.scan(MemoryScan(splits)))))
        plan.collect(slot)
        _ = try run(plan, parallelism: parallelism, batchRows: batchRows, slots: [slot.node: recording.maker()])
        #expect(recording.seen.flatMap(\.rows).count == 200 * parallelism)
        // Times rise strictly within each split, so no row may be late whatever the interleaving.
        for (row, running) in recording.seen.flatMap(\.rows) { #expect((running ?? .max) < row.at || row.at == 0) }
    }

    @Test("Rows keep their order, kinds and watermarks when a batch is scattered", arguments: [1, 2, 5, 128])
    func scatter(shardCount: Int) {
        let rows = Self.rows(300, keys: 40)
        var batch = TestRow.batch(rows)
        batch.rowKinds = RowKinds(rows.map { $0.sequence % 3 == 0 ? .delete : .insert })
        batch.runningWatermarks = Column.of(rows.map { .integer($0.sequence) }, .notNull(.bigint))
        let parts = RowScatter(keys: [0], shardCount: shardCount).scattered(batch)
        #expect(parts.count == shardCount)
        var all: [TestRow] = []
        for (shard, part) in parts.enumerated() {
            guard let part else { continue }
            let partRows = TestRow.rows(of: part)
            #expect(partRows == partRows.sorted())
            let hashes = RowHash.hashes([part.columns[0]], rowCount: part.rowCount)
            for row in 0..<part.rowCount {
                let group = RowHash.keyGroup(of: hashes.readOnly[row])
                #expect(RowHash.shard(ofKeyGroup: group, shardCount: shardCount) == shard)
                #expect(part.kind(row) == (partRows[row].sequence % 3 == 0 ? .delete : .insert))
                #expect(part.runningWatermarks?.value(row) == .integer(partRows[row].sequence))
            }
            all += partRows
        }
        #expect(all.sorted() == rows)
    }

    @Test("A mailbox keeps to its bound, wakes whom it refused and joins watermarks nobody has read")
    func mailbox() throws {
        let parkers = [Parker(), Parker()]
        let mailbox = Mailbox(
            bound: MailboxBound(elementCountMax: 2, byteCountMax: 1 << 20),
            receiver: parkers[0],
            senders: parkers
        )
        let batch = StreamElement.batch(TestRow.batch([TestRow(key: 1, sequence: 1)]))
        #expect(mailbox.offer(batch, from: 0))
        #expect(mailbox.take(isHeld: [false, false])?.channel == nil, "the other sender has not spoken yet")
        #expect(mailbox.offer(.watermark(Watermark(micros: 1)), from: 1))
        #expect(mailbox.offer(.watermark(Watermark(micros: 2)), from: 1))
        #expect(mailbox.offer(batch, from: 0))
        #expect(!mailbox.offer(batch, from: 0))
        #expect(mailbox.offer(batch, from: 1), "the share of one sender is not used up by another")
        #expect(mailbox.take(isHeld: [true, false])?.channel == 1)
        #expect(mailbox.take(isHeld: [false, false])?.channel == 0)
        // Woken by the take above: this returns at once or the test hits its time limit.
        parkers[0].park(untilNanos: nil)
        #expect(mailbox.offer(batch, from: 0))
        #expect(mailbox.fill.elementCount == 3)
        #expect(mailbox.fill.refusedCount == 1)
    }
}
