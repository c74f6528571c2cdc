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

    private static let unset = Int64.max

    init(_ operation: OverOperation, inputFields: [RowField]) throws {
        self.operation = operation
        keys = KeyTable(keyTypes: operation.partitionKeys.map { inputFields[$0].type })
        argumentColumns = operation.argumentColumns
        let isBounded = operation.frame.preceding != nil
        states = try AggregateStates(operation.callsOnArguments, isRetractable: isBounded, isSliding: isBounded)
        var hasPeers = operation.frame.unit == .range
        if case .proctime = operation.order { hasPeers = false }
        frames = OverFrames(
            operation.frame,
            argumentTypes: argumentColumns.map { inputFields[$0].type },
            hasPeers: hasPeers
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
            + clearMicros.byteCount + clearing.byteCount + clearedMicros.byteCount
    }

    /// How far a bounded RANGE reaches; nil for other frames.
    private var clearanceMicros: Int64? { operation.frame.unit == .range ? operation.frame.preceding : nil }

    /// The partition of each row; forgets those that no row came for in a time-to-live.
    func number(_ batch: Batch, nowMillis: Int64) -> MutableLane<UInt32> {
        let columns = operation.partitionKeys.map { batch.columns[$0] }
        let hashes = RowHash.hashes(columns, rowCount: batch.rowCount)
        let groups = keys.insert(columns, hashes: hashes.readOnly)
        let bound = keys.groupBound
        states.reserve(groupBound: bound)
        frames.reserve(groupBound: bound)
        lastMicros.resize(to: bound, filling: .min)
        waiting.resize(to: bound, filling: 0)
        clearMicros.resize(to: bound, filling: Self.unset)
        clearedMicros.resize(to: bound, filling: .min)
        if expiry != nil { expire(groups, nowMillis) }
        return groups
    }

    /// The results for rows that come behind all earlier ones of their partitions; see `OverFrames.advance`.
    func advance(_ columns: [Column], groups: Span<UInt32>, times: Span<Int64>) throws -> [Column] {
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
    func wait(_ groups: Span<UInt32>) {
        for row in 0..<groups.count { waiting[Int(groups[row])] += 1 }
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
        _ = expiry?.touch(
            expired.others.filter { waiting[Int($0)] > 0 },
            nowMillis: nowMillis,
            groupBound: keys.groupBound
        )
        remove(expired.others.filter { waiting[Int($0)] == 0 })
    }

    private func remove(_ groups: [UInt32]) {
        if groups.isEmpty { return }
        clear(groups)
        keys.remove(groups.span)
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
        states.reset(groups.span)
        frames.reset(groups.span)
    }
}
