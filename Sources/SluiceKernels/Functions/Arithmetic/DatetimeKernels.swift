import SluiceColumns

/// Kernels of datetimes with intervals, and of intervals with each other.
enum DatetimeKernels {
    private static let millisPerDay: Int64 = 86_400_000

    /// The kernel of `datetime + interval` (or minus); the datetime is argument `datetime`, the interval the other.
    static func shift(_ call: ResolvedCall, datetime: Int, isSubtraction: Bool) throws -> ScalarKernel {
        let interval = 1 - datetime
        let sign: Int64 = isSubtraction ? -1 : 1
        if case .intervalYearMonth = call.argumentTypes[interval].logical {
            return try shiftByMonths(call, datetime, interval, Int(sign))
        }
        let type = call.type
        switch type.logical {
        case .date:
            return { arguments, rowCount in
                Loops.zip(arguments[datetime], arguments[interval], rowCount, type, Int32.self, Int64.self) {
                    // Flink adds whole days only, cutting the rest of the interval towards zero.
                    $0 &+ Int32(truncatingIfNeeded: sign &* ($1 / millisPerDay))
                }
            }
        case .time:
            return { arguments, rowCount in
                Loops.zip(arguments[datetime], arguments[interval], rowCount, type, Int32.self, Int64.self) {
                    Int32(truncatingIfNeeded: floorModulo(Int64($0) &+ sign &* $1, millisPerDay))
                }
            }
        case .timestamp, .timestampLTZ:
            if type.lane == .int128 {
                return { arguments, rowCount in
                    Loops.zip(arguments[datetime], arguments[interval], rowCount, type, Int128.self, Int64.self) {
                        $0 &+ Int128(sign &* $1) &* 1_000_000
                    }
                }
            }
            return { arguments, rowCount in
                Loops.zip(arguments[datetime], arguments[interval], rowCount, type, Int64.self, Int64.self) {
                    $0 &+ sign &* $1 &* 1_000
                }
            }
        default: throw FunctionError("'+' expects a datetime")
        }
    }

    private static func shiftByMonths(
        _ call: ResolvedCall,
        _ datetime: Int,
        _ interval: Int,
        _ sign: Int
    ) throws -> ScalarKernel {
        let type = call.type
        switch type.logical {
        case .date:
            return { arguments, rowCount in
                Loops.zip(arguments[datetime], arguments[interval], rowCount, type, Int32.self, Int32.self) {
                    Int32(truncatingIfNeeded: addMonths(sign &* Int($1), toDay: Int($0)))
                }
            }
        case .time:
            // Months do not move a time of day.
            return { arguments, rowCount in
                Loops.zip(arguments[datetime], arguments[interval], rowCount, type, Int32.self, Int32.self) {
                    time,
                    _ in time
                }
            }
        default: break
        }
        if type.lane == .int128 {
            return { arguments, rowCount in
                Loops.zip(arguments[datetime], arguments[interval], rowCount, type, Int128.self, Int32.self) {
                    let nanosPerDay = Int128(LocalTimestamp.nanosPerDay)
                    let day = floorDivide($0, nanosPerDay)
                    let moved = addMonths(sign &* Int($1), toDay: Int(truncatingIfNeeded: day))
                    return Int128(moved) &* nanosPerDay &+ ($0 &- day &* nanosPerDay)
                }
            }
        }
        return { arguments, rowCount in
            Loops.zip(arguments[datetime], arguments[interval], rowCount, type, Int64.self, Int32.self) {
                let day = floorDivide($0, LocalTimestamp.microsPerDay)
                let moved = addMonths(sign &* Int($1), toDay: Int(day))
                return Int64(moved) &* LocalTimestamp.microsPerDay &+ ($0 &- day &* LocalTimestamp.microsPerDay)
            }
        }
    }

    private static func addMonths(_ months: Int, toDay day: Int) -> Int {
        CivilDate(daysSinceEpoch: day).adding(months: months).daysSinceEpoch
    }

    /// `interval ± interval` of one kind.
    static func combine(_ call: ResolvedCall, _ operation: ArithmeticOperator) -> ScalarKernel {
        IntegerKernels.make(operation, call.type.lane, call.type)
    }

