import SluiceColumns
import SluiceConnect
import SluiceOperators
import SluicePlan
import Testing

@testable import SluiceRuntime

@Suite("Throttles, idle sources and barriers keep their time", .timeLimit(.minutes(1)))
struct TimeTests {
    static let rows = (0..<250).map { TestRow(key: Int64($0 % 5), sequence: Int64($0), at: Int64($0) * 1_000) }

    @Test("A throttled scan takes as long as its rate says and does not spin", arguments: [1.0, 100, 1_000_000])
    func throttle(rowsPerSecond: Double) throws {
        let clock = LeapingClock()
        let log = SinkLog()
        var plan = TestPlan()
        plan.sink(plan.scan(MemoryScan([Self.rows]), rowsPerSecond: rowsPerSecond), log)
        _ = try run(plan, clock: clock)
        #expect(log.sortedRows == Self.rows)
        let seconds = Double(clock.nowNanos()) / 1e9
        let expected = 250 / rowsPerSecond
        // The first portion is free, and the end is noticed up to a portion late; after a pause no more than a tenth of
        // a second's rows come at once.
        let portionSeconds = max(0.05, 1 / rowsPerSecond)
        #expect(seconds >= expected - 2 * portionSeconds)
        #expect(seconds <= expected + 2 * portionSeconds)
        #expect(clock.parkCount <= 2 * 250 + 2)
    }

    @Test("The bucket grants no more than the rate over any stretch")
    func bucket() {
        let limit = RateLimit(rowsPerSecond: 1_000, batchRows: 4_096, nowNanos: 0)
        var granted = 0
        for millis in 0...2_000 {
            let rows = limit.reserve(4_096, nowNanos: Int64(millis) * 1_000_000)
            granted += rows
            if rows > 10 {
                limit.refund(10)
                granted -= 10
            }
        }
        #expect(granted >= 1_950)
        #expect(granted <= 2_100)
        #expect(limit.reserve(4_096, nowNanos: 60_000_000_000) == 100, "a long pause is worth a tenth of a second")
    }

    @Test("An idle source stops holding the watermark back after its timeout, and an active one does not")
    func idleTimeout() throws {
        let recording = Recording()
        let clock = LeapingClock()
        let late = TestRow(key: 1, sequence: 999, at: 1)
        var plan = TestPlan()
        let hasMovedOn: @Sendable () -> Bool = { recording.seen.contains { $0.watermarks.contains(249_000) } }
        let active = plan.watermark(plan.scan(MemoryScan(scripts: [[.rows(Self.rows), .waitUntil(hasMovedOn)]])))
        let silent = plan.watermark(
            plan.scan(MemoryScan(scripts: [[.waitUntil(hasMovedOn), .rows([late])]])),
            idleTimeoutMillis: 5_000
        )
        let slot = plan.slot(plan.union(active, silent))
        plan.collect(slot)
        _ = try run(plan, clock: clock, slots: [slot.node: recording.maker()])
        #expect(clock.nowNanos() >= 5_000_000_000)
        let seen = recording.seen[0]
        #expect(seen.watermarks == [249_000, Watermark.end.micros])
        #expect(seen.rows.count == 251)
        // The floor: what was passed on cannot be taken back for a row that comes after it.
        #expect(seen.rows.last?.running == 249_000)
    }

    @Test("An idle sender does not hold the watermark of an exchange back", arguments: [2, 4])
    func idleSender(parallelism: Int) throws {
        let recording = Recording()
        var plan = TestPlan()
        let hasMovedOn: @Sendable () -> Bool = {
            recording.seen.count == parallelism && recording.seen.allSatisfy { $0.watermarks.contains(249_000) }
        }
        // The first split is on the first shard, the silent one on the second.
        let scan = plan.scan(
            MemoryScan(scripts: [[.rows(Self.rows), .waitUntil(hasMovedOn)], [.waitUntil(hasMovedOn)]])
        )
        let slot = plan.slot(plan.exchange(plan.watermark(scan, idleTimeoutMillis: 20)))
        plan.collect(slot)
        _ = try run(plan, parallelism: parallelism, slots: [slot.node: recording.maker()])
        #expect(recording.seen.allSatisfy { $0.watermarks.suffix(2) == [249_000, Watermark.end.micros] })
    }

