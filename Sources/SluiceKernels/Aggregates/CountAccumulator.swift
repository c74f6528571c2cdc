import SluiceColumns

/// COUNT(*) and COUNT(a, ...): rows whose arguments are all not NULL.
final class CountAccumulator: GroupedAccumulator {
    private var counts = GroupLane<Int64>(0)
    private let type: DataType

    init(_ type: DataType) { self.type = type }

    func reserve(groupCount: Int) { counts.reserve(groupCount) }

    func accumulate(groups: Span<UInt32>, arguments: [Column], retractions: Span<UInt8>?) {
        if arguments.contains(where: { Loops.isNullConstant($0) }) { return }
        let tested = arguments.filter { $0.validity != nil && !$0.isConstant }
        guard let first = tested.first else {
            let everything = Column.constant(.boolean(true), .notNull(.boolean), count: groups.count)
            return counts.update(groups, everything, retractions) { count, _, sign in count &+= sign }
        }
        if tested.count == 1 {
            return counts.update(groups, first, retractions) { count, _, sign in count &+= sign }
        }
        counts.update(groups, first, retractions) { count, row, sign in
            count &+= tested.allSatisfy { !$0.isNull(row) } ? sign : 0
        }
    }

    func running(groups: Span<UInt32>, arguments: [Column], steps: Span<UInt8>, resultCount: Int) -> Column {
        // OVER counts rows, or one column: NULLs of that are left out.
        let everything = Column.constant(.boolean(true), .notNull(.boolean), count: groups.count)
        let tested = arguments.filter { $0.validity != nil || $0.type.lane == .null }
        let others = tested.dropFirst()
        return counts.running(
            groups,
            tested.first ?? everything,
            steps,
            resultCount: resultCount,
            type,
            zero: Int64(0),
            change: { count, row, sign in
                if others.isEmpty || others.allSatisfy({ !$0.isNull(row) }) { count &+= sign }
            },
            result: { $0 }
        )
    }

    func merge(_ other: any GroupedAccumulator, sources: Span<UInt32>, into targets: Span<UInt32>) throws {
        guard let other = other as? CountAccumulator else { throw AggregateErrors.mismatch() }
        counts.combine(other.counts, sources, targets) { $0 &+= $1 }
    }

    func unmerge(_ other: any GroupedAccumulator, sources: Span<UInt32>, from targets: Span<UInt32>) throws {
        guard let other = other as? CountAccumulator else { throw AggregateErrors.mismatch() }
        counts.combine(other.counts, sources, targets) { $0 &-= $1 }
    }

    var canUnmerge: Bool { true }

    func reset(groups: Span<UInt32>) { counts.reset(groups) }

    func results(groups: Span<UInt32>) -> Column { counts.results(groups, type, zero: Int64(0)) { $0 } }

    var byteCount: Int { counts.byteCount }

    var stateTypes: [DataType] { [.notNull(.bigint)] }

    func state(of groups: Span<UInt32>) -> [Column] {
        [counts.results(groups, .notNull(.bigint), zero: Int64(0)) { $0 }]
    }

    func restore(_ state: [Column], groups: Span<UInt32>) {
        let stored = state[0].flattened()
        let values = stored.int64s
        counts.update(groups, stored, nil) { count, row, _ in count = values[row] }
    }
}
