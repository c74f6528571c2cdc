import SluiceColumns

/// TO_TIMESTAMP_LTZ, of numbers and of strings.
enum InstantParsing {
    /// Milliseconds of the years 0000 to 9999, outside of which there is no value.
    private static let millisRange: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

    /// Precision and zone have to be literals, and valid.
    @Sendable
    static func resolve(_ arguments: [ArgumentInfo]) throws -> ResolvedSignature {
        let name = "TO_TIMESTAMP_LTZ"
        if arguments.first?.type.logical.isText == true {
            let types = try ArgumentList([.text, .textOrNull, .textOrNull], optionalCount: 2).types(name, arguments)
            if arguments.count == 3, let zone = arguments[2].literal?.stringValue,
                (try? TimeZoneRules(named: zone)) == nil
            {
                throw FunctionError("'\(zone)' is not a time zone", argument: 2)
            }
            return ResolvedSignature(types, DataType(.timestampLTZ(3)))
        }
        let types = try ArgumentList([.number.orNull(.bigint), .int], optionalCount: 1).types(name, arguments)
        var precision = 3
        if arguments.count == 2 {
            guard let literal = arguments[1].literal?.integerValue, literal >= 0, literal <= 9 else {
                throw FunctionError("the precision of \(name) must be a literal from 0 to 9", argument: 1)
            }
            precision = max(3, Int(literal))
        }
        return ResolvedSignature(types, DataType(.timestampLTZ(precision)))
    }

    /// The kernel of one call.
    @Sendable
    static func kernel(_ call: ResolvedCall) throws -> ScalarKernel {
        if call.argumentTypes[0].logical.isText { return textKernel(call) }
        let precision = call.literals.count > 1 ? Int(call.literals[1]?.integerValue ?? 3) : 3
        return StrictKernel.make(call) { arguments, rowCount in
            try numberRows(call, precision, arguments, rowCount)
        }
    }

    private static func numberRows(
        _ call: ResolvedCall,
        _ precision: Int,
        _ arguments: [Column],
        _ rowCount: Int
    ) throws -> Column {
        let isWide = call.type.lane == .int128
        var micros = LaneResult<Int64>(arguments, rowCount: isWide ? 0 : rowCount)
        var nanos = LaneResult<Int128>(arguments, rowCount: isWide ? rowCount : 0)
        for row in 0..<rowCount {
            let isPresent = isWide ? nanos.isPresent(row) : micros.isPresent(row)
            guard isPresent else { continue }
            let instant = nanosOfRow(arguments[0], row, precision)
            let isInRange = instant.map { millisRange.contains(Int64(clamping: floorDivide($0, 1_000_000))) } ?? false
            guard let instant, isInRange else {
                if isWide { nanos.setNull(row) } else { micros.setNull(row) }
                continue
            }
            if isWide {
                nanos.set(row, instant)
            } else {
                micros.set(row, Int64(clamping: floorDivide(instant, 1_000)))
            }
        }
        return isWide ? try nanos.finish(call.type) : try micros.finish(call.type)
    }

    /// The instant of row `row` in nanoseconds.
    ///
    /// Decimals lose their fraction; floats keep milliseconds.
    private static func nanosOfRow(_ column: Column, _ row: Int, _ precision: Int) -> Int128? {
        let slot = column.isConstant ? 0 : row
        let unit = PowersOfTen.int128(9 - precision)
        switch column.type.logical {
        case .tinyint: return Int128(column.int8s[slot]) * unit
        case .smallint: return Int128(column.int16s[slot]) * unit
        case .int: return Int128(column.int32s[slot]) * unit
        case .bigint: return Int128(column.int64s[slot]) * unit
        case .float: return nanos(of: Double(column.floats[slot]), precision)
        case .double: return nanos(of: column.doubles[slot], precision)
        case .decimal(_, let scale):
            let unscaled = column.type.lane == .int64 ? Int128(column.int64s[slot]) : column.int128s[slot]
            return Int128(DecimalConversion.int64(unscaled, scale: scale)) * unit
        default: return nil
        }
    }

    private static func nanos(of value: Double, _ precision: Int) -> Int128? {
        let millis = value * Double(PowersOfTen.int64(3)) / Double(PowersOfTen.int64(precision))
        guard millis.magnitude < 1e18 else { return nil }
        return Int128(Int64(millis)) * 1_000_000
    }

    private static func textKernel(_ call: ResolvedCall) -> ScalarKernel {
        let patterns = DatePatternCache(.dateTimeFormatter)
        let zones = TimeZoneCache()
        return StrictKernel.make(call) { arguments, rowCount in
            let texts = arguments.text(0)
            let forms = arguments.text(min(1, arguments.count - 1))
            let names = arguments.text(arguments.count - 1)
            var result = LaneResult<Int64>(arguments, rowCount: rowCount)
            for row in 0..<rowCount where result.isPresent(row) {
                let parsed =
                    arguments.count == 1
                    ? TimestampText.parseCast(texts[row])
                    : TemporalFunctions.parse(texts[row], patterns.pattern(forms[row]))
                guard let millis = parsed?.millis else {
                    if arguments.count == 1 {
                        throw EvaluationError(
                            "badTimestamp",
                            "'\(String(copying: texts[row]))' is not of the form yyyy-MM-dd HH:mm:ss"
                        )
                    }
                    result.setNull(row)
                    continue
                }
                let zone = arguments.count == 3 ? zones.rules(names[row]) : .utc
                result.set(row, zone.utcMillis(localMillis: millis) &* 1_000)
            }
            return try result.finish(call.type)
        }
    }
}
