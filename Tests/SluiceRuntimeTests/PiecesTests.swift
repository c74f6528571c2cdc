import SluiceColumns
import SluiceConnect
import SluiceOperators
import SluicePlan
import SluiceState
import Synchronization
import Testing

@testable import SluiceRuntime

@Suite("A job that is stopped after an epoch goes on where it stood", .timeLimit(.minutes(1)))
struct PiecesTests {
    /// Runs a plan in jobs of one epoch each, with the given parallelisms in turn, until one finishes.
    ///
    /// - Returns: the rows that came out, sorted, and the number of jobs.
    private func runInPieces(
        _ plan: TestPlan,
        parallelisms: [Int],
        batchRows: Int,
        rowsPerEpoch: Int,
        slots: [Int: @Sendable () -> any Operator]
    ) throws -> (rows: [TestRow], count: Int) {
        let storage = MemoryStorage()
        let collected = Mutex<[TestRow]>([])
        for count in 1...1_000 {
            let specification = JobSpecification(
                plan: plan.plan,
                parallelism: parallelisms[count % parallelisms.count],
                batchRows: batchRows,
                checkpointEveryRows: rowsPerEpoch,
                storage: storage,
                stopsAfterEpochs: 1,
                makeOperator: { node, fields, modes, context in
                    if let make = slots[node.id] { return make() }
                    return try OperatorFactory.make(node, inputFields: fields, inputModes: modes, context: context)
                }
            )
            let job = try Job(specification) { _, batch in collected.withLock { $0 += TestRow.rows(of: batch) } }
            _ = try job.run()
            if try storage.manifest()?.isFinished == true { return (collected.withLock { $0.sorted() }, count) }
        }
        Issue.record("1,000 jobs did not come to the end")
        return ([], 1_000)
    }

    private static func rows(_ count: Int, from first: Int = 0) -> [TestRow] {
        (first..<first + count).map { TestRow(key: Int64($0 * 7 % 11), sequence: Int64($0), at: Int64($0) * 1_000) }
    }

    @Test(
        "No row is lost or comes twice, although some inputs end long before others",
        arguments: [[1], [2], [4], [1, 3, 2]],
        [1, 2, 5, 40]
    )
    func numbering(parallelisms: [Int], rowsPerEpoch: Int) throws {
        var plan = TestPlan()
        let short = plan.scan(MemoryScan([Self.rows(3)]))
        let constant = plan.add(.values(ValuesOperation(rows: Self.rows(5, from: 3).map(\.values))))
        let long = plan.scan(MemoryScan([Self.rows(30, from: 8), Self.rows(12, from: 38), []]))
        let slot = plan.slot(plan.exchange(plan.union(plan.union(short, constant), long)))
        plan.collect(slot)
        let slots: [Int: @Sendable () -> any Operator] = [slot.node: { NumberingOperator() }]
        let pieces = try runInPieces(
            plan,
            parallelisms: parallelisms,
            batchRows: 3,
            rowsPerEpoch: rowsPerEpoch,
            slots: slots
        )
        var counts: [Int64: Int64] = [:]
        let expected = Self.rows(50).map { row in
            counts[row.key, default: 0] += 1
            return TestRow(key: row.key, sequence: counts[row.key, default: 0])
        }
        #expect(pieces.rows.map { TestRow(key: $0.key, sequence: $0.sequence) } == expected.sorted())
        #expect(rowsPerEpoch == 40 || pieces.count > 3)
    }

    @Test("What an input's end brought about is not brought about again", arguments: [1, 3], [1, 4])
    func endOfInput(parallelism: Int, rowsPerEpoch: Int) throws {
        var plan = TestPlan()
        let short = plan.slot(plan.exchange(plan.scan(MemoryScan([Self.rows(4)]))))
        let long = plan.scan(MemoryScan([Self.rows(25, from: 100)]))
        plan.collect(plan.union(short, long))
        let pieces = try runInPieces(
            plan,
            parallelisms: [parallelism],
            batchRows: 2,
            rowsPerEpoch: rowsPerEpoch,
            slots: [short.node: { CountingOperator() }]
        )
        let counted = pieces.rows.filter { $0.sequence < 100 }
        #expect(counted.map(\.key).sorted() == [0, 3, 7, 10])
        #expect(counted.allSatisfy { $0.sequence == 1 })
        #expect(pieces.rows.count == 29)
        #expect(pieces.count > 3)
    }

    @Test("A restored watermark is in force before the first row", arguments: [1, 2])
    func watermark(parallelism: Int) throws {
        let recording = Recording()
        var plan = TestPlan()
        let early = plan.watermark(plan.scan(MemoryScan([Self.rows(8)])))
        let late = plan.watermark(plan.scan(MemoryScan([Self.rows(8, from: 20)])))
        let slot = plan.slot(plan.union(early, late))
        plan.collect(slot)
        _ = try runInPieces(
            plan,
            parallelisms: [parallelism],
            batchRows: 1,
            rowsPerEpoch: 1,
            slots: [slot.node: recording.maker()]
        )
        // The least of both watermarks before a row of the early input is that of the row before it.
        let running = recording.seen.flatMap(\.rows).filter { $0.row.sequence < 20 }.map { entry in
            [entry.row.at, entry.running ?? 0]
        }
        #expect(running.count == 8)
        #expect(running.allSatisfy { $0[0] == 0 || $0[1] == $0[0] - 1_000 })
    }
}
