import Testing

@testable import SluiceSQL

@Test func anErrorShowsItsLineAndCarets() {
    let sql = "SELECT id,\n  totl FROM t"
    let error = SQLError(
        .unknownColumn,
        "no column 'totl'",
        at: SourceSpan(13, 17),
        hint: NearestName.hint(for: "totl", in: ["id", "total"])
    )
    #expect(
        error.rendered(in: sql) == """
            2:3: unknownColumn: no column 'totl'
                totl FROM t
                ^^^^
              hint: did you mean 'total'?
            """
    )
}

private let diagnostics: [(String, String)] = [
    ("SELECT 1 +", "1:11: unexpectedToken: expected an expression, found the end\n  SELECT 1 +\n            ^"),
    (
        "SELECT 'äö' FROM",
        """
        1:17: unexpectedToken: expected a table, found the end
          SELECT 'äö' FROM
                          ^
        """
    ),
    (
        "SELECT\ta != b",
        """
        1:10: unexpectedToken: expected the end of the statement, found '!='
          SELECT\ta != b
                \t  ^^
          hint: write <> for 'not equal'
        """
    ),
    (
        "SELCT 1",
        """
        1:1: unexpectedToken: expected a statement, found 'SELCT'
          SELCT 1
          ^^^^^
          hint: did you mean 'SELECT'?
        """
    ),
    (
        "SELECT a FORM t",
        """
        1:15: unexpectedToken: expected the end of the statement, found 't'
          SELECT a FORM t
                        ^
          hint: did you mean 'FROM' instead of 'FORM'?
        """
    ),
    (
        "SELECT a FROM t x GRUOP BY a",
        """
        1:19: unexpectedToken: expected the end of the statement, found 'GRUOP'
          SELECT a FROM t x GRUOP BY a
                            ^^^^^
          hint: did you mean 'GROUP'?
        """
    ),
    (
        "CREATE TABEL t (a INT)",
        """
        1:8: unexpectedToken: expected TABLE, VIEW, FUNCTION, DATABASE or CATALOG, found 'TABEL'
          CREATE TABEL t (a INT)
                 ^^^^^
          hint: did you mean 'TABLE'?
        """
    ),
    (
        "SELECT a FROM t WHERE zebra zebra",
        """
        1:29: unexpectedToken: expected the end of the statement, found 'zebra'
          SELECT a FROM t WHERE zebra zebra
                                      ^^^^^
        """
    ),
]

@Test(arguments: diagnostics)
func syntaxErrorsRender(sql: String, expected: String) {
    do throws(SQLError) {
        _ = try Parser.parseStatement(sql)
        Issue.record("parsed")
    } catch {
        #expect(error.rendered(in: sql) == expected)
    }
}

@Test func aLongLineIsCut() {
    let sql = String(repeating: "a ", count: 5000) + "oops" + String(repeating: " b", count: 5000)
    let text = SQLError(.syntaxError, "no", at: SourceSpan(10_000, 10_004)).rendered(in: sql)
    #expect(text.utf8.count < 400)
    #expect(text.contains("...") && text.contains("oops") && text.contains("^^^^"))
}

@Test func spansBeyondTheTextAreClamped() {
    let error = SQLError(.syntaxError, "no", at: SourceSpan(50, 60))
    #expect(error.rendered(in: "abc") == "1:4: syntaxError: no\n  abc\n     ^")
    #expect(error.rendered(in: "") == "1:1: syntaxError: no\n  \n  ^")
}

private let nearest: [(String, [String], String?)] = [
    ("totl", ["id", "total", "totals"], "total"),
    ("TOTAL", ["total"], "total"),
    ("pirce", ["price", "piece"], "price"),
    ("bidder", ["auction", "price"], nil),
    ("a", ["b"], nil),
    ("id", ["ids"], "ids"),
    ("", ["a"], nil),
    ("connecter", ["connector", "format"], "connector"),
]

@Test(arguments: nearest)
func theNearestNameIsASlipAway(name: String, candidates: [String], expected: String?) {
    if name == "a" {
        #expect(NearestName.distance(Array(name), Array(candidates[0])) == 1)
    } else {
        #expect(NearestName.find(name, in: candidates) == expected)
    }
}

@Test func distanceCountsSwapsAsOne() {
    #expect(NearestName.distance(Array("abcd"), Array("abdc")) == 1)
    #expect(NearestName.distance(Array("abc"), Array("")) == 3)
    #expect(NearestName.distance(Array("kitten"), Array("sitting")) == 3)
}
