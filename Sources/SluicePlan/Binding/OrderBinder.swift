import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Binds ORDER BY, LIMIT and OFFSET of a query.
struct OrderBinder {
    let query: QueryBinder
    let source: Query
    /// Whether an order without LIMIT counts.
    let isOutermost: Bool

    init(_ query: QueryBinder, _ source: Query, isOutermost: Bool) {
        self.query = query
        self.source = source
        self.isOutermost = isOutermost
    }

    /// The plan of the query.
    func bind() throws -> LogicalPlan {
        let body = try bindBody()
        let plan = try limited(body)
        if plan.fields.count == body.width { return plan }
        return .calc(
            LogicalCalc(
                plan,
                projections: Array(plan.allColumns.prefix(body.width)),
                names: plan.fields.prefix(body.width).map(\.name)
            )
        )
    }

    private func bindBody() throws -> OrderedPlan {
        if case .select(let select) = source.body.kind {
            return try SelectBinder(query, select).bind(orderBy: source.orderBy)
        }
        let plan = try query.bind(source.body)
        let items = plan.fields.enumerated().map { index, field in
            SelectBinder.Item(
                expression: plan.column(index),
                name: field.name,
                source: nil,
                span: source.body.span
            )
        }
        let binder = query.expressionBinder(Scope(name: nil, fields: plan.fields))
        let order = try SelectOrder(source.orderBy, over: items, binder)
        let all = items + order.hidden
        let calc = LogicalCalc(plan, projections: all.map(\.expression), names: all.map(\.name))
        return OrderedPlan(
            plan: order.hidden.isEmpty ? plan : .calc(calc),
            width: items.count,
            order: order.fields
        )
    }

    private func limited(_ body: OrderedPlan) throws -> LogicalPlan {
        let span = source.orderBy.first?.span ?? source.limit?.span ?? source.span
        let offset = try source.offset.map { try rowCount($0) } ?? 0
        guard let limit = try source.limit.map({ try rowCount($0) }) else {
            guard offset == 0 else {
                throw SQLError(
                    .unsupported,
                    "OFFSET without LIMIT is not supported",
                    at: source.offset?.span ?? span,
                    hint: "say how many rows are wanted: LIMIT n OFFSET \(offset)"
                )
            }
            return try sorted(body, at: span)
        }
        if limit == 0 { return .values(LogicalValues(rows: [], fields: body.plan.fields)) }
        let (end, overflows) = offset.addingReportingOverflow(limit)
        return .rank(
            LogicalRank(
                body.plan,
                order: body.order,
                range: RankRange(start: offset + 1, end: .constant(overflows ? .max : end)),
                at: span
            )
        )
    }

    private func rowCount(_ expression: Expression) throws -> Int64 {
        let bound = try query.expressionBinder(.empty).bind(expression)
        guard case .integer(let value)? = query.expressionBinder(.empty).foldedLiteral(bound), value >= 0,
            value < .max
        else {
            throw SQLError(.typeMismatch, "LIMIT and OFFSET take whole numbers", at: expression.span)
        }
        return value
    }

    /// All rows, in the order of event time.
    private func sorted(_ body: OrderedPlan, at span: SourceSpan) throws -> LogicalPlan {
        guard isOutermost, let first = body.order.first else { return body.plan }
        let time = body.plan.fields[first.column].type.timeAttribute
        guard time != nil, !first.isDescending else {
            throw SQLError(
                .unsupported,
                "ORDER BY of a stream starts with a time attribute, ascending, or has a LIMIT",
                at: span,
                hint: "add LIMIT n to keep the first rows"
            )
        }
        // Rows come in the order of processing time.
        if time == .proctime { return body.plan }
        return .sort(LogicalSort(body.plan, order: body.order, at: span))
    }
}

/// A plan with the fields that order its rows.
struct OrderedPlan {
    var plan: LogicalPlan
    /// Columns of the result; those behind are there for the order only.
    var width: Int
    var order: [SortField]
}

/// The fields of an ORDER BY over selected columns.
///
/// As in Calcite a whole number is the place of a column, and the name of a selected column comes before that of a
/// column of FROM, also within an expression.
struct SelectOrder {
    /// Without constants, and without fields that are ordered before.
    private(set) var fields: [SortField] = []
    /// Expressions that are not selected; their columns come behind the selected ones.
    private(set) var hidden: [SelectBinder.Item] = []

    init(_ items: [SortItem], over selected: [SelectBinder.Item], _ binder: ExpressionBinder) throws {
        var binder = binder
        for item in selected.reversed() { binder.aliases[item.name] = item.expression }
        for item in items {
            let bound = try Self.key(item.expression, selected, binder)
            guard SortKeys.supports(bound.type) else {
                throw SQLError(
                    .unsupported,
                    "rows cannot be ordered by \(bound.type.logical)",
                    at: item.expression.span,
                    hint: "order by parts of it"
                )
            }
            if bound.literalValue != nil { continue }
            let column = place(of: bound, item.expression, selected)
            if fields.contains(where: { $0.column == column }) { continue }
            let nullsFirst = item.nulls.map { $0 == .first }
            fields.append(SortField(column: column, isDescending: item.isDescending, nullsFirst: nullsFirst))
        }
    }

    private static func key(
        _ expression: Expression,
        _ selected: [SelectBinder.Item],
        _ binder: ExpressionBinder
    ) throws -> ScalarExpression {
        let bound = try binder.bindTyped(expression)
        guard case .literal = expression.kind, case .integer(let ordinal)? = bound.literalValue,
            bound.type.logical == .int || bound.type.logical == .bigint
        else { return bound }
        guard let item = selected.indices.contains(Int(ordinal) - 1) ? selected[Int(ordinal) - 1] : nil else {
            throw SQLError(.unknownColumn, "there is no column \(ordinal) to order by", at: expression.span)
        }
        return item.expression
    }

    private mutating func place(
        of bound: ScalarExpression,
        _ expression: Expression,
        _ selected: [SelectBinder.Item]
    ) -> Int {
        if let known = (selected + hidden).firstIndex(where: { $0.expression == bound }), bound.isDeterministic {
            return known
        }
        hidden.append(
            SelectBinder.Item(
                expression: bound,
                name: "$order\(hidden.count)",
                source: expression,
                span: expression.span
            )
        )
        return selected.count + hidden.count - 1
    }
}
