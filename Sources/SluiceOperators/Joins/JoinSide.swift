import SluiceColumns
import SluicePlan
import SluiceState

/// The rows of one input of a regular join: equal rows are kept once with a count, chained by join key.
final class JoinSide {
    private let keyTable: KeyTable
    private let rowTable: KeyTable
    /// Per key group the first row of its chain, or `none`.
    private var heads = GrowableLane<UInt32>()
    /// Per row the next of the same key, or `none`.
    private var nexts = GrowableLane<UInt32>()
    /// Per row the group of its key.
    private var keyGroups = GrowableLane<UInt32>()
    /// Per row how often it is in the table.
    private(set) var counts = GrowableLane<Int64>()
    /// Per row how many rows of the other side it matches.
    private(set) var matches = GrowableLane<Int64>()

    /// No row.
    static let none = UInt32.max

    init(keyTypes: [DataType], rowTypes: [DataType]) {
        keyTable = KeyTable(keyTypes: keyTypes)
        rowTable = KeyTable(keyTypes: rowTypes)
    }

    /// Bytes held.
    var byteCount: Int { keyTable.byteCount + rowTable.byteCount + nexts.byteCount * 5 }

    /// The rows as columns.
    func columns(_ rows: [UInt32]) -> [Column] { rowTable.keys(of: rows.span) }

    /// The first row of each key's chain, `none` where there is none.
    func firstRows(_ keys: [Column], rowCount: Int) -> [UInt32] {
        let hashes = RowHash.hashes(keys, rowCount: rowCount)
        let groups = keyTable.find(keys, hashes: hashes.readOnly)
        let numbers = groups.readOnly
        return (0..<rowCount).map { numbers[$0] == .max ? Self.none : heads[Int(numbers[$0])] }
    }

    /// The row after `row` with the same key.
    func next(_ row: UInt32) -> UInt32 { nexts[Int(row)] }

    /// Adds the rows of a batch (takes away its `-U` and `-D` rows); gives the number of each row.
    func apply(_ batch: Batch, keys: [Column]) -> [UInt32] {
        let rowCount = batch.rowCount
        let rowHashes = RowHash.hashes(batch.columns, rowCount: rowCount)
        let numbers = rowTable.insert(batch.columns, hashes: rowHashes.readOnly)
        let keyHashes = RowHash.hashes(keys, rowCount: rowCount)
        let groups = keyTable.insert(keys, hashes: keyHashes.readOnly)
        heads.resize(to: keyTable.groupBound, filling: Self.none)
        nexts.resize(to: rowTable.groupBound, filling: Self.none)
        keyGroups.resize(to: rowTable.groupBound, filling: Self.none)
        counts.resize(to: rowTable.groupBound, filling: 0)
        matches.resize(to: rowTable.groupBound, filling: 0)
        var applied: [UInt32] = []
        applied.reserveCapacity(rowCount)
        let rows = numbers.readOnly
        let keyNumbers = groups.readOnly
        for index in 0..<rowCount {
            let row = rows[index]
            link(row, keyNumbers[index])
            counts[Int(row)] += batch.kind(index).isAddition ? 1 : -1
            applied.append(row)
        }
        return applied
    }

    private func link(_ row: UInt32, _ group: UInt32) {
        guard keyGroups[Int(row)] == Self.none else { return }
        keyGroups[Int(row)] = group
        nexts[Int(row)] = heads[Int(group)]
        heads[Int(group)] = row
    }

    /// Sets how many rows of the other side a row matches.
    func setMatches(_ row: UInt32, _ count: Int64) { matches[Int(row)] = count }

    /// Forgets the rows of `candidates` whose count is zero.
    func sweep(_ candidates: [UInt32]) {
        let dead = Set(candidates).filter { counts[Int($0)] <= 0 }.sorted()
        if dead.isEmpty { return }
        var emptied: [UInt32] = []
        for row in dead {
            let group = keyGroups[Int(row)]
            unlink(row, group)
            keyGroups[Int(row)] = Self.none
            counts[Int(row)] = 0
            matches[Int(row)] = 0
            if heads[Int(group)] == Self.none { emptied.append(group) }
        }
        rowTable.remove(dead.span)
        keyTable.remove(Set(emptied).sorted().span)
    }

    private func unlink(_ row: UInt32, _ group: UInt32) {
        if heads[Int(group)] == row {
            heads[Int(group)] = nexts[Int(row)]
        } else {
            var previous = heads[Int(group)]
            while nexts[Int(previous)] != row { previous = nexts[Int(previous)] }
            nexts[Int(previous)] = nexts[Int(row)]
        }
        nexts[Int(row)] = Self.none
    }
}
