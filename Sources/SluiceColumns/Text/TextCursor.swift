/// A place in a text that date and time fields are read from, one after the other.
struct TextCursor: ~Escapable {
    private let text: Span<UInt8>
    private var index: Int
    private let end: Int

    /// Starts at byte `start` of a text that ends before byte `end`.
    @_lifetime(copy text)
    init(_ text: Span<UInt8>, from start: Int, to end: Int) {
        self.text = text
        index = start
        self.end = end
    }

    /// Whether all bytes have been read.
    var isAtEnd: Bool { index == end }

    /// Reads the byte if it is next.
    @_lifetime(self: copy self)
    mutating func skip(_ byte: UInt8) -> Bool {
        guard index < end, text[index] == byte else { return false }
        index += 1
        return true
    }

    /// The digit value of the next byte, or nil.
    private func digit() -> Int? {
        guard index < end else { return nil }
        let value = text[index] &- 0x30
        return value < 10 ? Int(value) : nil
    }

    /// Reads exactly two digits.
    @_lifetime(self: copy self)
    mutating func twoDigits() -> Int? {
        guard let tens = digit() else { return nil }
        index += 1
        guard let ones = digit() else { return nil }
        index += 1
        return tens * 10 + ones
    }

    /// Reads one or two digits; digits that follow two must repeat the same number, as `[MM][M]` of java.time has it.
    @_lifetime(self: copy self)
    mutating func field() -> Int? {
        guard var value = digit() else { return nil }
        index += 1
        guard let ones = digit() else { return value }
        index += 1
        value = value * 10 + ones
        guard var again = digit() else { return value }
        index += 1
        while let next = digit() {
            guard again < 1_000 else { return nil }
            again = again * 10 + next
            index += 1
        }
        return again == value ? value : nil
    }

    /// Reads a year: four digits, or "+" and five to nine digits, or "-" and four to nine.
    @_lifetime(self: copy self)
    mutating func year() -> Int? {
        let isNegative = skip(UInt8(ascii: "-"))
        let hasPlus = !isNegative && skip(UInt8(ascii: "+"))
        let start = index
        var value = 0
        while let next = digit(), index - start < 9 {
            value = value * 10 + next
            index += 1
        }
        let digitCount = index - start
        let fits = hasPlus ? digitCount > 4 : (isNegative ? digitCount >= 4 : digitCount == 4)
        guard fits, digit() == nil else { return nil }
        return isNegative ? -value : value
    }

    /// Reads "." and up to nine digits as nanoseconds; 0 when there is no ".".
    @_lifetime(self: copy self)
    mutating func fraction() -> Int? {
        guard skip(UInt8(ascii: ".")) else { return 0 }
        var value = 0
        var unit = 100_000_000
        while unit > 0, let next = digit() {
            value += next * unit
            unit /= 10
            index += 1
        }
        return value
    }

    /// Reads `yyyy-MM-dd`.
    @_lifetime(self: copy self)
    mutating func isoDate(_ rule: TimestampText.DayRule) -> CivilDate? {
        guard let year = year(), skip(UInt8(ascii: "-")), let month = twoDigits() else { return nil }
        guard skip(UInt8(ascii: "-")), let day = twoDigits() else { return nil }
        guard month >= 1, month <= 12, day >= 1, day <= 31 else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        if date.isValid { return date }
        return rule == .clamp ? date.clampedToMonth : nil
    }

    /// Reads `HH:mm:ss[.S{0,9}]`, or also `HH:mm`, as nanoseconds of the day.
    @_lifetime(self: copy self)
    mutating func isoTime(secondsOptional: Bool) -> Int64? {
        guard let hour = twoDigits(), skip(UInt8(ascii: ":")), let minute = twoDigits() else { return nil }
        guard skip(UInt8(ascii: ":")) else {
            return secondsOptional ? TimestampText.nanosOfDay(hour, minute, 0, 0) : nil
        }
        guard let second = twoDigits(), let nano = fraction() else { return nil }
        return TimestampText.nanosOfDay(hour, minute, second, nano)
    }
}
