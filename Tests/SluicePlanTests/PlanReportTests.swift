import SluicePlan
import SluiceSQL
import Testing

/// What EXPLAIN says beyond the tree.
@Suite struct PlanReportTests {
    private static let tables = """
        CREATE TABLE a (k INT, x INT) WITH ('connector' = 'endless');
        CREATE TABLE b (k INT, y INT) WITH ('connector' = 'endless');
        CREATE TABLE ends (k INT, y INT) WITH ('connector' = 'paper');
        """

    private func warnings(_ query: String) throws -> [String] {
        var session = PlanningSession()
        switch try session.run(Self.tables + query) {
        case .query(let plan, _), .insert(let plan): return UnboundedState.warnings(of: plan)
        default: return ["no plan"]
        }
    }

    @Test(
        arguments: [
            (
                "SELECT k, COUNT(*) FROM a GROUP BY k",
                "GroupAggregate(keys=[k], aggregates=[COUNT(*)]) keeps every group"
            ),
            ("SELECT DISTINCT k FROM a", "GroupAggregate(keys=[k], aggregates=[]) keeps every group"),
            ("SELECT COUNT(DISTINCT k) FROM a", "keeps every value that it has seen"),
            (
                "SELECT k, x FROM (SELECT k, x, ROW_NUMBER() OVER (PARTITION BY k ORDER BY x) AS n FROM a) WHERE n < 3",
                "keeps rows of every partition"
            ),
            ("SELECT a.k FROM a JOIN b ON a.k = b.k", "InnerJoin(on=[k = k]) keeps every row of both inputs"),
            ("SELECT a.k FROM a JOIN ends ON a.k = ends.k", "InnerJoin(on=[k = k]) keeps every row of the left input"),
            (
                "SELECT /*+ STATE_TTL('a' = '1 h') */ a.k FROM a JOIN b ON a.k = b.k",
                "keeps every row of the right input; SET 'table.exec.state.ttl'"
            ),
            ("SELECT k FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.k = a.k)", "AntiJoin(on=[k = k]) keeps every"),
            ("SELECT JSON_ARRAYAGG(k) FROM a", "keeps every value that it has seen; SET 'table.exec.state.ttl'"),
            ("SELECT PERCENTILE(x, 0.5) FROM a", "keeps every value that it has seen"),
        ]
    )
    func stateThatGrows(query: String, warning: String) throws {
        let found = try warnings(query)
        #expect(found.count == 1)
        #expect(found.first?.contains(warning) == true, "\(found)")
    }

    @Test(
        arguments: [
            "SELECT k, COUNT(*) FROM ends GROUP BY k", "SELECT COUNT(*), SUM(x) FROM a", "SELECT k FROM a WHERE x > 1",
            "SET 'table.exec.state.ttl' = '1 h'; SELECT k, COUNT(*) FROM a GROUP BY k",
            "SET 'table.exec.state.ttl' = '1 h'; SELECT a.k FROM a JOIN b ON a.k = b.k",
            "SELECT /*+ STATE_TTL('a' = '1 h') */ a.k FROM a JOIN ends ON a.k = ends.k",
            "SELECT MAX(x) FROM a", "SELECT k, x FROM a ORDER BY x LIMIT 3",
        ]
    )
    func boundedState(query: String) throws { #expect(try warnings(query) == []) }

    private func explained(_ statement: String) throws -> String {
        var session = PlanningSession()
        return try session.tree(Self.tables + statement)
    }

    @Test func details() throws {
        let query = "SELECT k, COUNT(*) FROM a WHERE x = 1 GROUP BY k"
        let plain = try explained("EXPLAIN PLAN FOR \(query)")
        #expect(
            plain.contains("[retract]\n└─ ") && plain.contains("\nState that grows without an end:\n- GroupAggregate")
        )
        let kinds = try explained("EXPLAIN CHANGELOG_MODE \(query)")
        #expect(kinds.contains("changelogMode=[I,UB,UA,D]") && kinds.contains("changelogMode=[I]"))
        let costs = try explained("EXPLAIN ESTIMATED_COST, CHANGELOG_MODE \(query)")
        #expect(costs.contains("changelogMode=[I], rows=100000000.0") && costs.contains("rows=1500000.0"))
        #expect(try explained("EXPLAIN JSON_EXECUTION_PLAN \(query)").hasPrefix("{\"nodes\": ["))
        #expect(
            try explained("EXPLAIN PLAN_ADVICE SELECT k FROM a").hasSuffix("No advice: no state grows without an end.")
        )
    }

    @Test func creatingTablesIsOnlyExplained() throws {
        var session = PlanningSession()
        let tree = try session.tree(
            Self.tables + "EXPLAIN CREATE TABLE c WITH ('connector' = 'paper') AS SELECT k FROM ends"
        )
        #expect(tree.hasPrefix("Sink(default_catalog.default_database.c, columns=[k]"))
        #expect(throws: SQLError.self) { try session.run("SELECT * FROM c") }
        #expect(throws: SQLError.self) {
            try session.run("EXPLAIN CREATE TABLE c (a INT) WITH ('connector' = 'paper')")
        }
        #expect(throws: SQLError.self) { try session.run("EXPLAIN SHOW TABLES") }
    }
}
