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
        /// Whether the name was written with it.
        var isAliased = false
    }

    /// The plan of the SELECT.
    func bind() throws -> LogicalPlan { try bind(orderBy: []).plan }

    /// The plan of the SELECT and the fields that ORDER BY names; those that are not selected come behind the others.
    func bind(orderBy: [SortItem]) throws -> OrderedPlan {
        var query = query
        query.hints = try QueryHints(select.hints)
        let from =
            try select.from.map { try query.bindFrom($0) }
            ?? BoundTable(plan: .values(.oneRow), scope: .empty)
        try query.hints.check(from.scope)
        let subqueries = SubqueryCollector(query, plan: from.plan, scope: from.scope)
        if let condition = select.where { try subqueries.filter(condition) }
        let aggregates = AggregateCollector()
        var binder = query.expressionBinder(from.scope)
        binder.subqueries = subqueries
        let grouping = GroupingBinder(binder: binder, aggregates: aggregates, subqueries: subqueries)
        try grouping.bind(select.groupBy, from.plan)
        binder.aggregates = aggregates
        binder.place = "a grouped query"
        let results = SubqueryCollector(besideGroupsOf: subqueries, keys: aggregates.keys)
        binder.subqueries = results
        binder.argumentSubqueries = subqueries
        var (output, order) = try bindOutput(binder, orderBy)
        var rows = results.plan
        let isGrouped = select.groupBy != nil || select.having != nil || !aggregates.calls.isEmpty
        if isGrouped {
            let grouped = GroupedPlan(
                query: query,
                select: select,
                binder: binder,
                aggregates: aggregates,
                results: results
            )
            rows = try grouped.build(over: subqueries.plan)
            output = try grouped.rewrite(output, over: rows)
        }
        let plan = output.plan(over: rows)
        return OrderedPlan(
            plan: select.isDistinct ? QueryBinder.distinct(plan) : plan,
            width: output.items.count - order.hidden.count,
            order: order.fields
        )
    }

    private func bindOutput(_ binder: ExpressionBinder, _ orderBy: [SortItem]) throws -> (SelectOutput, SelectOrder) {
        let overs = try OverCollector(select.windows)
        var itemBinder = binder
        itemBinder.overs = overs
        let items = try bindItems(itemBinder)
        let order = try SelectOrder(orderBy, over: items, itemBinder)
        if select.isDistinct, let hidden = order.hidden.first {
            throw SQLError(
                .unknownColumn,
                "ORDER BY of a SELECT DISTINCT can only name what is selected",
                at: hidden.span,
                hint: "select the expression too"
            )
        }
        var havingBinder = binder
        havingBinder.place = "HAVING"
        let having = try select.having.map { try havingBinder.bindCondition($0, isWhole: true) }
        var output = SelectOutput(items: items + order.hidden, having: having, overs: overs)
        guard let condition = select.qualify else { return (output, order) }
        itemBinder.aliases = aliases(items)
        let qualify = try itemBinder.bindCondition(condition)
        guard qualify.columnsRead.contains(where: { $0 >= OverCollector.base }) else {
            throw SQLError(
                .typeMismatch,
                "QUALIFY needs a function with OVER",
                at: condition.span,
                hint: "filter rows with WHERE"
            )
        }
        output.qualify = qualify
        return (output, order)
    }

    /// What the aliases mean that the items give, without those that are given twice.
    private func aliases(_ items: [Item]) -> [String: ScalarExpression] {
        var aliases: [String: ScalarExpression] = [:]
        var doubled: Set<String> = []
        for item in items where item.isAliased {
            if aliases.updateValue(item.expression, forKey: item.name) != nil { doubled.insert(item.name) }
        }
        return aliases.filter { !doubled.contains($0.key) }
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
                let item = Item(
                    expression: bound,
                    name: name,
                    source: expression,
                    span: expression.span,
                    isAliased: alias != nil
                )
                items.append(item)
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
