import SluiceColumns
import SluiceKernels
import SluiceSQL

extension QueryBinder {
    /// Joins of every kind, with ON, USING, NATURAL or nothing.
    func bindJoin(_ join: Join, _ span: SourceSpan) throws -> BoundTable {
        if let unnest = try UnnestReference.of(join.right) { return try bindJoin(join, unnest: unnest, span) }
        if let table = FunctionTable(join.right) { return try bindJoin(join, function: table, span) }
        let left = try bindFrom(join.left)
        let kind = Self.kind(of: join.kind)
        if let lateral = LateralQuery(join.right) { return try bindLateral(lateral, left, join, kind) }
        let temporal = TemporalReference(join.right)
        let right = try bindFrom(temporal?.table ?? join.right)
        var scope = left.scope.joined(with: right.scope)
        scope.fields = Self.nullable(scope.fields, leftCount: left.scope.fields.count, kind)
        var condition: ScalarExpression?
        var subqueries: SubqueryCollector?
        if join.isNatural || join.condition?.columns != nil {
            let names = join.condition?.columns ?? Self.commonNames(left.scope, right.scope, at: span)
            condition = try merge(names, left.scope, right.scope, kind, into: &scope)
        } else if case .on(let expression)? = join.condition {
            let both = left.scope.joined(with: right.scope)
            let rows = LogicalPlan.join(LogicalJoin(left.plan, right.plan, kind: .inner, condition: nil))
            let collector = SubqueryCollector(self, plan: rows, scope: both)
            var binder = expressionBinder(both)
            binder.place = "ON"
            binder.subqueries = collector
            condition = try binder.bindCondition(expression, isWhole: true)
            if !collector.attached.isEmpty { subqueries = collector }
        } else if ![.cross, .comma].contains(join.kind) {
            throw SQLError(.syntaxError, "\(join.kind.rawValue) needs ON or USING", at: span)
        }
        var node = LogicalJoin(left.plan, right.plan, kind: kind, condition: condition)
        node.stateTTL = JoinStateTTL(
            left: hints.stateTTLMillis(of: left.scope),
            right: hints.stateTTLMillis(of: right.scope)
        )
        guard let subqueries else {
            return BoundTable(plan: try joined(node, left.scope, right.scope, asOf: temporal), scope: scope)
        }
        guard temporal == nil else {
            throw SQLError(
                .unsupported,
                "a subquery in the condition of a temporal join is not supported",
                at: span,
                hint: "move it into WHERE"
            )
        }
        return BoundTable(plan: try SubqueryJoin(node, subqueries, at: span).plan(), scope: scope)
    }

    private static func kind(of kind: Join.Kind) -> JoinOperation.Kind {
        switch kind {
        case .inner, .cross, .comma: .inner
        case .left: .left
        case .right: .right
        case .full: .full
        }
    }

    private static func nullable(_ fields: [RowField], leftCount: Int, _ kind: JoinOperation.Kind) -> [RowField] {
        fields.enumerated().map { index, field in
            let isLeft = index < leftCount
            let canMiss = kind == .full || kind == .left && !isLeft || kind == .right && isLeft
            return canMiss ? RowField(field.name, field.type.nullable(true), comment: field.comment) : field
        }
    }

    private static func commonNames(_ left: Scope, _ right: Scope, at span: SourceSpan) -> [Identifier] {
        let others = Set(right.fields.map(\.name))
        return left.fields.map(\.name).filter(others.contains).map { Identifier($0, span: span) }
    }

