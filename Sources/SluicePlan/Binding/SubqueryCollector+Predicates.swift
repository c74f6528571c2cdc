import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Predicates with a subquery that are no conjunct of WHERE: values that can be TRUE, FALSE or unknown.
///
/// The subquery is counted, in one row, and its rows are found by a join; it cannot read columns of the query around.
extension SubqueryCollector {
    /// The value of EXISTS, IN or a comparison with ANY or ALL; `binder` binds what is compared.
    func predicate(_ expression: Expression, _ binder: ExpressionBinder) throws -> ScalarExpression {
        let span = expression.span
        switch expression.kind {
        case .exists(let query):
            let count = try summary(try independent(query, at: span), [], at: span).count
            return try binder.call("IS TRUE", [try binder.call(">", [count, Self.zero], at: span)], at: span)
        case .inSubquery(let value, let query, let isNegated):
            let values: [Expression] = if case .row(let parts, _) = value.kind { parts } else { [value] }
            return try membership(values, of: query, isNegated: isNegated, binder, at: span)
        case .quantified(let comparison):
            guard case .subquery(let query) = comparison.operand else { break }
            switch (comparison.comparison.rawValue, comparison.quantifier) {
            case ("=", .any): return try membership([comparison.value], of: query, isNegated: false, binder, at: span)
            case ("<>", .all): return try membership([comparison.value], of: query, isNegated: true, binder, at: span)
            case ("=", .all), ("<>", .any): break
            default: return try extreme(comparison, query, binder, at: span)
            }
        default: break
        }
        throw SQLError(
            .unsupported,
            "this comparison with a subquery can only stand in WHERE, joined to other conditions with AND",
            at: span
        )
    }

    private static let zero = ScalarExpression.literal(.integer(0), .notNull(.bigint))

    private static func boolean(_ value: Bool) -> ScalarExpression { .literal(.boolean(value), .notNull(.boolean)) }

    /// A subquery that reads no column of the query around.
    private func independent(_ query: Query, at span: SourceSpan) throws -> LogicalPlan {
        let plan = try bind(query)
        guard !plan.readsOuter else {
            throw SQLError(
                .unsupported,
                "a correlated subquery can only stand in WHERE, joined to other conditions with AND",
                at: span,
                hint: "write a join"
            )
        }
        return plan
    }

    /// What is known of all rows of a subquery; NULL where it has none.
    private struct Summary {
        /// Rows.
        var count: ScalarExpression
        /// Rows without a NULL.
        var complete: ScalarExpression
        /// Results of further aggregates of the first column.
        var others: [ScalarExpression]
    }

    private func summary(_ rows: LogicalPlan, _ others: [String], at span: SourceSpan) throws -> Summary {
        let functions = query.context.functions
        guard let count = functions.aggregate("COUNT") else {
            throw SQLError(.unsupported, "a subquery here needs COUNT", at: span)
        }
        let binder = query.expressionBinder(.empty)
        let tests = try rows.allColumns.map { try binder.call("IS NOT NULL", [$0], at: span) }
        let isComplete = ScalarExpression.conjunction(tests) ?? Self.boolean(true)
        let marked = LogicalPlan.calc(
            LogicalCalc(
                rows,
                projections: rows.allColumns + [isComplete],
                names: rows.fields.map(\.name) + ["$complete"]
            )
        )
        var calls = [nil, rows.fields.count].map { filter in
            AggregateCall(
                function: count,
                arguments: [],
                argumentTypes: [],
                filter: filter,
                resultType: .notNull(.bigint)
            )
        }
        for name in others {
            guard let function = functions.aggregate(name) else { continue }
            let type = rows.fields[0].type
            let signature = try function.resolve([ArgumentInfo(type)], true)
            calls.append(
                AggregateCall(
                    function: function,
                    arguments: [0],
                    argumentTypes: signature.arguments,
                    resultType: signature.result
                )
            )
        }
        let names = calls.indices.map { "$agg\($0)" }
        let row = LogicalPlan.aggregate(LogicalAggregate(marked, keys: [], aggregates: calls, names: names))
        let first = attach(row)
        return Summary(
            count: plan.column(first),
            complete: plan.column(first + 1),
            others: others.indices.map { plan.column(first + 2 + $0) }
        )
    }

