import SluicePlan
import SluiceSQL
import Testing

@Suite struct ConfigurationTests {
    @Test(arguments: ConfigurationKey.all)
    func defaultsFitTheirForms(key: ConfigurationKey) {
        #expect(key.defaultValue.flatMap { key.complaint(about: $0) } == nil)
        #expect(
            key.effect != .none || key.summary.hasSuffix("Has no effect here.") || key.key.hasPrefix("table.builtin")
                || key.key.hasPrefix("table.plan")
        )
        #expect(key.summary.hasSuffix("."))
    }

    @Test func keysStandOnce() {
        #expect(Set(ConfigurationKey.all.map(\.key)).count == ConfigurationKey.all.count)
    }

    @Test(arguments: [
        ("table.exec.state.tl", "table.exec.state.ttl"), ("paralelism.default", "parallelism.default"),
        ("pipeline.maxparallelism", "pipeline.max-parallelism"),
    ])
    func unknownKeysSuggestTheNearest(key: String, nearest: String) {
        var configuration = Configuration()
        do throws(SQLError) {
            try configuration.set(key, to: "1")
            Issue.record("'\(key)' was taken")
        } catch {
            #expect(error.code == .unknownConfiguration)
            #expect(error.hint == "did you mean '\(nearest)'?")
        }
    }

    @Test(arguments: [
        "execution.checkpointing.savepoint-dir", "execution.state-recovery.claim-mode",
    ])
    func whatIsNotKeptIsNotTaken(key: String) throws {
        var configuration = Configuration()
        do throws(SQLError) {
            try configuration.set(key, to: "/tmp/somewhere")
            Issue.record("'\(key)' was taken")
        } catch {
            #expect(error.code == .unsupported)
            #expect(error.hint?.hasPrefix("leave the key out") == true)
        }
        if let value = ConfigurationKey.byName[key]?.defaultValue { try configuration.set(key, to: value) }
    }

    @Test(
        "Flink's names of state backends are taken: there is one way to keep state",
        arguments: ["hashmap", "RocksDB"]
    )
    func backends(name: String) throws {
        var configuration = Configuration()
        for key in ["state.backend.type", "state.backend"] {
            try configuration.set(key, to: name)
            try configuration.validate()
            var other = Configuration()
            try other.set(key, to: "forst")
            #expect(throws: SQLError.self) { try other.validate() }
        }
    }

    @Test func resetGoesBackToWhatTheSessionBeganWith() throws {
        var given = Configuration()
        try given.set("parallelism.default", to: "4")
        var configuration = given.asInitial()
        try configuration.set("parallelism.default", to: "2")
        try configuration.set("my.own.key", to: "anything")
        configuration.reset("parallelism.default")
        #expect(configuration.integer("parallelism.default") == 4)
        #expect(configuration.text("my.own.key") == "anything")
        try configuration.set("parallelism.default", to: "3")
        configuration.reset(nil)
        #expect(configuration.settings.map(\.value) == ["4"])
        configuration.reset("my.own.key")
        #expect(configuration.integer("parallelism.default") == 4)
    }

    @Test func otherKeysBelongToTheUser() throws {
        var configuration = Configuration()
        try configuration.set("my.own.key", to: "anything")
        #expect(configuration.text("my.own.key") == "anything")
    }

    @Test func valuesAreCheckedWhenAQueryIsPlanned() throws {
        var session = PlanningSession()
        try session.run("SET 'table.exec.mini-batch.enabled' = 'maybe'")
        #expect(throws: SQLError.self) { try session.run("SELECT 1") }
        try session.run("RESET 'table.exec.mini-batch.enabled'")
        try session.run("SELECT 1")
        try session.run("SET 'table.local-time-zone' = 'Mars/Phobos'")
        #expect(throws: SQLError.self) { try session.run("SELECT 1") }
    }

    @Test func settingsReachThePlan() throws {
        var session = PlanningSession()
        let answer = try session.run(
            """
            SET 'table.exec.state.ttl' = '1 h';
            SET 'table.exec.source.idle-timeout' = '5 s';
            CREATE TABLE t (a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'paper');
            SELECT n, COUNT(*) FROM (SELECT a, COUNT(*) AS n
              FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' SECOND)) GROUP BY a, window_start, window_end)
            GROUP BY n
            """
        )
        guard case .query(let plan, _) = answer else {
            Issue.record("no query")
            return
        }
        var timeouts: [Int64?] = []
        for node in plan.nodes {
            if case .groupAggregate(let aggregate) = node.operation { timeouts.append(aggregate.stateTTLMillis) }
            if case .watermark(let watermark) = node.operation { timeouts.append(watermark.idleTimeoutMillis) }
        }
        #expect(timeouts == [5_000, 3_600_000])
    }
}
