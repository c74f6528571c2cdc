import SluiceColumns
import SluicePlan
import SluiceState

/// Gives each row, with its kind, as often as its last column says; what is not positive is never.
package final class ReplicateOperator: Operator {
    /// Rows of an emitted batch.
    private static let rowLimit = 4_096

    /// Makes the operator.
    package init() {}

    package var stateTables: [StateTable] { [] }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        let last = batch.columns.count - 1
        let counts = batch.columns[last].flattened()
        var rows = batch
        rows.columns.removeLast()
        var selected: [Int32] = []
        for row in 0..<batch.rowCount {
            var left = counts.int64s[row]
            while left > 0 {
                selected.append(Int32(truncatingIfNeeded: row))
                left -= 1
                if selected.count < Self.rowLimit { continue }
                try output.emit(rows.gathered(SelectionVector(selected)))
                selected.removeAll(keepingCapacity: true)
            }
        }
        if !selected.isEmpty { try output.emit(rows.gathered(SelectionVector(selected))) }
    }
}
