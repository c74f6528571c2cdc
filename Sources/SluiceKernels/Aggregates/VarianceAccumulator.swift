import Glibc
import SluiceColumns

/// Which measure of spread is asked for.
enum VarianceKind: Sendable {
    case populationVariance, sampleVariance, populationDeviation, sampleDeviation

    /// Whether the sum of squares is divided by one less than the number of values.
    var isSample: Bool { self == .sampleVariance || self == .sampleDeviation }
    /// What the function gives, as a sentence.
    var summary: String {
        let measure = isDeviation ? "standard deviation" : "variance"
        return "The \(isSample ? "sample" : "population") \(measure) of the values."
    }
    /// What it gives of 1 and 3.
    var exampleResult: String {
        switch self {
        case .populationVariance, .populationDeviation: "1.0"
        case .sampleVariance: "2.0"
        case .sampleDeviation: "1.4142135623730951"
        }
    }
    /// Whether the square root is taken.
    var isDeviation: Bool { self == .populationDeviation || self == .sampleDeviation }
}

/// The sums that a variance is computed from.
struct VarianceState<Sum: BitwiseCopyable>: BitwiseCopyable {
    var sum: Sum
    var squares: Sum
    var count: Int64
}

/// Variance and standard deviation of floating-point numbers, from the sums of values and of squares as Flink computes
/// them: `(sum(x * x) - sum(x) * sum(x) / n) / n`.
final class FloatVarianceAccumulator: GroupedAccumulator {
    private var states = GroupLane(VarianceState<Double>(sum: 0, squares: 0, count: 0))
    private let type: DataType
    private let kind: VarianceKind

    init(_ type: DataType, _ kind: VarianceKind) {
        self.type = type
        self.kind = kind
    }

    func reserve(groupCount: Int) { states.reserve(groupCount) }

    func accumulate(groups: Span<UInt32>, arguments: [Column], retractions: Span<UInt8>?) {
        if arguments[0].type.lane == .float {
            add(arguments[0], Float.self, groups, retractions)
        } else {
            add(arguments[0], Double.self, groups, retractions)
        }
    }

    private func add<Number: BinaryFloatingPoint & BitwiseCopyable>(
        _ column: Column,
        _ lane: Number.Type,
        _ groups: Span<UInt32>,
        _ retractions: Span<UInt8>?
    ) {
        let values = column.lane(lane)
        states.update(groups, column, retractions) { state, slot, sign in
            let value = Double(values[slot])
            state.sum += Double(sign) * value
            state.squares += Double(sign) * (value * value)
            state.count &+= sign
        }
    }

    func merge(_ other: any GroupedAccumulator, sources: Span<UInt32>, into targets: Span<UInt32>) throws {
        guard let other = other as? FloatVarianceAccumulator else { throw AggregateErrors.mismatch() }
        states.combine(other.states, sources, targets) { state, other in
            state.sum += other.sum
            state.squares += other.squares
            state.count &+= other.count
        }
    }

    func reset(groups: Span<UInt32>) { states.reset(groups) }

    func results(groups: Span<UInt32>) -> Column {
        let kind = self.kind
        if type.lane == .float {
            return states.results(groups, type, zero: Float(0)) { Self.value($0, kind).map { Float($0) } }
        }
        return states.results(groups, type, zero: Double(0)) { Self.value($0, kind) }
    }

    private static func value(_ state: VarianceState<Double>, _ kind: VarianceKind) -> Double? {
        let count = Double(state.count)
        let divisor = kind.isSample ? count - 1 : count
        guard count > 0, divisor > 0 else { return nil }
        let variance = (state.squares - state.sum * state.sum / count) / divisor
        return kind.isDeviation ? pow(variance, 0.5) : variance
    }

    var byteCount: Int { states.byteCount }

    var stateTypes: [DataType] { [.notNull(.double), .notNull(.double), .notNull(.bigint)] }

    func state(of groups: Span<UInt32>) -> [Column] {
        let types = stateTypes
        return [
            states.results(groups, types[0], zero: Double(0)) { $0.sum },
            states.results(groups, types[1], zero: Double(0)) { $0.squares },
            states.results(groups, types[2], zero: Int64(0)) { $0.count },
        ]
    }

    func restore(_ state: [Column], groups: Span<UInt32>) {
        let (sum, square, count) = (state[0].flattened(), state[1].flattened(), state[2].flattened())
        let sums = sum.doubles
        let squares = square.doubles
        let counts = count.int64s
        states.update(groups, sum, nil) { state, row, _ in
            state = VarianceState(sum: sums[row], squares: squares[row], count: counts[row])
        }
    }
}

/// Variance and standard deviation of integers and decimals, from exact sums.
///
/// For integers every division cuts towards zero, as Flink's integer arithmetic does.
final class ExactVarianceAccumulator: GroupedAccumulator {
    private var states = GroupLane(VarianceState<Int128>(sum: 0, squares: 0, count: 0))
    private let type: DataType
    private let kind: VarianceKind
    /// Scale of the argument; 0 for integers.
    private let scale: Int

    init(_ type: DataType, _ kind: VarianceKind, scale: Int) {
        self.type = type
        self.kind = kind
        self.scale = scale
    }

    func reserve(groupCount: Int) { states.reserve(groupCount) }

