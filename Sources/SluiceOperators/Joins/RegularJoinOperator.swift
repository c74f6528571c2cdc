import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// A join without a time bound: both inputs are kept, and every change on one side is joined with the other.
///
/// Works by the batch: what the batch takes back, then what it adds, joins with the other side's state; for outer, semi
/// and anti joins the number of matches of each stored row says when its padded (or its own) form has to appear or go.
/// A row whose only match is replaced within a batch stays matched. At every point what is emitted takes back old rows
/// before it adds their new forms.
package final class RegularJoinOperator: Operator {
    private let operation: JoinOperation
    private let condition: JoinCondition
    let sides: [JoinSide]
    private let types: [[DataType]]
    private let outputTypes: [DataType]
    private let clock: @Sendable () -> Int64
    /// What the batch at hand has given so far.
    private var joined = JoinedChanges()
    /// Rows of the other side that the batch at hand has taken the last match from.
    private var lost = LostMatches()

    /// Pairs that are held at once, and rows of an emitted batch.
    private static let rowLimit = 4_096

    /// Makes the operator for one shard; `inputFields` are those of the left and the right input.
    package init(
        _ operation: JoinOperation,
        inputFields: [[RowField]],
        outputFields: [RowField],
        context: EvaluationContext
    ) throws {
        self.operation = operation
        outputTypes = outputFields.map(\.type)
        clock = context.clock
        types = inputFields.map { $0.map(\.type) }
        condition = try JoinCondition(operation, context: context)
        let keys = [operation.leftKeys, operation.rightKeys]
        sides = [0, 1].map { side in
            JoinSide(
                keys: keys[side],
                rowTypes: inputFields[side].map(\.type),
                ttlMillis: operation.ttlMillis[side],
                takesBack: operation.takesBack[side],
                countsMatches: operation.emitsAlone(side),
                tableNumber: side
            )
        }
        for (place, side) in sides.filter(\.onlyGrows).enumerated() { side.packedTableNumber = sides.count + place }
    }

    /// Distinct rows held.
    var rowCount: Int { sides.reduce(0) { $0 + $1.count } }

    package var stateByteCount: Int { sides.reduce(0) { $0 + $1.byteCount } }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        try makeWay(for: batch.rowCount)
        let changes = BatchChanges(batch, types: types[input])
        if let retractions = changes.retractions { try apply(retractions, input, isRetraction: true, into: output) }
        if let additions = changes.additions { try apply(additions, input, isRetraction: false, into: output) }
        try emitOther(lost.finish(), input, isGain: false, into: output)
        try joined.flush(into: output)
    }

    /// Joins rows that are all added or all taken back, and keeps them.
    private func apply(_ batch: Batch, _ input: Int, isRetraction: Bool, into output: borrowing Output) throws {
        var rows = batch
        var keys = condition.keys(batch, isLeft: input == 0)
        if let split = condition.matchable(keys, rowCount: batch.rowCount) {
            let unmatchable = batch.gathered(split.cannot)
            try emitOwn(
                unmatchable,
                [Int64](repeating: 0, count: unmatchable.rowCount),
                input,
                into: output
            )
            rows = batch.gathered(split.can)
            keys = condition.keys(rows, isLeft: input == 0)
            if rows.rowCount == 0 { return }
        }
        for side in sides { try side.coldKeys?.recall(keys, rowCount: rows.rowCount, into: side) }
        let matchCounts = try join(rows, keys, input, isRetraction: isRetraction, into: output)
        try emitOwn(rows, matchCounts, input, into: output)
        try sides[input].apply(
            rows,
            keys: keys,
            isRetraction: isRetraction,
            matchCounts: matchCounts,
            nowMillis: clock() / 1_000
        )
    }

    /// Rows of the batch with rows of the other side that have the same key.
    private struct Pairs {
        var batchRows: [Int32] = []
        var otherRows: [UInt32] = []
    }

    /// Emits what comes of the pairs; gives per row of the batch how many rows of the other side it matches.
    private func join(
        _ batch: Batch,
        _ keys: [Column],
        _ input: Int,
        isRetraction: Bool,
        into output: borrowing Output
    ) throws -> [Int64] {
        let other = sides[1 - input]
        var matchCounts = [Int64](repeating: 0, count: batch.rowCount)
        var pairs = Pairs()
        let nowMillis = clock() / 1_000
        let first = other.firstRows(keys, rowCount: batch.rowCount)
        for row in 0..<batch.rowCount {
            var candidate = first.readOnly[row]
            while candidate != JoinSide.none {
                if other.isLive(candidate, nowMillis) {
                    pairs.batchRows.append(Int32(truncatingIfNeeded: row))
                    pairs.otherRows.append(candidate)
                }
                candidate = other.next(candidate)
                if pairs.batchRows.count >= Self.rowLimit {
                    try settle(&pairs, batch, input, isRetraction, &matchCounts, into: output)
                }
            }
        }
        try settle(&pairs, batch, input, isRetraction, &matchCounts, into: output)
        return matchCounts
    }

    /// Emits what comes of some pairs, and empties the list.
    private func settle(
        _ pairs: inout Pairs,
        _ batch: Batch,
        _ input: Int,
        _ isRetraction: Bool,
        _ matchCounts: inout [Int64],
        into output: borrowing Output
    ) throws {
        if pairs.batchRows.isEmpty { return }
        try narrow(&pairs, batch, input)
        let other = sides[1 - input]
        for (row, candidate) in zip(pairs.batchRows, pairs.otherRows) {
            matchCounts[Int(row)] += other.copies(of: candidate)
        }
        if isRetraction { try emitPairs(pairs, batch, input, into: output) }
        try adjustOther(pairs.otherRows, input, isRetraction, into: output)
        if !isRetraction { try emitPairs(pairs, batch, input, into: output) }
        pairs.batchRows.removeAll(keepingCapacity: true)
        pairs.otherRows.removeAll(keepingCapacity: true)
    }

    /// Keeps the pairs for which the residual condition holds.
    private func narrow(_ pairs: inout Pairs, _ batch: Batch, _ input: Int) throws {
        guard operation.residual != nil else { return }
        let selection = SelectionVector(pairs.batchRows)
        let own = batch.columns.map { $0.gathered(selection) }
        let opposite = sides[1 - input].columns(pairs.otherRows)
        let passing = try condition.passing(
            left: input == 0 ? own : opposite,
            right: input == 0 ? opposite : own,
            count: selection.count
        )
        guard let passing else { return }
        var kept = Pairs()
        let rows = passing.rows
        for index in 0..<rows.count {
            kept.batchRows.append(pairs.batchRows[Int(rows[index])])
            kept.otherRows.append(pairs.otherRows[Int(rows[index])])
        }
        pairs = kept
    }

    private var isLeftOnly: Bool { operation.kind == .semi || operation.kind == .anti }

    /// Emits the rows of the batch that appear by themselves: unmatched rows of a preserved side, and the results of
    /// semi and anti joins.
    private func emitOwn(_ batch: Batch, _ matchCounts: [Int64], _ input: Int, into output: borrowing Output) throws {
        let wantsMatched = operation.kind == .semi
        guard operation.emitsAlone(input) else { return }
        var rows: [Int32] = []
        for row in matchCounts.indices where (matchCounts[row] > 0) == wantsMatched {
            rows.append(Int32(truncatingIfNeeded: row))
        }
        if rows.isEmpty { return }
        let part = rows.count == batch.rowCount ? batch : batch.gathered(SelectionVector(rows))
        try joined.add(
            Batch(
                columns: shaped(part.columns, from: input, rowCount: rows.count),
                rowCount: rows.count,
                rowKinds: part.rowKinds
            ),
            into: output
        )
    }

    /// Columns of one side in the shape of the output: padded with NULLs, or alone for semi and anti joins.
    private func shaped(_ columns: [Column], from input: Int, rowCount: Int) -> [Column] {
        if isLeftOnly { return columns }
        let leftCount = types[0].count
        let padded = input == 0 ? outputTypes[leftCount...] : outputTypes[..<leftCount]
        let padding = padded.map { Column.allNull($0.nullable(true), count: rowCount) }
        return input == 0 ? columns + padding : padding + columns
    }

    /// Counts the new matches of stored rows of the other side; emits those that went from none to some.
    ///
    /// Those that went from some to none have until the end of the batch to find another match.
    private func adjustOther(
        _ matched: [UInt32],
        _ input: Int,
        _ isRetraction: Bool,
        into output: borrowing Output
    ) throws {
        guard operation.emitsAlone(1 - input) else { return }
        let other = sides[1 - input]
        var gained: [UInt32] = []
        for row in matched {
            let before = other.addMatches(row, isRetraction ? -1 : 1)
            if isRetraction {
                if before == 1 { lost.lose(row) }
            } else if before == 0, !lost.regain(row) {
                gained.append(row)
            }
        }
        try emitOther(gained, input, isGain: true, into: output)
    }

    /// Emits rows of the other side that have their first match now, or none any more.
    private func emitOther(_ changed: [UInt32], _ input: Int, isGain: Bool, into output: borrowing Output) throws {
        if changed.isEmpty { return }
        let other = sides[1 - input]
        var rows: [UInt32] = []
        for row in changed { rows += repeatElement(row, count: Int(max(0, other.copies(of: row)))) }
        let appears = (operation.kind == .semi) == isGain
        for start in stride(from: 0, to: rows.count, by: Self.rowLimit) {
            let part = Array(rows[start..<min(start + Self.rowLimit, rows.count)])
            try joined.add(
                Batch(
                    columns: shaped(other.columns(part), from: 1 - input, rowCount: part.count),
                    rowCount: part.count,
                    rowKinds: appears ? nil : RowKinds(Array(repeating: .delete, count: part.count))
                ),
                into: output
            )
        }
    }

    private func emitPairs(_ pairs: Pairs, _ batch: Batch, _ input: Int, into output: borrowing Output) throws {
        if isLeftOnly { return }
        let other = sides[1 - input]
        var part = Pairs()
        for (row, candidate) in zip(pairs.batchRows, pairs.otherRows) {
            for _ in 0..<max(0, other.copies(of: candidate)) {
                part.batchRows.append(row)
                part.otherRows.append(candidate)
                if part.batchRows.count >= Self.rowLimit {
                    try emitJoined(part, batch, input, into: output)
                    part = Pairs()
                }
            }
        }
        try emitJoined(part, batch, input, into: output)
    }

    private func emitJoined(_ pairs: Pairs, _ batch: Batch, _ input: Int, into output: borrowing Output) throws {
        if pairs.batchRows.isEmpty { return }
        let selection = SelectionVector(pairs.batchRows)
        let own = batch.columns.map { $0.gathered(selection) }
        let opposite = sides[1 - input].columns(pairs.otherRows)
        try joined.add(
            Batch(
                columns: input == 0 ? own + opposite : opposite + own,
                rowCount: selection.count,
                rowKinds: batch.rowKinds?.gathered(selection)
            ),
            into: output
        )
    }
}
