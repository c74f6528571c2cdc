import SluiceColumns

/// MIN and MAX of rows that leave in the order in which they came, for whole numbers, times and decimals.
///
/// A value that a later one is better than can never be the result again, so that only the others are kept: per group a
/// list of values that get worse towards its end. Adding and taking back cost a constant on average. The lists lie in
/// lanes that all groups share.
final class SlidingExtreme<Value: FixedWidthInteger & BitwiseCopyable>: GroupedAccumulator {
    /// First and last node of a list.
    private struct Ends: BitwiseCopyable {
        var first: UInt32
        var last: UInt32
    }
    private struct Node: BitwiseCopyable {
        var value: Value
        var previous: UInt32
        var next: UInt32
    }

    private static var none: UInt32 { .max }
    private static var empty: Ends { Ends(first: none, last: none) }

    private var ends = GroupLane(SlidingExtreme.empty)
    private var nodes = GrowableLane<Node>()
    /// First of the nodes that no list has, linked by `next`.
    private var free = SlidingExtreme.none
    private let type: DataType
    private let isGreatest: Bool

    init(_ lane: Value.Type, _ type: DataType, isGreatest: Bool) {
        self.type = type
        self.isGreatest = isGreatest
    }

    func reserve(groupCount: Int) { ends.reserve(groupCount) }

    @specialized(where Value == Int64)
    @specialized(where Value == Int32)
    @specialized(where Value == Int16)
    @specialized(where Value == Int8)
    @specialized(where Value == Int128)
    func accumulate(groups: Span<UInt32>, arguments: [Column], retractions: Span<UInt8>?) {
        let column = arguments[0]
        if Loops.isNullConstant(column) { return }
        let values = column.lane(Value.self)
        let mask = column.isConstant ? 0 : ~0
        for row in 0..<groups.count where !column.isNull(row) {
            var takesBack = false
            if let retractions { takesBack = retractions[row] != 0 }
            change(Int(groups[row]), values[row & mask], takesBack: takesBack)
        }
    }

    @specialized(where Value == Int64)
    @specialized(where Value == Int32)
    @specialized(where Value == Int16)
    @specialized(where Value == Int8)
    @specialized(where Value == Int128)
    func running(groups: Span<UInt32>, arguments: [Column], steps: Span<UInt8>, resultCount: Int) -> Column {
        let column = arguments[0]
        let isSkipped = Loops.isNullConstant(column)
        let values = column.lane(Value.self)
        let mask = column.isConstant ? 0 : ~0
        var output = MutableLane<Value>(count: resultCount)
        var nulls: [Int] = []
        do {
            var target = output.span
            var given = 0
            for step in 0..<groups.count {
                let bits = steps[step]
                if !isSkipped && bits & RunningStep.skips == 0 && !column.isNull(step) {
                    change(Int(groups[step]), values[step & mask], takesBack: bits & RunningStep.takesBack != 0)
                }
                if bits & RunningStep.gives == 0 { continue }
                let first = ends[Int(groups[step])].first
                target[given] = first == Self.none ? 0 : nodes[Int(first)].value
                if first == Self.none { nulls.append(given) }
                given &+= 1
            }
        }
        let validity = Loops.clearing(nulls, in: nil, slotCount: resultCount)
        return Column(type: type, count: resultCount, values: output.finish(), validity: validity)
    }

    @inline(__always)
    private func change(_ group: Int, _ value: Value, takesBack: Bool) {
        var list = ends[group]
        if takesBack {
            // A value that is not the first has been dropped when a better one came.
            if list.first != Self.none && nodes[Int(list.first)].value == value { removeFirst(&list) }
        } else {
            while list.last != Self.none, isBetter(value, nodes[Int(list.last)].value) { removeLast(&list) }
            append(value, &list)
        }
        ends[group] = list
    }

    @inline(__always)
    private func isBetter(_ value: Value, _ other: Value) -> Bool { isGreatest ? value > other : value < other }

    private func append(_ value: Value, _ list: inout Ends) {
        let node = Node(value: value, previous: list.last, next: Self.none)
        let number: UInt32
        if free == Self.none {
            number = UInt32(truncatingIfNeeded: nodes.count)
            nodes.append(node)
        } else {
            number = free
            free = nodes[Int(number)].next
            nodes[Int(number)] = node
        }
        if list.last == Self.none { list.first = number } else { nodes[Int(list.last)].next = number }
        list.last = number
    }

    private func removeFirst(_ list: inout Ends) {
        let number = list.first
        list.first = nodes[Int(number)].next
        if list.first == Self.none { list.last = Self.none } else { nodes[Int(list.first)].previous = Self.none }
        release(number)
    }

    private func removeLast(_ list: inout Ends) {
        let number = list.last
        list.last = nodes[Int(number)].previous
        if list.last == Self.none { list.first = Self.none } else { nodes[Int(list.last)].next = Self.none }
        release(number)
    }

    private func release(_ number: UInt32) {
        nodes[Int(number)].next = free
        free = number
    }

    func merge(_ other: any GroupedAccumulator, sources: Span<UInt32>, into targets: Span<UInt32>) throws {
        throw EvaluationError("internal", "the extremes of a sliding frame are not merged")
    }

    func reset(groups: Span<UInt32>) {
        for index in 0..<groups.count {
            var list = ends[Int(groups[index])]
            while list.first != Self.none { removeFirst(&list) }
            ends[Int(groups[index])] = list
        }
    }

    func results(groups: Span<UInt32>) -> Column {
        var output = MutableLane<Value>(count: groups.count)
        var nulls: [Int] = []
        do {
            var target = output.span
            for row in 0..<groups.count {
                let first = ends[Int(groups[row])].first
                target[row] = first == Self.none ? 0 : nodes[Int(first)].value
                if first == Self.none { nulls.append(row) }
            }
        }
        let validity = Loops.clearing(nulls, in: nil, slotCount: groups.count)
        return Column(type: type, count: groups.count, values: output.finish(), validity: validity)
    }

    var byteCount: Int { ends.byteCount + nodes.byteCount }

    /// The values of the list, in order.
    var stateTypes: [DataType] { [.notNull(.array(type.nullable(false)))] }

    func state(of groups: Span<UInt32>) -> [Column] {
        var lists: [SluiceColumns.Value] = []
        for row in 0..<groups.count {
            var values: [SluiceColumns.Value] = []
            var number = ends[Int(groups[row])].first
            while number != Self.none {
                let node = nodes[Int(number)]
                let wide = type.lane == .int128
                values.append(wide ? .wide(Int128(node.value)) : .integer(Int64(truncatingIfNeeded: node.value)))
                number = node.next
            }
            lists.append(.array(values))
        }
        return [.of(lists, stateTypes[0])]
    }

    func restore(_ state: [Column], groups: Span<UInt32>) {
        for row in 0..<groups.count {
            guard case .array(let values) = state[0].value(row) else { continue }
            var list = ends[Int(groups[row])]
            for value in values {
                switch value {
                case .wide(let number): append(Value(truncatingIfNeeded: number), &list)
                case .integer(let number): append(Value(truncatingIfNeeded: number), &list)
                default: continue
                }
            }
            ends[Int(groups[row])] = list
        }
    }
}
