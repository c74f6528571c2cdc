import SluiceColumns
import SluicePlan
import SluiceState

/// The rows of one input of a regular join: equal rows are kept once with a count, chained by join key.
final class JoinSide {
    let keyTable: KeyTable
    let rowTable: KeyTable
    /// Per key group the first row of its chain, or `none`.
    private var heads = GrowableLane<UInt32>()
    /// Per row the next and the previous one of the same key, or `none`.
    private var nexts = GrowableLane<UInt32>()
    private var previouses = GrowableLane<UInt32>()
    /// Per row the group of its key.
    private var keyGroups = GrowableLane<UInt32>()
    /// Per row how often it is in the table.
    var counts = GrowableLane<Int64>()
    /// Per row how many rows of the other side it matches.
    var matches = GrowableLane<Int64>()

    /// When each row was touched last; nil where rows live for ever.
    var expiry: GroupExpiry?

    /// What is not stored yet; nil where nothing is.
    var journal: StateJournal?
    /// Per row when it came, counted; only where rows are stored: chains have to be the same after a restart.
    var arrivals = GrowableLane<Int64>()
    var nextArrival: Int64 = 0
    /// Columns of rows in the storage.
    let layout: DealtColumns

    /// No row.
    static let none = UInt32.max

    /// Makes an empty side; rows that nobody touches for `ttlMillis` are forgotten, nil is never.
    ///
    /// `keys` are the columns of the join key.
    init(keys: [Int], rowTypes: [DataType], ttlMillis: Int64? = nil) {
        keyTable = KeyTable(keyTypes: keys.map { rowTypes[$0] })
        rowTable = KeyTable(keyTypes: rowTypes)
        layout = DealtColumns(keys, columnCount: rowTypes.count)
        expiry = ttlMillis.map { GroupExpiry(ttlMillis: $0) }
    }

    /// Whether a row is still there at this time of the wall clock.
    func isLive(_ row: UInt32, _ nowMillis: Int64) -> Bool {
        !(expiry?.hasRunOut(Int(row), nowMillis) ?? false)
    }

    /// Distinct rows held.
    var count: Int { rowTable.count }

    /// Bytes held.
    var byteCount: Int {
        keyTable.byteCount + rowTable.byteCount + heads.byteCount + nexts.byteCount + previouses.byteCount
            + keyGroups.byteCount + counts.byteCount + matches.byteCount + arrivals.byteCount
            + (journal?.byteCount ?? 0)
    }

    /// The rows as columns.
    func columns(_ rows: [UInt32]) -> [Column] { rowTable.keys(of: rows.span) }

    /// The first row of each key's chain, `none` where there is none.
    func firstRows(_ keys: [Column], rowCount: Int) -> MutableLane<UInt32> {
        let hashes = RowHash.hashes(keys, rowCount: rowCount)
        var rows = keyTable.find(keys, hashes: hashes.readOnly)
        do {
            var span = rows.span
            for row in 0..<rowCount where span[row] != .max { span[row] = heads[Int(span[row])] }
        }
        return rows
    }

    /// The row after `row` with the same key.
    func next(_ row: UInt32) -> UInt32 { nexts[Int(row)] }

    /// Adds one of each row of a batch (or takes one away); sets how many rows of the other side each matches.
    func apply(_ batch: Batch, keys: [Column], isRetraction: Bool, matchCounts: [Int64], nowMillis: Int64) {
        let rowCount = batch.rowCount
        let rowHashes = RowHash.hashes(batch.columns, rowCount: rowCount)
        let numbers = rowTable.insert(batch.columns, hashes: rowHashes.readOnly)
        let keyHashes = RowHash.hashes(keys, rowCount: rowCount)
        let groups = keyTable.insert(keys, hashes: keyHashes.readOnly)
        makeRoom()
        let rows = numbers.readOnly
        let expired = expired(touching: rows, nowMillis)
        let keyNumbers = groups.readOnly
        for index in 0..<rowCount {
            let row = Int(rows[index])
            link(rows[index], keyNumbers[index])
            counts[row] += isRetraction ? -1 : 1
            matches[row] = matchCounts[index]
        }
        journal?.note(rows)
        // Not before the new rows are linked: the key of the last row that goes may be that of one that comes.
        sweep(expired.span)
        if isRetraction { sweep(rows) }
    }

    /// Notes that rows are in use now; gives the others whose time has run out, to be swept.
    ///
    /// Nobody is told, as in Flink.
    private func expired(touching rows: Span<UInt32>, _ nowMillis: Int64) -> [UInt32] {
        guard expiry != nil else { return [] }
        let touched = rows.indices.map { rows[$0] }
        guard let expired = expiry?.touch(touched, nowMillis: nowMillis, groupBound: rowTable.groupBound) else {
            return []
        }
        // A touched row starts anew under its number, in the place where it would be if it had been swept before.
        for row in expired.touched {
            counts[Int(row)] = 0
            unlink(row, keyGroups[Int(row)])
        }
        for row in expired.others { counts[Int(row)] = 0 }
        return expired.others
    }

    func makeRoom() {
        heads.resize(to: keyTable.groupBound, filling: Self.none)
        nexts.resize(to: rowTable.groupBound, filling: Self.none)
        previouses.resize(to: rowTable.groupBound, filling: Self.none)
        keyGroups.resize(to: rowTable.groupBound, filling: Self.none)
        counts.resize(to: rowTable.groupBound, filling: 0)
        matches.resize(to: rowTable.groupBound, filling: 0)
        if journal != nil { arrivals.resize(to: rowTable.groupBound, filling: 0) }
    }

    /// Puts a row that is new at the head of its key's chain.
    func link(_ row: UInt32, _ group: UInt32) {
        guard keyGroups[Int(row)] == Self.none else { return }
        keyGroups[Int(row)] = group
        if journal != nil {
            arrivals[Int(row)] = nextArrival
            nextArrival += 1
        }
        let head = heads[Int(group)]
        nexts[Int(row)] = head
        if head != Self.none { previouses[Int(head)] = row }
        heads[Int(group)] = row
    }

    /// Counts `change` more matches of a row; gives how many there were before.
    func addMatches(_ row: UInt32, _ change: Int64) -> Int64 {
        let before = matches[Int(row)]
        matches[Int(row)] = before + change
        journal?.note(row)
        return before
    }

    /// Forgets the rows of `candidates` whose count is zero.
    private func sweep(_ candidates: Span<UInt32>) {
        var dead: [UInt32] = []
        var emptied: [UInt32] = []
        for index in 0..<candidates.count {
            let row = candidates[index]
            let group = keyGroups[Int(row)]
            if counts[Int(row)] > 0 || group == Self.none { continue }
            unlink(row, group)
            counts[Int(row)] = 0
            matches[Int(row)] = 0
            dead.append(row)
            if heads[Int(group)] == Self.none { emptied.append(group) }
        }
        if dead.isEmpty { return }
        expiry?.forget(dead)
        journal?.noteRemoved(dead.span) { layout.arranged(columns($0)) }
        rowTable.remove(dead.span)
        if !emptied.isEmpty { keyTable.remove(emptied.span) }
    }

    private func unlink(_ row: UInt32, _ group: UInt32) {
        let next = nexts[Int(row)]
        let previous = previouses[Int(row)]
        if previous == Self.none { heads[Int(group)] = next } else { nexts[Int(previous)] = next }
        if next != Self.none { previouses[Int(next)] = previous }
        keyGroups[Int(row)] = Self.none
        nexts[Int(row)] = Self.none
        previouses[Int(row)] = Self.none
    }
}
