import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// A join without a time bound: both inputs are kept, and every change on one side is joined with the other.
///
/// Works by the batch: the rows of a batch join with the other side's state; for outer, semi and anti joins the number of
/// matches of each stored row says when its padded (or its own) form has to appear or go.
package final class RegularJoinOperator: Operator {
    private let operation: JoinOperation
    private let condition: JoinCondition
    private let sides: [JoinSide]
    private let fields: [[RowField]]
    private let outputFields: [RowField]

    /// Makes the operator for one shard; `inputFields` are those of the left and the right input.
    package init(
        _ operation: JoinOperation, inputFields: [[RowField]], outputFields: [RowField], context: EvaluationContext
    ) throws {
        self.operation = operation
        self.outputFields = outputFields
        fields = inputFields
        condition = try JoinCondition(operation, context: context)
        let keys = [operation.leftKeys, operation.rightKeys]
        sides = [0, 1].map { side in
            JoinSide(
                keyTypes: keys[side].map { inputFields[side][$0].type }, rowTypes: inputFields[side].map(\.type))
        }
    }

    package var stateByteCount: Int { sides.reduce(0) { $0 + $1.byteCount } }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        let keys = condition.keys(batch, isLeft: input == 0)
        let pairs = try matches(batch, keys, input)
        try emitOwnChanges(batch, pairs, input, into: output)
        try adjustOther(batch, pairs, input, into: output)
        try emitPairs(batch, pairs, input, into: output)
        store(batch, keys, pairs, input)
    }

    /// Rows of the batch with rows of the other side that they match.
    private struct Pairs {
        var batchRows: [Int32] = []
        var otherRows: [UInt32] = []
        /// Per row of the batch how many rows of the other side it matches, counted with their multiplicity.
        var matchCounts: [Int64]
    }

    private func matches(_ batch: Batch, _ keys: [Column], _ input: Int) throws -> Pairs {
        let other = sides[1 - input]
        var pairs = Pairs(matchCounts: Array(repeating: 0, count: batch.rowCount))
        let first = other.firstRows(keys, rowCount: batch.rowCount)
        for row in 0..<batch.rowCount where condition.canMatch(keys, row: row) {
            var candidate = first[row]
            while candidate != JoinSide.none {
                pairs.batchRows.append(Int32(truncatingIfNeeded: row))
                pairs.otherRows.append(candidate)
                candidate = other.next(candidate)
            }
        }
        if !pairs.batchRows.isEmpty {
            let own = batch.columns.map { $0.gathered(SelectionVector(pairs.batchRows)) }
            let opposite = other.columns(pairs.otherRows)
            let passing = try condition.passing(
                left: input == 0 ? own : opposite, right: input == 0 ? opposite : own, count: pairs.batchRows.count)
            if let passing {
                let kept = (0..<passing.count).map { Int(passing.rows[$0]) }
                pairs.batchRows = kept.map { pairs.batchRows[$0] }
                pairs.otherRows = kept.map { pairs.otherRows[$0] }
            }
        }
        for (row, candidate) in zip(pairs.batchRows, pairs.otherRows) {
            pairs.matchCounts[Int(row)] += other.counts[Int(candidate)]
        }
        return pairs
    }

    /// Whether the rows of input `input` appear padded with NULLs where they match nothing.
    private func isPreserved(_ input: Int) -> Bool {
        switch operation.kind {
        case .full: true
        case .left: input == 0
        case .right: input == 1
        case .inner, .semi, .anti: false
        }
    }

    /// Rows of the batch that appear by themselves: unmatched rows of a preserved side, and the results of semi and
    /// anti joins.
    private func emitOwnChanges(
        _ batch: Batch, _ pairs: Pairs, _ input: Int, into output: borrowing Output
    ) throws {
        let rows = (0..<batch.rowCount).filter { row in
            let isMatched = pairs.matchCounts[row] > 0
            switch operation.kind {
            case .semi: return input == 0 && isMatched
            case .anti: return input == 0 && !isMatched
            default: return isPreserved(input) && !isMatched
            }
        }
        if rows.isEmpty { return }
        let part = batch.gathered(SelectionVector(rows.map { Int32(truncatingIfNeeded: $0) }))
        try output.emit(
            Batch(
                columns: shaped(part.columns, from: input, rowCount: rows.count), rowCount: rows.count,
                rowKinds: part.rowKinds))
    }

    /// Columns of one side in the shape of the output: padded with NULLs, or alone for semi and anti joins.
    private func shaped(_ columns: [Column], from input: Int, rowCount: Int) -> [Column] {
        if operation.kind == .semi || operation.kind == .anti { return columns }
        let padding = fields[1 - input].indices.map { field in
            Column.allNull(
                outputFields[input == 0 ? fields[0].count + field : field].type.nullable(true), count: rowCount)
        }
        return input == 0 ? columns + padding : padding + columns
    }

    /// Counts the new matches of stored rows of the other side; emits those that went from none to some or back.
    private func adjustOther(_ batch: Batch, _ pairs: Pairs, _ input: Int, into output: borrowing Output) throws {
        let other = sides[1 - input]
        let isLeftOnly = operation.kind == .semi || operation.kind == .anti
        guard isPreserved(1 - input) || (isLeftOnly && input == 1) else { return }
        var before: [UInt32: Int64] = [:]
        for (row, candidate) in zip(pairs.batchRows, pairs.otherRows) {
            let count = other.matches[Int(candidate)]
            if before[candidate] == nil { before[candidate] = count }
            other.setMatches(candidate, count + (batch.kind(Int(row)).isAddition ? 1 : -1))
        }
        var rows: [UInt32] = []
        var kinds: [RowKind] = []
        for (candidate, old) in before.sorted(by: { $0.key < $1.key }) {
            let isMatched = other.matches[Int(candidate)] > 0
            guard (old > 0) != isMatched else { continue }
            let appears = operation.kind == .semi ? isMatched : !isMatched
            for _ in 0..<other.counts[Int(candidate)] {
                rows.append(candidate)
                kinds.append(appears ? .insert : .delete)
            }
        }
        if rows.isEmpty { return }
        try output.emit(
            Batch(
                columns: shaped(other.columns(rows), from: 1 - input, rowCount: rows.count), rowCount: rows.count,
                rowKinds: RowKinds(kinds)))
    }

    private func emitPairs(_ batch: Batch, _ pairs: Pairs, _ input: Int, into output: borrowing Output) throws {
        if operation.kind == .semi || operation.kind == .anti { return }
        let other = sides[1 - input]
        var batchRows: [Int32] = []
        var otherRows: [UInt32] = []
        for (row, candidate) in zip(pairs.batchRows, pairs.otherRows) {
            for _ in 0..<max(0, other.counts[Int(candidate)]) {
                batchRows.append(row)
                otherRows.append(candidate)
            }
        }
        if batchRows.isEmpty { return }
        let own = batch.gathered(SelectionVector(batchRows))
        let opposite = other.columns(otherRows)
        try output.emit(
            Batch(
                columns: input == 0 ? own.columns + opposite : opposite + own.columns, rowCount: batchRows.count,
                rowKinds: own.rowKinds))
    }

    /// Keeps the rows of the batch that can ever match, with their match counts.
    private func store(_ batch: Batch, _ keys: [Column], _ pairs: Pairs, _ input: Int) {
        let kept = (0..<batch.rowCount).filter { condition.canMatch(keys, row: $0) }
        if kept.isEmpty { return }
        let selection = SelectionVector(kept.map { Int32(truncatingIfNeeded: $0) })
        let part = kept.count == batch.rowCount ? batch : batch.gathered(selection)
        let partKeys = kept.count == batch.rowCount ? keys : keys.map { $0.gathered(selection) }
        let numbers = sides[input].apply(part, keys: partKeys)
        var shrunk: [UInt32] = []
        for (position, row) in kept.enumerated() {
            sides[input].setMatches(numbers[position], pairs.matchCounts[row])
            if !batch.kind(row).isAddition { shrunk.append(numbers[position]) }
        }
        sides[input].sweep(shrunk)
    }
}
