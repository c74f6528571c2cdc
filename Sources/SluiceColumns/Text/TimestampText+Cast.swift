extension TimestampText {
    /// Parses a date as CAST from STRING does.
    ///
    /// `y[-M[-d]]` with spaces around each number, and anything after a space; years 0...9999; missing parts are 1.
    ///
    /// - Returns: days since 1970-01-01, or nil when the text has another form or names no real day.
    public static func parseDateCast(_ text: Span<UInt8>) -> Int32? {
        var end = text.count
        if let space = index(of: 0x20, in: text, 0, end), space > 0 { end = space }
        let firstHyphen = index(of: 0x2D, in: text, 0, end)
        guard let year = number(text, 0, firstHyphen ?? end), year <= 9_999 else { return nil }
        var month = 1
        var day = 1
        if let firstHyphen {
            let secondHyphen = index(of: 0x2D, in: text, firstHyphen + 1, end)
            guard let parsed = number(text, firstHyphen + 1, secondHyphen ?? end) else { return nil }
            month = parsed
            if let secondHyphen {
                guard let parsed = number(text, secondHyphen + 1, end) else { return nil }
                day = parsed
            }
        }
        let date = CivilDate(year: year, month: month, day: day)
        return date.isValid ? Int32(truncatingIfNeeded: date.daysSinceEpoch) : nil
    }

    /// Parses a time as CAST from STRING does: `H[:m[:s[.f]]][+H[:m]]` with spaces around each number.
    ///
    /// An offset at the end is added to the time (or subtracted, with "-"). In the fraction other characters than
    /// digits count as 0.
    ///
    /// - Returns: milliseconds since midnight, rounded half up at the fourth digit of the fraction, so that
    ///   `23:59:59.9995` is 86,400,000; nil when the text has another form or a number is out of its range.
    public static func parseTimeCast(_ text: Span<UInt8>) -> Int32? {
        let minus = index(of: 0x2D, in: text, 0, text.count)
        let sign = minus ?? index(of: 0x2B, in: text, 0, text.count)
        let end = sign ?? text.count
        var offsetMillis = 0
        if let sign {
            guard let hours = clockParts(text, sign + 1, text.count) else { return nil }
            offsetMillis = minus != nil ? -hours : hours
        }
        let dot = index(of: 0x2E, in: text, 0, end)
        guard let millis = clockParts(text, 0, dot ?? end, isTime: true) else { return nil }
        guard let dot else { return Int32(truncatingIfNeeded: millis + offsetMillis) }
        guard colonCount(text, dot) == 2 else { return nil }
        return Int32(truncatingIfNeeded: millis + offsetMillis + roundedMillis(text, dot + 1, end))
    }

    /// Reads `H[:m[:s]]`, or `H[:m]` of an offset, as milliseconds.
    private static func clockParts(_ text: Span<UInt8>, _ start: Int, _ end: Int, isTime: Bool = false) -> Int? {
        let firstColon = index(of: 0x3A, in: text, start, end)
        guard let hour = number(text, start, firstColon ?? end), hour < 24 else { return nil }
        guard let firstColon else { return hour * 3_600_000 }
        let secondColon = isTime ? index(of: 0x3A, in: text, firstColon + 1, end) : nil
        guard let minute = number(text, firstColon + 1, secondColon ?? end), minute < 60 else { return nil }
        guard let secondColon else { return (hour * 60 + minute) * 60_000 }
        guard let second = number(text, secondColon + 1, end), second < 60 else { return nil }
        return ((hour * 60 + minute) * 60 + second) * 1_000
    }

    private static func colonCount(_ text: Span<UInt8>, _ end: Int) -> Int {
        var count = 0
        for position in 0..<end where text[position] == 0x3A {
            count += 1
        }
        return count
    }

    /// The fraction digits `text[start..<end]`, blanks around them cut, as milliseconds, rounded by the fourth digit.
    private static func roundedMillis(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
        let (first, last) = trimmed(text, start, end)
        var millis = 0
        var unit = 100
        for position in first..<min(last, first + 3) {
            let digit = text[position] &- 0x30
            millis += digit < 10 ? Int(digit) * unit : 0
            unit /= 10
        }
        return last > first + 3 && text[first + 3] >= 0x35 ? millis + 1 : millis
    }

    /// The first place of a byte in `text[start..<end]`.
    private static func index(of byte: UInt8, in text: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
        for position in start..<max(start, end) where text[position] == byte {
            return position
        }
        return nil
    }

    /// The bounds of `text[start..<end]` without bytes up to the space at both ends.
    private static func trimmed(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> (Int, Int) {
        var first = start
        var last = max(start, end)
        while first < last, text[first] <= 0x20 { first += 1 }
        while first < last, text[last - 1] <= 0x20 { last -= 1 }
        return (first, last)
    }

    /// The digits in `text[start..<end]`, blanks around them cut; nil when there is anything else or nothing.
    private static func number(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
        let (first, last) = trimmed(text, start, end)
        guard let value = IntegerText.parseMagnitude(text, first, last) else { return nil }
        return value <= 999_999_999 ? Int(value) : nil
    }
}
