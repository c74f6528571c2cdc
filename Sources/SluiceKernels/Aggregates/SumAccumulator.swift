import SluiceColumns

/// What is made of a sum and the number of its values.
enum SumKind: Sendable {
    /// NULL of no values.
    case sum
    /// 0 of no values.
    case sumOrZero
    /// The sum divided by the number; NULL of no values.
    case average
}

/// A sum and the number of its values.
struct SumState<Sum: BitwiseCopyable>: BitwiseCopyable {
    var sum: Sum
    var count: Int64
}

/// SUM, SUM0 and AVG of integers: sums wrap at 64 bits and are cut to the width of the result, as Flink's do.
final class IntegerSumAccumulator<Value: FixedWidthInteger & BitwiseCopyable>: GroupedAccumulator {
    private var states = GroupLane(SumState<Int64>(sum: 0, count: 0))
    private let type: DataType
    private let kind: SumKind

    init(_ lane: Value.Type, _ type: DataType, _ kind: SumKind) {
        self.type = type
        self.kind = kind
    }

    func reserve(groupCount: Int) { states.reserve(groupCount) }

    @specialized(where Value == Int64)
    @specialized(where Value == Int32)
    @specialized(where Value == Int16)
    @specialized(where Value == Int8)
    func accumulate(groups: Span<UInt32>, arguments: [Column], retractions: Span<UInt8>?) {
        let column = arguments[0]
        let values = column.lane(Value.self)
        states.update(groups, column, retractions) { state, slot, sign in
            state.sum &+= sign &* Int64(truncatingIfNeeded: values[slot])
            state.count &+= sign
        }
    }

    @specialized(where Value == Int64)
    @specialized(where Value == Int32)
    @specialized(where Value == Int16)
    @specialized(where Value == Int8)
    func running(groups: Span<UInt32>, arguments: [Column], steps: Span<UInt8>, resultCount: Int) -> Column {
        let column = arguments[0]
        let values = column.lane(Value.self)
        let kind = self.kind
        return states.running(
            groups,
            column,
            steps,
            resultCount: resultCount,
            type,
            zero: Value(0),
            change: { state, slot, sign in
                state.sum &+= sign &* Int64(truncatingIfNeeded: values[slot])
                state.count &+= sign
            },
            result: { Self.value($0, kind) }
        )
    }

    @specialized(where Value == Int64)
    @specialized(where Value == Int32)
    @specialized(where Value == Int16)
    @specialized(where Value == Int8)
    func merge(_ other: any GroupedAccumulator, sources: Span<UInt32>, into targets: Span<UInt32>) throws {
        guard let other = other as? IntegerSumAccumulator<Value> else { throw AggregateErrors.mismatch() }
        states.combine(other.states, sources, targets) { state, other in
            state.sum &+= other.sum
            state.count &+= other.count
        }
    }

    @specialized(where Value == Int64)
    @specialized(where Value == Int32)
    @specialized(where Value == Int16)
    @specialized(where Value == Int8)
    func unmerge(_ other: any GroupedAccumulator, sources: Span<UInt32>, from targets: Span<UInt32>) throws {
        guard let other = other as? IntegerSumAccumulator<Value> else { throw AggregateErrors.mismatch() }
        states.combine(other.states, sources, targets) { state, other in
            state.sum &-= other.sum
            state.count &-= other.count
        }
    }

    var canUnmerge: Bool { true }

    func reset(groups: Span<UInt32>) { states.reset(groups) }

    @specialized(where Value == Int64)
    @specialized(where Value == Int32)
    @specialized(where Value == Int16)
    @specialized(where Value == Int8)
    func results(groups: Span<UInt32>) -> Column {
        let kind = self.kind
        return states.results(groups, type, zero: Value(0)) { Self.value($0, kind) }
    }

    @inline(__always)
    private static func value(_ state: SumState<Int64>, _ kind: SumKind) -> Value? {
        if state.count == 0 { return kind == .sumOrZero ? 0 : nil }
        return Value(truncatingIfNeeded: kind == .average ? state.sum / state.count : state.sum)
    }

    var byteCount: Int { states.byteCount }

    var stateTypes: [DataType] { [.notNull(.bigint), .notNull(.bigint)] }

    func state(of groups: Span<UInt32>) -> [Column] {
        let type = DataType.notNull(.bigint)
        return [
            states.results(groups, type, zero: Int64(0)) { $0.sum },
            states.results(groups, type, zero: Int64(0)) { $0.count },
        ]
    }

