import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// Filters the rows of a batch, then computes the output columns over those that are left.
///
/// Only the columns that the projections read are gathered.
package final class CalcOperator: Operator {
    private let predicate: ExpressionEvaluator?
    private let projections: ExpressionEvaluator?
    private let columnsRead: [Int]
    private let readsWatermark: Bool

    /// Makes the operator for one shard.
    package init(_ operation: CalcOperation, context: EvaluationContext) throws {
        predicate = try operation.predicate.map { try ExpressionEvaluator([$0], context: context) }
        projections = try operation.projections.map { try ExpressionEvaluator($0, context: context) }
        columnsRead = (operation.projections ?? []).reduce(into: Set()) { $0.formUnion($1.columnsRead) }.sorted()
        readsWatermark = operation.readsWatermark
    }

    package var stateTables: [StateTable] { [] }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        let batch = readsWatermark ? withWatermark(batch) : batch
        var rows = batch
        if let predicate, let selection = try predicate.evaluateSelection(0, batch) {
            if selection.count == 0 { return }
            rows = gathered(batch, selection.withRowSet(ofRows: batch.rowCount))
        }
        guard let projections else {
            if readsWatermark { rows.columns.removeLast() }
            return try output.emit(rows)
        }
        try output.emit(rows.withColumns(try projections.evaluate(rows)))
    }

    /// The batch with the running watermark behind its columns.
    private func withWatermark(_ batch: Batch) -> Batch {
        var wide = batch
        let none = Column.constant(.integer(Watermark.none.micros), .notNull(.bigint), count: batch.rowCount)
        wide.columns.append(batch.runningWatermarks ?? none)
        return wide
    }

    private func gathered(_ batch: Batch, _ selection: SelectionVector) -> Batch {
        projections == nil ? batch.gathered(selection) : batch.gathered(selection, reading: columnsRead)
    }
}

/// Gives one row per grouping set for each row.
package final class ExpandOperator: Operator {
    private let evaluators: [ExpressionEvaluator]

    /// Makes the operator for one shard.
    package init(_ operation: ExpandOperation, context: EvaluationContext) throws {
        evaluators = try operation.projections.map { try ExpressionEvaluator($0, context: context) }
    }

    package var stateTables: [StateTable] { [] }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        for evaluator in evaluators { try output.emit(batch.withColumns(try evaluator.evaluate(batch))) }
    }
}

/// Passes the rows of several inputs on, in the order they come.
package final class UnionOperator: Operator {
    /// Makes the operator.
    package init() {}

    package var stateTables: [StateTable] { [] }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        try output.emit(batch)
    }
}
