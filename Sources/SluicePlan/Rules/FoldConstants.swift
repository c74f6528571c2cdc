import SluiceColumns
import SluiceKernels

/// Computes constant parts of expressions; a constant that fails refuses the statement, as in Flink.
struct FoldConstants {
    let context: EvaluationContext

    func apply(_ plan: LogicalPlan) throws -> LogicalPlan {
        try plan.rewritten { node in
            switch node {
            case .calc(var calc):
                calc.projections = try calc.projections.map { try fold($0) }
                calc.predicate = try calc.predicate.flatMap { try foldCondition($0) }
                return .calc(calc)
            case .join(var join):
                join.condition = try join.condition.flatMap { try foldCondition($0) }
                return .join(join)
            case .temporalJoin(var node):
                node.join.condition = try node.join.condition.flatMap { try foldCondition($0) }
                return .temporalJoin(node)
            case .unnest(var unnest):
                unnest.collection = try fold(unnest.collection)
                return .unnest(unnest)
            case .match(var match):
                match.specification = try match.specification.mappingExpressions { try fold($0) }
                return .match(match)
            case .table(var table):
                table.plan = try apply(table.plan)
                return .table(table)
            default: return node
            }
        }
    }

    private func fold(_ expression: ScalarExpression) throws -> ScalarExpression {
        let folded = try ConstantFolding.fold(expression, context)
        guard expression.type.timeAttribute == .rowtime, folded.type.timeAttribute == nil else { return folded }
        return folded.markedAsRowtime
    }

    /// The condition, nil where it always holds.
    private func foldCondition(_ condition: ScalarExpression) throws -> ScalarExpression? {
        let terms = try condition.conjuncts.map { try fold($0) }
        return .conjunction(terms.filter { $0.literalValue != .boolean(true) })
    }
}
