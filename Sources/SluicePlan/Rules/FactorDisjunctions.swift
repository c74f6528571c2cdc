import SluiceKernels

/// Takes out of OR what all its operands say: `(k = u.k AND a) OR (k = u.k AND b)` is `k = u.k AND (a OR b)`.
///
/// So the key of a join is found, and what concerns one input can move there. Three-valued AND and OR distribute, so
/// that NULL stays NULL.
enum FactorDisjunctions {
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

    private static func terms(of term: ScalarExpression) -> [ScalarExpression] {
        guard case .or(let operands) = term else { return [term] }
        let branches = operands.map(\.conjuncts)
        let common = branches[0].filter { candidate in
            candidate.isDeterministic && branches.allSatisfy { $0.contains(candidate) }
        }
        guard !common.isEmpty else { return [term] }
        let rest = branches.map { branch in ScalarExpression.conjunction(branch.filter { !common.contains($0) }) }
        // An operand that says nothing else holds whenever the common part does.
        guard !rest.contains(nil) else { return common }
        return common + [.or(rest.compactMap { $0 })]
    }

    /// What an OR says of the columns for which `isWanted` holds: an OR of what each operand says of them.
    ///
    /// Nil where an operand says nothing of them.
    static func part(of term: ScalarExpression, _ isWanted: (Int) -> Bool) -> ScalarExpression? {
        guard case .or(let operands) = term else { return nil }
        let parts = operands.map { operand in
            ScalarExpression.conjunction(
                operand.conjuncts.filter { conjunct in
                    let columns = conjunct.columnsRead
                    return conjunct.isDeterministic && !columns.isEmpty && columns.allSatisfy(isWanted)
                }
            )
        }
        return parts.contains(nil) ? nil : .or(parts.compactMap { $0 })
    }
}
