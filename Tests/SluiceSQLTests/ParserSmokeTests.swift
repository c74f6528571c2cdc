import Testing

@testable import SluiceSQL

@Test func aQueryBecomesATree() throws {
    let query = try Parser.parseQuery("SELECT a, SUM(b) AS total FROM t WHERE a > 1 AND b < 2 GROUP BY a")
    guard case .select(let select) = query.body.kind else {
        Issue.record("not a SELECT")
        return
    }
    #expect(select.items.count == 2)
    #expect(select.groupBy?.elements == [.expression(try Parser.parseExpression("a"))])
}
