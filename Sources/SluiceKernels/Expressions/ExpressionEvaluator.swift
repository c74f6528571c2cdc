import SluiceColumns

/// Expressions compiled for one shard: computes columns from batches.
///
/// Equal sub-expressions are computed once per batch; constants stay constant columns; the parts of AND, OR and CASE
/// that
/// could fail or cost much are computed over the rows that reach them only. Not `Sendable`: the shard that made it
/// uses it.
package final class ExpressionEvaluator {
    /// Types of the values, in the order of the expressions.
    package let types: [DataType]
    private let roots: [ExpressionNode]
    private let nodeCount: Int

    /// Compiles `expressions`.
    ///
    /// - Throws: `FunctionError` where a function cannot be compiled for its arguments.
    package init(_ expressions: [ScalarExpression], context: EvaluationContext) throws {
        var compiler = ExpressionCompiler(context: context)
        roots = try expressions.map { try compiler.compile($0) }
        types = expressions.map(\.type)
        nodeCount = compiler.nodeCount
    }

    /// The values of all expressions over the rows of `batch`, in order; constants may be unmaterialised.
    ///
    /// - Throws: `EvaluationError` where a row cannot be computed.
    package func evaluate(_ batch: Batch) throws -> [Column] {
        let frame = EvaluationFrame(batch: batch, nodeCount: nodeCount)
        return try roots.indices.map { try value($0, frame) }
    }

    /// The value of expression `index` alone.
    package func evaluateOne(_ index: Int = 0, _ batch: Batch) throws -> Column {
        try value(index, EvaluationFrame(batch: batch, nodeCount: nodeCount))
    }

    /// The rows of `batch` for which BOOLEAN expression `index` is TRUE; nil where it is TRUE for all of them.
    ///
    /// Faster than computing the column: comparisons with constants go straight to row numbers, and an AND narrows.
    package func evaluateSelection(_ index: Int = 0, _ batch: Batch) throws -> SelectionVector? {
        let frame = EvaluationFrame(batch: batch, nodeCount: nodeCount)
        return try PredicateEvaluation.narrow(roots[index], nil, frame)
    }

    private func value(_ index: Int, _ frame: EvaluationFrame) throws -> Column {
        let column = try frame.value(roots[index])
        return column.type == types[index] ? column : column.retyped(types[index])
    }
}
