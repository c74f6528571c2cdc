import SluiceColumns

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
            rows: { call, arguments, rowCount in
                switch call.type.lane {
                case .int8: try magnitudes(Int8.self, call, arguments, rowCount)
                case .int16: try magnitudes(Int16.self, call, arguments, rowCount)
                case .int32: try magnitudes(Int32.self, call, arguments, rowCount)
                case .int64: try magnitudes(Int64.self, call, arguments, rowCount)
                case .int128: try magnitudes(Int128.self, call, arguments, rowCount)
                case .float: try realMagnitudes(Float.self, call, arguments, rowCount)
                default: try realMagnitudes(Double.self, call, arguments, rowCount)
                }
            }
        ),
        ScalarFunction(
            "SIGN",
            category: "arithmetic",
            signature: "SIGN(numeric)",
            summary: "-1, 0 or 1, in the type of the number.",
            example: ("SIGN(-5)", "-1"),
            takes: ArgumentList([.number]),
            gives: .asFirst,
            rows: { call, arguments, rowCount in
                switch call.type.lane {
                case .int8: try signs(Int8.self, call, arguments, rowCount)
                case .int16: try signs(Int16.self, call, arguments, rowCount)
                case .int32: try signs(Int32.self, call, arguments, rowCount)
                case .int64: try signs(Int64.self, call, arguments, rowCount)
                case .int128: try signs(Int128.self, call, arguments, rowCount)
                case .float: try realSigns(Float.self, call, arguments, rowCount)
                default: try realSigns(Double.self, call, arguments, rowCount)
                }
            }
        ),
    ]

    /// The least integer stays as it is, as in Java.
    private static func magnitudes<Number: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
        _ number: Number.Type,
        _ call: ResolvedCall,
        _ arguments: [Column],
        _ rowCount: Int
    ) throws -> Column {
        let numbers = arguments.lane(0, of: number)
        var result = LaneResult<Number>(arguments, rowCount: rowCount)
        for row in 0..<rowCount { result.set(row, numbers[row] < 0 ? 0 &- numbers[row] : numbers[row]) }
        return try result.finish(call.type)
    }

    private static func realMagnitudes<Number: BinaryFloatingPoint & BitwiseCopyable>(
        _ number: Number.Type,
        _ call: ResolvedCall,
        _ arguments: [Column],
        _ rowCount: Int
    ) throws -> Column {
        let numbers = arguments.lane(0, of: number)
        var result = LaneResult<Number>(arguments, rowCount: rowCount)
        for row in 0..<rowCount { result.set(row, numbers[row].magnitude) }
        return try result.finish(call.type)
    }

    private static func signs<Number: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
        _ number: Number.Type,
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
        for row in 0..<rowCount { result.set(row, numbers[row] > 0 ? one : numbers[row] < 0 ? 0 &- one : 0) }
        return try result.finish(call.type)
    }

    private static func realSigns<Number: BinaryFloatingPoint & BitwiseCopyable>(
        _ number: Number.Type,
        _ call: ResolvedCall,
        _ arguments: [Column],
        _ rowCount: Int
    ) throws -> Column {
        let numbers = arguments.lane(0, of: number)
        var result = LaneResult<Number>(arguments, rowCount: rowCount)
        for row in 0..<rowCount {
            let number = numbers[row]
            // Zero keeps its sign and NaN stays.
            result.set(row, number > 0 ? 1 : number < 0 ? -1 : number)
        }
        return try result.finish(call.type)
    }
}
