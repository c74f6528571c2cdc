/// Looking at tokens and taking them.
extension Parser {
    /// The next token.
    var current: Token { token(0) }

    /// The token `distance` ahead.
    func token(_ distance: Int) -> Token {
        let index = position + distance
        if index < limit { return tokens[index] }
        let last = tokens[limit]
        if last.kind == .invalid { return last }
        return Token(kind: .end, text: "", keyword: "", span: SourceSpan(endOffset, endOffset))
    }

    /// Offset behind the last token of the range.
    private var endOffset: Int {
        limit > 0 ? tokens[limit - 1].span.upperBound : tokens[limit].span.lowerBound
    }

    /// Offset of the next token.
    var start: Int { current.span.lowerBound }

    /// The span from `start` to the end of the token before this one.
    func span(from start: Int) -> SourceSpan {
        SourceSpan(start, position > 0 ? tokens[position - 1].span.upperBound : start)
    }

    mutating func advance() {
        if position < limit { position += 1 }
    }

    /// Whether the token `distance` ahead is this keyword or symbol.
    func next(_ keyword: String, at distance: Int = 0) -> Bool {
        let index = position + distance
        return index < limit && tokens[index].keyword == keyword
    }

    /// Whether the next tokens are these keywords or symbols.
    func next(_ keywords: [String]) -> Bool {
        for (distance, keyword) in keywords.enumerated() where !next(keyword, at: distance) { return false }
        return true
    }

    /// Takes the keyword or symbol if it is next.
    mutating func take(_ keyword: String) -> Bool {
        guard next(keyword) else { return false }
        position += 1
        return true
    }

    /// Takes all these keywords if they are next, or none.
    mutating func take(_ keywords: [String]) -> Bool {
        guard next(keywords) else { return false }
        position += keywords.count
        return true
    }

    /// Takes the keyword or symbol, which must be next.
    mutating func expect(_ keyword: String) throws(SQLError) {
        guard take(keyword) else { throw unexpected("'\(keyword)'") }
    }

    mutating func expect(_ keywords: [String]) throws(SQLError) {
        for keyword in keywords { try expect(keyword) }
    }

    /// Throws unless all tokens are taken.
    func expectEnd() throws(SQLError) {
        guard current.kind == .end else { throw unexpected("the end of the statement") }
    }

    /// The first case whose raw value, a keyword, is next; it is taken.
    mutating func takeKeyword<Value: RawRepresentable & CaseIterable>(
        of type: Value.Type
    ) -> Value? where Value.RawValue == String {
        for value in Value.allCases where next(value.rawValue) {
            position += 1
            return value
        }
        return nil
    }

    /// The error of a token that does not fit.
    func unexpected(_ expected: String) -> SQLError {
        let token = current
        switch token.kind {
        case .invalid:
            return lexicalErrors[position]
                ?? SQLError(.unexpectedToken, "expected \(expected)", at: token.span)
        case .end:
            return SQLError(.unexpectedToken, "expected \(expected), found the end", at: token.span)
        default:
            let hint = token.keyword == "!=" ? "write <> for 'not equal'" : misspelling(expected)
            return SQLError(
                .unexpectedToken,
                "expected \(expected), found '\(Self.shortened(token.text))'",
                at: token.span,
                hint: hint
            )
        }
    }

    /// The keyword that the word here, or the one before it that was taken for a name, was probably meant to be.
    ///
    /// `expected` names keywords in upper case among other words; behind a name any keyword that goes on with a query
    /// may have been meant.
    private func misspelling(_ expected: String) -> String? {
        let here = current
        if here.kind == .word {
            let named = expected.split { !($0.isUppercase || $0 == "_") }.map(String.init).filter { $0.count > 1 }
            let candidates = expected == "a statement" ? Self.statementKeywords : named + Self.clauseKeywords
            if !candidates.contains(here.keyword), let hint = NearestName.hint(for: here.keyword, in: candidates) {
                return hint
            }
        }
        guard position > 0 else { return nil }
        let before = tokens[position - 1]
        guard before.kind == .word, !Self.clauseKeywords.contains(before.keyword),
            let meant = NearestName.find(before.keyword, in: Self.clauseKeywords)
        else { return nil }
        return "did you mean '\(meant)' instead of '\(before.text)'?"
    }

