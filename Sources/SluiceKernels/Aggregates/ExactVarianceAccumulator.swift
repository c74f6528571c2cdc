import Glibc
import SluiceColumns

/// Variance and standard deviation of integers and decimals, from exact sums.
///
/// OVER computes `(sum(x * x) - sum(x) * sum(x) / n) / n` in the type of the argument, as Flink does there: integers
/// wrap, and every division cuts towards zero. Elsewhere the exact result is rounded.
final class ExactVarianceAccumulator: GroupedAccumulator {
    private var states = GroupLane(VarianceSums<Int128>(sum: 0, squares: 0, count: 0))
    private let type: DataType
    private let kind: VarianceKind
    /// Scale of the argument; 0 for integers.
    private let scale: Int
    private let isOver: Bool

    init(_ type: DataType, _ kind: VarianceKind, scale: Int, isOver: Bool) {
        self.type = type
        self.kind = kind
        self.scale = scale
        self.isOver = isOver
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
        guard isOver else {
            let unit = pow(10, Double(2 * scale))
            return VarianceResult(type: type, kind: kind).column(states, groups) { state in
                Self.distances(state).map { ($0 / (Double(state.count) * unit), state.count) }
            }
        }
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

    /// The squared distances from the mean, times the number of values: `squares * n - sum * sum`; nil of no values.
    private static func distances(_ state: VarianceSums<Int128>) -> Double? {
        guard state.count > 0, state.squares >= 0 else { return nil }
        let sum = state.sum.magnitude.multipliedFullWidth(by: state.sum.magnitude)
        let squares = UInt128(state.squares).multipliedFullWidth(by: UInt128(state.count))
        let (low, borrows) = squares.low.subtractingReportingOverflow(sum.low)
        let high = squares.high &- sum.high &- (borrows ? 1 : 0)
        return Double(high) * 0x1p128 + Double(low)
    }

    private func integers<Output: FixedWidthInteger & BitwiseCopyable>(
        _ groups: Span<UInt32>,
        _ output: Output.Type
    ) -> Column {
        let kind = self.kind
        return states.results(groups, type, zero: Output(0)) { Self.integer($0, kind) }
    }

    private static func divisor(_ state: VarianceSums<Int128>, _ kind: VarianceKind) -> Int128? {
        let divisor = kind.isSample ? state.count - 1 : state.count
        return state.count > 0 && divisor > 0 ? Int128(divisor) : nil
    }

    private static func integer<Output: FixedWidthInteger>(
        _ state: VarianceSums<Int128>,
        _ kind: VarianceKind
    ) -> Output? {
        guard let divisor = divisor(state, kind) else { return nil }
        let sum = Output(truncatingIfNeeded: state.sum)
        // A number of values that wraps to 0 has no quotient.
        let mean = (sum &* sum).dividedReportingOverflow(by: Output(truncatingIfNeeded: state.count))
        let spread = Output(truncatingIfNeeded: state.squares) &- mean.partialValue
        let variance = spread.dividedReportingOverflow(by: Output(truncatingIfNeeded: divisor)).partialValue
        return kind.isDeviation
            ? Output(truncatingIfNeeded: IntegerCast.int64(pow(Double(variance), 0.5))) : variance
    }

    private static func decimal(
        _ state: VarianceSums<Int128>,
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
            state = VarianceSums(sum: sums[row], squares: squares[row], count: counts[row])
        }
    }
}
