import SluiceColumns
import SluiceKernels
import SluicePlan

/// When a left and a right row belong together: equal keys, and what else must hold.
struct JoinCondition {
    private let operation: JoinOperation
    private let residual: ExpressionEvaluator?

    init(_ operation: JoinOperation, context: EvaluationContext) throws {
        self.operation = operation
        residual = try operation.residual.map { try ExpressionEvaluator([$0], context: context) }
    }

    /// The key columns of a batch of one side.
    func keys(_ batch: Batch, isLeft: Bool) -> [Column] {
        (isLeft ? operation.leftKeys : operation.rightKeys).map { batch.columns[$0] }
    }

    /// Whether the keys of a row can equal anything: no NULL, except where NULL equals NULL.
    func canMatch(_ keys: [Column], row: Int) -> Bool {
        for (position, key) in keys.enumerated() where !operation.nullSafe[position] && key.isNull(row) {
            return false
        }
        return true
    }

    /// The pairs for which the residual condition is TRUE; nil is all of them.
    func passing(left: [Column], right: [Column], count: Int) throws -> SelectionVector? {
        guard let residual else { return nil }
        return try residual.evaluateSelection(0, Batch(columns: left + right, rowCount: count))
    }
}
