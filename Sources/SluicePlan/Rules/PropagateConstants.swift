import SluiceColumns
import SluiceKernels

/// Uses what a filter says: behind `kind = 2` the column `kind` is 2, so that branches of CASE for other kinds go away.
enum PropagateConstants {
    static func apply(_ plan: LogicalPlan) -> LogicalPlan {
        plan.rewritten { node in
            guard case .calc(let calc) = node, let predicate = calc.predicate else { return node }
            var known: [Int: ScalarExpression] = [:]
            for term in predicate.conjuncts {
                if let (column, constant) = equality(term), known[column] == nil { known[column] = constant }
            }
            guard !known.isEmpty else { return node }
            let projections = calc.projections.map { projection in
                // A column as it stands keeps its type and costs nothing.
                projection.isCheap ? projection : projection.replacing(known).simplifyingCases()
            }
            return .calc(
                LogicalCalc(
                    calc.input,
                    predicate: predicate,
                    projections: projections,
                    names: calc.fields.map(\.name)
                )
            )
        }
    }

    /// Column and constant of `column = constant`, where equal means the same.
    ///
    /// Not for floating point, whose zeros differ.
    static func equality(_ term: ScalarExpression) -> (Int, ScalarExpression)? {
        guard case .call(let call) = term, call.function.name == "=", call.arguments.count == 2 else { return nil }
        for (one, other) in [(0, 1), (1, 0)] {
            guard case .column(let column, let type) = call.arguments[one],
                case .literal(let value, let literalType) = call.arguments[other], !value.isNull,
                type.logical == literalType.logical
            else { continue }
            switch type.logical {
            case .float, .double: return nil
            default: return (column, .literal(value, type.withoutTimeAttribute))
            }
        }
        return nil
    }
}

extension ScalarExpression {
    /// The same expression with some columns replaced.
    func replacing(_ columns: [Int: ScalarExpression]) -> ScalarExpression {
        if case .column(let index, _) = self { return columns[index] ?? self }
        return mapChildren { $0.replacing(columns) }
    }

    /// The same expression without branches of CASE that are never taken.
    func simplifyingCases() -> ScalarExpression {
        let simpler = mapChildren { $0.simplifyingCases() }
        guard case .caseWhen(let branches, let otherwise, let type) = simpler else { return simpler }
        var kept: [CaseBranch] = []
        for branch in branches {
            switch branch.condition.truth {
            case false?: continue
            case true?: return Self.rebuilt(kept, otherwise: branch.value, type)
            case nil: kept.append(branch)
            }
        }
        return Self.rebuilt(kept, otherwise: otherwise, type)
    }

    private static func rebuilt(
        _ branches: [CaseBranch],
        otherwise: ScalarExpression,
        _ type: DataType
    ) -> ScalarExpression {
        guard branches.isEmpty else { return .caseWhen(branches, otherwise: otherwise, type) }
        if type.timeAttribute == .rowtime && otherwise.type.timeAttribute == nil { return otherwise.markedAsRowtime }
        return otherwise
    }

    /// Whether a condition between constants surely holds (or surely does not); nil where that is not known.
    private var truth: Bool? {
        if case .literal(let value, _) = self { return value == .boolean(true) }
        guard case .call(let call) = self, call.function.name == "=", call.arguments.count == 2,
            let left = call.arguments[0].literalValue, let right = call.arguments[1].literalValue,
            call.arguments[0].type.logical == call.arguments[1].type.logical
        else { return nil }
        return !left.isNull && left == right
    }
}
