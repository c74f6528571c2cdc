/// Names and calls.
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
        try spend(Cost.call - Cost.keyword)
        defer { stackUse -= Cost.call - Cost.keyword }
        try expect("(")
        if take("DISTINCT") {
            call.quantifier = .distinct
        } else if take("ALL") {
            call.quantifier = .all
        }
        if !next(")") {
            repeat { call.arguments.append(try parseArgument(call.quantifier != nil)) } while take(",")
            if Self.ordersArguments(name) { try parseOrderedArguments(&call) }
        } else if call.quantifier != nil {
            throw unexpected("an argument")
        }
        try expect(")")
        call.span = span(from: name.span.lowerBound)
        return call
    }

    /// Whether ORDER BY and IGNORE NULLS may stand inside the parentheses of this function.
    private static func ordersArguments(_ name: ObjectName) -> Bool {
        name.parts.count == 1 && ["ARRAY_AGG", "STRING_AGG", "GROUP_CONCAT"].contains(name.text.uppercased())
    }

    /// `[IGNORE NULLS] [ORDER BY ...]` behind the arguments.
    private mutating func parseOrderedArguments(_ call: inout FunctionCall) throws(SQLError) {
        try parseNullTreatment(&call)
        if next("ORDER") { call.orderBy = try parseOrderBy() }
    }

    /// One argument of an ordinary call.
    private mutating func parseArgument(_ isQuantified: Bool) throws(SQLError) -> FunctionArgument {
        var name: Identifier?
        if nextIsName(), next("=>", at: 1) {
            name = try parseIdentifier()
            advance()
        }
        return FunctionArgument(try parseArgumentValue(isQuantified), name: name)
    }

    private mutating func parseArgumentValue(_ isQuantified: Bool) throws(SQLError) -> Expression {
        if let special = try parseSpecialArgument(isQuantified) { return special }
        let value = try parseExpression()
        switch value.kind {
        case .name(let parts) where next(".") && next("*", at: 1):
            position += 2
            return Expression(.fieldStar(parts), span: span(from: value.span.lowerBound))
        case .subquery(let query) where next("PARTITION"):
            return try parseTableArgumentRest(.query(query), from: value.span.lowerBound)
        default: return value
        }
    }

    /// `*`, DEFAULT, `TABLE t` or `MODEL m`, which are no expressions elsewhere.
    private mutating func parseSpecialArgument(_ isQuantified: Bool) throws(SQLError) -> Expression? {
        let start = start
        if !isQuantified, take("*") { return Expression(.star, span: span(from: start)) }
        guard current.kind == .word else { return nil }
        if take("DEFAULT") { return Expression(.defaultArgument, span: span(from: start)) }
        if next("TABLE") { return try parseTableArgument() }
        return next("MODEL") && nextIsName(at: 1) ? try parseModelArgument() : nil
    }

    private mutating func parseModelArgument() throws(SQLError) -> Expression {
        let start = start
        advance()
        let name = try parseObjectName("a model")
        return Expression(.modelArgument(name), span: span(from: start))
    }

    /// `TABLE name`, with PARTITION BY and ORDER BY.
    private mutating func parseTableArgument() throws(SQLError) -> Expression {
        let start = start
        advance()
        return try parseTableArgumentRest(.table(try parseObjectName("a table")), from: start)
    }

    private mutating func parseTableArgumentRest(
        _ source: TableArgument.Source,
        from start: Int
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
        try parseWithinGroup(&call)
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

    /// `WITHIN GROUP (ORDER BY ...)` if it is next.
    mutating func parseWithinGroup(_ call: inout FunctionCall) throws(SQLError) {
        guard take(["WITHIN", "GROUP"]) else { return }
        try expect("(")
        call.withinGroup = try parseOrderBy()
        try expect(")")
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
