import Testing

@testable import SluiceSQL

private let day = IntervalQualifier(start: .day, span: .none)

private let literals: [(String, Literal)] = [
    ("1", .integer("1")),
    ("007", .integer("007")),
    ("1.50", .decimal("1.50")),
    (".5", .decimal(".5")),
    ("1.", .decimal("1.")),
    ("1.5E-3", .approximate("1.5E-3")),
    ("1e5", .approximate("1e5")),
    ("''", .string("")),
    ("'it''s'", .string("it's")),
    ("'größe 日本'", .string("größe 日本")),
    ("'a\n b'", .string("a\n b")),
    ("'a'\n'b' -- note\n 'c'", .string("abc")),
    ("N'nat'", .string("nat")),
    ("_UTF8'abc'", .string("abc")),
    ("U&'d\\0061t\\\\'", .string("dat\\")),
    ("U&'\\00e9\\65e5'", .string("é日")),
    ("U&'x!0041!!' UESCAPE '!'", .string("xA!")),
    ("U&'\\D83D\\DE00'", .string("😀")),
    ("E'a\\nb\\x41\\u00e9\\''", .string("a\nbAé'")),
    ("X'0aFF'", .binary("0aFF")),
    ("TRUE", .boolean(true)),
    ("false", .boolean(false)),
    ("UNKNOWN", .unknown),
    ("NULL", .null),
    ("DATE '2024-02-29'", .date("2024-02-29")),
    ("TIME '12:00:00'", .time("12:00:00")),
    ("TIMESTAMP'2024-02-29 12:00:00.123'", .timestamp("2024-02-29 12:00:00.123")),
    ("INTERVAL '1' DAY", .interval(text: "1", isNegative: false, day)),
    ("INTERVAL -'1' DAYS", .interval(text: "1", isNegative: true, day)),
    (
        "INTERVAL '1 12:00:00.5' DAY(3) TO SECOND(2)",
        .interval(
            text: "1 12:00:00.5",
            isNegative: false,
            IntervalQualifier(start: .day, startPrecision: 3, end: .second, fractionPrecision: 2, span: .none)
        )
    ),
]

@Test(arguments: literals)
func literalsKeepTheirText(sql: String, literal: Literal) throws {
    let expression = try Parser.parseExpression(sql)
    #expect(expression.kind == .literal(literal))
    #expect(expression.span.lowerBound == 0)
    #expect(expression.span.upperBound == sql.utf8.count)
    #expect(try Parser.parseExpression(expression.sql) == expression)
}

private let brokenLiterals: [(String, SQLError.Code)] = [
    ("'a", .unterminatedString),
    ("E'a\\'", .unterminatedString),
    ("`a", .unterminatedIdentifier),
    ("``", .syntaxError),
    ("1 /* a", .unterminatedComment),
    ("X'zz'", .invalidLiteral),
    ("U&'\\12'", .invalidLiteral),
    ("U&'a' UESCAPE 'ab'", .invalidLiteral),
    ("E'\\uD800'", .invalidLiteral),
    ("'a' 'b'", .syntaxError),
    ("\"a\"", .unexpectedCharacter),
    ("a # b", .unexpectedCharacter),
    ("a != b", .unexpectedToken),
    ("INTERVAL '1' MONTH TO DAY", .syntaxError),
    ("CAST(a AS VARCHAR(99999999999))", .invalidLiteral),
]

@Test(arguments: brokenLiterals)
func brokenLiteralsAreNamed(sql: String, code: SQLError.Code) {
    #expect { try Parser.parseExpression(sql) } throws: { ($0 as? SQLError)?.code == code }
}
