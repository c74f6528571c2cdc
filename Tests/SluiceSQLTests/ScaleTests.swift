import Testing

@testable import SluiceSQL

/// Statements of about `byteCount` bytes, one for each way to be long.
private func longStatements(_ byteCount: Int) -> [String] {
    func repeated(_ piece: String, _ separator: String) -> String {
        let count = byteCount / (piece.utf8.count + separator.utf8.count)
        return Array(repeating: piece, count: count).joined(separator: separator)
    }
    return [
        "VALUES " + repeated("(1, 'abc', -2.5, a + b)", ", "),
        "SELECT * FROM t WHERE a IN (" + repeated("'some text'", ", ") + ")",
        "SELECT * FROM t WHERE " + repeated("(a = 1 AND b LIKE 'x%')", " OR "),
        "SELECT '" + repeated("it''s ", "") + "'",
        "SELECT 1 /* " + repeated("comment ", "") + " */",
    ]
}

@Test func parsingTakesLinearTime() throws {
    let clock = ContinuousClock()
    for (small, large) in zip(longStatements(60_000), longStatements(1_000_000)) {
        let smallTime = try clock.measure { _ = try Parser.parseStatement(small) }
        let largeTime = try clock.measure { _ = try Parser.parseStatement(large) }
        // 17 times the text; the factor four is for noise, a quadratic parser would need 280 times as long.
        #expect(largeTime < smallTime * 70 + .milliseconds(300), "\(large.prefix(40)): \(smallTime), \(largeTime)")
    }
}

@Test func scriptsOfManyStatementsTakeLinearTime() {
    let clock = ContinuousClock()
    let small = String(repeating: "SELECT a + ; SELECT b;\n", count: 500)
    let large = String(repeating: "SELECT a + ; SELECT b;\n", count: 8000)
    let smallTime = clock.measure { #expect(Script.parse(small).count == 1000) }
    let largeTime = clock.measure { #expect(Script.parse(large).count == 16_000) }
    #expect(largeTime < smallTime * 64 + .milliseconds(300))
}
