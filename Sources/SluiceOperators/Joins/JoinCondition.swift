import SluiceColumns
import SluiceKernels
import SluicePlan

/// When a left and a right row belong together: equal keys, and what else must hold.
struct JoinCondition {
    private let leftKeys: [Int]
    private let rightKeys: [Int]
    private let nullSafe: [Bool]
    private let residual: ExpressionEvaluator?

    /// Compiles the condition of a join.
    init(_ operation: JoinOperation, context: EvaluationContext) throws {
        try self.init(
            leftKeys: operation.leftKeys,
            rightKeys: operation.rightKeys,
            nullSafe: operation.nullSafe,
            residual: operation.residual,
            context: context
        )
    }

    /// Compiles a condition; `nullSafe` says per key whether NULL equals NULL.
    init(
        leftKeys: [Int],
        rightKeys: [Int],
        nullSafe: [Bool],
        residual: ScalarExpression?,
        context: EvaluationContext
    ) throws {
        self.leftKeys = leftKeys
        self.rightKeys = rightKeys
        self.nullSafe = nullSafe
        self.residual = try residual.map { try ExpressionEvaluator([$0], context: context) }
    }

    /// The key columns of a batch of one side.
    func keys(_ batch: Batch, isLeft: Bool) -> [Column] {
        (isLeft ? leftKeys : rightKeys).map { batch.columns[$0] }
    }

    /// The rows whose keys can equal anything (no NULL, except where NULL equals NULL), and the others.
    ///
    /// - Returns: nil where all rows can.
    func matchable(_ keys: [Column], rowCount: Int) -> (can: SelectionVector, cannot: SelectionVector)? {
        var valid: Bitmap?
        for (position, key) in keys.enumerated() where !nullSafe[position] && !key.hasNoNulls {
            valid = Bitmap.and(valid, key.presence(rowCount: rowCount))
        }
        guard let valid, !valid.isAllSet else { return nil }
        return (valid.selection, valid.inverted().selection)
    }

    /// The pairs for which the residual condition is TRUE; nil is all of them.
    func passing(left: [Column], right: [Column], count: Int) throws -> SelectionVector? {
        guard let residual else { return nil }
        return try residual.evaluateSelection(0, Batch(columns: left + right, rowCount: count))
    }
}

extension Bitmap {
    /// The rows whose bit is set, ascending.
    var selection: SelectionVector {
        var lane = MutableLane<Int32>(count: count + 1)
        var selected = 0
        do {
            var rows = lane.span
            for row in 0..<count {
                rows[selected] = Int32(truncatingIfNeeded: row)
                selected &+= self[row] ? 1 : 0
            }
        }
        return SelectionVector(lane, count: selected)
    }
}

extension Column {
    /// A bit per row, set where the row is not NULL; nil where no row is NULL.
    func presence(rowCount: Int) -> Bitmap? {
        type.lane == .null ? MutableBitmap(count: rowCount, repeating: false).finish() : flattened().validity
    }
}
