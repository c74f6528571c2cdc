import SluiceColumns
import SluiceConnect
import SluiceOperators
import SluicePlan
import Synchronization
import Testing

@testable import SluiceRuntime

@Suite("Jobs run, end and fail as a whole", .timeLimit(.minutes(1)))
struct JobTests {
    static let rows = (0..<100).map { TestRow(key: Int64($0 % 7), sequence: Int64($0), at: Int64($0)) }

    @Test("One scan read by two sinks runs once", arguments: [1, 3])
    func fanOut(parallelism: Int) throws {
        let first = SinkLog()
        let second = SinkLog()
        var plan = TestPlan()
        let scan = plan.scan(MemoryScan([Self.rows]))
        plan.sink(scan, first)
        plan.sink(plan.exchange(scan), second)
        let metrics = try run(plan, parallelism: parallelism)
        #expect(first.sortedRows == Self.rows)
        #expect(second.sortedRows == Self.rows)
        #expect(metrics.rowsIn == 100)
        #expect(metrics.rowsOut == 200)
        #expect(first.count(.close) == parallelism)
        #expect(first.count(.abort) == 0)
    }

    @Test("A union passes the rows of both inputs on and ends once", arguments: [1, 2])
    func union(parallelism: Int) throws {
        let recording = Recording()
        var plan = TestPlan()
        let left = plan.scan(MemoryScan([Array(Self.rows[..<40])]))
        let right = plan.scan(MemoryScan([Array(Self.rows[40...])]))
        let slot = plan.slot(plan.union(left, right))
        plan.collect(slot)
        let collected = Mutex<[TestRow]>([])
        _ = try run(plan, parallelism: parallelism, slots: [slot.node: recording.maker()]) { _, batch in
            collected.withLock { $0 += TestRow.rows(of: batch) }
        }
        #expect(collected.withLock { $0.sorted() } == Self.rows)
        #expect(recording.seen.map(\.finishCount) == Array(repeating: 1, count: parallelism))
        #expect(recording.seen.allSatisfy { $0.watermarks == [Watermark.end.micros] })
    }

    @Test("A constant table is produced once, whatever the parallelism", arguments: [1, 4])
    func values(parallelism: Int) throws {
        var plan = TestPlan()
        plan.collect(plan.add(.values(ValuesOperation(rows: Self.rows.map(\.values)))))
        let collected = Mutex<[TestRow]>([])
        let metrics = try run(plan, parallelism: parallelism, batchRows: 7) { _, batch in
            #expect(batch.rowCount <= 7)
            collected.withLock { $0 += TestRow.rows(of: batch) }
        }
        #expect(collected.withLock { $0 } == Self.rows)
        #expect(metrics.nodes.map(\.rowsOut) == [100, 100])
    }

    @Test("An error on one shard stops all, and no sink publishes anything", arguments: [1, 2, 4])
    func failure(parallelism: Int) throws {
        let log = SinkLog()
        let fault = ConnectorError(.external, "diskFull", "no room")
        // The other splits never end by themselves: only the failure can stop them.
        let endless: [ScanStep] = [.rows(Self.rows), .waitUntil { false }]
        var plan = TestPlan()
        let scan = plan.scan(
            MemoryScan(scripts: [[.rows(Self.rows), .fail(fault)]] + (1..<parallelism).map { _ in endless })
        )
        plan.sink(plan.exchange(scan), log)
        #expect(throws: fault) { try run(plan, parallelism: parallelism) }
        #expect(log.count(.close) == 0)
        #expect(log.count(.abort) == parallelism)
    }

    @Test("A cancelled job says so and gives up what it wrote", arguments: [1, 2])
    func cancel(parallelism: Int) throws {
        let log = SinkLog()
        var plan = TestPlan()
        let scan = plan.scan(MemoryScan(scripts: [[.rows(Self.rows), .waitUntil { false }]]))
        plan.sink(scan, log)
        plan.collect(scan)
        let handle = Mutex<Job?>(nil)
        let job = try Job(JobSpecification(plan: plan.plan, parallelism: parallelism)) { _, _ in
            handle.withLock { $0?.cancel() }
        }
        handle.withLock { $0 = job }
        let error = #expect(throws: RuntimeError.self) { try job.run() }
        #expect(error?.code == "cancelled")
        #expect(log.count(.abort) == parallelism)
        #expect(log.count(.close) == 0)
        handle.withLock { $0 = nil }
    }

    @Test("A NULL in a NOT NULL column fails the job with the names, or drops the row", arguments: [false, true])
    func notNull(dropsNulls: Bool) throws {
        let log = SinkLog()
        var plan = TestPlan()
        let rows: [[Value]] = [
            [.integer(1), .integer(1), .integer(0)], [.integer(2), .null, .integer(0)],
            [.integer(3), .integer(3), .integer(0)],
        ]
        plan.sink(
            plan.add(.values(ValuesOperation(rows: rows))),
            log,
            notNullColumns: [0, 1],
            dropsNulls: dropsNulls
        )
        if dropsNulls {
            let metrics = try run(plan)
            #expect(log.sortedRows.map(\.key) == [1, 3])
            #expect(metrics.nodes.last?.droppedRows == 1)
            #expect(metrics.rowsOut == 2)
        } else {
            let error = #expect(throws: RuntimeError.self) { try run(plan) }
            #expect(error?.code == "notNullViolation")
            #expect(error?.message.contains("'sequence'") == true)
            #expect(error?.message.contains("kept") == true)
            #expect(log.count(.abort) == 1)
        }
    }

