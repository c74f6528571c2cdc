import Testing

@testable import SluiceSQL

/// The statements of a corpus, each as its exact text.
func statements(of script: String) -> [String] {
    Script.parse(script).map(\.text)
}

@Test(arguments: statements(of: acceptedQueries) + statements(of: acceptedStatements))
func acceptedStatementsSurvivePrinting(sql: String) throws {
    let statement = try Parser.parseStatement(sql)
    let printed = statement.sql
    let again = try Parser.parseStatement(printed)
    #expect(again == statement, "printed as \(printed)")
    #expect(again.sql == printed)
}

@Test(arguments: statements(of: rejectedQueries) + statements(of: rejectedStatements))
func rejectedStatementsHaveAnErrorWithAPlace(sql: String) {
    do throws(SQLError) {
        let statement = try Parser.parseStatement(sql)
        Issue.record("parsed as \(statement.sql)")
    } catch {
        #expect(!error.message.isEmpty)
        #expect(error.span.lowerBound >= 0)
        #expect(error.span.upperBound <= sql.utf8.count)
    }
}

@Test func corpusHoldsEveryStatementOnItsOwn() {
    #expect(statements(of: acceptedQueries).count > 280)
    #expect(statements(of: acceptedStatements).count > 250)
    #expect(statements(of: rejectedQueries).count > 180)
    #expect(statements(of: rejectedStatements).count > 150)
}