    /// The equality of the columns that both sides have; unqualified they are one column from here on.
    private func merge(
        _ names: [Identifier],
        _ left: Scope,
        _ right: Scope,
        _ kind: JoinOperation.Kind,
        into scope: inout Scope
    ) throws -> ScalarExpression? {
        let shift = left.fields.count
        let binder = expressionBinder(.empty)
        var terms: [ScalarExpression] = []
        for name in names {
            guard let lhs = try left.find([name])?.expression, let rhs = try right.find([name])?.expression else {
                throw SQLError(
                    .unknownColumn,
                    "no column '\(name.text)' on both sides of the join",
                    at: name.span
                )
            }
            let other = rhs.shiftingColumns(by: shift)
            terms.append(try binder.call("=", [lhs, other], at: name.span))
            let visible = try value(of: lhs, other, kind, scope, binder, at: name.span)
            let columns = (lhs.columnIndex ?? 0, other.columnIndex ?? shift)
            scope.merged.removeAll { $0.name == name.text }
            scope.merged.append(
                Scope.Merged(name: name.text, left: columns.0, right: columns.1, expression: visible)
            )
        }
        return .conjunction(terms)
    }

    private func value(
        of left: ScalarExpression,
        _ right: ScalarExpression,
        _ kind: JoinOperation.Kind,
        _ scope: Scope,
        _ binder: ExpressionBinder,
        at span: SourceSpan
    ) throws -> ScalarExpression {
        func visible(_ expression: ScalarExpression) -> ScalarExpression {
            expression.columnIndex.map { .column($0, scope.fields[$0].type) } ?? expression
        }
        let (own, other) = (visible(left), visible(right))
        if kind == .full || own.type.logical != other.type.logical {
            return try binder.call("COALESCE", [own, other], at: span)
        }
        // Partners have equal values: the column that is never NULL says more.
        let rightSaysMore = kind == .inner && own.type.isNullable && !other.type.isNullable
        return kind == .right || rightSaysMore ? other : own
    }
}

extension Join.Condition {
    /// The columns of USING.
    var columns: [Identifier]? {
        if case .using(let columns) = self { return columns }
        return nil
    }
}

/// `LATERAL (query) AS name (columns)`: a query that may read the columns of what stands to its left.
struct LateralQuery {
    var query: Query
    var alias: TableAlias?

    init?(_ reference: TableReference) {
        switch reference.kind {
        case .derived(let query, isLateral: true): self.query = query
        case .aliased(let inner, let alias):
            guard let lateral = LateralQuery(inner) else { return nil }
            query = lateral.query
            self.alias = alias
        default: return nil
        }
    }
}

extension QueryBinder {
    /// Joins the rows of `left` with those that the query gives for each of them.
    func bindLateral(
        _ lateral: LateralQuery,
        _ left: BoundTable,
        _ join: Join,
        _ kind: JoinOperation.Kind
    ) throws -> BoundTable {
        guard kind == .inner || kind == .left else {
            throw SQLError(.unsupported, "\(join.kind.rawValue) LATERAL is not supported", at: join.right.span)
        }
        var binder = self
        binder.outer = [left.scope] + outer
        var bound = try binder.bind(lateral.query)
        if let alias = lateral.alias, !alias.columns.isEmpty {
            bound = try Self.renamed(bound, alias.columns, at: alias.span)
        }
        let inner = try Decorrelation.apply(
            bound,
            around: left.plan,
            .dropped,
            expressionBinder(.empty),
            at: join.right.span
        )
        let width = left.plan.fields.count
        var scope = left.scope.joined(with: Scope(name: lateral.alias?.name.text, fields: bound.fields))
        var terms = inner.conditions.map { $0.placed(behind: width) }
        if case .on(let expression)? = join.condition {
            terms.append(try expressionBinder(scope).bindCondition(expression))
        }
        scope.fields = Self.nullable(scope.fields, leftCount: width, kind)
        let joined = LogicalPlan.join(
            LogicalJoin(left.plan, inner.plan, kind: kind, condition: .conjunction(terms))
        )
        // Columns that only the conditions read go away again.
        let kept = LogicalCalc(
            joined,
            projections: scope.fields.indices.map { joined.column($0) },
            names: scope.fields.map(\.name)
        )
        return BoundTable(plan: .calc(kept), scope: scope)
    }
}
