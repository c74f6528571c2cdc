/// A recursive-descent parser of Flink's SQL, with operator precedence for expressions.
///
/// One file per grammar area extends it. Each `parseX` starts at the first token of an X and leaves `position` behind
/// its last one; each throws at the first token that does not fit, so that an error always has a place. Nothing is
/// parsed twice: where the grammar is ambiguous at a parenthesis, the parser goes on from what it has.
package struct Parser {
    /// How deep a tree may be: levels of parentheses, subqueries and calls, and links of operator chains such as
    /// `a + b + c`. Bounds the stack of the parser and of everything that walks a tree.
    package static let maximumDepth = 256

    /// The UTF-8 bytes of the text.
    let source: [UInt8]
    let tokens: [Token]
    /// What the lexer said about `.invalid` tokens, by their index.
    let lexicalErrors: [Int: SQLError]
    /// Index of the next token.
    var position: Int
    /// Index of the token that ends what is parsed: the parser sees `.end` there.
    let limit: Int
    /// Levels of nesting around here.
    var depth = 0
    /// Depth of the deepest node of the expression, query or reference being parsed.
    var deepest = 0

    /// A parser of the tokens in `range`.
    init(_ lexed: Lexed, range: Range<Int>) {
        source = lexed.source
        tokens = lexed.tokens
        lexicalErrors = lexed.errors
        position = range.lowerBound
        limit = range.upperBound
    }

    /// A parser of all of `text`.
    init(_ text: String) {
        let lexed = Lexer.lex(text)
        self.init(lexed, range: 0..<(lexed.tokens.count - 1))
    }
}

extension Parser {
    /// Parses `sql`, which must hold exactly one statement; one `;` behind it is allowed.
    package static func parseStatement(_ sql: String) throws(SQLError) -> Statement {
        var parser = Parser(sql)
        let statement = try parser.parseStatement()
        _ = parser.take(";")
        try parser.expectEnd()
        return statement
    }

    /// Parses `sql`, which must hold exactly one query.
    package static func parseQuery(_ sql: String) throws(SQLError) -> Query {
        var parser = Parser(sql)
        let query = try parser.parseQuery()
        try parser.expectEnd()
        return query
    }

    /// Parses `sql`, which must hold exactly one expression.
    package static func parseExpression(_ sql: String) throws(SQLError) -> Expression {
        var parser = Parser(sql)
        let expression = try parser.parseExpression()
        try parser.expectEnd()
        return expression
    }

    /// Parses `sql`, which must hold exactly one data type, such as `DECIMAL(10, 2) NOT NULL`.
    package static func parseType(_ sql: String) throws(SQLError) -> TypeName {
        var parser = Parser(sql)
        let type = try parser.parseColumnType()
        try parser.expectEnd()
        return type
    }
}

// Nesting.
extension Parser {
    /// Goes one level deeper, for a node of its own: `deepest` is then that of this node alone.
    ///
    /// - Returns: what `leave` needs.
    mutating func enter() throws(SQLError) -> Int {
        let outer = deepest
        depth += 1
        deepest = depth
        if depth > Self.maximumDepth { throw tooDeep }
        return outer
    }

    /// Comes back up from `enter`.
    mutating func leave(_ outer: Int) {
        depth -= 1
        deepest = max(outer, deepest)
    }

    /// Notes that what was parsed at this depth is now the operand of a new node.
    mutating func grow() throws(SQLError) {
        deepest += 1
        if deepest > Self.maximumDepth { throw tooDeep }
    }

    private var tooDeep: SQLError {
        SQLError(.nestingTooDeep, "nested deeper than \(Self.maximumDepth) levels", at: current.span,
            hint: "split the expression or the query, for example with WITH or a view")
    }
}
