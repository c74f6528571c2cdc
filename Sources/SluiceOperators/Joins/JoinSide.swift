import SluiceColumns
import SluicePlan
import SluiceState

/// The rows of one input of a regular join, chained by join key.
///
/// Equal rows are kept once with a count. Where rows only come, each is kept by itself: then nobody looks for a row or
/// takes one out of its chain, and half of what is kept beside the rows is not needed.
final class JoinSide {
    let keyTable: KeyTable
    let rows: JoinRows
    /// Per key group the first row of its chain, or `none`.
    private(set) var heads = GrowableLane<UInt32>()
    /// Per row the next one of the same key, or `none`.
    private var nexts = GrowableLane<UInt32>()
    /// Per row the previous one of the same key, or for the first of a chain the group of its key with `headMark`, or
    /// `none` for a row in no chain; only where rows are indexed.
    private var previouses = GrowableLane<UInt32>()
    /// Per row how often it is in the table; only where rows are indexed.
    var counts = CountLane<UInt8>()
    /// Per row how many rows of the other side it matches; only where somebody asks.
    var matches = CountLane<UInt32>()
    let countsMatches: Bool

    /// When each row was touched last; nil where rows live for ever.
    var expiry: GroupExpiry?

    /// What is not stored yet; nil where nothing is.
    var journal: StateJournal? {
        didSet { rows.index() }
    }
    /// The same where rows only come, all of them stay in memory, and nothing else is stored for them.
    var packedJournal: PackedJournal?
    /// Whether rows only come, for good, and nothing is kept beside them.
    let onlyGrows: Bool
    /// Number of the table of rows that are stored many in a record; nil where there is none.
    var packedTableNumber: Int?
    /// Key groups whose packed rows are stored one by one at the next barrier.
    var unpackedKeyGroups: Range<Int>?
    /// Per row when it came, counted; only where rows are stored: chains have to be the same after a restart.
    var arrivals = GrowableLane<Int64>()
    var nextArrival: Int64 = 0
    /// Columns of rows in the storage.
    let layout: DealtColumns
    /// Which keys are in memory; nil where all of them are.
    var coldKeys: ColdKeys?
    /// Rows that have come back and are in no chain yet.
    var arriving: [(arrival: Int64, row: UInt32, group: UInt32)] = []
    /// Number of the state table.
    let tableNumber: Int

    /// No row.
    static let none = UInt32.max
    private static let headMark: UInt32 = 1 << 31

    /// Makes an empty side.
    ///
    /// - Parameters:
    ///   - keys: the columns of the join key.
    ///   - ttlMillis: rows that nobody touches for so long are forgotten; nil is never.
    ///   - takesBack: whether rows can be taken back.
    ///   - countsMatches: whether it keeps how many rows of the other side each row matches.
    init(
        keys: [Int],
        rowTypes: [DataType],
        ttlMillis: Int64? = nil,
        takesBack: Bool = true,
        countsMatches: Bool = true,
        tableNumber: Int = 0
    ) {
        self.tableNumber = tableNumber
        onlyGrows = !takesBack && !countsMatches && ttlMillis == nil
        keyTable = KeyTable(keyTypes: keys.map { rowTypes[$0] })
        rows = JoinRows(rowTypes: rowTypes, isIndexed: takesBack || ttlMillis != nil)
        self.countsMatches = countsMatches
        layout = DealtColumns(keys, columnCount: rowTypes.count)
        expiry = ttlMillis.map { GroupExpiry(ttlMillis: $0) }
    }

    /// Whether a row is still there at this time of the wall clock.
    func isLive(_ row: UInt32, _ nowMillis: Int64) -> Bool {
        !(expiry?.hasRunOut(Int(row), nowMillis) ?? false)
    }

    /// Rows held, equal ones counted once where they are kept once.
    var count: Int { rows.count }

    /// Bytes held.
    var byteCount: Int {
        keyTable.byteCount + rows.byteCount + heads.byteCount + nexts.byteCount + previouses.byteCount
            + counts.byteCount + matches.byteCount + arrivals.byteCount
            + (journal?.byteCount ?? 0) + (packedJournal?.byteCount ?? 0) + (coldKeys?.byteCount ?? 0)
    }

    /// The rows as columns.
    func columns(_ numbers: [UInt32]) -> [Column] { rows.columns(of: numbers.span) }

    /// The first row of each key's chain, `none` where there is none; their matches are going to be counted anew.
    func firstRows(_ keys: [Column], rowCount: Int) -> MutableLane<UInt32> {
        let hashes = RowHash.hashes(keys, rowCount: rowCount)
        var rows = keyTable.find(keys, hashes: hashes.readOnly)
        if countsMatches { coldKeys?.change(rows.readOnly) }
        do {
            var span = rows.span
            for row in 0..<rowCount where span[row] != .max { span[row] = heads[Int(span[row])] }
        }
        return rows
    }

    /// The row after `row` with the same key.
    func next(_ row: UInt32) -> UInt32 { nexts[Int(row)] }

