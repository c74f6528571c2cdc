import SluiceColumns
import SluiceKernels
import SluiceSQL

extension ExpressionBinder {
    /// `-x` and `+x`; a sign directly in front of a number belongs to it.
    func bindUnary(_ operation: UnaryOperator, _ operand: Expression, _ span: SourceSpan) throws -> ScalarExpression {
        if case .literal(let literal) = operand.kind {
            switch literal {
            case .integer, .decimal, .approximate:
                return try LiteralBinder.bind(literal, isNegative: operation == .minus, at: span)
            default: break
            }
        }
        return try call(operation.rawValue, [try bind(operand)], at: span)
    }

    /// Operators between two operands.
    func bindBinary(
        _ operation: BinaryOperator,
        _ left: Expression,
        _ right: Expression,
        _ span: SourceSpan
    ) throws -> ScalarExpression {
        if case .row(let lhs, _) = left.kind, case .row(let rhs, _) = right.kind, operation.isEquality {
            return try bindRowEquality(operation, lhs, rhs, span)
        }
        if operation == .overlaps { return try bindOverlaps(left, right, span) }
        return try call(
            operation.rawValue,
            [try bind(left), try bind(right)],
            at: span,
            argumentSpans: [left.span, right.span]
        )
    }

    /// `(a, b) OVERLAPS (c, d)`: whether the end of each period, which may be an interval, is not before the other's
    /// start.
    private func bindOverlaps(_ left: Expression, _ right: Expression, _ span: SourceSpan) throws -> ScalarExpression {
        let first = try bindPeriod(left)
        let second = try bindPeriod(right)
        return .and([
            try call(">=", [first.end, second.start], at: span),
            try call(">=", [second.end, first.start], at: span),
        ])
    }

    /// The earlier and the later end of a period; where one is NULL they are taken to stand the wrong way around.
    private func bindPeriod(_ period: Expression) throws -> (start: ScalarExpression, end: ScalarExpression) {
        guard case .row(let ends, _) = period.kind, ends.count == 2 else {
            throw SQLError(.typeMismatch, "a period is written (start, end)", at: period.span)
        }
        let start = try bind(ends[0])
        var end = try bind(ends[1])
        guard start.type.logical.isDatetime, end.type.logical.isDatetime || end.type.logical.isInterval else {
            throw SQLError(
                .typeMismatch,
                "a period begins with a datetime and ends with one or with an interval",
                at: period.span
            )
        }
        if end.type.logical.isInterval { end = try call("+", [start, end], at: period.span) }
        let isInOrder = try call("<=", [start, end], at: period.span)
        func choose(_ whenInOrder: ScalarExpression, _ otherwise: ScalarExpression) throws -> ScalarExpression {
            try call("IF", [isInOrder, whenInOrder, otherwise], at: period.span)
        }
        return (try choose(start, end), try choose(end, start))
    }

    private func bindRowEquality(
        _ operation: BinaryOperator,
        _ left: [Expression],
        _ right: [Expression],
        _ span: SourceSpan
    ) throws -> ScalarExpression {
        guard left.count == right.count else {
            throw SQLError(.typeMismatch, "rows of \(left.count) and \(right.count) values", at: span)
        }
        let pairs = try zip(left, right).map { try bindBinary(.equal, $0, $1, $0.span.union($1.span)) }
        let all = ScalarExpression.conjunction(pairs) ?? .literal(.boolean(true), .notNull(.boolean))
        return operation == .equal ? all : try call("NOT", [all], at: span)
    }

    /// `x BETWEEN a AND b` as two comparisons.
    func bindBetween(_ between: Between, _ span: SourceSpan) throws -> ScalarExpression {
        let value = try bind(between.value)
        let low = try bind(between.low)
        let high = try bind(between.high)
        func inside(_ low: ScalarExpression, _ high: ScalarExpression) throws -> ScalarExpression {
            .and([try call(">=", [value, low], at: span), try call("<=", [value, high], at: span)])
        }
        var result = try inside(low, high)
        if between.isSymmetric { result = .or([result, try inside(high, low)]) }
        return between.isNegated ? try call("NOT", [result], at: span) : result
    }

    /// `x [NOT] IN (a, b)`: the catalogue's IN over the common type of all.
    func bindInList(
        _ value: Expression,
        _ list: [Expression],
        _ isNegated: Bool,
        _ span: SourceSpan
    ) throws -> ScalarExpression {
        if case .row(let parts, _) = value.kind {
            let rows = try list.map { item -> ScalarExpression in
                guard case .row(let others, _) = item.kind else {
                    throw SQLError(.typeMismatch, "a row can only be IN a list of rows", at: item.span)
                }
                return try bindRowEquality(.equal, parts, others, item.span)
            }
            let any: ScalarExpression = rows.count == 1 ? rows[0] : .or(rows)
            return isNegated ? try call("NOT", [any], at: span) : any
        }
        let arguments = [value] + list
        let bound = try arguments.map { try bind($0) }
        let result = try call("IN", bound, at: span, argumentSpans: arguments.map(\.span))
        return isNegated ? try call("NOT", [result], at: span) : result
    }

    /// LIKE and its kin.
    func bindLike(_ like: LikePredicate, _ span: SourceSpan) throws -> ScalarExpression {
        var arguments = [like.value, like.pattern]
        if let escape = like.escape { arguments.append(escape) }
        if like.flavour == .regularExpression {
            throw unsupported("RLIKE", at: span, hint: "write REGEXP(string, pattern)")
        }
        let name = like.flavour.rawValue
        let result = try call(name, arguments.map { try bind($0) }, at: span, argumentSpans: arguments.map(\.span))
        return like.isNegated ? try call("NOT", [result], at: span) : result
    }

    /// `x IS [NOT] test`.
    func bindIsTest(
        _ value: Expression,
        _ test: IsTest,
        _ isNegated: Bool,
        _ span: SourceSpan
    ) throws -> ScalarExpression {
        switch test {
        case .null, .unknown:
            let operand = test == .null ? try bind(value) : try bindCondition(value)
            return try call(isNegated ? "IS NOT NULL" : "IS NULL", [operand], at: span)
        case .true, .false:
            return try call("IS \(isNegated ? "NOT " : "")\(test.rawValue)", [try bindCondition(value)], at: span)
        case .json, .jsonValue, .jsonObject, .jsonArray, .jsonScalar:
            let kind = test == .json ? "VALUE" : String(test.rawValue.dropFirst("JSON ".count))
            let literal = ScalarExpression.literal(.string(kind), .notNull(.char(kind.utf8.count)))
            let result = try call("IS JSON", [try bindTyped(value), literal], at: span)
            return isNegated ? try call("NOT", [result], at: span) : result
        case .aSet, .empty: throw unsupported("IS \(test.rawValue)", at: span)
        }
    }
}

extension BinaryOperator {
    /// `=` or `<>`.
    var isEquality: Bool { self == .equal || self == .notEqual }
}
