import SluicePlan
import SluiceSQL
import Testing

/// Windows of OVER that Flink does not stream either, each refused at its place.
@Suite struct OverRefusalTests {
    static let refusals =
        functions + windows + frames + names + [
            Refusal("SELECT a FROM t WHERE SUM(a) OVER (ORDER BY ts) > 1", "misplacedAggregate", over),
            Refusal("SELECT COUNT(*) FROM t GROUP BY SUM(a) OVER (ORDER BY ts)", "misplacedAggregate", over),
            Refusal("SELECT s FROM t GROUP BY s HAVING SUM(a) OVER (ORDER BY ts) > 1", "misplacedAggregate", over),
            Refusal("SELECT SUM(SUM(a) OVER (ORDER BY ts)) FROM t", "misplacedAggregate", over),
            Refusal("SELECT SUM(SUM(a) OVER (ORDER BY ts)) OVER (ORDER BY ts) FROM t", "misplacedAggregate", over),
            Refusal("SELECT SUM(a) OVER (ORDER BY SUM(a) OVER (ORDER BY ts)) FROM t", "misplacedAggregate", over),
            Refusal("SELECT a FROM t QUALIFY a > 1", "typeMismatch", "a > 1", hint: "filter rows with WHERE"),
            Refusal("SELECT a, SUM(SUM(a)) OVER (ORDER BY ts) FROM t", "notGrouped", "a"),
            Refusal("SELECT s, SUM(a) OVER (ORDER BY s) FROM t GROUP BY s", "notGrouped", "(ORDER BY s)"),
        ]

    private static let over = "SUM(a) OVER (ORDER BY ts)"

    private static let functions = [
        Refusal("SELECT ROW_NUMBER() FROM t", "misplacedAggregate", "ROW_NUMBER()"),
        Refusal("SELECT UPPER(s) OVER (ORDER BY ts) FROM t", "typeMismatch", "UPPER(s) OVER (ORDER BY ts)"),
        Refusal("SELECT NOSUCH(s) OVER (ORDER BY ts) FROM t", "unknownFunction", "NOSUCH"),
        Refusal("SELECT SUM(s) OVER (ORDER BY ts) FROM t", "typeMismatch", "s"),
        Refusal("SELECT NTILE(2) OVER (ORDER BY ts) FROM t", "unsupported", "NTILE(2) OVER (ORDER BY ts)"),
        Refusal("SELECT LEAD(a) OVER (ORDER BY ts) FROM t", "unsupported", "LEAD(a) OVER (ORDER BY ts)"),
        Refusal("SELECT CUME_DIST() OVER (ORDER BY ts) FROM t", "unsupported", "CUME_DIST() OVER (ORDER BY ts)"),
        Refusal("SELECT RANK(a) OVER (ORDER BY ts) FROM t", "typeMismatch", "a"),
        Refusal("SELECT RANK() OVER (PARTITION BY a) FROM t", "invalidDefinition", "(PARTITION BY a)"),
        Refusal("SELECT RANK() OVER (ORDER BY 'x') FROM t", "invalidDefinition", "(ORDER BY 'x')"),
        Refusal("SELECT SUM(a) FILTER (WHERE b > 1) OVER (ORDER BY ts) FROM t", "unsupported", "b > 1"),
        Refusal(
            "SELECT LAST_VALUE(a) RESPECT NULLS OVER (ORDER BY ts) FROM t",
            "typeMismatch",
            "LAST_VALUE(a) RESPECT NULLS OVER (ORDER BY ts)"
        ),
        Refusal(
            "SELECT LAG(a) IGNORE NULLS OVER (ORDER BY ts) FROM t",
            "unsupported",
            "LAG(a) IGNORE NULLS OVER (ORDER BY ts)"
        ),
        Refusal("SELECT FIRST_VALUE(a) IGNORE NULLS FROM t", "typeMismatch", "FIRST_VALUE(a) IGNORE NULLS"),
        Refusal("SELECT COUNT(*) RESPECT NULLS FROM t", "typeMismatch", "COUNT(*) RESPECT NULLS"),
        Refusal("SELECT UPPER(s) IGNORE NULLS FROM t", "typeMismatch", "UPPER(s) IGNORE NULLS"),
        Refusal("SELECT COUNT(a, b) OVER (ORDER BY ts) FROM t", "unsupported", "COUNT(a, b) OVER (ORDER BY ts)"),
    ]

