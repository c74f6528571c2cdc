/// A point in time as the calendar of UTC has it, for the texts of log lines and for options.
struct CivilTime: Equatable {
    private(set) var year: Int
    /// From 1 to 12.
    private(set) var month: Int
    /// From 1 to 31.
    private(set) var day: Int
    private(set) var hour: Int
    private(set) var minute: Int
    private(set) var second: Int

    /// - Parameter millis: milliseconds since the epoch.
    init(millis: Int64) {
        let seconds = Int(millis / 1000 - (millis % 1000 < 0 ? 1 : 0))
        let secondOfDay = ((seconds % 86_400) + 86_400) % 86_400
        hour = secondOfDay / 3600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
        // Years that begin in March have their leap day at the end; 719,468 days lie between 0000-03-01 and 1970-01-01.
        let days = (seconds - secondOfDay) / 86_400 + 719_468
        let cycle = days >= 0 ? days / 146_097 : (days - 146_096) / 146_097
        let dayOfCycle = days - cycle * 146_097
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0)
    }

    /// Appends `23/Nov/2026:10:30:03 +0000`.
    func appendCommonLog(to bytes: inout [UInt8]) {
        bytes.append(decimal: day, digitCount: 2)
        bytes.append(UInt8(ascii: "/"))
        bytes.append(text: monthName)
        bytes.append(UInt8(ascii: "/"))
        bytes.append(decimal: year, digitCount: 4)
        bytes.append(UInt8(ascii: ":"))
        appendClock(to: &bytes)
        bytes.append(text: " +0000")
    }

    /// Appends `Nov  3 10:30:03`.
    func appendSyslog(to bytes: inout [UInt8]) {
        bytes.append(text: monthName)
        bytes.append(text: day < 10 ? "  " : " ")
        bytes.append(decimal: day)
        bytes.append(UInt8(ascii: " "))
        appendClock(to: &bytes)
    }

    private func appendClock(to bytes: inout [UInt8]) {
        bytes.append(decimal: hour, digitCount: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(decimal: minute, digitCount: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(decimal: second, digitCount: 2)
    }

    private var monthName: StaticString {
        switch month {
        case 1: "Jan"
        case 2: "Feb"
        case 3: "Mar"
        case 4: "Apr"
        case 5: "May"
        case 6: "Jun"
        case 7: "Jul"
        case 8: "Aug"
        case 9: "Sep"
        case 10: "Oct"
        case 11: "Nov"
        default: "Dec"
        }
    }

    /// Reads `2026-11-23 10:30:03.123`, of which the time of day, the seconds and their fraction may be missing and `T`
    /// may stand for the space.
    ///
    /// - Parameter text: in UTC.
    /// - Returns: microseconds since the epoch, or nil where there is no such time.
    static func parseMicros(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int64? {
            guard range.upperBound <= bytes.count else { return nil }
            var value: Int64 = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            return value
        }
        func stands(_ character: UInt8, at index: Int) -> Bool { index < bytes.count && bytes[index] == character }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else { return nil }
        guard stands(UInt8(ascii: "-"), at: 4), stands(UInt8(ascii: "-"), at: 7) else { return nil }
        guard (1...12).contains(month), day >= 1, day <= daysInMonth(month, of: year) else { return nil }
        var micros = daysSinceEpoch(year, month, day) * 86_400_000_000
        if bytes.count == 10 { return micros }
        guard stands(UInt8(ascii: " "), at: 10) || stands(UInt8(ascii: "T"), at: 10) else { return nil }
        guard let hour = number(11..<13), let minute = number(14..<16), hour < 24, minute < 60 else { return nil }
        guard stands(UInt8(ascii: ":"), at: 13) else { return nil }
        micros += (hour * 60 + minute) * 60_000_000
        if bytes.count == 16 { return micros }
        guard stands(UInt8(ascii: ":"), at: 16), let second = number(17..<19), second < 60 else { return nil }
        micros += second * 1_000_000
        if bytes.count == 19 { return micros }
        let digits = bytes.count - 20
        guard stands(UInt8(ascii: "."), at: 19), (1...6).contains(digits) else { return nil }
        guard var fraction = number(20..<bytes.count) else { return nil }
        for _ in digits..<6 { fraction *= 10 }
        return micros + fraction
    }

    private static func daysInMonth(_ month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func daysSinceEpoch(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        // Again years that begin in March; year 0 to 9999, so nothing is negative before the last step but March of 0.
        let yearFromMarch = month <= 2 ? year - 1 : year
        let cycle = yearFromMarch >= 0 ? yearFromMarch / 400 : -1
        let yearOfCycle = yearFromMarch - cycle * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return cycle * 146_097 + yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear - 719_468
    }
}
