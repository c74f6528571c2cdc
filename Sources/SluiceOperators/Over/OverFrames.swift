import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// The rows that are in the frame of the last row of each partition, and with them the steps from row to row.
///
/// Only the arguments of the functions are kept, and only of rows that can still leave a frame: nothing where the
/// frame is unbounded.
final class OverFrames {
    /// The frame of one partition: rows that came earlier as a list of numbers, then rows of the batch.
    private struct Frame: BitwiseCopyable {
        var first: UInt32
        var last: UInt32
        var newFirst: Int32
        var newLast: Int32
        var count: Int64
    }

    private static let none = UInt32.max
    private static let empty = Frame(first: none, last: none, newFirst: -1, newLast: -1, count: 0)

    private let frame: OverFrame
    private let hasPeers: Bool
    /// The keys of the partitions.
    private let partitions: KeyTable
    private let store: RowStore
    private var frames = GrowableLane<Frame>()
    /// Per partition the time of the last row seen from behind, within one batch.
    private var seenMicros = GrowableLane<Int64>()
    /// Per partition the result of the last row seen from behind, within one batch.
    private var seenResult = GrowableLane<Int32>()
    /// Per number of the store the next one of its partition, and the time.
    private var next = GrowableLane<UInt32>()
    private var micros = GrowableLane<Int64>()
    /// What of the store is not stored yet; nil where nothing is.
    private var journal: StateJournal?
    /// Where state is stored: per number of the store its partition, and how many rows came before it.
    private var groupOfRow = GrowableLane<UInt32>()
    private var arrivals = GrowableLane<Int64>()
    private var nextArrival: Int64 = 0

    /// - Parameters:
    ///   - argumentTypes: types of the columns that functions read.
    ///   - hasPeers: whether rows of one time get one result.
    ///   - partitions: the keys of the partitions, for storing their rows.
    init(_ frame: OverFrame, argumentTypes: [DataType], hasPeers: Bool, partitions: KeyTable) {
        self.frame = frame
        self.hasPeers = hasPeers
        self.partitions = partitions
        store = RowStore(rowTypes: argumentTypes)
    }

    /// Bytes held.
    var byteCount: Int {
        store.byteCount + frames.byteCount + seenMicros.byteCount + seenResult.byteCount + next.byteCount
            + micros.byteCount + (journal?.byteCount ?? 0) + groupOfRow.byteCount + arrivals.byteCount
    }

    /// Makes room for partitions `0 ..< groupBound`.
    func reserve(groupBound: Int) {
        if frame.preceding != nil { frames.resize(to: groupBound, filling: Self.empty) }
        guard hasPeers else { return }
        seenMicros.resize(to: groupBound, filling: .min)
        seenResult.resize(to: groupBound, filling: 0)
    }

    /// What the functions go through for the rows of one batch.
    struct Tape {
        /// Partition of each step.
        var groups: [UInt32] = []
        /// What happens, bits of `RunningStep`.
        var steps: [UInt8] = []
        /// The arguments, a row per step.
        var arguments: [Column] = []
        /// How many steps give a result.
        var resultCount = 0
        /// Per row of the batch its result; nil where they come in the order of the rows.
        var resultOfRow: SelectionVector?
    }

    /// The steps for rows that come behind all earlier ones of their partitions.
    ///
    /// - Parameters:
    ///   - arguments: the columns that functions read.
    ///   - times: a time per row, ascending within each partition; rows of one time and partition come together.
    func advance(_ arguments: [Column], groups: Span<UInt32>, times: Span<Int64>) -> Tape {
        var tape = Tape()
        var builder = StepBuilder(rowCount: groups.count)
        let closes = closingRows(groups, times)
        for row in 0..<groups.count {
            let group = Int(groups[row])
            if frame.preceding != nil { leave(group, times[row], times, &builder) }
            builder.add(row, group: groups[row], gives: closes.isEmpty || closes[row])
            if frame.preceding != nil { enter(row, group, &builder) }
        }
        if !closes.isEmpty { tape.resultOfRow = resultRows(groups, closes) }
        tape.groups = builder.groups
        tape.steps = builder.steps
        tape.resultCount = builder.resultCount
        tape.arguments = argumentsOfSteps(arguments, builder)
        if frame.preceding != nil { keep(arguments, groups, times, builder) }
        return tape
    }

    /// Forgets partitions.
    func reset(_ groups: Span<UInt32>) {
        guard frame.preceding != nil else { return }
        var numbers: [UInt32] = []
        for index in 0..<groups.count {
            var number = frames[Int(groups[index])].first
            while number != Self.none {
                numbers.append(number)
                number = next[Int(number)]
            }
            frames[Int(groups[index])] = Self.empty
        }
        remove(numbers.span)
    }

