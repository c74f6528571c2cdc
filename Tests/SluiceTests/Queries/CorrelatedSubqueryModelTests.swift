import Sluice
import Testing

@Suite("Correlated subqueries give what computing them for each row gives")
struct CorrelatedSubqueryModelTests {
    /// An expression over a row of `l`, and its text for that row and all rows of `r`.
    private struct Case: Sendable {
        var sql: String
        var value: @Sendable (NumberPair, [NumberPair]) -> String
    }

    private static let cases: [Case] = [
        Case(sql: "EXISTS (SELECT 1 FROM r WHERE r.a = l.a AND r.b > l.b)") { row, all in
            "\(all.contains { equal($0.a, row.a) && less(row.b, $0.b) })"
        },
        Case(sql: "(SELECT COUNT(*) FROM r WHERE r.a = l.a)") { row, all in
            "\(all.count { equal($0.a, row.a) })"
        },
        Case(sql: "(SELECT COUNT(*) + 1 FROM r WHERE r.a < l.a OR r.b = l.b)") { row, all in
            "\(1 + all.count { less($0.a, row.a) || equal($0.b, row.b) })"
        },
        Case(sql: "(SELECT MAX(r.b + l.b) FROM r WHERE r.a <= l.a)") { row, all in
            text(all.filter { less($0.a, row.a) || equal($0.a, row.a) }.compactMap { sum($0.b, row.b) }.max())
        },
        Case(sql: "(SELECT COALESCE(MIN(r.b), -7) FROM r WHERE r.a = l.a)") { row, all in
            "\(all.filter { equal($0.a, row.a) }.compactMap(\.b).min() ?? -7)"
        },
        Case(sql: "l.b IN (SELECT r.b FROM r WHERE r.a <> l.a)") { row, all in
            let others = all.filter { $0.a != nil && row.a != nil && $0.a != row.a }.map(\.b)
            if others.contains(where: { equal($0, row.b) }) { return "true" }
            return !others.isEmpty && (row.b == nil || others.contains(nil)) ? "NULL" : "false"
        },
        Case(sql: "(l.a, l.b) IN (SELECT r.a, r.b FROM r)") { row, all in
            if all.contains(where: { equal($0.a, row.a) && equal($0.b, row.b) }) { return "true" }
            let mayBe = all.contains { differs($0.a, row.a) != true && differs($0.b, row.b) != true }
            return mayBe ? "NULL" : "false"
        },
        Case(sql: "(SELECT COUNT(*) FROM r WHERE EXISTS (SELECT 1 FROM r AS q WHERE q.a = l.a AND q.b = r.b))") {
            row,
            all in
            "\(all.count { one in all.contains { equal($0.a, row.a) && equal($0.b, one.b) } })"
        },
        Case(sql: "(SELECT r.a FROM r WHERE r.b = l.b AND r.a IS NOT NULL ORDER BY r.a DESC LIMIT 1)") { row, all in
            text(all.filter { equal($0.b, row.b) }.compactMap(\.a).max())
        },
        Case(sql: "(SELECT COUNT(*) FROM (SELECT a FROM r WHERE b = l.b UNION SELECT b FROM r WHERE a = l.a) AS u)") {
            row,
            all in
            let united = all.filter { equal($0.b, row.b) }.map(\.a) + all.filter { equal($0.a, row.a) }.map(\.b)
            return "\(Set(united).count)"
        },
        Case(sql: "(SELECT COUNT(q.b) FROM r LEFT JOIN r AS q ON q.a = r.b AND q.b = l.b WHERE r.a = l.a)") {
            row,
            all in
            let left = all.filter { equal($0.a, row.a) }
            return "\(left.reduce(0) { sum, one in sum + all.count { equal($0.a, one.b) && equal($0.b, row.b) } })"
        },
        Case(sql: "(SELECT l.a)") { row, _ in text(row.a) },
    ]

    private static func equal(_ one: Int32?, _ other: Int32?) -> Bool { one != nil && one == other }

    private static func differs(_ one: Int32?, _ other: Int32?) -> Bool? {
        one == nil || other == nil ? nil : one != other
    }

    private static func less(_ one: Int32?, _ other: Int32?) -> Bool {
        guard let one, let other else { return false }
        return one < other
    }

    private static func sum(_ one: Int32?, _ other: Int32?) -> Int32? {
        guard let one, let other else { return nil }
        return one + other
    }

    @Test(arguments: RunSetting.all, 1...5 as ClosedRange<UInt64>)
    func asAValue(setting: RunSetting, seed: UInt64) throws {
        let tables = PairQueries(seed: seed, countMax: 10)
        for test in Self.cases {
            let rows = try tables.rows("SELECT a, b, \(test.sql) FROM l", setting)
            let expected = tables.left.map { "[\(text($0.a)), \(text($0.b)), \(test.value($0, tables.right))]" }
            #expect(rows == expected.sorted(), "\(test.sql), seed \(seed)")
        }
    }

    @Test(arguments: RunSetting.all, 1...5 as ClosedRange<UInt64>)
    func besideGroups(setting: RunSetting, seed: UInt64) throws {
        let tables = PairQueries(seed: seed, countMax: 10)
        for test in Self.cases {
            let rows = try tables.rows("SELECT COUNT(*), \(test.sql) FROM l GROUP BY a, b", setting)
            let groups = Dictionary(grouping: tables.left) { $0 }
            let expected = groups.map { "[\($0.value.count), \(test.value($0.key, tables.right))]" }
            #expect(rows == expected.sorted(), "\(test.sql), seed \(seed)")
        }
    }

    @Test(arguments: RunSetting.all, 1...5 as ClosedRange<UInt64>)
    func asTheKey(setting: RunSetting, seed: UInt64) throws {
        let tables = PairQueries(seed: seed, countMax: 10)
        for test in Self.cases {
            let rows = try tables.rows("SELECT \(test.sql) AS v, COUNT(*) FROM l GROUP BY \(test.sql)", setting)
            let groups = Dictionary(grouping: tables.left) { test.value($0, tables.right) }
            let expected = groups.map { "[\($0.key), \($0.value.count)]" }
            #expect(rows == expected.sorted(), "\(test.sql), seed \(seed)")
        }
    }
}
