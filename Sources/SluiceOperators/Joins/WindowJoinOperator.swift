import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// A join of two windowed inputs on the same window: both sides of a window are kept until the watermark passes its
/// end, joined once, and dropped.
///
/// Insert-only.
package final class WindowJoinOperator: Operator {
    private let operation: JoinOperation
    private let condition: JoinCondition
    private let fields: [[RowField]]
    private let outputFields: [RowField]
    private let endColumns: [Int]
    private let timeline: WindowTimeline
    /// The rows of the left and the right input.
    private let sides: [WindowedRows]
    private var passed = Watermark.none
    private let scratch = EncodedRows()
    private var tally = OperatorCounters()

    private static let rowLimit = 4_096

    /// Makes the operator for one shard; `inputFields` are those of the left and the right input.
    package init(
        _ operation: JoinOperation,
        inputFields: [[RowField]],
        outputFields: [RowField],
        context: EvaluationContext
    ) throws {
        guard case .window(let leftEnd, let rightEnd, let timeZone) = operation.scope else {
            throw RuntimeError(.internal, "windowJoin", "a window join needs the window's columns")
        }
        let keys = [operation.leftKeys, operation.rightKeys]
        let ends = [leftEnd, rightEnd]
        sides = [0, 1].map { input in
            WindowedRows(keys: keys[input], endColumn: ends[input], rowTypes: inputFields[input].map(\.type))
        }
        self.operation = operation
        self.outputFields = outputFields
        fields = inputFields
        endColumns = [leftEnd, rightEnd]
        timeline = try WindowTimeline(timeZone: timeZone)
        condition = try JoinCondition(operation, context: context)
    }

    package var counters: OperatorCounters { tally }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        var rowsOfEnd: [Int64: [Int32]] = [:]
        let column = batch.columns[endColumns[input]].flattened()
        let ends = column.int64s
        let running =
            batch.runningWatermarks
            ?? Column.constant(.integer(passed.micros), .notNull(.bigint), count: batch.rowCount)
        let marks = running.int64s
        let step = running.isConstant ? 0 : 1
        // Rows of one window mostly follow each other.
        var current: [Int32] = []
        var currentEnd = Int64.min
        var firing = Int64.min
        for row in 0..<ends.count {
            let end = ends[row]
            if end != currentEnd {
                if !current.isEmpty { rowsOfEnd[currentEnd, default: []] += current }
                current.removeAll(keepingCapacity: true)
                currentEnd = end
                firing = timeline.firingWatermark(end: end)
            }
            if firing <= max(marks[row &* step], passed.micros) {
                tally.lateRows += 1
                continue
            }
            current.append(Int32(truncatingIfNeeded: row))
        }
        if !current.isEmpty { rowsOfEnd[currentEnd, default: []] += current }
        for (end, rows) in rowsOfEnd {
            let part = rows.count == batch.rowCount ? batch : batch.gathered(SelectionVector(rows))
            sides[input].append(Batch(columns: part.columns, rowCount: part.rowCount), end: end)
        }
    }

    package func advance(to watermark: Watermark, into output: borrowing Output) throws {
        passed = max(passed, watermark)
        let due = Set(sides[0].ends + sides[1].ends).filter { timeline.firingWatermark(end: $0) <= passed.micros }
        for end in due.sorted() {
            tally.windowsFired += 1
            try join(sides[0].take(end: end), sides[1].take(end: end), into: output)
        }
        try output.advance(to: watermark)
    }

    package var stateTables: [StateTable] { [sides[0].stateTable("left"), sides[1].stateTable("right"), .watermark] }

    package func save(into snapshot: StateSnapshot) throws {
        for (table, side) in sides.enumerated() { side.save(into: snapshot, table: table) }
        snapshot.put(passed, into: 2)
    }

    package func restore(from reader: StateReader) throws {
        for (table, side) in sides.enumerated() { try side.restore(from: reader, table: table) }
        passed = try reader.watermark(of: 2) ?? .none
    }

    private func join(_ left: Batch?, _ right: Batch?, into output: borrowing Output) throws {
        var isLeftMatched = [Bool](repeating: false, count: left?.rowCount ?? 0)
        var isRightMatched = [Bool](repeating: false, count: right?.rowCount ?? 0)
        if let left, let right {
            try probe(left, right, &isLeftMatched, &isRightMatched, into: output)
        }
        if let left {
            switch operation.kind {
            case .semi: try emit(left, isLeftMatched, wanted: true, from: 0, into: output)
            case .anti, .left, .full: try emit(left, isLeftMatched, wanted: false, from: 0, into: output)
            case .inner, .right: break
            }
        }
        if let right, operation.kind == .right || operation.kind == .full {
            try emit(right, isRightMatched, wanted: false, from: 1, into: output)
        }
    }

    /// Finds the pairs of one window, emits them and notes which rows matched.
    private func probe(
        _ left: Batch,
        _ right: Batch,
        _ isLeftMatched: inout [Bool],
        _ isRightMatched: inout [Bool],
        into output: borrowing Output
    ) throws {
        let chains = KeyChains(condition.keys(right, isLeft: false), rowCount: right.rowCount)
        let keys = condition.keys(left, isLeft: true)
        var first = chains.firstRows(keys, rowCount: left.rowCount, scratch: scratch)
        if let unmatchable = condition.matchable(keys, rowCount: left.rowCount)?.cannot {
            let rows = unmatchable.rows
            for index in 0..<rows.count { first[Int(rows[index])] = -1 }
        }
        var leftRows: [Int32] = []
        var rightRows: [Int32] = []
        for row in 0..<left.rowCount {
            var candidate = first[row]
            while candidate >= 0 {
                leftRows.append(Int32(truncatingIfNeeded: row))
                rightRows.append(candidate)
                candidate = chains.next[Int(candidate)]
                if leftRows.count >= Self.rowLimit {
                    try emitPairs(left, right, leftRows, rightRows, &isLeftMatched, &isRightMatched, into: output)
                    leftRows.removeAll(keepingCapacity: true)
                    rightRows.removeAll(keepingCapacity: true)
                }
            }
        }
        try emitPairs(left, right, leftRows, rightRows, &isLeftMatched, &isRightMatched, into: output)
    }

    private func emitPairs(
        _ left: Batch,
        _ right: Batch,
        _ leftRows: [Int32],
        _ rightRows: [Int32],
        _ isLeftMatched: inout [Bool],
        _ isRightMatched: inout [Bool],
        into output: borrowing Output
    ) throws {
        if leftRows.isEmpty { return }
        var leftColumns = left.columns.map { $0.gathered(SelectionVector(leftRows)) }
        var rightColumns = right.columns.map { $0.gathered(SelectionVector(rightRows)) }
        var count = leftRows.count
        let passing = try condition.passing(left: leftColumns, right: rightColumns, count: count)
        for index in 0..<(passing?.count ?? count) {
            let pair = passing.map { Int($0.rows[index]) } ?? index
            isLeftMatched[Int(leftRows[pair])] = true
            isRightMatched[Int(rightRows[pair])] = true
        }
        if operation.kind == .semi || operation.kind == .anti { return }
        if let passing {
            leftColumns = leftColumns.map { $0.gathered(passing) }
            rightColumns = rightColumns.map { $0.gathered(passing) }
            count = passing.count
        }
        try output.emit(Batch(columns: leftColumns + rightColumns, rowCount: count))
    }

    /// Emits the rows of one side that matched (or did not), padded with NULLs unless only the left side is wanted.
    private func emit(
        _ batch: Batch,
        _ isMatched: [Bool],
        wanted: Bool,
        from input: Int,
        into output: borrowing Output
    ) throws {
        let rows = isMatched.indices.filter { isMatched[$0] == wanted }.map { Int32(truncatingIfNeeded: $0) }
        if rows.isEmpty { return }
        let columns = batch.columns.map { $0.gathered(SelectionVector(rows)) }
        if operation.kind == .semi || operation.kind == .anti {
            return try output.emit(Batch(columns: columns, rowCount: rows.count))
        }
        let padding = fields[1 - input].indices.map { field in
            Column.allNull(
                outputFields[input == 0 ? fields[0].count + field : field].type.nullable(true),
                count: rows.count
            )
        }
        try output.emit(
            Batch(columns: input == 0 ? columns + padding : padding + columns, rowCount: rows.count)
        )
    }
}
