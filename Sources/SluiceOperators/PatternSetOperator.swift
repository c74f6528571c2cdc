import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// Looks for the patterns of many filters in one pass and gives each filter the rows that it may want.
package final class PatternSetOperator: Operator {
    private let branches: [PatternSetOperation.Branch]
    private let texts: ExpressionEvaluator
    private let set: PatternSet

    /// Makes the operator for one shard.
    package init(_ operation: PatternSetOperation, context: EvaluationContext) throws {
        branches = operation.branches
        set = try PatternSet(branches.map(\.conditions), folder: operation.folder)
        texts = try ExpressionEvaluator(set.texts, context: context)
    }

    package var stateTables: [StateTable] { [] }

    package var counters: OperatorCounters { OperatorCounters(patterns: set.counters) }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        let columns = try texts.evaluate(batch)
        var found: [(branch: Int, rows: SelectionVector?)] = []
        try set.find(columns, rowCount: batch.rowCount) { found.append(($0, $1)) }
        for (branch, rows) in found {
            let given = rows.map { batch.gathered($0, reading: branches[branch].columnsRead) } ?? batch
            try output.emit(given, branch: branch)
        }
    }
}

extension Batch {
    /// Rows `selection` of the columns that somebody reads; the others become NULL constants instead of being copied.
    func gathered(_ selection: SelectionVector, reading columnsRead: [Int]) -> Batch {
        let unread = Column.allNull(DataType(.null), count: selection.count)
        var gathered = Array(repeating: unread, count: columns.count)
        for column in columnsRead { gathered[column] = columns[column].gathered(selection) }
        return Batch(
            columns: gathered,
            rowCount: selection.count,
            rowKinds: rowKinds?.gathered(selection),
            runningWatermarks: runningWatermarks?.gathered(selection)
        )
    }
}
