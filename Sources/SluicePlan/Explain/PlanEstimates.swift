import SluiceKernels

/// Rough numbers of rows for EXPLAIN ESTIMATED_COST.
///
/// Nothing is known about a table's contents, so that each counts 100 million rows, as in Flink without statistics;
/// filters and keys thin them out by fixed shares. The numbers are for comparing plans; the planner does not use them.
enum PlanEstimates {
    private static let rowsOfTable = 1e8
    private static let shareOfEquality = 0.15
    private static let shareOfOther = 0.25
    private static let rowsPerGroup = 10.0
    private static let elementsPerCollection = 10.0

    /// The rows that each node gives, by its index.
    static func rowCounts(of plan: PhysicalPlan) -> [Double] {
        var counts: [Double] = []
        for node in plan.nodes { counts.append(rowCount(node.operation, node.inputs.map { counts[$0.node] })) }
        return counts
    }

    private static func rowCount(_ operation: PhysicalOperation, _ inputs: [Double]) -> Double {
        let input = inputs.first ?? 0
        switch operation {
        case .scan: return rowsOfTable
        case .values(let values): return Double(values.rows.count)
        case .calc(let calc): return input * share(calc.predicate)
        case .expand(let expand): return input * Double(expand.projections.count)
        case .windowAggregate(let aggregate): return grouped(input, aggregate.keys.count + 1)
        case .groupAggregate(let aggregate): return grouped(input, aggregate.keys.count)
        case .union: return inputs.reduce(0, +)
        case .unnest: return input * elementsPerCollection
        case .join(let join):
            var share = Self.share(join.residual)
            for _ in join.leftKeys { share *= shareOfEquality }
            switch join.kind {
            case .semi: return input * min(1, inputs[1] * share)
            case .anti: return input * (1 - shareOfEquality)
            case .left: return max(input, input * inputs[1] * share)
            case .right: return max(inputs[1], input * inputs[1] * share)
            case .full: return max(input + inputs[1], input * inputs[1] * share)
            case .inner: return input * inputs[1] * share
            }
        default: return input
        }
    }

    private static func grouped(_ input: Double, _ keyCount: Int) -> Double {
        keyCount == 0 ? min(1, input) : input / rowsPerGroup
    }

    private static func share(_ condition: ScalarExpression?) -> Double {
        var share = 1.0
        for term in condition?.conjuncts ?? [] {
            if case .call(let call) = term, call.function.name == "=" {
                share *= shareOfEquality
            } else {
                share *= shareOfOther
            }
        }
        return share
    }
}
