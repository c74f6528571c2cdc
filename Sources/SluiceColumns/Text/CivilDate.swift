/// A day of the proleptic Gregorian calendar, and its arithmetic.
///
/// Any day that an `Int32` count of days since 1970-01-01 names is representable; nothing here traps on such values.
public struct CivilDate: Sendable, Hashable {
    /// The astronomical year: 1 is 1 CE, 0 is 1 BCE.
    public var year: Int
    /// The month, 1...12.
    public var month: Int
    /// The day of the month, 1...31.
    public var day: Int

    /// Takes the parts as they are; the caller knows them to be a real date.
    @inlinable
    public init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The date `days` after 1970-01-01.
    ///
    /// Works in 400-year eras that begin on 1 March, so that the leap day is the last day of a computing year.
    @inlinable
    public init(daysSinceEpoch days: Int) {
        let shifted = days &+ 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted &- era &* 146_097
        let yearOfEra = (dayOfEra &- dayOfEra / 1_460 &+ dayOfEra / 36_524 &- dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
        let monthFromMarch = (5 &* dayOfYear &+ 2) / 153
        day = dayOfYear &- (153 &* monthFromMarch &+ 2) / 5 &+ 1
        month = monthFromMarch < 10 ? monthFromMarch &+ 3 : monthFromMarch &- 9
        year = yearOfEra &+ era &* 400 &+ (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01.
    @inlinable
    public var daysSinceEpoch: Int {
        let marchYear = month <= 2 ? year &- 1 : year
        let era = floorDivide(marchYear, 400)
        let yearOfEra = marchYear &- era &* 400
        let monthFromMarch = month > 2 ? month &- 3 : month &+ 9
        let dayOfYear = (153 &* monthFromMarch &+ 2) / 5 &+ day &- 1
        let dayOfEra = yearOfEra &* 365 &+ yearOfEra / 4 &- yearOfEra / 100 &+ dayOfYear
        return era &* 146_097 &+ dayOfEra &- 719_468
    }

    /// Whether `year` has 366 days.
    @inlinable
    public static func isLeapYear(_ year: Int) -> Bool {
        year & 3 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// The number of days of a month, 1...12.
    @inlinable
    public static func dayCount(ofMonth month: Int, year: Int) -> Int {
        if month == 2 { return isLeapYear(year) ? 29 : 28 }
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31
    }

    /// Whether the parts name a real date.
    @inlinable
    public var isValid: Bool {
        month >= 1 && month <= 12 && day >= 1 && day <= CivilDate.dayCount(ofMonth: month, year: year)
    }

    /// The same date, or the last of its month when the month is shorter.
    @inlinable
    public var clampedToMonth: CivilDate {
        CivilDate(year: year, month: month, day: min(day, CivilDate.dayCount(ofMonth: month, year: year)))
    }

    /// The date `count` months later (earlier when negative), clamped to the end of its month.
    @inlinable
    public func adding(months count: Int) -> CivilDate {
        let total = year &* 12 &+ (month &- 1) &+ count
        let newYear = floorDivide(total, 12)
        return CivilDate(year: newYear, month: total &- newYear &* 12 &+ 1, day: day).clampedToMonth
    }

    /// The day of the year, 1...366.
    @inlinable
    public var dayOfYear: Int {
        daysSinceEpoch &- CivilDate(year: year, month: 1, day: 1).daysSinceEpoch &+ 1
    }

    /// The quarter, 1...4.
    @inlinable public var quarter: Int { (month &+ 2) / 3 }

    /// The ISO 8601 day of the week of a day count: Monday is 1, Sunday is 7.
    @inlinable
    public static func isoDayOfWeek(daysSinceEpoch days: Int) -> Int {
        days &+ 3 &- floorDivide(days &+ 3, 7) &* 7 &+ 1
    }

    /// The ISO 8601 week of a day count, and the year the week belongs to.
    ///
    /// The week belongs to the year of its Thursday.
    @inlinable
    public static func isoWeek(daysSinceEpoch days: Int) -> (year: Int, week: Int) {
        let thursday = days &- isoDayOfWeek(daysSinceEpoch: days) &+ 4
        let date = CivilDate(daysSinceEpoch: thursday)
        return (date.year, (date.dayOfYear &- 1) / 7 &+ 1)
    }
}

/// The quotient rounded toward negative infinity; `divisor` is positive.
@inlinable
public func floorDivide<Value: FixedWidthInteger>(_ value: Value, _ divisor: Value) -> Value {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient &- 1 : quotient
}

/// The remainder that goes with ``floorDivide(_:_:)``, 0..<divisor.
@inlinable
public func floorModulo<Value: FixedWidthInteger>(_ value: Value, _ divisor: Value) -> Value {
    let remainder = value % divisor
    return remainder < 0 ? remainder &+ divisor : remainder
}
