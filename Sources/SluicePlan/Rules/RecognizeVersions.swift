import SluiceColumns
import SluiceKernels

/// Finds the versions of a view that keeps the last row of each key by event time: the rows that it is made from.
///
/// `ROW_NUMBER() OVER (PARTITION BY key ORDER BY time DESC) = 1` under a temporal join needs no deduplication of its
/// own: each row is a version, unless a later one has come before it.
enum RecognizeVersions {
    /// The join over the view's rows, or as it was where the right side is no such view.
    static func apply(_ node: LogicalTemporalJoin) -> LogicalTemporalJoin {
        guard case .eventTime(_, let time) = node.version, let rows = LastRows(node.join.right, time: time) else {
            return node
        }
        var result = node
        result.join.right = rows.plan
        result.deduplicatedKey = rows.key
        return result
    }
}

/// The rows under a deduplication that keeps the last one of each key.
private struct LastRows {
    /// The same columns without the deduplication.
    var plan: LogicalPlan
    /// The columns of the key.
    var key: [Int]

    /// Nil where `plan` is something else, or `time` is not the column that decides which row is the last.
    init?(_ plan: LogicalPlan, time: Int) {
        guard case .calc(let calc) = plan, let column = calc.projections[time].columnIndex else { return nil }
        let inner: LastRows
        var projections = calc.projections
        if case .over(let over) = calc.input {
            guard let rows = LastRows(over, calc.predicate, time: column) else { return nil }
            inner = rows
            // All rows have the rank 1.
            let rank = ScalarExpression.literal(.integer(1), over.calls[0].resultType)
            projections = projections.map { $0.substituting(over.input.allColumns + [rank]) }
        } else {
            guard calc.predicate == nil, let rows = LastRows(calc.input, time: column) else { return nil }
            inner = rows
        }
        let places = inner.key.map { key in calc.projections.firstIndex { $0.columnIndex == key } }
        key = places.compactMap(\.self)
        guard key.count == places.count else { return nil }
        self.plan = .calc(LogicalCalc(inner.plan, projections: projections, names: calc.fields.map(\.name)))
    }

    private init?(_ over: LogicalOver, _ predicate: ScalarExpression?, time: Int) {
        guard over.calls.count == 1, over.calls[0].ranking == .rowNumber, !over.isFurtherWindow,
            over.order.count == 1, over.order[0].isDescending, over.order[0].column == time,
            CheckTimeAttributes.isLive(over.input, time), Self.keepsFirst(predicate, rank: over.firstCall)
        else { return nil }
        plan = over.input
        key = over.partitionKeys
    }

    /// Whether the predicate says that the rank is 1, and nothing else.
    private static func keepsFirst(_ predicate: ScalarExpression?, rank: Int) -> Bool {
        guard case .call(let call)? = predicate, call.arguments.count == 2,
            let comparison = ComparisonOperator(rawValue: call.function.name)
        else { return false }
        let isTurned = call.arguments[1].columnIndex == rank
        let (column, bound) = isTurned ? (call.arguments[1], call.arguments[0]) : (call.arguments[0], call.arguments[1])
        guard column.columnIndex == rank, let limit = bound.literalValue?.integerValue else { return false }
        switch isTurned ? comparison.mirrored : comparison {
        case .equal, .lessOrEqual: return limit == 1
        case .less: return limit == 2
        case .notEqual, .greater, .greaterOrEqual: return false
        }
    }
}
