import SluiceColumns

extension MathFunctions {
    static let randomFunctions: [ScalarFunction] = [
        ScalarFunction(
            "RAND",
            category: "arithmetic",
            signature: "RAND([seed])",
            summary: "A random DOUBLE from 0 (inclusive) to 1 (exclusive); with a literal seed always the same "
                + "sequence.",
            example: ("RAND(1)", "0.7308781907032909"),
            determinism: .perRow,
            takes: ArgumentList([.int], optionalCount: 1),
            gives: .strict(.double),
            compile: { call in
                var random = JavaRandom(seed: sequenceSeed(call, isSeeded: call.argumentTypes.count == 1))
                let isPerRow = call.argumentTypes.count == 1 && call.literals[0] == nil
                return { arguments, rowCount in
                    var result = LaneResult<Double>(arguments, rowCount: rowCount)
                    for row in 0..<rowCount where !arguments.contains(where: { $0.isNull(row) }) {
                        if isPerRow { random = JavaRandom(seed: Int64(arguments.lane(0, of: Int32.self)[row])) }
                        result.set(row, random.nextDouble())
                    }
                    if arguments.contains(where: { rowCount > 0 && $0.isConstant && $0.isNull(0) }) {
                        return .allNull(call.type, count: rowCount)
                    }
                    return try result.finish(call.type)
                }
            }
        ),
        ScalarFunction(
            "RAND_INTEGER",
            category: "arithmetic",
            signature: "RAND_INTEGER([seed,] bound)",
            summary: "A random INT from 0 (inclusive) to the bound (exclusive); with a literal seed always the same "
                + "sequence.",
            example: ("RAND_INTEGER(1, 1000)", "985"),
            determinism: .perRow,
            takes: ArgumentList([.int, .int], optionalCount: 1),
            gives: .strict(.int),
            compile: { call in
                let isSeeded = call.argumentTypes.count == 2
                var random = JavaRandom(seed: sequenceSeed(call, isSeeded: isSeeded))
                let isPerRow = isSeeded && call.literals[0] == nil
                return { arguments, rowCount in
                    if arguments.contains(where: { rowCount > 0 && $0.isConstant && $0.isNull(0) }) {
                        return .allNull(call.type, count: rowCount)
                    }
                    let bounds = arguments.lane(arguments.count - 1, of: Int32.self)
                    var result = LaneResult<Int32>(arguments, rowCount: rowCount)
                    for row in 0..<rowCount where result.isPresent(row) {
                        if isPerRow { random = JavaRandom(seed: Int64(arguments.lane(0, of: Int32.self)[row])) }
                        guard bounds[row] > 0 else {
                            throw EvaluationError("invalidArgument", "RAND_INTEGER below \(bounds[row]): not positive")
                        }
                        result.set(row, random.nextInt(below: bounds[row]))
                    }
                    return try result.finish(call.type)
                }
            }
        ),
    ]

    private static func sequenceSeed(_ call: ResolvedCall, isSeeded: Bool) -> Int64 {
        if isSeeded, let seed = call.literals[0]?.integerValue { return Int64(truncatingIfNeeded: seed) }
        return Int64(bitPattern: call.context.makeSeed())
    }
}

/// The generator of java.util.Random (Knuth's linear congruential one of 48 bits), so that seeded calls repeat Flink's
/// sequences.
struct JavaRandom {
    private var state: UInt64

    init(seed: Int64) { state = (UInt64(bitPattern: seed) ^ 0x5_DEEC_E66D) & (1 << 48 - 1) }

    private mutating func next(_ bitCount: UInt64) -> Int32 {
        state = (state &* 0x5_DEEC_E66D &+ 0xB) & (1 << 48 - 1)
        return Int32(truncatingIfNeeded: Int64(state) >> Int64(48 - bitCount))
    }

    /// The next number from 0 to 1, with 53 random bits.
    mutating func nextDouble() -> Double {
        let high = Int64(next(26)) << 27
        return Double(high + Int64(next(27))) * 0x1.0p-53
    }

    /// The next number from 0 to `bound`, which is positive.
    mutating func nextInt(below bound: Int32) -> Int32 {
        var bits = next(31)
        if bound & (bound - 1) == 0 { return Int32(truncatingIfNeeded: (Int64(bound) * Int64(bits)) >> 31) }
        var value = bits % bound
        while bits &- value &+ (bound - 1) < 0 {
            bits = next(31)
            value = bits % bound
        }
        return value
    }
}
