import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// The accumulators of all aggregate calls of one operator, for the groups of one key table.
///
/// FILTER and DISTINCT are applied here, so that an accumulator only ever sees rows that count. Calls with the same
/// DISTINCT arguments share one set of seen values.
final class AggregateStates {
    private let calls: [AggregateCall]
    private let isRetractable: Bool
    private let accumulators: [any GroupedAccumulator]
    /// Per call the index into `distinctSets`, or nil.
    private let distinctIndex: [Int?]
    private let distinctSets: [DistinctSet]
    /// Rows per group, retractions taken off: a group exists while it is above zero.
    private(set) var rowCounts = GrowableLane<Int64>()

    /// Makes empty states.
    init(_ calls: [AggregateCall], isRetractable: Bool) throws {
        self.calls = calls
        self.isRetractable = isRetractable
        accumulators = try calls.map { call in
            try call.function.makeAccumulator(
                AggregateSetup(
                    argumentTypes: call.argumentTypes, literals: call.literals, resultType: call.resultType,
                    isRetractable: isRetractable))
        }
        var sets: [DistinctSet] = []
        distinctIndex = calls.map { call in
            guard call.isDistinct, !call.arguments.isEmpty else { return nil }
            if let known = sets.firstIndex(where: { $0.serves(call) }) { return known }
            sets.append(DistinctSet(call, isRetractable: isRetractable))
            return sets.count - 1
        }
        distinctSets = sets
    }

    /// Whether a slice can be taken back out of a merged state exactly.
    var canUnmerge: Bool { distinctSets.isEmpty && accumulators.allSatisfy(\.canUnmerge) }

    /// Bytes held.
    var byteCount: Int {
        accumulators.reduce(rowCounts.byteCount) { $0 + $1.byteCount } + distinctSets.reduce(0) { $0 + $1.byteCount }
    }

    /// Makes room for groups `0 ..< groupBound`.
    func reserve(groupBound: Int) {
        rowCounts.resize(to: groupBound, filling: 0)
        for accumulator in accumulators { accumulator.reserve(groupCount: groupBound) }
    }

    /// Adds the rows of a batch (takes back its `-U` and `-D` rows).
    func accumulate(_ batch: Batch, groups: borrowing MutableLane<UInt32>) throws {
        let retractions = isRetractable ? batch.rowKinds.map(Self.retractions) : nil
        count(groups.readOnly, retractions)
        let passing = try distinctSets.map { try $0.pass(batch, groups: groups, retractions: retractions) }
        for (position, call) in calls.enumerated() {
            let accumulator = accumulators[position]
            if let set = distinctIndex[position] {
                try add(call, accumulator, passing[set], batch, groups, retractions)
            } else if let filter = call.filter {
                let selection = SelectionVector.selecting(batch.columns[filter])
                try add(call, accumulator, selection.map { .some($0) } ?? .all, batch, groups, retractions)
            } else {
                try add(call, accumulator, .all, batch, groups, retractions)
            }
        }
    }

    /// 1 for a row that takes back, 0 for one that adds: the low bit of the row kind.
    private static func retractions(_ kinds: RowKinds) -> Column {
        var lane = MutableLane<UInt8>(count: kinds.count)
        do {
            var target = lane.span
            let raw = kinds.raw
            for row in 0..<raw.count { target[row] = raw[row] & 1 }
        }
        return Column(type: .notNull(.boolean), count: kinds.count, values: lane.finish())
    }

    private func count(_ groups: Span<UInt32>, _ retractions: Column?) {
        if let retractions {
            let signs = retractions.bools
            for row in 0..<groups.count { rowCounts[Int(groups[row])] &+= 1 &- 2 &* Int64(signs[row]) }
        } else {
            rowCounts.addOne(at: groups)
        }
    }

    private func add(
        _ call: AggregateCall, _ accumulator: any GroupedAccumulator, _ rows: RowSubset, _ batch: Batch,
        _ groups: borrowing MutableLane<UInt32>, _ retractions: Column?
    ) throws {
        let arguments = call.arguments.map { batch.columns[$0] }
        guard case .some(let selection) = rows else {
            try Self.accumulate(accumulator, groups.readOnly, arguments, retractions)
            return
        }
        if selection.count == 0 { return }
        let subset = groups.gathered(selection)
        try Self.accumulate(
            accumulator, subset.readOnly, arguments.map { $0.gathered(selection) }, retractions?.gathered(selection))
    }

    private static func accumulate(
        _ accumulator: any GroupedAccumulator, _ groups: Span<UInt32>, _ arguments: [Column], _ retractions: Column?
    ) throws {
        if let retractions {
            try accumulator.accumulate(groups: groups, arguments: arguments, retractions: retractions.bools)
        } else {
            try accumulator.accumulate(groups: groups, arguments: arguments, retractions: nil)
        }
    }

    /// Adds group `sources[i]` of `other` to group `targets[i]`.
    func merge(_ other: AggregateStates, sources: Span<UInt32>, into targets: Span<UInt32>) throws {
        for index in 0..<sources.count {
            rowCounts[Int(targets[index])] &+= other.rowCounts[Int(sources[index])]
        }
        for position in accumulators.indices where distinctIndex[position] == nil {
            try accumulators[position].merge(other.accumulators[position], sources: sources, into: targets)
        }
        for (index, set) in distinctSets.enumerated() {
            let members = calls.indices.filter { distinctIndex[$0] == index }.map { accumulators[$0] }
            try set.merge(other.distinctSets[index], sources: sources, into: targets, accumulators: members)
        }
    }

    /// Takes group `sources[i]` of `other` out of group `targets[i]`.
    func unmerge(_ other: AggregateStates, sources: Span<UInt32>, from targets: Span<UInt32>) throws {
        for index in 0..<sources.count {
            rowCounts[Int(targets[index])] &-= other.rowCounts[Int(sources[index])]
        }
        for position in accumulators.indices {
            try accumulators[position].unmerge(other.accumulators[position], sources: sources, from: targets)
        }
    }

    /// One column per call.
    func results(_ groups: Span<UInt32>) throws -> [Column] {
        var columns: [Column] = []
        columns.reserveCapacity(accumulators.count)
        for accumulator in accumulators { columns.append(try accumulator.results(groups: groups)) }
        return columns
    }

    /// Empties groups so that their numbers can be used again.
    func reset(_ groups: Span<UInt32>) {
        for index in 0..<groups.count { rowCounts[Int(groups[index])] = 0 }
        for accumulator in accumulators { accumulator.reset(groups: groups) }
    }
}

/// Which rows of a batch an aggregate call sees.
enum RowSubset {
    case all
    case some(SelectionVector)
}

extension MutableLane where Value == UInt32 {
    /// The elements of the selected rows.
    borrowing func gathered(_ selection: SelectionVector) -> MutableLane<UInt32> {
        var result = MutableLane<UInt32>(count: selection.count)
        do {
            var target = result.span
            let source = readOnly
            let rows = selection.rows
            for index in 0..<rows.count { target[index] = source[Int(rows[index])] }
        }
        return result
    }
}
