import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// A key table with the aggregate states of its groups: the content of one window slice, or of a whole window.
final class GroupedState {
    private let keyTypes: [DataType]
    private let table: KeyTable
    private let states: AggregateStates

    /// Makes an empty state.
    init(keyTypes: [DataType], calls: [AggregateCall], isRetractable: Bool) throws {
        self.keyTypes = keyTypes
        table = KeyTable(keyTypes: keyTypes)
        states = try AggregateStates(calls, isRetractable: isRetractable)
    }

    /// Bytes held.
    var byteCount: Int { table.byteCount + states.byteCount }

    /// Whether another state can be taken back out exactly.
    var canUnmerge: Bool { states.canUnmerge }

    /// Adds rows whose keys are in columns `keys` of the batch.
    func accumulate(_ batch: Batch, keys: [Int]) throws {
        if batch.rowCount == 0 { return }
        let columns = keys.map { batch.columns[$0] }
        let hashes = RowHash.hashes(columns, rowCount: batch.rowCount)
        let groups = table.insert(columns, hashes: hashes.readOnly)
        states.reserve(groupBound: table.groupBound)
        try states.accumulate(batch, groups: groups)
    }

    /// Adds all groups of `other`.
    func merge(_ other: GroupedState) throws {
        let sources = other.liveGroups()
        if sources.isEmpty { return }
        let keys = other.table.keys(of: sources.span)
        let hashes = RowHash.hashes(keys, rowCount: sources.count)
        let targets = table.insert(keys, hashes: hashes.readOnly)
        states.reserve(groupBound: table.groupBound)
        try states.merge(other.states, sources: sources.span, into: targets.readOnly)
    }

    /// Takes all groups of `other`, which was merged before, back out.
    func unmerge(_ other: GroupedState) throws {
        let sources = other.liveGroups()
        if sources.isEmpty { return }
        let keys = other.table.keys(of: sources.span)
        let hashes = RowHash.hashes(keys, rowCount: sources.count)
        let targets = table.find(keys, hashes: hashes.readOnly)
        try states.unmerge(other.states, sources: sources.span, from: targets.readOnly)
        var emptied: [UInt32] = []
        let numbers = targets.readOnly
        for row in 0..<numbers.count where states.rowCounts[Int(numbers[row])] == 0 { emptied.append(numbers[row]) }
        if emptied.isEmpty { return }
        states.reset(emptied.span)
        table.remove(emptied.span)
    }

    /// Groups with at least one row.
    private func liveGroups() -> [UInt32] {
        var groups: [UInt32] = []
        groups.reserveCapacity(states.rowCounts.count)
        for group in 0..<states.rowCounts.count where states.rowCounts[group] > 0 { groups.append(UInt32(truncatingIfNeeded: group)) }
        return groups
    }

    /// Hands out keys and results of all groups, at most `rowLimit` rows a time.
    func forEachChunk(rowLimit: Int, _ body: (_ columns: [Column], _ rowCount: Int) throws -> Void) throws {
        let groups = liveGroups()
        var start = 0
        while start < groups.count {
            let end = min(start + rowLimit, groups.count)
            let chunk = Array(groups[start..<end])
            try body(table.keys(of: chunk.span) + states.results(chunk.span), chunk.count)
            start = end
        }
    }
}
