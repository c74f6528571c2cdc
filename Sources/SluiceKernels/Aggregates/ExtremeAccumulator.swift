import SluiceColumns

/// Which of the values of a group stays.
enum ValueChoice: Sendable {
    case least, greatest, first, last

    /// Whether the order of the values decides.
    var isOrdered: Bool { self == .first || self == .last }

    /// Whether a later value replaces an earlier one.
    @inline(__always)
    func replaces<Value: Comparable>(_ old: Value, by new: Value) -> Bool {
        switch self {
        case .least: new < old
        case .greatest: new > old
        case .first: false
        case .last: true
        }
    }
}

/// The value of a group, once there is one.
struct SlotState<Value: BitwiseCopyable>: BitwiseCopyable {
    var value: Value
    var isSet: Bool
}

/// MIN, MAX, FIRST_VALUE and LAST_VALUE of rows that are only added, for fixed-width lanes: one value per group.
final class SlotAccumulator<Value: Comparable & BitwiseCopyable>: GroupedAccumulator {
    private var states: GroupLane<SlotState<Value>>
    private let type: DataType
    private let choice: ValueChoice
    private let zero: Value

    init(_ type: DataType, _ choice: ValueChoice, zero: Value) {
        self.type = type
        self.choice = choice
        self.zero = zero
        states = GroupLane(SlotState(value: zero, isSet: false))
    }

    func reserve(groupCount: Int) { states.reserve(groupCount) }

    @specialized(where Value == Int64)
    @specialized(where Value == Int32)
    @specialized(where Value == Int16)
    @specialized(where Value == Int8)
    @specialized(where Value == UInt8)
    @specialized(where Value == Int128)
    @specialized(where Value == Double)
    @specialized(where Value == Float)
    func accumulate(groups: Span<UInt32>, arguments: [Column], retractions: Span<UInt8>?) {
        let column = arguments[0]
        let source = column.lane(Value.self)
        switch choice {
        case .least:
            states.update(groups, column, nil) { state, slot, _ in
                if !state.isSet || source[slot] < state.value { state.value = source[slot] }
                state.isSet = true
            }
        case .greatest:
            states.update(groups, column, nil) { state, slot, _ in
                if !state.isSet || source[slot] > state.value { state.value = source[slot] }
                state.isSet = true
            }
        case .first:
            states.update(groups, column, nil) { state, slot, _ in
                if !state.isSet { state.value = source[slot] }
                state.isSet = true
            }
        case .last:
            states.update(groups, column, nil) { state, slot, _ in
                state = SlotState(value: source[slot], isSet: true)
            }
        }
    }

    @specialized(where Value == Int64)
    @specialized(where Value == Int32)
    @specialized(where Value == Int16)
    @specialized(where Value == Int8)
    @specialized(where Value == UInt8)
    @specialized(where Value == Int128)
    @specialized(where Value == Double)
    @specialized(where Value == Float)
    func running(groups: Span<UInt32>, arguments: [Column], steps: Span<UInt8>, resultCount: Int) -> Column {
        let column = arguments[0]
        let source = column.lane(Value.self)
        let choice = self.choice
        return states.running(
            groups,
            column,
            steps,
            resultCount: resultCount,
            type,
            zero: zero,
            change: { state, slot, _ in
                if !state.isSet || choice.replaces(state.value, by: source[slot]) { state.value = source[slot] }
                state.isSet = true
            },
            result: { $0.isSet ? $0.value : nil }
        )
    }

    @specialized(where Value == Int64)
    @specialized(where Value == Int32)
    @specialized(where Value == Int16)
    @specialized(where Value == Int8)
    @specialized(where Value == UInt8)
    @specialized(where Value == Int128)
    @specialized(where Value == Double)
    @specialized(where Value == Float)
    func merge(_ other: any GroupedAccumulator, sources: Span<UInt32>, into targets: Span<UInt32>) throws {
        guard let other = other as? SlotAccumulator<Value> else { throw AggregateErrors.mismatch() }
        let choice = self.choice
        states.combine(other.states, sources, targets) { state, other in
            guard other.isSet else { return }
            if !state.isSet || choice.replaces(state.value, by: other.value) { state = other }
        }
    }

    func reset(groups: Span<UInt32>) { states.reset(groups) }

    @specialized(where Value == Int64)
    @specialized(where Value == Int32)
    @specialized(where Value == Int16)
    @specialized(where Value == Int8)
    @specialized(where Value == UInt8)
    @specialized(where Value == Int128)
    @specialized(where Value == Double)
    @specialized(where Value == Float)
    func results(groups: Span<UInt32>) -> Column {
        states.results(groups, type, zero: zero) { $0.isSet ? $0.value : nil }
    }

    var mergesInOrder: Bool { choice.isOrdered }

    var byteCount: Int { states.byteCount }

    var stateTypes: [DataType] { [type.nullable(true)] }

    func state(of groups: Span<UInt32>) -> [Column] { [results(groups: groups)] }

    @specialized(where Value == Int64)
    @specialized(where Value == Int32)
    @specialized(where Value == Int16)
    @specialized(where Value == Int8)
    @specialized(where Value == UInt8)
    @specialized(where Value == Int128)
    @specialized(where Value == Double)
    @specialized(where Value == Float)
    func restore(_ state: [Column], groups: Span<UInt32>) {
        let stored = state[0].flattened()
        let values = stored.lane(Value.self)
        states.update(groups, stored, nil) { state, row, _ in state = SlotState(value: values[row], isSet: true) }
    }
}
