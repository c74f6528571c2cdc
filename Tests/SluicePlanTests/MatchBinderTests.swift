import SluiceColumns
import SluicePlan
import SluiceSQL
import Testing

/// What MATCH_RECOGNIZE takes and refuses; all of it was asked of Flink 2.3.0, but for texts and places.
@Suite struct MatchBinderTests {
    private static func match(
        _ measures: String = "A.a AS x",
        _ pattern: String = "A B",
        _ define: String = "B AS B.a > A.a",
        partition: String = "PARTITION BY s",
        order: String = "ORDER BY ts",
        rows: String = "",
        after: String = "",
        subset: String = "",
        within: String = "",
        table: String = "t"
    ) -> String {
        let measured = measures.isEmpty ? "" : "MEASURES \(measures)"
        return "SELECT * FROM \(table) MATCH_RECOGNIZE (\(partition) \(order) \(measured) \(rows) \(after) "
            + "PATTERN (\(pattern)) \(within) \(subset) DEFINE \(define))"
    }

    static let accepted = [
        match(), match("A.a AS x", "A B?"), match("A.a AS x", "(A B) C"), match("A.a AS x", "A (B C)"),
        match("A.a AS x", "(A)+ B"), match("A.a AS x", "^A B$"), match("A.a AS x", "A{0,2} B"),
        match("A.a AS x", "A B{2}"), match("A.a AS x", "A B{2,}?"), match("A.a AS x", "A B{1,2}?"),
        match("A.a AS x", "A B+ C{0,2} D"), match("A.a AS x", "A B? C* D"), match("A.a AS x", "A B*? C? D"),
        match("C.a AS x", "A B", "C AS C.a > 1"), match("SUM(U.a) AS x", subset: "SUBSET U = (A, B)"),
        match("FINAL LAST(A.a + 1, 2) AS x"), match("COUNT(*) AS n, SUM(a) AS m, a AS l, FIRST(a, 1) AS f"),
        match("SUM(LAST(A.a)) AS x"), match("A.r.y.z AS x, 5 AS y, LAST(1) AS y1"),
        match("A.a AS x", "A B", "B AS PREV(B.a, 0) > NEXT(A.a, 0) AND PREV(LAST(A.a), 0) > 3"),
        match("MATCH_ROWTIME() AS x, MATCH_ROWTIME(ts) AS y, MATCH_PROCTIME() AS z"),
        match("A.a AS x", "A B", "B AS MATCH_ROWTIME() > B.ts"), match(order: "ORDER BY ts ASC, b DESC, a"),
        match(partition: ""), match(partition: "PARTITION BY s, b"), match(after: "AFTER MATCH SKIP TO B"),
        match(within: "WITHIN INTERVAL '0' SECOND"), match(within: "WITHIN INTERVAL '1 02' DAY TO HOUR"),
        match(partition: "", order: "ORDER BY p", table: "clocked"), match("A.a AS x", "A B", "B AS RAND() > 0.5"),
    ]

    @Test(arguments: accepted)
    func isAccepted(sql: String) throws {
        var session = PlanningSession()
        try session.run(BinderErrorTests.tables)
        try session.run(sql)
    }

