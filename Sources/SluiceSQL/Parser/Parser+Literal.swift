/// Literals.
extension Parser {
    /// The value of one string or of several that follow each other on lines of their own.
    mutating func parseStringValue() throws(SQLError) -> String {
        var value = try parseStringPart()
        while current.kind == .string {
            try expectLineBreakBefore(current)
            value += try parseStringPart()
        }
        return value
    }

    private mutating func parseStringPart() throws(SQLError) -> String {
        let token = current
        advance()
        guard token.kind == .unicodeString else { return token.text }
        var escape: Character = "\\"
        if take("UESCAPE") {
            let text = try parseStringText("the escape character")
            guard let character = text.value.first, text.value.count == 1, !character.isHexDigit, character != "+"
            else { throw SQLError(.invalidLiteral, "UESCAPE wants one character, no hexadecimal digit", at: text.span) }
            escape = character
        }
        return try unescape(token.text, escape, at: token.span)
    }

    /// Adjacent strings are one only if a line ends between them.
    private func expectLineBreakBefore(_ token: Token) throws(SQLError) {
        guard position > 0, !lineBreaks(between: tokens[position - 1].span.upperBound, and: token.span.lowerBound)
        else { return }
        throw SQLError(.syntaxError, "a string goes on only on a new line", at: token.span)
    }

    private func lineBreaks(between start: Int, and end: Int) -> Bool {
        source[start..<end].contains { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    }

    /// Undoes `\XXXX` (UTF-16 in hexadecimal; as in Flink, a plus sign passes for a digit) and a doubled escape.
    private func unescape(_ text: String, _ escape: Character, at span: SourceSpan) throws(SQLError) -> String {
        var units: [UInt16] = []
        var characters = text[...]
        while let character = characters.popFirst() {
            guard character == escape else {
                units.append(contentsOf: String(character).utf16)
                continue
            }
            if characters.first == escape {
                characters.removeFirst()
                units.append(contentsOf: String(escape).utf16)
                continue
            }
            let digits = characters.prefix(4)
            guard digits.count == 4, let unit = UInt16(digits, radix: 16) else {
                throw SQLError(.invalidLiteral, "an escape needs four hexadecimal digits", at: span)
            }
            units.append(unit)
            characters = characters.dropFirst(4)
        }
        return String(decoding: units, as: UTF16.self)
    }

    /// A literal without sign, if one is next.
    mutating func parseLiteral() throws(SQLError) -> Literal? {
        let token = current
        switch token.kind {
        case .integer: return taken(.integer(token.text))
        case .decimal: return taken(.decimal(token.text))
        case .approximate: return taken(.approximate(token.text))
        case .string, .unicodeString: return .string(try parseStringValue())
        case .binaryString: return .binary(try parseBinaryDigits())
        case .word: return try parseKeywordLiteral(token.keyword)
        default: return nil
        }
    }

    private mutating func taken(_ literal: Literal) -> Literal {
        advance()
        return literal
    }

    /// The digits of `X'...'` and of the strings that continue it.
    private mutating func parseBinaryDigits() throws(SQLError) -> String {
        let first = current
        advance()
        var digits = first.text
        while current.kind == .string {
            try expectLineBreakBefore(current)
            digits += current.text
            advance()
        }
        guard digits.allSatisfy(\.isHexDigit) else {
            throw SQLError(.invalidLiteral, "a binary string holds only the digits 0-9 and A-F", at: first.span)
        }
        return digits
    }

    private mutating func parseKeywordLiteral(_ keyword: String) throws(SQLError) -> Literal? {
        switch keyword {
        case "TRUE": return taken(.boolean(true))
        case "FALSE": return taken(.boolean(false))
        case "UNKNOWN": return taken(.unknown)
        case "NULL": return taken(.null)
        case "DATE", "TIME", "TIMESTAMP":
            guard token(1).kind == .string else { return nil }
            advance()
            let text = try parseStringValue()
            return keyword == "DATE" ? .date(text) : keyword == "TIME" ? .time(text) : .timestamp(text)
        default: return nil
        }
    }

    /// `INTERVAL [+|-] 'text' qualifier`, or INTERVAL of a number, a name or an expression in parentheses.
    mutating func parseInterval() throws(SQLError) -> Expression {
        let start = start
        try expect("INTERVAL")
        let isNegative = next("-")
        if next("-") || next("+") { advance() }
        if current.kind == .string || current.kind == .unicodeString {
            let text = try parseStringValue()
            let qualifier = try parseIntervalQualifier()
            let literal = Literal.interval(text: text, isNegative: isNegative, qualifier)
            return Expression(.literal(literal), span: span(from: start))
        }
        var value = try parsePrimary()
        if isNegative { value = Expression(.unary(.minus, value), span: value.span) }
        let qualifier = try parseIntervalQualifier()
        return Expression(.intervalOf(value, qualifier), span: span(from: start))
    }

    /// `unit [(precision)] [TO unit [(precision)]]`.
    mutating func parseIntervalQualifier() throws(SQLError) -> IntervalQualifier {
        let begin = start
        guard let unit = Self.intervalUnits[current.keyword], current.kind == .word else {
            throw unexpected("an interval unit such as SECOND or DAY")
        }
        advance()
        var qualifier = IntervalQualifier(start: unit, span: .none)
        if next("("), unit != .week, unit != .quarter {
            advance()
            qualifier.startPrecision = try parseInteger("a precision")
            if unit == .second, take(",") { qualifier.fractionPrecision = try parseInteger("a precision") }
            try expect(")")
        }
        if next("TO"), let end = Self.intervalUnits[token(1).keyword] {
            try checkRange(unit, end)
            position += 2
            qualifier.end = end
            if end == .second, take("(") {
                qualifier.fractionPrecision = try parseInteger("a precision")
                try expect(")")
            }
        }
        qualifier.span = span(from: begin)
        return qualifier
    }

    /// YEAR TO MONTH, or a day-time unit to a finer one.
    private func checkRange(_ start: TimeUnit, _ end: TimeUnit) throws(SQLError) {
        let isValid: Bool
        switch (start, end) {
        case (.year, .month), (.day, .hour), (.day, .minute), (.day, .second), (.hour, .minute), (.hour, .second),
            (.minute, .second):
            isValid = true
        default:
            isValid = false
        }
        guard isValid else {
            throw SQLError(
                .syntaxError,
                "no interval goes from \(start.rawValue) to \(end.rawValue)",
                at: token(1).span
            )
        }
    }

    /// The units of intervals, singular and plural.
    static let intervalUnits: [String: TimeUnit] = {
        var units: [String: TimeUnit] = [:]
        let all: [TimeUnit] = [.second, .minute, .hour, .day, .week, .month, .quarter, .year]
        for unit in all {
            units[unit.rawValue] = unit
            units[unit.rawValue + "S"] = unit
        }
        return units
    }()
}