    /// `interval * number`; the interval is argument `interval`.
    static func scale(_ call: ResolvedCall, interval: Int) -> ScalarKernel {
        let type = call.type
        let number = 1 - interval
        if type.lane == .int32 {
            return { arguments, rowCount in
                Loops.zip(arguments[interval], arguments[number], rowCount, type, Int32.self, Int64.self) {
                    Int32(truncatingIfNeeded: Int64($0) &* $1)
                }
            }
        }
        return { arguments, rowCount in
            Loops.zip(arguments[interval], arguments[number], rowCount, type, Int64.self, Int64.self) { $0 &* $1 }
        }
    }
}

/// Kernels of `(later - earlier) UNIT`.
enum DatetimeDifference {
    /// The difference in milliseconds of two operands of one type.
    static func millis(_ call: ResolvedCall) throws -> ScalarKernel {
        let type = call.type
        switch call.argumentTypes[0].logical {
        case .date:
            return { arguments, rowCount in
                Loops.zip(arguments[0], arguments[1], rowCount, type, Int32.self, Int32.self) {
                    (Int64($0) - Int64($1)) * 86_400_000
                }
            }
        case .time:
            return { arguments, rowCount in
                Loops.zip(arguments[0], arguments[1], rowCount, type, Int32.self, Int32.self) {
                    Int64($0) - Int64($1)
                }
            }
        default:
            if call.argumentTypes[0].lane == .int128 {
                return { arguments, rowCount in
                    Loops.zip(arguments[0], arguments[1], rowCount, type, Int128.self, Int128.self) {
                        Int64(truncatingIfNeeded: floorDivide($0, 1_000_000) - floorDivide($1, 1_000_000))
                    }
                }
            }
            return { arguments, rowCount in
                Loops.zip(arguments[0], arguments[1], rowCount, type, Int64.self, Int64.self) {
                    floorDivide($0, 1_000) &- floorDivide($1, 1_000)
                }
            }
        }
    }

    /// The difference in whole months of two operands of one type.
    static func months(_ call: ResolvedCall) throws -> ScalarKernel {
        let type = call.type
        switch call.argumentTypes[0].logical {
        case .date:
            return { arguments, rowCount in
                Loops.zip(arguments[0], arguments[1], rowCount, type, Int32.self, Int32.self) {
                    Int32(truncatingIfNeeded: months(fromDay: Int($1), toDay: Int($0)))
                }
            }
        case .timestamp, .timestampLTZ:
            if call.argumentTypes[0].lane == .int128 {
                return { arguments, rowCount in
                    Loops.zip(arguments[0], arguments[1], rowCount, type, Int128.self, Int128.self) {
                        monthsBetween(
                            Int64(truncatingIfNeeded: floorDivide($0, 1_000_000)),
                            Int64(truncatingIfNeeded: floorDivide($1, 1_000_000))
                        )
                    }
                }
            }
            return { arguments, rowCount in
                Loops.zip(arguments[0], arguments[1], rowCount, type, Int64.self, Int64.self) {
                    monthsBetween(floorDivide($0, 1_000), floorDivide($1, 1_000))
                }
            }
        default:
            return { arguments, rowCount in
                Loops.zip(arguments[0], arguments[1], rowCount, type, Int32.self, Int32.self) { _, _ in Int32(0) }
            }
        }
    }

    private static func monthsBetween(_ later: Int64, _ earlier: Int64) -> Int32 {
        let laterDay = floorDivide(later, 86_400_000)
        let earlierDay = floorDivide(earlier, 86_400_000)
        let count = months(fromDay: Int(earlierDay), toDay: Int(laterDay))
        let reached = CivilDate(daysSinceEpoch: Int(earlierDay)).adding(months: count).daysSinceEpoch == Int(laterDay)
        let lacksTime = later - laterDay * 86_400_000 < earlier - earlierDay * 86_400_000
        return Int32(truncatingIfNeeded: reached && lacksTime ? count - 1 : count)
    }

    /// The largest number of months that does not lead beyond `toDay`, counting a clamped month end as reached.
    static func months(fromDay: Int, toDay: Int) -> Int {
        if toDay < fromDay { return -months(fromDay: toDay, toDay: fromDay) }
        let from = CivilDate(daysSinceEpoch: fromDay)
        let to = CivilDate(daysSinceEpoch: toDay)
        let count = (to.year - from.year) * 12 + to.month - from.month
        return from.adding(months: count).daysSinceEpoch > toDay ? count - 1 : count
    }
}
