import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Turns the subqueries of one SELECT into joins with the rows of its FROM.
final class SubqueryCollector {
    let query: QueryBinder
    /// The rows so far: those of FROM, then the columns that scalar subqueries add.
    var plan: LogicalPlan
    let scope: Scope
    /// What stands behind the rows that were there first, in order; the first column stands at `firstAttached`.
    private(set) var attached: [Attachment] = []
    /// What can be read again where the same subquery stands again, with its first column.
    private var known: [(attachment: Attachment, column: Int)] = []
    /// Index of the first column of what is attached.
    let firstAttached: Int

    init(_ query: QueryBinder, plan: LogicalPlan, scope: Scope) {
        self.query = query
        self.plan = plan
        self.scope = scope
        firstAttached = plan.fields.count
    }

    /// A collector for what stands beside the groups of the rows of `rows`.
    ///
    /// Subqueries of the keys are not computed again.
    init(besideGroupsOf rows: SubqueryCollector, keys: [ScalarExpression]) {
        query = rows.query
        plan = rows.plan
        scope = rows.scope
        firstAttached = plan.fields.count
        let read = keys.reduce(into: Set<Int>()) { $0.formUnion($1.columnsRead) }
        known = rows.known.filter { known in
            read.contains { known.column..<known.column + known.attachment.columnCount ~= $0 }
        }
    }

    private var binder: ExpressionBinder {
        var binder = query.expressionBinder(scope)
        binder.subqueries = self
        binder.place = "WHERE"
        return binder
    }

    // MARK: WHERE

    /// Keeps the rows for which `condition` holds.
    func filter(_ condition: Expression) throws {
        var joins: [Expression] = []
        var terms: [ScalarExpression] = []
        let conjuncts = Self.conjuncts(condition)
        for term in conjuncts {
            if Self.isJoin(term) {
                joins.append(term)
            } else {
                terms.append(try binder.bindCondition(term, isWhole: conjuncts.count == 1))
            }
        }
        if let predicate = ScalarExpression.conjunction(terms) {
            plan = .calc(LogicalCalc(plan, predicate: predicate))
        }
        for term in joins { try join(term, isNegated: false) }
    }

    private static func conjuncts(_ condition: Expression) -> [Expression] {
        switch condition.kind {
        case .and(let terms): return terms.flatMap(conjuncts)
        case .not(let inner):
            guard case .or(let terms) = inner.kind else { return [condition] }
            return terms.flatMap { conjuncts(Expression(.not($0), span: $0.span)) }
        default: return [condition]
        }
    }

    private static func isJoin(_ expression: Expression) -> Bool {
        switch expression.kind {
        case .exists, .inSubquery: return true
        case .quantified(let comparison):
            guard case .subquery = comparison.operand else { return false }
            return true
        case .not(let inner): return isJoin(inner)
        default: return false
        }
    }

    private func join(_ expression: Expression, isNegated: Bool) throws {
        switch expression.kind {
        case .not(let inner): try join(inner, isNegated: !isNegated)
        case .exists(let query):
            let bound = try bind(query)
            if bound.alwaysHasRow {
                if isNegated { plan = .calc(LogicalCalc(plan, predicate: Self.boolean(false))) }
            } else {
                try joined(bound, isNegated ? .anti : .semi, at: expression.span) { _ in [] }
            }
        case .inSubquery(let value, let query, let negated):
            try joinIn(value, query, isNegated: negated != isNegated, at: expression.span)
        case .quantified(let comparison):
            guard case .subquery(let query) = comparison.operand else { return }
            try joinQuantified(comparison, query, isNegated: isNegated, at: expression.span)
        default: break
        }
    }

