import SluiceColumns

/// Conversions between DATE, TIME, TIMESTAMP and TIMESTAMP_LTZ.
///
/// Points before 1970 are cut towards 1970 where Flink does so: to DATE, to TIME and to fewer than three fractional
/// digits.
enum TemporalCasts {
    private static let microsPerDay = LocalTimestamp.microsPerDay

    static func make(_ request: CastKernels.Request) throws -> ScalarKernel {
        let type = request.type
        switch (request.from, request.to) {
        case (.time, .time(let precision)):
            return { arguments, rowCount in
                Loops.map(arguments[0], rowCount, type, Int32.self) { truncated($0, precision) }
            }
        case (.date, _): return try fromMicros(request, Int32.self) { Int64($0) &* microsPerDay }
        case (.time, _): return try fromMicros(request, Int32.self) { Int64($0) &* 1_000 }
        default: break
        }
        let zone = try zoneOfSource(request)
        if request.from.lane == .int64 {
            if let zone { return try fromMicros(request, Int64.self) { localMicros($0, zone) } }
            return try fromMicros(request, Int64.self) { $0 }
        }
        if let zone { return try fromNanos(request) { localNanos($0, zone) } }
        return try fromNanos(request) { $0 }
    }

    /// The session's zone where the source counts in UTC and the target in local time.
    private static func zoneOfSource(_ request: CastKernels.Request) throws -> TimeZoneRules? {
        guard case .timestampLTZ = request.from else { return nil }
        if case .timestampLTZ = request.to { return nil }
        return try ZoneRules.named(request.context.timeZone)
    }

    /// The session's zone where the source is local time and the target counts in UTC.
    private static func zoneOfTarget(_ request: CastKernels.Request) throws -> TimeZoneRules? {
        guard case .timestampLTZ = request.to else { return nil }
        if case .timestampLTZ = request.from { return nil }
        return try ZoneRules.named(request.context.timeZone)
    }

    /// Whether the source's days and times come from a zone's clock, which does not cut towards 1970.
    private static func isZoned(_ request: CastKernels.Request) -> Bool {
        if case .timestampLTZ = request.from { return true }
        return false
    }

    @inline(__always)
    private static func fromMicros<Value: BitwiseCopyable>(
        _ request: CastKernels.Request,
        _ lane: Value.Type,
        _ micros: @escaping (Value) -> Int64
    ) throws -> ScalarKernel {
        let type = request.type
        let zone = try zoneOfTarget(request)
        let floors = isZoned(request)
        switch request.to {
        case .date:
            return { arguments, rowCount in
                Loops.map(arguments[0], rowCount, type, lane) { day(micros($0), floors) }
            }
        case .time(let precision):
            return { arguments, rowCount in
                Loops.map(arguments[0], rowCount, type, lane) { time(micros($0), precision, floors) }
            }
        case .timestamp(let precision), .timestampLTZ(let precision):
            if type.lane == .int64 {
                return { arguments, rowCount in
                    Loops.map(arguments[0], rowCount, type, lane) {
                        let local = truncatedMicros(micros($0), precision)
                        return zone.map { utcMicros(local, $0) } ?? local
                    }
                }
            }
            return { arguments, rowCount in
                Loops.map(arguments[0], rowCount, type, lane) {
                    let local = Int128(micros($0)) &* 1_000
                    return zone.map { utcNanos(local, $0) } ?? local
                }
            }
        default: throw FunctionError("cannot cast \(request.from) to \(request.to)")
        }
    }

