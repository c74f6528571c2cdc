import Glibc
import Sluice
import SluiceColumns
import SluiceConnect
import SluicePlan
import SluiceState
import SluiceTesting
import Synchronization
import Testing

@testable import SluiceRuntime

/// The whole engine, from SQL to files, on one thread under a manual clock: random scripts over random input, with a
/// seeded schedule, faults of storage and sinks, kills, and restarts at another parallelism.
///
/// What is published in the end must be what one undisturbed run publishes.
@Suite("Exactly once from SQL to files, simulated")
struct ScriptSimulationTests {
    /// Lives that may be disturbed; what is left then runs to its end in peace.
    private static let disturbedLifeCountMax = 40

    /// Seeds of a run; more in `make soak`.
    private static let seedCount = SimulationTests.number(of: "SLUICE_SIMULATION_SEEDS", orElse: 40)
    private static let firstSeed = SimulationTests.number(of: "SLUICE_SIMULATION_SEED", orElse: 1)

    /// What a seed did: for each life how it ended, and the epoch that was stored then.
    private struct Trace: Equatable {
        var endings: [String] = []
        var epochs: [Int64] = []
        var rows: [String] = []
    }

    /// The job of a script that reads and writes files of a folder; nothing runs.
    private static func specification(_ script: RandomScript, _ folder: ScratchFolder, _ output: String) throws
        -> JobSpecification
    {
        let text = script.text(input: folder.path, output: folder.path + "/" + output)
        let runner = PlanningJobRunner()
        var options = SessionOptions()
        options.jobRunner = runner
        let session = SQLSession(options)
        do {
            for statement in try ScriptText(text, directory: folder.path).statements() {
                try session.execute(statement, output: NoOutput())
            }
        } catch is PlanningJobRunner.Planned {}
        return try #require(runner.specification)
    }

    /// What an undisturbed run publishes.
    private static func expected(_ script: RandomScript, _ folder: ScratchFolder) throws -> [String] {
        let specification = try specification(script, folder, "expected")
        _ = try Job(specification).run()
        return try PublishedRows.rows(below: folder.path + "/expected")
    }

    private static func disturbed(
        _ planned: JobSpecification,
        _ faults: Faults,
        _ random: inout SeededRandom
    ) -> JobSpecification {
        var specification = planned
        for index in specification.plan.nodes.indices {
            guard case .sink(var sink) = specification.plan.nodes[index].operation,
                let table = sink.table as? any TransactionalSinkTable
            else { continue }
            sink.table = FaultySink(table: table, faults: faults)
            specification.plan.nodes[index].operation = .sink(sink)
        }
        specification.parallelism = Int.random(in: 1...4, using: &random)
        specification.batchRows = Int.random(in: 1...9, using: &random)
        if Bool.random(using: &random) {
            specification.checkpointEveryRows = Int.random(in: 1...30, using: &random)
        } else {
            specification.checkpointIntervalMillis = Int.random(in: 1...20, using: &random)
        }
        specification.checkpointLimits.toleratedFailures = Int.random(in: 0...1, using: &random)
        specification.evictsAlways = random.once(in: 3)
        specification.mailboxBound = MailboxBound(
            elementCountMax: Int.random(in: 1...3, using: &random),
            byteCountMax: 1 << 16
        )
        return specification
    }

    /// Runs the job of a seed to its end, through everything that happens to it.
    private static func run(_ seed: UInt64, _ planned: JobSpecification, _ random: inout SeededRandom) throws -> Trace {
        let faults = Faults()
        let storage = FaultyStorage(faults)
        var trace = Trace()
        for life in 0...disturbedLifeCountMax {
            let isCalm = life == disturbedLifeCountMax
            let moment: Faults.Moment = Bool.random(using: &random) ? .before : .after
            faults.arm(isCalm ? nil : Int.random(in: 0...80, using: &random), moment)
            var specification = disturbed(planned, faults, &random)
            let clock = LeapingClock()
            specification.clock = clock
            specification.storage = storage
            let turns = isCalm ? Int.max : Int.random(in: 1...900, using: &random)
            var ending: SimulatedJob.Ending?
            do {
                ending = try SimulatedJob(specification).live(turnCount: turns, &random)
            } catch {
                try #require(faults.hasFailed, "seed \(seed): \(error)")
            }
            trace.endings.append(ending.map { "\($0)" } ?? "failed")
            faults.arm(nil, .before)
            trace.epochs.append(try storage.manifest()?.epoch ?? 0)
            if ending == .finished { return trace }
        }
        Issue.record("seed \(seed) did not finish")
        return trace
    }

    /// Plans and runs what a seed says.
    private static func trace(_ seed: UInt64) throws -> (Trace, expected: [String], script: String) {
        var random = SeededRandom(seed)
        let script = RandomScript(&random)
        let folder = ScratchFolder()
        for file in script.files { _ = folder.write(file.text, to: file.name) }
        let expected = try expected(script, folder)
        var trace = try run(seed, try specification(script, folder, "out"), &random)
        trace.rows = try PublishedRows.rows(below: folder.path + "/out")
        return (trace, expected, script.text(input: "in", output: "out"))
    }

    @Test("Faults, kills, restarts and other parallelisms at random moments")
    func random() throws {
        var counts: [String: Int] = [:]
        var rowCount = 0
        for seed in Self.firstSeed..<Self.firstSeed + Self.seedCount {
            let (trace, expected, script) = try Self.trace(UInt64(seed))
            for ending in trace.endings { counts[ending, default: 0] += 1 }
            rowCount += expected.count
            guard trace.rows != expected else { continue }
            let missing = expected.filter { !trace.rows.contains($0) }
            let surplus = trace.rows.filter { !expected.contains($0) }
            Issue.record(
                """
                seed \(seed): \(trace.rows.count) rows and not \(expected.count); missing \(missing.prefix(5)), \
                surplus \(surplus.prefix(5)); repeat with SLUICE_SIMULATION_SEED=\(seed) SLUICE_SIMULATION_SEEDS=1
                \(script)
                """
            )
        }
        guard Self.seedCount > 20 else { return }
        #expect(counts.count == 3, "\(counts)")
        #expect(rowCount > Self.seedCount)
    }

    @Test("The same seed does the same", arguments: [3, 8])
    func isDeterministic(seed: UInt64) throws {
        let (first, _, _) = try Self.trace(seed)
        let (second, _, _) = try Self.trace(seed)
        #expect(first == second)
    }
}

/// Keeps the specification of a job in place of running it.
private final class PlanningJobRunner: JobRunner {
    /// Ends the statement.
    struct Planned: Error {}

    private let state = Mutex<JobSpecification?>(nil)

    /// The last job's.
    var specification: JobSpecification? { state.withLock { $0 } }

    func run(
        _ specification: JobSpecification,
        started: (Job) throws -> Void,
        onRows: @escaping @Sendable (Batch) throws -> Void
    ) throws -> JobMetrics {
        state.withLock { $0 = specification }
        throw Planned()
    }
}

/// Takes what statements say, and forgets it.
private struct NoOutput: StatementOutput {
    func done() throws {}
    func warnings(_ lines: [String]) throws {}
    func text(_ lines: [String]) throws {}
    func rows(_ batch: Batch) throws {}
    func end() throws {}
}
