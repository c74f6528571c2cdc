import Glibc
import SluiceColumns
import SluiceOperators
import SluicePlan
import SluiceState
import SluiceTesting
import Testing

@testable import SluiceRuntime

/// Whole jobs on one thread, with seeded schedules, faults of storage and sinks, kills and restarts: what becomes
/// visible is what an undisturbed run shows.
@Suite("Exactly once, simulated")
struct SimulationTests {
    /// A plan with its operators and what it must show.
    struct Case {
        var plan = TestPlan()
        var slots: [Int: @Sendable () -> any Operator] = [:]
        var expected: [TestRow] = []
        var ledgers: [Ledger] = []

        /// What the sinks show.
        var shown: [TestRow] { ledgers.flatMap(\.rows).sorted() }

        /// Lets a sink of its own end a path.
        mutating func sink(_ input: PhysicalInput, _ faults: Faults) {
            let ledger = Ledger(faults)
            ledgers.append(ledger)
            plan.sink(input, LedgerSink(ledger: ledger))
        }
    }

    enum Kind: CaseIterable { case numbering, endOfInput, twoSinks }

    private static func rows(_ count: Int, from first: Int = 0) -> [TestRow] {
        (first..<first + count).map { TestRow(key: Int64($0 * 7 % 11), sequence: Int64($0)) }
    }

    /// The rows of each key numbered from 1 on.
    private static func numbered(_ rows: [TestRow]) -> [TestRow] {
        var counts: [Int64: Int64] = [:]
        return rows.map { row in
            counts[row.key, default: 0] += 1
            return TestRow(key: row.key, sequence: counts[row.key, default: 0])
        }
    }

    private static func make(_ kind: Kind, _ faults: Faults) -> Case {
        var made = Case()
        let short = made.plan.scan(MemoryScan([rows(3)]))
        let long = made.plan.scan(MemoryScan([rows(14, from: 3), rows(9, from: 17)]))
        switch kind {
        case .numbering:
            let slot = made.plan.slot(made.plan.exchange(made.plan.union(short, long)))
            made.slots[slot.node] = { NumberingOperator() }
            made.sink(slot, faults)
            made.expected = numbered(rows(26))
        case .endOfInput:
            let slot = made.plan.slot(made.plan.exchange(short))
            made.slots[slot.node] = { CountingOperator() }
            made.sink(made.plan.union(slot, long), faults)
            made.expected = numbered(rows(3)) + rows(23, from: 3)
        case .twoSinks:
            let slot = made.plan.slot(made.plan.exchange(long))
            made.slots[slot.node] = { NumberingOperator() }
            made.sink(short, faults)
            made.sink(slot, faults)
            made.expected = rows(3) + numbered(rows(23, from: 3))
        }
        made.expected.sort()
        return made
    }

    private static func specification(
        _ made: Case,
        _ storage: any StateStorage,
        _ random: inout SeededRandom
    ) -> JobSpecification {
        let slots = made.slots
        return JobSpecification(
            plan: made.plan.plan,
            parallelism: Int.random(in: 1...4, using: &random),
            batchRows: Int.random(in: 1...5, using: &random),
            checkpointEveryRows: Int.random(in: 1...6, using: &random),
            mailboxBound: MailboxBound(elementCountMax: Int.random(in: 1...3, using: &random), byteCountMax: 1 << 16),
            storage: storage,
            clock: LeapingClock(),
            makeOperator: { node, fields, modes, context in
                if let make = slots[node.id] { return make() }
                return try OperatorFactory.make(node, inputFields: fields, inputModes: modes, context: context)
            }
        )
    }

    /// Seeds of a run; more in `make soak`.
    private static let seedCount = number(of: "SLUICE_SIMULATION_SEEDS", orElse: 200)
    private static let firstSeed = number(of: "SLUICE_SIMULATION_SEED", orElse: 1)

