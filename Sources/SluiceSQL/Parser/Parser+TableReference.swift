/// FROM.
extension Parser {
    /// `a, b JOIN c ON ...`; the comma binds least.
    mutating func parseFrom() throws(SQLError) -> TableReference {
        let outer = try enter(0)
        defer { leave(outer, 0) }
        var left = try parseJoins(after: try parseTableReference())
        while take(",") {
            let right = try parseJoins(after: try parseTableReference())
            left = joined(Join(kind: .comma, isNatural: false, left: left, right: right, condition: nil))
            try grow()
        }
        return left
    }

    private func joined(_ join: Join) -> TableReference {
        TableReference(.join(join), span: span(from: join.left.span.lowerBound))
    }

    /// All joins behind `first`.
    private mutating func parseJoins(after first: TableReference) throws(SQLError) -> TableReference {
        var left = first
        while let (kind, isNatural) = try parseJoinKind() {
            let right = try parseTableReference()
            let condition = try parseJoinCondition()
            left = joined(Join(kind: kind, isNatural: isNatural, left: left, right: right, condition: condition))
            try grow()
        }
        return left
    }

    /// `[NATURAL] [INNER | LEFT [OUTER] | ... ] JOIN`; nil if no join is next.
    private mutating func parseJoinKind() throws(SQLError) -> (kind: Join.Kind, isNatural: Bool)? {
        let isNatural = take("NATURAL")
        let kind: Join.Kind
        switch current.keyword {
        case "JOIN":
            advance()
            return (.inner, isNatural)
        case "INNER": kind = .inner
        case "LEFT": kind = .left
        case "RIGHT": kind = .right
        case "FULL": kind = .full
        case "CROSS": kind = .cross
        default:
            guard !isNatural else { throw unexpected("'JOIN'") }
            return nil
        }
        advance()
        if kind != .inner, kind != .cross { _ = take("OUTER") }
        try expect("JOIN")
        return (kind, isNatural)
    }

    private mutating func parseJoinCondition() throws(SQLError) -> Join.Condition? {
        if take("ON") { return .on(try parseExpression()) }
        return take("USING") ? .using(try parseParenthesizedIdentifiers()) : nil
    }

    /// One table with what follows it: MATCH_RECOGNIZE, alias, TABLESAMPLE.
    private mutating func parseTableReference() throws(SQLError) -> TableReference {
        let outer = try enter(Cost.reference)
        defer { leave(outer, Cost.reference) }
        let start = start
        let primary = try parseTablePrimary()
        if case .join = primary.kind { return primary }
        var reference = try parseAliased(primary, from: start)
        if next("MATCH_RECOGNIZE") {
            let match = try parseMatchRecognize(of: reference)
            reference = TableReference(.matchRecognize(match), span: span(from: start))
            reference = try parseAliased(reference, from: start)
        }
        if next("TABLESAMPLE") {
            let sample = try parseTableSample()
            reference = TableReference(.sample(reference, sample), span: span(from: start))
        }
        return reference
    }

    /// `reference [AS] name [(columns)]`.
    private mutating func parseAliased(
        _ reference: TableReference,
        from start: Int
    ) throws(SQLError) -> TableReference {
        guard let alias = try parseTableAlias() else { return reference }
        return TableReference(.aliased(reference, alias), span: span(from: start))
    }

    private mutating func parseTableAlias() throws(SQLError) -> TableAlias? {
        let start = start
        if emitStarts() { return nil }
        guard take("AS") || nextIsName() else { return nil }
        let name = try parseIdentifier("an alias")
        let columns = try parseOptionalIdentifiers()
        return TableAlias(name: name, columns: columns, span: span(from: start))
    }

    private mutating func parseTablePrimary() throws(SQLError) -> TableReference {
        switch current.keyword {
        case "LATERAL": return try parseLateral()
        case "TABLE": return try parseTableFunction(isLateral: false, from: start)
        case "UNNEST": return try parseUnnest()
        case "(": return try parseParenthesizedReference()
        default: return try parseNamedReference()
        }
    }

