import Glibc
import SluiceColumns

extension MathFunctions {
    static let logarithmFunctions: [ScalarFunction] = [
        real("LN", NaturalLogarithm.self, "The natural logarithm.", ("LN(1)", "0.0")),
        real("LOG10", CommonLogarithm.self, "The logarithm to base 10.", ("LOG10(1000)", "3.0")),
        real("LOG2", BinaryLogarithm.self, "The logarithm to base 2.", ("LOG2(8)", "3.0")),
        ScalarFunction(
            "LOG",
            category: "arithmetic",
            signature: "LOG([base,] numeric)",
            summary: "The natural logarithm, or the one to the given base.",
            example: ("LOG(2, 8)", "3.0"),
            takes: ArgumentList([.double, .double], optionalCount: 1),
            gives: .strict(.double),
            rows: { call, arguments, rowCount in
                let first = arguments.lane(0, of: Double.self)
                let last = arguments.lane(arguments.count - 1, of: Double.self)
                let hasBase = arguments.count == 2
                var result = LaneResult<Double>(arguments, rowCount: rowCount)
                for row in 0..<rowCount {
                    let logarithm = log(last[row])
                    result.set(row, hasBase ? logarithm / log(first[row]) : logarithm)
                }
                return try result.finish(call.type)
            }
        ),
    ]
}

/// The sign of a NaN does not matter; C gives -NaN for negative numbers, which prints alike.
enum NaturalLogarithm: RealFunction { static func value(_ x: Double) -> Double { log(x) } }
enum CommonLogarithm: RealFunction { static func value(_ x: Double) -> Double { log10(x) } }
enum BinaryLogarithm: RealFunction { static func value(_ x: Double) -> Double { log(x) / log(2) } }
