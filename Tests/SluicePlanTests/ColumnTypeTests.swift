import SluicePlan
import Testing

/// Names and types of result columns; the expectations are Flink's.
@Suite struct ColumnTypeTests {
    static let tables = """
        CREATE TABLE t (a INT, b BIGINT NOT NULL, s STRING, d DECIMAL(10, 2), r ROW<x INT, y ROW<z STRING>>,
          ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'paper');
        CREATE TABLE u (a INT, c INT NOT NULL) WITH ('connector' = 'paper');
        """

    static let cases: [(String, String)] = [
        (
            "SELECT 1, 7.0, .5, 1e0, 'abc', X'0aff', TRUE",
            "EXPR$0 INT NOT NULL, EXPR$1 DECIMAL(2, 1) NOT NULL, EXPR$2 DECIMAL(1, 1) NOT NULL, EXPR$3 "
                + "DOUBLE NOT NULL, EXPR$4 CHAR(3) NOT NULL, EXPR$5 BINARY(2) NOT NULL, EXPR$6 BOOLEAN NOT "
                + "NULL"
        ),
        (
            "SELECT 2147483648, -2147483648, 1., UNKNOWN",
            "EXPR$0 BIGINT NOT NULL, EXPR$1 INT NOT NULL, EXPR$2 INT NOT NULL, EXPR$3 BOOLEAN"
        ),
        (
            "SELECT DATE '2031-01-01', TIME '10:00:00', TIMESTAMP '2031-01-01 00:00:00.123'",
            "EXPR$0 DATE NOT NULL, EXPR$1 TIME(0) NOT NULL, EXPR$2 TIMESTAMP(3) NOT NULL"
        ),
        ("SELECT a + b, a * 2 AS two, a FROM t", "EXPR$0 BIGINT, two INT, a INT"),
        ("SELECT r.x, r.y.z, t.r.x AS q FROM t", "x INT, z STRING, q INT"),
        ("SELECT r.* FROM t", "x INT, y ROW<`z` STRING>"),
        ("SELECT a x, b AS x FROM t", "x INT, x0 BIGINT NOT NULL"),
        ("SELECT *, a * 10 AS ten FROM u", "a INT, c INT NOT NULL, ten INT"),
        (
            "SELECT ts, ts + INTERVAL '1' SECOND AS later FROM t",
            "ts TIMESTAMP(3) *ROWTIME*, later TIMESTAMP(3) *ROWTIME*"
        ),
        ("SELECT t.b, u.c FROM t LEFT JOIN u ON t.a = u.a", "b BIGINT NOT NULL, c INT"),
        ("SELECT * FROM u AS l JOIN u AS r USING (a)", "a INT, c INT NOT NULL, c0 INT NOT NULL"),
        ("SELECT a, COUNT(*) AS n FROM t GROUP BY a", "a INT, n BIGINT NOT NULL"),
        (
            "SELECT window_start, window_end, window_time, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE t, "
                + "DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, window_time",
            "window_start TIMESTAMP(3) NOT NULL, window_end TIMESTAMP(3) NOT NULL, window_time "
                + "TIMESTAMP(3) NOT NULL *ROWTIME*, n BIGINT NOT NULL"
        ),
        ("SELECT a, b FROM t UNION ALL SELECT c, a FROM u", "a INT, b BIGINT"),
        ("VALUES (1, 'a'), (CAST(NULL AS INT), 'bcd')", "EXPR$0 INT, EXPR$1 VARCHAR(3) NOT NULL"),
        (
            "SELECT CASE WHEN a > 1 THEN 'high' WHEN a < 1 THEN 'no' ELSE 'low' END AS band FROM t",
            "band VARCHAR(4) NOT NULL"
        ),
        ("SELECT b FROM (VALUES (1, 2)) AS v(a, b)", "b INT NOT NULL"),
        ("SELECT (SELECT MAX(c) FROM u) AS top, a FROM t", "top INT, a INT"),
    ]

    @Test(arguments: cases)
    func columnsAreFlinks(query: String, columns: String) throws {
        var session = PlanningSession()
        try session.run(Self.tables)
        #expect(try session.columns(query) == columns)
    }
}
