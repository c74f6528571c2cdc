import SluiceColumns
import SluiceKernels
import SluiceSQL

/// A subquery as a plan of its own: the conditions that read columns of the query around have become a join's.
struct Decorrelation {
    /// The subquery without them.
    ///
    /// Its own columns come first; columns that the conditions read may follow.
    var plan: LogicalPlan
    /// The conditions, over the plan's columns and the marked ones of the query around.
    var conditions: [ScalarExpression]

    /// What becomes of aggregates without keys where a row around has no rows to aggregate.
    enum EmptyGroups {
        /// They give a row, as SQL wants it.
        case kept
        /// As `kept`, but the outermost one may also give none: the caller knows what a missing row means.
        case optional
        /// They give none, as Flink has it in LATERAL.
        case dropped
    }

    /// Rewrites a subquery.
    ///
    /// Conditions are lifted out of it where that is all there is to do. Otherwise it is computed for each combination
    /// of the columns around that it reads.
    ///
    /// - Parameter rows: the rows of the query around, where their columns have the numbers that are marked.
    static func apply(
        _ plan: LogicalPlan,
        around rows: LogicalPlan,
        _ emptyGroups: EmptyGroups,
        _ binder: ExpressionBinder,
        at span: SourceSpan
    ) throws -> Decorrelation {
        guard plan.readsNearest else { return Decorrelation(plan: plan.leavingQuery, conditions: []) }
        if let lifted = lift(plan, mayDropEmptyGroup: emptyGroups != .kept), !lifted.plan.readsNearest {
            return Decorrelation(plan: lifted.plan.leavingQuery, conditions: lifted.conditions)
        }
        let dependent = DependentPlan(plan, around: rows, isLateral: emptyGroups == .dropped, binder, at: span)
        return try dependent.decorrelated(plan)
    }

    // MARK: Lifting conditions

    private static func lift(_ plan: LogicalPlan, mayDropEmptyGroup: Bool) -> Decorrelation? {
        guard plan.readsNearest else { return Decorrelation(plan: plan, conditions: []) }
        switch plan {
        case .calc(let calc): return lift(calc, mayDropEmptyGroup)
        case .aggregate(let aggregate):
            return aggregate.keys.isEmpty && !mayDropEmptyGroup ? nil : lift(aggregate)
        case .join(let join): return lift(join)
        default: return nil
        }
    }

    private static func lift(_ calc: LogicalCalc, _ mayDropEmptyGroup: Bool) -> Decorrelation? {
        guard !calc.projections.contains(where: OuterColumn.readsNearest),
            let inner = lift(calc.input, mayDropEmptyGroup: mayDropEmptyGroup)
        else { return nil }
        let terms = calc.predicate?.conjuncts ?? []
        let own = terms.filter { !OuterColumn.readsNearest($0) }
        let conditions = inner.conditions + terms.filter(OuterColumn.readsNearest)
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
    private static func lift(_ aggregate: LogicalAggregate) -> Decorrelation? {
        guard let inner = lift(aggregate.input, mayDropEmptyGroup: false),
            inner.conditions.allSatisfy(isKeyEquality)
        else { return nil }
        var extra: [Int] = []
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
        var keyed = aggregate
        keyed.input = inner.plan
        keyed.keys += extra
        keyed.names =
            aggregate.names.prefix(aggregate.keys.count) + extra.map { "$key\($0)" }
            + aggregate.names.suffix(aggregate.aggregates.count)
        // The columns of the aggregate as they were, then the new keys.
        let order =
            Array(aggregate.keys.indices) + aggregate.aggregates.indices.map { keyed.keys.count + $0 }
            + extra.indices.map { aggregate.keys.count + $0 }
        return Decorrelation(plan: LogicalPlan.aggregate(keyed).picking(order), conditions: moved)
    }

    /// Whether a condition is an equality of one column and something that only reads columns around.
    private static func isKeyEquality(_ condition: ScalarExpression) -> Bool {
        guard case .call(let call) = condition, call.function.name == "=", call.arguments.count == 2 else {
            return false
        }
        return [(0, 1), (1, 0)].contains { own, outer in
            guard let column = call.arguments[own].columnIndex, column < OuterColumn.base else { return false }
            return call.arguments[outer].columnsRead.allSatisfy { $0 >= OuterColumn.base }
        }
    }

    /// Conditions of inner joins, and of the side that an outer, semi or anti join keeps.
    private static func lift(_ join: LogicalJoin) -> Decorrelation? {
        let terms = join.condition?.conjuncts ?? []
        let outer = terms.filter(OuterColumn.readsNearest)
        switch join.kind {
        case .inner: break
        case .left, .semi, .anti: if join.right.readsNearest || !outer.isEmpty { return nil }
        case .right, .full: return nil
        }
        guard let left = lift(join.left, mayDropEmptyGroup: false),
            let right = lift(join.right, mayDropEmptyGroup: false)
        else { return nil }
        let oldWidth = join.left.fields.count
        let width = left.plan.fields.count
        func moved(_ column: Int) -> Int {
            column >= OuterColumn.base || column < oldWidth ? column : column - oldWidth + width
        }
        var lifted = join
        lifted.left = left.plan
        lifted.right = right.plan
        lifted.condition = .conjunction(
            terms.filter { !OuterColumn.readsNearest($0) }.map { $0.mappingColumns(moved) }
        )
        let conditions =
            left.conditions
            + right.conditions.map { $0.mappingColumns { $0 >= OuterColumn.base ? $0 : $0 + width } }
            + outer.map { $0.mappingColumns(moved) }
        let joined = LogicalPlan.join(lifted)
        guard width != oldWidth, join.kind != .semi, join.kind != .anti else {
            return Decorrelation(plan: joined, conditions: conditions)
        }
        // The columns that were there before come first again.
        let front = Array(0..<oldWidth) + join.right.fields.indices.map { $0 + width }
        let order = front + joined.fields.indices.filter { !front.contains($0) }
        let placed = conditions.map { condition in
            condition.mappingColumns { column in
                column >= OuterColumn.base ? column : (order.firstIndex(of: column) ?? column)
            }
        }
        return Decorrelation(plan: joined.picking(order), conditions: placed)
    }
}
