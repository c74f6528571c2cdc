import SluiceColumns
import SluiceKernels
import SluiceSQL

/// `TABLE(f(...))` where f is a function of the catalogue rather than of windows, with its alias.
struct FunctionTable {
    /// The call.
    var call: FunctionCall
    /// The alias, with or without columns.
    var alias: TableAlias?
    /// Where it stands.
    var span: SourceSpan

    /// The table that `reference` is, nil where it is something else.
    init?(_ reference: TableReference) {
        switch reference.kind {
        case .function(let call, _, _):
            if QueryBinder.windowParameters[call.name.text.uppercased()] != nil { return nil }
            self.call = call
            span = reference.span
        case .aliased(let inner, let alias):
            guard let table = FunctionTable(inner) else { return nil }
            self = table
            self.alias = alias
        default: return nil
        }
    }
}

extension QueryBinder {
    /// A table of a function without a table in front of it.
    func bindFunctionTable(_ table: FunctionTable) throws -> BoundTable {
        let nothing = BoundTable(plan: .values(.oneRow), scope: .empty)
        return try bind(table, over: nothing, keepsEmpty: false)
    }

    /// A join whose right side is the table of a function: its arguments may read the columns of the left side.
    func bindJoin(_ join: Join, function table: FunctionTable, _ span: SourceSpan) throws -> BoundTable {
        let left = try bindFrom(join.left)
        guard ![.right, .full].contains(join.kind), !join.isNatural, join.condition?.columns == nil else {
            throw SQLError(
                .unsupported,
                "LATERAL TABLE can be joined with CROSS JOIN, INNER JOIN ... ON or LEFT JOIN ... ON TRUE",
                at: span
            )
        }
        let bound = try bind(table, over: left, keepsEmpty: join.kind == .left)
        return try restricted(bound, join, span)
    }

    private func bind(_ table: FunctionTable, over left: BoundTable, keepsEmpty: Bool) throws -> BoundTable {
        guard context.functions.scalar(table.call.name.text) != nil else { return try bindTableFunction(table.call) }
        var binder = expressionBinder(left.scope)
        binder.place = "LATERAL TABLE"
        let value = try binder.bindCall(table.call)
        if case .row(let fields) = value.type.logical {
            return try rows(of: value, fields, table, over: left, keepsEmpty: keepsEmpty, binder)
        }
        guard
            var node = LogicalUnnest(left.plan, collection: value, withOrdinality: false, keepsEmpty: keepsEmpty)
        else {
            throw SQLError(
                .typeMismatch,
                "a function in TABLE() gives a row or a collection, this gives \(value.type.logical)",
                at: table.call.span,
                hint: "call it in SELECT"
            )
        }
        node.partFields = try named(node.partFields, table)
        let own = Scope(name: table.alias?.name.text, fields: node.partFields)
        return BoundTable(plan: .unnest(node), scope: left.scope.joined(with: own))
    }

    /// The fields of a row as columns; where the row is NULL there is none, or one of NULLs where `keepsEmpty`.
    private func rows(
        of value: ScalarExpression,
        _ fields: [RowField],
        _ table: FunctionTable,
        over left: BoundTable,
        keepsEmpty: Bool,
        _ binder: ExpressionBinder
    ) throws -> BoundTable {
        let names = left.plan.fields.map(\.name)
        let called = LogicalCalc(
            left.plan,
            projections: left.plan.allColumns + [value],
            names: names + [table.call.name.text.uppercased()]
        )
        let row = ScalarExpression.column(names.count, value.type)
        let isOptional = value.type.isNullable
        let parts = try named(
            fields.map { RowField($0.name, isOptional && keepsEmpty ? $0.type.nullable(true) : $0.type) },
            table
        )
        let projections = fields.enumerated().map { index, field in
            ScalarExpression.field(row, index: index, isOptional ? field.type.nullable(true) : field.type)
        }
        let isThere = isOptional && !keepsEmpty
        let node = LogicalCalc(
            .calc(called),
            predicate: isThere ? try binder.call("IS NOT NULL", [row], at: table.call.span) : nil,
            projections: Array(LogicalPlan.calc(called).allColumns.dropLast()) + projections,
            names: names + parts.map(\.name)
        )
        let plan = LogicalPlan.calc(node)
        let own = Scope(name: table.alias?.name.text, fields: Array(plan.fields.dropFirst(names.count)))
        return BoundTable(plan: plan, scope: left.scope.joined(with: own))
    }

    /// The columns with the names of the alias, where it has any.
    private func named(_ fields: [RowField], _ table: FunctionTable) throws -> [RowField] {
        guard let alias = table.alias, !alias.columns.isEmpty else { return fields }
        guard alias.columns.count == fields.count else {
            throw SQLError(
                .typeMismatch,
                "\(table.call.name.text) gives \(fields.count) columns, the alias names \(alias.columns.count)",
                at: alias.span,
                hint: "they are \(fields.map(\.name).joined(separator: ", "))"
            )
        }
        return zip(alias.columns, fields).map { RowField($0.text, $1.type, comment: $1.comment) }
    }

    /// The rows of a join with what stands in FROM beside each row, for which its condition holds.
    func restricted(_ bound: BoundTable, _ join: Join, _ span: SourceSpan) throws -> BoundTable {
        guard case .on(let expression)? = join.condition else {
            if [.inner, .left].contains(join.kind) {
                throw SQLError(.syntaxError, "\(join.kind.rawValue) needs ON", at: span)
            }
            return bound
        }
        var binder = expressionBinder(bound.scope)
        binder.place = "ON"
        let condition = try binder.bindCondition(expression)
        if condition.literalValue == .boolean(true) { return bound }
        guard join.kind != .left else {
            throw SQLError(
                .unsupported,
                "a LEFT JOIN with UNNEST or LATERAL TABLE takes no condition but TRUE",
                at: expression.span,
                hint: "filter in a subquery, or with WHERE"
            )
        }
        return BoundTable(plan: .calc(LogicalCalc(bound.plan, predicate: condition)), scope: bound.scope)
    }
}
