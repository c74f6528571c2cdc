/// Dates, times, timestamps and intervals as text: the forms of CAST to STRING and those of the JSON and CSV formats.
public enum TimestampText {
    /// The forms that the option `timestamp-format.standard` of the formats chooses from.
    public enum Standard: Sendable, Hashable {
        /// `yyyy-MM-dd HH:mm:ss.s{precision}`.
        case sql
        /// `yyyy-MM-ddTHH:mm:ss.s{precision}`.
        case iso8601
    }
}

extension TextBuffer {
    /// Appends `yyyy-MM-dd`.
    public mutating func append(dateDays days: Int) {
        let date = CivilDate(daysSinceEpoch: days)
        if date.year >= 0, date.year <= 9_999 {
            let offset = extend(by: 10)
            var target = storage.mutableSpan
            TimestampText.writeDate(date, at: offset, into: &target)
        } else {
            append(yearDigits: date.year)
            append(UInt8(ascii: "-"))
            append(UInt64(truncatingIfNeeded: date.month), digitCount: 2)
            append(UInt8(ascii: "-"))
            append(UInt64(truncatingIfNeeded: date.day), digitCount: 2)
        }
    }

    /// Appends `yyyy-MM-dd` with the last four digits of the year, as Flink shows a DATE beyond the year 9999.
    public mutating func append(fourDigitDateDays days: Int) {
        let date = CivilDate(daysSinceEpoch: days)
        if date.year >= 0, date.year <= 9_999 { return append(dateDays: days) }
        var unit = 1_000
        while unit > 0 {
            // A digit of a negative year is negative and gives a character in front of "0".
            append(UInt8(truncatingIfNeeded: 0x30 + date.year / unit % 10))
            unit /= 10
        }
        append(UInt8(ascii: "-"))
        append(UInt64(truncatingIfNeeded: date.month), digitCount: 2)
        append(UInt8(ascii: "-"))
        append(UInt64(truncatingIfNeeded: date.day), digitCount: 2)
    }

    /// Appends a year with at least four digits.
    mutating func append(yearDigits year: Int) {
        if year < 0 { append(UInt8(ascii: "-")) }
        let magnitude = UInt64(year.magnitude)
        append(magnitude, digitCount: max(4, PowersOfTen.digitCount(of: magnitude)))
    }

    /// Appends a TIME of millisecond resolution as CAST to STRING prints it.
    ///
    /// With a precision above 0 there is at least one digit of fraction, and no zeros at its end: `12:34:56.0`.
    /// A time before midnight counts from the end of the day; a time after its end prints hours from 24 on.
    public mutating func append(timeMillis millis: Int32, precision: Int) {
        var value = Int(millis)
        if value < 0 { value = floorModulo(value, 86_400_000) }
        append(secondsOfDay: value / 1_000)
        guard precision > 0 else { return }
        append(UInt8(ascii: "."))
        var rest = value % 1_000
        var digitsLeft = precision
        repeat {
            append(UInt8(truncatingIfNeeded: 0x30 + rest / 100))
            rest = rest % 100 * 10
            digitsLeft -= 1
        } while rest != 0 && digitsLeft > 0
    }

    /// Appends `HH:mm:ss`.
    mutating func append(secondsOfDay seconds: Int) {
        let offset = extend(by: 8)
        var target = storage.mutableSpan
        TimestampText.writeTime(seconds, at: offset, into: &target)
    }

    /// Appends a timestamp as CAST to STRING prints it: `yyyy-MM-dd HH:mm:ss` and `precision` digits of fraction,
    /// more when the value has finer digits.
    public mutating func append(timestamp: LocalTimestamp, precision: Int) {
        append(date: timestamp, separator: UInt8(ascii: " "))
        let (fraction, digitCount) = timestamp.fraction(digitCountMin: precision)
        guard digitCount > 0 else { return }
        append(UInt8(ascii: "."))
        append(fraction, digitCount: digitCount)
    }

    /// Appends microseconds since the epoch as CAST to STRING prints TIMESTAMP(0...6).
    public mutating func append(timestampMicros micros: Int64, precision: Int) {
        append(timestamp: LocalTimestamp(micros: micros), precision: precision)
    }

    /// Appends nanoseconds since the epoch as CAST to STRING prints TIMESTAMP(7...9).
    public mutating func append(timestampNanos nanos: Int128, precision: Int) {
        append(timestamp: LocalTimestamp(nanos: nanos), precision: precision)
    }

    /// Appends a timestamp as the JSON and CSV formats write it: no fraction when it is 0, else no zeros at its end.
    ///
    /// - Parameters:
    ///   - timestamp: what is appended.
    ///   - standard: which of the two forms.
    ///   - isUTC: whether to append the "Z" of a timestamp with local time zone.
    public mutating func append(timestamp: LocalTimestamp, standard: TimestampText.Standard, isUTC: Bool) {
        append(date: timestamp, separator: standard == .sql ? UInt8(ascii: " ") : UInt8(ascii: "T"))
        appendFraction(of: timestamp)
        if isUTC { append(UInt8(ascii: "Z")) }
    }

