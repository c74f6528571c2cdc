/// A point on the time line without a zone: a day and the nanoseconds of that day.
///
/// It is what every timestamp parser returns and what every formatter takes apart; columns hold microseconds
/// (precision 0...6) or nanoseconds (precision 7...9) since 1970-01-01 00:00:00 instead.
public struct LocalTimestamp: Sendable, Hashable {
    /// Days since 1970-01-01.
    public var daysSinceEpoch: Int
    /// Nanoseconds since midnight, 0..<86,400,000,000,000.
    public var nanosOfDay: Int64

    /// Microseconds of a day.
    public static let microsPerDay: Int64 = 86_400_000_000
    /// Nanoseconds of a day.
    public static let nanosPerDay: Int64 = 86_400_000_000_000

    /// Takes the parts as they are.
    @inlinable
    public init(daysSinceEpoch: Int, nanosOfDay: Int64) {
        self.daysSinceEpoch = daysSinceEpoch
        self.nanosOfDay = nanosOfDay
    }

    /// The timestamp `micros` microseconds after 1970-01-01 00:00:00.
    @inlinable
    public init(micros: Int64) {
        let days = floorDivide(micros, LocalTimestamp.microsPerDay)
        daysSinceEpoch = Int(truncatingIfNeeded: days)
        nanosOfDay = (micros &- days &* LocalTimestamp.microsPerDay) &* 1_000
    }

    /// The timestamp `nanos` nanoseconds after 1970-01-01 00:00:00.
    ///
    /// Days beyond the range of `Int` wrap; no column can hold them through a legal cast.
    @inlinable
    public init(nanos: Int128) {
        if let narrow = Int64(exactly: nanos) {
            let days = floorDivide(narrow, LocalTimestamp.nanosPerDay)
            daysSinceEpoch = Int(truncatingIfNeeded: days)
            nanosOfDay = narrow &- days &* LocalTimestamp.nanosPerDay
            return
        }
        let days = floorDivide(nanos, Int128(LocalTimestamp.nanosPerDay))
        daysSinceEpoch = Int(truncatingIfNeeded: days)
        nanosOfDay = Int64(truncatingIfNeeded: nanos &- days &* Int128(LocalTimestamp.nanosPerDay))
    }

    /// Microseconds since the epoch, finer digits cut off; nil when they do not fit 64 bits.
    @inlinable
    public var micros: Int64? {
        let (dayMicros, overflowed) = Int64(daysSinceEpoch).multipliedReportingOverflow(by: LocalTimestamp.microsPerDay)
        let (sum, carried) = dayMicros.addingReportingOverflow(nanosOfDay / 1_000)
        return overflowed || carried ? nil : sum
    }

    /// Milliseconds since the epoch, finer digits cut off; nil when they do not fit 64 bits.
    @inlinable
    public var millis: Int64? {
        let (dayMillis, overflowed) = Int64(daysSinceEpoch).multipliedReportingOverflow(by: 86_400_000)
        let (sum, carried) = dayMillis.addingReportingOverflow(nanosOfDay / 1_000_000)
        return overflowed || carried ? nil : sum
    }

    /// Nanoseconds since the epoch.
    @inlinable
    public var nanos: Int128 {
        Int128(daysSinceEpoch) &* Int128(LocalTimestamp.nanosPerDay) &+ Int128(nanosOfDay)
    }

    /// The timestamp with the digits after the `precision`th (0...9) of the second cut off.
    public func truncated(toPrecision precision: Int) -> LocalTimestamp {
        guard precision < 9 else { return self }
        let unit = PowersOfTen.int64(9 - max(precision, 0))
        return LocalTimestamp(daysSinceEpoch: daysSinceEpoch, nanosOfDay: nanosOfDay - nanosOfDay % unit)
    }

    /// The timestamp `seconds` later (earlier when negative).
    public func adding(seconds: Int) -> LocalTimestamp {
        let total = nanosOfDay + Int64(seconds % 86_400) * 1_000_000_000
        let carriedDays = floorDivide(total, LocalTimestamp.nanosPerDay)
        return LocalTimestamp(
            daysSinceEpoch: daysSinceEpoch &+ seconds / 86_400 &+ Int(carriedDays),
            nanosOfDay: total - carriedDays * LocalTimestamp.nanosPerDay
        )
    }
}