    private static let windows = [
        Refusal("SELECT SUM(a) OVER (PARTITION BY s) FROM t", "unsupported", "(PARTITION BY s)"),
        Refusal("SELECT SUM(a) OVER () FROM t", "unsupported", "()"),
        Refusal("SELECT SUM(a) OVER (ORDER BY 1) FROM t", "unsupported", "(ORDER BY 1)"),
        Refusal("SELECT SUM(a) OVER (ORDER BY ts, a) FROM t", "unsupported", "(ORDER BY ts, a)"),
        Refusal("SELECT SUM(a) OVER (ORDER BY ts DESC) FROM t", "unsupported", "(ORDER BY ts DESC)"),
        Refusal("SELECT SUM(a) OVER (ORDER BY a DESC) FROM t", "unsupported", "(ORDER BY a DESC)"),
        Refusal("SELECT SUM(a) OVER (ORDER BY r) FROM t", "unsupported", "(ORDER BY r)"),
        Refusal(
            "SELECT SUM(a) OVER (ORDER BY b ROWS 1 PRECEDING) FROM t",
            "unsupported",
            "(ORDER BY b ROWS 1 PRECEDING)"
        ),
        Refusal(
            "SELECT SUM(a) OVER (ORDER BY t.ts ROWS 1 PRECEDING) FROM t JOIN u ON t.a = u.a",
            "ambiguousColumn",
            "a"
        ),
        Refusal(
            "SELECT SUM(t.a) OVER (ORDER BY t.ts ROWS 1 PRECEDING) FROM t JOIN u ON t.a = u.a",
            "unsupported",
            "(ORDER BY t.ts ROWS 1 PRECEDING)"
        ),
        Refusal(
            "SELECT SUM(a) OVER (ORDER BY ts), SUM(a) OVER (PARTITION BY s ORDER BY ts) FROM t",
            "unsupported",
            "(PARTITION BY s ORDER BY ts)"
        ),
        Refusal(
            "SELECT SUM(a) OVER (ORDER BY ts), ROW_NUMBER() OVER (ORDER BY ts) AS n FROM t",
            "unsupported",
            "(ORDER BY ts)"
        ),
    ]

    private static let frames =
        [
            ("ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING", "unsupported", nil),
            ("ROWS CURRENT ROW", "unsupported", nil),
            ("RANGE BETWEEN CURRENT ROW AND CURRENT ROW", "unsupported", nil),
            ("ROWS BETWEEN 5 PRECEDING AND 2 PRECEDING", "unsupported", nil),
            ("ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING", "unsupported", nil),
            ("ROWS a PRECEDING", "typeMismatch", "a"),
            ("ROWS -1 PRECEDING", "typeMismatch", "-1"),
            ("ROWS 1.5 PRECEDING", "typeMismatch", "1.5"),
            ("RANGE 1 PRECEDING", "typeMismatch", "1"),
            ("RANGE INTERVAL '1' MONTH PRECEDING", "typeMismatch", "INTERVAL '1' MONTH"),
            ("RANGE INTERVAL -'1' DAY PRECEDING", "typeMismatch", "INTERVAL -'1' DAY"),
        ].map { frame, code, place in
            Refusal("SELECT SUM(b) OVER (ORDER BY ts \(frame)) FROM t", code, place ?? frame)
        } + [
            Refusal("SELECT RANK() OVER (ORDER BY ts ROWS 2 PRECEDING) FROM t", "invalidDefinition", "ROWS 2 PRECEDING")
        ]

    private static let names = [
        Refusal(
            "SELECT SUM(a) OVER x FROM t WINDOW w AS (ORDER BY ts)",
            "invalidDefinition",
            "x"
        ),
        Refusal("SELECT SUM(a) OVER w FROM t WINDOW w AS (ORDER BY ts), w AS (ORDER BY a)", "invalidDefinition", "w"),
        Refusal("SELECT SUM(a) OVER (w PARTITION BY s) FROM t WINDOW w AS (ORDER BY ts)", "invalidDefinition", "s"),
        Refusal("SELECT SUM(a) OVER (w ORDER BY b) FROM t WINDOW w AS (ORDER BY ts)", "invalidDefinition", "b"),
        Refusal("SELECT SUM(a) OVER (w) FROM t WINDOW w AS (ORDER BY ts ROWS 1 PRECEDING)", "invalidDefinition", "w"),
    ]

    @Test(arguments: refusals)
    func refusalHasItsPlace(refusal: Refusal) throws {
        var session = PlanningSession()
        try session.run(BinderErrorTests.tables)
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
}
