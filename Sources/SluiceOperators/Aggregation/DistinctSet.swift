import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// The argument values that each group has seen, with how often: what DISTINCT needs.
///
/// A value counts while more rows brought it than took it back. The count may be below zero in a part of a window,
/// where the row that is taken back lies in another part.
final class DistinctSet {
    private let arguments: [Int]
    private let filter: Int?
    private let table: KeyTable
    private let isRetractable: Bool
    /// Per entry of the table how many rows hold the value.
    private var counts = GrowableLane<Int64>()
    /// Per group the number that its entries are filed under: how often it was emptied, and the group.
    private var owners = GrowableLane<Int64>()
    private var emptiedCount = 0
    /// Which entries have changed.
    private var changes = GroupChangeLog()

    /// No row takes anything back.
    private static let additions = Column.constant(.boolean(false), .notNull(.boolean), count: 1)

    /// Makes an empty set for the arguments of `call`.
    init(_ call: AggregateCall, isRetractable: Bool) {
        arguments = call.arguments
        filter = call.filter
        self.isRetractable = isRetractable
        table = KeyTable(keyTypes: [.notNull(.bigint)] + call.argumentTypes)
    }

    /// Whether `call` counts the same values.
    func serves(_ call: AggregateCall) -> Bool { call.arguments == arguments && call.filter == filter }

    /// Bytes held.
    var byteCount: Int { table.byteCount + counts.byteCount + owners.byteCount + changes.byteCount }

    /// Makes room for groups `0 ..< groupBound`.
    func reserve(groupBound: Int) {
        while owners.count < groupBound { owners.append(Int64(owners.count)) }
    }

    /// The rows that bring a value for the first time, or take it back for the last.
    func pass(
        _ batch: Batch,
        groups: borrowing MutableLane<UInt32>,
        retractions: Column?
    ) throws -> RowSubset {
        guard let filter, let candidates = SelectionVector.selecting(batch.columns[filter]) else {
            return .some(insert(arguments.map { batch.columns[$0] }, groups: groups.readOnly, signs: retractions))
        }
        let columns = arguments.map { batch.columns[$0].gathered(candidates) }
        let keyed = groups.gathered(candidates)
        let passed = insert(columns, groups: keyed.readOnly, signs: retractions?.gathered(candidates))
        return .some(candidates.composed(with: passed))
    }

    /// The same of rows that stand in columns by themselves, where no filter applies.
    func pass(_ columns: [Column], groups: Span<UInt32>, signs: Column) -> SelectionVector {
        insert(arguments.map { columns[$0] }, groups: groups, signs: signs)
    }

    /// Enters rows; gives those that changed whether their value is present, as indexes into the rows entered.
    private func insert(_ columns: [Column], groups: Span<UInt32>, signs: Column?) -> SelectionVector {
        let entries = entries(columns, groups)
        let passed = Self.count(entries.readOnly, signs ?? Self.additions, &counts)
        changes.change(entries.readOnly)
        if signs != nil { removeEmpty(entries.readOnly) }
        return passed
    }

    private static func count(
        _ entries: Span<UInt32>,
        _ signs: Column,
        _ counts: inout GrowableLane<Int64>
    ) -> SelectionVector {
        var lane = MutableLane<Int32>(count: entries.count)
        var passed = 0
        do {
            var rows = lane.span
            var values = counts.mutableSpan
            let sign = signs.bools
            let step = signs.isConstant ? 0 : 1
            for row in 0..<entries.count {
                let entry = Int(entries[row])
                let before = values[entry]
                let after = before &+ 1 &- 2 &* Int64(sign[row &* step])
                values[entry] = after
                rows[passed] = Int32(truncatingIfNeeded: row)
                passed &+= (before > 0) != (after > 0) ? 1 : 0
            }
        }
        return SelectionVector(lane, count: passed)
    }

    private func entries(_ columns: [Column], _ groups: Span<UInt32>) -> MutableLane<UInt32> {
        let keys = [ownerColumn(groups)] + columns
        let hashes = RowHash.hashes(keys, rowCount: groups.count)
        let entries = table.insert(keys, hashes: hashes.readOnly)
        counts.resize(to: table.groupBound, filling: 0)
        return entries
    }

    private func ownerColumn(_ groups: Span<UInt32>) -> Column {
        var lane = MutableLane<Int64>(count: groups.count)
        do {
            var target = lane.span
            for row in 0..<groups.count { target[row] = owners[Int(groups[row])] }
        }
        return Column(type: .notNull(.bigint), count: groups.count, values: lane.finish())
    }

    /// Forgets those of `entries` whose count is zero.
    private func removeEmpty(_ entries: Span<UInt32>) {
        var doomed: Set<UInt32> = []
        for row in 0..<entries.count where counts[Int(entries[row])] == 0 { doomed.insert(entries[row]) }
        if !doomed.isEmpty { forget(doomed.sorted()) }
    }

    /// Takes entries out of the table; where changes are noted, at the next barrier.
    private func forget(_ entries: [UInt32]) {
        if changes.isTracking { changes.remove(entries.span) } else { table.remove(entries.span) }
    }

