import SluiceColumns

extension MathFunctions {
    static let roundingFunctions: [ScalarFunction] = [
        rounding(
            "ROUND",
            .halfUp,
            "The number rounded to the given number of digits after the point (0 by default, may be negative), halves "
                + "away from zero.",
            ("ROUND(2.45, 1)", "2.5")
        ),
        rounding(
            "TRUNCATE",
            .down,
            "The number cut to the given number of digits after the point (0 by default, may be negative).",
            ("TRUNCATE(42.324, 2)", "42.32")
        ),
        rounding(
            "BROUND",
            .halfEven,
            "The number rounded to the given number of digits after the point (0 by default, may be negative), halves "
                + "to the even digit. Not in Flink.",
            ("BROUND(2.45, 1)", "2.4")
        ),
    ]

    private static func rounding(
        _ name: String,
        _ mode: DecimalArithmetic.Rounding,
        _ summary: String,
        _ example: (String, String)
    ) -> ScalarFunction {
        ScalarFunction(
            name,
            category: "arithmetic",
            signature: "\(name)(numeric [, integer])",
            summary: summary,
            example: (expression: example.0, result: example.1),
            resolve: { arguments in
                let types = try ArgumentList([.number, .int], optionalCount: 1).types(name, arguments)
                var logical = types[0].logical
                if case .decimal(let precision, let scale) = logical, let digits = literalDigits(arguments) {
                    let shape = DecimalTypeRules.rounded(DecimalShape(precision, scale), digits: digits)
                    logical = .decimal(precision: shape.precision, scale: shape.scale)
                }
                return ResolvedSignature(types, DataType(logical, nullable: types.contains(where: \.isNullable)))
            },
            makeKernel: { call in
                StrictKernel.make(call) { arguments, rowCount in try roundRows(call, mode, arguments, rowCount) }
            }
        )
    }

    /// The digits where they are a literal; nil where they differ from row to row (or are NULL), which keeps the type.
    private static func literalDigits(_ arguments: [ArgumentInfo]) -> Int? {
        if arguments.count == 1 { return 0 }
        guard arguments[1].isWritten else { return nil }
        return arguments[1].literal?.integerValue.map { Int(truncatingIfNeeded: $0) }
    }

    private static func roundRows(
        _ call: ResolvedCall,
        _ mode: DecimalArithmetic.Rounding,
        _ arguments: [Column],
        _ rowCount: Int
    ) throws -> Column {
        switch call.argumentTypes[0].logical {
        case .tinyint: return try integerRows(Int8.self, call, mode, arguments, rowCount)
        case .smallint: return try integerRows(Int16.self, call, mode, arguments, rowCount)
        case .int: return try integerRows(Int32.self, call, mode, arguments, rowCount)
        case .bigint: return try integerRows(Int64.self, call, mode, arguments, rowCount)
        case .float: return try realRows(Float.self, call, mode, arguments, rowCount)
        case .double: return try realRows(Double.self, call, mode, arguments, rowCount)
        default: return try decimalRows(call, mode, arguments, rowCount)
        }
    }

    /// The digits of row `row`, kept where they make a difference.
    private static func digits(_ arguments: [Column], _ row: Int) -> Int {
        arguments.count == 1 ? 0 : max(-400, min(400, Int(arguments.lane(1, of: Int32.self)[row])))
    }

