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
            "SELECT COUNT(*) FROM TABLE(TUMBLE(TABLE clocked, DESCRIPTOR(p), INTERVAL '1' MINUTE)) "
                + "GROUP BY window_start, window_end",
            "unsupported",
            "TUMBLE(TABLE clocked, DESCRIPTOR(p), INTERVAL '1' MINUTE)",
            hint: "window a column of the rows that WATERMARK FOR declares as their event time"
        ),
        Refusal(
            "SELECT * FROM TABLE(TUMBLE(TABLE clocked, DESCRIPTOR(p), INTERVAL '1' MINUTE))",
            "unsupported",
            "TUMBLE(TABLE clocked, DESCRIPTOR(p), INTERVAL '1' MINUTE)"
        ),
        Refusal(
            "SELECT COUNT(*) FROM clocked GROUP BY SESSION(p, INTERVAL '1' MINUTE)",
            "unsupported",
            "SESSION(p, INTERVAL '1' MINUTE)"
        ),
        Refusal("CREATE TABLE v (ts TIMESTAMP(6), WATERMARK FOR ts AS ts)", "typeMismatch", "ts"),
        Refusal(
            "SELECT COUNT(*) FROM t GROUP BY HOP(ts, INTERVAL '10' SECOND, INTERVAL '25' SECOND)",
            "unsupported",
            "HOP(ts, INTERVAL '10' SECOND, INTERVAL '25' SECOND)"
        ),
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

    @Test(arguments: [("early-fire.enabled", "true"), ("late-fire.enabled", "true"), ("allow-lateness", "1 s")])
    func windowsGiveTheirResultOnce(key: String, value: String) throws {
        var session = PlanningSession()
        try session.run(Self.tables)
        let query = "SELECT COUNT(*) FROM t GROUP BY TUMBLE(ts, INTERVAL '1' SECOND)"
        try session.run(query)
        try session.run("SET 'table.exec.emit.\(key)' = '\(value)'")
        #expect(throws: SQLError.self) { try session.run(query) }
    }

    @Test func aFailedStatementChangesNothing() throws {
        var session = PlanningSession()
        try session.run(Self.tables)
        let before = try session.planner.catalog.objectNames("default_catalog", "default_database")
        #expect(throws: SQLError.self) { try session.run("CREATE VIEW w (p, q) AS SELECT a FROM t") }
        #expect(try session.planner.catalog.objectNames("default_catalog", "default_database") == before)
    }
}