    private func remove(_ numbers: Span<UInt32>) {
        journal?.noteRemoved(numbers) { storedKeys(of: $0) }
        store.remove(numbers)
    }

    // MARK: Peers

    /// Per row whether it is the last of its time and partition; empty where each row has a result of its own.
    private func closingRows(_ groups: Span<UInt32>, _ times: Span<Int64>) -> [Bool] {
        guard hasPeers else { return [] }
        var closes = Array(repeating: true, count: groups.count)
        for row in (0..<groups.count).reversed() {
            let group = Int(groups[row])
            closes[row] = seenMicros[group] != times[row]
            seenMicros[group] = times[row]
        }
        for row in 0..<groups.count { seenMicros[Int(groups[row])] = .min }
        return closes
    }

    /// Per row the number of the result that the last of its time and partition gives.
    private func resultRows(_ groups: Span<UInt32>, _ closes: [Bool]) -> SelectionVector {
        var results: [Int32] = Array(repeating: 0, count: groups.count)
        var number = Int32(truncatingIfNeeded: closes.reduce(0) { $0 + ($1 ? 1 : 0) })
        for row in (0..<groups.count).reversed() {
            if closes[row] {
                number -= 1
                seenResult[Int(groups[row])] = number
            }
            results[row] = seenResult[Int(groups[row])]
        }
        return SelectionVector(results)
    }

    // MARK: Bounded frames

    /// Takes back the rows that are in the frame no more when a row of time `time` comes.
    private func leave(_ group: Int, _ time: Int64, _ times: Span<Int64>, _ builder: inout StepBuilder) {
        let limit = frame.preceding ?? 0
        let (earliest, isBelow) = time.subtractingReportingOverflow(limit)
        while frames[group].count > 0 {
            let list = frames[group]
            let isOld = list.first != Self.none
            switch frame.unit {
            case .rows: if list.count <= limit { return }
            case .range:
                let oldest = isOld ? micros[Int(list.first)] : times[Int(list.newFirst)]
                if isBelow || oldest >= earliest { return }
            }
            if isOld {
                builder.leave(stored: list.first, group: UInt32(truncatingIfNeeded: group))
                frames[group].first = next[Int(list.first)]
                if frames[group].first == Self.none { frames[group].last = Self.none }
            } else {
                builder.leave(row: Int(list.newFirst), group: UInt32(truncatingIfNeeded: group))
                frames[group].newFirst = builder.nextInFrame[Int(list.newFirst)]
                if frames[group].newFirst < 0 { frames[group].newLast = -1 }
            }
            frames[group].count -= 1
        }
    }

    private func enter(_ row: Int, _ group: Int, _ builder: inout StepBuilder) {
        let number = Int32(truncatingIfNeeded: row)
        if frames[group].newLast >= 0 {
            builder.nextInFrame[Int(frames[group].newLast)] = number
        } else {
            frames[group].newFirst = number
        }
        frames[group].newLast = number
        frames[group].count += 1
    }

    private func argumentsOfSteps(_ arguments: [Column], _ builder: StepBuilder) -> [Column] {
        guard frame.preceding != nil, !arguments.isEmpty else { return arguments }
        let sources = SelectionVector(builder.sources)
        if builder.leaving.isEmpty { return arguments.map { $0.gathered(sources) } }
        let left = store.columns(of: builder.leaving.span)
        return zip(arguments, left).map { Column.concatenated([$0, $1]).gathered(sources) }
    }

    /// Stores the rows that are still in a frame at the end of the batch, and forgets those that left.
    private func keep(_ arguments: [Column], _ groups: Span<UInt32>, _ times: Span<Int64>, _ builder: StepBuilder) {
        remove(builder.leaving.span)
        var rows: [Int32] = []
        for row in 0..<groups.count {
            let group = Int(groups[row])
            frames[group].newFirst = -1
            frames[group].newLast = -1
            if !builder.hasLeft[row] { rows.append(Int32(truncatingIfNeeded: row)) }
        }
        let selection = SelectionVector(rows)
        let numbers = store.append(arguments.map { $0.gathered(selection) }, rowCount: rows.count)
        next.resize(to: store.numberBound, filling: Self.none)
        micros.resize(to: store.numberBound, filling: 0)
        for (index, row) in rows.enumerated() {
            let number = numbers.readOnly[index]
            append(number, to: Int(groups[Int(row)]), micros: times[Int(row)])
        }
        note(numbers.readOnly, rows, groups)
    }

    /// Puts a stored row behind the others of its partition.
    private func append(_ number: UInt32, to group: Int, micros time: Int64) {
        next[Int(number)] = Self.none
        micros[Int(number)] = time
        let last = frames[group].last
        if last == Self.none { frames[group].first = number } else { next[Int(last)] = number }
        frames[group].last = number
    }
}

// MARK: - State

