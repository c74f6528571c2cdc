import SluiceColumns
import SluiceState

/// What MATCH_RECOGNIZE has to write at the next barrier: its rows, the nodes of matches, and the matches themselves.
///
/// Nodes never change. The matches of a partition lie in a heap whose places decide which of several is looked at
/// first, so each is stored under its place; a partition that had a row is written whole.
final class MatchJournal {
    private let table: KeyTable
    private let store: RowStore
    private let history: MatchHistory
    private let matcher: PatternMatcher
    /// Where the partition keys are among the stored columns.
    private let dealing: [Int]
    private let rows: RowJournal
    /// Per row its time, the conditions that hold, and 1 where it waits for the watermark.
    private var times = GrowableLane<Int64>()
    private var truths = GrowableLane<UInt64>()
    private var isWaiting = GrowableLane<UInt8>()
    /// Partitions whose matches may have changed.
    private var touched: Set<UInt32> = []
    /// Per partition how many matches of each queue the storage has.
    private var storedCounts: [UInt32: [Int]] = [:]
    /// Keys of matches that the storage has and that are gone.
    private var gone: [(keys: [Column], rowCount: Int)] = []

    /// Makes the journal of an operator whose stored columns have the partition keys at `dealing`.
    init(_ matcher: PatternMatcher, _ table: KeyTable, _ store: RowStore, dealing: [Int]) {
        self.table = table
        self.store = store
        self.matcher = matcher
        self.dealing = dealing
        history = matcher.history
        rows = RowJournal(store, dealtBy: dealing, table: Self.tables(table, store, dealing: dealing)[0])
        history.startJournal(Self.tables(table, store, dealing: dealing)[1])
    }

    /// Rows, with time, conditions and whether they wait; nodes, with the row, the variable, the node before and the
    /// number of the row; matches by queue and place, with state, node, first row and its time.
    static func tables(_ table: KeyTable, _ store: RowStore, dealing: [Int]) -> [StateTable] {
        let number = StateTable.number
        let scope = StateTable.Scope.keyed(columns: dealing.count)
        return [
            RowJournal.table(
                "rows",
                rowTypes: store.rowTypes,
                dealtBy: dealing,
                beside: [number, number, number]
            ),
            StateTable(
                "nodes",
                keyTypes: table.keyTypes + [number],
                valueTypes: [number, number, number, number],
                scope: scope
            ),
            StateTable(
                "matches",
                keyTypes: table.keyTypes + [number, number],
                valueTypes: [number, number, number, number],
                scope: scope
            ),
        ]
    }

    /// Bytes held, about.
    var byteCount: Int {
        rows.byteCount + times.byteCount + truths.byteCount + isWaiting.byteCount
            + (touched.count + storedCounts.count) * 64
    }

    // MARK: Changes

    /// Notes that a row has come and waits.
    func noteNew(_ row: WaitingRow) {
        makeRoom()
        times[Int(row.row)] = row.micros
        truths[Int(row.row)] = row.truths
        isWaiting[Int(row.row)] = 1
        rows.noteNew(row.row)
    }

    private func makeRoom() {
        times.resize(to: store.numberBound, filling: 0)
        truths.resize(to: store.numberBound, filling: 0)
        isWaiting.resize(to: store.numberBound, filling: 0)
    }

    /// Notes that rows that waited have been taken through the pattern.
    func noteTaken(_ taken: [WaitingRow]) {
        for row in taken {
            isWaiting[Int(row.row)] = 0
            rows.note(row.row)
        }
    }

    /// Notes that the matches of partitions may have changed.
    func noteTouched(_ partitions: [UInt32]) { touched.formUnion(partitions) }

    /// Notes that partitions are about to be forgotten.
    func noteForgotten(_ partitions: [UInt32]) {
        for partition in partitions {
            touched.remove(partition)
            let counts = storedCounts.removeValue(forKey: partition) ?? [0, 0]
            for queue in counts.indices { noteGone(partition, queue, 0..<counts[queue]) }
        }
    }

