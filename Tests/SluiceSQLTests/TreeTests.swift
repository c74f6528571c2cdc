import Testing

@testable import SluiceSQL

/// The text a span stands for.
private func text(_ span: SourceSpan, in sql: String) -> String {
    String(decoding: Array(sql.utf8)[span.lowerBound..<span.upperBound], as: UTF8.self)
}

@Test func spansPointAtTheirText() throws {
    let sql = "SELECT 'ä' || b.c  AS total , f( x ) FROM  t AS u WHERE ( a > 1 ) GROUP BY CUBE (a)"
    let query = try Parser.parseQuery(sql)
    guard case .select(let select) = query.body.kind, let from = select.from, let condition = select.where else {
        Issue.record("no SELECT")
        return
    }
    #expect(select.items.map { text($0.span, in: sql) } == ["'ä' || b.c  AS total", "f( x )"])
    #expect(text(from.span, in: sql) == "t AS u")
    #expect(text(condition.span, in: sql) == "a > 1")
    #expect(select.groupBy.map { text($0.span, in: sql) } == "GROUP BY CUBE (a)")
    #expect(text(query.span, in: sql) == sql)
}

@Test func spansTakeNoPartInEquality() throws {
    #expect(try Parser.parseExpression("a+1") == Parser.parseExpression("  a  +  1"))
    #expect(try Parser.parseExpression("`a`") == Parser.parseExpression("a"))
    #expect(try Parser.parseExpression("a") != Parser.parseExpression("A"))
    #expect(Set([try Parser.parseExpression("a+1"), try Parser.parseExpression("a +1")]).count == 1)
}

private let sameCalls: [(String, String)] = [
    ("SUBSTRING(a FROM 1 FOR 2)", "SUBSTRING(a, 1, 2)"),
    ("a <> ALL (SELECT 1)", "a <> ALL ((SELECT 1))"),
    ("a = SOME (SELECT 1)", "a = ANY (SELECT 1)"),
    ("a IN ((SELECT 1))", "a IN (SELECT 1)"),
    ("JSON_OBJECT('a' : 1)", "JSON_OBJECT(KEY 'a' VALUE 1)"),
    ("TIMESTAMPADD(SQL_TSI_DAY, 1, a)", "TIMESTAMPADD(DAY, 1, a)"),
    ("CAST(a AS INT ARRAY)", "CAST(a AS ARRAY<INT>)"),
    ("CAST(a AS TIMESTAMP(3) WITH LOCAL TIME ZONE)", "CAST(a AS TIMESTAMP_LTZ(3))"),
    ("CAST(a AS CHARACTER VARYING(3))", "CAST(a AS VARCHAR(3))"),
    ("a BETWEEN ASYMMETRIC 1 AND 2", "a BETWEEN 1 AND 2"),
    ("TRIM('x' FROM a)", "TRIM(BOTH 'x' FROM a)"),
    ("((SELECT 1))", "(SELECT 1)"),
]

@Test(arguments: sameCalls)
func spellingsOfTheSameAreTheSame(first: String, second: String) throws {
    #expect(try Parser.parseExpression(first) == Parser.parseExpression(second))
}

@Test func specialFunctionsHavePlainArguments() throws {
    let expression = try Parser.parseExpression("EXTRACT(YEAR FROM a)")
    guard case .call(let call) = expression.kind else {
        Issue.record("no call")
        return
    }
    #expect(call.name.text == "EXTRACT")
    #expect(call.arguments.map(\.value.kind) == [.timeUnit(.year), .name([Identifier("a")])])
    #expect(call.syntax == .extract)
}

@Test func aTableKeepsWhatWasWritten() throws {
    let sql = """
        CREATE TABLE c.d.t (
            id BIGINT NOT NULL COMMENT 'key',
            ts TIMESTAMP(3) METADATA FROM 'timestamp' VIRTUAL,
            cost AS price * 2,
            r ROW<a INT, b ARRAY<STRING NOT NULL>>,
            WATERMARK FOR ts AS ts - INTERVAL '5' SECOND,
            PRIMARY KEY (id) NOT ENFORCED
        ) PARTITIONED BY (id) WITH ('connector' = 'kafka', 'topic' = 'a''b')
        """
    guard case .createTable(let table) = try Parser.parseStatement(sql).kind else {
        Issue.record("no table")
        return
    }
    #expect(table.name.text == "c.d.t")
    #expect(table.columns.map(\.name.text) == ["id", "ts", "cost", "r"])
    #expect(table.columns[0].comment?.value == "key")
    guard case .metadata(_, let key, let isVirtual) = table.columns[1].kind else {
        Issue.record("no metadata column")
        return
    }
    #expect(key?.value == "timestamp")
    #expect(isVirtual)
    #expect(table.columns[2].kind == .computed(try Parser.parseExpression("price * 2")))
    #expect(table.watermark?.column.text == "ts")
    #expect(table.constraints.first?.columns == [Identifier("id")])
    #expect(table.constraints.first?.isEnforced == false)
    #expect(table.options.map(\.value.value) == ["kafka", "a'b"])
    #expect(table.options.map { text($0.span, in: sql) } == ["'connector' = 'kafka'", "'topic' = 'a''b'"])
}

@Test(arguments: [
    "one", "none", "value", "timestamp", "user", "count", "date", "order", "system", "year", "row", "comment", "use",
    "modify", "string", "raw",
])
func reservedWordsAreNoNames(word: String) throws {
    #expect { try Parser.parseQuery("SELECT a AS \(word) FROM t") } throws: { error in
        guard let error = error as? SQLError else { return false }
        return error.code == .reservedWord && error.hint == "write it in back quotes: `\(word)`"
    }
    _ = try Parser.parseQuery("SELECT a AS `\(word)` FROM t")
}

@Test(arguments: [
    "name", "type", "key", "data", "state", "source", "zone", "id", "path", "level", "first", "last", "model", "if",
    "metadata", "partitions", "week", "view", "json",
])
func otherKeywordsAreNames(word: String) throws {
    let query = try Parser.parseQuery("SELECT \(word) AS \(word), t.\(word) FROM \(word) AS \(word)")
    #expect(try Parser.parseQuery(query.sql) == query)
}
