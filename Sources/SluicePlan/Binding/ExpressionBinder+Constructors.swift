import SluiceColumns
import SluiceKernels
import SluiceSQL

extension ExpressionBinder {
    /// Rows, arrays, maps, access to their parts, subqueries, and what is refused.
    func bindConstructor(_ expression: Expression) throws -> ScalarExpression {
        let span = expression.span
        switch expression.kind {
        case .row(let values, let isExplicit):
            if values.count == 1 && !isExplicit { return try bind(values[0]) }
            return try call("ROW", values.map { try bindTyped($0) }, at: span, argumentSpans: values.map(\.span))
        case .array(let values):
            return try call("ARRAY", values.map { try bind($0) }, at: span, argumentSpans: values.map(\.span))
        case .map(let entries):
            let flat = entries.flatMap { [$0.key, $0.value] }
            return try call("MAP", flat.map { try bind($0) }, at: span, argumentSpans: flat.map(\.span))
        case .subscripted(let base, let index):
            return try call(
                "ITEM",
                [try bind(base), try bind(index)],
                at: span,
                argumentSpans: [base.span, index.span]
            )
        case .field(let base, let name): return try field(name, of: try bind(base))
        case .timeUnit(let unit): return Self.text(unit.rawValue)
        case .formatJSON(let value): return try call("JSON", [try bind(value)], at: span)
        case .datetimeDifference(let left, let right, let qualifier):
            return try bindDifference(left, right, qualifier, span)
        case .intervalOf(let value, let qualifier): return try bindInterval(value, qualifier, span)
        case .subquery(let query): return try bindScalarSubquery(query, span)
        case .exists, .inSubquery, .quantified:
            guard let subqueries else { throw unsupported("a subquery", at: span) }
            return try subqueries.predicate(expression, self)
        case .parameter: throw unsupported("a parameter", at: span, hint: "write the value")
        case .multiset: throw unsupported("MULTISET[...]", at: span, hint: "use ARRAY[...] or COLLECT")
        case .unique: throw unsupported("UNIQUE", at: span)
        case .matchScope(let scope, let call):
            guard let matches else { throw unsupported("RUNNING and FINAL outside of MATCH_RECOGNIZE", at: span) }
            return try matches.scoped(scope, call, self, at: span)
        case .collectionQuery: throw unsupported("a collection from a query", at: span, hint: "use ARRAY_AGG")
        default:
            throw SQLError(.typeMismatch, "this cannot stand in an expression", at: span)
        }
    }

    private func bindScalarSubquery(_ query: Query, _ span: SourceSpan) throws -> ScalarExpression {
        guard let subqueries else { throw unsupported("a subquery", at: span) }
        return try subqueries.scalar(query, at: span)
    }

    /// A text constant.
    static func text(_ text: String) -> ScalarExpression {
        .literal(.string(text), .notNull(.char(text.utf16.count)))
    }

    private func bindDifference(
        _ left: Expression,
        _ right: Expression,
        _ qualifier: IntervalQualifier,
        _ span: SourceSpan
    ) throws -> ScalarExpression {
        let type = try TypeBinder.interval(qualifier)
        let name =
            if case .intervalYearMonth = type { "DATETIME_DIFFERENCE_MONTH" } else { "DATETIME_DIFFERENCE_SECOND" }
        let bound = try call(
            name,
            [try bind(left), try bind(right)],
            at: span,
            argumentSpans: [left.span, right.span]
        )
        return bound
    }

    /// `INTERVAL (n) DAY`: n times the unit.
    private func bindInterval(
        _ value: Expression,
        _ qualifier: IntervalQualifier,
        _ span: SourceSpan
    ) throws -> ScalarExpression {
        guard qualifier.end == nil else { throw unsupported("a computed interval of several units", at: span) }
        let unit = try IntervalText.bind("1", isNegative: false, qualifier, at: span)
        return try call("*", [try bind(value), unit], at: span)
    }

    /// CASE in both forms.
    func bindCase(_ cases: CaseExpression, _ span: SourceSpan) throws -> ScalarExpression {
        let operand = try cases.operand.map { try bind($0) }
        var conditions: [ScalarExpression] = []
        for branch in cases.branches { conditions.append(try bindWhen(branch, operand)) }
        let results = cases.branches.map(\.result) + (cases.otherwise.map { [$0] } ?? [])
        var values = try results.map { try bind($0) }
        if cases.otherwise == nil { values.append(.literal(.null, DataType(.null))) }
        guard let type = CommonType.leastRestrictive(values.map(\.type)), type.logical != .null else {
            let kinds = values.map { $0.type.logical.description }.joined(separator: ", ")
            throw SQLError(.typeMismatch, "the results of CASE have no common type: \(kinds)", at: span)
        }
        let plain = type.timeAttribute == nil ? type : type.withoutTimeAttribute
        let coerced = values.map { Coercion.cast($0, to: plain) }
        let branches = zip(conditions, coerced).map { CaseBranch($0, $1) }
        return .caseWhen(branches, otherwise: coerced[coerced.count - 1], plain)
    }

    private func bindWhen(
        _ branch: CaseExpression.Branch,
        _ operand: ScalarExpression?
    ) throws -> ScalarExpression {
        guard let operand else { return try bindCondition(branch.conditions[0], isWhole: true) }
        let tests = try branch.conditions.map { condition in
            try call("=", [operand, try bind(condition)], at: condition.span)
        }
        return tests.count == 1 ? tests[0] : .or(tests)
    }

    /// CAST and TRY_CAST.
    func bindCast(_ cast: CastExpression, _ span: SourceSpan) throws -> ScalarExpression {
        let value = try bind(cast.value)
        let target = try TypeBinder.bindCastTarget(cast.type)
        if value.type.logical == .null { return .literal(.null, target.nullable(true)) }
        do {
            try CastRules.check(from: value.type, to: target)
        } catch let error as FunctionError {
            throw SQLError(.typeMismatch, error.message, at: span, hint: error.hint)
        }
        let isTry = cast.isTry || context.configuration.usesLegacyCasts
        // The older behaviour gives NULL without saying so in the type.
        return .cast(value, to: target.nullable(value.type.isNullable || cast.isTry), isTry ? .tryCast : .cast)
    }
}
