import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// TUMBLE and HOP aggregation with a state for each window and key: for windows that give several results
/// (`EmitStrategy`), and for HOP whose size is no multiple of its slide.
///
/// A window gives its result at its end, before that as the strategy says, and after that for late rows until its
/// lateness is over. Each result replaces the one before; where nothing has changed, nothing is given. As in Flink the
/// first row of a window that has ended gives a result at once, and delays count on the wall clock: what waits for it
/// when the input ends is not given.
///
/// Rows in time come before late rows of the same window, also inside one batch: where a late row meets a window that
/// has not given its result at its end, that result is given first. So the answer does not depend on batches.
package final class PerWindowAggregateOperator: TimedOperator {
    private let operation: WindowAggregateOperation
    private let strategy: EmitStrategy
    private let hops: HopWindows
    private let timeline: WindowTimeline
    private let groups: WindowGroups
    private let outputFields: [RowField]
    /// The clock of delays, and of windows in processing time.
    private var processingTime: ProcessingTime
    /// Windows that have not ended.
    private var open = WindowCalendar()
    /// Windows that have ended and still take rows.
    private var kept = WindowCalendar()
    private var earlyResults: DelayedResults
    private var lateResults: DelayedResults
    private var passed = Watermark.none
    private var tally = OperatorCounters()

    private static let rowLimit = 4_096

    /// Makes the operator for one shard.
    ///
    /// The parameters are those of `WindowAggregateOperator`.
    package init(
        _ operation: WindowAggregateOperation,
        inputFields: [RowField],
        outputFields: [RowField],
        isRetractable: Bool,
        context: EvaluationContext
    ) throws {
        self.operation = operation
        self.outputFields = outputFields
        strategy = operation.window.emit ?? EmitStrategy(early: nil, late: nil, allowedLatenessMicros: 0)
        hops = try HopWindows(operation.window)
        timeline = try WindowTimeline(operation.window)
        processingTime = ProcessingTime(context.clock)
        groups = try WindowGroups(
            keyTypes: operation.keys.map { inputFields[$0].type },
            calls: operation.aggregates,
            isRetractable: isRetractable,
            remembersResults: operation.window.emit != nil
        )
        earlyResults = DelayedResults(strategy.early)
        lateResults = DelayedResults(strategy.late)
    }

    package var counters: OperatorCounters { tally }
    package var stateByteCount: Int {
        groups.byteCount + open.byteCount + kept.byteCount + earlyResults.byteCount + lateResults.byteCount
    }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        processingTime.read()
        if operation.window.isProcessingTime { try fire(through: processingTime.watermark, into: output) }
        let rows = try assigned(batch)
        try drop(batch, rows.dropped, into: output)
        try addInTime(batch, rows.inTime, into: output)
        try addLate(batch, rows.late, into: output)
    }

    private func assigned(_ batch: Batch) throws -> WindowRows {
        switch operation.window.time {
        case .proctime:
            return WindowRows(rowCount: batch.rowCount, at: timeline.local(processingTime.nowMicros), hops)
        case .rowtime(let timeColumn):
            let times = try timeline.times(batch, timeColumn)
            let passed = self.passed
            return WindowRows(times, hops, timeline) { max(passed.micros, batch.watermark(before: $0, passed)) }
        case .attached: throw RuntimeError(.internal, "perWindow", "the rows have a window already")
        }
    }

    private func drop(_ batch: Batch, _ rows: [Int32], into output: borrowing Output) throws {
        tally.lateRows += rows.count
        guard output.wantsLateRows, !rows.isEmpty else { return }
        try output.emitLate(batch.gathered(SelectionVector(rows)))
    }

    // MARK: Rows

    private func addInTime(_ batch: Batch, _ pairs: WindowRows.Pairs, into output: borrowing Output) throws {
        if pairs.rows.isEmpty { return }
        let entered = groups.enter(batch, keys: operation.keys, pairs)
        for new in entered.new { open.add(new.group, end: new.end) }
        try groups.accumulate(entered)
        switch strategy.early {
        case .everyChange?: try emit(entered.touched, into: output)
        case .periodic?: delay(entered.touched, .hasEarlyTimer, &earlyResults)
        case nil: break
        }
    }

    private func addLate(_ batch: Batch, _ pairs: WindowRows.Pairs, into output: borrowing Output) throws {
        if pairs.rows.isEmpty { return }
        let entered = groups.enter(batch, keys: operation.keys, pairs)
        let fresh = Set(entered.new.map(\.group))
        let unfinished = entered.touched.filter { !groups.has(.hasEnded, $0) && !fresh.contains($0) }
        try end(unfinished, into: output)
        for new in entered.new {
            groups.set(.hasEnded, new.group)
            kept.add(new.group, end: new.end)
        }
        guard case .periodic? = strategy.late else {
            try groups.accumulate(entered)
            return try emit(entered.touched, into: output)
        }
        let split = entered.firstRows(of: fresh)
        try groups.accumulate(entered, split.first)
        try emit(Array(fresh).sorted(), into: output)
        try groups.accumulate(entered, split.rest)
        delay(entered.touched.filter { !fresh.contains($0) || split.hasMore.contains($0) }, .hasLateTimer, &lateResults)
    }

    /// Lets groups wait for the clock that do not wait yet.
    private func delay(_ touched: [UInt32], _ mark: WindowGroups.Marks, _ queue: inout DelayedResults) {
        for group in touched where !groups.has(mark, group) {
            groups.set(mark, group)
            queue.add(group, life: groups.life(group), nowMicros: processingTime.nowMicros)
        }
    }

    // MARK: Time

    package func advance(to watermark: Watermark, into output: borrowing Output) throws {
        if !operation.window.isProcessingTime { try fire(through: watermark, into: output) }
        try output.advance(to: watermark)
    }

    package var nextTimerMicros: Int64? {
        var times = [earlyResults.dueMicros, lateResults.dueMicros].compactMap { $0 }
        if operation.window.isProcessingTime, let end = open.firstEnd {
            times.append(ProcessingTime.micros(passing: timeline.firingWatermark(end: end)))
        }
        return times.min()
    }

    package func fireTimers(atMicros nowMicros: Int64, into output: borrowing Output) throws {
        processingTime.move(to: nowMicros)
        if operation.window.isProcessingTime { try fire(through: processingTime.watermark, into: output) }
        let early = earlyResults.takeDue(nowMicros: nowMicros).filter {
            groups.life($0.group) == $0.life && !groups.has(.hasEnded, $0.group)
        }
        try repeatLater(early, &earlyResults, into: output)
        let late = lateResults.takeDue(nowMicros: nowMicros).filter { groups.life($0.group) == $0.life }
        try repeatLater(late, &lateResults, into: output)
    }

    private func repeatLater(
        _ due: [DelayedResults.Entry],
        _ queue: inout DelayedResults,
        into output: borrowing Output
    ) throws {
        for entry in due { queue.add(entry.group, life: entry.life, nowMicros: processingTime.nowMicros) }
        try emit(due.map(\.group), into: output)
    }

    /// Gives the results of the windows that `watermark` passes, and frees those whose lateness it passes.
    private func fire(through watermark: Watermark, into output: borrowing Output) throws {
        guard watermark > passed else { return }
        while let end = open.firstEnd, timeline.firingWatermark(end: end) <= watermark.micros {
            let ended = open.removeFirst()
            tally.windowsFired += 1
            try self.end(ended.filter { !groups.has(.hasEnded, $0) }, into: output)
            for group in ended { kept.add(group, end: end) }
        }
        while let end = kept.firstEnd, timeline.firingWatermark(end: end) + hops.latenessMicros <= watermark.micros {
            groups.remove(kept.removeFirst())
        }
        passed = watermark
    }

    /// Gives the results of groups whose window has ended.
    private func end(_ ended: [UInt32], into output: borrowing Output) throws {
        for group in ended { groups.set(.hasEnded, group) }
        try emit(ended, into: output)
    }

    private func emit(_ changed: [UInt32], into output: borrowing Output) throws {
        var start = 0
        while start < changed.count {
            let end = min(start + Self.rowLimit, changed.count)
            let chunk = Array(changed[start..<end])
            let trailing = bounds(groups.ends(of: chunk))
            let batch = try groups.changes(of: chunk, trailing, emitsUpdateBefore: operation.emitsUpdateBefore)
            if let batch { try output.emit(batch) }
            start = end
        }
    }

    /// The columns of the properties for windows with the given ends.
    private func bounds(_ ends: Column) -> [Column] {
        let first = outputFields.count - operation.properties.count
        return operation.properties.enumerated().map { position, property in
            var lane = MutableLane<Int64>(count: ends.count)
            do {
                var target = lane.span
                let source = ends.int64s
                for row in 0..<source.count {
                    switch property {
                    case .start: target[row] = source[row] - hops.sizeMicros
                    case .end: target[row] = source[row]
                    case .time: target[row] = timeline.resultTime(end: source[row])
                    }
                }
            }
            return Column(type: outputFields[first + position].type, count: ends.count, values: lane.finish())
        }
    }
}

// MARK: Stored state

extension PerWindowAggregateOperator {
    package var stateTables: [StateTable] { [.watermark] + groups.stateTables }

    package func save(into snapshot: StateSnapshot) {
        let early = earlyResults.dueTimes { groups.life($0) }
        let late = lateResults.dueTimes { groups.life($0) }
        groups.save(into: snapshot, firstTable: 1) { WindowGroups.DueTimes(early: early[$0], late: late[$0]) }
        snapshot.put(passed, into: 0)
    }

    package func restore(from reader: StateReader) throws {
        var (early, late): ([DelayedResults.Entry], [DelayedResults.Entry]) = ([], [])
        try groups.restore(from: reader, firstTable: 1) { restored in
            let group = restored.group
            if groups.has(.hasEnded, group) {
                kept.add(group, end: restored.end)
            } else {
                open.add(group, end: restored.end)
            }
            let life = groups.life(group)
            if let due = restored.due.early { early.append(.init(group: group, life: life, dueMicros: due)) }
            if let due = restored.due.late { late.append(.init(group: group, life: life, dueMicros: due)) }
        }
        earlyResults.restore(early)
        lateResults.restore(late)
        if let least = try reader.watermark(of: 0) { passed = least }
    }
}
