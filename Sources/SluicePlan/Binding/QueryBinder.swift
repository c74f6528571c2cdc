import SluiceColumns
import SluiceConnect
import SluiceKernels
import SluiceSQL

/// Binds queries: syntax trees to logical plans.
struct QueryBinder {
    /// The session, with what an EMIT clause around says.
    private(set) var context: PlanningContext
    /// Tables and views.
    let catalog: Catalog
    /// What WITH has named so far.
    var commonTables: [String: LogicalPlan] = [:]
    /// Scopes of the queries around, nearest first.
    var outer: [Scope] = []
    /// Whether what is bound next is the whole query of a statement: elsewhere ORDER BY without LIMIT means nothing.
    var isOutermost = false
    /// Hints of the SELECT being bound.
    var hints = QueryHints()
    /// Views being expanded, against views that read themselves.
    var viewDepth = 0
    /// Whether VALUES may hold a bare NULL, which gets its type from the table that it is written to.
    var takesUntypedNulls = false

    /// Makes a binder.
    ///
    /// - Parameter isOutermost: whether the query is a statement's own and not that of a view.
    init(_ context: PlanningContext, _ catalog: Catalog, isOutermost: Bool = false) {
        self.context = context
        self.catalog = catalog
        self.isOutermost = isOutermost
    }

    /// The plan of a whole query.
    func bind(_ query: Query) throws -> LogicalPlan {
        var binder = self
        if let emit = query.emit {
            binder.context = try EmitSettings.applied(emit, to: context)
            var plain = query
            plain.emit = nil
            let plan = try binder.bind(plain)
            try EmitSettings.requireWindow(in: plan, at: emit.span)
            return plan
        }
        binder.isOutermost = false
        for common in query.with {
            var plan = try binder.bind(common.query)
            if !common.columns.isEmpty { plan = try Self.renamed(plan, common.columns, at: common.span) }
            binder.commonTables[common.name.text] = plan
        }
        guard query.orderBy.isEmpty, query.limit == nil, query.offset == nil else {
            return try OrderBinder(binder, query, isOutermost: isOutermost).bind()
        }
        // Parentheses around the whole query mean nothing.
        if case .nested = query.body.kind { binder.isOutermost = isOutermost }
        return try binder.bind(query.body)
    }

    /// The plan of a SELECT, VALUES or set operation.
    func bind(_ body: QueryBody) throws -> LogicalPlan {
        switch body.kind {
        case .select(let select): return try SelectBinder(self, select).bind()
        case .setOperation(let operation): return try bindSetOperation(operation, body.span)
        case .values(let rows): return try bindValues(rows, body.span)
        case .table(let name): return try bindTable(name).plan
        case .nested(let query): return try bind(query)
        }
    }

    /// The same plan with other column names.
    static func renamed(_ plan: LogicalPlan, _ names: [Identifier], at span: SourceSpan) throws -> LogicalPlan {
        guard names.count == plan.fields.count else {
            throw SQLError(
                .invalidDefinition,
                "\(names.count) column names for \(plan.fields.count) columns",
                at: span
            )
        }
        return .calc(LogicalCalc(plan, projections: plan.allColumns, names: names.map(\.text)))
    }

    /// An expression binder over `scope` that sees the queries around.
    func expressionBinder(_ scope: Scope) -> ExpressionBinder {
        var scope = scope
        scope.outer = outer
        return ExpressionBinder(context, scope: scope)
    }

    // MARK: VALUES

    private func bindValues(_ rows: [ValuesRow], _ span: SourceSpan) throws -> LogicalPlan {
        var inputs: [LogicalPlan] = []
        var bound: [[ScalarExpression]] = []
        for row in rows {
            guard row.values.count == rows[0].values.count else {
                throw SQLError(
                    .typeMismatch,
                    "this row has \(row.values.count) values, the first has \(rows[0].values.count)",
                    at: row.span
                )
            }
            let subqueries = SubqueryCollector(self, plan: .values(.oneRow), scope: .empty)
            var binder = expressionBinder(.empty)
            binder.subqueries = subqueries
            bound.append(try row.values.map { try takesUntypedNulls ? binder.bind($0) : binder.bindTyped($0) })
            inputs.append(subqueries.plan)
        }
        var types: [DataType] = []
        for column in rows[0].values.indices {
            guard let type = CommonType.leastRestrictive(bound.map { $0[column].type }), type.logical != .null else {
                throw SQLError(
                    .typeMismatch,
                    "the values of column \(column + 1) have no common type",
                    at: rows[0].values[column].span
                )
            }
            types.append(type)
        }
        return try valuesPlan(bound, over: inputs, types)
    }

    private func valuesPlan(
        _ rows: [[ScalarExpression]],
        over inputs: [LogicalPlan],
        _ types: [DataType]
    ) throws -> LogicalPlan {
        let fields = types.enumerated().map { RowField("EXPR$\($0.offset)", $0.element) }
        let coerced = rows.map { row in zip(row, types).map { Coercion.cast($0, to: $1) } }
        var constants: [[Value]] = []
        for row in coerced {
            let folded = try row.map { try ConstantFolding.fold($0, context.evaluation) }
            let values = folded.compactMap(\.literalValue)
            guard values.count == row.count else { break }
            constants.append(values)
        }
        if constants.count == rows.count { return .values(LogicalValues(rows: constants, fields: fields)) }
        let plans = zip(inputs, coerced).map { input, row in
            LogicalPlan.calc(LogicalCalc(input, projections: row, names: fields.map(\.name)))
        }
        return plans.count == 1 ? plans[0] : .union(LogicalUnion(plans, fields: fields))
    }
}
