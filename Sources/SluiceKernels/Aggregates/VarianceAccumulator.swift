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
struct VarianceSums<Sum: BitwiseCopyable>: BitwiseCopyable {
    var sum: Sum
    var squares: Sum
    var count: Int64
}

/// Turns squared distances from the mean into results, outside of OVER.
struct VarianceResult {
    let type: DataType
    let kind: VarianceKind

    /// The results of groups.
    ///
    /// - Parameter distances: of a state, the sum of the squared distances from the mean, nil where that is unknown,
    ///   and the number of values.
    func column<State: BitwiseCopyable>(
        _ states: borrowing GroupLane<State>,
        _ groups: Span<UInt32>,
        _ distances: (State) -> (squares: Double, count: Int64)?
    ) -> Column {
        func value(_ state: State) -> Double? {
            guard let (squares, count) = distances(state), count > (kind.isSample ? 1 : 0) else { return nil }
            let variance = squares / Double(kind.isSample ? count - 1 : count)
            return kind.isDeviation ? pow(variance, 0.5) : variance
        }
        if case .decimal(let precision, let scale) = type.logical {
            let shape = DecimalShape(precision, scale)
            return states.results(groups, type, zero: Int128(0)) { state in
                value(state).flatMap { DecimalConversion.decimal($0, into: shape) }
            }
        }
        switch type.lane {
        case .int8:
            return states.results(groups, type, zero: Int8(0)) {
                value($0).map { Int8(truncatingIfNeeded: IntegerCast.int32($0)) }
            }
        case .int16:
            return states.results(groups, type, zero: Int16(0)) {
                value($0).map { Int16(truncatingIfNeeded: IntegerCast.int32($0)) }
            }
        case .int32: return states.results(groups, type, zero: Int32(0)) { value($0).map(IntegerCast.int32) }
        case .int64: return states.results(groups, type, zero: Int64(0)) { value($0).map(IntegerCast.int64) }
        case .float: return states.results(groups, type, zero: Float(0)) { value($0).map { Float($0) } }
        default: return states.results(groups, type, zero: Double(0), value)
        }
    }
}
