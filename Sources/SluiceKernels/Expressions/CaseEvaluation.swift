import SluiceColumns

/// CASE: by selecting between columns where every part is cheap, by rows that reach each part otherwise.
enum CaseEvaluation {
    /// The value of a CASE node over the rows of `frame`.
    static func value(
        _ branches: [ExpressionNode.Branch],
        _ otherwise: ExpressionNode,
        _ node: ExpressionNode,
        _ frame: EvaluationFrame
    ) throws -> Column {
        if node.isEager, !ComparisonTypes.isNested(node.type.logical) {
            return try eager(branches, otherwise, node.type, frame)
        }
        return try lazy(branches, otherwise, node.type, frame)
    }

    private static func eager(
        _ branches: [ExpressionNode.Branch],
        _ otherwise: ExpressionNode,
        _ type: DataType,
        _ frame: EvaluationFrame
    ) throws -> Column {
        var result = typed(try frame.value(otherwise), type)
        for branch in branches.reversed() {
            let condition = try frame.value(branch.condition)
            result = ColumnSelect.select(condition, typed(try frame.value(branch.value), type), result, type)
        }
        return result
    }

    private static func typed(_ column: Column, _ type: DataType) -> Column {
        column.type == type ? column : column.retyped(type)
    }

    private static func lazy(
        _ branches: [ExpressionNode.Branch],
        _ otherwise: ExpressionNode,
        _ type: DataType,
        _ frame: EvaluationFrame
    ) throws -> Column {
        var parts = CaseParts(type: type, rowCount: frame.rowCount)
        var remaining: SelectionVector?
        for branch in branches {
            let reached = frame.narrowed(to: remaining)
            guard let taken = SelectionVector.selecting(try reached.value(branch.condition)) else {
                parts.add(remaining, try reached.value(branch.value))
                return parts.assembled()
            }
            if taken.count == 0 { continue }
            let rows = remaining?.composed(with: taken) ?? taken
            parts.add(rows, try frame.narrowed(to: rows).value(branch.value))
            let rest = complement(of: taken, rowCount: reached.rowCount)
            remaining = remaining?.composed(with: rest) ?? rest
        }
        parts.add(remaining, try frame.narrowed(to: remaining).value(otherwise))
        return parts.assembled()
    }

    private static func complement(of selection: SelectionVector, rowCount: Int) -> SelectionVector {
        var lane = MutableLane<Int32>(count: rowCount - selection.count)
        do {
            var target = lane.span
            let taken = selection.rows
            var next = 0
            var written = 0
            for row in 0..<rowCount {
                if next < taken.count && taken[next] == Int32(truncatingIfNeeded: row) {
                    next += 1
                } else {
                    target[written] = Int32(truncatingIfNeeded: row)
                    written += 1
                }
            }
        }
        return SelectionVector(lane, count: rowCount - selection.count)
    }
}

/// The values of the parts of a CASE, each for some of the rows.
struct CaseParts {
    let type: DataType
    let rowCount: Int
    private var columns: [Column] = []
    private var rows: [SelectionVector?] = []

    init(type: DataType, rowCount: Int) {
        self.type = type
        self.rowCount = rowCount
    }

    /// Adds the values of the given rows; nil is all of them.
    mutating func add(_ selection: SelectionVector?, _ column: Column) {
        if let selection, selection.count == 0 { return }
        columns.append(column.type == type ? column : column.retyped(type))
        rows.append(selection)
    }

    /// All rows in order.
    func assembled() -> Column {
        guard let first = columns.first else { return Column.of([], type) }
        if columns.count == 1 && first.count == rowCount { return first }
        var lane = MutableLane<Int32>(count: rowCount, zeroed: true)
        do {
            var positions = lane.span
            var start = 0
            for (part, column) in zip(rows, columns) {
                if let part {
                    let targets = part.rows
                    for index in 0..<targets.count {
                        positions[Int(targets[index])] = Int32(truncatingIfNeeded: start + index)
                    }
                }
                start += column.count
            }
        }
        return Column.concatenated(columns).gathered(SelectionVector(lane, count: rowCount))
    }
}
