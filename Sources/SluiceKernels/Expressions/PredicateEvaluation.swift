import SluiceColumns

/// Predicates straight to row numbers.
enum PredicateEvaluation {
    /// The rows among `selection` (nil: all rows of `frame`) for which `node` is TRUE; nil where that is every row of
    /// the frame.
    static func narrow(
        _ node: ExpressionNode,
        _ selection: SelectionVector?,
        _ frame: EvaluationFrame
    ) throws -> SelectionVector? {
        if let selection, selection.count == 0 { return selection }
        switch node.kind {
        case .and(let operands):
            var rows = selection
            for operand in operands { rows = try narrow(operand, rows, frame) }
            return rows
        case .comparison(let operation, _, let left, let right):
            if let rows = try compare(operation, left, right, selection, frame) { return rows.selection }
        default: break
        }
        return try filter(node, selection, frame)
    }

    /// A selection that may be all rows.
    private struct Rows {
        var selection: SelectionVector?
    }

    private static func filter(
        _ node: ExpressionNode,
        _ selection: SelectionVector?,
        _ frame: EvaluationFrame
    ) throws -> SelectionVector? {
        guard let selection else { return SelectionVector.selecting(try frame.value(node)) }
        let value = try frame.narrowed(to: selection).value(node)
        guard let kept = SelectionVector.selecting(value) else { return selection }
        return selection.composed(with: kept)
    }

    private static func compare(
        _ operation: ComparisonOperator,
        _ left: ExpressionNode,
        _ right: ExpressionNode,
        _ selection: SelectionVector?,
        _ frame: EvaluationFrame
    ) throws -> Rows? {
        if case .constant = left.kind, right.constant == nil {
            return try compare(operation.mirrored, right, left, selection, frame)
        }
        guard let constant = right.constant, left.constant == nil, left.isEager || selection == nil else { return nil }
        if constant.isNull { return Rows(selection: SelectionVector([])) }
        let column = try frame.value(left)
        if column.isConstant { return nil }
        switch (left.type.lane, constant) {
        case (.int8, .integer(let value)):
            return rows(operation, column, Int8(truncatingIfNeeded: value), selection)
        case (.int16, .integer(let value)):
            return rows(operation, column, Int16(truncatingIfNeeded: value), selection)
        case (.int32, .integer(let value)):
            return rows(operation, column, Int32(truncatingIfNeeded: value), selection)
        case (.int64, .integer(let value)): return rows(operation, column, value, selection)
        case (.double, .double(let value)): return rows(operation, column, value, selection)
        default: return nil
        }
    }

    private static func rows<Value: Comparable & BitwiseCopyable>(
        _ operation: ComparisonOperator,
        _ column: Column,
        _ constant: Value,
        _ selection: SelectionVector?
    ) -> Rows {
        switch operation {
        case .equal: rows(column, selection, Value.self) { $0 == constant }
        case .notEqual: rows(column, selection, Value.self) { $0 != constant }
        case .less: rows(column, selection, Value.self) { $0 < constant }
        case .lessOrEqual: rows(column, selection, Value.self) { $0 <= constant }
        case .greater: rows(column, selection, Value.self) { $0 > constant }
        case .greaterOrEqual: rows(column, selection, Value.self) { $0 >= constant }
        }
    }

    @inline(__always)
    private static func rows<Value: BitwiseCopyable>(
        _ column: Column,
        _ selection: SelectionVector?,
        _ lane: Value.Type,
        _ passes: (Value) -> Bool
    ) -> Rows {
        let candidateCount = selection?.count ?? column.count
        var result = MutableLane<Int32>(count: candidateCount)
        var count = 0
        do {
            var target = result.span
            let values = column.lane(Value.self)
            // Branch-free: a slot is written always and kept only where the row passes.
            if let selection {
                let candidates = selection.rows
                for index in 0..<candidateCount {
                    let row = Int(candidates[index])
                    target[count] = candidates[index]
                    count &+= passes(values[row]) && !column.isNull(row) ? 1 : 0
                }
            } else if let validity = column.validity {
                for row in 0..<candidateCount {
                    target[count] = Int32(truncatingIfNeeded: row)
                    count &+= (passes(values[row]) ? 1 : 0) & (validity[row] ? 1 : 0)
                }
            } else {
                for row in 0..<candidateCount {
                    target[count] = Int32(truncatingIfNeeded: row)
                    count &+= passes(values[row]) ? 1 : 0
                }
            }
        }
        if count == candidateCount { return Rows(selection: selection) }
        return Rows(selection: SelectionVector(result, count: count))
    }
}