    @Test("A job that may hold nothing fails by name", arguments: [1, 2])
    func memory(parallelism: Int) throws {
        var plan = TestPlan()
        plan.collect(plan.exchange(plan.scan(MemoryScan([Self.rows]))))
        // Something is held at all times, so that the limit is passed before the first batch is read.
        let ballast = Column.of([.integer(1)], .notNull(.bigint))
        let error = #expect(throws: RuntimeError.self) {
            try run(plan, parallelism: parallelism, memoryBytesMax: 1)
        }
        #expect(error?.code == "memoryExceeded")
        #expect(ballast.count == 1)
    }

    @Test("A sink that cannot be opened on one shard stops all before anything is read", arguments: [1, 3])
    func brokenSink(parallelism: Int) throws {
        let log = SinkLog()
        let wasRead = Mutex(false)
        var plan = TestPlan()
        let scan = plan.scan(
            MemoryScan(scripts: [
                [
                    .waitUntil {
                        wasRead.withLock { $0 = true }
                        return true
                    }
                ]
            ])
        )
        plan.sink(scan, log)
        _ = plan.add(
            .sink(SinkOperation(tableName: "broken", table: BrokenSink(shard: parallelism - 1))),
            [scan]
        )
        let error = #expect(throws: ConnectorError.self) { try run(plan, parallelism: parallelism) }
        #expect(error?.code == "refused")
        #expect(!wasRead.withLock { $0 })
        #expect(log.count(.close) == 0)
    }

    @Test("Late rows go to their own reader, which gets watermarks, barriers and the end too", arguments: [1, 2])
    func latePort(parallelism: Int) throws {
        let (onTime, late) = (SinkLog(), SinkLog())
        let recording = Recording()
        var plan = TestPlan()
        let split = plan.slot(plan.watermark(plan.scan(MemoryScan([Self.rows]))))
        plan.sink(split, onTime)
        let aside = plan.slot(PhysicalInput(split.node, port: .late))
        plan.sink(plan.exchange(aside), late)
        _ = try run(
            plan,
            parallelism: parallelism,
            checkpointEveryRows: 32,
            slots: [split.node: { SplittingOperator() }, aside.node: recording.maker()]
        )
        #expect(onTime.sortedRows == Self.rows.filter { $0.key != 3 })
        #expect(late.sortedRows == Self.rows.filter { $0.key == 3 })
        let seen = try #require(recording.seen.first { !$0.rows.isEmpty })
        // With two shards the second may be slow to let an epoch pass, and the next is asked for later or not at all.
        #expect(seen.epochs == Array([1, 2, 3].prefix(seen.epochs.count)))
        #expect(parallelism == 1 ? seen.epochs.count == 3 : !seen.epochs.isEmpty)
        #expect(seen.watermarks.suffix(2) == [99, Watermark.end.micros])
        #expect(seen.finishCount == 1)
    }

    @Test("Progress can be read while the job runs")
    func progress() throws {
        var plan = TestPlan()
        plan.collect(plan.watermark(plan.scan(MemoryScan([Self.rows]))))
        let handle = Mutex<Job?>(nil)
        let seen = Mutex<[JobProgress]>([])
        let job = try Job(JobSpecification(plan: plan.plan, batchRows: 40)) { _, _ in
            if let progress = handle.withLock({ $0?.progress }) { seen.withLock { $0.append(progress) } }
        }
        handle.withLock { $0 = job }
        _ = try job.run()
        #expect(seen.withLock { $0.map(\.rowsOut) } == [0, 40, 80])
        #expect(seen.withLock { $0.map(\.watermark?.micros) } == [nil, 39, 79])
        #expect(job.progress == JobProgress(rowsIn: 100, rowsOut: 100, watermark: Watermark(micros: 99)))
        handle.withLock { $0 = nil }
    }

    @Test("What makes no sense is refused before anything runs")
    func refusals() throws {
        var plan = TestPlan()
        plan.collect(plan.scan(MemoryScan([Self.rows]), rowsPerSecond: 0))
        #expect(throws: RuntimeError.self) { try run(plan) }
        #expect(throws: RuntimeError.self) { try run(TestPlan(), parallelism: 129) }
        #expect(throws: RuntimeError.self) { try run(TestPlan(), checkpointEveryRows: 0) }
    }

    @Test("The metrics are one JSON object with a fixed order")
    func json() {
        var metrics = JobMetrics()
        metrics.nodes = [JobMetrics.Node(id: 0, name: "scan(\"a\\b\n\")", rowsIn: 5, rowsOut: 5, batches: 1)]
        metrics.exchanges = [JobMetrics.Exchange(node: 1, peakElements: 2)]
        metrics.rowsIn = 5
        metrics.wallSeconds = 1.0625
        metrics.watermark = Watermark(micros: -3)
        #expect(
            metrics.jsonText == """
                {"parallelism":1,"rowsIn":5,"rowsOut":0,"lateRows":0,"badRows":0,"bytesRead":0,"epochs":0,\
                "watermarkMicros":-3,"wallSeconds":1.062500,"cpuSeconds":0.000000,"parkedSeconds":0.000000,\
                "peakRSSBytes":0,"peakLedgerBytes":0,"storageMemoryBytes":0,\
                "nodes":[{"id":0,"name":"scan(\\"a\\\\b\\u000a\\")","rowsIn":5,"rowsOut":5,\
                "batches":1,"lateRows":0,"droppedRows":0,"windowsFired":0,"stateBytes":0}],\
                "exchanges":[{"node":1,"peakElements":2,"peakBytes":0,"refusedOffers":0,"boundBytes":0}]}
                """
        )
    }
}
