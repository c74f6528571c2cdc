import Sluice
import Testing

@Suite("Predicates with subqueries have the three truth values of SQL")
struct SubqueryPredicateModelTests {
    /// A predicate over `l.a`, and its value for one row given the values of `r.a`.
    private struct Case: Sendable {
        var sql: String
        var value: @Sendable (Int32?, [Int32?]) -> Bool?
    }

    private static let cases: [Case] = [
        Case(sql: "EXISTS (SELECT 1 FROM r)") { _, all in !all.isEmpty },
        Case(sql: "a IN (SELECT a FROM r)") { one, all in any(one, all, ==) },
        Case(sql: "a NOT IN (SELECT a FROM r)") { one, all in any(one, all, ==).map { !$0 } },
        Case(sql: "a > ANY (SELECT a FROM r)") { one, all in any(one, all, >) },
        Case(sql: "a <= SOME (SELECT a FROM r)") { one, all in any(one, all, <=) },
        Case(sql: "a < ALL (SELECT a FROM r)") { one, all in any(one, all, >=).map { !$0 } },
        Case(sql: "a >= ALL (SELECT a FROM r)") { one, all in any(one, all, <).map { !$0 } },
    ]

    /// Whether `holds` for any of the values; nil where that is unknown.
    private static func any(_ one: Int32?, _ all: [Int32?], _ holds: (Int32, Int32) -> Bool) -> Bool? {
        var isUnknown = false
        for other in all {
            guard let one, let other else {
                isUnknown = true
                continue
            }
            if holds(one, other) { return true }
        }
        return isUnknown ? nil : false
    }

    @Test(arguments: RunSetting.all, 1...6 as ClosedRange<UInt64>)
    func asAValue(setting: RunSetting, seed: UInt64) throws {
        let tables = PairQueries(seed: seed, countMax: 9)
        for test in Self.cases {
            let rows = try tables.rows("SELECT a, \(test.sql) FROM l", setting)
            let others = tables.right.map(\.a)
            let expected = tables.left.map { "[\(text($0.a)), \(text(test.value($0.a, others)))]" }
            #expect(rows == expected.sorted(), "\(test.sql), seed \(seed)")
        }
    }

    @Test(arguments: RunSetting.all, 1...6 as ClosedRange<UInt64>)
    func inConditions(setting: RunSetting, seed: UInt64) throws {
        let tables = PairQueries(seed: seed, countMax: 9)
        let others = tables.right.map(\.a)
        for test in Self.cases {
            for (condition, isKept) in [
                (test.sql, { $0 == true } as (Bool?) -> Bool), ("NOT (\(test.sql))", { $0 == false }),
                ("(\(test.sql)) IS NULL", { $0 == nil }),
            ] {
                let expected = tables.left.filter { isKept(test.value($0.a, others)) }.map { "[\(text($0.b))]" }
                #expect(
                    try tables.rows("SELECT b FROM l WHERE \(condition)", setting) == expected.sorted(),
                    "\(condition), seed \(seed)"
                )
                let either = tables.left.filter { $0.b == 1 || isKept(test.value($0.a, others)) }
                #expect(
                    try tables.rows("SELECT b FROM l WHERE \(condition) OR b = 1", setting)
                        == either.map { "[\(text($0.b))]" }.sorted(),
                    "\(condition) OR, seed \(seed)"
                )
            }
        }
    }

    @Test(arguments: RunSetting.all, 1...6 as ClosedRange<UInt64>)
    func besideGroups(setting: RunSetting, seed: UInt64) throws {
        let tables = PairQueries(seed: seed, countMax: 12)
        let others = tables.right.map(\.a)
        let groups = Dictionary(grouping: tables.left, by: \.a)
        for test in Self.cases {
            let query = "SELECT a, \(test.sql), SUM(CASE WHEN \(test.sql) THEN 1 ELSE 0 END) FROM l GROUP BY a"
            let expected = groups.map { key, rows in
                let value = test.value(key, others)
                return "[\(text(key)), \(text(value)), \(value == true ? rows.count : 0)]"
            }
            let rows = try tables.rows(query, setting)
            #expect(rows == expected.sorted(), "\(test.sql), seed \(seed)")
        }
    }
}
