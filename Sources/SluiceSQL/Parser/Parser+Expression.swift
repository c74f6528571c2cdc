/// How tightly operators bind; a larger number binds tighter.
///
/// The order is Flink's.
private enum Precedence {
    static let multisetUnion = 14
    static let multisetIntersect = 18
    static let or = 22
    static let and = 24
    static let not = 26
    static let postfixTest = 28
    static let comparison = 30
    static let range = 32
    static let sum = 40
    static let product = 60
    static let sign = 80
}

/// An operator that follows its first operand.
private enum Infix {
    case and
    case or
    case binary(BinaryOperator, tokenCount: Int, precedence: Int)
    /// A comparison in front of ANY, SOME or ALL.
    case quantified(BinaryOperator)
    case between(isNegated: Bool)
    case inside(isNegated: Bool)
    case like(LikePredicate.Flavour, isNegated: Bool)
    case test
    case formatJSON

    var precedence: Int {
        switch self {
        case .or: Precedence.or
        case .and: Precedence.and
        case .test, .formatJSON: Precedence.postfixTest
        case .quantified: Precedence.comparison
        case .between, .inside, .like: Precedence.range
        case .binary(_, _, let precedence): precedence
        }
    }
}

/// Operators.
extension Parser {
    /// One expression.
    mutating func parseExpression() throws(SQLError) -> Expression {
        try parseExpression(minimum: 0)
    }

    /// An expression of arithmetic only, so that an IN behind it stays.
    mutating func parseOperand() throws(SQLError) -> Expression {
        try parseExpression(minimum: Precedence.range + 1)
    }

    /// `a, b, c`.
    mutating func parseExpressions() throws(SQLError) -> [Expression] {
        var expressions: [Expression] = []
        repeat { expressions.append(try parseExpression()) } while take(",")
        return expressions
    }

    /// An expression of operators that bind at least as tightly as `minimum`.
    private mutating func parseExpression(minimum: Int) throws(SQLError) -> Expression {
        let outer = try enter(Cost.expression)
        defer { leave(outer, Cost.expression) }
        var left = try parsePrefix()
        while let infix = nextInfix(), infix.precedence >= minimum {
            left = try parseInfix(infix, left)
            try grow()
        }
        return left
    }

    private mutating func parsePrefix() throws(SQLError) -> Expression {
        let token = current
        switch (token.kind, token.keyword) {
        case (.symbol, "-"), (.symbol, "+"):
            advance()
            let operand = try parseExpression(minimum: Precedence.sign)
            let sign: UnaryOperator = token.keyword == "-" ? .minus : .plus
            return Expression(.unary(sign, operand), span: token.span.union(operand.span))
        case (.word, "NOT"):
            advance()
            let operand = try parseExpression(minimum: Precedence.not)
            return Expression(.not(operand), span: token.span.union(operand.span))
        default:
            return try parsePrimary()
        }
    }

    private mutating func parseInfix(_ infix: Infix, _ left: Expression) throws(SQLError) -> Expression {
        switch infix {
        case .and: return try parseChain("AND", Precedence.and, left) { .and($0) }
        case .or: return try parseChain("OR", Precedence.or, left) { .or($0) }
        case .binary(let symbol, let tokenCount, let precedence):
            position += tokenCount
            let right = try parseExpression(minimum: precedence + 1)
            return Expression(.binary(symbol, left, right), span: left.span.union(right.span))
        case .quantified(let symbol): return try parseQuantified(symbol, left)
        case .between(let isNegated): return try parseBetween(left, isNegated)
        case .inside(let isNegated): return try parseInside(left, isNegated)
        case .like(let flavour, let isNegated): return try parseLike(left, flavour, isNegated)
        case .test: return try parseIsTest(left)
        case .formatJSON:
            position += 2
            return Expression(.formatJSON(left), span: span(from: left.span.lowerBound))
        }
    }

    /// All the terms of `left AND b AND c`.
    private mutating func parseChain(
        _ keyword: String,
        _ precedence: Int,
        _ left: Expression,
        _ make: ([Expression]) -> Expression.Kind
    ) throws(SQLError) -> Expression {
        var terms = [left]
        while take(keyword) { terms.append(try parseExpression(minimum: precedence + 1)) }
        return Expression(make(terms), span: span(from: left.span.lowerBound))
    }
}

