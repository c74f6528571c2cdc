import Testing

@testable import SluiceSQL

private func codes(_ script: String) -> [String] {
    Script.parse(script).map { statement in
        switch statement.result {
        case .success: "ok"
        case .failure(let error): error.code.text
        }
    }
}

private func texts(_ script: String) -> [String] {
    Script.parse(script).map(\.text)
}

@Test func statementsHaveTheirExactText() {
    let script = """
        -- a comment; with a semicolon
        SELECT ';' , `a;b` /* ; */ FROM t ;;
        ;  SHOW  TABLES -- end
        ;
        SELECT 1
        """
    #expect(texts(script) == ["SELECT ';' , `a;b` /* ; */ FROM t", "SHOW  TABLES", "SELECT 1"])
    #expect(codes(script) == ["ok", "ok", "ok"])
    for statement in Script.parse(script) {
        let bytes = Array(script.utf8)[statement.span.lowerBound..<statement.span.upperBound]
        #expect(String(decoding: bytes, as: UTF8.self) == statement.text)
    }
}

@Test(arguments: ["", "  ", ";", ";;;", "-- only a comment", "/* only */ ;", "-- a\n;-- b"])
func emptyScriptsHaveNoStatements(script: String) {
    #expect(Script.parse(script).isEmpty)
}

@Test func anErrorDoesNotHideWhatFollows() {
    let script = "SELECT 1 +; SELECT FROM x; SELECT \"a\"; SELECT a # b; SELECT (1; SELECT 2"
    #expect(
        codes(script) == [
            "unexpectedToken", "reservedWord", "unexpectedCharacter", "unexpectedCharacter", "unexpectedToken", "ok",
        ]
    )
}

@Test func errorsCountFromTheStartOfTheScript() throws {
    let script = "SELECT 1;\nSELECT 2 WHERE;"
    guard case .failure(let error) = try #require(Script.parse(script).last).result else {
        Issue.record("no error")
        return
    }
    #expect(error.span.lowerBound == 19)
    #expect(Diagnostic(error, in: script).line == 2)
    #expect(Diagnostic(error, in: script).column == 10)
}

@Test func whatIsNotClosedSwallowsTheRest() {
    #expect(codes("SELECT 1; SELECT 'a; SELECT 2; SELECT 3") == ["ok", "unterminatedString"])
    #expect(texts("SELECT 1; SELECT 'a; SELECT 2")[1] == "SELECT 'a; SELECT 2")
    #expect(codes("SELECT 1; /* a; SELECT 2") == ["ok", "unterminatedComment"])
    #expect(codes("'") == ["unterminatedString"])
}

@Test(arguments: [
    "EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; INSERT INTO b SELECT CASE WHEN x THEN 1 END FROM t; END",
    "BEGIN STATEMENT SET; INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END",
    "EXPLAIN STATEMENT SET BEGIN INSERT INTO a SELECT 1; END",
    "COMPILE PLAN 'f' IF NOT EXISTS FOR STATEMENT SET BEGIN INSERT INTO a SELECT 1; END",
])
func aStatementSetIsOneStatement(sql: String) {
    #expect(texts("SELECT 1; \(sql) ; SELECT 2") == ["SELECT 1", sql, "SELECT 2"])
    #expect(codes("SELECT 1; \(sql) ; SELECT 2") == ["ok", "ok", "ok"])
}

@Test func aBrokenStatementSetIsOneError() {
    let script = "EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT; INSERT INTO b SELECT 2; END; SELECT 1"
    #expect(codes(script) == ["unexpectedToken", "ok"])
    #expect(codes("BEGIN STATEMENT SET; INSERT INTO a SELECT 1; SELECT 2").count == 3)
}

@Test func bothFormsOfAStatementSetAreTheSame() throws {
    let first = try Parser.parseStatement("BEGIN STATEMENT SET; INSERT INTO a SELECT 1; END")
    let second = try Parser.parseStatement("EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; END;")
    #expect(first == second)
}
