extension TimestampText {
    /// What to do with day 29, 30 or 31 of a month that is shorter.
    enum DayRule {
        /// Take the last day of the month, as `java.time` does by default.
        case clamp
        /// Refuse the text.
        case refuse
    }

    /// Parses a timestamp as the JSON and CSV formats read it.
    ///
    /// SQL: `yyyy-MM-dd HH:mm:ss[.S{0,9}]`; a day past the end of its month becomes the last of the month.
    /// ISO-8601: `yyyy-MM-ddTHH:mm[:ss[.S{0,9}]]`; such a day is refused when `isUTC` is false.
    ///
    /// - Parameters:
    ///   - text: the whole text.
    ///   - standard: which of the two forms.
    ///   - isUTC: whether the text must end in "Z" (timestamps with local time zone), or must not.
    /// - Returns: nil when the text has another form.
    public static func parse(_ text: Span<UInt8>, standard: Standard, isUTC: Bool) -> LocalTimestamp? {
        var end = text.count
        if isUTC {
            guard end > 0, text[end - 1] == UInt8(ascii: "Z") else { return nil }
            end -= 1
        }
        let isSQL = standard == .sql
        if let fast = parseFixed(text, count: end, separator: isSQL ? 0x20 : 0x54) { return fast }
        var cursor = TextCursor(text, from: 0, to: end)
        let strict = !isSQL && !isUTC
        guard let date = cursor.isoDate(strict ? .refuse : .clamp) else { return nil }
        guard isSQL ? cursor.skip(UInt8(ascii: " ")) : (cursor.skip(0x54) || cursor.skip(0x74)) else { return nil }
        guard let nanos = cursor.isoTime(secondsOptional: !isSQL), cursor.isAtEnd else { return nil }
        return timestamp(date: date, nanos: nanos)
    }

    /// Parses a timestamp as CAST from STRING does.
    ///
    /// `yyyy-[M]M-[d]d[ [H]H:[m]m:[s]s[.S{0,9}]]`, nothing around it; day 30 of February becomes its last day.
    public static func parseCast(_ text: Span<UInt8>) -> LocalTimestamp? {
        if let fast = parseFixed(text, count: text.count, separator: 0x20) { return fast }
        var cursor = TextCursor(text, from: 0, to: text.count)
        guard let year = cursor.year(), year > 0, cursor.skip(UInt8(ascii: "-")) else { return nil }
        guard let month = cursor.field(), cursor.skip(UInt8(ascii: "-")) else { return nil }
        guard let day = cursor.field(), month >= 1, month <= 12, day >= 1, day <= 31 else { return nil }
        let date = CivilDate(year: year, month: month, day: day).clampedToMonth
        if cursor.isAtEnd { return timestamp(date: date, nanos: 0) }
        guard cursor.skip(UInt8(ascii: " ")), let hour = cursor.field(), cursor.skip(UInt8(ascii: ":")) else {
            return nil
        }
        guard let minute = cursor.field(), cursor.skip(UInt8(ascii: ":")), let second = cursor.field() else {
            return nil
        }
        guard let fraction = cursor.fraction(), cursor.isAtEnd else { return nil }
        guard let nanos = nanosOfDay(hour, minute, second, fraction) else { return nil }
        return timestamp(date: date, nanos: nanos)
    }

    /// Parses `yyyy-MM-dd` and nothing else, as the JSON format reads DATE; days that do not exist are refused.
    ///
    /// - Returns: days since 1970-01-01.
    public static func parseDate(_ text: Span<UInt8>) -> Int32? {
        var cursor = TextCursor(text, from: 0, to: text.count)
        guard let date = cursor.isoDate(.refuse), cursor.isAtEnd else { return nil }
        return Int32(exactly: date.daysSinceEpoch)
    }

