import Sluice
import SluiceColumns
import SluiceSQL
import SluiceState
import SluiceTesting
import Testing

@Suite("Stored state can be copied, read, and taken over by another script")
struct SavepointTests {
    /// Every pair of rows of `StateScripts.join(on: "l.k = r.k")`, sorted as lines.
    private static let pairs: [String] = (1...40).flatMap { left in
        (1...9).filter { $0 % 7 == left % 7 }.map { "\(left),\($0 * 100)" }
    }
    .sorted()

    @Test("A job goes on with more or fewer shards", arguments: [(1, 3), (4, 1), (2, 128)])
    func parallelism(before: Int, after: Int) throws {
        let scripts = StateScripts()
        let script = scripts.join(on: "l.k = r.k")
        try scripts.run(script, epochs: 1, parallelism: before)
        try scripts.run(script, epochs: 1, parallelism: after)
        #expect(try scripts.run(script, parallelism: before).isEmpty)
        #expect(try scripts.lines() == Self.pairs)
    }

    @Test func beginsFromASavepoint() throws {
        let scripts = StateScripts()
        let script = scripts.join(on: "l.k = r.k")
        try scripts.run(script, epochs: 1)
        let copies = try Savepoint.make(of: scripts.state, job: nil, at: scripts.savepoint)
        #expect(copies.map(\.job) == ["job-1"])
        #expect(copies.map(\.epoch) == [1])
        func restore(epochs: Int64?) throws {
            try scripts.run(script, epochs: epochs) { options in
                options.stateDirectory = scripts.folder.path + "/other"
                options.savepoint = scripts.savepoint
            }
        }
        try restore(epochs: 1)
        // The same command again goes on where the job stood, not at the savepoint.
        try restore(epochs: nil)
        #expect(try scripts.lines() == Self.pairs)
    }

    /// A job that has processed all its input refuses another query, and takes the same one for done.
    @Test func refusesAnotherQueryOverAFinishedJob() throws {
        let scripts = StateScripts()
        func script(_ rows: String, where condition: String = "a > 1") -> String {
            """
            CREATE TABLE numbers (a INT) WITH
                ('connector' = 'filesystem', 'path' = '\(scripts.folder.path)/out', 'format' = 'csv');
            INSERT INTO numbers SELECT a FROM (VALUES \(rows)) AS t(a) WHERE \(condition);
            """
        }
        try scripts.run(script("(1), (2), (3)"))
        #expect(try scripts.lines() == ["2", "3"])
        try scripts.run(script("(1), (2), (3)"), parallelism: 3)
        #expect(try scripts.lines() == ["2", "3"])
        for changed in [script("(1), (2), (4)"), script("(1), (2), (3)", where: "a > 2")] {
            let error = try #require(throws: StateError.self) { try scripts.run(changed) }
            #expect(error.code == "jobFinished")
        }
        #expect(try scripts.lines() == ["2", "3"])
    }

