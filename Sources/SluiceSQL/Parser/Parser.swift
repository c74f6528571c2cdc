/// A recursive-descent parser of Flink's SQL, with operator precedence for expressions.
///
/// One file per grammar area extends it. Each `parseX` starts at the first token of an X and leaves `position` behind
/// its last one; each throws at the first token that does not fit, so that an error always has a place. Nothing is
/// parsed twice: where the grammar is ambiguous at a parenthesis, the parser goes on from what it has.
package struct Parser {
    /// How deep a text may nest.
    package struct Bounds: Sendable {
        /// How high a tree may be: levels of nesting, and links of chains such as `a + b + c`, which nest to the left.
        ///
        /// Bounds the stack of everything that walks a tree.
        package var depthMax: Int
        /// How much stack the parser may take, in KiB.
        ///
        /// What a kind of node takes was measured in a debug build, where frames are largest (an optimised build takes
        /// less than half): about 6 KiB for a pair of parentheses, 11 for a call or a subquery in FROM.
        var stackBudget: Int

        /// For any thread, if it has at least 512 KiB of stack: some 30 nested calls or 50 nested parentheses.
        package static let anyThread = Bounds(depthMax: 128, stackBudget: 360)
        /// For a thread whose stack was made for it, of 256 MiB: at least 500 levels of every kind.
        package static let largeStack = Bounds(depthMax: 2_600, stackBudget: 49_152)
    }

    /// The UTF-8 bytes of the text.
    let source: [UInt8]
    let tokens: [Token]
    /// What the lexer said about `.invalid` tokens, by their index.
    let lexicalErrors: [Int: SQLError]
    /// Index of the next token.
    var position: Int
    /// Index of the token that ends what is parsed: the parser sees `.end` there.
    let limit: Int
    /// How deep the text may nest.
    let bounds: Bounds
    /// Levels of nesting around here.
    var depth = 0
    /// The KiB of stack that those levels are taken to need.
    var stackUse = 0
    /// Depth of the deepest node of the expression, query or reference being parsed.
    var deepest = 0

    /// A parser of the tokens in `range`.
    init(_ lexed: Lexed, range: Range<Int>, within bounds: Bounds = .anyThread) {
        self.bounds = bounds
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

    /// Parses `sql`, which must hold exactly one type, as columns have it.
    package static func parseTypeName(_ sql: String) throws(SQLError) -> TypeName {
        var parser = Parser(sql)
        let type = try parser.parseColumnType()
        try parser.expectEnd()
        return type
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

/// Nesting.
extension Parser {
    /// What kinds of nodes take of the stack budget; on the way down the costs add up.
    enum Cost {
        static let expression = 3
        static let parentheses = 4
        static let call = 9
        static let keyword = 6
        static let query = 7
        static let reference = 5
        static let statement = 6
    }

    /// Goes one level deeper, for a node of its own: `deepest` is then that of this node alone.
    ///
    /// - Returns: what `leave` needs.
    mutating func enter(_ cost: Int) throws(SQLError) -> Int {
        let outer = deepest
        depth += 1
        deepest = depth
        try spend(cost)
        if depth > bounds.depthMax { throw tooDeep }
        return outer
    }

    /// Comes back up from `enter`, with its cost.
    mutating func leave(_ outer: Int, _ cost: Int) {
        depth -= 1
        stackUse -= cost
        deepest = max(outer, deepest)
    }

    /// Takes from the stack budget without a level of its own; subtract it from `stackUse` when done.
    mutating func spend(_ cost: Int) throws(SQLError) {
        stackUse += cost
        if stackUse > bounds.stackBudget { throw tooDeep }
    }

    /// Notes that what was parsed at this depth is now the operand of a new node.
    mutating func grow() throws(SQLError) {
        deepest += 1
        if deepest > bounds.depthMax { throw tooDeep }
    }

    private var tooDeep: SQLError {
        SQLError(
            .nestingTooDeep,
            "this is nested too deep",
            at: current.span,
            hint: "split the expression or the query, for example with WITH or a view"
        )
    }
}
