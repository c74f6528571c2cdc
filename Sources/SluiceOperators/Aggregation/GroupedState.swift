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
    /// Which groups have changed since the last barrier.
    private var changes = GroupChangeLog()

    /// Makes an empty state.
    ///
    /// - Parameter isMerged: whether other states are merged into this one, rather than rows added.
    init(keyTypes: [DataType], calls: [AggregateCall], isRetractable: Bool, isMerged: Bool = false) throws {
        table = KeyTable(keyTypes: keyTypes)
        states = try AggregateStates(calls, isRetractable: isRetractable)
        self.isMerged = isMerged
    }

    /// Bytes held.
    var byteCount: Int { table.byteCount + states.byteCount + holders.byteCount + changes.byteCount }

    /// Whether another state can be taken back out exactly.
    var canUnmerge: Bool { states.canUnmerge }

    /// Whether slices have to be merged in the order of time.
    var mergesInOrder: Bool { states.mergesInOrder }

    /// Adds rows whose keys are in columns `keys` of the batch.
    func accumulate(_ batch: Batch, keys: [Int]) throws {
        if batch.rowCount == 0 { return }
        let columns = keys.map { batch.columns[$0] }
        let hashes = RowHash.hashes(columns, rowCount: batch.rowCount)
        let groups = table.insert(columns, hashes: hashes.readOnly)
        states.reserve(groupBound: table.groupBound)
        changes.change(groups.readOnly)
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

// MARK: Stored state

/// Groups of many states lie in one table; columns behind the keys tell whose they are.
extension GroupedState {
    /// The table of groups, and those of what they hold many of.
    ///
    /// - Parameters:
    ///   - markTypes: types of the columns that tell one state from another.
    ///   - scope: by which of the keys rows are dealt to shards.
    func stateTables(_ name: String, markTypes: [DataType], scope: StateTable.Scope) -> [StateTable] {
        let keyTypes = table.keyTypes + markTypes
        return [StateTable(name, keyTypes: keyTypes, valueTypes: states.stateTypes, scope: scope)]
            + states.elementTables(keyTypes: keyTypes, scope: scope)
    }

    /// Notes from now on what changes.
    func startTracking() {
        changes.startTracking()
        states.startTracking()
    }

    /// Stores what has changed, in tables `firstTable` and following.
    ///
    /// - Parameter marks: what tells this state from others.
    func save(into snapshot: StateSnapshot, firstTable: Int, marks: [Int64]) {
        let taken = changes.take()
        taken.changed.forEachSlice(of: AggregateStates.storedBatchRowCount) { groups in
            let values = states.state(of: groups)
            snapshot.put(firstTable, keys: keys(of: groups, marks), values: values, rowCount: groups.count)
        }
        states.saveElements(into: snapshot, firstTable: firstTable + 1, changes: taken) { keys(of: $0, marks) }
    }

    /// Takes all that is stored of this state out again.
    func removeStored(from snapshot: StateSnapshot, firstTable: Int, marks: [Int64]) {
        let stored = table.liveGroups.filter { changes.isStored($0) }
        stored.forEachSlice(of: AggregateStates.storedBatchRowCount) { groups in
            let keys = keys(of: groups, marks)
            snapshot.remove(firstTable, keys: keys, rowCount: groups.count)
            for place in states.elements.indices {
                snapshot.removeAll(firstTable + 1 + place, keysBeginningWith: keys, rowCount: groups.count)
            }
        }
    }

    private func keys(of groups: Span<UInt32>, _ marks: [Int64]) -> [Column] {
        table.keys(of: groups)
            + marks.map { .constant(.integer($0), .notNull(.bigint), count: groups.count) }
    }

    /// Takes over groups: their keys and states.
    func restore(keys: [Column], values: [Column], rowCount: Int) {
        let hashes = RowHash.hashes(keys, rowCount: rowCount)
        let groups = table.insert(keys, hashes: hashes.readOnly)
        states.reserve(groupBound: table.groupBound)
        states.restore(values, groups: groups.readOnly)
        changes.restore(groups.readOnly)
    }

    /// Takes over what restored groups hold many of: rows of the table at `place` behind that of the groups.
    func restoreElements(_ place: Int, keys: [Column], elementKeys: ArraySlice<Column>, values: [Column], _ count: Int)
    {
        let hashes = RowHash.hashes(keys, rowCount: count)
        let groups = table.find(keys, hashes: hashes.readOnly).array
        states.restoreElements(place, groups: groups, keys: elementKeys, values: values)
    }

    /// All has been taken over.
    func endRestoring() { states.endRestoring(groups: table.liveGroups) }
}
