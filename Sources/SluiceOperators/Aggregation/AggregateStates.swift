import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// The accumulators of all aggregate calls of one operator, for the groups of one key table.
///
/// FILTER and DISTINCT are applied here, so that an accumulator only ever sees rows that count. Calls with the same
/// DISTINCT arguments share one set of seen values.
final class AggregateStates {
    let calls: [AggregateCall]
    /// Whether rows may be taken back.
    let isRetractable: Bool
    let accumulators: [any GroupedAccumulator]
    /// Per call the index into `distinctSets`, or nil.
    let distinctIndex: [Int?]
    let distinctSets: [DistinctSet]
    /// Rows per group, retractions taken off: a group exists while it is above zero.
    ///
    /// Empty where no row can be taken back: then a group exists from its first row on.
    private var rowCounts = GrowableLane<Int64>()
    /// Scratch of `withoutStrays`.
    private var expectedCounts = GrowableLane<Int64>()

    /// Makes empty states.
    ///
    /// - Parameters:
    ///   - isSliding: whether rows are only taken back in the order in which they were added.
    ///   - isOver: whether the calls are those of OVER.
    init(_ calls: [AggregateCall], isRetractable: Bool, isSliding: Bool = false, isOver: Bool = false) throws {
        self.calls = calls
        self.isRetractable = isRetractable
        accumulators = try calls.map { call in
            try call.function.makeAccumulator(
                AggregateSetup(
                    argumentTypes: call.argumentTypes,
                    literals: call.literals,
                    resultType: call.resultType,
                    isRetractable: isRetractable,
                    isSliding: isSliding,
                    isOver: isOver
                )
            )
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

    /// Whether slices have to be merged in the order of time.
    var mergesInOrder: Bool { accumulators.contains(where: \.mergesInOrder) }

    /// Bytes held.
    var byteCount: Int {
        accumulators.reduce(rowCounts.byteCount) { $0 + $1.byteCount } + distinctSets.reduce(0) { $0 + $1.byteCount }
    }

    /// Makes room for groups `0 ..< groupBound`.
    func reserve(groupBound: Int) {
        if isRetractable { rowCounts.resize(to: groupBound, filling: 0) }
        for accumulator in accumulators { accumulator.reserve(groupCount: groupBound) }
        for set in distinctSets { set.reserve(groupBound: groupBound) }
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

    /// The rows of a batch without those that take back what their group does not have; nil is all of them.
    ///
    /// Such rows come where the group was forgotten by its time-to-live. They are ignored, as in Flink, one by one in
    /// the order of the rows, so that the answer does not depend on the batch.
    func withoutStrays(_ batch: Batch, _ groups: borrowing MutableLane<UInt32>) -> SelectionVector? {
        guard isRetractable, let kinds = batch.rowKinds else { return nil }
        expectedCounts.resize(to: rowCounts.count, filling: 0)
        return Self.withoutStrays(kinds.raw, groups.readOnly, rowCounts, &expectedCounts)
    }

    private static func withoutStrays(
        _ kinds: Span<UInt8>,
        _ groups: Span<UInt32>,
        _ rowCounts: borrowing GrowableLane<Int64>,
        _ expectedCounts: inout GrowableLane<Int64>
    ) -> SelectionVector? {
        var kept = MutableLane<Int32>(count: groups.count)
        var keptCount = 0
        do {
            let counts = rowCounts.span
            var expected = expectedCounts.mutableSpan
            for row in 0..<groups.count { expected[Int(groups[row])] = counts[Int(groups[row])] }
            var rows = kept.span
            for row in 0..<groups.count {
                let count = expected[Int(groups[row])]
                let takesBack = kinds[row] & 1 == 1
                if takesBack && count <= 0 { continue }
                expected[Int(groups[row])] = takesBack ? count &- 1 : count &+ 1
                rows[keptCount] = Int32(truncatingIfNeeded: row)
                keptCount &+= 1
            }
        }
        return keptCount == groups.count ? nil : SelectionVector(kept, count: keptCount)
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
        guard isRetractable else { return }
        guard let retractions else { return rowCounts.addOne(at: groups) }
        rowCounts.addSigned(retractions.bools, at: groups)
    }

    /// How many rows groups have, a row each; only where rows may be taken back.
    func rowCounts(of groups: Span<UInt32>) -> Column { rowCounts.column(of: groups, .notNull(.bigint)) }

    /// Says how many rows groups have.
    func restoreRowCounts(_ column: Column, _ groups: Span<UInt32>) {
        let stored = column.flattened()
        let counts = stored.int64s
        for row in 0..<groups.count { rowCounts[Int(groups[row])] = counts[row] }
    }

    /// Whether a group that has been reserved has any rows.
    func exists(_ group: UInt32) -> Bool { !isRetractable || rowCounts[Int(group)] > 0 }

    /// Those of `groups` that have any rows.
    func existing(_ groups: [UInt32]) -> [UInt32] { isRetractable ? groups.filter { exists($0) } : groups }

    private func add(
        _ call: AggregateCall,
        _ accumulator: any GroupedAccumulator,
        _ rows: RowSubset,
        _ batch: Batch,
        _ groups: borrowing MutableLane<UInt32>,
        _ retractions: Column?
    ) throws {
        let arguments = call.arguments.map { batch.columns[$0] }
        guard case .some(let selection) = rows else {
            try Self.accumulate(accumulator, groups.readOnly, arguments, retractions)
            return
        }
        if selection.count == 0 { return }
        let subset = groups.gathered(selection)
        try Self.accumulate(
            accumulator,
            subset.readOnly,
            arguments.map { $0.gathered(selection) },
            retractions?.gathered(selection)
        )
    }

    private static func accumulate(
        _ accumulator: any GroupedAccumulator,
        _ groups: Span<UInt32>,
        _ arguments: [Column],
        _ retractions: Column?
    ) throws {
        if let retractions {
            try accumulator.accumulate(groups: groups, arguments: arguments, retractions: retractions.bools)
        } else {
            try accumulator.accumulate(groups: groups, arguments: arguments, retractions: nil)
        }
    }

    /// Adds group `sources[i]` of `other` to group `targets[i]`.
    func merge(_ other: AggregateStates, sources: Span<UInt32>, into targets: Span<UInt32>) throws {
        add(other, sources, targets, sign: 1)
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
        add(other, sources, targets, sign: -1)
        for position in accumulators.indices {
            try accumulators[position].unmerge(other.accumulators[position], sources: sources, from: targets)
        }
    }

    private func add(_ other: AggregateStates, _ sources: Span<UInt32>, _ targets: Span<UInt32>, sign: Int64) {
        guard isRetractable else { return }
        rowCounts.add(other.rowCounts, sources, at: targets, sign: sign)
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
        if isRetractable { for index in 0..<groups.count { rowCounts[Int(groups[index])] = 0 } }
        for accumulator in accumulators { accumulator.reset(groups: groups) }
        for set in distinctSets { set.reset(groups) }
    }
}

/// Which rows of a batch an aggregate call sees.
enum RowSubset {
    case all
    case some(SelectionVector)
}

extension MutableLane where Value == UInt32 {
    /// A copy.
    var array: [UInt32] {
        borrowing get {
            let source = readOnly
            return source.indices.map { source[$0] }
        }
    }

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

extension GrowableLane where Value == Int64 {
    /// Adds one to (or takes one from, where the sign is 1) the value at each of `indexes`, in order.
    mutating func addSigned(_ signs: Span<UInt8>, at indexes: Span<UInt32>) {
        var values = mutableSpan
        for position in 0..<indexes.count { values[Int(indexes[position])] &+= 1 &- 2 &* Int64(signs[position]) }
    }

    /// Adds `sign` times the value of `other` at each of `sources` to the value at the same place of `targets`.
    mutating func add(
        _ other: borrowing GrowableLane<Int64>,
        _ sources: Span<UInt32>,
        at targets: Span<UInt32>,
        sign: Int64
    ) {
        let from = other.span
        var values = mutableSpan
        for index in 0..<sources.count { values[Int(targets[index])] &+= sign &* from[Int(sources[index])] }
    }
}
