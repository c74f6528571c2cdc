import Testing

@testable import SluiceSQL

/// Ways to nest: a prefix and a suffix that are repeated around a core.
struct Nesting: CustomTestStringConvertible, Sendable {
    var prefix: String
    var core: String
    var suffix: String

    var testDescription: String { "\(prefix)\(core)\(suffix)" }

    func sql(_ levelCount: Int) -> String {
        String(repeating: prefix, count: levelCount) + core + String(repeating: suffix, count: levelCount)
    }
}

let nestings = [
    Nesting(prefix: "(", core: "1", suffix: ")"),
    Nesting(prefix: "NOT ", core: "a", suffix: ""),
    Nesting(prefix: "- ", core: "a", suffix: ""),
    Nesting(prefix: "f(", core: "1", suffix: ")"),
    Nesting(prefix: "(SELECT ", core: "1", suffix: ")"),
    Nesting(prefix: "(SELECT 1 FROM ", core: "t", suffix: ")"),
    Nesting(prefix: "EXISTS (SELECT * FROM t WHERE ", core: "a", suffix: ")"),
    Nesting(prefix: "EXISTS (SELECT * FROM (SELECT 1) AS x JOIN t ON ", core: "a", suffix: ")"),
    Nesting(prefix: "CASE WHEN ", core: "a", suffix: " THEN 1 END"),
    Nesting(prefix: "CAST(", core: "a", suffix: " AS INT)"),
    Nesting(prefix: "ARRAY[", core: "1", suffix: "]"),
    Nesting(prefix: "a[", core: "1", suffix: "]"),
    Nesting(prefix: "a IN (b, ", core: "1", suffix: ")"),
    Nesting(prefix: "a BETWEEN (", core: "1", suffix: ") AND 2"),
    Nesting(prefix: "TRIM(BOTH FROM ", core: "a", suffix: ")"),
    Nesting(prefix: "JSON_OBJECT('a' VALUE ", core: "a", suffix: ")"),
    Nesting(prefix: "SUM(a) OVER (ORDER BY ", core: "a", suffix: ")"),
    Nesting(prefix: "COUNT(*) FILTER (WHERE ", core: "a", suffix: ")"),
    Nesting(prefix: "a AND (b OR ", core: "c", suffix: ")"),
    Nesting(prefix: "", core: "a", suffix: " + 1"),
    Nesting(prefix: "", core: "a", suffix: "[1]"),
    Nesting(prefix: "", core: "(a)", suffix: ".b"),
    Nesting(prefix: "a || ", core: "(b + 1)", suffix: ""),
    Nesting(prefix: "", core: "a", suffix: " IS NULL"),
    Nesting(prefix: "(", core: "SELECT 1", suffix: ")"),
    Nesting(prefix: "(SELECT 1 UNION ALL ", core: "(SELECT 1)", suffix: ")"),
]

@Test(arguments: nestings)
func deepNestingIsRefusedWithoutOverflow(nesting: Nesting) {
    let levelCounts = [4, 16, 30, 35, 40, 50, 55, 60, 64, 80, 100, 128, 200, 256, 300, 1000, 20_000]
    onSmallStack(512 * 1024) {
        for levelCount in levelCounts {
            do throws(SQLError) {
                _ = try Parser.parseExpression(nesting.sql(levelCount))
                #expect(levelCount <= Parser.Bounds.anyThread.depthMax)
            } catch {
                #expect(levelCount > 16)
                #expect(error.code == .nestingTooDeep)
            }
        }
    }
}

@Test(arguments: nestings)
func largeStacksTakeFiveHundredLevels(nesting: Nesting) {
    onSmallStack(256 << 20) {
        for levelCount in [100, 500, 10_000] {
            let statements = Script.parse("SELECT " + nesting.sql(levelCount), within: .largeStack)
            switch statements.first?.result {
            case .success: #expect(levelCount <= 500)
            case .failure(let error):
                #expect(levelCount > 500, "\(error.message)")
                #expect(error.code == .nestingTooDeep)
            case nil: Issue.record("no statement")
            }
        }
    }
}

@Test(arguments: nestings)
func whatParsesPrintsToo(nesting: Nesting) {
    onSmallStack(4 * 1024 * 1024) {
        for levelCount in [1, 4, 16, 25] {
            guard let expression = try? Parser.parseExpression(nesting.sql(levelCount)) else { return }
            #expect((try? Parser.parseExpression(expression.sql)) == expression)
        }
    }
}

@Test func deepTypesAndPatternsAreRefusedWithoutOverflow() {
    onSmallStack(512 * 1024) {
        for levelCount in [4, 16, 50, 70, 80, 100, 128, 300, 20_000] {
            let opening = String(repeating: "ARRAY<", count: levelCount)
            let type = try? Parser.parseType(opening + "INT" + String(repeating: ">", count: levelCount))
            #expect(type != nil || levelCount > 16)
            let group = String(repeating: "(", count: levelCount) + "A" + String(repeating: ")", count: levelCount)
            let sql = "SELECT * FROM t MATCH_RECOGNIZE (PATTERN (\(group)) DEFINE A AS TRUE)"
            let query = try? Parser.parseQuery(sql)
            #expect(query != nil || levelCount > 16)
            #expect((try? Parser.parseStatement(String(repeating: "EXPLAIN ", count: levelCount))) == nil)
        }
    }
}

@Test func longChainsOfAndAreFlat() throws {
    let terms = (0..<5000).map { "a = \($0)" }
    let expression = try Parser.parseExpression(terms.joined(separator: " OR "))
    guard case .or(let parts) = expression.kind else {
        Issue.record("no OR")
        return
    }
    #expect(parts.count == 5000)
}

@Test func siblingsDoNotAddUp() throws {
    let branch = "(SELECT a + b + c + d FROM t JOIN u ON t.x = u.x WHERE (a OR b) AND c)"
    let query = try Parser.parseQuery("SELECT " + Array(repeating: branch, count: 500).joined(separator: ", "))
    guard case .select(let select) = query.body.kind else {
        Issue.record("no SELECT")
        return
    }
    #expect(select.items.count == 500)
}