    static let refused: [(sql: String, code: String, place: String)] = [
        (match("A.a AS x", "A B", "B AS B.a"), "typeMismatch", "B.a"),
        (match("A.a AS x, NULL AS y"), "typeMismatch", "NULL"),
        (match("C.a AS x"), "unknownColumn", "C"), (match("A.aa AS x"), "unknownColumn", "aa"),
        (match("t.a AS x"), "unknownColumn", "t"), (match("a.a AS x"), "unknownColumn", "a"),
        (match("A AS x"), "unknownColumn", "A"),
        (match("A.a AS x", "A B", "B AS C.a > 1"), "unknownColumn", "C"),
        (match("A.a AS x", "A B", "B AS U.a > 1", subset: "SUBSET U = (A)"), "unknownColumn", "U"),
        (match("A.a AS x", "A B", "B AS B.a > 1, B AS B.a > 2"), "invalidDefinition", "B"),
        (match(subset: "SUBSET A = (A, B)"), "invalidDefinition", "A"),
        (match(subset: "SUBSET U = (A, C)"), "unknownColumn", "C"),
        (match("A.a AS x, B.a AS x"), "ambiguousColumn", "x"), (match("A.a AS s"), "ambiguousColumn", "s"),
        (match("A.a AS x", "A B A"), "unsupported", "A"), (match("A.a AS x", "A B??"), "unsupported", "B"),
        (match("A.a AS x", "A B+"), "unsupported", "B"), (match("A.a AS x", "A B* C?"), "unsupported", "C"),
        (match("A.a AS x", "A B* C* D"), "unsupported", "C"), (match("A.a AS x", "A B{,2} C"), "unsupported", "B"),
        (match("A.a AS x", "A B{0}"), "invalidDefinition", "B"),
        (match("A.a AS x", "A B{2,20000} C"), "unsupported", "B"),
        (match("A.a AS x", "A B{3,2} C"), "invalidDefinition", "B"),
        (match("PREV(A.a) AS x"), "unsupported", "PREV(A.a)"),
        (match("A.a AS x", "A B", "B AS PREV(B.a) < B.a"), "unsupported", "PREV(B.a)"),
        (match("A.a AS x", "A B", "B AS FINAL LAST(B.a) < 1"), "unsupported", "FINAL LAST(B.a)"),
        (match("RUNNING LAST(A.a) AS x"), "unsupported", "RUNNING LAST(A.a)"),
        (match("LAST(A.a + B.a) AS x"), "unsupported", "LAST(A.a + B.a)"),
        (match("SUM(A.a + B.a) AS x"), "unsupported", "SUM(A.a + B.a)"),
        (match("LAST(SUM(A.a)) AS x"), "misplacedAggregate", "SUM(A.a)"),
        (match("LAST(FIRST(A.a)) AS x"), "unsupported", "FIRST(A.a)"),
        (match("LAST(A.a, -1) AS x"), "typeMismatch", "-1"), (match("LAST(A.a, A.b) AS x"), "typeMismatch", "A.b"),
        (match("SUM(DISTINCT A.a) AS x"), "unsupported", "SUM(DISTINCT A.a)"),
        (match("COUNT(1) AS x"), "unsupported", "COUNT(1)"),
        (match("CLASSIFIER() AS x"), "unsupported", "CLASSIFIER()"),
        (match("MATCH_ROWTIME(b) AS x"), "typeMismatch", "b"),
        (match(order: "ORDER BY b"), "typeMismatch", "b"), (match(order: "ORDER BY ts DESC"), "unsupported", "ts DESC"),
        (match(order: "ORDER BY ts, a + 1"), "unsupported", "a + 1"),
        (match(order: "ORDER BY ts, a NULLS LAST"), "unsupported", "a NULLS LAST"),
        (match(partition: "PARTITION BY UPPER(s)"), "unsupported", "UPPER(s)"),
        (match(partition: "PARTITION BY s, s"), "ambiguousColumn", "s"),
        (match(after: "AFTER MATCH SKIP TO C"), "unknownColumn", "C"),
        (match(within: "WITHIN INTERVAL '1' MONTH"), "typeMismatch", "INTERVAL '1' MONTH"),
        (match(within: "WITHIN INTERVAL -'1' SECOND"), "invalidDefinition", "INTERVAL -'1' SECOND"),
    ]

    @Test(arguments: refused.indices)
    func isRefused(index: Int) throws {
        let (sql, code, place) = Self.refused[index]
        var session = PlanningSession()
        try session.run(BinderErrorTests.tables)
        do {
            try session.run(sql)
            Issue.record("not refused: \(sql)")
        } catch let error as SQLError {
            #expect(error.code.text == code, "\(error)")
            let bytes = Array(sql.utf8)[error.span.lowerBound..<error.span.upperBound]
            #expect(String(decoding: bytes, as: UTF8.self) == place, "\(error)")
        }
    }

    /// Refused for the clause as a whole.
    @Test(arguments: [
        match(""), match(rows: "ALL ROWS PER MATCH"), match("A.a AS x", "A | B"), match("A.a AS x", "PERMUTE(A, B)"),
        match("A.a AS x", "A {- B -} C"), match("A.a AS x", "(A B)+ C"), match("A.a AS x", "A?"),
        match("A.a AS x", "A*? B*?"), match(order: ""),
        match("A.n AS x", "A", "A AS TRUE", table: "(SELECT s, ts, COUNT(*) AS n FROM t GROUP BY s, ts)"),
    ])
    func isRefusedAsAWhole(sql: String) throws {
        var session = PlanningSession()
        try session.run(BinderErrorTests.tables)
        #expect(throws: SQLError.self) { try session.run(sql) }
    }
}
