import SluiceColumns
import SluiceKernels
import SluiceSQL

extension QueryBinder {
    /// UNION, INTERSECT and EXCEPT.
    func bindSetOperation(_ operation: SetOperation, _ span: SourceSpan) throws -> LogicalPlan {
        let left = try bind(operation.left)
        let right = try bind(operation.right)
        let name = operation.kind.rawValue
        guard left.fields.count == right.fields.count else {
            throw SQLError(
                .typeMismatch,
                "\(name) of \(left.fields.count) and \(right.fields.count) columns",
                at: operation.right.span
            )
        }
        var fields: [RowField] = []
        for (one, other) in zip(left.fields, right.fields) {
            guard let type = CommonType.leastRestrictive([one.type, other.type]) else {
                throw SQLError(
                    .typeMismatch,
                    "\(name) of column '\(one.name)' \(one.type.logical) with \(other.type.logical)",
                    at: operation.right.span,
                    hint: "cast one of them"
                )
            }
            fields.append(RowField(one.name, type))
        }
        return try setPlan(operation, Self.coerced(left, fields), Self.coerced(right, fields), fields, span)
    }

    private func setPlan(
        _ operation: SetOperation,
        _ left: LogicalPlan,
        _ right: LogicalPlan,
        _ fields: [RowField],
        _ span: SourceSpan
    ) throws -> LogicalPlan {
        switch (operation.kind, operation.isAll) {
        case (.union, true): return Self.unionAll(left, right, fields)
        case (.union, false): return Self.distinct(Self.unionAll(left, right, fields))
        case (.intersect, false), (.except, false):
            let condition = try nullSafeEquality(fields, span)
            let kind: JoinOperation.Kind = operation.kind == .intersect ? .semi : .anti
            return .join(LogicalJoin(Self.distinct(left), Self.distinct(right), kind: kind, condition: condition))
        case (.intersect, true), (.except, true):
            throw SQLError(
                .unsupported,
                "\(operation.kind.rawValue) ALL is not supported",
                at: span,
                hint: "leave ALL out to compare distinct rows"
            )
        }
    }

    private func nullSafeEquality(_ fields: [RowField], _ span: SourceSpan) throws -> ScalarExpression? {
        let binder = expressionBinder(.empty)
        let terms = try fields.enumerated().map { index, field in
            try binder.call(
                "IS NOT DISTINCT FROM",
                [.column(index, field.type), .column(index + fields.count, field.type)],
                at: span
            )
        }
        return .conjunction(terms)
    }

    private static func unionAll(_ left: LogicalPlan, _ right: LogicalPlan, _ fields: [RowField]) -> LogicalPlan {
        var inputs: [LogicalPlan] = []
        for plan in [left, right] {
            if case .union(let union) = plan { inputs += union.inputs } else { inputs.append(plan) }
        }
        return .union(LogicalUnion(inputs, fields: fields))
    }

    /// Each row of `plan` once.
    static func distinct(_ plan: LogicalPlan) -> LogicalPlan {
        .aggregate(
            LogicalAggregate(
                plan,
                keys: Array(plan.fields.indices),
                aggregates: [],
                names: plan.fields.map(\.name)
            )
        )
    }

    /// `plan` with its columns cast to the types of `fields`.
    static func coerced(_ plan: LogicalPlan, _ fields: [RowField]) -> LogicalPlan {
        let casts = zip(plan.allColumns, fields).map { Coercion.cast($0, to: $1.type) }
        if casts == plan.allColumns { return plan }
        return .calc(LogicalCalc(plan, projections: casts, names: fields.map(\.name)))
    }
}
