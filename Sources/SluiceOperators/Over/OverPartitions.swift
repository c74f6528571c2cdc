import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// The partitions of an OVER window that is ordered by time: their keys, frames and the states of the functions.
final class OverPartitions {
    private let operation: OverOperation
    private let keys: KeyTable
    private let states: AggregateStates
    private let frames: OverFrames
    /// Input columns that the functions read.
    private let argumentColumns: [Int]
    /// Per partition the time of the last row that was given.
    private var lastMicros = GrowableLane<Int64>()
    /// Per partition how many of its rows wait.
    private var waiting = GrowableLane<Int32>()
    /// Per partition when its rows are in no frame any more; `unset` where nothing says so.
    private var clearMicros = GrowableLane<Int64>()
    private var clearing = TimeRuns()
    /// Per partition the watermark by which it was cleared while rows that were due before had yet to be given.
    private var clearedMicros = GrowableLane<Int64>()
    private var expiry: GroupExpiry?
    /// Which partitions have changed since the last barrier.
    private var changes = GroupChangeLog()
    /// The time through which partitions have been cleared.
    private var forgotten = Watermark.none

    private static let unset = Int64.max

    init(_ operation: OverOperation, inputFields: [RowField]) throws {
        self.operation = operation
        keys = KeyTable(keyTypes: operation.partitionKeys.map { inputFields[$0].type })
        argumentColumns = operation.argumentColumns
        let isBounded = operation.frame.preceding != nil
        states = try AggregateStates(
            operation.callsOnArguments,
            isRetractable: isBounded,
            isSliding: isBounded,
            isOver: true
        )
        var hasPeers = operation.frame.unit == .range
        if case .proctime = operation.order { hasPeers = false }
        frames = OverFrames(
            operation.frame,
            argumentTypes: argumentColumns.map { inputFields[$0].type },
            hasPeers: hasPeers,
            partitions: keys
        )
        // Rows of a bounded RANGE go by time.
        if let ttl = operation.stateTTLMillis, ttl > 0, clearanceMicros == nil { expiry = GroupExpiry(ttlMillis: ttl) }
    }

    /// Whether rows leave the frame.
    var isBounded: Bool { operation.frame.preceding != nil }

    /// Partitions known.
    var count: Int { keys.count }

    /// Bytes held.
    var byteCount: Int {
        keys.byteCount + states.byteCount + frames.byteCount + lastMicros.byteCount + waiting.byteCount
            + clearMicros.byteCount + clearing.byteCount + clearedMicros.byteCount + changes.byteCount
    }

    /// How far a bounded RANGE reaches; nil for other frames.
    private var clearanceMicros: Int64? { operation.frame.unit == .range ? operation.frame.preceding : nil }

    /// The partition of each row; forgets those that no row came for in a time-to-live.
    func number(_ batch: Batch, nowMillis: Int64) -> MutableLane<UInt32> {
        let groups = locate(operation.partitionKeys.map { batch.columns[$0] }, rowCount: batch.rowCount)
        note(groups)
        if expiry != nil { expire(groups, nowMillis) }
        return groups
    }

    private func note(_ groups: borrowing MutableLane<UInt32>) { changes.change(groups.readOnly) }

    /// The partition of each row of key columns, new ones added.
    private func locate(_ columns: [Column], rowCount: Int) -> MutableLane<UInt32> {
        let hashes = RowHash.hashes(columns, rowCount: rowCount)
        let groups = keys.insert(columns, hashes: hashes.readOnly)
        let bound = keys.groupBound
        states.reserve(groupBound: bound)
        frames.reserve(groupBound: bound)
        lastMicros.resize(to: bound, filling: .min)
        waiting.resize(to: bound, filling: 0)
        clearMicros.resize(to: bound, filling: Self.unset)
        clearedMicros.resize(to: bound, filling: .min)
        return groups
    }

    /// The results for rows that come behind all earlier ones of their partitions; see `OverFrames.advance`.
    func advance(_ columns: [Column], groups: Span<UInt32>, times: Span<Int64>) throws -> [Column] {
        changes.change(groups)
        let tape = frames.advance(argumentColumns.map { columns[$0] }, groups: groups, times: times)
        let results = try states.running(
            tape.arguments,
            groups: tape.groups.span,
            steps: tape.steps.span,
            resultCount: tape.resultCount
        )
        guard let resultOfRow = tape.resultOfRow else { return results }
        return results.map { $0.gathered(resultOfRow) }
    }