    private func noteGone(_ partition: UInt32, _ queue: Int, _ places: Range<Int>) {
        if places.isEmpty { return }
        gone.append((keys(Array(repeating: (partition, queue), count: places.count), places.map { $0 }), places.count))
    }

    /// Notes that rows are about to be removed from the store.
    func noteRemoved(_ numbers: [UInt32]) {
        history.noteGone { store.columns(of: $0.span, fields: dealing) }
        rows.noteRemoved(numbers.span)
    }

    private func keys(_ owners: [(partition: UInt32, queue: Int)], _ places: [Int]) -> [Column] {
        let partitions = owners.map(\.partition)
        let queues = Column.numbers(owners.map { Int64($0.queue) })
        let numbers = Column.numbers(places.map { Int64($0) })
        return table.keys(of: partitions.span) + [queues, numbers]
    }

    // MARK: Saving

    /// Hands over what has changed.
    func save(into snapshot: StateSnapshot) {
        rows.save(into: snapshot, table: 0) { numbers in
            [
                .numbers(numbers.map { times[Int($0)] }),
                .numbers(numbers.map { Int64(bitPattern: truths[Int($0)]) }),
                .numbers(numbers.map { Int64(isWaiting[Int($0)]) }),
            ]
        }
        history.noteGone { store.columns(of: $0.span, fields: dealing) }
        history.save(into: snapshot, table: 1) {
            store.columns(of: $0.span, fields: dealing)
        } arrival: {
            rows.arrival(of: $0)
        }
        saveMatches(into: snapshot)
    }

    private func saveMatches(into snapshot: StateSnapshot) {
        var owners: [(partition: UInt32, queue: Int)] = []
        var places: [Int] = []
        var matches: [PartialMatch] = []
        for partition in touched.sorted() {
            let queues = matcher.queues(partition)
            let stored = storedCounts[partition] ?? [0, 0]
            for queue in queues.indices {
                let count = queues[queue].count
                if count < stored[queue] { noteGone(partition, queue, count..<stored[queue]) }
                owners += Array(repeating: (partition, queue), count: count)
                places += 0..<count
                matches += queues[queue]
            }
            let counts = queues.map(\.count)
            storedCounts[partition] = counts == [0, 0] ? nil : counts
        }
        touched.removeAll(keepingCapacity: true)
        for (keys, rowCount) in gone { snapshot.remove(2, keys: keys, rowCount: rowCount) }
        gone.removeAll(keepingCapacity: true)
        if matches.isEmpty { return }
        let values: [Column] = [
            .numbers(matches.map { Int64($0.state) }),
            .numbers(matches.map { $0.node == MatchHistory.none ? -1 : history.identity(of: $0.node) }),
            .numbers(matches.map { Int64(bitPattern: $0.start) }),
            .numbers(matches.map(\.startMicros)),
        ]
        snapshot.put(2, keys: keys(owners, places), values: values, rowCount: matches.count)
    }

    // MARK: Restoring

    /// A row, a node or a match of one partition; numbers of different partitions may be the same after shards were put
    /// together.
    private struct Place: Hashable {
        var partition: UInt32
        var number: Int64
    }

    /// Takes over what was stored; gives the rows that wait, in the order in which they came.
    ///
    /// - Parameter locate: the partitions of keys.
    func restore(
        from reader: StateReader,
        locate: (_ keys: [Column], _ rowCount: Int) -> MutableLane<UInt32>
    ) throws -> [WaitingRow] {
        var rowOfPlace: [Place: UInt32] = [:]
        var partitionOfRow: [UInt32: UInt32] = [:]
        let ordered = try rows.restore(from: reader, table: 0) { numbers, columns, beside in
            makeRoom()
            let partitions = locate(dealing.map { columns[$0] }, numbers.count)
            let (micros, holding, waits) = (beside[0], beside[1], beside[2])
            for (index, row) in numbers.enumerated() {
                let partition = partitions.readOnly[index]
                rowOfPlace[Place(partition: partition, number: rows.arrival(of: row))] = row
                partitionOfRow[row] = partition
                times[Int(row)] = micros.int64s[index]
                truths[Int(row)] = UInt64(bitPattern: holding.int64s[index])
                isWaiting[Int(row)] = UInt8(truncatingIfNeeded: waits.int64s[index])
                history.reserve(row)
            }
        }
        let nodeOfPlace = try restoreNodes(from: reader, rowOfPlace, locate)
        try restoreMatches(from: reader, nodeOfPlace, locate)
        return ordered.filter { isWaiting[Int($0)] == 1 }.map { row in
            WaitingRow(
                micros: times[Int(row)],
                arrival: UInt64(rows.arrival(of: row)),
                partition: partitionOfRow[row] ?? 0,
                row: row,
                truths: truths[Int(row)]
            )
        }
    }

