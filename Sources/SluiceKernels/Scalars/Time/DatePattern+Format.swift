import SluiceColumns

extension DatePattern {
    /// Appends a timestamp in the form of the pattern.
    ///
    /// - Parameters:
    ///   - timestamp: the local time.
    ///   - offsetSeconds: how far it is ahead of UTC, for patterns that print it.
    ///   - buffer: what the text is appended to.
    package func format(_ timestamp: LocalTimestamp, offsetSeconds: Int = 0, into buffer: inout TextBuffer) {
        let parts = PatternParts(timestamp, offsetSeconds: offsetSeconds)
        let bytes = self.literals
        let literals = bytes.span
        for item in items {
            switch item {
            case .literal(let start, let end):
                if end == start + 1 {
                    buffer.append(literals[start])
                } else {
                    buffer.append(literals.extracting(start..<end))
                }
            case .optional: break
            case .field(let field, let style, let isSigned): append(field, style, isSigned, parts, &buffer)
            }
        }
    }

    private func append(
        _ field: Field,
        _ style: Style,
        _ isSigned: Bool,
        _ parts: PatternParts,
        _ buffer: inout TextBuffer
    ) {
        let value = parts.value(of: field)
        switch style {
        case .number(minimum: 2, _, _) where value >= 0 && value < 100 && field != .fraction:
            buffer.append(0x30 &+ UInt8(truncatingIfNeeded: value / 10))
            buffer.append(0x30 &+ UInt8(truncatingIfNeeded: value % 10))
        case .number(let minimum, _, _):
            if field == .fraction {
                let shown = UInt64(value) / PowersOfTen.uint64(9 - minimum)
                return buffer.append(shown, digitCount: minimum)
            }
            let magnitude = UInt64(value.magnitude)
            let digitCount = PowersOfTen.digitCount(of: magnitude)
            let showsPlus = isSigned && dialect == .dateTimeFormatter && value > 0 && digitCount > minimum
            if value < 0 { buffer.append(UInt8(ascii: "-")) }
            if showsPlus { buffer.append(UInt8(ascii: "+")) }
            buffer.append(magnitude, digitCount: max(minimum, digitCount))
        case .twoDigitYear:
            buffer.append(UInt64(value.magnitude % 100), digitCount: 2)
        case .shortText, .fullText, .narrowText:
            appendText(field, style, value, &buffer)
        case .offset(let hasColon, let hasMinutes, let hasZ):
            appendOffset(value, hasColon: hasColon, hasMinutes: hasMinutes, hasZ: hasZ, &buffer)
        }
    }

    private func appendText(_ field: Field, _ style: Style, _ value: Int, _ buffer: inout TextBuffer) {
        let name = DatePattern.name(field, value, isFull: style == .fullText)
        let hasOwnShortForm = field == .amPm || field == .era || field == .quarter
        switch style {
        case .narrowText:
            // The narrow form of a quarter is its digit.
            buffer.append(field == .quarter ? name[1] : name[0])
        case .shortText where !hasOwnShortForm: buffer.append(name.span.extracting(0..<3))
        default: buffer.append(name.span)
        }
    }

    /// The name of a value; months and days are given in full.
    static func name(_ field: Field, _ value: Int, isFull: Bool) -> [UInt8] {
        switch field {
        case .month: CalendarNames.months[value - 1]
        case .quarter: isFull ? CalendarNames.fullQuarters[value - 1] : CalendarNames.quarters[value - 1]
        case .dayOfWeek: CalendarNames.days[value - 1]
        // Numbered from Sunday.
        case .localDayOfWeek: CalendarNames.days[(value + 5) % 7]
        case .amPm: CalendarNames.halves[value]
        default: isFull ? CalendarNames.fullEras[value] : CalendarNames.eras[value]
        }
    }

    private func appendOffset(
        _ seconds: Int,
        hasColon: Bool,
        hasMinutes: Bool,
        hasZ: Bool,
        _ buffer: inout TextBuffer
    ) {
        if seconds == 0, hasZ { return buffer.append(UInt8(ascii: "Z")) }
        buffer.append(seconds < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        let minutes = UInt64(seconds.magnitude / 60)
        buffer.append(minutes / 60, digitCount: 2)
        guard hasMinutes || (minutes % 60 != 0 && dialect == .dateTimeFormatter) else { return }
        if hasColon { buffer.append(UInt8(ascii: ":")) }
        buffer.append(minutes % 60, digitCount: 2)
    }
}

/// The parts of one timestamp that pattern letters ask for.
struct PatternParts {
    private let days: Int
    private let date: CivilDate
    private let nanosOfDay: Int
    private let offsetSeconds: Int

    init(_ timestamp: LocalTimestamp, offsetSeconds: Int) {
        days = timestamp.daysSinceEpoch
        date = CivilDate(daysSinceEpoch: timestamp.daysSinceEpoch)
        nanosOfDay = Int(timestamp.nanosOfDay)
        self.offsetSeconds = offsetSeconds
    }

    func value(of field: DatePattern.Field) -> Int {
        switch field {
        case .era: date.year > 0 ? 1 : 0
        case .year: date.year
        case .yearOfEra: date.year > 0 ? date.year : 1 - date.year
        case .dayOfYear: date.dayOfYear
        case .month: date.month
        case .dayOfMonth: date.day
        case .quarter: date.quarter
        case .weekYear: week.year
        case .weekOfYear: week.number
        case .weekOfMonth: (date.day + daysFromSunday(days - date.day + 1) + 6) / 7
        case .dayOfWeek, .isoDayOfWeek: CivilDate.isoDayOfWeek(daysSinceEpoch: days)
        case .localDayOfWeek: daysFromSunday(days) + 1
        case .alignedDayOfWeek: (date.day - 1) % 7 + 1
        case .dayOfWeekInMonth: (date.day - 1) / 7 + 1
        case .offset: offsetSeconds
        default: timeValue(of: field)
        }
    }

    private func timeValue(of field: DatePattern.Field) -> Int {
        let hour = nanosOfDay / 3_600_000_000_000
        return switch field {
        case .amPm: hour / 12
        case .hour1to12: (hour + 11) % 12 + 1
        case .hour0to11: hour % 12
        case .hour1to24: hour == 0 ? 24 : hour
        case .hour: hour
        case .minute: nanosOfDay / 60_000_000_000 % 60
        case .second: nanosOfDay / 1_000_000_000 % 60
        case .millisecond: nanosOfDay / 1_000_000 % 1_000
        case .milliOfDay: nanosOfDay / 1_000_000
        case .nanoOfDay: nanosOfDay
        default: nanosOfDay % 1_000_000_000
        }
    }

    private func daysFromSunday(_ days: Int) -> Int {
        CivilDate.isoDayOfWeek(daysSinceEpoch: days) % 7
    }

    /// The week that begins on Sunday, and its year: the first week holds 1 January.
    private var week: (year: Int, number: Int) {
        let newYear = CivilDate(year: date.year, month: 1, day: 1).daysSinceEpoch
        let nextYear = CivilDate(year: date.year + 1, month: 1, day: 1).daysSinceEpoch
        if days >= nextYear - daysFromSunday(nextYear) { return (date.year + 1, 1) }
        return (date.year, (days - newYear + daysFromSunday(newYear)) / 7 + 1)
    }
}
