import SluiceColumns

/// FLOOR and CEIL of dates, times and timestamps to a unit.
enum TemporalRounding {
    /// The signature of `FLOOR(value, 'unit')`.
    static func resolve(_ name: String, _ arguments: [ArgumentInfo]) throws -> ResolvedSignature {
        let types = try ArgumentList([.datetime, .text]).types(name, arguments)
        let unit = try TimeUnit(name, arguments, at: 1)
        if unit.millis == nil, unit.months == nil {
            throw FunctionError("\(name) does not know the unit \(unit.rawValue)", argument: 1)
        }
        return ResolvedSignature(types, types[0])
    }

    /// The kernel of one call.
    static func kernel(_ call: ResolvedCall, _ rounding: WholeRounding) throws -> ScalarKernel {
        let unit = try TimeUnit(call, at: 1)
        let zone = try TemporalFunctions.sessionZone(call)
        let isFloor = rounding == .floor
        return StrictKernel.make(call) { arguments, _ in
            let source = arguments[0]
            switch source.type.logical {
            case .date: return TemporalRounding.dates(source, unit, isFloor, call.type)
            case .time: return TemporalRounding.times(source, unit, isFloor, call.type)
            default: return timestamps(source, unit, isFloor, zone, call.type)
            }
        }
    }

    private static func dates(_ source: Column, _ unit: TimeUnit, _ isFloor: Bool, _ type: DataType) -> Column {
        // A date has no smaller parts than the day.
        if unit.months == nil, unit != .week, unit != .day { return source.retyped(type) }
        let millis = TemporalLanes.map(TemporalLanes.millis(source)) { millis in
            let days = Int(millis / 86_400_000)
            let rounded =
                isFloor ? CalendarArithmetic.floor(days: days, to: unit) : CalendarArithmetic.ceil(days: days, to: unit)
            return Int64(rounded) &* 86_400_000
        }
        return TemporalLanes.column(millis: millis, as: type)
    }

    private static func times(_ source: Column, _ unit: TimeUnit, _ isFloor: Bool, _ type: DataType) -> Column {
        // Units of a day and more leave a time as it is.
        guard let size = unit.millis, size < 86_400_000 else { return source.retyped(type) }
        let millis = TemporalLanes.map(TemporalLanes.millis(source)) { millis in
            floorDivide(isFloor ? millis : millis &+ size &- 1, size) &* size
        }
        return TemporalLanes.column(millis: millis, as: type)
    }

    /// A timestamp with local time zone is rounded with the offset that it has before, as in Flink, which puts it an
    /// hour off where the offset changes in between.
    private static func timestamps(
        _ source: Column,
        _ unit: TimeUnit,
        _ isFloor: Bool,
        _ zone: TimeZoneRules,
        _ type: DataType
    ) -> Column {
        var isZoned = false
        if case .timestampLTZ = source.type.logical { isZoned = !zone.isFixed || zone.name != "UTC" }
        let slotCount = source.slotCount
        let millis = TemporalLanes.millis(source)
        let values = millis.int64s
        var lane = MutableLane<Int64>(count: slotCount)
        var slots = lane.span
        for slot in 0..<slotCount {
            let offset = isZoned ? zone.localMillis(utcMillis: values[slot]) &- values[slot] : 0
            let local = values[slot] &+ offset
            var rounded =
                isFloor
                ? CalendarArithmetic.floor(millis: local, to: unit) : CalendarArithmetic.ceil(millis: local, to: unit)
            if !isFloor, unit == .millisecond, TemporalLanes.nanosOfMillisecond(source, slot) > 0 { rounded &+= 1 }
            slots[slot] = rounded &- offset
        }
        let result = Column(
            type: millis.type,
            count: source.count,
            values: lane.finish(),
            validity: source.validity,
            isConstant: source.isConstant
        )
        return TemporalLanes.column(millis: result, as: type)
    }
}
