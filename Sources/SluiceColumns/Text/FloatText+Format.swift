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

/// The fewest digits that read back as a number: it is near `value * 10^exponent`, and `value` does not end in 0.
struct ShortestDigits {
    var value: UInt64
    var exponent: Int

    /// The digits of a finite number above 0.
    init(_ magnitude: Double) {
        if let plain = ShortestDigits(plain: magnitude) {
            self = plain
            return
        }
        self.init(description: magnitude.description)
        if value < 10 {
            useTwoDigits(units: magnitude.bitPattern, unitDigits: 49_406_564_584_124_654, unitExponent: -340)
        }
    }

    /// The digits of a finite number above 0.
    init(_ magnitude: Float) {
        self.init(description: magnitude.description)
        let units = UInt64(magnitude.bitPattern)
        if value < 10 { useTwoDigits(units: units, unitDigits: 14_012_984_643_248_171, unitExponent: -61) }
    }

    /// Finds numbers of few decimals below 10^9 by trying: a decimal of at most 15 digits that reads back is the
    /// shortest.
    private init?(plain magnitude: Double) {
        guard magnitude < 1e9, magnitude >= 1e-3 else { return nil }
        for decimals in stride(from: 0, through: 6, by: 2) {
            let power = PowersOfTen.doubles[decimals]
            let scaled = (magnitude * power).rounded()
            if scaled / power == magnitude {
                value = UInt64(scaled)
                exponent = -decimals
                dropZeros()
                return
            }
        }
        return nil
    }

    /// Takes the digits out of Swift's own shortest form, whose layout differs from Java's.
    private init(description: String) {
        value = 0
        exponent = 0
        var isAfterPoint = false
        var written = 0
        var isExponent = false
        var isNegativeExponent = false
        for byte in description.utf8 {
            let digit = byte &- 0x30
            if digit < 10 {
                if isExponent {
                    written = written * 10 + Int(digit)
                } else {
                    value = value &* 10 &+ UInt64(digit)
                    exponent -= isAfterPoint ? 1 : 0
                }
            } else if byte == UInt8(ascii: ".") {
                isAfterPoint = true
            } else if byte == UInt8(ascii: "e") {
                isExponent = true
            } else if byte == UInt8(ascii: "-") {
                isNegativeExponent = true
            }
        }
        exponent += isNegativeExponent ? -written : written
        dropZeros()
    }

    /// Moves the zeros at the end of the digits to the exponent.
    private mutating func dropZeros() {
        while value != 0 {
            let (quotient, remainder) = value.quotientAndRemainder(dividingBy: 10)
            if remainder != 0 { break }
            value = quotient
            exponent += 1
        }
    }

    /// Replaces one digit by the nearest two, as Java prints at least two: the smallest double is 4.9E-324, not 5E-324.
    ///
    /// It makes a difference only where doubles are further apart than a twentieth of their value.
    ///
    /// - Parameters:
    ///   - units: the number in units of the smallest positive one.
    ///   - unitDigits: the first 17 digits of that smallest one.
    ///   - unitExponent: the power of ten of the last of those digits.
    private mutating func useTwoDigits(units: UInt64, unitDigits: UInt64, unitExponent: Int) {
        guard units < 100 else { return }
        var digits = units * unitDigits
        var power = unitExponent
        while digits >= 1_000 {
            digits /= 10
            power += 1
        }
        value = (digits + 5) / 10
        exponent = power + 1
        dropZeros()
    }
}
