import SluiceKernels

/// The rules in their order.
enum Optimizer {
    /// Makes plans cheaper without changing their rows; all plans of a statement set together, so that they share.
    ///
    /// `lateRows` wants columns of the inputs of window aggregations that may otherwise be left out; `keepsWatermarks`
    /// says that a sink asks for them, `reordersJoins` that tables are joined first whose key is joined.
    static func optimize(
        _ plans: [LogicalPlan],
        _ context: EvaluationContext,
        lateRows: LateRows? = nil,
        keepsWatermarks: Bool = false,
        reordersJoins: Bool = false
    ) throws -> [LogicalPlan] {
        let folding = FoldConstants(context: context)
        let pruning = PruneEmpty(context)
        var result: [LogicalPlan] = []
        for plan in plans {
            let factored = FactorConditions.apply(MergeCalcs.apply(try folding.apply(plan)))
            let narrowed = TransitiveFilters.apply(ImpliedFilters.apply(pushFilters(factored)))
            let pushed = pushFilters(narrowed)
            let pruned = try pruning.apply(pushed)
            let ordered = MergeCalcs.apply(ReorderJoins(prefersKeys: reordersJoins).apply(pruned))
            let keyed = ordered.rewritten { node in
                switch node {
                case .join(let join): return JoinKeys.withColumnKeys(join)
                case .temporalJoin(let join): return JoinKeys.withColumnKeys(RecognizeVersions.apply(join))
                default: return node
                }
            }
            var recognized = try MergeCalcs.apply(keyed).rewritten { node in
                try RecognizeRanks.recognized(RecognizeWindows.recognized(node))
            }
            if let lateRows { recognized = try lateRows.kept(in: recognized) }
            let windowed = MergeCalcs.apply(recognized)
            try CheckTimeAttributes.apply(windowed)
            try CheckTemporalJoins.apply(windowed)
            try WatermarkReads.check(windowed)
            result.append(windowed)
        }
        // Lateness is decided by the watermark; where no operation asks for it, nobody needs to compute it.
        if !keepsWatermarks && !result.contains(where: \.needsTime) {
            result = result.map { plan in
                MergeCalcs.apply(PropagateConstants.apply(pushFilters(MergeCalcs.apply(plan.withoutWatermarks))))
            }
        }
        let pruned = try PruneColumns.apply(result).map { try folding.apply(MergeCalcs.apply($0)) }
        for plan in pruned { try CheckOver.apply(plan) }
        return pruned
    }

    /// Moves filters down until nothing moves: each pass moves them at least one node.
    private static func pushFilters(_ plan: LogicalPlan) -> LogicalPlan {
        var current = plan
        for _ in 0..<16 {
            let next = MergeCalcs.apply(PushFilters.apply(SimplifyOuterJoins.apply(current)))
            if next == current { break }
            current = next
        }
        return current
    }
}

extension LogicalPlan {
    /// Whether any operation waits for the watermark.
    var needsTime: Bool {
        switch self {
        case .windowTable(let node) where !node.window.isProcessingTime: true
        case .windowAggregate(let node) where !node.window.isProcessingTime: true
        case .sort, .match: true
        case .rank(let rank) where rank.scope != .unbounded: true
        case .temporalJoin(let node): node.version != .lookup || inputs.contains(where: \.needsTime)
        case .calc(let calc): calc.readsWatermark || calc.input.needsTime
        case .join(let join): IntervalJoinMatch(join) != nil || inputs.contains(where: \.needsTime)
        case .over(let node): node.time == .rowtime || node.input.needsTime
        default: inputs.contains(where: \.needsTime)
        }
    }

    /// The same rows with tables taken apart and no watermark computed.
    var withoutWatermarks: LogicalPlan {
        rewritten { node in
            switch node {
            case .table(let table): return table.plan.withoutWatermarks
            case .watermark(let watermark): return watermark.input
            default: return node
            }
        }
    }
}
