import SluiceColumns

/// A function of the bits of two integers of one width, as a type, so that its loop is compiled for it alone.
protocol BitFunction: SendableMetatype {
    static func value<Number: FixedWidthInteger & SignedInteger>(_ x: Number, _ y: Number) -> Number
}

/// A function that moves the bits of an integer; the distance is not negative and less than the width.
protocol BitShift: SendableMetatype {
    static func value<Number: FixedWidthInteger & SignedInteger>(_ x: Number, by distance: Number) -> Number
}

extension MathFunctions {
    /// The bits of integers, which Flink has no functions for; integers are taken in two's complement.
    static let bitFunctions: [ScalarFunction] = [
        bits(
            "BITAND",
            BitAnd.self,
            "The bits that are 1 in both integers, in the wider type.",
            ("BITAND(12, 10)", "8")
        ),
        bits("BITOR", BitOr.self, "The bits that are 1 in an integer, in the wider type.", ("BITOR(12, 10)", "14")),
        bits("BITXOR", BitXor.self, "The bits in which two integers differ.", ("BITXOR(12, 10)", "6")),
        ScalarFunction(
            "BITNOT",
            category: "arithmetic",
            signature: "BITNOT(integer)",
            summary: "The integer with every bit the other way. Not in Flink.",
            example: ("BITNOT(5)", "-6"),
            takes: ArgumentList([anyInteger]),
            gives: .asFirst,
            rows: { call, arguments, rowCount in
                switch call.type.lane {
                case .int8: try inverted(Int8.self, call, arguments, rowCount)
                case .int16: try inverted(Int16.self, call, arguments, rowCount)
                case .int32: try inverted(Int32.self, call, arguments, rowCount)
                default: try inverted(Int64.self, call, arguments, rowCount)
                }
            }
        ),
        shift(
            "SHIFTLEFT",
            ShiftLeft.self,
            "The INT or BIGINT with its bits moved to the left",
            ("SHIFTLEFT(3, 2)", "12")
        ),
        shift(
            "SHIFTRIGHT",
            ShiftRight.self,
            "The INT or BIGINT with its bits moved to the right, filled up with its sign",
            ("SHIFTRIGHT(-12, 2)", "-3")
        ),
        shift(
            "SHIFTRIGHTUNSIGNED",
            ShiftRightUnsigned.self,
            "The INT or BIGINT with its bits moved to the right, filled up with 0",
            ("SHIFTRIGHTUNSIGNED(-12, 2)", "1073741821")
        ),
    ]

    /// An integer of any width, as it is; a bare NULL is one of INT.
    private static let anyInteger = ArgumentRule("an integer") { $0.logical.isInteger ? $0 : nil }.orNull(.int)

    private static func bits<Function: BitFunction>(
        _ name: String,
        _ function: Function.Type,
        _ summary: String,
        _ example: (String, String)
    ) -> ScalarFunction {
        ScalarFunction(
            name,
            category: "arithmetic",
            signature: "\(name)(integer1, integer2)",
            summary: summary + " Not in Flink.",
            example: (expression: example.0, result: example.1),
            resolve: { arguments in
                let types = try ArgumentList([anyInteger, anyInteger]).types(name, arguments)
                guard let wider = CommonType.leastRestrictive(types.map { $0.nullable(true) })?.logical else {
                    throw FunctionError("\(name) needs two integers")
                }
                return ResolvedSignature(
                    types.map { DataType(wider, nullable: $0.isNullable) },
                    ResultRule.strict(wider).type(types)
                )
            },
            makeKernel: { call in
                StrictKernel.make(call) { arguments, rowCount in
                    switch call.type.lane {
                    case .int8: try combined(Int8.self, function, call, arguments, rowCount)
                    case .int16: try combined(Int16.self, function, call, arguments, rowCount)
                    case .int32: try combined(Int32.self, function, call, arguments, rowCount)
                    default: try combined(Int64.self, function, call, arguments, rowCount)
                    }
                }
            }
        )
    }