    /// Empties groups so that their numbers can be used again.
    func reset(_ groups: Span<UInt32>) {
        for row in 0..<groups.count { owners[Int(groups[row])] &+= 1 << 32 }
        emptiedCount += groups.count
        // The entries of emptied groups are out of reach at once; their memory is freed now and then.
        if emptiedCount > max(1_024, owners.count / 2) { purge() }
    }

    private func purge() {
        emptiedCount = 0
        let live = table.liveGroups
        let filed = table.keys(of: live.span)[0]
        var doomed: [UInt32] = []
        let owner = filed.int64s
        for index in live.indices {
            let group = Int(owner[index] & 0xffff_ffff)
            if owners[group] == owner[index] { continue }
            doomed.append(live[index])
            counts[Int(live[index])] = 0
        }
        if !doomed.isEmpty { forget(doomed) }
    }

    /// Enters the values of group `sources[i]` of `other` into group `targets[i]` and tells the accumulators which of
    /// them came or went by that.
    func merge(
        _ other: DistinctSet,
        sources: Span<UInt32>,
        into targets: Span<UInt32>,
        accumulators: [any GroupedAccumulator]
    ) throws {
        let (live, targets) = other.entries(of: sources, targets)
        let keys = other.table.keys(of: live.span)
        var mapped = MutableLane<UInt32>(count: live.count)
        do {
            var groups = mapped.span
            for row in live.indices { groups[row] = targets[row] }
        }
        let columns = Array(keys.dropFirst())
        let entries = entries(columns, mapped.readOnly)
        changes.change(entries.readOnly)
        var lane = MutableLane<Int32>(count: live.count)
        var signs = MutableLane<UInt8>(count: live.count)
        var passed = 0
        do {
            var rows = lane.span
            var sign = signs.span
            let numbers = entries.readOnly
            for row in live.indices {
                let entry = Int(numbers[row])
                let before = counts[entry]
                let after = before &+ other.counts[Int(live[row])]
                counts[entry] = after
                if (before > 0) == (after > 0) { continue }
                rows[passed] = Int32(truncatingIfNeeded: row)
                sign[passed] = after > 0 ? 0 : 1
                passed += 1
            }
        }
        let changed = SelectionVector(lane, count: passed)
        let groups = mapped.gathered(changed)
        let values = columns.map { $0.gathered(changed) }
        let isRetractable = self.isRetractable
        for accumulator in accumulators {
            if isRetractable {
                let taken = signs.readOnly
                try accumulator.accumulate(
                    groups: groups.readOnly,
                    arguments: values,
                    retractions: taken.extracting(0..<passed)
                )
            } else {
                try accumulator.accumulate(groups: groups.readOnly, arguments: values, retractions: nil)
            }
        }
    }

    /// The entries of groups `sources`, and for each of them the one of `targets` at the place of its group.
    private func entries(
        of sources: Span<UInt32>,
        _ targets: Span<UInt32>
    ) -> (entries: [UInt32], targets: [UInt32]) {
        var targetOfGroup = [UInt32](repeating: .max, count: owners.count)
        for index in 0..<sources.count { targetOfGroup[Int(sources[index])] = targets[index] }
        let live = table.liveGroups
        let owner = table.keys(of: live.span)[0].flattened()
        let owned = owner.int64s
        var (entries, mapped): ([UInt32], [UInt32]) = ([], [])
        for row in live.indices {
            // The others belong to groups that were emptied, or that nobody asks for.
            let group = Int(owned[row] & 0xffff_ffff)
            if owners[group] != owned[row] || targetOfGroup[group] == .max || changes.isGone(live[row]) { continue }
            entries.append(live[row])
            mapped.append(targetOfGroup[group])
        }
        return (entries, mapped)
    }
}

extension DistinctSet: GroupElements {
    var elementKeyTypes: [DataType] { Array(table.keyTypes.dropFirst()) }
    var elementValueTypes: [DataType] { [.notNull(.bigint)] }

    func startTracking() { changes.startTracking() }

    func takeChanges() -> ElementChanges {
        let taken = changes.take()
        let gone = elements(taken.removed)
        let kept = elements(taken.changed)
        let current = kept.entries
        let result = ElementChanges(
            groups: kept.groups,
            keys: kept.keys,
            values: [counts.column(of: current.span, .notNull(.bigint))],
            goneGroups: gone.groups,
            goneKeys: gone.keys
        )
        if !taken.gone.isEmpty { table.remove(taken.gone.span) }
        return result
    }

    /// Those of some entries that their groups still have.
    private func elements(_ entries: [UInt32]) -> (entries: [UInt32], groups: [UInt32], keys: [Column]) {
        let owner = table.keys(of: entries.span)[0].flattened()
        let current = entries.indices.filter { owners[Int(owner.int64s[$0] & 0xffff_ffff)] == owner.int64s[$0] }
        let kept = current.map { entries[$0] }
        let groups = current.map { UInt32(truncatingIfNeeded: owner.int64s[$0]) }
        return (kept, groups, Array(table.keys(of: kept.span).dropFirst()))
    }

    func restore(groups: Span<UInt32>, keys: [Column], values: [Column]) {
        let entries = entries(keys, groups)
        let stored = values[0].flattened()
        let numbers = stored.int64s
        let places = entries.readOnly
        for row in 0..<places.count { counts[Int(places[row])] = numbers[row] }
        changes.restore(places)
    }
}
