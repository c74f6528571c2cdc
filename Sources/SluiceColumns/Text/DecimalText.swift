/// Decimals as text: unscaled integers with a number of digits after the point.
public enum DecimalText {
    /// Parses a decimal number, exponent allowed, into an unscaled value of DECIMAL(precision, scale).
    ///
    /// Digits beyond the scale are rounded half up (away from zero). This is how the JSON and CSV formats read
    /// DECIMAL, and how CAST from STRING does for more than 18 digits.
    ///
    /// - Returns: nil when the text has another form or the value has more than `precision` digits.
    public static func parse(_ text: Span<UInt8>, precision: Int, scale: Int) -> Int128? {
        parse(text, 0, text.count, precision: precision, scale: scale)
    }

    /// Parses `text[start..<end]` as ``parse(_:precision:scale:)`` does.
    public static func parse(
        _ text: Span<UInt8>,
        _ start: Int,
        _ end: Int,
        precision: Int,
        scale: Int
    ) -> Int128? {
        guard let scan = DecimalScan(text, start, end) else { return nil }
        guard scan.significand != 0 else { return 0 }
        guard !scan.isCut else {
            return parseLong(text, scan, precision: precision, scale: scale)
        }
        guard let magnitude = scaled(UInt128(scan.significand), by: scan.exponent + scale) else { return nil }
        return signed(magnitude, isNegative: scan.isNegative, precision: precision)
    }

    /// Multiplies by 10^shift, or divides by it rounding half up; nil when the result exceeds 38 digits.
    static func scaled(_ magnitude: UInt128, by shift: Int) -> UInt128? {
        if shift == 0 { return magnitude }
        if shift > 0 {
            guard shift <= 38 else { return magnitude == 0 ? 0 : nil }
            let (product, overflowed) = magnitude.multipliedReportingOverflow(by: PowersOfTen.wide[shift])
            return overflowed ? nil : product
        }
        guard shift >= -38 else { return 0 }
        let divisor = PowersOfTen.wide[-shift]
        let (quotient, remainder) = magnitude.quotientAndRemainder(dividingBy: divisor)
        return remainder >= divisor - remainder ? quotient + 1 : quotient
    }

    /// Gives the magnitude its sign when it has at most `precision` digits.
    private static func signed(_ magnitude: UInt128, isNegative: Bool, precision: Int) -> Int128? {
        guard magnitude < PowersOfTen.wide[precision] else { return nil }
        let value = Int128(truncatingIfNeeded: magnitude)
        return isNegative ? 0 - value : value
    }

    /// Reads the digits of a text that has more than 19 significant ones.
    private static func parseLong(
        _ text: Span<UInt8>,
        _ scan: DecimalScan,
        precision: Int,
        scale: Int
    ) -> Int128? {
        // `place` is the power of ten of the digit read, in units of the last digit that is kept.
        var place = integerDigitCount(text, scan) - 1 + scan.writtenExponent + scale
        var magnitude: UInt128 = 0
        for index in scan.digitsStart..<scan.digitsEnd {
            guard text[index] != UInt8(ascii: ".") else { continue }
            let digit = UInt128(text[index] &- 0x30)
            if place == -1, digit >= 5 { magnitude += 1 }
            if place >= 0 {
                guard magnitude < PowersOfTen.wide[38] / 10 else { return nil }
                magnitude = magnitude * 10 + digit
            }
            place -= 1
        }
        // What is left of `place` are zeros that the text does not show.
        guard let whole = place >= 0 ? scaled(magnitude, by: place + 1) : magnitude else { return nil }
        return signed(whole, isNegative: scan.isNegative, precision: precision)
    }

    /// How many digits stand before the point.
    private static func integerDigitCount(_ text: Span<UInt8>, _ scan: DecimalScan) -> Int {
        for index in scan.digitsStart..<scan.digitsEnd where text[index] == UInt8(ascii: ".") {
            return index - scan.digitsStart
        }
        return scan.digitsEnd - scan.digitsStart
    }
}

extension TextBuffer {
    /// Appends a decimal of at most 18 digits: the unscaled value with `scale` digits after the point.
    public mutating func append(decimal unscaled: Int64, scale: Int) {
        guard scale > 0 else { return append(integer: unscaled) }
        guard scale <= 18 else { return append(wideDecimal: Int128(unscaled), scale: scale) }
        if unscaled < 0 { append(UInt8(ascii: "-")) }
        let (whole, fraction) = unscaled.magnitude.quotientAndRemainder(dividingBy: PowersOfTen.narrow[scale])
        let wholeDigits = PowersOfTen.digitCount(of: whole)
        let offset = extend(by: wholeDigits + 1 + scale)
        var target = storage.mutableSpan
        IntegerText.write(whole, digitCount: wholeDigits, at: offset, into: &target)
        target[offset + wholeDigits] = UInt8(ascii: ".")
        IntegerText.write(fraction, digitCount: scale, at: offset + wholeDigits + 1, into: &target)
    }

    /// Appends a decimal of at most 38 digits: the unscaled value with `scale` (0...38) digits after the point.
    public mutating func append(wideDecimal unscaled: Int128, scale: Int) {
        guard scale > 0 else { return append(wideInteger: unscaled) }
        if scale <= 18, let small = Int64(exactly: unscaled) { return append(decimal: small, scale: scale) }
        if unscaled < 0 { append(UInt8(ascii: "-")) }
        let (whole, fraction) = unscaled.magnitude.quotientAndRemainder(dividingBy: PowersOfTen.wide[scale])
        append(wide: whole, digitCount: PowersOfTen.digitCount(of: whole))
        append(UInt8(ascii: "."))
        append(wide: fraction, digitCount: scale)
    }
}