    /// What a statement begins with.
    private static let statementKeywords = [
        "SELECT", "WITH", "VALUES", "TABLE", "CREATE", "ALTER", "DROP", "INSERT", "DELETE", "UPDATE", "TRUNCATE",
        "CALL", "SHOW", "DESCRIBE", "EXPLAIN", "USE", "SET", "RESET", "EXECUTE", "BEGIN", "REPLACE", "ANALYZE",
    ]

    /// What the parts of queries and definitions begin with, behind a name.
    private static let clauseKeywords = [
        "FROM", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "UNION", "INTERSECT", "EXCEPT", "JOIN", "INNER", "LEFT",
        "RIGHT", "FULL", "CROSS", "OUTER", "LATERAL", "WINDOW", "PARTITION", "BETWEEN", "WITH", "AND", "OR", "ON", "AS",
        "BY", "INTO", "VALUES", "SELECT", "PRIMARY", "WATERMARK", "PARTITIONED",
    ]

    private static func shortened(_ text: String) -> String {
        text.utf8.count <= 40 ? text : String(text.prefix(37)) + "..."
    }
}

/// Names, strings and numbers outside of expressions.
extension Parser {
    /// Whether the token `distance` ahead can be a name.
    func nextIsName(at distance: Int = 0) -> Bool {
        let token = token(distance)
        switch token.kind {
        case .quotedName: return true
        case .word: return !ReservedWords.contains(token.keyword)
        default: return false
        }
    }

    /// One name.
    mutating func parseIdentifier(_ what: String = "a name") throws(SQLError) -> Identifier {
        let token = current
        guard nextIsName() else {
            if token.kind == .word {
                throw SQLError(
                    .reservedWord,
                    "'\(token.text)' is a reserved word and cannot be \(what)",
                    at: token.span,
                    hint: "write it in back quotes: `\(token.text)`"
                )
            }
            throw unexpected(what)
        }
        position += 1
        return Identifier(token.text, isQuoted: token.kind == .quotedName, span: token.span)
    }

    /// A dotted name.
    mutating func parseObjectName(_ what: String = "a name") throws(SQLError) -> ObjectName {
        let start = start
        var parts = [try parseIdentifier(what)]
        while take(".") { parts.append(try parseIdentifier(what)) }
        return ObjectName(parts, span: span(from: start))
    }

    /// `a, b, c`.
    mutating func parseIdentifiers() throws(SQLError) -> [Identifier] {
        var names: [Identifier] = []
        repeat { names.append(try parseIdentifier()) } while take(",")
        return names
    }

    /// `(a, b, c)`.
    mutating func parseParenthesizedIdentifiers() throws(SQLError) -> [Identifier] {
        try expect("(")
        let names = try parseIdentifiers()
        try expect(")")
        return names
    }

    /// `(a, b, c)` if a parenthesis is next.
    mutating func parseOptionalIdentifiers() throws(SQLError) -> [Identifier] {
        next("(") ? try parseParenthesizedIdentifiers() : []
    }

    /// A string literal.
    mutating func parseStringText(_ what: String = "a string") throws(SQLError) -> StringText {
        guard current.kind == .string || current.kind == .unicodeString else { throw unexpected(what) }
        let start = start
        let value = try parseStringValue()
        return StringText(value, span: span(from: start))
    }

    /// `COMMENT 'text'` if it is next.
    mutating func parseOptionalComment() throws(SQLError) -> StringText? {
        take("COMMENT") ? try parseStringText("the comment's text") : nil
    }

    /// An integer that fits an Int.
    mutating func parseInteger(_ what: String = "a number") throws(SQLError) -> Int {
        let token = current
        guard token.kind == .integer else { throw unexpected(what) }
        guard let value = Int(token.text), value <= Int(Int32.max) else {
            throw SQLError(.invalidLiteral, "\(token.text) is too large for \(what)", at: token.span)
        }
        position += 1
        return value
    }

    mutating func parseIfExists() throws(SQLError) -> Bool {
        take(["IF", "EXISTS"])
    }

    mutating func parseIfNotExists() throws(SQLError) -> Bool {
        take(["IF", "NOT", "EXISTS"])
    }
}
