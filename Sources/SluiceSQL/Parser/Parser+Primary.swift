/// What stands between the parentheses of IN, ANY and ARRAY.
indirect enum QueryOrList {
    case query(Query)
    case list([Expression])
}

/// Operands.
extension Parser {
    /// An operand with its `[index]` and `.field` behind it.
    mutating func parsePrimary() throws(SQLError) -> Expression {
        var base = try parseAtom()
        while next("[") || (next(".") && !next("*", at: 1)) {
            let start = base.span.lowerBound
            if take("[") {
                let index = try parseExpression()
                try expect("]")
                base = Expression(.subscripted(base, index: index), span: span(from: start))
            } else {
                advance()
                let field = try parseIdentifier("a field")
                base = Expression(.field(base, field), span: span(from: start))
            }
            try grow()
        }
        return base
    }

    private mutating func parseAtom() throws(SQLError) -> Expression {
        let start = start
        if let literal = try parseLiteral() { return Expression(.literal(literal), span: span(from: start)) }
        if next("(") { return try parseParenthesized() }
        switch current.kind {
        case .word, .quotedName: return try parseWordAtom()
        case .symbol where take("?"): return Expression(.parameter, span: span(from: start))
        default: throw unexpected("an expression")
        }
    }

    private mutating func parseWordAtom() throws(SQLError) -> Expression {
        try spend(Cost.keyword)
        defer { stackUse -= Cost.keyword }
        if let special = try parseKeywordAtom(current.keyword) { return special }
        if let call = try parseSpecialCall(current.keyword) { return call }
        return try parseNameOrCall()
    }

    /// Expressions that start with a keyword and are no calls; nil if none is next.
    private mutating func parseKeywordAtom(_ keyword: String) throws(SQLError) -> Expression? {
        switch keyword {
        case "CASE": return try parseCase()
        case "CAST", "TRY_CAST": return next("(", at: 1) ? try parseCast() : nil
        case "INTERVAL": return try parseInterval()
        case "EXISTS", "UNIQUE": return try parseExists()
        case "ROW": return try parseRow()
        case "ARRAY", "MAP", "MULTISET": return try parseCollection(keyword)
        case "RUNNING", "FINAL": return try parseMatchScope()
        default: return nil
        }
    }

    private mutating func parseCase() throws(SQLError) -> Expression {
        let start = start
        advance()
        let operand = next("WHEN") ? nil : try parseExpression()
        var branches: [CaseExpression.Branch] = []
        while take("WHEN") {
            var conditions = [try parseExpression()]
            while operand != nil, take(",") { conditions.append(try parseExpression()) }
            try expect("THEN")
            branches.append(.init(conditions: conditions, result: try parseExpression()))
        }
        guard !branches.isEmpty else { throw unexpected("'WHEN'") }
        let otherwise = take("ELSE") ? try parseExpression() : nil
        try expect("END")
        let node = CaseExpression(operand: operand, branches: branches, otherwise: otherwise)
        return Expression(.caseWhen(node), span: span(from: start))
    }

    private mutating func parseCast() throws(SQLError) -> Expression {
        let start = start
        let isTry = next("TRY_CAST")
        position += 2
        let value = try parseExpression()
        try expect("AS")
        let type = try parseCastType()
        try expect(")")
        return Expression(.cast(CastExpression(value: value, type: type, isTry: isTry)), span: span(from: start))
    }

    private mutating func parseExists() throws(SQLError) -> Expression {
        let start = start
        let isExists = next("EXISTS")
        advance()
        let query = try parseParenthesizedQuery()
        return Expression(isExists ? .exists(query) : .unique(query), span: span(from: start))
    }

    private mutating func parseRow() throws(SQLError) -> Expression {
        let start = start
        advance()
        try expect("(")
        let values = try parseExpressions()
        try expect(")")
        return Expression(.row(values, isExplicit: true), span: span(from: start))
    }