    /// The folder of state may be named by the script; what contradicts the command line is refused.
    @Test func theScriptNamesTheFolder() throws {
        let scripts = StateScripts()
        let script = scripts.join(on: "l.k = r.k")
        let named = "SET 'execution.checkpointing.dir' = 'file://\(scripts.state)';"
        try scripts.run(named + script, epochs: 1) { $0.stateDirectory = nil }
        #expect(try StoredState.jobs(in: scripts.state).count == 1)
        #expect(throws: SQLError.self) { try scripts.run(named + script) { $0.stateDirectory = "/elsewhere" } }
        let volatile = "SET 'state.mode' = 'volatile';"
        #expect(throws: SQLError.self) { try scripts.run(volatile + script) }
        #expect(throws: SQLError.self) { try scripts.run(volatile + named + script) { $0.stateDirectory = nil } }
        #expect(throws: SQLError.self) {
            try scripts.run(volatile + "SET 'state.checkpoint.dirty-bytes' = '1 mb';" + script) {
                $0.stateDirectory = nil
            }
        }
        #expect(throws: SQLError.self) {
            try scripts.run("SET 'execution.state-recovery.path' = '/tmp/none';" + script) { $0.stateDirectory = nil }
        }
        #expect(throws: SQLError.self) {
            try scripts.run("SET 'execution.checkpointing.dir' = 'hdfs://host/state';" + script) {
                $0.stateDirectory = nil
            }
        }
        try scripts.run(named + script) { $0.stateDirectory = nil }
        #expect(try scripts.lines() == Self.pairs)
    }

    @Test func refusesASavepointOverOtherState() throws {
        let scripts = StateScripts()
        let script = scripts.join(on: "l.k = r.k")
        try scripts.run(script, epochs: 1)
        _ = try Savepoint.make(of: scripts.state, job: "job-1", at: scripts.savepoint)
        let again = try #require(throws: StateError.self) {
            _ = try Savepoint.make(of: scripts.state, job: nil, at: scripts.savepoint)
        }
        #expect(again.code == "savepointExists")
        let error = try #require(throws: StateError.self) {
            try scripts.run(script) { $0.savepoint = scripts.savepoint }
        }
        #expect(error.code == "stateExists")
        let missing = try #require(throws: StateError.self) {
            _ = try Savepoint.make(of: scripts.state, job: "job-7", at: scripts.savepoint)
        }
        #expect(missing.message.contains("there is: job-1"))
    }

    @Test func copiesTheStateOfAnOpenStorage() throws {
        let scripts = StateScripts()
        try scripts.run(scripts.join(on: "l.k = r.k"), epochs: 1)
        let open = try RocksDBStorage(path: scripts.state + "/job-1")
        let copies = try Savepoint.make(of: scripts.state, job: nil, at: scripts.savepoint)
        #expect(copies.map(\.epoch) == [try open.manifest()?.epoch])
        open.close()
    }

    @Test func showsStateAsRows() throws {
        let scripts = StateScripts()
        try scripts.run(scripts.join(on: "l.k = r.k"), epochs: 1)
        let state = try StoredState("job-1", in: scripts.state)
        #expect(state.epoch == 1)
        #expect(!state.isFinished)
        let tables = try state.tables()
        #expect(tables.map(\.name) == ["left", "right", "left, packed", "right, packed"])
        #expect(tables.allSatisfy { $0.summary.hasPrefix("InnerJoin") && $0.operatorID.count == 16 })
        var rows: [[Value]] = []
        // Rows that only come are stored many in a record.
        try state.forEachBatch(of: tables[0]) { batch in rows += (0..<batch.rowCount).map { batch.row($0) } }
        #expect(rows.isEmpty)
        let packed = tables[2]
        try state.forEachBatch(of: packed) { batch in rows += (0..<batch.rowCount).map { batch.row($0) } }
        #expect(rows.count > 1)
        // The rows of an input are stored in the order in which it gives them.
        #expect(rows.map { $0[2].integerValue ?? 0 }.sorted() == Array(1...Int128(rows.count)))
        #expect(try state.fields(of: packed).prefix(2).map(\.name) == ["key1", "value1"])
        var limited = 0
        try state.forEachBatch(of: packed, limit: 1) { limited += $0.rowCount }
        #expect(limited == 1)
    }

    @Test("The last rows of a sink that a changed query leaves out are published first, or the query is refused")
    func publishesBeforeASinkIsLeftOut() throws {
        let scripts = StateScripts()
        let both = scripts.twoSinks(second: true)
        let one = scripts.twoSinks(second: false)
        try scripts.run(both, epochs: 1)
        #expect(try scripts.lines(of: "b").isEmpty)
        let outcomes = try StateUpgrade.compare(try scripts.jobs(both), try scripts.jobs(one), stateIn: scripts.state)
        #expect(outcomes.map(\.losesOutput) == [true])
        let error = try #require(throws: StateError.self) { try scripts.run(one, epochs: 1) }
        #expect(error.code == "outputNotPublished")
        #expect(error.message.contains("Sink(") && error.message.contains("sluice upgrade"))
        _ = try StateUpgrade.publish(try scripts.jobs(both), stateIn: scripts.state)
        let published = try scripts.lines(of: "b")
        #expect(!published.isEmpty)
        try scripts.run(one)
        #expect(try scripts.lines(of: "a") == (1...40).map(String.init).sorted())
        #expect(try scripts.lines(of: "b") == published)
    }

    @Test("The last rows of a sink that is left out may be given up")
    func givesOutputUp() throws {
        let scripts = StateScripts()
        try scripts.run(scripts.twoSinks(second: true), epochs: 1)
        let one = scripts.twoSinks(second: false)
        let warnings = try scripts.run(one, epochs: 1) { $0.mayDropState = true }
        #expect(warnings.contains { $0.hasPrefix("output that is not published is given up: Sink(") })
        #expect(try scripts.run(one).isEmpty)
        #expect(try scripts.lines(of: "a") == (1...40).map(String.init).sorted())
    }

    @Test("A job whose name is no name of a folder keeps its state inside of the folder", arguments: ["..", ".x", ""])
    func names(name: String) throws {
        let scripts = StateScripts()
        try scripts.run("SET 'pipeline.name' = '\(name)'; " + scripts.twoSinks(second: false), epochs: 1)
        #expect(try StoredState.jobs(in: scripts.state) == ["_" + name])
    }

    @Test func keepsWhatIsUnchangedAndRefusesToLoseTheRest() throws {
        let scripts = StateScripts()
        let old = scripts.join(on: "l.k = r.k")
        let new = scripts.join(on: "l.k = r.k AND r.w > 200")
        try scripts.run(old, epochs: 1)
        let outcomes = try StateUpgrade.compare(try scripts.jobs(old), try scripts.jobs(new), stateIn: scripts.state)
        #expect(outcomes.map(\.losesState) == [true])
        #expect(outcomes[0].lines.contains { $0.contains("starts without state: InnerJoin") })
        let same = try StateUpgrade.compare(try scripts.jobs(old), try scripts.jobs(old), stateIn: scripts.state)
        #expect(same.map(\.losesState) == [false])
        #expect(same[0].lines.contains { $0.contains("keeps its state: InnerJoin") })

        let error = try #require(throws: StateError.self) { try scripts.run(new) }
        #expect(error.code == "stateNotUsed")
        let warnings = try scripts.run(new, epochs: 1) { $0.mayDropState = true }
        #expect(warnings.contains { $0.hasPrefix("starts without state: InnerJoin") })
        #expect(warnings.contains { $0.hasPrefix("state is dropped: InnerJoin") })
        // What was dropped is gone, and is not asked about again.
        #expect(try scripts.run(new).isEmpty)
    }
}