    func restore(_ state: [Column], groups: Span<UInt32>) {
        let (sum, count) = (state[0].flattened(), state[1].flattened())
        let sums = sum.int64s
        let counts = count.int64s
        states.update(groups, sum, nil) { state, row, _ in state = SumState(sum: sums[row], count: counts[row]) }
    }
}

/// SUM, SUM0 and AVG of DECIMAL: exact; a sum beyond 38 digits is NULL.
final class DecimalSumAccumulator<Value: FixedWidthInteger & BitwiseCopyable>: GroupedAccumulator {
    private var states = GroupLane(SumState<Int128>(sum: 0, count: 0))
    private let type: DataType
    private let kind: SumKind
    private let scale: Int
    private let result: DecimalShape

    init(_ lane: Value.Type, scale: Int, _ result: DecimalShape, _ type: DataType, _ kind: SumKind) {
        self.type = type
        self.kind = kind
        self.scale = scale
        self.result = result
    }

    func reserve(groupCount: Int) { states.reserve(groupCount) }

    @specialized(where Value == Int64)
    @specialized(where Value == Int128)
    func accumulate(groups: Span<UInt32>, arguments: [Column], retractions: Span<UInt8>?) {
        let column = arguments[0]
        let values = column.lane(Value.self)
        states.update(groups, column, retractions) { state, slot, sign in
            let value = Int128(truncatingIfNeeded: values[slot])
            state.sum = sign > 0 ? state.sum &+ value : state.sum &- value
            state.count &+= sign
        }
    }

    @specialized(where Value == Int64)
    @specialized(where Value == Int128)
    func running(groups: Span<UInt32>, arguments: [Column], steps: Span<UInt8>, resultCount: Int) -> Column {
        let column = arguments[0]
        let values = column.lane(Value.self)
        let (kind, scale, shape) = (self.kind, self.scale, self.result)
        return states.running(
            groups,
            column,
            steps,
            resultCount: resultCount,
            type,
            zero: Int128(0),
            change: { state, slot, sign in
                let value = Int128(truncatingIfNeeded: values[slot])
                state.sum = sign > 0 ? state.sum &+ value : state.sum &- value
                state.count &+= sign
            },
            result: { Self.value($0, kind, scale, shape) }
        )
    }

    @specialized(where Value == Int64)
    @specialized(where Value == Int128)
    func merge(_ other: any GroupedAccumulator, sources: Span<UInt32>, into targets: Span<UInt32>) throws {
        guard let other = other as? DecimalSumAccumulator<Value> else { throw AggregateErrors.mismatch() }
        states.combine(other.states, sources, targets) { state, other in
            state.sum &+= other.sum
            state.count &+= other.count
        }
    }

    @specialized(where Value == Int64)
    @specialized(where Value == Int128)
    func unmerge(_ other: any GroupedAccumulator, sources: Span<UInt32>, from targets: Span<UInt32>) throws {
        guard let other = other as? DecimalSumAccumulator<Value> else { throw AggregateErrors.mismatch() }
        states.combine(other.states, sources, targets) { state, other in
            state.sum &-= other.sum
            state.count &-= other.count
        }
    }

    var canUnmerge: Bool { true }

    func reset(groups: Span<UInt32>) { states.reset(groups) }

    @specialized(where Value == Int64)
    @specialized(where Value == Int128)
    func results(groups: Span<UInt32>) -> Column {
        let (kind, scale, shape) = (self.kind, self.scale, self.result)
        return states.results(groups, type, zero: Int128(0)) { Self.value($0, kind, scale, shape) }
    }

    @inline(__always)
    private static func value(
        _ state: SumState<Int128>,
        _ kind: SumKind,
        _ scale: Int,
        _ shape: DecimalShape
    ) -> Int128? {
        if state.count == 0 { return kind == .sumOrZero ? 0 : nil }
        if kind == .average {
            return DecimalArithmetic.divide(state.sum, scale: scale, Int128(state.count), scale: 0, into: shape)
        }
        return DecimalArithmetic.fits(state.sum, precision: shape.precision) ? state.sum : nil
    }

    var byteCount: Int { states.byteCount }

    /// The sum may have more digits than the type says; they are kept all the same.
    private var sumType: DataType { .notNull(.decimal(precision: DecimalShape.precisionMax, scale: scale)) }