    /// What rounds up beyond the type wraps, as in Java.
    private static func integerRows<Number: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
        _ number: Number.Type,
        _ call: ResolvedCall,
        _ mode: DecimalArithmetic.Rounding,
        _ arguments: [Column],
        _ rowCount: Int
    ) throws -> Column {
        let numbers = arguments.lane(0, of: number)
        var result = LaneResult<Number>(arguments, rowCount: rowCount)
        for row in 0..<rowCount {
            let digits = digits(arguments, row)
            if digits >= 0 {
                result.set(row, numbers[row])
            } else if digits >= -19 {
                let unit = PowersOfTen.int128(-digits)
                let value = Int128(numbers[row])
                let rest = value % unit
                var rounded = value - rest
                if mode.roundsUp(rest.magnitude, of: unit.magnitude, isOdd: value / unit % 2 != 0) {
                    rounded += value < 0 ? -unit : unit
                }
                result.set(row, Number(truncatingIfNeeded: rounded))
            }
        }
        return try result.finish(call.type)
    }

    private static func decimalRows(
        _ call: ResolvedCall,
        _ mode: DecimalArithmetic.Rounding,
        _ arguments: [Column],
        _ rowCount: Int
    ) throws -> Column {
        guard case .decimal(_, let scale) = call.argumentTypes[0].logical,
            case .decimal(let precision, let newScale) = call.type.logical
        else { return arguments[0] }
        let shape = DecimalShape(precision, newScale)
        let isNarrow = call.argumentTypes[0].lane == .int64
        var wide = LaneResult<Int128>(arguments, rowCount: rowCount)
        for row in 0..<rowCount where wide.isPresent(row) {
            let value =
                isNarrow ? Int128(arguments.lane(0, of: Int64.self)[row]) : arguments.lane(0, of: Int128.self)[row]
            let digits = max(-38, digits(arguments, row))
            let rounded = DecimalConversion.round(value, scale: scale, digits: digits, rounding: mode, into: shape)
            guard var rounded else {
                wide.setNull(row)
                continue
            }
            // Digits that differ from row to row leave the type as it is, but Flink stores the number without the
            // digits that were rounded off: 12.34 to one digit is read as 1.23.
            if mode != .halfEven, call.literals.count > 1, call.literals[1] == nil, digits < scale {
                rounded /= PowersOfTen.int128(scale - max(0, digits))
            }
            wide.set(row, rounded)
        }
        guard call.type.lane == .int64 else { return try wide.finish(call.type) }
        let column = try wide.finish(DataType(.decimal(precision: 38, scale: newScale)))
        var lane = MutableLane<Int64>(count: rowCount)
        var slots = lane.span
        let values = column.int128s
        for row in 0..<rowCount { slots[row] = Int64(truncatingIfNeeded: values[row]) }
        return Column(type: call.type, count: rowCount, values: lane.finish(), validity: column.validity)
    }

    /// Rounds the shortest decimal that reads back as the number, which is what `BigDecimal.valueOf` takes.
    ///
    /// Finding those digits is why ROUND of a DOUBLE takes more than 100 ns a row.
    private static func realRows<Number: BinaryFloatingPoint & BitwiseCopyable>(
        _ number: Number.Type,
        _ call: ResolvedCall,
        _ mode: DecimalArithmetic.Rounding,
        _ arguments: [Column],
        _ rowCount: Int
    ) throws -> Column {
        let numbers = arguments.lane(0, of: number)
        var result = LaneResult<Number>(arguments, rowCount: rowCount)
        var rounder = RealRounder(mode)
        for row in 0..<rowCount where result.isPresent(row) {
            let value = Double(numbers[row])
            guard value.isFinite else {
                throw EvaluationError("invalidArgument", "\(value) cannot be rounded to a number of digits")
            }
            result.set(row, Number(rounder.round(value, digits: digits(arguments, row))))
        }
        return try result.finish(call.type)
    }
}

/// Rounds doubles in their decimal form.
struct RealRounder {
    private let mode: DecimalArithmetic.Rounding
    private var buffer = TextBuffer(byteCapacity: 64)
    private var digits: [UInt8] = []

    init(_ mode: DecimalArithmetic.Rounding) { self.mode = mode }

    /// `value`, which is finite, with `places` digits after the point.
    mutating func round(_ value: Double, digits places: Int) -> Double {
        let point = RealRounder.takeDigits(value.magnitude, &buffer, &digits)
        // The digits stand for 0.d1d2d3... * 10^point; `kept` of them stay.
        let kept = point + places
        if kept >= digits.count { return value }
        let roundsUp = kept >= 0 && roundsUp(at: kept)
        buffer.removeAll()
        if value < 0 { buffer.append(UInt8(ascii: "-")) }
        buffer.append(UInt8(ascii: "0"))
        if kept > 0 { for index in 0..<kept { buffer.append(digits[index] &+ 0x30) } }
        if roundsUp { carry(upTo: kept) }
        buffer.append(UInt8(ascii: "e"))
        buffer.append(integer: Int64(-places))
        // A negative number that rounds to nothing is plain zero, as BigDecimal has no negative zero.
        let rounded = FloatText.parseDouble(buffer.bytes) ?? value
        return rounded == 0 ? 0 : rounded
    }

    /// Whether what follows the first `kept` digits, of which there is at least one, rounds up.
    private func roundsUp(at kept: Int) -> Bool {
        let rest: Int128 = digits[kept] == 5 && digits.count > kept + 1 ? 6 : Int128(digits[kept])
        return mode.roundsUp(rest.magnitude, of: 10, isOdd: kept > 0 && digits[kept - 1] % 2 != 0)
    }

    /// Adds one to the whole number in the buffer; its leading zero makes room for the carry.
    private mutating func carry(upTo kept: Int) {
        let start = buffer.count - max(kept, 0) - 1
        var number: [UInt8] = []
        for index in start..<buffer.count { number.append(buffer.bytes[index]) }
        var index = number.count - 1
        while index >= 0 {
            if number[index] < 0x39 {
                number[index] += 1
                break
            }
            number[index] = 0x30
            index -= 1
        }
        buffer.truncate(to: start)
        for digit in number { buffer.append(digit) }
    }

    /// Fills `digits` with the significant digits of a number and returns the place of the point.
    private static func takeDigits(_ value: Double, _ buffer: inout TextBuffer, _ digits: inout [UInt8]) -> Int {
        buffer.removeAll()
        buffer.append(double: value)
        digits.removeAll(keepingCapacity: true)
        var point = 0
        var exponent = 0
        var isFraction = false
        let text = buffer.bytes
        for index in 0..<text.count {
            let byte = text[index]
            if byte == UInt8(ascii: ".") {
                isFraction = true
            } else if byte == UInt8(ascii: "E") {
                exponent = Int(IntegerText.parseInt64(text.extracting(index + 1..<text.count)) ?? 0)
                break
            } else {
                digits.append(byte &- 0x30)
                if !isFraction { point += 1 }
            }
        }
        return point + exponent
    }
}