    /// Parses a time as the formats read TIME: `HH:mm:ss[.S{0,9}]`.
    ///
    /// - Parameters:
    ///   - text: the whole text.
    ///   - secondsOptional: whether `HH:mm` will do (the CSV format) or not (the JSON format).
    /// - Returns: milliseconds since midnight, finer digits cut off.
    public static func parseTime(_ text: Span<UInt8>, secondsOptional: Bool) -> Int32? {
        var cursor = TextCursor(text, from: 0, to: text.count)
        guard let nanos = cursor.isoTime(secondsOptional: secondsOptional), cursor.isAtEnd else { return nil }
        return Int32(truncatingIfNeeded: nanos % LocalTimestamp.nanosPerDay / 1_000_000)
    }

    /// Parses exactly `yyyy-MM-dd?HH:mm:ss` or `yyyy-MM-dd?HH:mm:ss.SSS` by words; nil means "look closer".
    static func parseFixed(_ text: Span<UInt8>, count: Int, separator: UInt64) -> LocalTimestamp? {
        guard count == 19 || count == 23 else { return nil }
        // "0000-00-", "00?00:00" and "00:00:00" or "0:00.000", first character in the lowest byte.
        guard
            let yearMonth = EightBytes(text, at: 0).values(
                template: 0x2D30_302D_3030_3030,
                limits: 0x7F76_767F_7676_7676
            )
        else { return nil }
        let dayTemplate: UInt64 = 0x3030_3A30_3000_3030 | separator << 16
        guard
            let dayHour = EightBytes(text, at: 8).values(
                template: dayTemplate,
                limits: 0x7676_7F76_767F_7676
            )
        else { return nil }
        var millis = 0
        let isLong = count == 23
        let tail = EightBytes(text, at: isLong ? 15 : 11).values(
            template: isLong ? 0x3030_302E_3030_3A30 : 0x3030_3A30_303A_3030,
            limits: isLong ? 0x7676_767F_7676_7F76 : 0x7676_7F76_767F_7676
        )
        guard let tail else { return nil }
        let yearPairs = yearMonth &* 10 &+ (yearMonth >> 8)
        let dayPairs = dayHour &* 10 &+ (dayHour >> 8)
        let tailPairs = tail &* 10 &+ (tail >> 8)
        let second = isLong ? byte(tailPairs, 2) : byte(tailPairs, 6)
        if isLong { millis = byte(tailPairs, 5) * 10 + byte(tail, 7) }
        let year = byte(yearPairs, 0) * 100 + byte(yearPairs, 2)
        let date = CivilDate(year: year, month: byte(yearPairs, 5), day: byte(dayPairs, 0))
        let hour = byte(dayPairs, 3)
        let minute = byte(dayPairs, 6)
        guard date.isValid, year > 0, hour < 24, minute < 60, second < 60 else { return nil }
        let seconds = (hour * 60 + minute) * 60 + second
        return LocalTimestamp(
            daysSinceEpoch: date.daysSinceEpoch,
            nanosOfDay: Int64(seconds * 1_000 + millis) * 1_000_000
        )
    }

    /// The byte at `index` of a word.
    private static func byte(_ word: UInt64, _ index: UInt64) -> Int {
        Int(truncatingIfNeeded: (word >> (index &* 8)) & 0xFF)
    }

    /// Joins a date and nanoseconds of the day, which may be a whole day (24:00:00).
    static func timestamp(date: CivilDate, nanos: Int64) -> LocalTimestamp {
        let days = date.daysSinceEpoch
        if nanos == LocalTimestamp.nanosPerDay { return LocalTimestamp(daysSinceEpoch: days + 1, nanosOfDay: 0) }
        return LocalTimestamp(daysSinceEpoch: days, nanosOfDay: nanos)
    }

    /// Nanoseconds of a time of day; 24:00:00 is one whole day, anything else out of range is nil.
    static func nanosOfDay(_ hour: Int, _ minute: Int, _ second: Int, _ nano: Int) -> Int64? {
        let isEndOfDay = hour == 24 && minute == 0 && second == 0 && nano == 0
        guard hour < 24 || isEndOfDay, minute < 60, second < 60 else { return nil }
        return Int64((hour * 60 + minute) * 60 + second) * 1_000_000_000 + Int64(nano)
    }
}
