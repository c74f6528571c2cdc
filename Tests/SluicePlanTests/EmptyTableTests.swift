import SluicePlan
import SluiceTesting
import Testing

/// What planning finds to be empty, and what it makes of aggregates, joins and unions over it.
@Suite struct EmptyTableTests {
    private func tree(_ query: String) throws -> String {
        var session = PlanningSession()
        try session.run("CREATE TABLE t (a INT, s STRING, n INT NOT NULL) WITH ('connector' = 'paper')")
        try session.run("CREATE TABLE u (b INT, c STRING) WITH ('connector' = 'paper')")
        return try session.tree(query)
    }

    @Test(arguments: [
        "FALSE", "NULL", "a > 5 AND a < 3", "a > 5 AND a <= 5", "a >= 5 AND 5 > a", "a = 1 AND a = 2",
        "a = 1 AND a <> 1",
        "a IN (1, 2) AND a = 3", "a BETWEEN 5 AND 3", "a IS NULL AND a > 3", "n IS NULL", "a > a", "a <> a", "a = NULL",
        "s = 'x' AND s = 'y'", "UPPER(s) = 'X' AND UPPER(s) = 'Y'", "(a > 5 AND a < 3) OR (a = 1 AND a = 2)",
        "NOT (a > 5 OR a <= 5)", "a IS NULL AND a IS NOT NULL",
    ])
    func contradictionsAreEmptyTables(condition: String) throws {
        #expect(try !tree("SELECT a FROM t WHERE \(condition)").contains("Scan"))
    }

    @Test(arguments: [
        "a > 5 AND a < 7", "a >= 5 AND a <= 5", "a = 1 AND a <> 2", "a IN (1, 2) AND a = 2", "a IS NULL OR a > 3",
        "a = a",
        "a > 5 OR a < 3", "s = 'x' AND s <> 'y'", "a > 1 AND n < 1", "RAND() > 2 AND RAND() < 1",
        "NOT (a > 5 AND a <= 5)",
    ])
    func satisfiableConditionsAreNot(condition: String) throws {
        #expect(try tree("SELECT a FROM t WHERE \(condition)").contains("Scan"))
    }

    /// Random conditions over one column: what is thrown away must hold for no value, NULL included.
    @Test func nothingIsLost() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed)
        var prunedCount = 0
        for _ in 0..<300 {
            let condition = RandomCondition(&random, depth: 2)
            guard try !tree("SELECT a FROM t WHERE \(condition.text)").contains("Scan") else { continue }
            prunedCount += 1
            let values: [Int?] = [nil] + (-1...6).map { $0 }
            let kept = values.filter { condition.holds($0) == true }
            #expect(kept.isEmpty, "\(condition.text), seed \(seed)")
        }
        #expect(prunedCount > 0, "seed \(seed)")
    }

    @Test(arguments: [
        ("SELECT COUNT(*), SUM(a), AVG(a), MIN(s), MAX(a) FROM t WHERE FALSE", true),
        ("SELECT COUNT(*), LISTAGG(s) FROM t WHERE FALSE", false),
        ("SELECT s, COUNT(*) FROM t WHERE FALSE GROUP BY s", true),
        ("SELECT COUNT(*) FROM t JOIN u ON FALSE", true),
        ("SELECT COUNT(*) FROM (SELECT a FROM t WHERE FALSE UNION ALL SELECT b FROM u WHERE FALSE)", true),
        ("SELECT COUNT(*) FROM t JOIN u ON a = b WHERE a = 1 AND b = 2", true),
    ])
    func aggregatesOverNothingAreConstants(query: String, isConstant: Bool) throws {
        #expect(try tree(query).contains("GroupAggregate") != isConstant)
    }

    @Test func joinsWithNothingKeepTheOtherSide() throws {
        let left = try tree("SELECT a, b FROM t LEFT JOIN (SELECT * FROM u WHERE FALSE) ON a = b")
        #expect(!left.contains("Join") && left.contains("Scan(default_catalog.default_database.t"))
        let anti = try tree("SELECT a FROM t WHERE NOT EXISTS (SELECT 1 FROM u WHERE FALSE)")
        #expect(!anti.contains("Join") && anti.contains("Scan(default_catalog.default_database.t"))
        let union = try tree("SELECT a FROM t UNION ALL SELECT b FROM u WHERE FALSE")
        #expect(!union.contains("Union") && !union.contains("Scan(default_catalog.default_database.u"))
    }
}

/// A condition over the column `a` as SQL and as a function with three truth values.
private struct RandomCondition {
    let text: String
    let holds: (Int?) -> Bool?

    init(_ random: inout SeededRandom, depth: Int) {
        switch depth > 0 ? Int.random(in: 0..<5, using: &random) : 4 {
        case 0, 1:
            let (left, right) = (Self(&random, depth: depth - 1), Self(&random, depth: depth - 1))
            text = "(\(left.text) AND \(right.text))"
            holds = { value in
                let (lhs, rhs) = (left.holds(value), right.holds(value))
                if lhs == false || rhs == false { return false }
                return lhs == nil || rhs == nil ? nil : true
            }
        case 2:
            let (left, right) = (Self(&random, depth: depth - 1), Self(&random, depth: depth - 1))
            text = "(\(left.text) OR \(right.text))"
            holds = { value in
                let (lhs, rhs) = (left.holds(value), right.holds(value))
                if lhs == true || rhs == true { return true }
                return lhs == nil || rhs == nil ? nil : false
            }
        case 3:
            let operand = Self(&random, depth: depth - 1)
            text = "NOT \(operand.text)"
            holds = { operand.holds($0).map { !$0 } }
        default:
            let constant = Int.random(in: 0...5, using: &random)
            (text, holds) = Self.leaf(Int.random(in: 0..<9, using: &random), constant)
        }
    }

    private static func leaf(_ kind: Int, _ constant: Int) -> (String, (Int?) -> Bool?) {
        switch kind {
        case 0: ("a = \(constant)", { $0.map { $0 == constant } })
        case 1: ("a <> \(constant)", { $0.map { $0 != constant } })
        case 2: ("a < \(constant)", { $0.map { $0 < constant } })
        case 3: ("a <= \(constant)", { $0.map { $0 <= constant } })
        case 4: ("\(constant) < a", { $0.map { constant < $0 } })
        case 5: ("a >= \(constant)", { $0.map { $0 >= constant } })
        case 6: ("a IS NULL", { $0 == nil })
        case 7: ("a IS NOT NULL", { $0 != nil })
        default: ("a IN (\(constant), \(constant + 1))", { $0.map { $0 == constant || $0 == constant + 1 } })
        }
    }
}
