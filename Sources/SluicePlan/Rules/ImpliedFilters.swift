import SluiceColumns
import SluiceKernels

/// Filters the inputs of joins by what a condition with alternatives says of each of them:
/// `(a.p = 1 AND b.q = 2) OR (a.p = 3 AND b.q = 4)` holds for no row of a but those with `p = 1 OR p = 3`.
///
/// The condition itself stays with the join. Rows that it would not let through are dropped before they are kept.
enum ImpliedFilters {
    static func apply(_ plan: LogicalPlan) -> LogicalPlan { narrowed(plan, []) }

    /// The plan without rows for which one of `wanted`, conditions with alternatives over its columns, is not TRUE.
    ///
    /// It may keep some of them: the conditions are checked elsewhere.
    private static func narrowed(_ plan: LogicalPlan, _ wanted: [ScalarExpression]) -> LogicalPlan {
        switch plan {
        case .join(let join): return .join(narrowed(join, wanted))
        case .calc(var calc):
            if case .join = calc.input {
                calc.input = narrowed(calc.input, alternatives(calc.predicate))
                return filtered(.calc(calc), wanted)
            }
            return filtered(plan.mapInputs { narrowed($0, []) }, wanted)
        default: return filtered(plan.mapInputs { narrowed($0, []) }, wanted)
        }
    }

    private static func narrowed(_ join: LogicalJoin, _ wanted: [ScalarExpression]) -> LogicalJoin {
        let width = join.left.fields.count
        let own = alternatives(join.condition)
        // Rows of a side that the join keeps without a partner are held to what is wanted of the result alone.
        let ofLeft =
            ([.inner, .left, .semi, .anti].contains(join.kind) ? wanted : [])
            + ([.inner, .right, .semi].contains(join.kind) ? own : [])
        let ofRight =
            ([.inner, .right].contains(join.kind) ? wanted : [])
            + ([.inner, .left, .semi, .anti].contains(join.kind) ? own : [])
        var result = join
        result.left = narrowed(join.left, ofLeft.compactMap { implied(by: $0) { $0 < width } })
        result.right = narrowed(
            join.right,
            ofRight.compactMap { implied(by: $0) { $0 >= width }?.shiftingColumns(by: -width) }
        )
        return result
    }

    private static func alternatives(_ condition: ScalarExpression?) -> [ScalarExpression] {
        (condition?.conjuncts ?? []).filter { $0.disjuncts.count > 1 }
    }

    /// What holds where `condition` does and reads only columns for which `isOwn` holds; nil where an alternative
    /// says nothing of them.
    private static func implied(by condition: ScalarExpression, _ isOwn: (Int) -> Bool) -> ScalarExpression? {
        var alternatives: [ScalarExpression] = []
        var seen: Set<ScalarExpression> = []
        for alternative in condition.disjuncts {
            let terms = alternative.conjuncts.filter { term in
                let columns = term.columnsRead
                return term.isDeterministic && !columns.isEmpty && columns.allSatisfy(isOwn)
            }
            guard let known = ScalarExpression.conjunction(terms) else { return nil }
            if seen.insert(known).inserted { alternatives.append(known) }
        }
        return alternatives.count > 1 ? .or(alternatives) : alternatives.first
    }

    private static func filtered(_ plan: LogicalPlan, _ terms: [ScalarExpression]) -> LogicalPlan {
        guard let predicate = ScalarExpression.conjunction(terms) else { return plan }
        return .calc(LogicalCalc(plan, predicate: predicate))
    }
}
