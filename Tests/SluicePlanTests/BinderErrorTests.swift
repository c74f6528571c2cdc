import SluicePlan
import SluiceSQL
import Testing

/// A statement that is refused: with this code, and the caret at this text.
struct Refusal: Sendable, CustomTestStringConvertible {
    var sql: String
    var code: String
    var place: String
    var hint: String?

    init(_ sql: String, _ code: String, _ place: String, hint: String? = nil) {
        self.sql = sql
        self.code = code
        self.place = place
        self.hint = hint
    }

    var testDescription: String { sql }
}

@Suite struct BinderErrorTests {
    static let tables = """
        CREATE TABLE t (a INT, b BIGINT, s STRING, r ROW<x INT, y ROW<z STRING>>, ts TIMESTAMP(3),
          WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'paper');
        CREATE TABLE u (a INT, c INT) WITH ('connector' = 'paper');
        CREATE TABLE clocked (a INT, p AS PROCTIME()) WITH ('connector' = 'paper');
        CREATE TABLE only_new (a INT, n BIGINT) WITH ('connector' = 'append');
        """

    static let refusals = [
        Refusal("SELECT bb FROM t", "unknownColumn", "bb", hint: "did you mean 'b'?"),
        Refusal("SELECT t.aa FROM t", "unknownColumn", "aa", hint: "did you mean 'a'?"),
        Refusal("SELECT A FROM t", "unknownColumn", "A", hint: "did you mean 'a'?"),
        Refusal("SELECT r.y.q FROM t", "unknownColumn", "q"),
        Refusal("SELECT a.x FROM t", "unknownColumn", "x"),
        Refusal("SELECT a FROM t, u", "ambiguousColumn", "a", hint: "write t.a"),
        Refusal("SELECT * FROM tt", "unknownTable", "tt", hint: "did you mean 't'?"),
        Refusal("SELECT NOSUCH(a) FROM t", "unknownFunction", "NOSUCH"),
        Refusal("SELECT NULL", "typeMismatch", "NULL"),
        Refusal("SELECT a FROM t WHERE a", "typeMismatch", "a"),
        Refusal("SELECT s + 1 FROM t", "typeMismatch", "s + 1"),
        Refusal("SELECT 9223372036854775808", "invalidLiteral", "9223372036854775808"),
        Refusal("SELECT a, COUNT(*) FROM t", "notGrouped", "a"),
        Refusal("SELECT b + a, COUNT(*) FROM t GROUP BY b", "notGrouped", "a"),
        Refusal("SELECT b FROM t WHERE COUNT(*) > 1", "misplacedAggregate", "COUNT(*)"),
        Refusal("SELECT SUM(COUNT(*)) FROM t", "misplacedAggregate", "COUNT(*)"),
        Refusal("SELECT a FROM t UNION ALL SELECT s FROM t", "typeMismatch", "SELECT s FROM t"),
        Refusal(
            "SELECT COUNT(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(b), INTERVAL '1' MINUTE)) "
                + "GROUP BY window_start, window_end",
            "typeMismatch",
            "b"
        ),
        Refusal(
            "SELECT COUNT(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), 5)) GROUP BY window_start, window_end",
            "typeMismatch",
            "5"
        ),
        Refusal(
            "SELECT COUNT(*) FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '3' SECOND, INTERVAL '10' SECOND)) "
                + "GROUP BY window_start, window_end",
            "invalidDefinition",
            "HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '3' SECOND, INTERVAL '10' SECOND)"
        ),
        Refusal(
            "SELECT TUMBLE_ROWTIME(p, INTERVAL '1' MINUTE) FROM clocked GROUP BY TUMBLE(p, INTERVAL '1' MINUTE)",
            "typeMismatch",
            "TUMBLE_ROWTIME(p, INTERVAL '1' MINUTE)",
            hint: "write TUMBLE_PROCTIME"
        ),
        Refusal(
            "SELECT a, COUNT(*) FROM t GROUP BY a EMIT WITHOUT DELAY BEFORE WATERMARK",
            "unsupported",
            "EMIT WITHOUT DELAY BEFORE WATERMARK"
        ),
        Refusal(
            "SELECT COUNT(*) FROM t GROUP BY SESSION(ts, INTERVAL '1' MINUTE) EMIT WITHOUT DELAY",
            "unsupported",
            "SESSION(ts, INTERVAL '1' MINUTE)"
        ),
        Refusal(
            "SELECT COUNT(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) "
                + "GROUP BY window_start, window_end EMIT WITH DELAY '1' SECOND BEFORE WATERMARK",
            "unsupported",
            "TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)"
        ),
        Refusal(
            "SELECT /*+ STATE_TTL('tt' = '1 h') */ a, COUNT(*) FROM t GROUP BY a",
            "unknownTable",
            "'tt'"
        ),
        Refusal(
            "SELECT /*+ STATE_TTL('t' = 'soon') */ a, COUNT(*) FROM t GROUP BY a",
            "invalidHint",
            "'soon'"
        ),
        Refusal("SELECT /*+ STATE_TTK('t' = '1 h') */ a FROM t", "invalidHint", "STATE_TTK"),
        Refusal("SELECT /*+ BROADCAST(uu) */ t.a FROM t JOIN u ON t.a = u.a", "unknownTable", "uu"),
        Refusal("SELECT /*+ LOOKUP('table' = 'u', 'asynk' = 'true') */ a FROM t", "invalidHint", "'asynk'"),
        Refusal("SELECT /*+ LOOKUP('table' = 'u', 'async' = 'maybe') */ a FROM t", "invalidHint", "'maybe'"),
        Refusal("SELECT /*+ LOOKUP('table' = 'u', 'capacity' = '0') */ a FROM t", "invalidHint", "'0'"),
        Refusal("SELECT /*+ LOOKUP('async' = 'true') */ a FROM t", "invalidHint", "LOOKUP('async' = 'true')"),
        Refusal(
            "SELECT /*+ LOOKUP('table' = 'u', 'max-attempts' = '2') */ a FROM t",
            "invalidHint",
            "LOOKUP('table' = 'u', 'max-attempts' = '2')"
        ),
        Refusal("SELECT COUNT(NULL) FROM t", "typeMismatch", "NULL"),
        Refusal("SELECT LISTAGG(s, CAST(NULL AS STRING)) FROM t", "typeMismatch", "CAST(NULL AS STRING)"),
        Refusal("SELECT PERCENTILE(a, 1.5) FROM t", "typeMismatch", "1.5"),
        Refusal("SELECT PERCENTILE(a, b) FROM t", "typeMismatch", "b"),
        Refusal("SELECT PERCENTILE(s, 0.5) FROM t", "typeMismatch", "s"),
        Refusal("SELECT JSON_OBJECTAGG(KEY a VALUE b) FROM t", "typeMismatch", "a"),
        Refusal("CREATE TABLE v (ts TIMESTAMP(6), WATERMARK FOR ts AS ts)", "typeMismatch", "ts"),
        Refusal("INSERT INTO u SELECT a FROM t", "sinkMismatch", "SELECT a FROM t"),
        Refusal("INSERT INTO u SELECT a, s FROM t", "sinkMismatch", "SELECT a, s FROM t"),
        Refusal("INSERT INTO u (a, d) SELECT 1, 2", "unknownColumn", "d"),
        Refusal("INSERT INTO only_new SELECT a, COUNT(*) FROM t GROUP BY a", "unsupported", "only_new"),
        Refusal("CREATE TABLE v (ts STRING, WATERMARK FOR ts AS ts)", "typeMismatch", "ts"),
        Refusal("CREATE TABLE v (x INT, PRIMARY KEY (y) NOT ENFORCED)", "unknownColumn", "y"),
        Refusal("CREATE TABLE v (x INT, x STRING)", "invalidDefinition", "x"),
        Refusal("CREATE TABLE t (x INT)", "alreadyExists", "t"),
        Refusal("SET 'table.exec.state.ttt' = '1 h'", "unknownConfiguration", "'table.exec.state.ttt'"),
    ]