extension OverFrames {
    /// The table of the rows that can still leave a frame: the keys of their partitions and their arrivals, then what
    /// functions read of them and their times.
    var stateTable: StateTable {
        StateTable(
            "frames",
            keyTypes: partitions.keyTypes + [StateTable.number],
            valueTypes: store.rowTypes + [StateTable.number],
            scope: .keyed(columns: partitions.keyTypes.count)
        )
    }

    /// Notes that rows of a batch have been stored.
    private func note(_ numbers: Span<UInt32>, _ rows: [Int32], _ groups: Span<UInt32>) {
        guard let journal else { return }
        groupOfRow.resize(to: store.numberBound, filling: 0)
        arrivals.resize(to: store.numberBound, filling: 0)
        for (index, row) in rows.enumerated() {
            groupOfRow[Int(numbers[index])] = groups[Int(row)]
            arrivals[Int(numbers[index])] = nextArrival
            nextArrival += 1
        }
        journal.note(numbers)
    }

    private func storedKeys(of numbers: [UInt32]) -> [Column] {
        let groups = numbers.map { groupOfRow[Int($0)] }
        return partitions.keys(of: groups.span) + [.numbers(numbers.map { arrivals[Int($0)] })]
    }

    /// Hands over what has changed.
    func save(into snapshot: StateSnapshot, table: Int) {
        journal?.save(into: snapshot, table: table) { numbers in
            let times = Column.numbers(numbers.map { micros[Int($0)] })
            return (storedKeys(of: numbers), store.columns(of: numbers.span) + [times])
        }
    }

    /// Takes over what was stored, for partitions that have been restored.
    func restore(from reader: StateReader, table: Int) throws {
        let journal = StateJournal(stateTable)
        self.journal = journal
        var restored: [UInt32] = []
        try reader.forEachChunk(of: table) { keys, values, rowCount in
            let partitionKeys = Array(keys.dropLast())
            let hashes = RowHash.hashes(partitionKeys, rowCount: rowCount)
            let groups = partitions.find(partitionKeys, hashes: hashes.readOnly)
            let numbers = store.append(Array(values.dropLast()), rowCount: rowCount)
            makeRoomForRows()
            let (arrival, time) = (keys[keys.count - 1], values[values.count - 1])
            for row in 0..<rowCount {
                let number = Int(numbers.readOnly[row])
                groupOfRow[number] = groups.readOnly[row]
                arrivals[number] = arrival.int64s[row]
                micros[number] = time.int64s[row]
                nextArrival = max(nextArrival, arrivals[number] + 1)
                journal.noteRestored(numbers.readOnly[row])
                restored.append(numbers.readOnly[row])
            }
        }
        restored.sort { arrivals[Int($0)] < arrivals[Int($1)] }
        for number in restored {
            let group = Int(groupOfRow[Int(number)])
            append(number, to: group, micros: micros[Int(number)])
            frames[group].count += 1
        }
    }

    private func makeRoomForRows() {
        next.resize(to: store.numberBound, filling: Self.none)
        micros.resize(to: store.numberBound, filling: 0)
        groupOfRow.resize(to: store.numberBound, filling: 0)
        arrivals.resize(to: store.numberBound, filling: 0)
    }
}

/// The steps of a batch while they are collected.
private struct StepBuilder {
    var groups: [UInt32] = []
    var steps: [UInt8] = []
    /// Per step the row of the batch, or the count of its rows and more: a place in `leaving`.
    var sources: [Int32] = []
    /// Stored rows that leave.
    var leaving: [UInt32] = []
    /// Per row of the batch the next one of its partition, -1 for none.
    var nextInFrame: [Int32]
    /// Per row of the batch whether it has left the frame again.
    var hasLeft: [Bool]
    var resultCount = 0
    private let rowCount: Int

    init(rowCount: Int) {
        self.rowCount = rowCount
        nextInFrame = Array(repeating: -1, count: rowCount)
        hasLeft = Array(repeating: false, count: rowCount)
        groups.reserveCapacity(rowCount * 2)
        steps.reserveCapacity(rowCount * 2)
        sources.reserveCapacity(rowCount * 2)
    }

    mutating func add(_ row: Int, group: UInt32, gives: Bool) {
        groups.append(group)
        steps.append(gives ? RunningStep.gives : 0)
        sources.append(Int32(truncatingIfNeeded: row))
        resultCount += gives ? 1 : 0
    }

    mutating func leave(stored number: UInt32, group: UInt32) {
        groups.append(group)
        steps.append(RunningStep.takesBack)
        sources.append(Int32(truncatingIfNeeded: rowCount + leaving.count))
        leaving.append(number)
    }

    mutating func leave(row: Int, group: UInt32) {
        groups.append(group)
        steps.append(RunningStep.takesBack)
        sources.append(Int32(truncatingIfNeeded: row))
        hasLeft[row] = true
    }
}
