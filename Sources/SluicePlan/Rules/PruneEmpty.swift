import SluiceColumns
import SluiceKernels

/// Replaces what surely gives no row by an empty table, and what reads one by what is left of it.
///
/// An aggregate without keys over such a table is one constant row, as in Flink (whose rules are Calcite's
/// PruneEmptyRules and AggregateValuesRule), while over a table that only turns out to be empty it gives none.
/// Rankings, OVER, MATCH_RECOGNIZE and window functions stay as they are: there Flink does not look through.
struct PruneEmpty {
    let contradictions: Contradictions

    init(_ context: EvaluationContext) {
        contradictions = Contradictions(context: context)
    }

    func apply(_ plan: LogicalPlan) throws -> LogicalPlan {
        try plan.rewritten { node in
            switch node {
            case .calc(let calc):
                let isEmpty = try calc.input.isEmptyTable || isNeverTrue(calc.predicate)
                return isEmpty ? .emptyTable(calc.fields) : node
            case .join(let join): return try pruned(join)
            case .temporalJoin(let temporal):
                return temporal.join.left.isEmptyTable ? .emptyTable(node.fields) : node
            case .union(let union): return Self.pruned(union)
            case .aggregate(let aggregate): return Self.pruned(aggregate)
            case .rank(let rank): return rank.range.isEmpty ? .emptyTable(node.fields) : node
            case .windowAggregate, .expand, .unnest, .replicate, .watermark, .sort:
                return node.inputs[0].isEmptyTable ? .emptyTable(node.fields) : node
            case .table, .scan, .values, .windowTable, .match, .over: return node
            }
        }
    }

    private func isNeverTrue(_ condition: ScalarExpression?) throws -> Bool {
        guard let condition else { return false }
        return try contradictions.isNeverTrue(condition)
    }

    private func pruned(_ join: LogicalJoin) throws -> LogicalPlan {
        let never = try isNeverTrue(join.condition)
        let (noLeft, noRight) = (join.left.isEmptyTable, join.right.isEmptyTable)
        let noPartners = never || noLeft || noRight
        switch join.kind {
        case .inner, .semi: return noPartners ? .emptyTable(join.fields) : .join(join)
        case .anti: return noLeft ? .emptyTable(join.fields) : noPartners ? join.left : .join(join)
        case .left: return noLeft ? .emptyTable(join.fields) : noPartners ? Self.padded(join) : .join(join)
        case .right: return noRight ? .emptyTable(join.fields) : noPartners ? Self.padded(join) : .join(join)
        case .full:
            if noLeft && noRight { return .emptyTable(join.fields) }
            return noLeft || noRight ? Self.padded(join) : .join(join)
        }
    }

    /// The rows of the side that has some, with NULL for the columns of the other.
    private static func padded(_ join: LogicalJoin) -> LogicalPlan {
        let keepsLeft = join.kind == .left || (join.kind == .full && join.right.isEmptyTable)
        let kept = keepsLeft ? join.left : join.right
        let offset = keepsLeft ? 0 : join.left.fields.count
        let columns = kept.allColumns
        let projections = join.fields.enumerated().map { index, field -> ScalarExpression in
            columns.indices.contains(index - offset)
                ? columns[index - offset] : .literal(.null, field.type.withoutTimeAttribute)
        }
        var calc = LogicalCalc(kept, projections: projections, names: join.fields.map(\.name))
        calc.fields = join.fields
        return .calc(calc)
    }

    private static func pruned(_ union: LogicalUnion) -> LogicalPlan {
        let inputs = union.inputs.filter { !$0.isEmptyTable }
        if inputs.isEmpty { return .emptyTable(union.fields) }
        if inputs.count > 1 { return .union(LogicalUnion(inputs, fields: union.fields)) }
        guard inputs.count < union.inputs.count, inputs[0].fields.map(\.type) == union.fields.map(\.type) else {
            return .union(union)
        }
        return .calc(LogicalCalc(inputs[0], projections: inputs[0].allColumns, names: union.fields.map(\.name)))
    }

    private static func pruned(_ aggregate: LogicalAggregate) -> LogicalPlan {
        guard aggregate.input.isEmptyTable else { return .aggregate(aggregate) }
        if !aggregate.keys.isEmpty { return .emptyTable(aggregate.fields) }
        let values = aggregate.aggregates.compactMap(valueOfNothing)
        guard values.count == aggregate.aggregates.count else { return .aggregate(aggregate) }
        return .values(LogicalValues(rows: [values], fields: aggregate.fields))
    }

    /// The value over no rows of an aggregate that Flink computes while planning.
    private static func valueOfNothing(_ call: AggregateCall) -> Value? {
        switch call.function.name {
        case "COUNT", "APPROX_COUNT_DISTINCT": .integer(0)
        case "SUM", "AVG", "MIN", "MAX": .null
        default: nil
        }
    }
}

extension LogicalPlan {
    /// A table of these columns without rows.
    static func emptyTable(_ fields: [RowField]) -> LogicalPlan { .values(LogicalValues(rows: [], fields: fields)) }

    /// Whether it is known to give no row.
    var isEmptyTable: Bool {
        if case .values(let values) = self { return values.rows.isEmpty }
        return false
    }
}
