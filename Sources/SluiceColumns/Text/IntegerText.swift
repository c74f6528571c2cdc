/// Integers as text: strict parsing, and the digits that all other formatters are made of.
public enum IntegerText {
    /// Parses an optional sign and one or more digits, and nothing else.
    ///
    /// - Returns: nil when the text has another form or the value does not fit 64 bits.
    public static func parseInt64(_ text: Span<UInt8>) -> Int64? {
        guard text.count > 0 else { return nil }
        let isNegative = text[0] == UInt8(ascii: "-")
        let start = isNegative || text[0] == UInt8(ascii: "+") ? 1 : 0
        guard let magnitude = parseMagnitude(text, start, text.count) else { return nil }
        if isNegative {
            return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil
        }
        return Int64(exactly: magnitude)
    }

    /// Parses as ``parseInt64(_:)`` does, into the range of `Int32`.
    public static func parseInt32(_ text: Span<UInt8>) -> Int32? {
        parseInt64(text).flatMap { Int32(exactly: $0) }
    }

    /// Parses the digits `text[start..<end]`, at least one of them.
    static func parseMagnitude(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> UInt64? {
        guard start < end else { return nil }
        var index = start
        var value: UInt64 = 0
        while end - index >= 8, value < 1_000_000_000 {
            let block = EightBytes(text, at: index)
            guard block.areDigits else { break }
            value = value &* 100_000_000 &+ block.number
            index += 8
        }
        while index < end {
            let digit = text[index] &- 0x30
            guard digit < 10 else { return nil }
            let (scaled, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = scaled.addingReportingOverflow(UInt64(digit))
            guard !overflowed, !carried else { return nil }
            value = sum
            index += 1
        }
        return value
    }

    /// Writes the last `digitCount` decimal digits of `value`, zero padded, from `target[offset]` on.
    @_lifetime(target: copy target)
    static func write(_ value: UInt64, digitCount: Int, at offset: Int, into target: inout MutableSpan<UInt8>) {
        var rest = value
        var end = offset + digitCount
        while end - offset >= 2 {
            let (quotient, pair) = rest.quotientAndRemainder(dividingBy: 100)
            let tens = (pair &* 103) >> 10
            target[end - 2] = UInt8(truncatingIfNeeded: 0x30 &+ tens)
            target[end - 1] = UInt8(truncatingIfNeeded: 0x30 &+ pair &- tens &* 10)
            rest = quotient
            end -= 2
        }
        if end > offset {
            target[offset] = UInt8(truncatingIfNeeded: 0x30 &+ rest % 10)
        }
    }

    /// Writes the last `digitCount` digits of a 128-bit value, zero padded.
    @_lifetime(target: copy target)
    static func write(wide value: UInt128, digitCount: Int, at offset: Int, into target: inout MutableSpan<UInt8>) {
        var rest = value
        var end = offset + digitCount
        while end - offset > 18 {
            if let small = UInt64(exactly: rest) {
                return write(small, digitCount: end - offset, at: offset, into: &target)
            }
            let (quotient, block) = rest.quotientAndRemainder(dividingBy: 1_000_000_000_000_000_000)
            write(UInt64(truncatingIfNeeded: block), digitCount: 18, at: end - 18, into: &target)
            rest = quotient
            end -= 18
        }
        let last = UInt64(truncatingIfNeeded: rest % 1_000_000_000_000_000_000)
        write(last, digitCount: end - offset, at: offset, into: &target)
    }
}

extension TextBuffer {
    /// Appends an integer in decimal, with a leading "-" when negative.
    public mutating func append(integer value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        append(magnitude: value.magnitude)
    }

    /// Appends a 128-bit integer in decimal, with a leading "-" when negative.
    public mutating func append(wideInteger value: Int128) {
        if let small = Int64(exactly: value) { return append(integer: small) }
        if value < 0 { append(UInt8(ascii: "-")) }
        let magnitude = value.magnitude
        append(wide: magnitude, digitCount: PowersOfTen.digitCount(of: magnitude))
    }

    /// Appends an unsigned integer in decimal.
    public mutating func append(magnitude value: UInt64) {
        append(value, digitCount: PowersOfTen.digitCount(of: value))
    }

    /// Appends the last `digitCount` digits of `value`, zero padded.
    public mutating func append(_ value: UInt64, digitCount: Int) {
        let offset = extend(by: digitCount)
        var target = storage.mutableSpan
        IntegerText.write(value, digitCount: digitCount, at: offset, into: &target)
    }

    /// Appends the last `digitCount` digits of `value`, zero padded.
    mutating func append(wide value: UInt128, digitCount: Int) {
        let offset = extend(by: digitCount)
        var target = storage.mutableSpan
        IntegerText.write(wide: value, digitCount: digitCount, at: offset, into: &target)
    }

    /// Appends the last `digitCount` digits of `value` in base 2, 8 or 16, zero padded.
    ///
    /// - Parameters:
    ///   - value: the number.
    ///   - digitCount: how many digits.
    ///   - bitsPerDigit: 1, 3 or 4.
    ///   - ten: the digit for ten, `a` or `A`.
    public mutating func append(_ value: UInt64, digitCount: Int, bitsPerDigit: Int, ten: UInt8) {
        let offset = extend(by: digitCount)
        var target = storage.mutableSpan
        let mask: UInt64 = (1 &<< UInt64(bitsPerDigit)) &- 1
        var rest = value
        for place in stride(from: offset + digitCount - 1, through: offset, by: -1) {
            let digit = UInt8(truncatingIfNeeded: rest & mask)
            target[place] = digit < 10 ? digit &+ 0x30 : digit &- 10 &+ ten
            rest &>>= UInt64(bitsPerDigit)
        }
    }

    /// Appends two hexadecimal digits for each byte.
    ///
    /// - Parameters:
    ///   - bytes: what the digits stand for.
    ///   - ten: the digit for ten, `a` or `A`.
    public mutating func append(hexadecimalOf bytes: Span<UInt8>, ten: UInt8) {
        let offset = extend(by: 2 * bytes.count)
        var target = storage.mutableSpan
        for index in 0..<bytes.count {
            let (high, low) = (bytes[index] &>> 4, bytes[index] & 15)
            target[offset + 2 * index] = high < 10 ? high &+ 0x30 : high &- 10 &+ ten
            target[offset + 2 * index + 1] = low < 10 ? low &+ 0x30 : low &- 10 &+ ten
        }
    }
}
