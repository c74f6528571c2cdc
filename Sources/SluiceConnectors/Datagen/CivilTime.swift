/// A point in time as the calendar of UTC has it, for the texts of log lines.
struct CivilTime: Equatable {
    private(set) var year: Int
    /// 1 ... 12.
    private(set) var month: Int
    /// 1 ... 31.
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
}
