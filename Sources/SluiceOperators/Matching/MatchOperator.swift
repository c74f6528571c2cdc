import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// MATCH_RECOGNIZE: looks for a pattern in the rows of each partition.
///
/// Rows wait for the watermark and are taken in the order of their time; late ones are dropped and counted. The row
/// store keeps what measures and conditions read, as long as a match or the wait for the watermark holds it. What
/// depends on a row alone has been computed before, by a calc in front.
package final class MatchOperator: Operator {
    /// Rows taken through the pattern, and matches given, at a time.
    private static let rowLimit = 4_096

    private let specification: MatchSpecification
    private let clock: @Sendable () -> Int64
    /// Input columns that the row store keeps.
    private let storedColumns: [Int]
    private let storedOrder: [SortField]
    private let table: KeyTable
    private let store: RowStore
    private let history = MatchHistory()
    private let matcher: PatternMatcher
    private let rounds: MatchRounds
    private let output: MatchEvaluation
    private let sortKeys = SortKeys()
    private var waiting = BinaryHeap<WaitingRow>()
    /// Per partition how many of its rows wait.
    private var waitingCounts = GrowableLane<Int32>()
    /// At most one for each partition.
    private var timers = BinaryHeap<MatchTimer>()
    /// Per partition 1 where it has a timer.
    private var timersSet = GrowableLane<UInt8>()
    private var steps = WatermarkSteps(after: Watermark.none.micros)
    private var arrivals: UInt64 = 0
    private var tally = OperatorCounters()
    /// What is not stored yet; nil where nothing is.
    private var journal: MatchJournal?

    /// Makes the operator for one shard.
    package init(
        _ operation: MatchOperation,
        inputFields: [RowField],
        outputFields: [RowField],
        context: EvaluationContext
    ) throws {
        specification = operation.specification
        clock = context.clock
        storedColumns = Self.storedColumns(specification)
        let fields = Dictionary(uniqueKeysWithValues: storedColumns.enumerated().map { ($0.element, $0.offset) })
        storedOrder = specification.order.map { field in
            var field = field
            field.column = fields[field.column] ?? 0
            return field
        }
        table = KeyTable(keyTypes: specification.partitionKeys.map { inputFields[$0].type })
        store = RowStore(rowTypes: storedColumns.map { inputFields[$0].type })
        matcher = PatternMatcher(specification, history: history)
        var conditions: [(variable: Int, evaluation: MatchEvaluation)] = []
        for (index, variable) in specification.pattern.enumerated() {
            guard case .expression(let expressions) = variable.condition else { continue }
            conditions.append((index, try MatchEvaluation(expressions, fields: fields, context: context)))
        }
        rounds = MatchRounds(matcher, store, conditions: conditions)
        output = try MatchEvaluation(
            Self.outputExpressions(specification, inputFields),
            fields: fields,
            context: context
        )
    }

    /// What is read of rows after they came.
    private static func storedColumns(_ specification: MatchSpecification) -> [Int] {
        var columns = Set(specification.partitionKeys).union(specification.measures.columnsRead)
        columns.formUnion(specification.order.map(\.column))
        for case .expression(let expressions) in specification.pattern.map(\.condition) {
            columns.formUnion(expressions.columnsRead)
        }
        return columns.sorted()
    }

    /// The partition keys, as any row of the match has them, and the measures.
    private static func outputExpressions(
        _ specification: MatchSpecification,
        _ inputFields: [RowField]
    ) -> MatchExpressions {
        let measures = specification.measures
        let keys = specification.partitionKeys.map { column in
            let type = inputFields[column].type
            return MatchExpressions.Reference.value(of: .all, fromFirst: false, offset: 0, column: column, type)
        }
        return MatchExpressions(
            keys.enumerated().map { .column($0.offset, $0.element.type) }
                + measures.expressions.map { $0.mappingColumns { $0 + keys.count } },
            references: keys + measures.references,
            aggregates: measures.aggregates
        )
    }

    package var counters: OperatorCounters { tally }

    package var stateByteCount: Int {
        table.byteCount + store.byteCount + history.byteCount + matcher.byteCount + waiting.byteCount
            + waitingCounts.byteCount + timers.byteCount + timersSet.byteCount + (journal?.byteCount ?? 0)
    }

    // MARK: Rows

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        switch specification.time {
        case .rowtime(let column):
            let times = batch.columns[column].flattened()
            guard times.validity == nil else {
                throw RuntimeError(.user, "nullRowtime", "the event-time column of a row is NULL")
            }
            admit(batch, inTime(batch, times)) { times.int64s[$0] }
            noteSteps(of: batch)
        case .proctime:
            // One batch is one moment. Rows stay as they came: in Flink too only those of one millisecond are sorted.
            let now = clock() / 1_000 * 1_000
            admit(batch, nil) { _ in now }
            steps = WatermarkSteps(after: Watermark.none.micros)
            steps.append(now)
            try fire(into: output)
        }
    }

    /// The rows of a batch that are not late; nil where all are in time.
    private func inTime(_ batch: Batch, _ times: Column) -> SelectionVector? {
        var kept = MutableLane<Int32>(count: batch.rowCount)
        var count = 0
        do {
            var rows = kept.span
            let micros = times.int64s
            let passed = Watermark(micros: steps.before)
            for row in 0..<batch.rowCount {
                rows[count] = Int32(truncatingIfNeeded: row)
                count &+= micros[row] > batch.watermark(before: row, passed) ? 1 : 0
            }
        }
        tally.lateRows += batch.rowCount - count
        return count == batch.rowCount ? nil : SelectionVector(kept, count: count)
    }

    /// Lets the selected rows of a batch wait for their turn.
    private func admit(_ batch: Batch, _ selection: SelectionVector?, micros: (Int) -> Int64) {
        let rowCount = selection?.count ?? batch.rowCount
        if rowCount == 0 { return }
        func column(_ index: Int) -> Column {
            selection.map { batch.columns[index].gathered($0) } ?? batch.columns[index]
        }
        let keys = specification.partitionKeys.map(column)
        let hashes = RowHash.hashes(keys, rowCount: rowCount)
        let partitions = table.insert(keys, hashes: hashes.readOnly)
        makeRoom()
        let rows = store.append(storedColumns.map(column), rowCount: rowCount)
        let truths = self.truths(rowCount: rowCount, column)
        for index in 0..<rowCount {
            let partition = partitions.readOnly[index]
            let row = WaitingRow(
                micros: micros(selection.map { Int($0.rows[index]) } ?? index),
                arrival: arrivals,
                partition: partition,
                row: rows.readOnly[index],
                truths: truths.readOnly[index]
            )
            arrivals += 1
            history.holdRow(row.row)
            waitingCounts[Int(partition)] += 1
            waiting.append(row)
            journal?.noteNew(row)
        }
    }

    private func makeRoom() {
        matcher.reserve(bound: table.groupBound)
        waitingCounts.resize(to: table.groupBound, filling: 0)
        timersSet.resize(to: table.groupBound, filling: 0)
    }

    /// Per row the conditions that hold and depend on the row alone.
    private func truths(rowCount: Int, _ column: (Int) -> Column) -> MutableLane<UInt64> {
        var always: UInt64 = 0
        for (index, variable) in specification.pattern.enumerated() where variable.condition == .always {
            always |= 1 << UInt64(index)
        }
        var truths = MutableLane<UInt64>(repeating: always, count: rowCount)
        do {
            var target = truths.span
            for (index, variable) in specification.pattern.enumerated() {
                guard case .column(let condition) = variable.condition else { continue }
                let values = column(condition).flattened()
                guard values.type.lane != .null else { continue }
                let bools = values.bools
                for row in 0..<rowCount where !values.isNull(row) {
                    target[row] |= UInt64(bools[row]) << UInt64(index)
                }
            }
        }
        return truths
    }

    /// Notes the watermarks that stood before the rows of a batch.
    private func noteSteps(of batch: Batch) {
        guard let marks = batch.runningWatermarks?.flattened() else { return }
        let micros = marks.int64s
        for row in 0..<micros.count { steps.append(micros[row]) }
    }

    // MARK: Matches

    package func advance(to watermark: Watermark, into output: borrowing Output) throws {
        if case .rowtime = specification.time {
            steps.append(watermark.micros)
            if !steps.marks.isEmpty { try fire(into: output) }
        }
        try output.advance(to: watermark)
    }

    /// Takes the rows that the last step reaches through the pattern, and gives the matches.
    private func fire(into output: borrowing Output) throws {
        guard let mark = steps.marks.last else { return }
        var touched: Set<UInt32> = []
        while let first = waiting.first, first.micros <= mark {
            let rows = sorted(takeWaiting(through: mark))
            journal?.noteTaken(rows)
            try rounds.run(rows)
            for row in rows {
                waitingCounts[Int(row.partition)] -= 1
                touched.insert(row.partition)
            }
            try emit(rounds.takeFound(), into: output)
        }
        while let timer = timers.first, timer.micros <= mark {
            timers.removeFirst()
            timersSet[Int(timer.partition)] = 0
            touched.insert(timer.partition)
        }
        if !touched.isEmpty { try settle(touched.sorted(), through: mark, into: output) }
        steps = WatermarkSteps(after: mark)
    }

    /// About as many of the waiting rows as are taken at a time, in order, and no time in part.
    private func takeWaiting(through mark: Int64) -> [WaitingRow] {
        var rows: [WaitingRow] = []
        while let first = waiting.first, first.micros <= mark {
            if let last = rows.last, rows.count >= Self.rowLimit, last.micros < first.micros { break }
            rows.append(first)
            waiting.removeFirst()
        }
        return rows
    }

    /// Rows of the same time in the order of the other columns of ORDER BY.
    private func sorted(_ rows: [WaitingRow]) -> [WaitingRow] {
        guard !storedOrder.isEmpty, case .rowtime = specification.time, rows.count > 1 else { return rows }
        let numbers = rows.map(\.row)
        let keys = sortKeys
        keys.encode(store.columns(of: numbers.span), storedOrder, rowCount: rows.count)
        return rows.indices.sorted { one, other in
            if rows[one].micros != rows[other].micros { return rows[one].micros < rows[other].micros }
            let first = keys.key(one)
            let second = keys.key(other)
            let order = SortKeys.compare(first, second)
            return order == 0 ? rows[one].arrival < rows[other].arrival : order < 0
        }.map { rows[$0] }
    }

    /// Ends what is too old in partitions, sets their timers, and forgets those that hold nothing any more.
    private func settle(
        _ partitions: [UInt32],
        through mark: Int64,
        into output: borrowing Output
    ) throws {
        for partition in partitions { try rounds.expire(partition, through: mark) }
        try emit(rounds.takeFound(), into: output)
        var idle: [UInt32] = []
        for partition in partitions {
            if let deadline = matcher.deadline(partition), timersSet[Int(partition)] == 0 {
                // Deadlines only get later: one timer is enough, and set anew when it has gone off.
                timersSet[Int(partition)] = 1
                timers.append(MatchTimer(micros: deadline, partition: partition))
            }
            let isIdle = waitingCounts[Int(partition)] == 0 && matcher.isIdle(partition)
            if isIdle && timersSet[Int(partition)] == 0 { idle.append(partition) }
        }
        journal?.noteTouched(partitions)
        if specification.partitionKeys.isEmpty || idle.isEmpty { return }
        journal?.noteForgotten(idle)
        table.remove(idle.span)
    }

    private func emit(_ found: [FoundMatch], into output: borrowing Output) throws {
        var start = 0
        while start < found.count {
            let part = found[start..<min(start + Self.rowLimit, found.count)]
            let columns = try self.output.values(part.map(\.node), micros: part.map(\.micros), history, store)
            var batch = Batch(columns: columns, rowCount: part.count)
            if case .rowtime = specification.time { batch.runningWatermarks = runningWatermarks(part) }
            for match in part { history.release(match.node) }
            try output.emit(batch)
            start += part.count
        }
        let freed = history.takeFreedRows()
        if freed.isEmpty { return }
        journal?.noteRemoved(freed)
        store.remove(freed.span)
    }

    /// The watermark that was in force before each match was set free.
    private func runningWatermarks(_ found: ArraySlice<FoundMatch>) -> Column {
        var lane = MutableLane<Int64>(count: found.count)
        do {
            var target = lane.span
            for (index, match) in found.enumerated() { target[index] = steps.mark(before: match.micros) }
        }
        return Column(type: .notNull(.bigint), count: found.count, values: lane.finish())
    }
}

