import SluiceKernels

/// Makes inner joins of outer joins whose padded rows a filter above drops again.
///
/// `WHERE right.x > 1` above a LEFT JOIN is never TRUE for a row without a match. An inner join holds no counts of
/// matches, and where its inputs only grow, it never takes a row back.
enum SimplifyOuterJoins {
    static func apply(_ plan: LogicalPlan) -> LogicalPlan {
        plan.rewritten { node in
            guard case .calc(var calc) = node, case .join(var join) = calc.input, let predicate = calc.predicate else {
                return node
            }
            let width = join.left.fields.count
            let terms = predicate.conjuncts
            let needsLeft = terms.contains { $0.isNeverTrue { $0 < width } }
            let needsRight = terms.contains { $0.isNeverTrue { $0 >= width } }
            switch join.kind {
            case .left where needsRight, .right where needsLeft: join.kind = .inner
            case .full where needsLeft && needsRight: join.kind = .inner
            case .full where needsLeft: join.kind = .left
            case .full where needsRight: join.kind = .right
            default: return node
            }
            calc.input = .join(join)
            return .calc(calc)
        }
    }
}

extension ScalarExpression {
    private static let comparisons: Set<String> = ["=", "<>", "!=", "<", "<=", ">", ">="]

    /// Whether it cannot be TRUE where all columns for which `isNull` holds are NULL.
    ///
    /// Only says so where that is plain: comparisons of such a column, IS NOT NULL of one, and AND and OR of these.
    func isNeverTrue(_ isNull: (Int) -> Bool) -> Bool {
        switch self {
        case .and(let terms): return terms.contains { $0.isNeverTrue(isNull) }
        case .or(let terms): return terms.allSatisfy { $0.isNeverTrue(isNull) }
        case .call(let call):
            let readsNull = call.arguments.contains { $0.isColumn(isNull) }
            if call.function.name == "IS NOT NULL" { return readsNull }
            return readsNull && Self.comparisons.contains(call.function.name)
        default: return false
        }
    }

    /// Whether it is such a column, or a cast of one.
    private func isColumn(_ isWanted: (Int) -> Bool) -> Bool {
        switch self {
        case .column(let index, _): isWanted(index)
        case .cast(let base, _, _): base.isColumn(isWanted)
        default: false
        }
    }
}
