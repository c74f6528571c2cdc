/// SELECT.
extension Parser {
    mutating func parseSelect() throws(SQLError) -> Select {
        let start = start
        try expect("SELECT")
        var select = Select(
            hints: try parseHints(),
            isDistinct: false,
            items: [],
            from: nil,
            where: nil,
            groupBy: nil,
            having: nil,
            windows: [],
            qualify: nil,
            span: .none
        )
        _ = take("STREAM")
        select.isDistinct = take("DISTINCT")
        if !select.isDistinct { _ = take("ALL") }
        repeat { select.items.append(try parseSelectItem()) } while take(",")
        if take("FROM") {
            select.from = try parseFrom()
            if take("WHERE") { select.where = try parseExpression() }
            if next(["GROUP", "BY"]) { select.groupBy = try parseGroupBy() }
            if take("HAVING") { select.having = try parseExpression() }
            if take("WINDOW") { select.windows = try parseNamedWindows() }
            if take("QUALIFY") { select.qualify = try parseExpression() }
        }
        select.span = span(from: start)
        return select
    }

    private mutating func parseSelectItem() throws(SQLError) -> SelectItem {
        let start = start
        if take("*") { return SelectItem(kind: .star, span: span(from: start)) }
        let expression = try parseExpression()
        return SelectItem(kind: try parseSelectItemRest(expression), span: span(from: start))
    }

    /// `.*` or an alias behind an expression.
    private mutating func parseSelectItemRest(_ expression: Expression) throws(SQLError) -> SelectItem.Kind {
        if case .name(let parts) = expression.kind, next("."), next("*", at: 1) {
            position += 2
            return .qualifiedStar(ObjectName(parts, span: expression.span))
        }
        var alias: Identifier?
        if take("AS") {
            alias = try parseIdentifier("an alias")
        } else if nextIsName() {
            alias = try parseIdentifier()
        }
        return .expression(expression, alias: alias)
    }

    private mutating func parseGroupBy() throws(SQLError) -> GroupBy {
        let start = start
        try expect(["GROUP", "BY"])
        let isDistinct = take("DISTINCT")
        if !isDistinct { _ = take("ALL") }
        let elements = try parseGroupingElements()
        return GroupBy(isDistinct: isDistinct, elements: elements, span: span(from: start))
    }

    private mutating func parseGroupingElements() throws(SQLError) -> [GroupBy.Element] {
        var elements: [GroupBy.Element] = []
        repeat { elements.append(try parseGroupingElement()) } while take(",")
        return elements
    }

    private mutating func parseGroupingElement() throws(SQLError) -> GroupBy.Element {
        let outer = try enter(Cost.expression)
        defer { leave(outer, Cost.expression) }
        if take(["GROUPING", "SETS"]) { return .groupingSets(try parseNestedElements()) }
        if take("ROLLUP") { return .rollup(try parseNestedElements()) }
        if take("CUBE") { return .cube(try parseNestedElements()) }
        if take(["(", ")"]) { return .empty }
        let expression = try parseExpression()
        if case .row(let keys, isExplicit: false) = expression.kind { return .composite(keys) }
        return .expression(expression)
    }

    private mutating func parseNestedElements() throws(SQLError) -> [GroupBy.Element] {
        try expect("(")
        let elements = try parseGroupingElements()
        try expect(")")
        return elements
    }
}

/// Hints.
extension Parser {
    /// `/*+ NAME(...), NAME */` if it is next.
    mutating func parseHints() throws(SQLError) -> [Hint] {
        guard take("/*+") else { return [] }
        var hints: [Hint] = []
        repeat { hints.append(try parseHint()) } while take(",")
        try expect("*/")
        return hints
    }

    private mutating func parseHint() throws(SQLError) -> Hint {
        let start = start
        let name = try parseIdentifier("a hint")
        var arguments: [Hint.Argument] = []
        if take("("), !take(")") {
            repeat { arguments.append(try parseHintArgument()) } while take(",")
            try expect(")")
        }
        return Hint(name: name, arguments: arguments, span: span(from: start))
    }

    private mutating func parseHintArgument() throws(SQLError) -> Hint.Argument {
        let start = start
        if nextIsName() {
            let name = try parseObjectName()
            guard name.parts.count == 1, take("=") else { return .name(name) }
            let key = StringText(name.text, span: name.span)
            let value = try parseStringText("a value")
            return .option(OptionEntry(key: key, value: value, span: span(from: start)))
        }
        if next("=", at: 1), current.kind == .string {
            return .option(try parseOption())
        }
        guard let literal = try parseLiteral() else { throw unexpected("an argument of a hint") }
        return .literal(literal)
    }
}
