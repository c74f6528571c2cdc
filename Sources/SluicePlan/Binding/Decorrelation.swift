import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Takes out of a subquery the conditions that read columns of the query around, so that they can become a join's.
struct Decorrelation {
    /// The subquery without them.
    ///
    /// Its own columns come first; columns that the conditions read may follow.
    var plan: LogicalPlan
    /// The conditions, over the plan's columns and the marked ones of the query around.
    var conditions: [ScalarExpression]

    /// Rewrites a subquery.
    ///
    /// - Parameter keyed: whether its aggregates must stay one row per row of the query around.
    static func apply(_ plan: LogicalPlan, keyed: Bool, at span: SourceSpan) throws -> Decorrelation {
        guard plan.readsOuter else { return Decorrelation(plan: plan, conditions: []) }
        let result = try rewrite(plan, at: span)
        guard !result.plan.readsOuter else { throw refusal(span) }
        return result
    }

    private static func refusal(_ span: SourceSpan) -> SQLError {
        SQLError(
            .unsupported,
            "this correlated subquery is not supported",
            at: span,
            hint: "compare columns of both queries in its WHERE, or write a join"
        )
    }

    private static func rewrite(_ plan: LogicalPlan, at span: SourceSpan) throws -> Decorrelation {
        guard plan.readsOuter else { return Decorrelation(plan: plan, conditions: []) }
        switch plan {
        case .calc(let calc): return try rewrite(calc, at: span)
        case .aggregate(let aggregate): return try rewrite(aggregate, at: span)
        case .join(let join) where join.kind == .inner: return try rewrite(join, at: span)
        default: throw refusal(span)
        }
    }

    private static func rewrite(_ calc: LogicalCalc, at span: SourceSpan) throws -> Decorrelation {
        let inner = try rewrite(calc.input, at: span)
        guard !calc.projections.contains(where: OuterColumn.isRead) else { throw refusal(span) }
        let terms = calc.predicate?.conjuncts ?? []
        let own = terms.filter { !OuterColumn.isRead(by: $0) }
        let conditions = inner.conditions + terms.filter { OuterColumn.isRead(by: $0) }
        var projections = calc.projections
        var names = calc.fields.map(\.name)
        let moved = conditions.map { condition in
            condition.mappingColumns { column in
                if column >= OuterColumn.base { return column }
                let expression = inner.plan.column(column)
                if let known = projections.firstIndex(of: expression) { return known }
                projections.append(expression)
                names.append(inner.plan.fields[column].name)
                return projections.count - 1
            }
        }
        let rewritten = LogicalCalc(
            inner.plan,
            predicate: .conjunction(own),
            projections: projections,
            names: names
        )
        return Decorrelation(plan: .calc(rewritten), conditions: moved)
    }

    /// Columns that conditions equate with columns outside become keys; each row around then finds its own group.
    private static func rewrite(_ aggregate: LogicalAggregate, at span: SourceSpan) throws -> Decorrelation {
        let inner = try rewrite(aggregate.input, at: span)
        var keys = aggregate.keys
        var extra: [Int] = []
        for condition in inner.conditions {
            guard case .call(let call) = condition, call.function.name == "=",
                let own = call.arguments.first(where: { !OuterColumn.isRead(by: $0) }), own.columnIndex != nil
            else { throw refusal(span) }
        }
        let firstExtra = aggregate.keys.count + aggregate.aggregates.count
        let moved = inner.conditions.map { condition in
            condition.mappingColumns { column in
                if column >= OuterColumn.base { return column }
                if let key = aggregate.keys.firstIndex(of: column) { return key }
                if let known = extra.firstIndex(of: column) { return firstExtra + known }
                extra.append(column)
                return firstExtra + extra.count - 1
            }
        }
        keys += extra
        let names =
            aggregate.names.prefix(aggregate.keys.count) + extra.map { "$key\($0)" }
            + aggregate.names.suffix(aggregate.aggregates.count)
        let keyed = LogicalPlan.aggregate(
            LogicalAggregate(inner.plan, keys: keys, aggregates: aggregate.aggregates, names: Array(names))
        )
        // The columns of the aggregate as they were, then the new keys.
        let order =
            Array(0..<aggregate.keys.count) + aggregate.aggregates.indices.map { keys.count + $0 }
            + extra.indices.map { aggregate.keys.count + $0 }
        let restored = LogicalCalc(
            keyed,
            projections: order.map { keyed.column($0) },
            names: order.map { keyed.fields[$0].name }
        )
        return Decorrelation(plan: .calc(restored), conditions: moved)
    }

    private static func rewrite(_ join: LogicalJoin, at span: SourceSpan) throws -> Decorrelation {
        let left = try rewrite(join.left, at: span)
        let right = try rewrite(join.right, at: span)
        let oldWidth = join.left.fields.count
        let width = left.plan.fields.count
        func moved(_ column: Int) -> Int {
            column >= OuterColumn.base || column < oldWidth ? column : column - oldWidth + width
        }
        let terms = (join.condition?.conjuncts ?? []).map { $0.mappingColumns(moved) }
        let own = terms.filter { !OuterColumn.isRead(by: $0) }
        let joined = LogicalPlan.join(
            LogicalJoin(left.plan, right.plan, kind: .inner, condition: .conjunction(own))
        )
        let conditions =
            left.conditions
            + right.conditions.map { $0.mappingColumns { $0 >= OuterColumn.base ? $0 : $0 + width } }
            + terms.filter { OuterColumn.isRead(by: $0) }
        guard width != oldWidth else { return Decorrelation(plan: joined, conditions: conditions) }
        // The columns that were there before come first again.
        let front = Array(0..<oldWidth) + join.right.fields.indices.map { $0 + width }
        let order = front + joined.fields.indices.filter { !front.contains($0) }
        let restored = LogicalCalc(
            joined,
            projections: order.map { joined.column($0) },
            names: order.map { joined.fields[$0].name }
        )
        let placed = conditions.map { condition in
            condition.mappingColumns { column in
                column >= OuterColumn.base ? column : (order.firstIndex(of: column) ?? column)
            }
        }
        return Decorrelation(plan: .calc(restored), conditions: placed)
    }
}

extension LogicalPlan {
    /// Whether any expression of the plan reads a column of the query around.
    var readsOuter: Bool {
        let own: [ScalarExpression]
        switch self {
        case .calc(let calc): own = calc.projections + (calc.predicate.map { [$0] } ?? [])
        case .join(let join): own = join.condition.map { [$0] } ?? []
        case .temporalJoin(let node): own = node.join.condition.map { [$0] } ?? []
        case .expand(let expand): own = expand.projections.flatMap { $0 }
        case .unnest(let unnest): own = [unnest.collection]
        default: own = []
        }
        return own.contains(where: OuterColumn.isRead) || inputs.contains(where: \.readsOuter)
    }
}
