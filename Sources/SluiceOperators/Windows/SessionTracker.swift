import SluiceColumns
import SluiceState

/// Which session each row belongs to, per key: sessions grow, merge and close row by row.
///
/// Every session has a number; states are kept under it elsewhere. A row first closes the sessions of its key that the
/// watermark before it has passed, so it never joins a session that has fired in the meantime: the result does not
/// depend on where a batch ends. All times are microseconds in the windows' own time.
final class SessionTracker {
    /// One session of one key.
    struct Session {
        var start: Int64
        var end: Int64
        /// Number of the session.
        var number: UInt32
        /// Number of its key.
        var key: UInt32
        /// When it began first, however it has grown: no two sessions of a key that are there together have the same.
        var id: Int64
        /// Greater than that of all sessions that got their last row earlier.
        var order: Int64
    }

    /// What a batch did.
    struct Assignment {
        /// Per row the number of its session when the row came; `UInt32.max` for a late row.
        var numbers: [UInt32] = []
        /// Sessions that were joined, in order: the first goes into the second.
        var merges: [(from: UInt32, into: UInt32)] = []
    }

    private let gap: Int64
    private let table: KeyTable
    /// Open sessions by key number, in the order in which they got their last rows; mostly one.
    private var open: [[Session]] = []
    /// Sessions that have closed and have not been taken yet.
    private var closed: [Session] = []
    private var ends = SessionHeap()
    private var freeNumbers: [UInt32] = []
    private(set) var numberBound = 0
    private var nextOrder: Int64 = 0
    /// Per session number what identifies the session where it is stored.
    private var identities: [Identity] = []

    private struct Identity {
        var key: UInt32
        var id: Int64
    }
    /// Whether sessions are stored: what is released then keeps its number until the barrier.
    private var isTracking = false
    private var released = Released()

    /// What is free from the next barrier on.
    private struct Released {
        var numbers: [UInt32] = []
        var keys: [UInt32] = []
    }

    init(gapMicros: Int64, keyTypes: [DataType]) {
        gap = gapMicros
        table = KeyTable(keyTypes: keyTypes)
    }

    /// Bytes held, about.
    var byteCount: Int {
        table.byteCount + open.count * 64 + ends.byteCount + freeNumbers.capacity * 4 + identities.count * 16
    }

    /// Assigns the rows of a batch.
    ///
    /// - Parameters:
    ///   - firing: the watermark that fires a window ending at the given time.
    ///   - watermark: the watermark in force before a row.
    func assign(
        keys: [Column],
        times: Column,
        firing: (Int64) -> Int64,
        watermark: (Int) -> Int64
    ) -> Assignment {
        let hashes = RowHash.hashes(keys, rowCount: times.count)
        let keyNumbers = table.insert(keys, hashes: hashes.readOnly)
        while open.count < table.groupBound { open.append([]) }
        var assignment = Assignment()
        assignment.numbers.reserveCapacity(times.count)
        let micros = times.int64s
        for row in 0..<times.count {
            let key = keyNumbers.readOnly[row]
            let mark = watermark(row)
            close(key, through: mark, firing)
            assignment.numbers.append(add(micros[row], key, mark, firing, &assignment))
        }
        forget((0..<times.count).filter { assignment.numbers[$0] == .max }.map { keyNumbers.readOnly[$0] })
        return assignment
    }

    /// Closes the sessions of a key that the watermark has passed.
    private func close(_ key: UInt32, through mark: Int64, _ firing: (Int64) -> Int64) {
        guard open[Int(key)].contains(where: { firing($0.end) <= mark }) else { return }
        closed += open[Int(key)].filter { firing($0.end) <= mark }
        open[Int(key)].removeAll { firing($0.end) <= mark }
    }

    private func add(
        _ time: Int64,
        _ key: UInt32,
        _ mark: Int64,
        _ firing: (Int64) -> Int64,
        _ assignment: inout Assignment
    ) -> UInt32 {
        var merged = Session(start: time, end: time + gap, number: .max, key: key, id: time, order: nextOrder)
        nextOrder += 1
        let touching = open[Int(key)].filter { $0.start <= merged.end && merged.start <= $0.end }
        for session in touching {
            merged.start = min(merged.start, session.start)
            merged.end = max(merged.end, session.end)
        }
        if firing(merged.end) <= mark { return .max }
        if let first = touching.first {
            // The session has its place in the heap, at an earlier end; it moves when that comes up.
            merged.number = first.number
            merged.id = first.id
        } else {
            merged.number = newNumber(Identity(key: key, id: merged.id))
            ends.push(SessionHeap.Entry(end: merged.end, key: key, number: merged.number))
        }
        for session in touching.dropFirst() {
            assignment.merges.append((from: session.number, into: merged.number))
        }
        open[Int(key)].removeAll { $0.start <= merged.end && merged.start <= $0.end }
        open[Int(key)].append(merged)
        return merged.number
    }

    private func newNumber(_ identity: Identity) -> UInt32 {
        if let free = freeNumbers.popLast() {
            identities[Int(free)] = identity
            return free
        }
        identities.append(identity)
        numberBound += 1
        return UInt32(truncatingIfNeeded: numberBound - 1)
    }

    /// Takes out the sessions that `watermark` has passed, by end.
    func takeClosed(through watermark: Int64, firing: (Int64) -> Int64) -> [Session] {
        while let first = ends.first, firing(first.end) <= watermark {
            ends.removeFirst()
            close(first.key, through: watermark, firing)
            // A session that has grown since comes up again at its new end.
            guard let grown = open[Int(first.key)].first(where: { $0.number == first.number }) else { continue }
            ends.push(SessionHeap.Entry(end: grown.end, key: first.key, number: first.number))
        }
        let taken = closed.sorted { ($0.end, $0.number) < ($1.end, $1.number) }
        closed = []
        return taken
    }

