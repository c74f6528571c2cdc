import SluiceColumns
import SluiceKernels

/// How many rows a subquery gives, and which, as far as its plan alone says it.
extension LogicalPlan {
    /// Whether it never gives more than one row.
    var hasOneRow: Bool {
        switch self {
        case .calc(let calc): calc.input.hasOneRow
        case .aggregate(let aggregate): aggregate.keys.isEmpty
        case .values(let values): values.rows.count <= 1
        default: false
        }
    }

    /// Whether it gives a row whatever it reads.
    var alwaysHasRow: Bool {
        switch self {
        case .calc(let calc): calc.predicate == nil && calc.input.alwaysHasRow
        case .aggregate(let aggregate): aggregate.keys.isEmpty
        case .values(let values): !values.rows.isEmpty
        default: false
        }
    }

    /// The columns of its only row, folded, over nothing but columns of queries around.
    ///
    /// Nil where it may have no row or several, and where it reads any table.
    func onlyRow(_ context: EvaluationContext) -> [ScalarExpression]? {
        switch self {
        case .values(let values) where values.rows.count == 1:
            return zip(values.rows[0], values.fields).map { .literal($0, $1.type) }
        case .calc(let calc) where calc.predicate == nil:
            guard let row = calc.input.onlyRow(context) else { return nil }
            return calc.projections.map { $0.folded(over: row, context) }
        default: return nil
        }
    }

    /// The row that an aggregate without keys, and what is computed of it, gives over no rows.
    ///
    /// All NULL where a HAVING leaves it out; nil where it is no such aggregate, or the row is not known.
    func rowOverNothing(_ context: EvaluationContext) -> [ScalarExpression]? {
        switch self {
        case .aggregate(let node) where node.keys.isEmpty:
            var row: [ScalarExpression] = []
            for call in node.aggregates {
                // Only counts are never NULL.
                guard call.resultType.isNullable || call.resultType.logical == .bigint else { return nil }
                row.append(.literal(call.resultType.isNullable ? .null : .integer(0), call.resultType))
            }
            return row
        case .calc(let calc):
            guard let row = calc.input.rowOverNothing(context) else { return nil }
            if let predicate = calc.predicate?.folded(over: row, context) {
                guard let isKept = predicate.literalValue else { return nil }
                if isKept != .boolean(true) { return calc.fields.map { .literal(.null, $0.type.nullable(true)) } }
            }
            return calc.projections.map { $0.folded(over: row, context) }
        default: return nil
        }
    }

    /// Whether its first column is a COUNT: 0 where there are no rows.
    var isCount: Bool {
        switch self {
        case .calc(let calc):
            guard calc.predicate == nil, case .aggregate(let aggregate) = calc.input,
                let column = calc.projections[0].columnIndex, column >= aggregate.keys.count
            else { return false }
            return aggregate.aggregates[column - aggregate.keys.count].function.name == "COUNT"
        default: return false
        }
    }
}

extension ScalarExpression {
    /// The expression with the columns of `row` for its own, folded where that gives a constant.
    ///
    /// What fails to compute stays as it is: it is then an error of the whole statement.
    fileprivate func folded(over row: [ScalarExpression], _ context: EvaluationContext) -> ScalarExpression {
        let replaced = replacing(Dictionary(uniqueKeysWithValues: row.enumerated().map { ($0.offset, $0.element) }))
        guard replaced.columnsRead.isEmpty, let folded = try? ConstantFolding.fold(replaced, context),
            folded.literalValue != nil
        else { return replaced }
        return folded
    }
}