    /// The number that an environment variable holds.
    static func number(of variable: String, orElse number: Int) -> Int {
        getenv(variable).flatMap { Int(String(cString: $0)) } ?? number
    }

    @Test("Faults, kills and restarts at random moments", arguments: Kind.allCases)
    func random(kind: Kind) throws {
        var killCount = 0
        var faultCount = 0
        for seed in Self.firstSeed..<Self.firstSeed + Self.seedCount {
            var random = SeededRandom(UInt64(seed))
            let faults = Faults()
            let storage = FaultyStorage(faults)
            let made = Self.make(kind, faults)
            var isFinished = false
            for life in 0..<60 where !isFinished {
                let isCalm = life > 50
                let moment: Faults.Moment = Bool.random(using: &random) ? .before : .after
                faults.arm(isCalm ? nil : Int.random(in: 0...60, using: &random), moment)
                let turns = isCalm ? Int.max : Int.random(in: 1...400, using: &random)
                do {
                    let job = try SimulatedJob(Self.specification(made, storage, &random))
                    let ending = try job.live(turnCount: turns, &random)
                    if ending == .killed { killCount += 1 }
                    isFinished = ending == .finished
                } catch {
                    try #require(faults.hasFailed, "seed \(seed): \(error)")
                    faultCount += 1
                }
            }
            #expect(isFinished, "seed \(seed) of \(kind) did not finish")
            #expect(made.shown == made.expected, "seed \(seed) of \(kind); repeat with SLUICE_SIMULATION_SEED=\(seed)")
        }
        #expect(killCount > 0 && faultCount > 0)
    }

    @Test("The same seed does the same")
    func isDeterministic() throws {
        func trace(_ seed: UInt64) throws -> [Int64] {
            var random = SeededRandom(seed)
            let faults = Faults()
            let storage = FaultyStorage(faults)
            let made = Self.make(.numbering, faults)
            var epochs: [Int64] = []
            for _ in 0..<4 {
                let job = try SimulatedJob(Self.specification(made, storage, &random))
                _ = try job.live(turnCount: 60, &random)
                epochs.append(try storage.manifest()?.epoch ?? -1)
            }
            return epochs
        }
        #expect(try trace(7) == trace(7))
    }

    @Test(
        "Each operation on storage and sink fails once, before or after its effect",
        arguments: Faults.Moment.allCases
    )
    func everyOperation(moment: Faults.Moment) throws {
        var failing = 0
        while true {
            var random = SeededRandom(5)
            let faults = Faults()
            let storage = FaultyStorage(faults)
            let made = Self.make(.numbering, faults)
            faults.arm(failing, moment)
            var specification = Self.specification(made, storage, &random)
            specification.parallelism = 2
            specification.checkpointEveryRows = 4
            do {
                _ = try SimulatedJob(specification).live(turnCount: .max, &random)
            } catch {
                #expect(error is Faults.Injected || (error as? StateError)?.code == "storageFailed")
                _ = try SimulatedJob(specification).live(turnCount: .max, &random)
            }
            #expect(made.shown == made.expected, "operation \(failing) failed \(moment) its effect")
            if !faults.hasFailed { break }
            failing += 1
        }
        #expect(failing >= 20)
    }

    @Test("A job on threads ends with the storage's error and goes on after it")
    func threads() throws {
        let faults = Faults()
        let storage = FaultyStorage(faults)
        let made = Self.make(.numbering, faults)
        var random = SeededRandom(1)
        var specification = Self.specification(made, storage, &random)
        specification.parallelism = 3
        specification.checkpointEveryRows = 2
        specification.clock = SystemRunClock()
        var failing = 0
        var errorCount = 0
        while true {
            faults.arm(failing, .before)
            do {
                _ = try Job(specification).run()
                break
            } catch {
                #expect(faults.hasFailed)
                errorCount += 1
                failing += 3
            }
        }
        #expect(errorCount > 2)
        #expect(made.shown == made.expected)
    }
}
