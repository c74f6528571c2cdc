import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Turns a filter over a rank of OVER into Top-N, deduplication, and both within windows.
///
/// What is no bound of the rank stays a filter above. A rank that nobody bounds stays OVER.
enum RecognizeRanks {
    /// The node that does the same without numbering all rows, where there is one.
    ///
    /// - Throws: `SQLError` for a filtered rank that cannot be kept over a stream, as in Flink.
    static func recognized(_ node: LogicalPlan) throws -> LogicalPlan {
        guard case .calc(let calc) = node, case .over(let over) = calc.input, let predicate = calc.predicate,
            !over.isFurtherWindow, over.calls.count == 1, let function = over.calls[0].ranking,
            let bounds = try RankBounds(predicate.conjuncts, rank: over.firstCall, at: over.span)
        else { return node }
        guard function == .rowNumber else {
            throw SQLError(
                .unsupported,
                "the first rows by \(function.rawValue) are not supported over a stream",
                at: over.span,
                hint: "use ROW_NUMBER"
            )
        }
        if bounds.isEmpty { return .values(LogicalValues(rows: [], fields: node.fields)) }
        return above(try ranked(over, bounds.range), calc, bounds, rank: over.firstCall)
    }

    /// What the calc does, over the ranked rows.
    private static func above(_ rank: LogicalRank, _ calc: LogicalCalc, _ bounds: RankBounds, rank column: Int)
        -> LogicalPlan
    {
        var rank = rank
        var projections = calc.projections
        if bounds.range.isSingle {
            // All rows have the same rank.
            let constant = ScalarExpression.literal(.integer(bounds.range.start), LogicalRank.rankType)
            let columns = rank.input.allColumns + [constant]
            projections = projections.map { $0.substituting(columns) }
            rank.rankName = nil
        }
        return .calc(
            LogicalCalc(
                .rank(rank),
                predicate: .conjunction(bounds.others),
                projections: projections,
                names: calc.fields.map(\.name)
            )
        )
    }

    private static func ranked(_ over: LogicalOver, _ range: RankRange) throws -> LogicalRank {
        var rank = LogicalRank(
            over.input,
            partitionKeys: over.partitionKeys,
            order: over.order,
            range: range,
            rankName: over.names[0],
            at: over.span
        )
        try checkOrder(rank)
        if let bounded = try window(rank) { return bounded }
        guard let first = rank.order.first else { return rank }
        let isFirstOnly = range == RankRange(end: .constant(1)) && rank.order.count == 1
        switch over.input.fields[first.column].type.timeAttribute {
        case .proctime?:
            // Rows come in the order of processing time; none has the time of another.
            rank.order = []
            rank.ties = first.isDescending ? .lastArrived : .firstArrived
        case .rowtime? where isFirstOnly && CheckTimeAttributes.isLive(over.input, first.column):
            if first.isDescending { rank.ties = .lastArrived } else { rank.scope = .firstByTime(first.column) }
        case .rowtime?, nil: break
        }
        return rank
    }

    /// The rank within windows, where the rows carry a window and the partitions are those of windows.
    private static func window(_ rank: LogicalRank) throws -> LogicalRank? {
        guard let traits = WindowTraits.of(rank.input), rank.partitionKeys.contains(where: traits.start.contains),
            let end = rank.partitionKeys.first(where: traits.end.contains)
        else { return nil }
        guard case .constant(let last) = rank.range.end else {
            throw SQLError(
                .unsupported,
                "the last rank within a window must be a constant",
                at: rank.span,
                hint: "filter by the column in a query around"
            )
        }
        guard !traits.isProcessingTime else {
            throw SQLError(
                .unsupported,
                "ranks within windows of processing time are not supported",
                at: rank.span,
                hint: "window by event time, or leave the window's bounds out of PARTITION BY"
            )
        }
        var result = rank
        result.scope = .window(end: end, timeZone: traits.timeZone)
        // The last row by time is the one that came last among those with its time.
        let isLastRow = last == 1 && rank.order.count == 1 && rank.order[0].isDescending
        if isLastRow, rank.input.fields[rank.order[0].column].type.timeAttribute != nil { result.ties = .lastArrived }
        return result
    }

    private static func checkOrder(_ rank: LogicalRank) throws {
        let fields = rank.input.fields
        guard let field = rank.order.first(where: { !SortKeys.supports(fields[$0.column].type) }) else { return }
        throw SQLError(
            .unsupported,
            "rows cannot be ordered by \(fields[field.column].type.logical)",
            at: rank.span,
            hint: "order by parts of it"
        )
    }
}