    /// `KIND[...]` or `KIND(query)`; nil if a name or a call of a function MAP is next.
    private mutating func parseCollection(_ keyword: String) throws(SQLError) -> Expression? {
        let start = start
        guard next("[", at: 1) || next("(", at: 1) else { return nil }
        if next("(", at: 1) {
            guard queryStarts(at: 2), let kind = CollectionKind(rawValue: keyword) else { return nil }
            advance()
            let query = try parseParenthesizedQuery()
            return Expression(.collectionQuery(kind, query), span: span(from: start))
        }
        position += 2
        let elements = next("]") && keyword != "MULTISET" ? [] : try parseExpressions()
        try expect("]")
        let kind = try collection(keyword, elements, at: span(from: start))
        return Expression(kind, span: span(from: start))
    }

    private func collection(
        _ keyword: String,
        _ elements: [Expression],
        at span: SourceSpan
    ) throws(SQLError) -> Expression.Kind {
        switch keyword {
        case "ARRAY": return .array(elements)
        case "MULTISET": return .multiset(elements)
        default:
            guard elements.count.isMultiple(of: 2) else {
                throw SQLError(.syntaxError, "MAP needs a value for each key", at: span)
            }
            let entries = stride(from: 0, to: elements.count, by: 2).map { index in
                MapEntry(key: elements[index], value: elements[index + 1])
            }
            return .map(entries)
        }
    }

    /// RUNNING or FINAL in front of a call; nil if FINAL is a name here.
    private mutating func parseMatchScope() throws(SQLError) -> Expression? {
        guard token(1).kind == .word, next("(", at: 2), let scope = MatchScope(rawValue: current.keyword) else {
            return nil
        }
        let start = start
        advance()
        let call = try parsePrimary()
        return Expression(.matchScope(scope, call), span: span(from: start))
    }
}

/// Parentheses.
extension Parser {
    /// Whether a query starts at the token `distance` ahead, parentheses not looked into.
    func queryStarts(at distance: Int = 0) -> Bool {
        switch token(distance).keyword {
        case "SELECT", "WITH", "VALUES": return true
        case "TABLE": return !next("(", at: distance + 1)
        default: return false
        }
    }

    /// `(query)`, `(expression)`, `(a, b)` or `(a - b) unit`.
    private mutating func parseParenthesized() throws(SQLError) -> Expression {
        let start = start
        switch try parseQueryOrList() {
        case .query(let query):
            return Expression(.subquery(query), span: span(from: start))
        case .list(let list) where list.count == 1:
            return try parseDifferenceUnit(list[0], from: start)
        case .list(let list):
            return Expression(.row(list, isExplicit: false), span: span(from: start))
        }
    }

    /// The unit behind `(a - b)`, if one is next.
    private mutating func parseDifferenceUnit(_ value: Expression, from start: Int) throws(SQLError) -> Expression {
        guard case .binary(.subtract, let left, let right) = value.kind, current.kind == .word,
            Self.intervalUnits[current.keyword] != nil, ReservedWords.contains(current.keyword)
        else { return value }
        let qualifier = try parseIntervalQualifier()
        return Expression(.datetimeDifference(left, right, qualifier), span: span(from: start))
    }

    /// `(query)` or `(a, b)`; a query in several parentheses is a query.
    mutating func parseQueryOrList() throws(SQLError) -> QueryOrList {
        try spend(Cost.parentheses)
        defer { stackUse -= Cost.parentheses }
        try expect("(")
        if queryStarts() { return try parseQueryAndParenthesis() }
        let start = start
        let first = try parseExpression()
        if case .subquery = first.kind, let query = try parseRest(of: first, from: start) { return query }
        var list = [first]
        while take(",") { list.append(try parseExpression()) }
        try expect(")")
        return .list(list)
    }

    private mutating func parseQueryAndParenthesis() throws(SQLError) -> QueryOrList {
        let query = try parseQuery()
        try expect(")")
        return .query(query)
    }

    /// The query that starts with the subquery `first`, if it is no operand.
    private mutating func parseRest(of first: Expression, from start: Int) throws(SQLError) -> QueryOrList? {
        guard case .subquery(let query) = first.kind else { return nil }
        if let whole = try parseQueryRest(of: query, from: start) {
            try expect(")")
            return .query(whole)
        }
        return take(")") ? .query(query) : nil
    }

    /// `(query)`.
    mutating func parseParenthesizedQuery() throws(SQLError) -> Query {
        let open = current
        switch try parseQueryOrList() {
        case .query(let query): return query
        case .list: throw SQLError(.syntaxError, "a query must stand here", at: open.span)
        }
    }
}
