import SluiceColumns

/// A sign and a 256-bit magnitude: what products and aligned sums of decimals need before they are rounded.
struct Signed256 {
    private var isNegative: Bool
    private var high: UInt128
    private var low: UInt128

    private init(isNegative: Bool, high: UInt128, low: UInt128) {
        self.isNegative = isNegative
        self.high = high
        self.low = low
    }

    /// The product of a value and a factor, negated or not.
    init(_ value: Int128, times factor: UInt128, isNegated: Bool) {
        let product = value.magnitude.multipliedFullWidth(by: factor)
        isNegative = (value < 0) != isNegated
        high = product.high
        low = product.low
    }

    /// The sum; magnitudes stay far below 256 bits, because operands have at most 76 digits.
    func adding(_ other: Signed256) -> Signed256 {
        if isNegative == other.isNegative {
            let (sum, carried) = low.addingReportingOverflow(other.low)
            return Signed256(isNegative: isNegative, high: high &+ other.high &+ (carried ? 1 : 0), low: sum)
        }
        let isSmaller = high < other.high || (high == other.high && low < other.low)
        let larger = isSmaller ? other : self
        let smaller = isSmaller ? self : other
        let (difference, borrowed) = larger.low.subtractingReportingOverflow(smaller.low)
        return Signed256(
            isNegative: larger.isNegative,
            high: larger.high &- smaller.high &- (borrowed ? 1 : 0),
            low: difference
        )
    }

    /// Divides by 10^count, rounding half up; nil when the result has more than `precision` digits.
    func rounded(droppingDigits count: Int, precision: Int) -> Int128? {
        guard count > 0 else { return whole(precision) }
        // Dropping at most 38 digits at a time, only the last step rounds; the rest is remembered as "not zero".
        var quotient = self
        var left = count
        while left > 38 {
            quotient = quotient.divided(by: PowersOfTen.uint128(38)).quotient
            left -= 38
        }
        let divisor = PowersOfTen.uint128(left)
        let (truncated, remainder) = quotient.divided(by: divisor)
        // Digits cut earlier cannot turn "below half" into "half", so the last remainder decides.
        guard remainder >= divisor - remainder else { return truncated.whole(precision) }
        let one = Signed256(isNegative: isNegative, high: 0, low: 1)
        return truncated.adding(one).whole(precision)
    }

    /// The quotient toward zero, and the remainder's magnitude.
    private func divided(by divisor: UInt128) -> (quotient: Signed256, remainder: UInt128) {
        let (top, rest) = high.quotientAndRemainder(dividingBy: divisor)
        let (bottom, remainder) = divisor.dividingFullWidth((rest, low))
        return (Signed256(isNegative: isNegative, high: top, low: bottom), remainder)
    }

    /// The value when it has at most `precision` digits.
    private func whole(_ precision: Int) -> Int128? {
        guard high == 0, low < PowersOfTen.uint128(precision) else { return nil }
        return isNegative ? 0 - Int128(low) : Int128(low)
    }
}
