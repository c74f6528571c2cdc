import SluiceColumns

/// Mean and squared distances from it, as values came one by one.
struct WelfordState: BitwiseCopyable {
    var count: Int64 = 0
    var mean: Double = 0
    var squares: Double = 0

    /// Adds a value.
    mutating func add(_ value: Double) {
        count &+= 1
        let distance = value - mean
        mean += distance / Double(count)
        squares += distance * (value - mean)
    }

    /// Takes a value back.
    mutating func takeBack(_ value: Double) {
        count &-= 1
        guard count > 0 else {
            (mean, squares) = (0, 0)
            return
        }
        let distance = value - mean
        mean -= distance / Double(count)
        squares -= distance * (value - mean)
    }

    /// Adds the values of another state.
    mutating func merge(_ other: WelfordState) {
        guard other.count > 0 else { return }
        guard count > 0 else {
            self = other
            return
        }
        let total = Double(count &+ other.count)
        let distance = other.mean - mean
        squares = squares + other.squares + Double(count) * Double(other.count) / total * distance * distance
        mean += distance * (Double(other.count) / total)
        count &+= other.count
    }
}

/// Variance and standard deviation of numbers by Welford's method, in DOUBLE whatever the type, as in Flink outside of
/// OVER.
///
/// The order of the values decides about the last bits, and with them about integers that the result is cut to: where
/// rows are taken back, integers and short decimals go by exact sums instead, see `ExactVarianceAccumulator`.
final class WelfordAccumulator: GroupedAccumulator {
    private var states = GroupLane(WelfordState())
    private let result: VarianceResult
    /// Scale of the argument; 0 where it is no decimal.
    private let scale: Int

    init(_ type: DataType, _ kind: VarianceKind, scale: Int) {
        result = VarianceResult(type: type, kind: kind)
        self.scale = scale
    }

    func reserve(groupCount: Int) { states.reserve(groupCount) }

    func accumulate(groups: Span<UInt32>, arguments: [Column], retractions: Span<UInt8>?) {
        let column = arguments[0]
        let scale = self.scale
        switch column.type.lane {
        case .int8: add(column, Int8.self, groups, retractions) { Double($0) }
        case .int16: add(column, Int16.self, groups, retractions) { Double($0) }
        case .int32: add(column, Int32.self, groups, retractions) { Double($0) }
        case .int64 where scale == 0: add(column, Int64.self, groups, retractions) { Double($0) }
        case .int64:
            add(column, Int64.self, groups, retractions) { DecimalConversion.double(Int128($0), scale: scale) }
        case .float: add(column, Float.self, groups, retractions) { Double($0) }
        case .double: add(column, Double.self, groups, retractions) { $0 }
        default: add(column, Int128.self, groups, retractions) { DecimalConversion.double($0, scale: scale) }
        }
    }

    @inline(__always)
    private func add<Number: BitwiseCopyable>(
        _ column: Column,
        _ lane: Number.Type,
        _ groups: Span<UInt32>,
        _ retractions: Span<UInt8>?,
        _ double: (Number) -> Double
    ) {
        let values = column.lane(lane)
        states.update(groups, column, retractions) { state, slot, sign in
            let value = double(values[slot])
            if sign > 0 { state.add(value) } else { state.takeBack(value) }
        }
    }

    func merge(_ other: any GroupedAccumulator, sources: Span<UInt32>, into targets: Span<UInt32>) throws {
        guard let other = other as? WelfordAccumulator else { throw AggregateErrors.mismatch() }
        states.combine(other.states, sources, targets) { state, other in state.merge(other) }
    }

    func reset(groups: Span<UInt32>) { states.reset(groups) }

    func results(groups: Span<UInt32>) -> Column {
        // Rounding can make the squares of equal values negative after some were taken back: NULL, as in Flink.
        result.column(states, groups) { $0.squares < 0 ? nil : ($0.squares, $0.count) }
    }

    var byteCount: Int { states.byteCount }

    var stateTypes: [DataType] { [.notNull(.double), .notNull(.double), .notNull(.bigint)] }

    func state(of groups: Span<UInt32>) -> [Column] {
        let types = stateTypes
        return [
            states.results(groups, types[0], zero: Double(0)) { $0.mean },
            states.results(groups, types[1], zero: Double(0)) { $0.squares },
            states.results(groups, types[2], zero: Int64(0)) { $0.count },
        ]
    }

    func restore(_ state: [Column], groups: Span<UInt32>) {
        let (mean, square, count) = (state[0].flattened(), state[1].flattened(), state[2].flattened())
        let means = mean.doubles
        let squares = square.doubles
        let counts = count.int64s
        states.update(groups, mean, nil) { state, row, _ in
            state = WelfordState(count: counts[row], mean: means[row], squares: squares[row])
        }
    }
}
