import Testing

@testable import SluiceSQL

/// An expression and the same with all its parentheses.
private let groupings: [(String, String)] = [
    ("a + b * c", "a + (b * c)"),
    ("a - b - c", "(a - b) - c"),
    ("a / b * c % d", "((a / b) * c) % d"),
    ("a || b + c", "(a || b) + c"),
    ("-a * b", "(-a) * b"),
    ("- a.b + c", "(-(a.b)) + c"),
    ("a = b = c", "(a = b) = c"),
    ("a + b < c * d", "(a + b) < (c * d)"),
    ("NOT a = b", "NOT (a = b)"),
    ("NOT a AND b", "(NOT a) AND b"),
    ("NOT a IS NULL", "NOT (a IS NULL)"),
    ("a = b IS NULL", "(a = b) IS NULL"),
    ("a IS NULL = b", "(a IS NULL) = b"),
    ("a AND b OR c AND d", "(a AND b) OR (c AND d)"),
    ("a = NOT b AND c", "(a = (NOT b)) AND c"),
    ("a BETWEEN b + 1 AND c AND d", "(a BETWEEN (b + 1) AND c) AND d"),
    ("a NOT BETWEEN b AND c OR d", "(a NOT BETWEEN b AND c) OR d"),
    ("a LIKE b || c", "a LIKE (b || c)"),
    ("a + 1 IN (1, 2)", "(a + 1) IN (1, 2)"),
    ("a = b LIKE c", "a = (b LIKE c)"),
    ("a IS DISTINCT FROM b + 1", "a IS DISTINCT FROM (b + 1)"),
    ("a < ALL (SELECT 1) AND b", "(a < ALL (SELECT 1)) AND b"),
    ("a - INTERVAL '1' DAY < b", "(a - (INTERVAL '1' DAY)) < b"),
    ("a[1] + b[2].c", "(a[1]) + (b[2].c)"),
]

@Test(arguments: groupings)
func operatorsBindAsFlinkBindsThem(sql: String, grouped: String) throws {
    let expression = try Parser.parseExpression(sql)
    #expect(try Parser.parseExpression(grouped) == expression)
    #expect(try Parser.parseExpression(expression.sql) == expression)
}

@Test func parenthesesMatter() throws {
    #expect(try Parser.parseExpression("(a + b) * c") != Parser.parseExpression("a + b * c"))
    #expect(try Parser.parseExpression("(a + b) * c").sql == "(a + b) * c")
    #expect(try Parser.parseExpression("a - (b - c)").sql == "a - (b - c)")
    #expect(try Parser.parseExpression("- - a").sql == "-(-a)")
    #expect(try Parser.parseExpression("a AND (b AND c)") != Parser.parseExpression("a AND b AND c"))
}

@Test func intersectBindsTighterThanUnion() throws {
    let query = try Parser.parseQuery("SELECT 1 UNION SELECT 2 INTERSECT SELECT 3 EXCEPT ALL SELECT 4")
    guard case .setOperation(let except) = query.body.kind, case .setOperation(let union) = except.left.kind,
        case .setOperation(let intersect) = union.right.kind
    else {
        Issue.record("wrong shape: \(query.sql)")
        return
    }
    #expect(except.kind == .except)
    #expect(except.isAll)
    #expect(union.kind == .union)
    #expect(!union.isAll)
    #expect(intersect.kind == .intersect)
}
