/// Functions with a syntax of their own.
extension Parser {
    /// The call of a function whose arguments are not a plain list; nil if none is next.
    mutating func parseSpecialCall(_ keyword: String) throws(SQLError) -> Expression? {
        guard next("(", at: 1) else { return nil }
        switch keyword {
        case "EXTRACT": return try parseExtract()
        case "POSITION": return try parsePosition()
        case "SUBSTRING": return try parseSubstring()
        case "OVERLAY": return try parseOverlay()
        case "TRIM": return try parseTrim()
        case "CEIL", "CEILING", "FLOOR": return try parseRounding()
        case "TIMESTAMPADD", "TIMESTAMPDIFF": return try parseTimestampFunction()
        case "CONVERT", "TRANSLATE": return try parseTranslation()
        case "PERIOD": return try parsePeriod()
        case "JSON_EXISTS", "JSON_VALUE", "JSON_QUERY", "JSON_OBJECT", "JSON_OBJECTAGG", "JSON_ARRAY",
            "JSON_ARRAYAGG":
            return try parseJSONCall(keyword)
        default: return nil
        }
    }

    /// The function's name and the parenthesis behind it.
    mutating func openCall() throws(SQLError) -> FunctionCall {
        let token = current
        advance()
        try expect("(")
        return FunctionCall(name: ObjectName(Identifier(token.text, span: token.span)), span: token.span)
    }

    /// The closing parenthesis of a call.
    mutating func close(
        _ call: FunctionCall,
        _ arguments: [Expression],
        _ syntax: FunctionCall.Syntax = .ordinary
    ) throws(SQLError) -> Expression {
        try expect(")")
        return Self.expression(of: call, arguments, syntax, span: span(from: call.span.lowerBound))
    }

    private static func expression(
        of call: FunctionCall,
        _ arguments: [Expression],
        _ syntax: FunctionCall.Syntax,
        span: SourceSpan
    ) -> Expression {
        var call = call
        call.arguments = arguments.map { FunctionArgument($0) }
        call.syntax = syntax
        call.span = span
        return Expression(.call(call), span: span)
    }

    private mutating func parseTimeUnit() throws(SQLError) -> Expression {
        let token = current
        var name = token.keyword
        if name.hasPrefix("SQL_TSI_") { name.removeFirst(8) }
        guard token.kind == .word, let unit = TimeUnit(rawValue: name) else {
            throw unexpected("a time unit such as SECOND or DAY")
        }
        advance()
        return Expression(.timeUnit(unit), span: token.span)
    }

    private mutating func parseExtract() throws(SQLError) -> Expression {
        let call = try openCall()
        let unit = try parseTimeUnit()
        try expect("FROM")
        return try close(call, [unit, try parseExpression()], .extract)
    }

    private mutating func parsePosition() throws(SQLError) -> Expression {
        let call = try openCall()
        let needle = try parseOperand()
        try expect("IN")
        var arguments = [needle, try parseExpression()]
        if take("FROM") { arguments.append(try parseExpression()) }
        return try close(call, arguments, .position)
    }

    private mutating func parseSubstring() throws(SQLError) -> Expression {
        let call = try openCall()
        var arguments = [try parseExpression()]
        if take("FROM") {
            arguments.append(try parseExpression())
            if take("FOR") { arguments.append(try parseExpression()) }
        } else {
            try expect(",")
            arguments.append(try parseExpression())
            if take(",") { arguments.append(try parseExpression()) }
        }
        return try close(call, arguments)
    }

    private mutating func parseOverlay() throws(SQLError) -> Expression {
        let call = try openCall()
        var arguments = [try parseExpression()]
        try expect("PLACING")
        arguments.append(try parseExpression())
        try expect("FROM")
        arguments.append(try parseExpression())
        if take("FOR") { arguments.append(try parseExpression()) }
        return try close(call, arguments, .overlay)
    }

    private mutating func parseTrim() throws(SQLError) -> Expression {
        let call = try openCall()
        let side: FunctionCall.TrimSide? =
            take("BOTH") ? .both : take("LEADING") ? .leading : take("TRAILING") ? .trailing : nil
        if side != nil, take("FROM") {
            return try close(call, [try parseExpression()], .trim(side ?? .both))
        }
        let first = try parseExpression()
        if take("FROM") {
            return try close(call, [first, try parseExpression()], .trim(side ?? .both))
        }
        guard side == nil else { throw unexpected("'FROM'") }
        return try close(call, [first])
    }

    /// `CEIL(value)`, `CEIL(value TO unit)`.
    private mutating func parseRounding() throws(SQLError) -> Expression {
        let call = try openCall()
        let value = try parseExpression()
        guard take("TO") else { return try close(call, [value]) }
        return try close(call, [value, try parseTimeUnit()], .toUnit)
    }

    private mutating func parseTimestampFunction() throws(SQLError) -> Expression {
        let call = try openCall()
        let unit = try parseTimeUnit()
        try expect(",")
        let first = try parseExpression()
        try expect(",")
        return try close(call, [unit, first, try parseExpression()])
    }

    /// `CONVERT(text USING charset)` and `TRANSLATE(text USING charset)`, or with plain arguments.
    private mutating func parseTranslation() throws(SQLError) -> Expression {
        let call = try openCall()
        var arguments = [try parseExpression()]
        if take("USING") {
            let charset = try parseObjectName("a character set")
            arguments.append(Expression(.name(charset.parts), span: charset.span))
            return try close(call, arguments, .using)
        }
        while take(",") { arguments.append(try parseExpression()) }
        return try close(call, arguments)
    }

    private mutating func parsePeriod() throws(SQLError) -> Expression {
        let call = try openCall()
        let first = try parseExpression()
        try expect(",")
        return try close(call, [first, try parseExpression()])
    }
}
