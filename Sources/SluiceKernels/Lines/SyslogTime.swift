import SluiceColumns

/// The times of syslog, brought into one form.
struct SyslogTime {
    /// The form in which times are handed on.
    static let pattern = "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX"

    /// A time as the line says it.
    struct Found {
        var year = 0
        var month = 0
        var day = 0
        /// Hours, minutes and seconds.
        var clock = (0, 0, 0)
        var micros = 0
        var offsetMinutes = 0
        /// The offset behind the time.
        var end = 0

        /// Appends the time in the form of `pattern`.
        func append(to output: inout TextBuffer) {
            SyslogTime.append(year, digitCount: 4, to: &output)
            output.append(UInt8(ascii: "-"))
            SyslogTime.append(month, digitCount: 2, to: &output)
            output.append(UInt8(ascii: "-"))
            SyslogTime.append(day, digitCount: 2, to: &output)
            output.append(UInt8(ascii: "T"))
            SyslogTime.append(clock.0, digitCount: 2, to: &output)
            output.append(UInt8(ascii: ":"))
            SyslogTime.append(clock.1, digitCount: 2, to: &output)
            output.append(UInt8(ascii: ":"))
            SyslogTime.append(min(clock.2, 59), digitCount: 2, to: &output)
            output.append(UInt8(ascii: "."))
            SyslogTime.append(micros, digitCount: 6, to: &output)
            output.append(UInt8(ascii: offsetMinutes < 0 ? "-" : "+"))
            SyslogTime.append(abs(offsetMinutes) / 60, digitCount: 2, to: &output)
            output.append(UInt8(ascii: ":"))
            SyslogTime.append(abs(offsetMinutes) % 60, digitCount: 2, to: &output)
        }
    }

    private let year: SyslogForm.Year

    init(_ year: SyslogForm.Year) { self.year = year }

    private static func append(_ value: Int, digitCount: Int, to output: inout TextBuffer) {
        var divisor = 1
        for _ in 1..<digitCount { divisor *= 10 }
        while divisor > 0 {
            output.append(UInt8(truncatingIfNeeded: value / divisor % 10 + 0x30))
            divisor /= 10
        }
    }

    /// `2003-10-11T22:14:15.003Z` or `...+02:00`: RFC 3339, with at most six digits of the fraction kept.
    func iso(_ line: Span<UInt8>, _ start: Int) -> Found? {
        var found = Found()
        guard let year = exactly(4, line, start), LineBytes.has("-", in: line, at: start + 4),
            let month = exactly(2, line, start + 5), LineBytes.has("-", in: line, at: start + 7),
            let day = exactly(2, line, start + 8), LineBytes.has("T", in: line, at: start + 10),
            let clock = clock(line, start + 11)
        else { return nil }
        (found.year, found.month, found.day) = (year, month, day)
        (found.clock, found.end) = (clock.value, clock.end)
        fraction(line, &found)
        if LineBytes.has("Z", in: line, at: found.end) {
            found.end += 1
        } else {
            guard let hours = exactly(2, line, found.end + 1), LineBytes.has(":", in: line, at: found.end + 3),
                let minutes = exactly(2, line, found.end + 4), hours <= 18, minutes < 60
            else { return nil }
            let isBehind = line[found.end] == UInt8(ascii: "-")
            guard isBehind || line[found.end] == UInt8(ascii: "+") else { return nil }
            found.offsetMinutes = (isBehind ? -1 : 1) * (hours * 60 + minutes)
            found.end += 6
        }
        return isDate(found) ? found : nil
    }

    /// `Oct  1 22:14:15`, with a fraction or a year behind the day where there is one; the zone is taken to be UTC.
    func named(_ line: Span<UInt8>, _ start: Int) -> Found? {
        var found = Found()
        guard let month = Self.months.firstIndex(where: { LineBytes.has($0, in: line, at: start) }),
            LineBytes.has(" ", in: line, at: start + 3)
        else { return nil }
        found.month = month + 1
        var index = start + 4
        while LineBytes.has(" ", in: line, at: index), index < start + 6 { index += 1 }
        let day = LineBytes.number(line, index, digitCountMax: 2)
        guard day.end > index, LineBytes.has(" ", in: line, at: day.end) else { return nil }
        found.day = day.value
        index = day.end + 1
        if let year = exactly(4, line, index), LineBytes.has(" ", in: line, at: index + 4) {
            found.year = year
            index += 5
        }
        guard let clock = clock(line, index) else { return nil }
        (found.clock, found.end) = (clock.value, clock.end)
        fraction(line, &found)
        if found.year == 0 { found.year = inferredYear(of: found) }
        return isDate(found) ? found : nil
    }

    private static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private func inferredYear(of found: Found) -> Int {
        switch year {
        case .fixed(let year): return year
        case .latest(let clock):
            let now = floorDivide(clock(), 86_400_000_000)
            let today = CivilDate(daysSinceEpoch: Int(now) + 1)
            let isAhead = (found.month, found.day) > (today.month, today.day)
            var year = isAhead ? today.year - 1 : today.year
            if found.month == 2, found.day == 29 {
                while !CivilDate.isLeapYear(year) { year -= 1 }
            }
            return year
        }
    }

    private func isDate(_ found: Found) -> Bool {
        guard (1...12).contains(found.month), found.day >= 1 else { return false }
        let first = CivilDate(year: found.year, month: found.month, day: 1).daysSinceEpoch
        let day = CivilDate(daysSinceEpoch: first + found.day - 1)
        return day.month == found.month
    }

    private func exactly(_ digitCount: Int, _ line: Span<UInt8>, _ start: Int) -> Int? {
        let number = LineBytes.number(line, start, digitCountMax: digitCount)
        return number.end == start + digitCount ? number.value : nil
    }

    private func clock(_ line: Span<UInt8>, _ start: Int) -> (value: (Int, Int, Int), end: Int)? {
        guard let hour = exactly(2, line, start), LineBytes.has(":", in: line, at: start + 2),
            let minute = exactly(2, line, start + 3), LineBytes.has(":", in: line, at: start + 5),
            let second = exactly(2, line, start + 6), hour < 24, minute < 60, second <= 60
        else { return nil }
        return ((hour, minute, second), start + 8)
    }

    /// Takes a fraction of the second at the end of what was found.
    private func fraction(_ line: Span<UInt8>, _ found: inout Found) {
        guard LineBytes.has(".", in: line, at: found.end) else { return }
        let digits = LineBytes.number(line, found.end + 1, digitCountMax: 6)
        guard digits.end > found.end + 1 else { return }
        found.micros = digits.value
        for _ in digits.end..<found.end + 7 { found.micros *= 10 }
        found.end = LineBytes.number(line, digits.end, digitCountMax: 12).end
    }
}
