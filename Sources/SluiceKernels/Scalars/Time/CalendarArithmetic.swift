import SluiceColumns

/// FLOOR, CEIL, EXTRACT and the arithmetic of months on dates and timestamps, as Flink computes them.
///
/// Timestamps are milliseconds here, of local time; the caller adds and subtracts the offset of a zone. Two habits of
/// Flink are kept because its results show them: a timestamp is cut to its day toward zero, so that the last
/// millisecond of 1969 counts as 1970-01-01, and before 1582-10-15 FLOOR and CEIL read the Julian calendar but write
/// the Gregorian.
package enum CalendarArithmetic {
    /// Milliseconds of a day.
    package static let millisPerDay: Int64 = 86_400_000

    /// The last day before the Gregorian calendar came into use, 1582-10-04 of the Julian calendar.
    private static let lastJulianDay = -141_428

    /// FLOOR of milliseconds to a unit.
    package static func floor(millis: Int64, to unit: TimeUnit) -> Int64 {
        if unit != .week, let size = unit.millis { return floorDivide(millis, size) &* size }
        return Int64(floor(days: Int(millis / millisPerDay), to: unit)) &* millisPerDay
    }

    /// CEIL of milliseconds to a unit.
    package static func ceil(millis: Int64, to unit: TimeUnit) -> Int64 {
        if unit != .week, let size = unit.millis {
            let floored = floorDivide(millis, size) &* size
            return floored == millis ? millis : floored &+ size
        }
        return Int64(ceil(days: Int(millis / millisPerDay), to: unit)) &* millisPerDay
    }

    /// FLOOR of a date to a unit of a day or more; smaller units leave it as it is.
    package static func floor(days: Int, to unit: TimeUnit) -> Int {
        let date = flinkDate(days)
        switch unit {
        case .week: return date.daysSinceEpoch - CivilDate.isoDayOfWeek(daysSinceEpoch: days) % 7
        case .day: return date.daysSinceEpoch
        default: break
        }
        guard let start = periodStart(date, unit) else { return days }
        return CivilDate(year: start.year, month: start.month, day: 1).daysSinceEpoch
    }

    /// CEIL of a date to a unit of a day or more; smaller units leave it as it is.
    ///
    /// CEIL to DAY, DECADE and above always moves on, even from the first day of the unit.
    package static func ceil(days: Int, to unit: TimeUnit) -> Int {
        let date = flinkDate(days)
        switch unit {
        case .week:
            let weekday = CivilDate.isoDayOfWeek(daysSinceEpoch: days) % 7
            return date.daysSinceEpoch + (weekday > 0 ? 7 - weekday : 0)
        case .day: return date.daysSinceEpoch + 1
        default: break
        }
        guard let start = periodStart(date, unit), let months = unit.months else { return days }
        let first = CivilDate(year: start.year, month: start.month, day: 1)
        let isStart = date == first && months <= 12
        return isStart ? first.daysSinceEpoch : first.adding(months: months).daysSinceEpoch
    }

    /// FLOOR of a TIME in milliseconds of the day.
    package static func floor(timeMillis: Int32, to unit: TimeUnit) -> Int32 {
        guard let size = unit.millis, size <= millisPerDay else { return timeMillis }
        return Int32(truncatingIfNeeded: floorDivide(Int64(timeMillis), size) &* size)
    }

    /// CEIL of a TIME in milliseconds of the day; 23:59:59 to HOUR is 24:00:00.
    package static func ceil(timeMillis: Int32, to unit: TimeUnit) -> Int32 {
        guard let size = unit.millis, size <= millisPerDay else { return timeMillis }
        return Int32(truncatingIfNeeded: floorDivide(Int64(timeMillis) &+ size &- 1, size) &* size)
    }

    /// The date whose parts Flink takes for a day: Julian before 1582-10-15.
    private static func flinkDate(_ days: Int) -> CivilDate {
        guard days <= lastJulianDay else { return CivilDate(daysSinceEpoch: days) }
        // Days since 0000-03-01 of the Julian calendar, in cycles of four years.
        let shifted = days + 719_470
        let cycle = floorDivide(shifted, 1_461)
        let dayOfCycle = shifted - cycle * 1_461
        let yearOfCycle = min(dayOfCycle / 365, 3)
        let dayOfYear = dayOfCycle - yearOfCycle * 365
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = cycle * 4 + yearOfCycle + (month <= 2 ? 1 : 0)
        return CivilDate(year: year, month: month, day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    /// The year and month that the unit around a date begins with.
    private static func periodStart(_ date: CivilDate, _ unit: TimeUnit) -> (year: Int, month: Int)? {
        switch unit {
        case .month: (date.year, date.month)
        case .quarter: (date.year, date.quarter * 3 - 2)
        case .year: (date.year, 1)
        case .decade: (floorDivide(date.year, 10) * 10, 1)
        case .century: (floorDivide(date.year - 1, 100) * 100 + 1, 1)
        case .millennium: (floorDivide(date.year - 1, 1_000) * 1_000 + 1, 1)
        default: nil
        }
    }

    /// EXTRACT of a unit of a day or more from a date; units of the time of day give 0, others nil.
    package static func extract(_ unit: TimeUnit, days: Int) -> Int64? {
        let date = CivilDate(daysSinceEpoch: days)
        switch unit {
        case .year: return Int64(date.year)
        case .quarter: return Int64(date.quarter)
        case .month: return Int64(date.month)
        case .day: return Int64(date.day)
        case .week: return Int64(CivilDate.isoWeek(daysSinceEpoch: days).week)
        case .isoYear: return Int64(CivilDate.isoWeek(daysSinceEpoch: days).year)
        case .dayOfWeek: return Int64(CivilDate.isoDayOfWeek(daysSinceEpoch: days) % 7 + 1)
        case .isoDayOfWeek: return Int64(CivilDate.isoDayOfWeek(daysSinceEpoch: days))
        case .dayOfYear: return Int64(date.dayOfYear)
        case .decade: return Int64(floorDivide(date.year, 10))
        case .century: return Int64(floorDivide(date.year + 99, 100))
        case .millennium: return Int64(floorDivide(date.year + 999, 1_000))
        case .epoch: return Int64(days) &* 86_400
        case .nanosecond, .microsecond, .millisecond, .second, .minute, .hour: return 0
        }
    }

    /// EXTRACT of a unit from a timestamp of local time in milliseconds.
    ///
    /// The parts of the time of day have the sign of the timestamp, and so has EPOCH, which is whole seconds cut
    /// toward zero.
    ///
    /// - Parameters:
    ///   - unit: what to extract.
    ///   - millis: milliseconds since the epoch, local time.
    ///   - nanosOfMillisecond: the digits beyond the millisecond, for MICROSECOND and NANOSECOND.
    /// - Returns: nil when a date has no such unit.
    package static func extract(_ unit: TimeUnit, millis: Int64, nanosOfMillisecond: Int64 = 0) -> Int64? {
        switch unit {
        case .hour: return millis % millisPerDay / 3_600_000
        case .minute: return millis % 3_600_000 / 60_000
        case .second: return millis % 60_000 / 1_000
        case .millisecond: return millis % 1_000
        case .microsecond: return millis % 1_000 * 1_000 + nanosOfMillisecond / 1_000
        case .nanosecond: return millis % 1_000 * 1_000_000 + nanosOfMillisecond
        case .epoch: return millis / 1_000
        default: return extract(unit, days: Int(millis / millisPerDay))
        }
    }

    /// The date `months` later, clamped to the end of its month.
    package static func add(months: Int, toDays days: Int) -> Int {
        CivilDate(daysSinceEpoch: days).adding(months: months).daysSinceEpoch
    }

    /// The timestamp `months` later at the same time of day, clamped to the end of its month.
    package static func add(months: Int, toMillis millis: Int64) -> Int64 {
        let days = floorDivide(millis, millisPerDay)
        return Int64(add(months: months, toDays: Int(days))) &* millisPerDay &+ (millis &- days &* millisPerDay)
    }

    /// Whole months from one timestamp to another, negative when the second is earlier.
    ///
    /// A part of a month less than a day counts only backwards: one millisecond earlier is -1, as in Flink.
    package static func months(fromMillis start: Int64, toMillis end: Int64) -> Int {
        let startDays = Int(floorDivide(start, millisPerDay))
        let endDays = Int(floorDivide(end, millisPerDay))
        let count = months(fromDays: startDays, toDays: endDays)
        let reached = CivilDate(daysSinceEpoch: startDays).adding(months: count).daysSinceEpoch
        let isEarlierInDay = floorModulo(end, millisPerDay) < floorModulo(start, millisPerDay)
        return reached == endDays && isEarlierInDay ? count - 1 : count
    }

    /// Whole months from one date to another, negative when the second is earlier.
    ///
    /// The last day of a shorter month completes the month: from 31 January to 29 February is one.
    package static func months(fromDays start: Int, toDays end: Int) -> Int {
        guard start <= end else { return -months(fromDays: end, toDays: start) }
        let first = CivilDate(daysSinceEpoch: start)
        let last = CivilDate(daysSinceEpoch: end)
        let count = (last.year - first.year) * 12 + last.month - first.month
        let dueDay = min(first.day, CivilDate.dayCount(ofMonth: last.month, year: last.year))
        return last.day < dueDay ? count - 1 : count
    }

    /// Whole units from one timestamp to another, cut toward zero; nil for units that TIMESTAMPDIFF does not know.
    package static func difference(_ unit: TimeUnit, fromMillis start: Int64, toMillis end: Int64) -> Int64? {
        if let size = unit.millis { return (end &- start) / size }
        guard let size = unit.months else { return nil }
        return Int64(months(fromMillis: start, toMillis: end) / size)
    }
}