    /// Adds one of each row of a batch (or takes one away); sets how many rows of the other side each matches.
    func apply(_ batch: Batch, keys: [Column], isRetraction: Bool, matchCounts: [Int64], nowMillis: Int64) throws {
        let rowCount = batch.rowCount
        let numbers = rows.insert(batch.columns, rowCount: rowCount)
        let keyHashes = RowHash.hashes(keys, rowCount: rowCount)
        let groups = keyTable.insert(keys, hashes: keyHashes.readOnly)
        makeRoom()
        let added = numbers.readOnly
        let expired = expired(touching: added, nowMillis)
        let keyNumbers = groups.readOnly
        precondition(rows.isIndexed || !isRetraction)
        for index in 0..<rowCount {
            let row = Int(added[index])
            link(added[index], keyNumbers[index])
            if rows.isIndexed { counts[row] += isRetraction ? -1 : 1 }
            if countsMatches { matches[row] = matchCounts[index] }
        }
        journal?.note(added)
        if let packedJournal { rows.noteLast(in: packedJournal, hashes: keyHashes.readOnly) }
        coldKeys?.change(keyNumbers)
        // Not before the new rows are linked: the key of the last row that goes may be that of one that comes.
        if !expired.isEmpty { noteChanged(keysOf: expired) }
        try sweep(expired.span)
        if isRetraction { try sweep(added) }
    }

    /// Notes that rows are in use now; gives the others whose time has run out, to be swept.
    ///
    /// Nobody is told, as in Flink.
    private func expired(touching added: Span<UInt32>, _ nowMillis: Int64) -> [UInt32] {
        guard expiry != nil else { return [] }
        let touched = added.indices.map { added[$0] }
        guard let expired = expiry?.touch(touched, nowMillis: nowMillis, groupBound: rows.numberBound) else {
            return []
        }
        // A touched row starts anew under its number, in the place where it would be if it had been swept before.
        for row in expired.touched {
            counts[Int(row)] = 0
            unlink(row)
        }
        for row in expired.others { counts[Int(row)] = 0 }
        return expired.others
    }

    func makeRoom() {
        let bound = rows.numberBound
        heads.resize(to: keyTable.groupBound, filling: Self.none)
        nexts.resize(to: bound, filling: Self.none)
        if countsMatches { matches.resize(to: bound) }
        guard rows.isIndexed else { return }
        previouses.resize(to: bound, filling: Self.none)
        counts.resize(to: bound)
        if journal != nil { arrivals.resize(to: bound, filling: 0) }
    }

    /// Puts a row that is new at the head of its key's chain.
    func link(_ row: UInt32, _ group: UInt32) { link(row, group, arrival: nextArrival) }

    /// Puts a row that came at `arrival` at the head of its key's chain, unless it is in it.
    func link(_ row: UInt32, _ group: UInt32, arrival: Int64) {
        let head = heads[Int(group)]
        if rows.isIndexed {
            guard previouses[Int(row)] == Self.none else { return }
            previouses[Int(row)] = group | Self.headMark
            if head != Self.none { previouses[Int(head)] = row }
        }
        if journal != nil {
            arrivals[Int(row)] = arrival
            nextArrival = max(nextArrival, arrival + 1)
        }
        nexts[Int(row)] = head
        heads[Int(group)] = row
    }

    /// Takes all rows of a key out of its chain; gives them from the first one on.
    func unlinkAll(_ group: UInt32) -> [UInt32] {
        let chain = chain(group)
        for row in chain {
            nexts[Int(row)] = Self.none
            if rows.isIndexed { previouses[Int(row)] = Self.none }
        }
        heads[Int(group)] = Self.none
        return chain
    }

    /// The rows of a key, from the first one on.
    func chain(_ group: UInt32) -> [UInt32] {
        var chain: [UInt32] = []
        var row = heads[Int(group)]
        while row != Self.none {
            chain.append(row)
            row = nexts[Int(row)]
        }
        return chain
    }

    /// How often a row is in the table.
    func copies(of row: UInt32) -> Int64 { rows.isIndexed ? counts[Int(row)] : 1 }

    /// Counts `change` more matches of a row; gives how many there were before.
    func addMatches(_ row: UInt32, _ change: Int64) -> Int64 {
        let before = matches[Int(row)]
        matches[Int(row)] = before + change
        journal?.note(row)
        return before
    }

    /// Forgets the rows of `candidates` whose count is zero.
    private func sweep(_ candidates: Span<UInt32>) throws {
        var dead: [UInt32] = []
        var emptied: [UInt32] = []
        for index in 0..<candidates.count {
            let row = candidates[index]
            if counts[Int(row)] > 0 || previouses[Int(row)] == Self.none { continue }
            if let group = unlink(row) { emptied.append(group) }
            counts[Int(row)] = 0
            if countsMatches { matches[Int(row)] = 0 }
            dead.append(row)
        }
        if dead.isEmpty { return }
        expiry?.forget(dead)
        journal?.noteRemoved(dead.span) { layout.arranged(columns($0)) }
        rows.remove(dead.span)
        if emptied.isEmpty { return }
        if let coldKeys { try coldKeys.release(emptied.span, of: self) } else { keyTable.remove(emptied.span) }
    }

    /// Takes a row out of its chain; gives the group of the key where that has no rows any more.
    @discardableResult
    private func unlink(_ row: UInt32) -> UInt32? {
        let next = nexts[Int(row)]
        let previous = previouses[Int(row)]
        nexts[Int(row)] = Self.none
        previouses[Int(row)] = Self.none
        if next != Self.none { previouses[Int(next)] = previous }
        guard previous & Self.headMark != 0 else {
            nexts[Int(previous)] = next
            return nil
        }
        let group = previous & ~Self.headMark
        heads[Int(group)] = next
        return next == Self.none ? group : nil
    }
}
