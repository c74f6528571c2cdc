import SluiceColumns

extension TemporalFunctions {
    static let shiftFunctions: [ScalarFunction] = [
        ScalarFunction(
            "TIMESTAMPADD",
            category: "temporal",
            signature: "TIMESTAMPADD(unit, integer, temporal)",
            summary: "The date, time or timestamp so many units later; a date becomes a timestamp by units below the "
                + "day.",
            example: (expression: "TIMESTAMPADD(WEEK, 1, DATE '2003-01-02')", result: "2003-01-09"),
            resolve: { arguments in
                let unit = try TimeUnit("TIMESTAMPADD", arguments, at: 0)
                let types = try ArgumentList([.text, .integer, .datetime]).types("TIMESTAMPADD", arguments)
                let logical = try shiftedType(types[2].logical, unit)
                return ResolvedSignature(
                    types,
                    DataType(logical, nullable: types[1].isNullable || types[2].isNullable)
                )
            },
            makeKernel: { call in
                let unit = try TimeUnit(call, at: 0)
                return StrictKernel.make(call) { arguments, rowCount in try addRows(call, unit, arguments, rowCount) }
            }
        ),
        ScalarFunction(
            "TIMESTAMPDIFF",
            category: "temporal",
            signature: "TIMESTAMPDIFF(unit, temporal1, temporal2)",
            summary: "The whole units from temporal1 to temporal2, negative where that is earlier.",
            example: (expression: "TIMESTAMPDIFF(DAY, DATE '2003-01-02', DATE '2003-01-09')", result: "7"),
            resolve: resolveDifference,
            makeKernel: { call in
                let unit = try TimeUnit(call, at: 0)
                return StrictKernel.make(call) { arguments, rowCount in
                    try differenceRows(call, unit, arguments, rowCount)
                }
            }
        ),
    ]

    private static func shiftedType(_ type: LogicalType, _ unit: TimeUnit) throws -> LogicalType {
        guard unit.millis != nil || unit.months != nil else {
            throw FunctionError("TIMESTAMPADD does not know the unit \(unit.rawValue)", argument: 0)
        }
        let isClock = unit == .hour || unit == .minute || unit == .second || unit == .millisecond
        switch type {
        case .date: return isClock ? .timestamp(6) : .date
        case .timestamp(let precision) where unit == .millisecond: return .timestamp(max(3, precision))
        case .timestampLTZ(let precision) where unit == .millisecond: return .timestampLTZ(max(3, precision))
        case .time where unit == .millisecond:
            throw FunctionError("TIMESTAMPADD adds no MILLISECOND to a TIME", argument: 0)
        default: return type
        }
    }

    private static func addRows(
        _ call: ResolvedCall,
        _ unit: TimeUnit,
        _ arguments: [Column],
        _ rowCount: Int
    ) throws -> Column {
        let counts = arguments.lane(1, of: Int64.self)
        let source = arguments[2]
        let columns = [TemporalLanes.millis(source)]
        let values = columns.lane(0, of: Int64.self)
        var result = LaneResult<Int64>(Array(arguments[1...]), rowCount: rowCount)
        for row in 0..<rowCount {
            var millis = values[row]
            if let size = unit.millis {
                millis &+= counts[row] &* size
            } else if let months = unit.months, call.type.logical.isTimestamp || call.type.logical == .date {
                let shift = Int(truncatingIfNeeded: counts[row]) &* months
                millis = CalendarArithmetic.add(months: max(-600_000_000, min(600_000_000, shift)), toMillis: millis)
            }
            // A time goes round the clock.
            if case .time = call.type.logical { millis = floorModulo(millis, 86_400_000) }
            result.set(row, millis)
        }
        let shifted = try result.finish(DataType(.bigint, nullable: call.type.isNullable))
        return restoringNanos(TemporalLanes.column(millis: shifted, as: call.type), from: source)
    }