    private func joinIn(_ value: Expression, _ query: Query, isNegated: Bool, at span: SourceSpan) throws {
        let values: [Expression] = if case .row(let parts, _) = value.kind { parts } else { [value] }
        let binder = binder
        let bound = try values.map { try binder.bind($0) }
        try joined(try bind(query), isNegated ? .anti : .semi, at: span) { columns in
            guard columns.count == bound.count else {
                throw SQLError(
                    .typeMismatch,
                    "IN compares \(bound.count) values with \(columns.count) columns",
                    at: span
                )
            }
            return try zip(bound, columns).map { one, other in
                let equal = try binder.call("=", [one, other], at: span)
                // NULL IN (...) is unknown, and unknown rows do not pass NOT IN.
                guard isNegated, equal.type.isNullable else { return equal }
                return try binder.call("IS NOT FALSE", [equal], at: span)
            }
        }
    }

    private func joinQuantified(
        _ comparison: QuantifiedComparison,
        _ query: Query,
        isNegated: Bool,
        at span: SourceSpan
    ) throws {
        let binder = binder
        let value = try binder.bind(comparison.value)
        // x > ALL (q): no row of q for which x > q is not true.     NOT (x > ALL (q)): one for which it is false.
        // x > ANY (q): a row of q for which x > q is true.          NOT (x > ANY (q)): none for which it is not false.
        let isAll = comparison.quantifier == .all
        let test = isAll ? (isNegated ? "IS FALSE" : "IS NOT TRUE") : (isNegated ? "IS NOT FALSE" : nil)
        try joined(try bind(query), isAll == isNegated ? .semi : .anti, at: span) { columns in
            guard columns.count == 1 else {
                throw SQLError(.typeMismatch, "the subquery must have one column", at: span)
            }
            let compared = try binder.call(comparison.comparison.rawValue, [value, columns[0]], at: span)
            return [try test.map { try binder.call($0, [compared], at: span) } ?? compared]
        }
    }

    /// Joins the rows with those of a subquery; `match` gives the conditions over its columns.
    private func joined(
        _ bound: LogicalPlan,
        _ kind: JoinOperation.Kind,
        at span: SourceSpan,
        match: ([ScalarExpression]) throws -> [ScalarExpression]
    ) throws {
        let width = plan.fields.count
        let inner = try decorrelated(bound, .kept, at: span)
        let columns = bound.fields.indices.map { inner.plan.column($0).shiftingColumns(by: width) }
        let terms = try match(columns) + inner.conditions.map { $0.placed(behind: width) }
        plan = .join(LogicalJoin(plan, inner.plan, kind: kind, condition: .conjunction(terms)))
    }

    /// A constant truth value.
    static func boolean(_ value: Bool) -> ScalarExpression { .literal(.boolean(value), .notNull(.boolean)) }

    /// The subquery's plan; columns of this SELECT are marked in it.
    func bind(_ query: Query) throws -> LogicalPlan {
        var binder = self.query
        binder.outer = [scope] + binder.outer
        return try binder.bind(query)
    }

    // MARK: Elsewhere

    /// A subquery without columns of the rows, and the conditions that put it beside them.
    func decorrelated(
        _ plan: LogicalPlan,
        _ emptyGroups: Decorrelation.EmptyGroups,
        at span: SourceSpan
    ) throws -> Decorrelation {
        let binder = query.expressionBinder(.empty)
        return try Decorrelation.apply(plan, around: self.plan, emptyGroups, binder, at: span)
    }

    /// Joins the rows with a subquery that has at most one row for each; gives the index of its first column.
    ///
    /// - Parameter match: further conditions, given that index.
    func attach(
        _ inner: Decorrelation,
        match: (Int) throws -> [ScalarExpression] = { _ in [] }
    ) rethrows -> Int {
        try append { column in
            let terms = try inner.conditions.map { $0.placed(behind: column) } + match(column)
            return .rows(inner.plan, condition: .conjunction(terms))
        }
    }

    private func append(_ make: (Int) throws -> Attachment) rethrows -> Int {
        for known in known where try make(known.column) == known.attachment { return known.column }
        let width = plan.fields.count
        let attachment = try make(width)
        attached.append(attachment)
        known.append((attachment, width))
        plan = attachment.attached(to: plan) { $0 }
        return width
    }