    /// No session that waits closes before that; nil where none waits.
    var nextEnd: Int64? {
        let closedEnd = closed.lazy.map(\.end).min()
        guard let openEnd = ends.first?.end else { return closedEnd }
        return min(openEnd, closedEnd ?? openEnd)
    }

    /// The keys of sessions as columns.
    func keys(of sessions: [Session]) -> [Column] {
        let numbers = sessions.map(\.key)
        return table.keys(of: numbers.span)
    }

    /// Frees the numbers of sessions that were taken or merged away, and keys that have no session any more.
    func release(_ sessions: [Session], merged: [UInt32] = []) {
        let numbers = sessions.map(\.number) + merged
        let keys = sessions.map(\.key)
        if isTracking {
            released.numbers += numbers
            released.keys += keys
        } else {
            freeNumbers += numbers
            forget(keys)
        }
    }

    /// Takes out those of the keys that have no session.
    private func forget(_ keys: [UInt32]) {
        if keys.isEmpty { return }
        if isTracking { return released.keys += keys }
        takeOut(keys)
    }

    private func takeOut(_ keys: [UInt32]) {
        let idle = Set(keys).filter { key in
            open[Int(key)].isEmpty && !closed.contains { $0.key == key }
        }
        table.remove(idle.sorted().span)
    }
}

// MARK: Stored state

extension SessionTracker {
    /// What identifies a session that is stored: its key and its `id`.
    var storedKeyTypes: [DataType] { table.keyTypes + [.notNull(.bigint)] }

    /// From now on what is released keeps its number until `endEpoch`.
    func startTracking() { isTracking = true }

    /// Frees what was released since the last barrier.
    func endEpoch() {
        freeNumbers += released.numbers
        let keys = released.keys
        released = Released()
        takeOut(keys)
    }

    /// What identifies sessions, a row each; also those released since the last barrier.
    func storedKeys(of numbers: Span<UInt32>) -> [Column] {
        let identities = numbers.indices.map { self.identities[Int(numbers[$0])] }
        let keys = identities.map(\.key)
        return table.keys(of: keys.span) + [.of(identities.map { .integer($0.id) }, .notNull(.bigint))]
    }

    /// Types of the columns of `facts`.
    static let factTypes = [StateTable.number, StateTable.number, StateTable.number]

    /// Start, end and order of sessions that have not been taken, a row each.
    func facts(of numbers: Span<UInt32>) -> [Column] {
        let sessions = numbers.indices.compactMap { session(numbers[$0]) }
        precondition(sessions.count == numbers.count)
        return [.numbers(sessions.map(\.start)), .numbers(sessions.map(\.end)), .numbers(sessions.map(\.order))]
    }

    private func session(_ number: UInt32) -> Session? {
        open[Int(identities[Int(number)].key)].first { $0.number == number } ?? closed.first { $0.number == number }
    }

    /// Takes over open sessions, to be followed by `endRestoring`; gives their numbers.
    func restore(keys: [Column], ids: Column, facts: [Column], rowCount: Int) -> [UInt32] {
        let hashes = RowHash.hashes(keys, rowCount: rowCount)
        let keyNumbers = table.insert(keys, hashes: hashes.readOnly).array
        while open.count < table.groupBound { open.append([]) }
        let id = ids.flattened()
        let (start, end, order) = (facts[0].flattened(), facts[1].flattened(), facts[2].flattened())
        return keyNumbers.indices.map { row in
            let session = Session(
                start: start.int64s[row],
                end: end.int64s[row],
                number: newNumber(Identity(key: keyNumbers[row], id: id.int64s[row])),
                key: keyNumbers[row],
                id: id.int64s[row],
                order: order.int64s[row]
            )
            nextOrder = max(nextOrder, session.order + 1)
            open[Int(session.key)].append(session)
            ends.push(SessionHeap.Entry(end: session.end, key: session.key, number: session.number))
            return session.number
        }
    }

    /// All sessions have been taken over.
    func endRestoring() {
        for key in open.indices where open[key].count > 1 { open[key].sort { $0.order < $1.order } }
    }

    /// The numbers of open sessions by key and `id`; `UInt32.max` where there is none.
    func find(keys: [Column], ids: Column, rowCount: Int) -> [UInt32] {
        let hashes = RowHash.hashes(keys, rowCount: rowCount)
        let keyNumbers = table.find(keys, hashes: hashes.readOnly).array
        let id = ids.flattened()
        return keyNumbers.indices.map { row in
            guard keyNumbers[row] != .max else { return .max }
            return open[Int(keyNumbers[row])].first { $0.id == id.int64s[row] }?.number ?? .max
        }
    }
}

/// Ends of sessions, least first; one entry for each session, which may have grown, merged or closed since.
struct SessionHeap {
    /// Where a session ended when it was entered.
    struct Entry {
        var end: Int64
        /// Number of its key.
        var key: UInt32
        /// Its own number.
        var number: UInt32
    }

    private var entries: [Entry] = []

    /// Bytes held.
    var byteCount: Int { entries.capacity * MemoryLayout<Entry>.stride }
    var first: Entry? { entries.first }

    mutating func push(_ entry: Entry) {
        entries.append(entry)
        var child = entries.count - 1
        while child > 0, entries[child].end < entries[(child - 1) / 2].end {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func removeFirst() {
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
                if entries[child].end < entries[least].end { least = child }
            }
            if least == parent { return }
            entries.swapAt(parent, least)
            parent = least
        }
    }
}
