import Glibc
import SluiceColumns

/// A function from DOUBLE to DOUBLE, as a type, so that its loop is compiled for it alone.
protocol RealFunction: SendableMetatype {
    static func value(_ x: Double) -> Double
}

/// A function from two DOUBLEs to DOUBLE.
protocol RealFunction2: SendableMetatype {
    static func value(_ x: Double, _ y: Double) -> Double
}

extension MathFunctions {
    static let realFunctions: [ScalarFunction] = [
        real("SIN", Sine.self, "The sine of an angle in radians.", ("SIN(0)", "0.0")),
        real("COS", Cosine.self, "The cosine of an angle in radians.", ("COS(0)", "1.0")),
        real("TAN", Tangent.self, "The tangent of an angle in radians.", ("TAN(0)", "0.0")),
        real("COT", Cotangent.self, "The cotangent of an angle in radians.", ("COT(1)", "0.6420926159343306")),
        real("ASIN", ArcSine.self, "The angle in radians with the given sine.", ("ASIN(0)", "0.0")),
        real("ACOS", ArcCosine.self, "The angle in radians with the given cosine.", ("ACOS(1)", "0.0")),
        real("ATAN", ArcTangent.self, "The angle in radians with the given tangent.", ("ATAN(0)", "0.0")),
        real("SINH", HyperbolicSine.self, "The hyperbolic sine.", ("SINH(0)", "0.0")),
        real("COSH", HyperbolicCosine.self, "The hyperbolic cosine.", ("COSH(0)", "1.0")),
        real("TANH", HyperbolicTangent.self, "The hyperbolic tangent.", ("TANH(0)", "0.0")),
        real("DEGREES", Degrees.self, "An angle in radians as degrees.", ("DEGREES(PI())", "180.0")),
        real("RADIANS", Radians.self, "An angle in degrees as radians.", ("RADIANS(180)", "3.141592653589793")),
        real("SQRT", SquareRoot.self, "The square root; NaN for a negative number.", ("SQRT(2)", "1.4142135623730951")),
        real("CBRT", CubeRoot.self, "The cube root. Not in Flink.", ("CBRT(27)", "3.0")),
        real("EXP", Exponential.self, "The power of e.", ("EXP(1)", "2.718281828459045")),
        real2("POWER", "POWER(base, exponent)", Power.self, "The power.", ("POWER(2, 10)", "1024.0")),
        real2(
            "ATAN2",
            "ATAN2(y, x)",
            ArcTangent2.self,
            "The angle in radians of the point (x, y).",
            ("ATAN2(0, 1)", "0.0")
        ),
        constant("E", 2.718281828459045, "The base of the natural logarithm."),
        constant("PI", Double.pi, "The ratio of a circle's circumference to its diameter."),
    ]

    static func real<Function: RealFunction>(
        _ name: String,
        _ function: Function.Type,
        _ summary: String,
        _ example: (String, String)
    ) -> ScalarFunction {
        ScalarFunction(
            name,
            category: "arithmetic",
            signature: "\(name)(numeric)",
            summary: summary,
            example: example,
            takes: ArgumentList([.double]),
            gives: .strict(.double),
            rows: { call, arguments, rowCount in
                let numbers = arguments.lane(0, of: Double.self)
                var result = LaneResult<Double>(arguments, rowCount: rowCount)
                for row in 0..<rowCount { result.set(row, Function.value(numbers[row])) }
                return try result.finish(call.type)
            }
        )
    }

    static func real2<Function: RealFunction2>(
        _ name: String,
        _ signature: String,
        _ function: Function.Type,
        _ summary: String,
        _ example: (String, String)
    ) -> ScalarFunction {
        ScalarFunction(
            name,
            category: "arithmetic",
            signature: signature,
            summary: summary,
            example: example,
            takes: ArgumentList([.double, .double]),
            gives: .strict(.double),
            rows: { call, arguments, rowCount in
                let first = arguments.lane(0, of: Double.self)
                let second = arguments.lane(1, of: Double.self)
                var result = LaneResult<Double>(arguments, rowCount: rowCount)
                for row in 0..<rowCount { result.set(row, Function.value(first[row], second[row])) }
                return try result.finish(call.type)
            }
        )
    }

    private static func constant(_ name: String, _ value: Double, _ summary: String) -> ScalarFunction {
        ScalarFunction(
            name,
            category: "arithmetic",
            signature: "\(name)()",
            summary: summary,
            example: ("\(name)()", "\(value)"),
            takes: ArgumentList([]),
            gives: .notNull(.double),
            compile: { call in { _, rowCount in .constant(.double(value), call.type, count: rowCount) } }
        )
    }
}

enum Sine: RealFunction { static func value(_ x: Double) -> Double { sin(x) } }
enum Cosine: RealFunction { static func value(_ x: Double) -> Double { cos(x) } }
enum Tangent: RealFunction { static func value(_ x: Double) -> Double { tan(x) } }
enum Cotangent: RealFunction { static func value(_ x: Double) -> Double { 1 / tan(x) } }
enum ArcSine: RealFunction { static func value(_ x: Double) -> Double { asin(x) } }
enum ArcCosine: RealFunction { static func value(_ x: Double) -> Double { acos(x) } }
enum ArcTangent: RealFunction { static func value(_ x: Double) -> Double { atan(x) } }
enum HyperbolicSine: RealFunction { static func value(_ x: Double) -> Double { sinh(x) } }
enum HyperbolicCosine: RealFunction { static func value(_ x: Double) -> Double { cosh(x) } }
enum HyperbolicTangent: RealFunction { static func value(_ x: Double) -> Double { tanh(x) } }
enum Degrees: RealFunction { static func value(_ x: Double) -> Double { x * 57.29577951308232 } }
enum Radians: RealFunction { static func value(_ x: Double) -> Double { x * 0.017453292519943295 } }
enum Exponential: RealFunction { static func value(_ x: Double) -> Double { exp(x) } }
/// As the power of a half, which is how Flink computes it: the root of -Infinity is Infinity.
enum SquareRoot: RealFunction { static func value(_ x: Double) -> Double { Power.value(x, 0.5) } }
enum ArcTangent2: RealFunction2 { static func value(_ y: Double, _ x: Double) -> Double { atan2(y, x) } }

/// Java's power: it differs from C's where the base is 1 or -1 and the exponent infinite or NaN.
enum Power: RealFunction2 {
    static func value(_ x: Double, _ y: Double) -> Double {
        if y.isNaN || (y.isInfinite && x.magnitude == 1) { return .nan }
        return pow(x, y)
    }
}

/// The root of the C library, which may be one off in the last place, and a step of Newton's method.
enum CubeRoot: RealFunction {
    static func value(_ x: Double) -> Double {
        let root = cbrt(x)
        let step = (root * root * root - x) / (3 * root * root)
        return step.isFinite ? root - step : root
    }
}
