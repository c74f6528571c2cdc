import SluiceColumns
import SluiceOperators
import SluicePlan
import SluiceState
import Testing

@testable import SluiceRuntime

@Suite("Limits of checkpoints")
struct CheckpointLimitsTests {
    private static let rows = (0..<20).map { TestRow(key: Int64($0 % 3), sequence: Int64($0)) }

    private static func run(
        _ storage: any StateStorage,
        _ ledger: Ledger,
        clock: any RunClock = SystemRunClock(),
        _ change: (inout JobSpecification) -> Void
    ) throws -> JobMetrics {
        var plan = TestPlan()
        let scan = plan.scan(MemoryScan([rows]))
        let slot = plan.slot(plan.exchange(scan))
        plan.sink(slot, LedgerSink(ledger: ledger))
        var specification = JobSpecification(
            plan: plan.plan,
            batchRows: 2,
            checkpointEveryRows: 4,
            makeOperator: { node, fields, modes, context in
                if node.id == slot.node { return NumberingOperator() }
                return try OperatorFactory.make(node, inputFields: fields, inputModes: modes, context: context)
            }
        )
        specification.storage = storage
        specification.clock = clock
        change(&specification)
        return try Job(specification).run()
    }

    @Test("What a disk refuses once is tried again where that is tolerated", arguments: Faults.Moment.allCases)
    func failuresAreTolerated(moment: Faults.Moment) throws {
        // Operations of the storage, counted from its opening: the first four belong to the start, then commits follow.
        // How many there are depends on how fast they are; there is one at the end at least.
        var endured = 0
        for failing in 4..<14 {
            let faults = Faults()
            faults.arm(failing, moment)
            let ledger = Ledger(Faults())
            let clock = LeapingClock()
            do {
                let metrics = try Self.run(FaultyStorage(faults), ledger, clock: clock) {
                    $0.checkpointLimits.toleratedFailures = 1
                }
                #expect(ledger.rows.count == Self.rows.count)
                let failures = metrics.checkpoints?.failureCount ?? 0
                #expect(failures == (faults.hasFailed ? 1 : 0))
                // The second attempt waits for an interval.
                #expect(clock.nowNanos() >= Int64(failures) * 1_000_000_000)
                endured += failures
            } catch {
                Issue.record("operation \(failing) is not endured: \(error)")
            }
        }
        #expect(endured >= 1)
    }

    @Test("Without tolerance the first failure ends the job")
    func failuresAreNotTolerated() throws {
        let faults = Faults()
        faults.arm(4, .before)
        #expect(throws: StateError.self) { try Self.run(FaultyStorage(faults), Ledger(Faults())) { _ in } }
        #expect(faults.hasFailed)
    }

    @Test("A checkpoint that takes longer than it may fails the job")
    func timeout() throws {
        var plan = TestPlan()
        plan.sink(plan.scan(MemoryScan([Self.rows])), LedgerSink(ledger: Ledger(Faults())))
        var specification = JobSpecification(plan: plan.plan, checkpointEveryRows: 4, storage: MemoryStorage())
        specification.checkpointLimits.timeoutMillis = 250
        let clock = LeapingClock()
        specification.clock = clock
        let resources = try JobResources(specification) { _, _ in }
        let committer = try #require(resources.committer)
        resources.epochs.note(rowCount: 4, nowNanos: clock.nowNanos())
        #expect(resources.epochs.requestedEpoch == 1)
        // No shard hands its part over.
        committer.run()
        #expect((committer.failure as? StateError)?.code == "checkpointTimeout")
        #expect(committer.metrics.failureCount == 1 && clock.nowNanos() == 250_000_000)
    }
}
