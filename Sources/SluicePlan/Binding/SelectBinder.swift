import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Binds one SELECT.
struct SelectBinder {
    let query: QueryBinder
    let select: Select

    init(_ query: QueryBinder, _ select: Select) {
        self.query = query
        self.select = select
    }

    /// One output column.
    struct Item {
        var expression: ScalarExpression
        var name: String
        var source: Expression?
        var span: SourceSpan
    }

    /// The plan of the SELECT.
    func bind() throws -> LogicalPlan {
        guard select.qualify == nil else {
            throw SQLError(.unsupported, "QUALIFY is not supported yet", at: select.qualify?.span ?? select.span)
        }
        let from =
            try select.from.map { try query.bindFrom($0) }
            ?? BoundTable(plan: .values(.oneRow), scope: .empty)
        let subqueries = SubqueryCollector(query, plan: from.plan, scope: from.scope)
        if let condition = select.where { try subqueries.filter(condition) }
        let aggregates = AggregateCollector()
        var binder = query.expressionBinder(from.scope)
        binder.subqueries = subqueries
        let grouping = GroupingBinder(binder: binder, aggregates: aggregates, subqueries: subqueries)
        try grouping.bind(select.groupBy, from.plan)
        binder.aggregates = aggregates
        binder.place = "a grouped query"
        let items = try bindItems(binder)
        let having = try select.having.map { try binder.bindCondition($0) }
        let isGrouped = select.groupBy != nil || select.having != nil || !aggregates.calls.isEmpty
        let plan: LogicalPlan
        if isGrouped {
            plan = try GroupedPlan(query: query, select: select, binder: binder, aggregates: aggregates)
                .build(over: subqueries.plan, items: items, having: having)
        } else {
            plan = project(items, over: subqueries.plan)
        }
        return select.isDistinct ? QueryBinder.distinct(plan) : plan
    }

    private func project(_ items: [Item], over input: LogicalPlan) -> LogicalPlan {
        .calc(LogicalCalc(input, projections: items.map(\.expression), names: items.map(\.name)))
    }

    // MARK: Items

    private func bindItems(_ binder: ExpressionBinder) throws -> [Item] {
        var items: [Item] = []
        for item in select.items {
            switch item.kind {
            case .star:
                guard select.from != nil else {
                    throw SQLError(.unknownColumn, "'*' needs a FROM", at: item.span)
                }
                items += starItems(binder.scope, item.span)
            case .qualifiedStar(let name): items += try qualifiedStarItems(name, binder, item.span)
            case .expression(let expression, let alias):
                let bound = try binder.bindTyped(expression)
                let name = alias?.text ?? Self.derivedName(expression) ?? "EXPR$\(items.count)"
                items.append(Item(expression: bound, name: name, source: expression, span: expression.span))
            }
        }
        return items
    }

    private func starItems(_ scope: Scope, _ span: SourceSpan) -> [Item] {
        var items = scope.merged.map { merge in
            Item(expression: merge.expression, name: merge.name, source: nil, span: span)
        }
        let taken = Set(scope.merged.flatMap { [$0.left, $0.right] })
        for entry in scope.entries {
            items += columnItems(
                entry.columns.filter { !taken.contains($0) && !entry.hidden.contains($0) },
                scope,
                span
            )
        }
        return items
    }

    private func columnItems(_ columns: [Int], _ scope: Scope, _ span: SourceSpan) -> [Item] {
        columns.map { column in
            let field = scope.fields[column]
            return Item(expression: .column(column, field.type), name: field.name, source: nil, span: span)
        }
    }

    private func qualifiedStarItems(
        _ name: ObjectName,
        _ binder: ExpressionBinder,
        _ span: SourceSpan
    ) throws -> [Item] {
        if let entry = binder.scope.entry(name.parts) {
            return columnItems(entry.columns.filter { !entry.hidden.contains($0) }, binder.scope, span)
        }
        let base = try binder.bindName(name.parts, at: name.span)
        guard let fields = base.type.logical.rowFields else {
            throw SQLError(.typeMismatch, "'.*' needs a table or a row, this is \(base.type.logical)", at: span)
        }
        return try fields.map { field in
            let expression = try binder.field(Identifier(field.name, span: span), of: base)
            return Item(expression: expression, name: field.name, source: nil, span: span)
        }
    }

    /// The name of a column that was not named: that of a column or field reference.
    static func derivedName(_ expression: Expression) -> String? {
        if case .name(let parts) = expression.kind { return parts.last?.text }
        return nil
    }
}
