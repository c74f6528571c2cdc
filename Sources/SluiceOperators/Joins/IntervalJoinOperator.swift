import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// A join on an interval of time: a row is kept until no partner can come any more, then freed, and emitted padded with
/// NULLs where it had none and its side is preserved.
///
/// Insert-only. As in Flink a row waits half the interval longer than needed, so that partners which are a little late
/// still find it, unless a row of the other side has met it after its time; a row that is itself too late is joined
/// with what is there and not kept. All of it is decided by the running watermark of each row, never by a batch's end.
package final class IntervalJoinOperator: Operator {
    private let operation: JoinOperation
    private let interval: JoinInterval
    private let condition: JoinCondition
    private let sides: [IntervalSide]
    private let types: [[DataType]]
    private let outputTypes: [DataType]
    private let clock: @Sendable () -> Int64
    private var passed = Watermark.none
    private var tally = OperatorCounters()
    /// What a row may wait beyond its time, microseconds.
    private let slackMicros: Int64
    /// How far the output's watermark stays behind that of the inputs, microseconds.
    private let delayMicros: Int64

    /// Pairs that are held at once, and rows of an emitted batch.
    private static let rowLimit = 4_096

    /// Makes the operator for one shard; `inputFields` are those of the left and the right input.
    package init(
        _ operation: JoinOperation,
        inputFields: [[RowField]],
        outputFields: [RowField],
        context: EvaluationContext
    ) throws {
        guard case .interval(let interval) = operation.scope else {
            throw RuntimeError(.internal, "intervalJoin", "an interval join needs an interval")
        }
        self.operation = operation
        self.interval = interval
        clock = context.clock
        outputTypes = outputFields.map(\.type)
        types = inputFields.map { $0.map(\.type) }
        condition = try JoinCondition(operation, context: context)
        let keys = [operation.leftKeys, operation.rightKeys]
        sides = [0, 1].map { side in
            IntervalSide(
                keys: keys[side],
                rowTypes: inputFields[side].map(\.type)
            )
        }
        let width = interval.upperMicros.subtractingReportingOverflow(interval.lowerMicros)
        slackMicros = width.overflow ? 0 : max(0, width.partialValue / 2)
        let reach = max(0, interval.upperMicros, Self.sum(0, minus: interval.lowerMicros))
        delayMicros = operation.kind == .inner ? reach : Self.sum(Self.sum(reach, slackMicros), 1_000)
    }

    package var counters: OperatorCounters { tally }

    package var stateByteCount: Int { sides.reduce(0) { $0 + $1.byteCount } }

    package var stateTables: [StateTable] { [sides[0].stateTable("left"), sides[1].stateTable("right"), .watermark] }

    package func save(into snapshot: StateSnapshot) throws {
        for (table, side) in sides.enumerated() { side.save(into: snapshot, table: table) }
        snapshot.put(passed, into: 2)
    }

    package func restore(from reader: StateReader) throws {
        for (input, side) in sides.enumerated() {
            try side.restore(from: reader, table: input) { expiry($0, input) }
        }
        passed = try reader.watermark(of: 2) ?? .none
    }

    /// Rows held.
    var rowCount: Int { sides.reduce(0) { $0 + $1.count } }

    /// The wall clock in whole milliseconds, as processing times are.
    private var nowMicros: Int64 { clock() / 1_000 * 1_000 }

    /// Whether the bounds leave no room, so that nothing is ever joined.
    private var isEmpty: Bool { interval.lowerMicros > interval.upperMicros }

    /// The sum, or the nearest number there is.
    private static func sum(_ value: Int64, _ addend: Int64) -> Int64 {
        let (sum, overflow) = value.addingReportingOverflow(addend)
        return overflow ? (addend > 0 ? .max : .min) : sum
    }

    private static func sum(_ value: Int64, minus subtrahend: Int64) -> Int64 {
        let (difference, overflow) = value.subtractingReportingOverflow(subtrahend)
        return overflow ? (subtrahend > 0 ? .min : .max) : difference
    }

    /// The latest time that a partner of a row of `input` can have.
    private func horizon(_ micros: Int64, _ input: Int) -> Int64 {
        input == 0 ? Self.sum(micros, minus: interval.lowerMicros) : Self.sum(micros, interval.upperMicros)
    }

    /// The watermark that frees a row of `input`.
    private func expiry(_ micros: Int64, _ input: Int) -> Int64 {
        Self.sum(Self.sum(horizon(micros, input), slackMicros), 1_000)
    }

    /// Whether rows of both inputs with these times are near enough.
    private func isNear(_ micros: Int64, _ input: Int, _ other: Int64) -> Bool {
        let (difference, overflow) =
            input == 0 ? micros.subtractingReportingOverflow(other) : other.subtractingReportingOverflow(micros)
        return !overflow && difference >= interval.lowerMicros && difference <= interval.upperMicros
    }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        if !interval.isEventTime { try expire(through: nowMicros, into: output) }
        var arrivals = Arrivals(batch, marks: watermarks(batch))
        let time = batch.columns[input == 0 ? interval.leftTime : interval.rightTime]
        if let split = matchable(batch, input, time) {
            let unmatchable = arrivals.gathered(split.cannot)
            try emitOwn(unmatchable, Array(0..<unmatchable.rows.rowCount), input, into: output)
            arrivals = arrivals.gathered(split.can)
        }
        if arrivals.rows.rowCount == 0 { return }
        let times = arrivals.rows.columns[input == 0 ? interval.leftTime : interval.rightTime].flattened()
        arrivals.times = times.slotList
        arrivals.keys = condition.keys(arrivals.rows, isLeft: input == 0)
        let isMatched = isEmpty ? arrivals.times.map { _ in false } : try join(arrivals, input, into: output)
        try keep(arrivals, isMatched, input, into: output)
    }

    package func advance(to watermark: Watermark, into output: borrowing Output) throws {
        passed = max(passed, watermark)
        // As in Flink, what waits for the wall clock at the end of the input is not waited for.
        try expire(through: interval.isEventTime ? watermark.micros : nowMicros, into: output)
        guard interval.isEventTime, watermark != .end else { return try output.advance(to: watermark) }
        let delayed = Self.sum(watermark.micros, minus: delayMicros)
        if delayed > .min { try output.advance(to: Watermark(micros: delayed)) }
    }

    // MARK: Arrivals

    /// Rows of one batch that are on their way in.
    private struct Arrivals {
        var rows: Batch
        /// Per row the watermark in force before it, or the wall clock.
        var marks: [Int64]
        /// Per row its time.
        var times: [Int64] = []
        var keys: [Column] = []

        init(_ rows: Batch, marks: [Int64]) {
            self.rows = rows
            self.marks = marks
        }

        func gathered(_ selection: SelectionVector) -> Arrivals {
            let numbers = selection.rows
            var result = Arrivals(rows.gathered(selection), marks: numbers.indices.map { marks[Int(numbers[$0])] })
            if !times.isEmpty { result.times = numbers.indices.map { times[Int(numbers[$0])] } }
            result.keys = keys.map { $0.gathered(selection) }
            return result
        }
    }

    private func watermarks(_ batch: Batch) -> [Int64] {
        guard interval.isEventTime else { return Array(repeating: nowMicros, count: batch.rowCount) }
        guard let running = batch.runningWatermarks else {
            return Array(repeating: passed.micros, count: batch.rowCount)
        }
        return running.flattened().slotList.map { max($0, passed.micros) }
    }

    /// The rows that can have a partner at all (keys and time are not NULL) and the others; nil where all can.
    private func matchable(
        _ batch: Batch,
        _ input: Int,
        _ time: Column
    ) -> (can: SelectionVector, cannot: SelectionVector)? {
        let keys = condition.keys(batch, isLeft: input == 0)
        let split = condition.matchable(keys, rowCount: batch.rowCount)
        guard !time.hasNoNulls else { return split }
        let timed = time.presence(rowCount: batch.rowCount)
        let known = Bitmap.and(split?.can.bitmap(count: batch.rowCount), timed)
        guard let known, !known.isAllSet else { return split }
        return (known.selection, known.inverted().selection)
    }

    /// Keeps the rows that later ones of the other side can meet; emits the others where they have no partner.
    private func keep(
        _ arrivals: Arrivals,
        _ isMatched: [Bool],
        _ input: Int,
        into output: borrowing Output
    ) throws {
        var kept: [Int32] = []
        var alone: [Int] = []
        for row in arrivals.times.indices {
            if !isEmpty && arrivals.marks[row] < horizon(arrivals.times[row], input) {
                kept.append(Int32(truncatingIfNeeded: row))
            } else {
                if !isEmpty { tally.lateRows += 1 }
                if !isMatched[row] { alone.append(row) }
            }
        }
        try emitOwn(arrivals, alone, input, into: output)
        if kept.isEmpty { return }
        let part = kept.count == arrivals.times.count ? arrivals : arrivals.gathered(SelectionVector(kept))
        sides[input].append(
            part.rows,
            keys: part.keys,
            times: part.times,
            expiries: part.times.map { expiry($0, input) },
            matched: kept.map { isMatched[Int($0)] }
        )
    }

    // MARK: Joining

    /// Rows of the batch with rows of the other side, and rows of the other side whose time is over.
    private struct Pairs {
        var arrivals: [Int32] = []
        var others: [UInt32] = []
        var over: [UInt32] = []
    }

    /// Emits the pairs of the batch's rows with what is kept of the other side; gives which rows have a partner.
    private func join(_ arrivals: Arrivals, _ input: Int, into output: borrowing Output) throws -> [Bool] {
        let other = sides[1 - input]
        let first = other.firstRows(arrivals.keys, rowCount: arrivals.times.count)
        var isMatched = [Bool](repeating: false, count: arrivals.times.count)
        var pairs = Pairs()
        // Rows of one key mostly start at the same head, which an earlier row of the batch may have taken out.
        for row in arrivals.times.indices {
            var candidate = first.readOnly[row]
            while candidate != IntervalSide.none {
                let next = other.next(candidate)
                let time = other.time(candidate)
                let mark = arrivals.marks[row]
                if other.isChained(candidate), mark < expiry(time, 1 - input) {
                    if isNear(arrivals.times[row], input, time) {
                        pairs.arrivals.append(Int32(truncatingIfNeeded: row))
                        pairs.others.append(candidate)
                    }
                    if horizon(time, 1 - input) < mark {
                        other.unlink(candidate)
                        pairs.over.append(candidate)
                    }
                }
                candidate = next
                if pairs.arrivals.count + pairs.over.count >= Self.rowLimit {
                    try settle(&pairs, arrivals, input, &isMatched, into: output)
                }
            }
        }
        try settle(&pairs, arrivals, input, &isMatched, into: output)
        return isMatched
    }

    private func settle(
        _ pairs: inout Pairs,
        _ arrivals: Arrivals,
        _ input: Int,
        _ isMatched: inout [Bool],
        into output: borrowing Output
    ) throws {
        let other = sides[1 - input]
        if !pairs.arrivals.isEmpty {
            let selection = SelectionVector(pairs.arrivals)
            var own = arrivals.rows.columns.map { $0.gathered(selection) }
            var opposite = other.columns(pairs.others)
            let passing = try condition.passing(
                left: input == 0 ? own : opposite,
                right: input == 0 ? opposite : own,
                count: selection.count
            )
            var marks: [Int64] = []
            for index in 0..<(passing?.count ?? selection.count) {
                let pair = passing.map { Int($0.rows[index]) } ?? index
                isMatched[Int(pairs.arrivals[pair])] = true
                other.match(pairs.others[pair])
                marks.append(arrivals.marks[Int(pairs.arrivals[pair])])
            }
            if let passing {
                own = own.map { $0.gathered(passing) }
                opposite = opposite.map { $0.gathered(passing) }
            }
            try emit(input == 0 ? own + opposite : opposite + own, marks, into: output)
        }
        try emitKept(pairs.over, 1 - input, into: output)
        pairs = Pairs()
    }

    // MARK: Output

    private func isPreserved(_ input: Int) -> Bool {
        switch operation.kind {
        case .full: true
        case .left: input == 0
        case .right: input == 1
        case .inner, .semi, .anti: false
        }
    }

    /// Emits rows; `marks` are the watermarks of the input that were in force.
    private func emit(_ columns: [Column], _ marks: [Int64], into output: borrowing Output) throws {
        var batch = Batch(columns: columns, rowCount: marks.count)
        if interval.isEventTime {
            var lane = MutableLane<Int64>(count: marks.count)
            do {
                var delayed = lane.span
                for row in marks.indices { delayed[row] = Self.sum(marks[row], minus: delayMicros) }
            }
            batch.runningWatermarks = Column(type: .notNull(.bigint), count: marks.count, values: lane.finish())
        }
        try output.emit(batch)
    }

    /// Emits rows of the batch padded with NULLs, where their side is preserved.
    private func emitOwn(
        _ arrivals: Arrivals,
        _ rows: [Int],
        _ input: Int,
        into output: borrowing Output
    ) throws {
        guard isPreserved(input), !rows.isEmpty else { return }
        let selection = SelectionVector(rows.map { Int32(truncatingIfNeeded: $0) })
        try emit(
            padded(arrivals.rows.columns.map { $0.gathered(selection) }, from: input, rowCount: rows.count),
            rows.map { arrivals.marks[$0] },
            into: output
        )
    }

    /// Emits kept rows that never had a partner, where their side is preserved.
    private func emitKept(_ rows: [UInt32], _ input: Int, into output: borrowing Output) throws {
        guard isPreserved(input) else { return }
        let side = sides[input]
        let alone = rows.filter { !side.hasPartner($0) }
        if alone.isEmpty { return }
        // The output's watermark waits for them, so that they are never late.
        let columns = padded(side.columns(alone), from: input, rowCount: alone.count)
        try emit(columns, alone.map { _ in .min }, into: output)
    }

    /// Columns of one side in the shape of the output.
    private func padded(_ columns: [Column], from input: Int, rowCount: Int) -> [Column] {
        let leftCount = types[0].count
        let missing = input == 0 ? outputTypes[leftCount...] : outputTypes[..<leftCount]
        let padding = missing.map { Column.allNull($0.nullable(true), count: rowCount) }
        return input == 0 ? columns + padding : padding + columns
    }

    /// Frees the rows of both sides whose time is over.
    private func expire(through micros: Int64, into output: borrowing Output) throws {
        for input in 0...1 {
            while true {
                let expired = sides[input].expire(through: micros, limit: Self.rowLimit)
                if expired.all.isEmpty { break }
                try emitKept(expired.chained, input, into: output)
                sides[input].free(expired.all)
            }
        }
    }
}

extension Column {
    /// The slots of a flat `int64` column as a list.
    var slotList: [Int64] {
        let slots = int64s
        return slots.indices.map { slots[$0] }
    }
}

extension SelectionVector {
    /// A bit for each of `count` rows, set where it is selected.
    func bitmap(count: Int) -> Bitmap {
        var bits = MutableBitmap(count: count, repeating: false)
        let numbers = rows
        for index in numbers.indices { bits.set(Int(numbers[index])) }
        return bits.finish()
    }
}