/// Which operator is next.
extension Parser {
    private func nextInfix() -> Infix? {
        let token = current
        switch token.kind {
        case .symbol: return nextSymbolInfix(token.keyword)
        case .word: return nextWordInfix(token.keyword)
        default: return nil
        }
    }

    private func nextSymbolInfix(_ symbol: String) -> Infix? {
        switch symbol {
        case "=", "<>", "<", "<=", ">", ">=":
            guard let comparison = BinaryOperator(rawValue: symbol) else { return nil }
            if next("ANY", at: 1) || next("SOME", at: 1) || next("ALL", at: 1), next("(", at: 2) {
                return .quantified(comparison)
            }
            return .binary(comparison, tokenCount: 1, precedence: Precedence.comparison)
        case "+": return .binary(.add, tokenCount: 1, precedence: Precedence.sum)
        case "-": return .binary(.subtract, tokenCount: 1, precedence: Precedence.sum)
        case "*": return .binary(.multiply, tokenCount: 1, precedence: Precedence.product)
        case "/": return .binary(.divide, tokenCount: 1, precedence: Precedence.product)
        case "%": return .binary(.modulo, tokenCount: 1, precedence: Precedence.product)
        case "||": return .binary(.concatenate, tokenCount: 1, precedence: Precedence.product)
        default: return nil
        }
    }

    private func nextWordInfix(_ keyword: String) -> Infix? {
        switch keyword {
        case "AND": return .and
        case "OR": return .or
        case "IS": return .test
        case "NOT": return nextRangeInfix(at: 1, isNegated: true)
        case "FORMAT": return next("JSON", at: 1) ? .formatJSON : nil
        case "MEMBER":
            return .binary(.memberOf, tokenCount: next("OF", at: 1) ? 2 : 1, precedence: Precedence.comparison)
        case "SUBMULTISET":
            return .binary(.submultisetOf, tokenCount: next("OF", at: 1) ? 2 : 1, precedence: Precedence.comparison)
        case "MULTISET": return nextMultisetInfix()
        case "IMMEDIATELY":
            if next("PRECEDES", at: 1) { return periodInfix(.immediatelyPrecedes, 2) }
            return next("SUCCEEDS", at: 1) ? periodInfix(.immediatelySucceeds, 2) : nil
        case "OVERLAPS", "CONTAINS", "EQUALS", "PRECEDES", "SUCCEEDS":
            return BinaryOperator(rawValue: keyword).map { periodInfix($0, 1) }
        default: return nextRangeInfix(at: 0, isNegated: false)
        }
    }

    private func periodInfix(_ symbol: BinaryOperator, _ tokenCount: Int) -> Infix {
        .binary(symbol, tokenCount: tokenCount, precedence: Precedence.comparison)
    }

    private func nextRangeInfix(at distance: Int, isNegated: Bool) -> Infix? {
        let token = token(distance)
        guard token.kind == .word else { return nil }
        switch token.keyword {
        case "BETWEEN": return .between(isNegated: isNegated)
        case "IN": return .inside(isNegated: isNegated)
        case "LIKE": return .like(.like, isNegated: isNegated)
        case "ILIKE": return .like(.caseInsensitiveLike, isNegated: isNegated)
        case "RLIKE": return .like(.regularExpression, isNegated: isNegated)
        case "SIMILAR": return .like(.similarTo, isNegated: isNegated)
        default: return nil
        }
    }

    /// `MULTISET UNION | INTERSECT | EXCEPT [ALL | DISTINCT]`.
    private func nextMultisetInfix() -> Infix? {
        let isAll = next("ALL", at: 2)
        let tokenCount = isAll || next("DISTINCT", at: 2) ? 3 : 2
        switch token(1).keyword {
        case "UNION":
            let symbol: BinaryOperator = isAll ? .multisetUnionAll : .multisetUnionDistinct
            return .binary(symbol, tokenCount: tokenCount, precedence: Precedence.multisetUnion)
        case "INTERSECT":
            let symbol: BinaryOperator = isAll ? .multisetIntersectAll : .multisetIntersectDistinct
            return .binary(symbol, tokenCount: tokenCount, precedence: Precedence.multisetIntersect)
        case "EXCEPT":
            let symbol: BinaryOperator = isAll ? .multisetExceptAll : .multisetExceptDistinct
            return .binary(symbol, tokenCount: tokenCount, precedence: Precedence.multisetUnion)
        default: return nil
        }
    }
}

