import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// The argument values that each group has seen, with how often: what DISTINCT needs.
final class DistinctSet {
    private let arguments: [Int]
    private let filter: Int?
    private let table: KeyTable
    private let isRetractable: Bool
    /// Per entry of the table how many rows hold the value; kept only where rows can be taken back.
    private var counts = GrowableLane<Int64>()

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
    var byteCount: Int { table.byteCount + counts.byteCount }

    /// The rows that bring a value for the first time, or take it back for the last.
    func pass(
        _ batch: Batch, groups: borrowing MutableLane<UInt32>, retractions: Column?
    ) throws -> RowSubset {
        var candidates: SelectionVector?
        if let filter { candidates = SelectionVector.selecting(batch.columns[filter]) }
        let columns = arguments.map { column in
            candidates.map { batch.columns[column].gathered($0) } ?? batch.columns[column]
        }
        let keyed = candidates.map { groups.gathered($0) } ?? groups.copy()
        let signs = candidates.flatMap { retractions?.gathered($0) } ?? retractions
        let passed = insert(columns, groups: keyed.readOnly, signs: signs)
        return .some(candidates.map { $0.composed(with: passed) } ?? passed)
    }

    /// Enters rows; gives those that changed whether their value is present, as indexes into the rows entered.
    private func insert(_ columns: [Column], groups: Span<UInt32>, signs: Column?) -> SelectionVector {
        let rowCount = groups.count
        let keys = [Self.groupColumn(groups)] + columns
        let hashes = RowHash.hashes(keys, rowCount: rowCount)
        let entries = table.insert(keys, hashes: hashes.readOnly)
        counts.resize(to: table.groupBound, filling: 0)
        var lane = MutableLane<Int32>(count: rowCount)
        var passed = 0
        var emptied: [UInt32] = []
        do {
            var rows = lane.span
            let numbers = entries.readOnly
            for row in 0..<rowCount {
                let entry = Int(numbers[row])
                let takesBack = signs.map { $0.bools[row] == 1 } ?? false
                let count = counts[entry]
                counts[entry] = takesBack ? max(0, count - 1) : count &+ 1
                let changes = takesBack ? count == 1 : count == 0
                rows[passed] = Int32(truncatingIfNeeded: row)
                passed += changes ? 1 : 0
                if takesBack && count <= 1 { emptied.append(numbers[row]) }
            }
        }
        removeEmpty(emptied)
        return SelectionVector(lane, count: passed)
    }

    /// Forgets entries that are still empty at the end of the batch.
    private func removeEmpty(_ entries: [UInt32]) {
        let doomed = Set(entries).filter { counts[Int($0)] == 0 }.sorted()
        if !doomed.isEmpty { table.remove(doomed.span) }
    }

    private static func groupColumn(_ groups: Span<UInt32>) -> Column {
        var lane = MutableLane<Int64>(count: groups.count)
        do {
            var target = lane.span
            for row in 0..<groups.count { target[row] = Int64(groups[row]) }
        }
        return Column(type: .notNull(.bigint), count: groups.count, values: lane.finish())
    }

    /// Enters the values of group `sources[i]` of `other` into group `targets[i]` and gives the new ones to the
    /// accumulators.
    func merge(
        _ other: DistinctSet, sources: Span<UInt32>, into targets: Span<UInt32>,
        accumulators: [any GroupedAccumulator]
    ) throws {
        var targetOfSource: [UInt32: UInt32] = [:]
        for index in 0..<sources.count { targetOfSource[sources[index]] = targets[index] }
        let live = other.liveEntries()
        let keys = other.table.keys(of: live.span)
        let groupKeys = keys[0]
        let sourceGroups = groupKeys.int64s
        var kept: [Int32] = []
        var mapped: [UInt32] = []
        for row in 0..<live.count {
            guard let target = targetOfSource[UInt32(truncatingIfNeeded: sourceGroups[row])] else { continue }
            kept.append(Int32(row))
            mapped.append(target)
        }
        let selection = SelectionVector(kept)
        let columns = keys.dropFirst().map { $0.gathered(selection) }
        let fresh = insert(columns, groups: mapped.span, signs: nil)
        var groups = MutableLane<UInt32>(count: fresh.count)
        do {
            var span = groups.span
            let rows = fresh.rows
            for index in 0..<rows.count { span[index] = mapped[Int(rows[index])] }
        }
        let values = columns.map { $0.gathered(fresh) }
        for accumulator in accumulators {
            try accumulator.accumulate(groups: groups.readOnly, arguments: values, retractions: nil)
        }
    }

    private func liveEntries() -> [UInt32] {
        (0..<counts.count).filter { counts[$0] > 0 }.map { UInt32(truncatingIfNeeded: $0) }
    }
}

extension MutableLane where Value == UInt32 {
    /// The same elements in memory of their own.
    borrowing func copy() -> MutableLane<UInt32> {
        var result = MutableLane<UInt32>(count: count)
        do {
            var target = result.span
            let source = readOnly
            for index in 0..<source.count { target[index] = source[index] }
        }
        return result
    }
}