    func accumulate(groups: Span<UInt32>, arguments: [Column], retractions: Span<UInt8>?) {
        let column = arguments[0]
        switch column.type.lane {
        case .int8: add(column, Int8.self, groups, retractions)
        case .int16: add(column, Int16.self, groups, retractions)
        case .int32: add(column, Int32.self, groups, retractions)
        case .int64: add(column, Int64.self, groups, retractions)
        default: add(column, Int128.self, groups, retractions)
        }
    }

    private func add<Number: FixedWidthInteger & BitwiseCopyable>(
        _ column: Column,
        _ lane: Number.Type,
        _ groups: Span<UInt32>,
        _ retractions: Span<UInt8>?
    ) {
        let values = column.lane(lane)
        states.update(groups, column, retractions) { state, slot, sign in
            let value = Int128(truncatingIfNeeded: values[slot])
            state.sum &+= Int128(sign) &* value
            state.squares &+= Int128(sign) &* value &* value
            state.count &+= sign
        }
    }

    func merge(_ other: any GroupedAccumulator, sources: Span<UInt32>, into targets: Span<UInt32>) throws {
        guard let other = other as? ExactVarianceAccumulator else { throw AggregateErrors.mismatch() }
        states.combine(other.states, sources, targets) { state, other in
            state.sum &+= other.sum
            state.squares &+= other.squares
            state.count &+= other.count
        }
    }

    func unmerge(_ other: any GroupedAccumulator, sources: Span<UInt32>, from targets: Span<UInt32>) throws {
        guard let other = other as? ExactVarianceAccumulator else { throw AggregateErrors.mismatch() }
        states.combine(other.states, sources, targets) { state, other in
            state.sum &-= other.sum
            state.squares &-= other.squares
            state.count &-= other.count
        }
    }

    var canUnmerge: Bool { true }

    func reset(groups: Span<UInt32>) { states.reset(groups) }

    func results(groups: Span<UInt32>) -> Column {
        let (kind, scale) = (self.kind, self.scale)
        if case .decimal(let precision, let resultScale) = type.logical {
            let shape = DecimalShape(precision, resultScale)
            return states.results(groups, type, zero: Int128(0)) { Self.decimal($0, kind, scale, shape) }
        }
        switch type.lane {
        case .int8: return integers(groups, Int8.self)
        case .int16: return integers(groups, Int16.self)
        case .int32: return integers(groups, Int32.self)
        default: return integers(groups, Int64.self)
        }
    }

    private func integers<Output: FixedWidthInteger & BitwiseCopyable>(
        _ groups: Span<UInt32>,
        _ output: Output.Type
    ) -> Column {
        let kind = self.kind
        return states.results(groups, type, zero: Output(0)) { state in
            Self.integer(state, kind).map { Output(truncatingIfNeeded: $0) }
        }
    }

    private static func divisor(_ state: VarianceState<Int128>, _ kind: VarianceKind) -> Int128? {
        let divisor = kind.isSample ? state.count - 1 : state.count
        return state.count > 0 && divisor > 0 ? Int128(divisor) : nil
    }

    private static func integer(_ state: VarianceState<Int128>, _ kind: VarianceKind) -> Int128? {
        guard let divisor = divisor(state, kind) else { return nil }
        let variance = (state.squares &- (state.sum &* state.sum) / Int128(state.count)) / divisor
        return kind.isDeviation ? Int128(pow(Double(variance), 0.5)) : variance
    }

    private static func decimal(
        _ state: VarianceState<Int128>,
        _ kind: VarianceKind,
        _ scale: Int,
        _ shape: DecimalShape
    ) -> Int128? {
        guard let divisor = divisor(state, kind) else { return nil }
        let count = Int128(state.count)
        let (product, overflowed) = state.sum.multipliedReportingOverflow(by: state.sum)
        let (scaled, alsoOverflowed) = state.squares.multipliedReportingOverflow(by: count)
        if overflowed || alsoOverflowed || kind.isDeviation {
            let unit = pow(10, Double(scale))
            let sum = Double(state.sum) / unit
            let spread = Double(state.squares) / unit / unit - sum * sum / Double(count)
            let variance = spread / Double(divisor)
            return DecimalConversion.decimal(kind.isDeviation ? pow(variance, 0.5) : variance, into: shape)
        }
        // (squares * n - sum * sum) / (n * divisor), exact but for the last rounding.
        return DecimalArithmetic.divide(scaled &- product, scale: scale * 2, count * divisor, scale: 0, into: shape)
    }

    var byteCount: Int { states.byteCount }

    /// The sums may have more digits than their types say; they are kept all the same.
    var stateTypes: [DataType] {
        let precision = DecimalShape.precisionMax
        return [
            .notNull(.decimal(precision: precision, scale: scale)),
            .notNull(.decimal(precision: precision, scale: min(2 * scale, precision))), .notNull(.bigint),
        ]
    }

    func state(of groups: Span<UInt32>) -> [Column] {
        let types = stateTypes
        return [
            states.results(groups, types[0], zero: Int128(0)) { $0.sum },
            states.results(groups, types[1], zero: Int128(0)) { $0.squares },
            states.results(groups, types[2], zero: Int64(0)) { $0.count },
        ]
    }

    func restore(_ state: [Column], groups: Span<UInt32>) {
        let (sum, square, count) = (state[0].flattened(), state[1].flattened(), state[2].flattened())
        let sums = sum.int128s
        let squares = square.int128s
        let counts = count.int64s
        states.update(groups, sum, nil) { state, row, _ in
            state = VarianceState(sum: sums[row], squares: squares[row], count: counts[row])
        }
    }
}
