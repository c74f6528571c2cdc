/// The digits that Java 8 to 18 prints for a floating-point number: it is near `value * 10^exponent`.
///
/// They read back as the number, and mostly there are no fewer that do. But Java stopped a little late for some numbers
/// (2^31 as a `Float` is 2.14748365E9, although 2.1474836E9 would do), and so does this, because results are compared
/// with those of Flink as text. `value` does not end in 0.
struct ShortestDigits {
    var value: UInt64
    var exponent: Int

    /// The digits of a finite number above 0.
    init(_ magnitude: Double) {
        if let plain = ShortestDigits(plain: magnitude) {
            self = plain
            return
        }
        self.init(
            BinaryNumber(
                fraction: magnitude.bitPattern & 0xF_FFFF_FFFF_FFFF,
                biasedExponent: Int(magnitude.bitPattern >> 52),
                fractionBits: 52,
                bias: 1_023
            )
        )
    }

    /// The digits of a finite number above 0.
    init(_ magnitude: Float) {
        let bits = UInt64(magnitude.bitPattern)
        self.init(
            BinaryNumber(
                fraction: bits & 0x7F_FFFF,
                biasedExponent: Int(bits >> 23),
                fractionBits: 23,
                bias: 127
            )
        )
    }

    /// Finds numbers of few decimals below 10^9 by trying.
    ///
    /// A decimal of at most 15 digits that reads back is the only one so short, so no other way finds less.
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

    /// Chooses between whole numbers, arithmetic of 128 bits, and arithmetic of any width.
    private init(_ number: BinaryNumber) {
        if let whole = number.wholeNumber {
            self.init(whole: whole, insignificantDigits: number.insignificantDigits)
            return
        }
        let ratio = DecimalRatio(number)
        switch ratio.bitCount {
        case ..<32: self.init(generating: ratio, with: Int32.self, isNarrow: true)
        case ..<64: self.init(generating: ratio, with: Int64.self, isNarrow: true)
        // The margin grows to a hundred times the denominator at most.
        case ..<116: self.init(generating: ratio, with: UInt128.self, isNarrow: false)
        default: self.init(generating: ratio, with: LargeNumber.self, isNarrow: false)
        }
    }

    /// Takes the digits of a whole number; the last ones are rounded away when they are beyond its precision.
    private init(whole: UInt64, insignificantDigits: Int) {
        let power = PowersOfTen.narrow[insignificantDigits]
        let (quotient, residue) = whole.quotientAndRemainder(dividingBy: power)
        value = insignificantDigits > 0 && residue >= power / 2 ? quotient + 1 : quotient
        exponent = insignificantDigits
        dropZeros()
    }

    /// Generates digits of numerator / denominator until what is left, or what lacks, is below the margin: half a
    /// unit of the number's own precision.
    private init<Number: DigitArithmetic>(generating ratio: DecimalRatio, with _: Number.Type, isNarrow: Bool) {
        var numerator = Number(ratio.odd, fives: ratio.numeratorFives, twos: ratio.numeratorTwos)
        var margin = Number(1, fives: ratio.numeratorFives, twos: ratio.marginTwos)
        let denominator = Number(1, fives: ratio.denominatorFives, twos: ratio.denominatorTwos)
        let tenfold = denominator.timesTen()
        var leadingExponent = ratio.decimalExponent
        var digitCount = 0
        var isLow = false
        var isHigh = false
        var isFirst = true
        value = 0
        exponent = 0
        repeat {
            var digit: UInt64 = 0
            while !(numerator < denominator) {
                numerator = numerator.minus(denominator)
                digit += 1
            }
            numerator = numerator.timesTen()
            margin = margin.timesTen()
            isLow = numerator < margin
            let reach = numerator.plus(margin)
            isHigh = isNarrow ? tenfold < reach : !(reach < tenfold)
            if !isFirst, margin.hasOverflowed { (isLow, isHigh) = (true, true) }
            if isFirst, digit == 0, !isHigh {
                // The exponent was estimated one too high.
                leadingExponent -= 1
            } else {
                value = value * 10 + digit
                digitCount += 1
            }
            // Java wants a second digit when it will write an exponent.
            if isFirst, leadingExponent < -3 || leadingExponent >= 8 { (isLow, isHigh) = (false, false) }
            isFirst = false
        } while !isLow && !isHigh
        exponent = leadingExponent - digitCount + 1
        // The last digit goes up when that is nearer, and at a tie when it is odd.
        if isHigh {
            let sign = isLow ? numerator.signOfDouble(minus: tenfold) : 1
            if sign > 0 || (sign == 0 && value & 1 == 1) { value += 1 }
        }
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
}