    /// Whether there are no rows.
    private func isEmpty(_ summary: Summary, _ binder: ExpressionBinder, at span: SourceSpan) throws -> ScalarExpression
    {
        try binder.call("IS NOT TRUE", [try binder.call(">", [summary.count, Self.zero], at: span)], at: span)
    }

    private func membership(
        _ values: [Expression],
        of query: Query,
        isNegated: Bool,
        _ binder: ExpressionBinder,
        at span: SourceSpan
    ) throws -> ScalarExpression {
        let bound = try values.map { try binder.bind($0) }
        guard !bound.contains(where: { $0.columnsRead.contains { $0 >= OverCollector.base } }) else {
            throw SQLError(.unsupported, "OVER beside a subquery is not supported", at: span)
        }
        let rows = try independent(query, at: span)
        guard rows.fields.count == bound.count else {
            throw SQLError(
                .typeMismatch,
                "IN compares \(bound.count) values with \(rows.fields.count) columns",
                at: span
            )
        }
        let summary = try summary(rows, [], at: span)
        let distinct = QueryBinder.distinct(rows)
        let marked = LogicalPlan.calc(
            LogicalCalc(
                distinct,
                projections: distinct.allColumns + [Self.boolean(true)],
                names: distinct.fields.map(\.name) + ["$found"]
            )
        )
        let width = plan.fields.count
        let terms = try zip(bound, marked.allColumns).map { one, other in
            try binder.call("=", [one, other.shiftingColumns(by: width)], at: span)
        }
        let first = attach(marked, on: .conjunction(terms))
        let found = try binder.call("IS NOT NULL", [plan.column(first + bound.count)], at: span)
        let unknown = ScalarExpression.literal(.null, DataType(.boolean))
        var branches = [CaseBranch(try isEmpty(summary, binder, at: span), Self.boolean(false))]
        for value in bound where value.type.isNullable {
            branches.append(CaseBranch(try binder.call("IS NULL", [value], at: span), unknown))
        }
        branches.append(CaseBranch(found, Self.boolean(true)))
        if rows.fields.contains(where: \.type.isNullable) {
            let hasNulls = try binder.call("<", [summary.complete, summary.count], at: span)
            branches.append(CaseBranch(hasNulls, unknown))
        }
        let isNullable = branches.contains { $0.value.type.isNullable }
        let isMember = ScalarExpression.caseWhen(
            branches,
            otherwise: Self.boolean(false),
            DataType(.boolean, nullable: isNullable)
        )
        return isNegated ? try binder.call("NOT", [isMember], at: span) : isMember
    }

    /// A comparison with all values, or any, of an ordered subquery: one with its greatest or least.
    private func extreme(
        _ comparison: QuantifiedComparison,
        _ query: Query,
        _ binder: ExpressionBinder,
        at span: SourceSpan
    ) throws -> ScalarExpression {
        let value = try binder.bind(comparison.value)
        let rows = try independent(query, at: span)
        guard rows.fields.count == 1 else {
            throw SQLError(.typeMismatch, "the subquery must have one column", at: span)
        }
        let isAll = comparison.quantifier == .all
        let isAbove = comparison.comparison.rawValue.hasPrefix(">")
        let summary = try summary(rows, [isAbove == isAll ? "MAX" : "MIN"], at: span)
        let compared = try binder.call(comparison.comparison.rawValue, [value, summary.others[0]], at: span)
        // The one that decides: a FALSE for ALL, a TRUE for ANY. Otherwise a NULL among the values leaves it open.
        let decides = try binder.call(isAll ? "IS FALSE" : "IS TRUE", [compared], at: span)
        let hasNulls = try binder.call("<", [summary.complete, summary.count], at: span)
        return .caseWhen(
            [
                CaseBranch(try isEmpty(summary, binder, at: span), Self.boolean(isAll)),
                CaseBranch(decides, Self.boolean(!isAll)),
                CaseBranch(hasNulls, .literal(.null, DataType(.boolean))),
            ],
            otherwise: compared,
            DataType(.boolean)
        )
    }
}