    @Test("Two readings of one scan do not make each other's rows late or early", arguments: [1, 3, 1_024])
    func sameOrigin(batchRows: Int) throws {
        let recording = Recording()
        var plan = TestPlan()
        let marked = plan.watermark(plan.scan(MemoryScan([Self.rows])))
        let slot = plan.slot(plan.union(plan.slot(marked), plan.slot(marked)))
        plan.collect(slot)
        _ = try run(plan, batchRows: batchRows, slots: [slot.node: recording.maker()])
        let rows = recording.seen.flatMap(\.rows)
        #expect(rows.count == 500)
        for (row, running) in rows { #expect(running == (row.sequence == 0 ? .min : row.at - 1_000)) }
    }

    @Test("A barrier comes after exactly so many rows and reaches each sink once", arguments: [1, 10, 64])
    func barriersOnOneShard(everyRows: Int) throws {
        let log = SinkLog()
        let recording = Recording()
        var plan = TestPlan()
        let slot = plan.slot(plan.exchange(plan.scan(MemoryScan([Self.rows]))))
        plan.sink(slot, log)
        let metrics = try run(plan, checkpointEveryRows: everyRows, slots: [slot.node: recording.maker()])
        let epochs = Array(1...Int64(250 / everyRows))
        #expect(recording.seen[0].epochs == epochs)
        for epoch in epochs { #expect(recording.seen[0].rowsAtEpoch[epoch] == Int(epoch) * everyRows) }
        #expect(log.count(.flush) == epochs.count)
        #expect(metrics.epochs == Int64(epochs.count))
    }

    @Test("An epoch cuts all shards at the same rows, before and after exchanges", arguments: [2, 3, 4], [1, 8])
    func barriersAcrossShards(parallelism: Int, elementCountMax: Int) throws {
        let splits = (0..<parallelism + 1).map { split in
            (0..<300).map { TestRow(key: Int64($0 % 11), sequence: Int64(split * 1_000 + $0)) }
        }
        let (before, middle, after) = (Recording(), Recording(), Recording())
        let log = SinkLog()
        var plan = TestPlan()
        let first = plan.slot(plan.scan(MemoryScan(splits)))
        let second = plan.slot(plan.exchange(first))
        let third = plan.slot(plan.union(plan.exchange(second, keys: [1]), plan.exchange(first, keys: [1])))
        plan.sink(third, log)
        _ = try run(
            plan,
            parallelism: parallelism,
            batchRows: 7,
            checkpointEveryRows: 40,
            bound: MailboxBound(elementCountMax: elementCountMax),
            slots: [first.node: before.maker(), second.node: middle.maker(), third.node: after.maker()]
        )
        #expect(log.rowCount == 600 * (parallelism + 1))
        for recording in [before, middle, after] {
            for seen in recording.seen { #expect(seen.epochs == Array(1...Int64(max(1, seen.epochs.count)))) }
        }
        // The last shard to end sees the most epochs; a shard that has ended has all its rows in each later epoch.
        let last = before.seen.map(\.epochs.count).max() ?? 0
        try #require(last >= 1)
        for epoch in 1...Int64(last) {
            let rows = Self.rowCount(before, at: epoch)
            #expect(Self.rowCount(middle, at: epoch) == rows)
            #expect(Self.rowCount(after, at: epoch) == 2 * rows)
        }
    }

    private static func rowCount(_ recording: Recording, at epoch: Int64) -> Int {
        recording.seen.reduce(0) { $0 + ($1.rowsAtEpoch[epoch] ?? $1.rows.count) }
    }
}
