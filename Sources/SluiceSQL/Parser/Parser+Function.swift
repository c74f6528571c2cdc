// Names and calls.
extension Parser {
    /// A dotted name, a call, or a function that is called without parentheses.
    mutating func parseNameOrCall() throws(SQLError) -> Expression {
        let first = current
        if first.kind == .word, ReservedWords.niladic.contains(first.keyword), !next("(", at: 1) {
            advance()
            let name = ObjectName(Identifier(first.text, span: first.span))
            return Expression(.call(FunctionCall(name: name, syntax: .niladic, span: first.span)), span: first.span)
        }
        let name = try parseFunctionOrColumnName()
        guard next("(") else { return Expression(.name(name.parts), span: name.span) }
        if name.parts.count == 1, first.kind == .word, first.keyword == "DESCRIPTOR" {
            return try parseDescriptor(from: first.span.lowerBound)
        }
        return try parseCallSuffix(try parseCall(name))
    }

    /// A dotted name; its last part may be a reserved word if a parenthesis follows.
    private mutating func parseFunctionOrColumnName() throws(SQLError) -> ObjectName {
        let start = start
        var parts: [Identifier] = []
        repeat { parts.append(try parseNamePart()) } while takeDotBeforeName()
        return ObjectName(parts, span: span(from: start))
    }

    private mutating func parseNamePart() throws(SQLError) -> Identifier {
        let token = current
        if token.kind == .word, next("(", at: 1), ReservedWords.callable.contains(token.keyword) {
            advance()
            return Identifier(token.text, span: token.span)
        }
        return try parseIdentifier("a column or function name")
    }

    /// Takes a dot, but not that of `t.*`.
    private mutating func takeDotBeforeName() -> Bool {
        next(".") && !next("*", at: 1) && take(".")
    }

    private mutating func parseDescriptor(from start: Int) throws(SQLError) -> Expression {
        let columns = try parseParenthesizedIdentifiers()
        return Expression(.descriptor(columns), span: span(from: start))
    }

    /// `(arguments)` behind a name.
    mutating func parseCall(_ name: ObjectName) throws(SQLError) -> FunctionCall {
        var call = FunctionCall(name: name, span: name.span)
        try expect("(")
        if take("DISTINCT") {
            call.quantifier = .distinct
        } else if take("ALL") {
            call.quantifier = .all
        }
        if !next(")") {
            repeat { call.arguments.append(try parseArgument()) } while take(",")
            if next("ORDER") { call.orderBy = try parseOrderBy() }
            try parseNullTreatment(&call)
        }
        try expect(")")
        call.span = span(from: name.span.lowerBound)
        return call
    }

    /// One argument of an ordinary call.
    private mutating func parseArgument() throws(SQLError) -> FunctionArgument {
        var name: Identifier?
        if nextIsName(), next("=>", at: 1) {
            name = try parseIdentifier()
            advance()
        }
        let token = current
        if take("*") { return FunctionArgument(Expression(.star, span: token.span), name: name) }
        if token.kind == .word {
            if take("DEFAULT") { return FunctionArgument(Expression(.defaultArgument, span: token.span), name: name) }
            if next("TABLE") { return FunctionArgument(try parseTableArgument(), name: name) }
            if next("MODEL"), nextIsName(at: 1) { return FunctionArgument(try parseModelArgument(), name: name) }
        }
        let value = try parseExpression()
        if next(".", at: 0), next("*", at: 1), case .name(let parts) = value.kind {
            position += 2
            return FunctionArgument(Expression(.fieldStar(parts), span: span(from: token.span.lowerBound)), name: name)
        }
        return FunctionArgument(try parseQueryArgument(value), name: name)
    }

    private mutating func parseModelArgument() throws(SQLError) -> Expression {
        let start = start
        advance()
        let name = try parseObjectName("a model")
        return Expression(.modelArgument(name), span: span(from: start))
    }

    /// `TABLE name` or `TABLE (query)`, with PARTITION BY and ORDER BY.
    private mutating func parseTableArgument() throws(SQLError) -> Expression {
        let start = start
        advance()
        let source: TableArgument.Source =
            next("(") ? .query(try parseParenthesizedQuery()) : .table(try parseObjectName("a table"))
        return try parseTableArgumentRest(source, from: start)
    }

    /// `(query) PARTITION BY ...`; any other value stays what it is.
    private mutating func parseQueryArgument(_ value: Expression) throws(SQLError) -> Expression {
        guard case .subquery(let query) = value.kind, next("PARTITION") else { return value }
        return try parseTableArgumentRest(.query(query), from: value.span.lowerBound)
    }

    private mutating func parseTableArgumentRest(
        _ source: TableArgument.Source, from start: Int
    ) throws(SQLError) -> Expression {
        let partitionBy = next("PARTITION") ? try parseTablePartitioning() : []
        let orderBy = next("ORDER") ? try parseTableOrdering() : []
        let span = span(from: start)
        let argument = TableArgument(source: source, partitionBy: partitionBy, orderBy: orderBy, span: span)
        return Expression(.tableArgument(argument), span: span)
    }

    /// `PARTITION BY a` or `PARTITION BY (a, b)`: a list needs parentheses, for a comma ends the argument.
    private mutating func parseTablePartitioning() throws(SQLError) -> [Expression] {
        try expect(["PARTITION", "BY"])
        let key = try parseExpression()
        if case .row(let keys, isExplicit: false) = key.kind { return keys }
        return [key]
    }

    private mutating func parseTableOrdering() throws(SQLError) -> [SortItem] {
        try expect(["ORDER", "BY"])
        guard take("(") else { return [try parseSortItem()] }
        var items: [SortItem] = []
        repeat { items.append(try parseSortItem()) } while take(",")
        try expect(")")
        return items
    }

    /// WITHIN GROUP, FILTER, RESPECT or IGNORE NULLS and OVER behind a call.
    mutating func parseCallSuffix(_ call: FunctionCall) throws(SQLError) -> Expression {
        var call = call
        try parseNullTreatment(&call)
        if take(["WITHIN", "GROUP"]) {
            try expect("(")
            call.withinGroup = try parseOrderBy()
            try expect(")")
        }
        if next("FILTER"), next("(", at: 1) {
            position += 2
            try expect("WHERE")
            call.filter = try parseExpression()
            try expect(")")
        }
        try parseNullTreatment(&call)
        if take("OVER") { call.over = try parseWindowReference() }
        call.span = span(from: call.span.lowerBound)
        return Expression(.call(call), span: call.span)
    }

    private mutating func parseNullTreatment(_ call: inout FunctionCall) throws(SQLError) {
        guard call.nullTreatment == nil else { return }
        if take(["RESPECT", "NULLS"]) {
            call.nullTreatment = .respect
        } else if take(["IGNORE", "NULLS"]) {
            call.nullTreatment = .ignore
        }
    }
}
