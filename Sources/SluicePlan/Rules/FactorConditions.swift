import SluiceColumns
import SluiceKernels

/// Takes what all alternatives of a condition have in common out of it: `(a AND p) OR (a AND q)` is `a AND (p OR q)`,
/// in all three truth values.
///
/// An equality between two tables that stands in every alternative becomes a key of their join.
enum FactorConditions {
    static func apply(_ plan: LogicalPlan) -> LogicalPlan {
        plan.rewritten { node in
            switch node {
            case .calc(var calc):
                calc.predicate = calc.predicate.flatMap(factored)
                return .calc(calc)
            case .join(var join):
                join.condition = join.condition.flatMap(factored)
                return .join(join)
            case .temporalJoin(var node):
                node.join.condition = node.join.condition.flatMap(factored)
                return .temporalJoin(node)
            default: return node
            }
        }
    }

    private static func factored(_ condition: ScalarExpression) -> ScalarExpression? {
        .conjunction(condition.conjuncts.flatMap(terms))
    }

    /// The terms that a term stands for.
    private static func terms(_ term: ScalarExpression) -> [ScalarExpression] {
        let alternatives = term.disjuncts
        guard alternatives.count > 1 else { return [term] }
        let parts = alternatives.map { $0.conjuncts.flatMap(terms) }
        var common = parts[0].filter(\.isDeterministic)
        for part in parts.dropFirst() where !common.isEmpty {
            common.removeAll { term in !part.contains { $0.saysTheSame(as: term) } }
        }
        if common.isEmpty { return [.or(parts.compactMap { .conjunction($0) })] }
        var rests: [ScalarExpression] = []
        for part in parts {
            let rest = part.filter { term in !common.contains { $0.saysTheSame(as: term) } }
            // An alternative that says nothing else holds wherever another one does.
            guard let alternative = ScalarExpression.conjunction(rest) else { return common }
            rests.append(alternative)
        }
        return common + [.or(rests)]
    }
}

extension ScalarExpression {
    /// The alternatives of a disjunction, one for anything else.
    var disjuncts: [ScalarExpression] {
        if case .or(let terms) = self { return terms.flatMap(\.disjuncts) }
        return [self]
    }

    /// Whether it is the same condition, or the same equality with its sides changed.
    fileprivate func saysTheSame(as other: ScalarExpression) -> Bool {
        if self == other { return true }
        guard case .call(let call) = self, case .call(let second) = other, call.function == second.function,
            ["=", "<>", "IS NOT DISTINCT FROM", "IS DISTINCT FROM"].contains(call.function.name)
        else { return false }
        return call.arguments == second.arguments.reversed()
    }
}