// MARK: - State

extension MatchOperator {
    /// Those of `MatchJournal`, and the watermark.
    package var stateTables: [StateTable] {
        MatchJournal.tables(table, store, dealing: dealing) + [.watermark]
    }

    /// Where the partition keys are among the stored columns.
    private var dealing: [Int] {
        specification.partitionKeys.map { key in storedColumns.firstIndex(of: key) ?? 0 }
    }

    package func save(into snapshot: StateSnapshot) throws {
        journal?.save(into: snapshot)
        guard case .rowtime = specification.time else { return }
        snapshot.put(Watermark(micros: steps.before), into: 3)
    }

    package func restore(from reader: StateReader) throws {
        let journal = MatchJournal(matcher, table, store, dealing: dealing)
        self.journal = journal
        steps = WatermarkSteps(after: (try reader.watermark(of: 3) ?? .none).micros)
        let rows = try journal.restore(from: reader) { keys, rowCount in
            let hashes = RowHash.hashes(keys, rowCount: rowCount)
            let partitions = table.insert(keys, hashes: hashes.readOnly)
            makeRoom()
            return partitions
        }
        for row in rows {
            history.holdRow(row.row)
            waitingCounts[Int(row.partition)] += 1
            waiting.append(row)
            arrivals = max(arrivals, row.arrival + 1)
        }
        for partition in table.liveGroups {
            guard let deadline = matcher.deadline(partition) else { continue }
            timersSet[Int(partition)] = 1
            timers.append(MatchTimer(micros: deadline, partition: partition))
        }
    }
}
