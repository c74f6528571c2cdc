import SluiceColumns

/// The values that a pattern has read from a text, before they make a timestamp.
struct PatternFields {
    private var values = FieldValues()

    /// Takes a value; a strict reading refuses a second one that differs.
    mutating func set(_ field: DatePattern.Field, _ value: Int, isStrict: Bool) -> Bool {
        if isStrict, let earlier = values[field], earlier != value { return false }
        values[field] = value
        return true
    }

    /// A value or none for each field, without memory of its own.
    private struct FieldValues {
        private var slots = InlineArray<32, Int>(repeating: 0)
        /// A bit for each field that has a value.
        private var present: UInt32 = 0

        subscript(field: DatePattern.Field) -> Int? {
            get { present & (1 << UInt32(field.rawValue)) == 0 ? nil : slots[Int(field.rawValue)] }
            set {
                present |= 1 << UInt32(field.rawValue)
                slots[Int(field.rawValue)] = newValue ?? 0
                if newValue == nil { present &= ~(1 << UInt32(field.rawValue)) }
            }
        }
    }

    /// The timestamp when all values are in range and none contradicts another.
    func resolved() -> ParsedTimestamp? {
        guard let nanos = strictTime(), let date = strictDate() else { return nil }
        let local = TimestampSum.timestamp(days: date, nanos: nanos)
        if let weekday = values[.dayOfWeek] {
            guard weekday == CivilDate.isoDayOfWeek(daysSinceEpoch: date) else { return nil }
        }
        return ParsedTimestamp(local: local, offsetSeconds: values[.offset])
    }

    /// The timestamp with values beyond their range counted on.
    func resolvedLeniently() -> ParsedTimestamp? {
        var year = values[.yearOfEra] ?? 1_970
        if values[.era] == 0 { year = 1 - year }
        let month = CivilDate(year: year, month: 1, day: 1).adding(months: (values[.month] ?? 1) - 1)
        var days = month.daysSinceEpoch + (values[.dayOfMonth] ?? 1) - 1
        if let dayOfYear = values[.dayOfYear], values[.dayOfMonth] == nil {
            days = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch + dayOfYear - 1
        }
        let half = (values[.amPm] ?? 0) * 12
        var hours = values[.hour] ?? values[.hour1to24].map { $0 == 24 ? 0 : $0 } ?? half
        if let hour = values[.hour0to11] ?? values[.hour1to12].map({ $0 == 12 ? 0 : $0 }) { hours = hour + half }
        let seconds = (hours * 60 + (values[.minute] ?? 0)) * 60 + (values[.second] ?? 0)
        let nanos = Int128(seconds) * 1_000_000_000 + Int128(values[.millisecond] ?? 0) * 1_000_000
        return ParsedTimestamp(
            local: TimestampSum.timestamp(days: days, wideNanos: nanos),
            offsetSeconds: values[.offset]
        )
    }

    private func value(_ field: DatePattern.Field, in range: ClosedRange<Int>, default standard: Int) -> Int? {
        guard let value = values[field] else { return standard }
        return range.contains(value) ? value : nil
    }

    /// The day, counted from 1970-01-01.
    private func strictDate() -> Int? {
        var year = values[.year] ?? 1_970
        if let yearOfEra = values[.yearOfEra] {
            guard yearOfEra >= 1, yearOfEra <= 999_999_999 else { return nil }
            let isBefore = values[.era] == 0
            let named = isBefore ? 1 - yearOfEra : yearOfEra
            guard values[.year] == nil || year == named else { return nil }
            year = named
        }
        guard abs(year) <= 999_999_999, values[.quarter].map({ (1...4).contains($0) }) ?? true else { return nil }
        if let dayOfYear = values[.dayOfYear] {
            guard (1...(CivilDate.isLeapYear(year) ? 366 : 365)).contains(dayOfYear) else { return nil }
            if values[.month] == nil {
                return CivilDate(year: year, month: 1, day: 1).daysSinceEpoch + dayOfYear - 1
            }
        }
        guard let month = value(.month, in: 1...12, default: 1), let day = value(.dayOfMonth, in: 1...31, default: 1)
        else { return nil }
        return CivilDate(year: year, month: month, day: day).clampedToMonth.daysSinceEpoch
    }

    /// Nanoseconds of the day; a whole day for 24:00:00.
    private func strictTime() -> Int64? {
        if let nanos = value(.nanoOfDay, in: 0...86_399_999_999_999, default: 0), nanos > 0 { return Int64(nanos) }
        guard values[.nanoOfDay] ?? 0 == 0, let millis = value(.milliOfDay, in: 0...86_399_999, default: 0) else {
            return nil
        }
        if millis > 0 { return Int64(millis) * 1_000_000 }
        guard let hour = strictHour(), let minute = value(.minute, in: 0...59, default: 0) else { return nil }
        guard let second = value(.second, in: 0...59, default: 0) else { return nil }
        guard let nano = value(.nanoOfSecond, in: 0...999_999_999, default: values[.fraction] ?? 0) else { return nil }
        if hour == 24 { return minute == 0 && second == 0 && nano == 0 ? LocalTimestamp.nanosPerDay : nil }
        return Int64((hour * 60 + minute) * 60 + second) * 1_000_000_000 + Int64(nano)
    }

    /// The hour of the day, 0...24.
    ///
    /// An hour of twelve counts only together with AM or PM.
    private func strictHour() -> Int? {
        guard let hour = value(.hour, in: 0...24, default: -1) else { return nil }
        guard let late = value(.hour1to24, in: 1...24, default: 24) else { return nil }
        guard let twelve = value(.hour1to12, in: 1...12, default: 12) else { return nil }
        guard let half = value(.hour0to11, in: 0...11, default: twelve % 12) else { return nil }
        if hour >= 0 { return hour }
        if values[.hour1to24] != nil { return late % 24 }
        let isHalfKnown = values[.hour0to11] != nil || values[.hour1to12] != nil
        return isHalfKnown && values[.amPm] != nil ? half + (values[.amPm] ?? 0) * 12 : 0
    }
}

/// Days and nanoseconds added up.
enum TimestampSum {
    /// The timestamp of a day and 0 to one whole day of nanoseconds.
    static func timestamp(days: Int, nanos: Int64) -> LocalTimestamp {
        timestamp(days: days, wideNanos: Int128(nanos))
    }

    /// The timestamp of a day and any number of nanoseconds.
    static func timestamp(days: Int, wideNanos nanos: Int128) -> LocalTimestamp {
        let carried = floorDivide(nanos, Int128(LocalTimestamp.nanosPerDay))
        let rest = nanos - carried * Int128(LocalTimestamp.nanosPerDay)
        return LocalTimestamp(daysSinceEpoch: days + Int(carried), nanosOfDay: Int64(rest))
    }
}