    /// A scalar subquery: a column of the plan behind those of FROM, NULL where the subquery has no row.
    func scalar(_ query: Query, at span: SourceSpan) throws -> ScalarExpression {
        let bound = try bind(query)
        guard bound.fields.count == 1 else {
            throw SQLError(
                .typeMismatch,
                "a scalar subquery has one column, this has \(bound.fields.count)",
                at: span
            )
        }
        let evaluation = self.query.context.evaluation
        if let value = bound.onlyRow(evaluation)?[0] {
            if value.literalValue != nil { return append(constant: value, named: bound.fields[0].name) }
            if value.columnsRead.allSatisfy({ $0 >= OuterColumn.base }), value.isDeterministic {
                return Coercion.cast(value.placed(behind: 0), to: value.type.nullable(true))
            }
        }
        let single = bound.hasOneRow ? bound : try singleRow(bound, at: span)
        let isNullOverNothing = single.rowOverNothing(evaluation)?[0].literalValue == .null
        let inner = try decorrelated(single, isNullOverNothing || single.isCount ? .optional : .kept, at: span)
        let first = try attach(inner)
        let value = plan.column(first)
        guard !inner.conditions.isEmpty, single.isCount else { return value }
        // No group is a count of 0; the type says that it can be NULL, as in Flink.
        let isMissing = try binder.call("IS NULL", [value], at: span)
        let zero = CaseBranch(isMissing, .literal(.integer(0), .notNull(.bigint)))
        return .caseWhen([zero], otherwise: value, value.type)
    }

    /// The column that a constant subquery adds.
    ///
    /// No join for it: the changelog of one that has no condition tells of every change of either side, so nested ones
    /// would double it at each level.
    private func append(constant: ScalarExpression, named name: String) -> ScalarExpression {
        let type = constant.type.nullable(true)
        let value = ScalarExpression.literal(constant.literalValue ?? .null, type)
        return .column(append { _ in .constant(value, name: name) }, type)
    }

    /// The plan's only row; more than one fail the job.
    private func singleRow(_ plan: LogicalPlan, at span: SourceSpan) throws -> LogicalPlan {
        guard let function = query.context.functions.aggregate("SINGLE_VALUE") else {
            throw SQLError(
                .unsupported,
                "a scalar subquery that may have several rows is not supported",
                at: span,
                hint: "aggregate in it, for example with MAX"
            )
        }
        let type = plan.fields[0].type
        let call = AggregateCall(
            function: function,
            arguments: [0],
            argumentTypes: [type],
            resultType: type.nullable(true)
        )
        return .aggregate(LogicalAggregate(plan, keys: [], aggregates: [call], names: [plan.fields[0].name]))
    }
}

extension SubqueryCollector {
    /// What a subquery adds to the rows: columns behind theirs.
    enum Attachment: Hashable {
        /// The columns of the plan's row, NULL where it has none; it has at most one for each row in front.
        case rows(LogicalPlan, condition: ScalarExpression?)
        /// One column that is the same everywhere.
        case constant(ScalarExpression, name: String)

        /// How many columns it adds.
        var columnCount: Int {
            switch self {
            case .rows(let right, _): right.fields.count
            case .constant: 1
            }
        }

        /// `plan` with the columns; `rewrite` puts the condition over the columns of `plan`.
        func attached(
            to plan: LogicalPlan,
            _ rewrite: (ScalarExpression) throws -> ScalarExpression
        ) rethrows -> LogicalPlan {
            switch self {
            case .rows(let right, let condition):
                return .join(LogicalJoin(plan, right, kind: .left, condition: try condition.map(rewrite)))
            case .constant(let value, let name):
                let names = plan.fields.map(\.name) + [name]
                return .calc(LogicalCalc(plan, projections: plan.allColumns + [value], names: names))
            }
        }
    }
}
