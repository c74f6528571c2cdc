/// A positive finite number as `fraction / 2^52 * 2^exponent`, bit 52 of the fraction set.
struct BinaryNumber {
    var fraction: UInt64
    var exponent: Int
    /// How many bits of the fraction the type of the number holds; fewer below its normal range.
    var significantBits: Int

    /// Takes apart the bits of a number whose type has `fractionBits` (at most 52) and an exponent `bias`.
    init(fraction bits: UInt64, biasedExponent: Int, fractionBits: Int, bias: Int) {
        if biasedExponent == 0 {
            let shift = bits.leadingZeroBitCount - (63 - fractionBits)
            fraction = bits << UInt64(shift)
            exponent = 1 - shift - bias
            significantBits = 64 - bits.leadingZeroBitCount
        } else {
            fraction = bits | 1 << UInt64(fractionBits)
            exponent = biasedExponent - bias
            significantBits = fractionBits + 1
        }
        fraction <<= UInt64(52 - fractionBits)
    }

    /// How many bits of the fraction there are without the zeros at its end.
    var fractionBitCount: Int { 53 - fraction.trailingZeroBitCount }

    /// How many bits stand after the binary point.
    var bitsAfterPoint: Int { max(0, fractionBitCount - exponent - 1) }

    /// The number itself when it is whole and below 2^63.
    var wholeNumber: UInt64? {
        guard exponent <= 62, exponent >= 0, bitsAfterPoint == 0 else { return nil }
        return exponent >= 52 ? fraction << UInt64(exponent - 52) : fraction >> UInt64(52 - exponent)
    }

    /// How many decimal digits at the end of a whole number its precision does not reach.
    var insignificantDigits: Int {
        let bits = exponent - significantBits - 1
        return exponent > significantBits && bits > 1 ? bits * 30_103 / 100_000 : 0
    }

    /// About the decimal exponent of the first digit: right, or one too high.
    ///
    /// The logarithm is approximated around 1.5 by a straight line.
    var decimalExponentEstimate: Int {
        let significand = Double(bitPattern: 0x3FF0_0000_0000_0000 | fraction & 0xF_FFFF_FFFF_FFFF)
        let logarithm =
            (significand - 1.5) * 0.289529654 + 0.176091259 + Double(exponent) * 0.301029995663981
        return Int(logarithm.rounded(.down))
    }
}

/// A binary number as a ratio of products of powers of 2 and 5, scaled so that it is between 1 and 10.
struct DecimalRatio {
    /// The fraction without the zeros at its end; the numerator is this, times powers.
    var odd: UInt64
    var decimalExponent: Int
    var numeratorFives: Int
    var numeratorTwos: Int
    var denominatorFives: Int
    var denominatorTwos: Int
    /// The margin has the fives of the numerator.
    var marginTwos: Int
    /// How many bits the steps need, as Java estimates it: below 32 and below 64 it takes small arithmetic.
    var bitCount: Int

    init(_ number: BinaryNumber) {
        let fractionBitCount = number.fractionBitCount
        odd = number.fraction >> UInt64(number.fraction.trailingZeroBitCount)
        decimalExponent = number.decimalExponentEstimate
        numeratorFives = max(0, -decimalExponent)
        denominatorFives = max(0, decimalExponent)
        numeratorTwos = numeratorFives + number.bitsAfterPoint + number.exponent
        denominatorTwos = denominatorFives + number.bitsAfterPoint
        marginTwos = numeratorTwos - number.significantBits
        numeratorTwos -= fractionBitCount - 1
        let common = min(numeratorTwos, denominatorTwos)
        numeratorTwos -= common
        denominatorTwos -= common
        marginTwos -= common
        // Below a power of two the next number is only half as far away.
        if fractionBitCount == 1 { marginTwos -= 1 }
        if marginTwos < 0 {
            numeratorTwos -= marginTwos
            denominatorTwos -= marginTwos
            marginTwos = 0
        }
        let numeratorBits = fractionBitCount + numeratorTwos + DecimalRatio.bitCount(fives: numeratorFives)
        let tenfoldBits = denominatorTwos + 1 + DecimalRatio.bitCount(fives: denominatorFives + 1)
        bitCount = max(numeratorBits, tenfoldBits)
    }

    /// How many bits 5^fives has; an upper bound above 26, where it does not matter.
    private static func bitCount(fives: Int) -> Int {
        if fives == 0 { return 0 }
        guard fives < 27 else { return fives * 3 }
        var power: UInt64 = 1
        for _ in 0..<fives { power *= 5 }
        return 64 - power.leadingZeroBitCount
    }
}
