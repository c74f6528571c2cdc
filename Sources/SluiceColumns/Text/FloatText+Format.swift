extension TextBuffer {
    /// Appends a `Double` as `Double.toString` of Java writes it: `100.0`, `1.0E10`, `9.999E-4`, `NaN`, `-Infinity`.
    public mutating func append(double value: Double) {
        guard !appendSpecial(isNaN: value.isNaN, isInfinite: value.isInfinite, isNegative: value.sign == .minus)
        else { return }
        let magnitude = value.magnitude
        if magnitude == 0 { return append("0.0") }
        append(javaDigits: ShortestDigits(magnitude))
    }

    /// Appends a `Float` as `Float.toString` of Java writes it.
    public mutating func append(float value: Float) {
        guard !appendSpecial(isNaN: value.isNaN, isInfinite: value.isInfinite, isNegative: value.sign == .minus)
        else { return }
        let magnitude = value.magnitude
        if magnitude == 0 { return append("0.0") }
        append(javaDigits: ShortestDigits(magnitude))
    }

    /// Appends the sign, and the whole text when the value is not finite.
    private mutating func appendSpecial(isNaN: Bool, isInfinite: Bool, isNegative: Bool) -> Bool {
        if isNaN {
            append("NaN")
            return true
        }
        if isNegative { append(UInt8(ascii: "-")) }
        if isInfinite { append("Infinity") }
        return isInfinite
    }

    /// Lays out digits as Java does: plainly for 10^-3 up to 10^7, else with an exponent.
    private mutating func append(javaDigits digits: ShortestDigits) {
        let digitCount = PowersOfTen.digitCount(of: digits.value)
        let leadingExponent = digitCount - 1 + digits.exponent
        if leadingExponent >= 7 || leadingExponent < -3 {
            append(digits.value, digitCount: digitCount, pointAfter: 1)
            append(UInt8(ascii: "E"))
            return append(integer: Int64(leadingExponent))
        }
        if digits.exponent >= 0 {
            append(digits.value &* PowersOfTen.narrow[digits.exponent], digitCount: leadingExponent + 1)
            return append(".0")
        }
        // With a leading exponent below 0 the digits are padded with zeros up to the one before the point.
        append(digits.value, digitCount: max(digitCount, 1 - digits.exponent), pointAfter: max(leadingExponent, 0) + 1)
    }

    /// Appends digits with a point after the first few, and at least one digit after the point.
    private mutating func append(_ value: UInt64, digitCount: Int, pointAfter wholeDigits: Int) {
        let fractionDigits = digitCount - wholeDigits
        guard fractionDigits > 0 else {
            append(value, digitCount: digitCount)
            return append(".0")
        }
        let (whole, fraction) = value.quotientAndRemainder(dividingBy: PowersOfTen.narrow[fractionDigits])
        append(whole, digitCount: wholeDigits)
        append(UInt8(ascii: "."))
        append(fraction, digitCount: fractionDigits)
    }
}