/// Predicates.
extension Parser {
    private mutating func parseQuantified(
        _ comparison: BinaryOperator,
        _ left: Expression
    ) throws(SQLError) -> Expression {
        advance()
        let quantifier: QuantifiedComparison.Quantifier = next("ALL") ? .all : .any
        advance()
        let operand: QuantifiedComparison.Operand =
            switch try parseQueryOrList() {
            case .query(let query): .subquery(query)
            case .list(let list): .list(list)
            }
        let node = QuantifiedComparison(
            value: left,
            comparison: comparison,
            quantifier: quantifier,
            operand: operand
        )
        return Expression(.quantified(node), span: span(from: left.span.lowerBound))
    }

    private mutating func parseBetween(_ left: Expression, _ isNegated: Bool) throws(SQLError) -> Expression {
        position += isNegated ? 2 : 1
        let isSymmetric = take("SYMMETRIC")
        if !isSymmetric { _ = take("ASYMMETRIC") }
        let low = try parseExpression(minimum: Precedence.range + 1)
        try expect("AND")
        let high = try parseExpression(minimum: Precedence.range + 1)
        let node = Between(value: left, low: low, high: high, isNegated: isNegated, isSymmetric: isSymmetric)
        return Expression(.between(node), span: left.span.union(high.span))
    }

    private mutating func parseInside(_ left: Expression, _ isNegated: Bool) throws(SQLError) -> Expression {
        position += isNegated ? 2 : 1
        let operand = try parseQueryOrList()
        let span = span(from: left.span.lowerBound)
        switch operand {
        case .query(let query): return Expression(.inSubquery(left, query, isNegated: isNegated), span: span)
        case .list(let list): return Expression(.inList(left, list, isNegated: isNegated), span: span)
        }
    }

    private mutating func parseLike(
        _ left: Expression,
        _ flavour: LikePredicate.Flavour,
        _ isNegated: Bool
    ) throws(SQLError) -> Expression {
        position += isNegated ? 2 : 1
        if flavour == .similarTo { try expect("TO") }
        let pattern = try parseExpression(minimum: Precedence.range + 1)
        var escape: Expression?
        if flavour != .regularExpression, take("ESCAPE") {
            escape = try parseExpression(minimum: Precedence.range + 1)
        }
        let node = LikePredicate(
            flavour: flavour,
            value: left,
            pattern: pattern,
            escape: escape,
            isNegated: isNegated
        )
        return Expression(.like(node), span: span(from: left.span.lowerBound))
    }

    private mutating func parseIsTest(_ left: Expression) throws(SQLError) -> Expression {
        advance()
        let isNegated = take("NOT")
        if take(["DISTINCT", "FROM"]) {
            let right = try parseExpression(minimum: Precedence.comparison + 1)
            return Expression(
                .isDistinctFrom(left, right, isNegated: isNegated),
                span: left.span.union(right.span)
            )
        }
        let test = try parseIsKind()
        return Expression(.isTest(left, test, isNegated: isNegated), span: span(from: left.span.lowerBound))
    }

    private mutating func parseIsKind() throws(SQLError) -> IsTest {
        if take(["A", "SET"]) { return .aSet }
        if take("JSON") {
            if take("VALUE") { return .jsonValue }
            if take("OBJECT") { return .jsonObject }
            if take("ARRAY") { return .jsonArray }
            return take("SCALAR") ? .jsonScalar : .json
        }
        let plain: [IsTest] = [.null, .true, .false, .unknown, .empty]
        for test in plain where take(test.rawValue) { return test }
        throw unexpected("NULL, TRUE, FALSE, UNKNOWN, JSON or DISTINCT FROM")
    }
}
