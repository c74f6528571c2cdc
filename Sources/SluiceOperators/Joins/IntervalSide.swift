import SluiceColumns
import SluicePlan
import SluiceState

/// The rows of one input of an interval join, chained by key, until nothing can come any more that is near enough.
///
/// Beside its encoded bytes a row takes 37 bytes and its share of the key table.
final class IntervalSide {
    private let keyTable: KeyTable
    let rows: RowStore
    /// Per key group the first row of its chain, or `none`.
    private var heads = GrowableLane<UInt32>()
    /// Per row the next and the previous one of the same key, or `none`.
    private var nexts = GrowableLane<UInt32>()
    private var previouses = GrowableLane<UInt32>()
    /// Per row the group of its key, `none` for one that has left its chain.
    private var keyGroups = GrowableLane<UInt32>()
    /// Per row its time, microseconds.
    private var times = GrowableLane<Int64>()
    /// Per row 1 where it has a partner.
    private var isMatched = GrowableLane<UInt8>()
    /// All rows by the watermark that frees them.
    private var expiries = TimeQueue()
    /// The columns of the key.
    let keys: [Int]
    /// What is not stored yet; nil where nothing is.
    private var journal: RowJournal?
    /// Rows that have left their chains and are still in the storage.
    private var unlinked: [UInt32] = []

    /// No row.
    static let none = UInt32.max

    /// Makes an empty side.
    init(keys: [Int], rowTypes: [DataType]) {
        self.keys = keys
        keyTable = KeyTable(keyTypes: keys.map { rowTypes[$0] })
        rows = RowStore(rowTypes: rowTypes)
    }

    /// Bytes held.
    var byteCount: Int {
        keyTable.byteCount + rows.byteCount + heads.byteCount + nexts.byteCount + previouses.byteCount
            + keyGroups.byteCount + times.byteCount + isMatched.byteCount + expiries.byteCount
            + (journal?.byteCount ?? 0)
    }

    /// Rows held.
    var count: Int { rows.count }

    /// The rows as columns.
    func columns(_ numbers: [UInt32]) -> [Column] { rows.columns(of: numbers.span) }

    /// The first row of each key's chain, `none` where there is none.
    func firstRows(_ keys: [Column], rowCount: Int) -> MutableLane<UInt32> {
        let hashes = RowHash.hashes(keys, rowCount: rowCount)
        var found = keyTable.find(keys, hashes: hashes.readOnly)
        do {
            var span = found.span
            for row in 0..<rowCount where span[row] != .max { span[row] = heads[Int(span[row])] }
        }
        return found
    }

    /// Whether a row is still in its chain.
    func isChained(_ row: UInt32) -> Bool { keyGroups[Int(row)] != Self.none }

    /// The row after `row` with the same key.
    func next(_ row: UInt32) -> UInt32 { nexts[Int(row)] }

    /// The time of a row.
    func time(_ row: UInt32) -> Int64 { times[Int(row)] }

    /// Notes that a row has a partner.
    func match(_ row: UInt32) {
        if isMatched[Int(row)] == 0, isChained(row) { journal?.note(row) }
        isMatched[Int(row)] = 1
    }

    /// Whether a row has a partner.
    func hasPartner(_ row: UInt32) -> Bool { isMatched[Int(row)] == 1 }

    /// Keeps the rows of a batch.
    ///
    /// - Parameters:
    ///   - times: per row its time.
    ///   - expiries: per row the watermark that frees it.
    ///   - matched: per row whether it has a partner already.
    func append(_ batch: Batch, keys: [Column], times rowTimes: [Int64], expiries ends: [Int64], matched: [Bool]) {
        let hashes = RowHash.hashes(keys, rowCount: batch.rowCount)
        let groups = keyTable.insert(keys, hashes: hashes.readOnly)
        let numbers = rows.append(batch.columns, rowCount: batch.rowCount)
        makeRoom()
        journal?.noteNew(numbers.readOnly)
        let keyNumbers = groups.readOnly
        let rowNumbers = numbers.readOnly
        for index in 0..<batch.rowCount {
            let row = rowNumbers[index]
            times[Int(row)] = rowTimes[index]
            isMatched[Int(row)] = matched[index] ? 1 : 0
            link(row, keyNumbers[index])
            expiries.insert(row, at: ends[index])
        }
    }