    private mutating func parseLateral() throws(SQLError) -> TableReference {
        let start = start
        advance()
        if next("TABLE") { return try parseTableFunction(isLateral: true, from: start) }
        if next("(") {
            let query = try parseParenthesizedQuery()
            return TableReference(.derived(query, isLateral: true), span: span(from: start))
        }
        if next("UNNEST") { return try parseUnnest() }
        throw unexpected("TABLE, UNNEST or a query in parentheses")
    }

    /// `TABLE(f(...))`.
    private mutating func parseTableFunction(isLateral: Bool, from start: Int) throws(SQLError) -> TableReference {
        try expect("TABLE")
        try expect("(")
        let call = try parseFunctionOfTable()
        try expect(")")
        return TableReference(
            .function(call, isLateral: isLateral, hasTableKeyword: true),
            span: span(from: start)
        )
    }

    private mutating func parseFunctionOfTable() throws(SQLError) -> FunctionCall {
        let begin = current
        let expression = try parseNameOrCall()
        guard case .call(let call) = expression.kind, call.syntax == .ordinary else {
            throw SQLError(.syntaxError, "a call of a table function must stand here", at: begin.span)
        }
        return call
    }

    private mutating func parseUnnest() throws(SQLError) -> TableReference {
        let start = start
        try expect(["UNNEST", "("])
        let values = try parseExpressions()
        try expect(")")
        let withOrdinality = take(["WITH", "ORDINALITY"])
        return TableReference(.unnest(values, withOrdinality: withOrdinality), span: span(from: start))
    }

    /// A table by name, or a call without TABLE.
    private mutating func parseNamedReference() throws(SQLError) -> TableReference {
        let start = start
        let name = try parseObjectName("a table")
        if next("(") {
            let call = try parseCall(name)
            return TableReference(
                .function(call, isLateral: false, hasTableKeyword: false),
                span: span(from: start)
            )
        }
        var table = NamedTable(name: name, hints: try parseHints(), systemTime: nil)
        if take(["FOR", "SYSTEM_TIME"]) {
            try expect(["AS", "OF"])
            table.systemTime = try parseExpression()
        }
        return TableReference(.table(table), span: span(from: start))
    }

    /// `(query)` or `(a JOIN b ...)`.
    private mutating func parseParenthesizedReference() throws(SQLError) -> TableReference {
        let start = start
        try expect("(")
        if queryStarts() {
            let query = try parseQuery()
            try expect(")")
            return TableReference(.derived(query, isLateral: false), span: span(from: start))
        }
        let inner = self.start
        var reference = try parseJoins(after: try parseTableReference())
        if case .derived(let query, isLateral: false) = reference.kind,
            let whole = try parseQueryRest(of: query, from: inner)
        {
            reference = TableReference(.derived(whole, isLateral: false), span: span(from: inner))
        }
        switch reference.kind {
        case .join, .derived: break
        default:
            throw SQLError(
                .syntaxError,
                "only a query or a join stands in parentheses here",
                at: reference.span
            )
        }
        try expect(")")
        return reference
    }

    /// `TABLESAMPLE method (percentage) [REPEATABLE (seed)]`.
    private mutating func parseTableSample() throws(SQLError) -> TableSample {
        advance()
        let isBernoulli = take("BERNOULLI")
        guard isBernoulli || take("SYSTEM") else { throw unexpected("BERNOULLI or SYSTEM") }
        try expect("(")
        guard current.kind == .integer || current.kind == .decimal || current.kind == .approximate,
            let percentage = try parseLiteral()
        else { throw unexpected("a percentage") }
        try expect(")")
        var seed: String?
        if take("REPEATABLE") {
            try expect("(")
            let sign = take("-") ? "-" : ""
            seed = sign + String(try parseInteger("a seed"))
            try expect(")")
        }
        return TableSample(method: isBernoulli ? .bernoulli : .system, percentage: percentage, seed: seed)
    }
}