    /// Adds the digits beyond the millisecond of `source` to the timestamps of `column`.
    private static func restoringNanos(_ column: Column, from source: Column) -> Column {
        guard source.type.logical.isTimestamp else { return column }
        let slotCount = column.slotCount
        let step = source.isConstant ? 0 : 1
        if column.type.lane == .int128 {
            var lane = MutableLane<Int128>(count: slotCount)
            var slots = lane.span
            let values = column.int128s
            for slot in 0..<slotCount {
                slots[slot] = values[slot] + Int128(TemporalLanes.nanosOfMillisecond(source, slot * step))
            }
            return Column(type: column.type, count: column.count, values: lane.finish(), validity: column.validity)
        }
        var lane = MutableLane<Int64>(count: slotCount)
        var slots = lane.span
        let values = column.int64s
        for slot in 0..<slotCount {
            slots[slot] = values[slot] &+ TemporalLanes.nanosOfMillisecond(source, slot * step) / 1_000
        }
        return Column(type: column.type, count: column.count, values: lane.finish(), validity: column.validity)
    }

    @Sendable
    private static func resolveDifference(_ arguments: [ArgumentInfo]) throws -> ResolvedSignature {
        let unit = try TimeUnit("TIMESTAMPDIFF", arguments, at: 0)
        let types = try ArgumentList([.text, .datetime, .datetime]).types("TIMESTAMPDIFF", arguments)
        let isTime = types[1...].map { if case .time = $0.logical { true } else { false } }
        let isZoned = types[1...].map { if case .timestampLTZ = $0.logical { true } else { false } }
        if isTime[0] != isTime[1] || isZoned[0] != isZoned[1] {
            throw FunctionError(
                "TIMESTAMPDIFF cannot compare \(types[1].nullable(true)) with \(types[2].nullable(true))",
                hint: "CAST one to the type of the other",
                argument: 2
            )
        }
        let isSmall = unit == .microsecond || unit == .nanosecond || unit.millis != nil
        let isMonths = unit == .month || unit == .quarter || unit == .year
        guard isSmall || (isMonths && !isTime[0]) else {
            throw FunctionError("TIMESTAMPDIFF does not know the unit \(unit.rawValue) here", argument: 0)
        }
        let logical: LogicalType = unit == .nanosecond ? .bigint : .int
        return ResolvedSignature(types, DataType(logical, nullable: types[1].isNullable || types[2].isNullable))
    }

    private static func differenceRows(
        _ call: ResolvedCall,
        _ unit: TimeUnit,
        _ arguments: [Column],
        _ rowCount: Int
    ) throws -> Column {
        let columns = [TemporalLanes.millis(arguments[1]), TemporalLanes.millis(arguments[2])]
        let starts = columns.lane(0, of: Int64.self)
        let ends = columns.lane(1, of: Int64.self)
        let areDates = call.argumentTypes[1].logical == .date && call.argumentTypes[2].logical == .date
        var result = LaneResult<Int64>(Array(arguments[1...]), rowCount: rowCount)
        for row in 0..<rowCount where result.isPresent(row) {
            result.set(row, difference(unit, starts[row], ends[row], areDates: areDates))
        }
        if call.type.lane == .int64 { return try result.finish(call.type) }
        let wide = try result.finish(DataType(.bigint, nullable: call.type.isNullable))
        var lane = MutableLane<Int32>(count: rowCount)
        var slots = lane.span
        let values = wide.int64s
        for row in 0..<rowCount { slots[row] = Int32(truncatingIfNeeded: values[row]) }
        return Column(type: call.type, count: rowCount, values: lane.finish(), validity: wide.validity)
    }

    /// Units below the second are whole seconds, multiplied, as in Flink.
    private static func difference(_ unit: TimeUnit, _ start: Int64, _ end: Int64, areDates: Bool) -> Int64 {
        switch unit {
        case .millisecond: (end &- start) / 1_000 &* 1_000
        case .microsecond: (end &- start) / 1_000 &* 1_000_000
        case .nanosecond: (end &- start) / 1_000 &* 1_000_000_000
        case .month, .quarter, .year:
            if areDates {
                Int64(
                    CalendarArithmetic.months(fromDays: Int(start / 86_400_000), toDays: Int(end / 86_400_000))
                        / (unit.months ?? 1)
                )
            } else {
                CalendarArithmetic.difference(unit, fromMillis: start, toMillis: end) ?? 0
            }
        default: CalendarArithmetic.difference(unit, fromMillis: start, toMillis: end) ?? 0
        }
    }
}
