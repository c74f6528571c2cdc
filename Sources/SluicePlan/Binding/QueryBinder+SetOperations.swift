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
        case (.intersect, true), (.except, true): return try counted(operation.kind, left, right, fields, span)
        }
    }

    /// Each distinct row as often as it is left over, or as it is on both sides.
    private func counted(
        _ kind: SetOperation.Kind,
        _ left: LogicalPlan,
        _ right: LogicalPlan,
        _ fields: [RowField],
        _ span: SourceSpan
    ) throws -> LogicalPlan {
        guard let count = context.functions.aggregate("COUNT") else {
            throw SQLError(.unsupported, "\(kind.rawValue) ALL needs COUNT", at: span)
        }
        let boolean = DataType.notNull(.boolean)
        func marked(_ plan: LogicalPlan, isLeft: Bool) -> LogicalPlan {
            let marks = [isLeft, !isLeft].map { ScalarExpression.literal(.boolean($0), boolean) }
            let names = plan.fields.map(\.name) + ["$left", "$right"]
            return .calc(LogicalCalc(plan, projections: plan.allColumns + marks, names: names))
        }
        let width = fields.count
        let both = LogicalUnion(
            [marked(left, isLeft: true), marked(right, isLeft: false)],
            fields: fields + [RowField("$left", boolean), RowField("$right", boolean)]
        )
        let calls = [width, width + 1].map { side in
            AggregateCall(
                function: count,
                arguments: [],
                argumentTypes: [],
                filter: side,
                resultType: .notNull(.bigint)
            )
        }
        let groups = LogicalPlan.aggregate(
            LogicalAggregate(
                .union(both),
                keys: Array(0..<width),
                aggregates: calls,
                names: fields.map(\.name) + ["$lefts", "$rights"]
            )
        )
        let times = try times(kind, groups.column(width), groups.column(width + 1), span)
        let replicated = LogicalCalc(
            groups,
            projections: groups.allColumns.prefix(width) + [times],
            names: fields.map(\.name) + ["$times"]
        )
        return .replicate(LogicalReplicate(.calc(replicated)))
    }

    /// How often a row is in the result that is so often left and right.
    private func times(
        _ kind: SetOperation.Kind,
        _ lefts: ScalarExpression,
        _ rights: ScalarExpression,
        _ span: SourceSpan
    ) throws -> ScalarExpression {
        let binder = expressionBinder(.empty)
        let isMore = try binder.call(">", [lefts, rights], at: span)
        let zero = ScalarExpression.literal(.integer(0), .notNull(.bigint))
        let more = kind == .except ? try binder.call("-", [lefts, rights], at: span) : rights
        return .caseWhen(
            [CaseBranch(isMore, more)],
            otherwise: kind == .except ? zero : lefts,
            .notNull(.bigint)
        )
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