    private static func combined<Number: FixedWidthInteger & SignedInteger & BitwiseCopyable, Function: BitFunction>(
        _ number: Number.Type,
        _ function: Function.Type,
        _ call: ResolvedCall,
        _ arguments: [Column],
        _ rowCount: Int
    ) throws -> Column {
        let first = arguments.lane(0, of: number)
        let second = arguments.lane(1, of: number)
        var result = LaneResult<Number>(arguments, rowCount: rowCount)
        for row in 0..<rowCount { result.set(row, Function.value(first[row], second[row])) }
        return try result.finish(call.type)
    }

    private static func inverted<Number: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
        _ number: Number.Type,
        _ call: ResolvedCall,
        _ arguments: [Column],
        _ rowCount: Int
    ) throws -> Column {
        let numbers = arguments.lane(0, of: number)
        var result = LaneResult<Number>(arguments, rowCount: rowCount)
        for row in 0..<rowCount { result.set(row, ~numbers[row]) }
        return try result.finish(call.type)
    }

    private static func shift<Shift: BitShift>(
        _ name: String,
        _ shift: Shift.Type,
        _ summary: String,
        _ example: (String, String)
    ) -> ScalarFunction {
        let shifted = ArgumentRule("an integer") { type in
            type.logical == .bigint ? type : ArgumentRule.int.coerce(type)
        }
        return ScalarFunction(
            name,
            category: "arithmetic",
            signature: "\(name)(integer, distance)",
            summary: summary + "; the distance counts modulo the width, 32 or 64. Not in Flink.",
            example: example,
            takes: ArgumentList([shifted.orNull(.int), .integer.orNull(.bigint)]),
            gives: .asFirst,
            rows: { call, arguments, rowCount in
                if call.type.lane == .int32 {
                    return try moved(Int32.self, shift, call, arguments, rowCount)
                }
                return try moved(Int64.self, shift, call, arguments, rowCount)
            }
        )
    }

    private static func moved<Number: FixedWidthInteger & SignedInteger & BitwiseCopyable, Shift: BitShift>(
        _ number: Number.Type,
        _ shift: Shift.Type,
        _ call: ResolvedCall,
        _ arguments: [Column],
        _ rowCount: Int
    ) throws -> Column {
        let numbers = arguments.lane(0, of: number)
        let distances = arguments.lane(1, of: Int64.self)
        let mask = Int64(Number.bitWidth - 1)
        var result = LaneResult<Number>(arguments, rowCount: rowCount)
        for row in 0..<rowCount {
            result.set(row, Shift.value(numbers[row], by: Number(truncatingIfNeeded: distances[row] & mask)))
        }
        return try result.finish(call.type)
    }
}

enum BitAnd: BitFunction {
    static func value<Number: FixedWidthInteger & SignedInteger>(_ x: Number, _ y: Number) -> Number { x & y }
}
enum BitOr: BitFunction {
    static func value<Number: FixedWidthInteger & SignedInteger>(_ x: Number, _ y: Number) -> Number { x | y }
}
enum BitXor: BitFunction {
    static func value<Number: FixedWidthInteger & SignedInteger>(_ x: Number, _ y: Number) -> Number { x ^ y }
}
enum ShiftLeft: BitShift {
    static func value<Number: FixedWidthInteger & SignedInteger>(_ x: Number, by distance: Number) -> Number {
        x &<< distance
    }
}
enum ShiftRight: BitShift {
    static func value<Number: FixedWidthInteger & SignedInteger>(_ x: Number, by distance: Number) -> Number {
        x &>> distance
    }
}
enum ShiftRightUnsigned: BitShift {
    static func value<Number: FixedWidthInteger & SignedInteger>(_ x: Number, by distance: Number) -> Number {
        let bits = Number.Magnitude(truncatingIfNeeded: x)
        return Number(truncatingIfNeeded: bits &>> Number.Magnitude(truncatingIfNeeded: distance))
    }
}