    private func makeRoom() {
        heads.resize(to: keyTable.groupBound, filling: Self.none)
        nexts.resize(to: rows.numberBound, filling: Self.none)
        previouses.resize(to: rows.numberBound, filling: Self.none)
        keyGroups.resize(to: rows.numberBound, filling: Self.none)
        times.resize(to: rows.numberBound, filling: 0)
        isMatched.resize(to: rows.numberBound, filling: 0)
    }

    private func link(_ row: UInt32, _ group: UInt32) {
        let head = heads[Int(group)]
        keyGroups[Int(row)] = group
        nexts[Int(row)] = head
        previouses[Int(row)] = Self.none
        if head != Self.none { previouses[Int(head)] = row }
        heads[Int(group)] = row
    }

    /// Takes a row out of its chain; its bytes stay until it is freed.
    func unlink(_ row: UInt32) {
        let group = keyGroups[Int(row)]
        let next = nexts[Int(row)]
        let previous = previouses[Int(row)]
        if previous == Self.none { heads[Int(group)] = next } else { nexts[Int(previous)] = next }
        if next != Self.none { previouses[Int(next)] = previous }
        keyGroups[Int(row)] = Self.none
        if journal != nil { unlinked.append(row) }
        if heads[Int(group)] == Self.none { keyTable.remove([group].span) }
    }

    /// Up to `limit` rows that a watermark frees, the earliest first; they are out of their chains afterwards.
    ///
    /// - Returns: all of them, to be given to `free`, and those among them that were still in their chains.
    func expire(through micros: Int64, limit: Int) -> (all: [UInt32], chained: [UInt32]) {
        var all: [UInt32] = []
        var chained: [UInt32] = []
        while all.count < limit, let row = expiries.popFirst(through: micros) {
            all.append(row)
            guard isChained(row) else { continue }
            chained.append(row)
            unlink(row)
        }
        return (all, chained)
    }

    /// Forgets rows that `expire` gave.
    func free(_ numbers: [UInt32]) {
        forgetUnlinked()
        rows.remove(numbers.span)
    }

    /// Rows without a chain are waiting for nothing but to be freed, so that they are not stored.
    private func forgetUnlinked() {
        if unlinked.isEmpty { return }
        let freed = unlinked
        journal?.noteRemoved(freed.span)
        unlinked.removeAll()
    }
}

// MARK: - State

extension IntervalSide {
    /// The table of its rows: beside each row its time, and whether it has a partner.
    func stateTable(_ name: String) -> StateTable {
        RowJournal.table(
            name,
            rowTypes: rows.rowTypes,
            dealtBy: keys,
            beside: [StateTable.number, .notNull(.boolean)]
        )
    }

    /// Hands over what has changed.
    func save(into snapshot: StateSnapshot, table: Int) {
        forgetUnlinked()
        journal?.save(into: snapshot, table: table) { numbers in
            [
                .numbers(numbers.map { times[Int($0)] }),
                .of(numbers.map { .boolean(isMatched[Int($0)] == 1) }, .notNull(.boolean)),
            ]
        }
    }

    /// Takes over what was stored; `expiry` gives the watermark that frees a row of a time.
    func restore(from reader: StateReader, table: Int, expiry: (_ micros: Int64) -> Int64) throws {
        let journal = RowJournal(rows, dealtBy: keys, table: stateTable(""))
        self.journal = journal
        var groups = GrowableLane<UInt32>()
        let ordered = try journal.restore(from: reader, table: table) { numbers, columns, beside in
            let keyColumns = keys.map { columns[$0] }
            let hashes = RowHash.hashes(keyColumns, rowCount: numbers.count)
            let known = keyTable.insert(keyColumns, hashes: hashes.readOnly)
            makeRoom()
            groups.resize(to: rows.numberBound, filling: Self.none)
            let (time, matched) = (beside[0], beside[1])
            for (index, number) in numbers.enumerated() {
                groups[Int(number)] = known.readOnly[index]
                times[Int(number)] = time.int64s[index]
                isMatched[Int(number)] = matched.bools[index]
            }
        }
        for number in ordered {
            link(number, groups[Int(number)])
            expiries.insert(number, at: expiry(times[Int(number)]))
        }
    }
}