    // MARK: Event time

    /// Whether a row of this time is later than all that were given of its partition.
    func isNew(_ micros: Int64, in group: UInt32, watermark: Int64) -> Bool {
        if clearMicros[Int(group)] <= watermark {
            clear([group])
        } else if clearedMicros[Int(group)] != .min {
            // Rows from before are in the frame still if none has been given since.
            if lastMicros[Int(group)] == .min { clearFrames([group]) }
            clearedMicros[Int(group)] = .min
        }
        return micros > lastMicros[Int(group)]
    }

    /// Notes that rows wait.
    func wait(_ groups: borrowing MutableLane<UInt32>) {
        let numbers = groups.readOnly
        for row in 0..<numbers.count { waiting[Int(numbers[row])] += 1 }
    }

    /// Notes that rows that waited are given now.
    func release(_ groups: Span<UInt32>, times: Span<Int64>) {
        for row in 0..<groups.count {
            let group = Int(groups[row])
            waiting[group] -= 1
            if times[row] > clearedMicros[group] { lastMicros[group] = times[row] }
        }
    }

    // MARK: Freeing

    /// Notes how long the partitions of rows are needed where the frame is a bounded RANGE.
    ///
    /// A partition is cleared when time is its frame and half a frame behind its last row, as in Flink, so that a busy
    /// one is not noted again for each row. Where the watermark before a row, in `marks`, has reached that moment, the
    /// row begins anew.
    func prolong(_ groups: Span<UInt32>, times: Span<Int64>, marks: Span<Int64>) {
        guard let reach = clearanceMicros else { return }
        var moments: [TimeRuns.Entry] = []
        for row in 0..<groups.count {
            let group = Int(groups[row])
            let known = clearMicros[group]
            if known <= marks[row] {
                clearedMicros[group] = marks[row]
                lastMicros[group] = .min
            } else if known != Self.unset && known >= Self.sum(times[row], reach + 1_000) {
                continue
            }
            // A moment that has passed already comes with the next watermark.
            clearMicros[group] = max(Self.sum(times[row], reach + reach / 2 + 1_000), Self.sum(marks[row], 1))
            moments.append(TimeRuns.Entry(clearMicros[group], groups[row], position: moments.count))
        }
        clearing.push(moments)
    }

    private static func sum(_ time: Int64, _ distance: Int64) -> Int64 {
        let (sum, isBeyond) = time.addingReportingOverflow(distance)
        return isBeyond ? .max - 1 : sum
    }

    /// Forgets the partitions whose rows are in no frame of a row later than `micros`.
    func forget(through micros: Int64) {
        guard clearanceMicros != nil else { return }
        forgotten = max(forgotten, Watermark(micros: micros))
        let due = clearing.take(through: micros).map(\.number)
        let gone = due.filter { clearMicros[Int($0)] <= micros && waiting[Int($0)] == 0 }
        remove(Array(Set(gone)).sorted())
    }

    private func expire(_ groups: borrowing MutableLane<UInt32>, _ nowMillis: Int64) {
        var used: Set<UInt32> = []
        for row in 0..<groups.count { used.insert(groups.readOnly[row]) }
        guard let expired = expiry?.touch(used.sorted(), nowMillis: nowMillis, groupBound: keys.groupBound) else {
            return
        }
        clear(expired.touched.filter { waiting[Int($0)] == 0 })
        // Rows that wait keep their partition.
        let kept = expired.others.filter { waiting[Int($0)] > 0 }
        _ = expiry?.touch(kept, nowMillis: nowMillis, groupBound: keys.groupBound)
        changes.change(kept.span)
        remove(expired.others.filter { waiting[Int($0)] == 0 })
    }

    private func remove(_ groups: [UInt32]) {
        if groups.isEmpty { return }
        clear(groups)
        changes.remove(groups.span)
        // Where state is stored their keys are needed at the next barrier.
        if !changes.isTracking { keys.remove(groups.span) }
    }

    private func clear(_ groups: [UInt32]) {
        clearFrames(groups)
        for group in groups {
            lastMicros[Int(group)] = .min
            clearMicros[Int(group)] = Self.unset
            clearedMicros[Int(group)] = .min
        }
    }