    @Test(arguments: refusals)
    func errorHasItsPlace(refusal: Refusal) throws {
        var session = PlanningSession()
        try session.run(Self.tables)
        do {
            try session.run(refusal.sql)
            Issue.record("not refused: \(refusal.sql)")
        } catch let error as SQLError {
            #expect(error.code.text == refusal.code, "\(error)")
            let bytes = Array(refusal.sql.utf8)[error.span.lowerBound..<error.span.upperBound]
            #expect(String(decoding: bytes, as: UTF8.self) == refusal.place, "\(error)")
            if let hint = refusal.hint { #expect(error.hint == hint) }
        }
    }

    /// What must be set together, and which windows it does not go with.
    @Test func emitSettingsAreChecked() throws {
        var session = PlanningSession()
        try session.run(Self.tables)
        let query = "SELECT COUNT(*) FROM t GROUP BY TUMBLE(ts, INTERVAL '1' SECOND)"
        func refused(_ query: String) {
            #expect(throws: SQLError.self, "\(query)") { try session.run(query) }
        }
        try session.run("SET 'table.exec.emit.allow-lateness' = '1 s'; \(query)")
        try session.run("SET 'table.exec.emit.early-fire.enabled' = 'true'")
        refused(query)
        try session.run("SET 'table.exec.emit.early-fire.delay' = '0 s'; \(query)")
        refused("SELECT COUNT(*) FROM t GROUP BY SESSION(ts, INTERVAL '1' SECOND)")
        refused(
            "SELECT COUNT(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) "
                + "GROUP BY window_start, window_end"
        )
        try session.run("SELECT a FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))")
        try session.run("RESET 'table.exec.emit.early-fire.enabled'; RESET 'table.exec.emit.allow-lateness'")
        try session.run("SET 'table.exec.emit.late-fire.enabled' = 'true'")
        try session.run("SET 'table.exec.emit.late-fire.delay' = '5 s'")
        refused(query)
        try session.run("SET 'table.exec.state.ttl' = '1 h'; \(query)")
        try session.run("RESET; \(query) EMIT WITHOUT DELAY AFTER WATERMARK")
    }

    @Test func windowsOverProcessingTimeAreNotJoined() throws {
        var session = PlanningSession()
        try session.run(Self.tables)
        let side = "(SELECT * FROM TABLE(TUMBLE(TABLE clocked, DESCRIPTOR(p), INTERVAL '1' DAY)))"
        #expect(throws: SQLError.self) {
            try session.run(
                "SELECT l.a FROM \(side) l JOIN \(side) r ON l.a = r.a AND l.window_start = r.window_start "
                    + "AND l.window_end = r.window_end"
            )
        }
    }

    @Test func aFailedStatementChangesNothing() throws {
        var session = PlanningSession()
        try session.run(Self.tables)
        let before = try session.planner.catalog.objectNames("default_catalog", "default_database")
        #expect(throws: SQLError.self) { try session.run("CREATE VIEW w (p, q) AS SELECT a FROM t") }
        #expect(try session.planner.catalog.objectNames("default_catalog", "default_database") == before)
    }
}