    private func restoreNodes(
        from reader: StateReader,
        _ rowOfPlace: [Place: UInt32],
        _ locate: (_ keys: [Column], _ rowCount: Int) -> MutableLane<UInt32>
    ) throws -> [Place: UInt32] {
        var found: [(place: Place, row: UInt32, variable: Int, previous: Int64, sequence: UInt64)] = []
        try reader.forEachChunk(of: 1) { keys, values, rowCount in
            let partitions = locate(Array(keys.dropLast()), rowCount)
            let (identity, arrival, variable) = (keys[dealing.count], values[0], values[1])
            let (previous, sequence) = (values[2], values[3])
            for index in 0..<rowCount {
                let partition = partitions.readOnly[index]
                guard let row = rowOfPlace[Place(partition: partition, number: arrival.int64s[index])] else { continue }
                found.append(
                    (
                        Place(partition: partition, number: identity.int64s[index]), row,
                        Int(variable.int64s[index]), previous.int64s[index],
                        UInt64(bitPattern: sequence.int64s[index])
                    )
                )
            }
        }
        var nodeOfPlace: [Place: UInt32] = [:]
        // A node was made after the one before it.
        for entry in found.sorted(by: { $0.place.number < $1.place.number }) {
            let previous = nodeOfPlace[Place(partition: entry.place.partition, number: entry.previous)]
            nodeOfPlace[entry.place] = history.restore(
                entry.row,
                entry.variable,
                sequence: entry.sequence,
                behind: previous ?? MatchHistory.none,
                identity: entry.place.number
            )
            matcher.noteSequence(entry.sequence)
        }
        return nodeOfPlace
    }

    private func restoreMatches(
        from reader: StateReader,
        _ nodeOfPlace: [Place: UInt32],
        _ locate: (_ keys: [Column], _ rowCount: Int) -> MutableLane<UInt32>
    ) throws {
        var queues: [UInt32: [[(place: Int64, match: PartialMatch)]]] = [:]
        try reader.forEachChunk(of: 2) { keys, values, rowCount in
            let partitions = locate(Array(keys.dropLast(2)), rowCount)
            let (queue, place) = (keys[dealing.count], keys[dealing.count + 1])
            let (state, node, start, startMicros) = (values[0], values[1], values[2], values[3])
            for index in 0..<rowCount {
                let partition = partitions.readOnly[index]
                let number = nodeOfPlace[Place(partition: partition, number: node.int64s[index])]
                let match = PartialMatch(
                    state: Int(state.int64s[index]),
                    node: number ?? MatchHistory.none,
                    start: UInt64(bitPattern: start.int64s[index]),
                    startMicros: startMicros.int64s[index]
                )
                history.retain(match.node)
                if !match.isFresh { matcher.noteSequence(match.start) }
                queues[partition, default: [[], []]][Int(queue.int64s[index])].append((place.int64s[index], match))
            }
        }
        for (partition, items) in queues {
            let sorted = items.map { $0.sorted { $0.place < $1.place }.map(\.match) }
            matcher.restore(partition, ongoing: sorted[0], complete: sorted[1])
            storedCounts[partition] = sorted.map(\.count)
        }
    }
}
