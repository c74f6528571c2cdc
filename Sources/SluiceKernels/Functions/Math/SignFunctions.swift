import SluiceColumns

/// A function from a number to one of its type, as a type, so that its loop is compiled for it alone.
protocol NumberFunction: SendableMetatype {
    /// - Parameter one: what stands for 1: a DECIMAL has it scaled.
    static func value<Number: FixedWidthInteger & SignedInteger>(_ x: Number, one: Number) -> Number
    static func value<Number: BinaryFloatingPoint>(_ x: Number) -> Number
}

extension MathFunctions {
    static let signFunctions: [ScalarFunction] = [
        ScalarFunction(
            "ABS",
            category: "arithmetic",
            signature: "ABS(numeric)",
            summary: "The magnitude.",
            example: ("ABS(-5)", "5"),
            takes: ArgumentList([.number]),
            gives: .asFirst,
            rows: { call, arguments, rowCount in try mapped(Magnitude.self, call, arguments, rowCount) }
        ),
        ScalarFunction(
            "SIGN",
            category: "arithmetic",
            signature: "SIGN(numeric)",
            summary: "-1, 0 or 1, in the type of the number.",
            example: ("SIGN(-5)", "-1"),
            takes: ArgumentList([.number]),
            gives: .asFirst,
            rows: { call, arguments, rowCount in try mapped(Signum.self, call, arguments, rowCount) }
        ),
    ]

    private static func mapped<Function: NumberFunction>(
        _ function: Function.Type,
        _ call: ResolvedCall,
        _ arguments: [Column],
        _ rowCount: Int
    ) throws -> Column {
        switch call.type.lane {
        case .int8: try wholes(Int8.self, function, call, arguments, rowCount)
        case .int16: try wholes(Int16.self, function, call, arguments, rowCount)
        case .int32: try wholes(Int32.self, function, call, arguments, rowCount)
        case .int64: try wholes(Int64.self, function, call, arguments, rowCount)
        case .int128: try wholes(Int128.self, function, call, arguments, rowCount)
        case .float: try reals(Float.self, function, call, arguments, rowCount)
        default: try reals(Double.self, function, call, arguments, rowCount)
        }
    }

    private static func wholes<Number: FixedWidthInteger & SignedInteger & BitwiseCopyable, Function: NumberFunction>(
        _ number: Number.Type,
        _ function: Function.Type,
        _ call: ResolvedCall,
        _ arguments: [Column],
        _ rowCount: Int
    ) throws -> Column {
        var one: Number = 1
        if case .decimal(_, let scale) = call.type.logical {
            one = Number(truncatingIfNeeded: PowersOfTen.int128(scale))
        }
        let numbers = arguments.lane(0, of: number)
        var result = LaneResult<Number>(arguments, rowCount: rowCount)
        for row in 0..<rowCount { result.set(row, Function.value(numbers[row], one: one)) }
        return try result.finish(call.type)
    }

    private static func reals<Number: BinaryFloatingPoint & BitwiseCopyable, Function: NumberFunction>(
        _ number: Number.Type,
        _ function: Function.Type,
        _ call: ResolvedCall,
        _ arguments: [Column],
        _ rowCount: Int
    ) throws -> Column {
        let numbers = arguments.lane(0, of: number)
        var result = LaneResult<Number>(arguments, rowCount: rowCount)
        for row in 0..<rowCount { result.set(row, Function.value(numbers[row])) }
        return try result.finish(call.type)
    }
}

/// ABS; the least integer stays as it is, as in Java.
enum Magnitude: NumberFunction {
    static func value<Number: FixedWidthInteger & SignedInteger>(_ x: Number, one: Number) -> Number {
        x < 0 ? 0 &- x : x
    }
    static func value<Number: BinaryFloatingPoint>(_ x: Number) -> Number { x.magnitude }
}

/// SIGN; a zero keeps its own sign and NaN stays.
enum Signum: NumberFunction {
    static func value<Number: FixedWidthInteger & SignedInteger>(_ x: Number, one: Number) -> Number {
        x > 0 ? one : x < 0 ? 0 &- one : 0
    }
    static func value<Number: BinaryFloatingPoint>(_ x: Number) -> Number { x > 0 ? 1 : x < 0 ? -1 : x }
}
