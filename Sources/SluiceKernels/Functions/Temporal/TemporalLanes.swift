import SluiceColumns

/// Dates, times and timestamps as milliseconds, which is what Flink computes with.
enum TemporalLanes {
    /// The column as BIGINT milliseconds since the epoch (since midnight for a TIME), finer digits cut off downward;
    /// timestamps with local time zone in the local time of `zone`.
    static func millis(_ column: Column, zone: TimeZoneRules? = nil) -> Column {
        let slotCount = column.slotCount
        var lane = MutableLane<Int64>(count: slotCount)
        var slots = lane.span
        switch column.type.logical {
        case .date:
            let days = column.int32s
            for slot in 0..<slotCount { slots[slot] = Int64(days[slot]) &* 86_400_000 }
        case .time, .intervalYearMonth:
            let values = column.int32s
            for slot in 0..<slotCount { slots[slot] = Int64(values[slot]) }
        case .intervalDayTime, .bigint:
            let values = column.int64s
            for slot in 0..<slotCount { slots[slot] = values[slot] }
        default:
            if column.type.lane == .int128 {
                let nanos = column.int128s
                for slot in 0..<slotCount {
                    slots[slot] = Int64(truncatingIfNeeded: floorDivide(nanos[slot], 1_000_000))
                }
            } else {
                let micros = column.int64s
                for slot in 0..<slotCount { slots[slot] = floorDivide(micros[slot], 1_000) }
            }
        }
        if let zone, case .timestampLTZ = column.type.logical {
            for slot in 0..<slotCount { slots[slot] = zone.localMillis(utcMillis: slots[slot]) }
        }
        return Column(
            type: DataType(.bigint, nullable: column.type.isNullable),
            count: column.count,
            values: lane.finish(),
            validity: column.validity,
            isConstant: column.isConstant
        )
    }

    /// The nanoseconds beyond the millisecond of row `slot` of a timestamp column; 0 for other types.
    static func nanosOfMillisecond(_ column: Column, _ slot: Int) -> Int64 {
        switch column.type.logical {
        case .timestamp, .timestampLTZ:
            if column.type.lane == .int128 {
                return Int64(truncatingIfNeeded: floorModulo(column.int128s[slot], 1_000_000))
            }
            return floorModulo(column.int64s[slot], 1_000) &* 1_000
        default: return 0
        }
    }

    /// A column of milliseconds as one of `type`: DATE, TIME or a timestamp.
    static func column(millis column: Column, as type: DataType) -> Column {
        let slotCount = column.slotCount
        let millis = column.int64s
        let values: RawBuffer
        switch type.lane {
        case .int32:
            var lane = MutableLane<Int32>(count: slotCount)
            var slots = lane.span
            let unit: Int64 = type.logical == .date ? 86_400_000 : 1
            for slot in 0..<slotCount { slots[slot] = Int32(truncatingIfNeeded: floorDivide(millis[slot], unit)) }
            values = lane.finish()
        case .int128:
            var lane = MutableLane<Int128>(count: slotCount)
            var slots = lane.span
            for slot in 0..<slotCount { slots[slot] = Int128(millis[slot]) * 1_000_000 }
            values = lane.finish()
        default:
            var lane = MutableLane<Int64>(count: slotCount)
            var slots = lane.span
            for slot in 0..<slotCount { slots[slot] = millis[slot] &* 1_000 }
            values = lane.finish()
        }
        return Column(
            type: type,
            count: column.count,
            values: values,
            validity: column.validity,
            isConstant: column.isConstant
        )
    }

    /// Applies `transform` to the milliseconds of a column, once per slot.
    @inline(__always)
    static func map(_ column: Column, _ transform: (Int64) -> Int64) -> Column {
        let slotCount = column.slotCount
        let source = column.int64s
        var lane = MutableLane<Int64>(count: slotCount)
        var slots = lane.span
        for slot in 0..<slotCount { slots[slot] = transform(source[slot]) }
        return Column(
            type: column.type,
            count: column.count,
            values: lane.finish(),
            validity: column.validity,
            isConstant: column.isConstant
        )
    }
}

extension LogicalType {
    /// Whether it is a timestamp, with or without time zone.
    var isTimestamp: Bool {
        switch self {
        case .timestamp, .timestampLTZ: true
        default: false
        }
    }
}

extension ArgumentRule {
    /// DATE, TIME or a timestamp, as it is.
    static let datetime = ArgumentRule("a DATE, TIME or TIMESTAMP") {
        $0.logical.isDatetime ? $0.withoutTimeAttribute : nil
    }
    /// A timestamp, as it is.
    static let timestamp = ArgumentRule("a TIMESTAMP") { $0.logical.isTimestamp ? $0.withoutTimeAttribute : nil }
}

extension TimeUnit {
    /// The unit of a string literal.
    ///
    /// - Throws: `FunctionError` where the argument is no literal or no unit.
    init(_ name: String, _ arguments: [ArgumentInfo], at index: Int) throws {
        guard index < arguments.count, let text = arguments[index].literal?.stringValue else {
            throw FunctionError("\(name) needs a unit such as DAY", argument: index)
        }
        guard let unit = TimeUnit(rawValue: text.uppercased()) else {
            throw FunctionError("'\(text)' is not a unit of time", argument: index)
        }
        self = unit
    }

    /// The unit that `resolve` has checked.
    init(_ call: ResolvedCall, at index: Int) throws {
        let text = call.literals[index]?.stringValue ?? ""
        guard let unit = TimeUnit(rawValue: text.uppercased()) else {
            throw EvaluationError("internal", "'\(text)' is not a unit of time")
        }
        self = unit
    }
}
