import SluiceKernels

/// The rules in their order.
enum Optimizer {
    /// Makes plans cheaper without changing their rows; all plans of a statement set together, so that they share.
    static func optimize(_ plans: [LogicalPlan], _ context: EvaluationContext) throws -> [LogicalPlan] {
        let folding = FoldConstants(context: context)
        var result: [LogicalPlan] = []
        for plan in plans {
            var current = MergeCalcs.apply(try folding.apply(plan))
            // A filter that moved can give the next rule something to do; each pass moves filters down at least one node.
            for _ in 0..<8 {
                let next = MergeCalcs.apply(PushFilters.apply(current))
                if next == current { break }
                current = next
            }
            current = current.rewritten { node in
                if case .join(let join) = node { return JoinKeys.withColumnKeys(join) }
                return node
            }
            result.append(RecognizeWindows.apply(MergeCalcs.apply(current)))
        }
        let needsTime = result.contains { $0.needsTime }
        let pruned = PruneColumns.apply(result.map(MergeCalcs.apply), keepsWatermarks: needsTime)
        return try pruned.map { try folding.apply(MergeCalcs.apply($0)) }
    }
}

extension LogicalPlan {
    /// Whether any operation waits for the watermark.
    var needsTime: Bool {
        switch self {
        case .windowTable, .windowAggregate: true
        default: inputs.contains(where: \.needsTime)
        }
    }
}
