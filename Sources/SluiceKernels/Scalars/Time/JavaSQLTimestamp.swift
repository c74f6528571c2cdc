import SluiceColumns

/// The text forms of `java.sql.Timestamp` and `java.sql.Date`, which TO_TIMESTAMP falls back to.
package enum JavaSQLTimestamp {
    /// Parses `yyyy-[m]m-[d]d` or `yyyy-[m]m-[d]d h:m:s[.f]`, blanks around it cut.
    ///
    /// The month must be 1...12 and the day 1...31; a day past the end of its month and times past the end of their
    /// range count on (2024-02-31 is 2024-03-02).
    ///
    /// - Returns: nil when the text has another form.
    package static func parse(_ text: Span<UInt8>) -> LocalTimestamp? {
        var start = 0
        var end = text.count
        while start < end, text[start] <= 0x20 { start += 1 }
        while start < end, text[end - 1] <= 0x20 { end -= 1 }
        var reader = NumberReader(text: text, index: start, end: end)
        guard let year = reader.number(digits: 4...4), reader.skip(0x2D) else { return nil }
        guard let month = reader.number(digits: 1...2), reader.skip(0x2D), let day = reader.number(digits: 1...2) else {
            return nil
        }
        guard (1...12).contains(month), (1...31).contains(day) else { return nil }
        let days = CivilDate(year: year, month: month, day: 1).daysSinceEpoch + day - 1
        if reader.isAtEnd { return LocalTimestamp(daysSinceEpoch: days, nanosOfDay: 0) }
        guard reader.skip(0x20), let hour = reader.number(digits: 1...9), reader.skip(0x3A) else { return nil }
        guard let minute = reader.number(digits: 1...9), reader.skip(0x3A) else { return nil }
        guard let second = reader.number(digits: 1...9) else { return nil }
        var nanos = 0
        if reader.skip(0x2E) {
            let first = reader.index
            guard let fraction = reader.number(digits: 1...9) else { return nil }
            nanos = fraction * Int(PowersOfTen.int64(9 - (reader.index - first)))
        }
        guard reader.isAtEnd else { return nil }
        let total = (Int128(hour) * 60 + Int128(minute)) * 60 + Int128(second)
        return TimestampSum.timestamp(days: days, wideNanos: total * 1_000_000_000 + Int128(nanos))
    }
}

/// A place in a text that unsigned numbers are read from.
private struct NumberReader: ~Escapable {
    let text: Span<UInt8>
    var index: Int
    let end: Int

    @_lifetime(copy text)
    init(text: Span<UInt8>, index: Int, end: Int) {
        self.text = text
        self.index = index
        self.end = end
    }

    var isAtEnd: Bool { index == end }

    @_lifetime(self: copy self)
    mutating func skip(_ byte: UInt8) -> Bool {
        guard index < end, text[index] == byte else { return false }
        index += 1
        return true
    }

    @_lifetime(self: copy self)
    mutating func number(digits: ClosedRange<Int>) -> Int? {
        let start = index
        var value = 0
        while index < end, text[index] &- 0x30 < 10, index - start < digits.upperBound {
            value = value * 10 + Int(text[index] &- 0x30)
            index += 1
        }
        return index - start >= digits.lowerBound ? value : nil
    }
}