    var stateTypes: [DataType] { [sumType, .notNull(.bigint)] }

    func state(of groups: Span<UInt32>) -> [Column] {
        [
            states.results(groups, sumType, zero: Int128(0)) { $0.sum },
            states.results(groups, .notNull(.bigint), zero: Int64(0)) { $0.count },
        ]
    }

    func restore(_ state: [Column], groups: Span<UInt32>) {
        let (sum, count) = (state[0].flattened(), state[1].flattened())
        let sums = sum.int128s
        let counts = count.int64s
        states.update(groups, sum, nil) { state, row, _ in state = SumState(sum: sums[row], count: counts[row]) }
    }
}

/// SUM, SUM0 and AVG of FLOAT and DOUBLE.
///
/// A FLOAT is summed as FLOAT and averaged as DOUBLE, as in Flink.
final class FloatSumAccumulator<Value: BinaryFloatingPoint & BitwiseCopyable>: GroupedAccumulator {
    private var states = GroupLane(SumState<Double>(sum: 0, count: 0))
    private let type: DataType
    private let kind: SumKind

    init(_ lane: Value.Type, _ type: DataType, _ kind: SumKind) {
        self.type = type
        self.kind = kind
    }

    func reserve(groupCount: Int) { states.reserve(groupCount) }

    @specialized(where Value == Double)
    @specialized(where Value == Float)
    func accumulate(groups: Span<UInt32>, arguments: [Column], retractions: Span<UInt8>?) {
        let column = arguments[0]
        let values = column.lane(Value.self)
        let rounds = kind != .average
        states.update(groups, column, retractions) { state, slot, sign in
            let sum = state.sum + (sign > 0 ? Double(values[slot]) : -Double(values[slot]))
            state.sum = rounds ? Double(Value(sum)) : sum
            state.count &+= sign
        }
    }

    @specialized(where Value == Double)
    @specialized(where Value == Float)
    func running(groups: Span<UInt32>, arguments: [Column], steps: Span<UInt8>, resultCount: Int) -> Column {
        let column = arguments[0]
        let values = column.lane(Value.self)
        let kind = self.kind
        let rounds = kind != .average
        return states.running(
            groups,
            column,
            steps,
            resultCount: resultCount,
            type,
            zero: Value(0),
            change: { state, slot, sign in
                let sum = state.sum + (sign > 0 ? Double(values[slot]) : -Double(values[slot]))
                state.sum = rounds ? Double(Value(sum)) : sum
                state.count &+= sign
            },
            result: { Self.value($0, kind) }
        )
    }

    @specialized(where Value == Double)
    @specialized(where Value == Float)
    func merge(_ other: any GroupedAccumulator, sources: Span<UInt32>, into targets: Span<UInt32>) throws {
        guard let other = other as? FloatSumAccumulator<Value> else { throw AggregateErrors.mismatch() }
        states.combine(other.states, sources, targets) { state, other in
            state.sum += other.sum
            state.count &+= other.count
        }
    }

    func reset(groups: Span<UInt32>) { states.reset(groups) }

    @specialized(where Value == Double)
    @specialized(where Value == Float)
    func results(groups: Span<UInt32>) -> Column {
        let kind = self.kind
        return states.results(groups, type, zero: Value(0)) { Self.value($0, kind) }
    }

    @inline(__always)
    private static func value(_ state: SumState<Double>, _ kind: SumKind) -> Value? {
        if state.count == 0 { return kind == .sumOrZero ? 0 : nil }
        return Value(kind == .average ? state.sum / Double(state.count) : state.sum)
    }

    var byteCount: Int { states.byteCount }

    var stateTypes: [DataType] { [.notNull(.double), .notNull(.bigint)] }

    func state(of groups: Span<UInt32>) -> [Column] {
        [
            states.results(groups, .notNull(.double), zero: Double(0)) { $0.sum },
            states.results(groups, .notNull(.bigint), zero: Int64(0)) { $0.count },
        ]
    }

    func restore(_ state: [Column], groups: Span<UInt32>) {
        let (sum, count) = (state[0].flattened(), state[1].flattened())
        let sums = sum.doubles
        let counts = count.int64s
        states.update(groups, sum, nil) { state, row, _ in state = SumState(sum: sums[row], count: counts[row]) }
    }
}
