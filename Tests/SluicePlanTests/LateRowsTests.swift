import SluicePlan
import SluiceSQL
import Testing

@Suite struct LateRowsTests {
    static let tables = """
        CREATE TABLE t (a INT, b BIGINT, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
          WITH ('connector' = 'paper');
        CREATE TABLE late_t (a INT, b BIGINT, s STRING, ts TIMESTAMP(3)) WITH ('connector' = 'append');
        CREATE TABLE strangers (x INT, y STRING) WITH ('connector' = 'append');
        CREATE TABLE strict (a INT, z STRING NOT NULL) WITH ('connector' = 'append');
        CREATE TABLE mistyped (a INT, s ROW<x INT>) WITH ('connector' = 'append');
        CREATE TABLE counts (n BIGINT) WITH ('connector' = 'append');
        CREATE VIEW v AS SELECT a FROM t;
        """
    static let window = "TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))"
    static let count = "SELECT COUNT(*) AS n FROM \(window) GROUP BY window_start, window_end"

    private static func set(_ table: String) -> String { "SET 'table.exec.late-rows.table' = '\(table)';" }

    @Test(arguments: [
        ("late_s", count, "unknownTable", "no table or view 'late_s'"),
        ("v", count, "unsupported", "'v' is a view"),
        ("strangers", count, "sinkMismatch", "no column in common"),
        ("strict", count, "sinkMismatch", "'z' of 'strict' is NOT NULL"),
        ("mistyped", count, "sinkMismatch", "the window's column 's' is STRING"),
        ("late_t", "INSERT INTO late_t (b) \(count)", "unsupported", "takes the result already"),
        (
            "late_t",
            "SELECT COUNT(*) FROM \(window) GROUP BY window_start, window_end, GROUPING SETS ((a), (s))",
            "unsupported", "GROUPING SETS"
        ),
    ])
    func aTableThatCannotTakeLateRowsIsRefused(table: String, sql: String, code: String, message: String) throws {
        var session = PlanningSession()
        try session.run(Self.tables + Self.set(table))
        do {
            try session.run(sql)
            Issue.record("not refused: \(sql)")
        } catch let error as SQLError {
            #expect(error.code.text == code, "\(error)")
            #expect(error.message.hasPrefix("'table.exec.late-rows.table': "), "\(error)")
            #expect(error.message.contains(message), "\(error)")
            #expect(error.hint != nil)
        }
    }

    @Test(arguments: ["late_t", "`late_t`", "default_database.late_t", "default_catalog.default_database.`late_t`"])
    func theNameIsWrittenAsInSQL(name: String) throws {
        var session = PlanningSession()
        let tree = try session.tree(Self.tables + Self.set(name) + Self.count)
        #expect(tree.contains("late rows of "))
        #expect(tree.contains("Sink(default_catalog.default_database.late_t, columns=[a, b, s, ts]"))
    }

    @Test(arguments: ["SELECT a FROM t", "SELECT a, COUNT(*) FROM t GROUP BY a", "SELECT * FROM \(window)"])
    func withoutWindowAggregationsThereAreNoLateRows(sql: String) throws {
        var session = PlanningSession()
        #expect(try !session.tree(Self.tables + Self.set("late_t") + sql).contains("late"))
    }

    @Test func rowsOfWindowsAreNeverLate() throws {
        var session = PlanningSession()
        let outer = """
            SELECT window_start, MAX(n) FROM (
              SELECT window_start, window_end, a, COUNT(*) AS n FROM \(Self.window)
              GROUP BY window_start, window_end, a)
            GROUP BY window_start, window_end
            """
        let tree = try session.tree(Self.tables + Self.set("late_t") + outer)
        #expect(tree.split(separator: "late rows of ").count == 2)
    }
}
