import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// A key table with the aggregate states of its groups: the content of one window slice, or of a whole window.
final class GroupedState {
    private let table: KeyTable
    private let states: AggregateStates
    private let isMerged: Bool
    /// Per group how many of the merged states have it; kept only where they can be taken back.
    private var holders = GrowableLane<Int32>()

    /// Makes an empty state.
    ///
    /// - Parameter isMerged: whether other states are merged into this one, rather than rows added.
    init(keyTypes: [DataType], calls: [AggregateCall], isRetractable: Bool, isMerged: Bool = false) throws {
        table = KeyTable(keyTypes: keyTypes)
        states = try AggregateStates(calls, isRetractable: isRetractable)
        self.isMerged = isMerged
    }

    /// Bytes held.
    var byteCount: Int { table.byteCount + states.byteCount + holders.byteCount }

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

    /// Adds all groups of `other`, also those whose rows were all taken back: what they took back may be here.
    func merge(_ other: GroupedState) throws {
        let sources = other.table.liveGroups
        if sources.isEmpty { return }
        let keys = other.table.keys(of: sources.span)
        let hashes = RowHash.hashes(keys, rowCount: sources.count)
        let targets = table.insert(keys, hashes: hashes.readOnly)
        states.reserve(groupBound: table.groupBound)
        try states.merge(other.states, sources: sources.span, into: targets.readOnly)
        if isMerged && canUnmerge { hold(targets.readOnly) }
    }

    private func hold(_ groups: Span<UInt32>) {
        holders.resize(to: table.groupBound, filling: 0)
        for row in 0..<groups.count { holders[Int(groups[row])] &+= 1 }
    }

    /// Takes all groups of `other`, which was merged before, back out.
    func unmerge(_ other: GroupedState) throws {
        let sources = other.table.liveGroups
        if sources.isEmpty { return }
        let keys = other.table.keys(of: sources.span)
        let hashes = RowHash.hashes(keys, rowCount: sources.count)
        let targets = table.find(keys, hashes: hashes.readOnly)
        try states.unmerge(other.states, sources: sources.span, from: targets.readOnly)
        let emptied = release(targets.readOnly)
        if emptied.isEmpty { return }
        states.reset(emptied.span)
        table.remove(emptied.span)
    }

    /// Gives the groups that no merged state has any more.
    private func release(_ groups: Span<UInt32>) -> [UInt32] {
        var emptied: [UInt32] = []
        for row in 0..<groups.count {
            holders[Int(groups[row])] &-= 1
            if holders[Int(groups[row])] == 0 { emptied.append(groups[row]) }
        }
        return emptied
    }

    /// Hands out keys and results of all groups that have rows, at most `rowLimit` a time.
    func forEachChunk(rowLimit: Int, _ body: (_ columns: [Column], _ rowCount: Int) throws -> Void) throws {
        let groups = states.existing(table.liveGroups)
        var start = 0
        while start < groups.count {
            let end = min(start + rowLimit, groups.count)
            let chunk = groups.span.extracting(start..<end)
            try body(table.keys(of: chunk) + states.results(chunk), chunk.count)
            start = end
        }
    }
}
