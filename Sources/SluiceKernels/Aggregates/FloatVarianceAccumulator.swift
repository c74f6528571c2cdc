import Glibc
import SluiceColumns

/// Variance and standard deviation of floating-point numbers of OVER, from the sums of values and of squares in the
/// type of the argument, as Flink computes them there: `(sum(x * x) - sum(x) * sum(x) / n) / n`.
final class FloatVarianceAccumulator<Number: BinaryFloatingPoint & BitwiseCopyable>: GroupedAccumulator {
    private var states = GroupLane(VarianceSums<Number>(sum: 0, squares: 0, count: 0))
    private let type: DataType
    private let kind: VarianceKind

    init(_ type: DataType, _ kind: VarianceKind) {
        self.type = type
        self.kind = kind
    }

    func reserve(groupCount: Int) { states.reserve(groupCount) }

    func accumulate(groups: Span<UInt32>, arguments: [Column], retractions: Span<UInt8>?) {
        let column = arguments[0]
        let values = column.lane(Number.self)
        states.update(groups, column, retractions) { state, slot, sign in
            let value = values[slot]
            state.sum += Number(sign) * value
            state.squares += Number(sign) * (value * value)
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
        return states.results(groups, type, zero: Number(0)) { Self.value($0, kind) }
    }

    private static func value(_ state: VarianceSums<Number>, _ kind: VarianceKind) -> Number? {
        let count = Number(state.count)
        let divisor = kind.isSample ? count - 1 : count
        guard count > 0, divisor > 0 else { return nil }
        let variance = (state.squares - state.sum * state.sum / count) / divisor
        return kind.isDeviation ? Number(pow(Double(variance), 0.5)) : variance
    }

    var byteCount: Int { states.byteCount }

    var stateTypes: [DataType] { [.notNull(.double), .notNull(.double), .notNull(.bigint)] }

    func state(of groups: Span<UInt32>) -> [Column] {
        let types = stateTypes
        return [
            states.results(groups, types[0], zero: Double(0)) { Double($0.sum) },
            states.results(groups, types[1], zero: Double(0)) { Double($0.squares) },
            states.results(groups, types[2], zero: Int64(0)) { $0.count },
        ]
    }

    func restore(_ state: [Column], groups: Span<UInt32>) {
        let (sum, square, count) = (state[0].flattened(), state[1].flattened(), state[2].flattened())
        let sums = sum.doubles
        let squares = square.doubles
        let counts = count.int64s
        states.update(groups, sum, nil) { state, row, _ in
            state = VarianceSums(sum: Number(sums[row]), squares: Number(squares[row]), count: counts[row])
        }
    }
}
