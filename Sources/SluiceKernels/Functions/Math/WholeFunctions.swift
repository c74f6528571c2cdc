import SluiceColumns

extension MathFunctions {
    static let wholeFunctions: [ScalarFunction] = [
        whole(
            "FLOOR",
            aliases: [],
            .floor,
            "The greatest whole number that is not greater, or a time cut to a unit.",
            ("FLOOR(2.5)", "2")
        ),
        whole(
            "CEIL",
            aliases: ["CEILING"],
            .ceiling,
            "The least whole number that is not less, or a time moved on to a whole unit.",
            ("CEIL(2.5)", "3")
        ),
    ]

    private static func whole(
        _ name: String,
        aliases: [String],
        _ rounding: WholeRounding,
        _ summary: String,
        _ example: (String, String)
    ) -> ScalarFunction {
        ScalarFunction(
            name,
            aliases: aliases,
            category: "arithmetic",
            signature: "\(name)(numeric) | \(name)(temporal TO unit)",
            summary: summary,
            example: (expression: example.0, result: example.1),
            resolve: { arguments in
                if arguments.count == 2 { return try TemporalRounding.resolve(name, arguments) }
                let types = try ArgumentList([.number]).types(name, arguments)
                var logical = types[0].logical
                if case .decimal(let precision, _) = logical { logical = .decimal(precision: precision, scale: 0) }
                return ResolvedSignature(types, DataType(logical, nullable: types[0].isNullable))
            },
            makeKernel: { call in
                if call.argumentTypes.count == 2 { return try TemporalRounding.kernel(call, rounding) }
                return StrictKernel.make(call) { arguments, rowCount in
                    try wholeRows(call, rounding, arguments, rowCount)
                }
            }
        )
    }

    private static func wholeRows(
        _ call: ResolvedCall,
        _ rounding: WholeRounding,
        _ arguments: [Column],
        _ rowCount: Int
    ) throws -> Column {
        switch call.argumentTypes[0].logical {
        case .float: return try realWholes(Float.self, call, rounding, arguments, rowCount)
        case .double: return try realWholes(Double.self, call, rounding, arguments, rowCount)
        case .decimal(_, let scale):
            if call.type.lane == .int64 {
                return try decimalWholes(Int64.self, call, rounding, scale, arguments, rowCount)
            }
            return try decimalWholes(Int128.self, call, rounding, scale, arguments, rowCount)
        default: return arguments[0].retyped(call.type)
        }
    }

    private static func realWholes<Number: BinaryFloatingPoint & BitwiseCopyable>(
        _ number: Number.Type,
        _ call: ResolvedCall,
        _ rounding: WholeRounding,
        _ arguments: [Column],
        _ rowCount: Int
    ) throws -> Column {
        let numbers = arguments.lane(0, of: number)
        let rule: FloatingPointRoundingRule = rounding == .floor ? .down : .up
        var result = LaneResult<Number>(arguments, rowCount: rowCount)
        for row in 0..<rowCount { result.set(row, numbers[row].rounded(rule)) }
        return try result.finish(call.type)
    }

    private static func decimalWholes<Number: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
        _ number: Number.Type,
        _ call: ResolvedCall,
        _ rounding: WholeRounding,
        _ scale: Int,
        _ arguments: [Column],
        _ rowCount: Int
    ) throws -> Column {
        let one = Number(truncatingIfNeeded: PowersOfTen.int128(scale))
        let numbers = arguments.lane(0, of: number)
        var result = LaneResult<Number>(arguments, rowCount: rowCount)
        for row in 0..<rowCount {
            let floor = floorDivide(numbers[row], one)
            let isWhole = floor &* one == numbers[row]
            result.set(row, rounding == .floor || isWhole ? floor : floor &+ 1)
        }
        return try result.finish(call.type)
    }
}

/// FLOOR or CEIL.
enum WholeRounding: Sendable { case floor, ceiling }