    /// Appends a TIME of millisecond resolution as the JSON and CSV formats write it: `HH:mm:ss[.SSS]`.
    public mutating func append(formatTimeMillis millis: Int32) {
        let value = floorModulo(Int(millis), 86_400_000)
        append(secondsOfDay: value / 1_000)
        appendFraction(of: LocalTimestamp(daysSinceEpoch: 0, nanosOfDay: Int64(value) * 1_000_000))
    }

    /// Appends an INTERVAL YEAR TO MONTH: a sign, the years, and two digits of months (`+1-02`).
    public mutating func append(intervalMonths months: Int32) {
        append(months < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        let magnitude = UInt64(months.magnitude)
        append(magnitude: magnitude / 12)
        append(UInt8(ascii: "-"))
        append(magnitude % 12, digitCount: 2)
    }

    /// Appends an INTERVAL DAY TO SECOND: a sign, the days, and the time to the millisecond (`+1 02:03:04.000`).
    public mutating func append(intervalMillis millis: Int64) {
        append(millis < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        let magnitude = millis.magnitude
        append(magnitude: magnitude / 86_400_000)
        append(UInt8(ascii: " "))
        let rest = magnitude % 86_400_000
        append(secondsOfDay: Int(truncatingIfNeeded: rest / 1_000))
        append(UInt8(ascii: "."))
        append(rest % 1_000, digitCount: 3)
    }

    /// Appends the date, the separator and `HH:mm:ss` of a timestamp.
    mutating func append(date timestamp: LocalTimestamp, separator: UInt8) {
        let date = CivilDate(daysSinceEpoch: timestamp.daysSinceEpoch)
        let seconds = Int(truncatingIfNeeded: timestamp.nanosOfDay / 1_000_000_000)
        guard date.year >= 0, date.year <= 9_999 else {
            append(dateDays: timestamp.daysSinceEpoch)
            append(separator)
            return append(secondsOfDay: seconds)
        }
        let offset = extend(by: 19)
        var target = storage.mutableSpan
        TimestampText.writeDate(date, at: offset, into: &target)
        target[offset + 10] = separator
        TimestampText.writeTime(seconds, at: offset + 11, into: &target)
    }

    /// Appends "." and the fraction of a second without the zeros at its end, or nothing when it is 0.
    mutating func appendFraction(of timestamp: LocalTimestamp) {
        let (fraction, digitCount) = timestamp.fraction(digitCountMin: 0)
        guard digitCount > 0 else { return }
        append(UInt8(ascii: "."))
        append(fraction, digitCount: digitCount)
    }
}

extension LocalTimestamp {
    /// The digits of the fraction of the second: at least `digitCountMin`, more until only zeros would follow.
    func fraction(digitCountMin: Int) -> (value: UInt64, digitCount: Int) {
        var value = UInt64(truncatingIfNeeded: nanosOfDay % 1_000_000_000)
        var digitCount = 9
        if value % 1_000_000 == 0, digitCountMin <= 3 {
            value /= 1_000_000
            digitCount = 3
        } else if value % 1_000 == 0, digitCountMin <= 6 {
            value /= 1_000
            digitCount = 6
        }
        while digitCount > digitCountMin {
            let (quotient, remainder) = value.quotientAndRemainder(dividingBy: 10)
            if remainder != 0 { break }
            value = quotient
            digitCount -= 1
        }
        return (value, digitCount)
    }
}

extension TimestampText {
    /// Writes ten bytes, `yyyy-MM-dd`, for a year of 0...9999.
    @_lifetime(target: copy target)
    static func writeDate(_ date: CivilDate, at offset: Int, into target: inout MutableSpan<UInt8>) {
        IntegerText.write(UInt64(truncatingIfNeeded: date.year), digitCount: 4, at: offset, into: &target)
        target[offset + 4] = UInt8(ascii: "-")
        IntegerText.write(UInt64(truncatingIfNeeded: date.month), digitCount: 2, at: offset + 5, into: &target)
        target[offset + 7] = UInt8(ascii: "-")
        IntegerText.write(UInt64(truncatingIfNeeded: date.day), digitCount: 2, at: offset + 8, into: &target)
    }

    /// Writes eight bytes, `HH:mm:ss`.
    @_lifetime(target: copy target)
    static func writeTime(_ seconds: Int, at offset: Int, into target: inout MutableSpan<UInt8>) {
        let value = UInt64(truncatingIfNeeded: seconds)
        IntegerText.write(value / 3_600, digitCount: 2, at: offset, into: &target)
        target[offset + 2] = UInt8(ascii: ":")
        IntegerText.write(value / 60 % 60, digitCount: 2, at: offset + 3, into: &target)
        target[offset + 5] = UInt8(ascii: ":")
        IntegerText.write(value % 60, digitCount: 2, at: offset + 6, into: &target)
    }
}