    @inline(__always)
    private static func fromNanos(
        _ request: CastKernels.Request,
        _ nanos: @escaping (Int128) -> Int128
    ) throws -> ScalarKernel {
        let type = request.type
        let zone = try zoneOfTarget(request)
        let floors = isZoned(request)
        switch request.to {
        case .date:
            return { arguments, rowCount in
                Loops.map(arguments[0], rowCount, type, Int128.self) { day(micros(nanos($0)), floors) }
            }
        case .time(let precision):
            return { arguments, rowCount in
                Loops.map(arguments[0], rowCount, type, Int128.self) { time(micros(nanos($0)), precision, floors) }
            }
        case .timestamp(let precision), .timestampLTZ(let precision):
            if type.lane == .int64 {
                return { arguments, rowCount in
                    Loops.map(arguments[0], rowCount, type, Int128.self) {
                        let local = micros(truncated(nanos($0), precision))
                        return zone.map { utcMicros(local, $0) } ?? local
                    }
                }
            }
            return { arguments, rowCount in
                Loops.map(arguments[0], rowCount, type, Int128.self) {
                    let local = truncated(nanos($0), precision)
                    return zone.map { utcNanos(local, $0) } ?? local
                }
            }
        default: throw FunctionError("cannot cast \(request.from) to \(request.to)")
        }
    }

    private static func micros(_ nanos: Int128) -> Int64 { Int64(truncatingIfNeeded: floorDivide(nanos, 1_000)) }

    private static func day(_ micros: Int64, _ floors: Bool) -> Int32 {
        if floors { return Int32(truncatingIfNeeded: floorDivide(micros, microsPerDay)) }
        return Int32(truncatingIfNeeded: floorDivide(micros, 1_000) / 86_400_000)
    }

    private static func time(_ micros: Int64, _ precision: Int, _ floors: Bool) -> Int32 {
        let millis = floorDivide(micros, 1_000)
        let ofDay = floors ? floorModulo(millis, 86_400_000) : millis % 86_400_000
        return truncated(Int32(truncatingIfNeeded: ofDay), precision)
    }

    /// Milliseconds of the day cut towards zero to `precision` fractional digits of a second.
    static func truncated(_ millis: Int32, _ precision: Int) -> Int32 {
        if precision >= 3 { return millis }
        let unit = Int32(truncatingIfNeeded: PowersOfTen.int64(3 - precision))
        return millis - millis % unit
    }

    /// Microseconds cut to `precision` fractional digits, as ``truncated(_:_:)-(Int128,_)`` does.
    static func truncatedMicros(_ micros: Int64, _ precision: Int) -> Int64 {
        if precision >= 6 { return micros }
        if precision > 3 {
            let unit = PowersOfTen.int64(6 - precision)
            return micros &- floorModulo(micros, unit)
        }
        let millis = floorDivide(micros, 1_000)
        return (millis - millis % PowersOfTen.int64(3 - precision)) &* 1_000
    }

    /// Nanoseconds cut to `precision` fractional digits: downwards to milliseconds, from there towards 1970.
    static func truncated(_ nanos: Int128, _ precision: Int) -> Int128 {
        if precision >= 9 { return nanos }
        if precision > 3 { return nanos - floorModulo(nanos, PowersOfTen.int128(9 - precision)) }
        let millis = floorDivide(nanos, 1_000_000)
        return (millis - millis % PowersOfTen.int128(3 - precision)) * 1_000_000
    }

    /// The instant of a local time.
    static func utcMicros(_ local: Int64, _ zone: TimeZoneRules) -> Int64 {
        local &- Int64(zone.offsetSeconds(atLocal: floorDivide(local, 1_000_000))) &* 1_000_000
    }

    /// The local time of an instant.
    static func localMicros(_ utc: Int64, _ zone: TimeZoneRules) -> Int64 {
        utc &+ Int64(zone.offsetSeconds(atUTC: floorDivide(utc, 1_000_000))) &* 1_000_000
    }

    /// The instant of a local time.
    static func utcNanos(_ local: Int128, _ zone: TimeZoneRules) -> Int128 {
        let seconds = Int64(truncatingIfNeeded: floorDivide(local, 1_000_000_000))
        return local &- Int128(zone.offsetSeconds(atLocal: seconds)) &* 1_000_000_000
    }

    /// The local time of an instant.
    static func localNanos(_ utc: Int128, _ zone: TimeZoneRules) -> Int128 {
        let seconds = Int64(truncatingIfNeeded: floorDivide(utc, 1_000_000_000))
        return utc &+ Int128(zone.offsetSeconds(atUTC: seconds)) &* 1_000_000_000
    }
}