    private func clearFrames(_ groups: [UInt32]) {
        changes.clear(groups.span)
        states.reset(groups.span)
        frames.reset(groups.span)
    }
}

// MARK: - State

extension OverPartitions {
    /// How far partitions have been cleared, the partitions, the rows in their frames, and what functions hold many of.
    var stateTables: [StateTable] {
        let scope = StateTable.Scope.keyed(columns: keys.keyTypes.count)
        let lastTouch = expiry == nil ? [] : [StateTable.number]
        let times = [StateTable.number, StateTable.number, StateTable.number]
        var cleared = StateTable.watermark
        cleared.name = "cleared"
        return [
            cleared,
            StateTable(
                "partitions",
                keyTypes: keys.keyTypes,
                valueTypes: times + lastTouch + states.stateTypes,
                scope: scope
            ),
            frames.stateTable,
        ] + states.elementTables(keyTypes: keys.keyTypes, scope: scope)
    }

    /// Hands over what has changed, in tables `firstTable` and following.
    func save(into snapshot: StateSnapshot, firstTable: Int) {
        if clearanceMicros != nil { snapshot.put(forgotten, into: firstTable) }
        let taken = changes.take()
        taken.removed.forEachSlice(of: AggregateStates.storedBatchRowCount) { groups in
            snapshot.remove(firstTable + 1, keys: keys.keys(of: groups), rowCount: groups.count)
        }
        taken.changed.forEachSlice(of: AggregateStates.storedBatchRowCount) { groups in
            let values = times(of: groups) + states.state(of: groups)
            snapshot.put(firstTable + 1, keys: keys.keys(of: groups), values: values, rowCount: groups.count)
        }
        frames.save(into: snapshot, table: firstTable + 2)
        states.saveElements(into: snapshot, firstTable: firstTable + 3, changes: taken) { keys.keys(of: $0) }
        if !taken.gone.isEmpty { keys.remove(taken.gone.span) }
    }

    private func times(of groups: Span<UInt32>) -> [Column] {
        let times = [
            lastMicros.column(of: groups, StateTable.number), clearMicros.column(of: groups, StateTable.number),
            clearedMicros.column(of: groups, StateTable.number),
        ]
        guard let expiry else { return times }
        return times + [.numbers(groups.indices.map { expiry.lastTouchMillis(of: groups[$0]) })]
    }

    /// Takes over what was stored.
    func restore(from reader: StateReader, firstTable: Int) throws {
        changes.startTracking()
        states.startTracking()
        forgotten = try reader.watermark(of: firstTable) ?? .none
        var moments: [TimeRuns.Entry] = []
        let timeCount = expiry == nil ? 3 : 4
        try reader.forEachChunk(of: firstTable + 1) { keys, values, rowCount in
            let groups = locate(keys, rowCount: rowCount)
            let (last, clear, cleared, touched) = (values[0], values[1], values[2], values[timeCount - 1])
            for row in 0..<rowCount {
                let group = groups.readOnly[row]
                lastMicros[Int(group)] = last.int64s[row]
                clearMicros[Int(group)] = clear.int64s[row]
                clearedMicros[Int(group)] = cleared.int64s[row]
                expiry?.restore(group, touchedMillis: touched.int64s[row])
                // Moments that have passed were looked at then.
                guard clearMicros[Int(group)] > forgotten.micros else { continue }
                moments.append(TimeRuns.Entry(clearMicros[Int(group)], group, position: moments.count))
            }
            states.restore(Array(values.dropFirst(timeCount)), groups: groups.readOnly)
            changes.restore(groups.readOnly)
        }
        clearing.push(moments.filter { $0.micros != Self.unset })
        try frames.restore(from: reader, table: firstTable + 2)
        try states.restoreElements(
            from: reader,
            firstTable: firstTable + 3,
            keyCount: keys.keyTypes.count
        ) { columns, rowCount in
            let hashes = RowHash.hashes(columns, rowCount: rowCount)
            return keys.find(columns, hashes: hashes.readOnly).array
        }
    }

    /// The partition of each row of a batch that waited when it was stored.
    func restoreWaiting(_ batch: Batch) -> MutableLane<UInt32> {
        let groups = locate(operation.partitionKeys.map { batch.columns[$0] }, rowCount: batch.rowCount)
        wait(groups)
        return groups
    }
}
