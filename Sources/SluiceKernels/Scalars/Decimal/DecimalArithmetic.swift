import SluiceColumns

/// Arithmetic on unscaled decimal values, one pair at a time.
///
/// A value is an integer that stands for `unscaled / 10^scale`. All rounding is half up (away from zero). A result of
/// more digits than its type has is nil, which SQL shows as NULL. Operands have at most 38 digits.
package enum DecimalArithmetic {
    /// How the digits beyond the scale are dropped.
    package enum Rounding: Sendable {
        /// To the nearest, halves away from zero.
        case halfUp
        /// To the nearest, halves to the even digit.
        case halfEven
        /// Toward zero.
        case down
        /// Toward positive infinity.
        case ceiling
        /// Toward negative infinity.
        case floor

        /// Whether a magnitude goes up to the next multiple of `unit`, from its rest beyond the last, which is odd.
        package func roundsUp(_ rest: UInt128, of unit: UInt128, isOdd: Bool) -> Bool {
            switch self {
            case .halfUp: rest >= unit - rest
            case .halfEven: rest > unit - rest || (rest == unit - rest && isOdd)
            case .down, .ceiling, .floor: false
            }
        }
    }

    /// Whether the value has at most `precision` (1...38) digits.
    package static func fits(_ unscaled: Int128, precision: Int) -> Bool {
        unscaled.magnitude < PowersOfTen.uint128(precision)
    }

    /// Whether the value has at most `precision` (1...18) digits.
    package static func fits(_ unscaled: Int64, precision: Int) -> Bool {
        unscaled.magnitude < PowersOfTen.uint64(precision)
    }

    /// Moves a value from one scale to another, and checks that it fits `precision` digits.
    package static func rescale(
        _ unscaled: Int128,
        from scale: Int,
        to newScale: Int,
        precision: Int,
        rounding: Rounding = .halfUp
    ) -> Int128? {
        let shift = newScale - scale
        let moved: Int128
        if shift == 0 {
            moved = unscaled
        } else if shift > 0 {
            guard shift <= 38 else { return unscaled == 0 ? 0 : nil }
            let (product, overflowed) = unscaled.multipliedReportingOverflow(by: PowersOfTen.int128(shift))
            guard !overflowed else { return nil }
            moved = product
        } else {
            moved = dropDigits(unscaled, -shift, rounding)
        }
        return fits(moved, precision: precision) ? moved : nil
    }

    /// Moves a value of at most 18 digits from one scale to another of a type of at most 18 digits.
    package static func rescale(_ unscaled: Int64, from scale: Int, to newScale: Int, precision: Int) -> Int64? {
        let shift = newScale - scale
        if shift > 0 {
            guard shift <= 18 else { return unscaled == 0 ? 0 : nil }
            let (product, overflowed) = unscaled.multipliedReportingOverflow(by: PowersOfTen.int64(shift))
            return !overflowed && fits(product, precision: precision) ? product : nil
        }
        guard shift >= -18 else { return 0 }
        let moved = shift == 0 ? unscaled : divideHalfUp(unscaled, PowersOfTen.int64(-shift))
        return fits(moved, precision: precision) ? moved : nil
    }

    /// The quotient of a value and a positive divisor below 2^62, rounded half up.
    package static func divideHalfUp(_ value: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        if remainder.magnitude < (divisor &- Int64(remainder.magnitude)).magnitude { return quotient }
        return value < 0 ? quotient &- 1 : quotient &+ 1
    }

    /// Divides by 10^count.
    private static func dropDigits(_ unscaled: Int128, _ count: Int, _ rounding: Rounding) -> Int128 {
        guard count <= 38 else {
            switch rounding {
            case .halfUp, .halfEven, .down: return 0
            case .ceiling: return unscaled > 0 ? 1 : 0
            case .floor: return unscaled < 0 ? -1 : 0
            }
        }
        let divisor = PowersOfTen.int128(count)
        let (quotient, remainder) = unscaled.quotientAndRemainder(dividingBy: divisor)
        switch rounding {
        case .halfUp, .halfEven:
            let roundsUp = rounding.roundsUp(remainder.magnitude, of: divisor.magnitude, isOdd: quotient % 2 != 0)
            return roundsUp ? quotient + (unscaled < 0 ? -1 : 1) : quotient
        case .down: return quotient
        case .ceiling: return remainder > 0 ? quotient + 1 : quotient
        case .floor: return remainder < 0 ? quotient - 1 : quotient
        }
    }

    /// `lhs + rhs` in the type of the result.
    package static func add(
        _ lhs: Int128,
        scale lhsScale: Int,
        _ rhs: Int128,
        scale rhsScale: Int,
        into result: DecimalShape
    ) -> Int128? {
        let scale = max(lhsScale, rhsScale)
        if let left = scaledUp(lhs, scale - lhsScale), let right = scaledUp(rhs, scale - rhsScale) {
            let (sum, overflowed) = left.addingReportingOverflow(right)
            if !overflowed { return rescale(sum, from: scale, to: result.scale, precision: result.precision) }
        }
        return addWide(lhs, lhsScale, rhs, rhsScale, into: result)
    }

    /// `lhs - rhs` in the type of the result.
    package static func subtract(
        _ lhs: Int128,
        scale lhsScale: Int,
        _ rhs: Int128,
        scale rhsScale: Int,
        into result: DecimalShape
    ) -> Int128? {
        add(lhs, scale: lhsScale, 0 - rhs, scale: rhsScale, into: result)
    }

    /// `lhs * rhs` in the type of the result.
    package static func multiply(
        _ lhs: Int128,
        scale lhsScale: Int,
        _ rhs: Int128,
        scale rhsScale: Int,
        into result: DecimalShape
    ) -> Int128? {
        let scale = lhsScale + rhsScale
        let (product, overflowed) = lhs.multipliedReportingOverflow(by: rhs)
        if !overflowed { return rescale(product, from: scale, to: result.scale, precision: result.precision) }
        let wide = Signed256(lhs, times: rhs.magnitude, isNegated: rhs < 0)
        return wide.rounded(droppingDigits: scale - result.scale, precision: result.precision)
    }

    /// `lhs / rhs` in the type of the result; nil also when `rhs` is 0, which the caller tells apart.
    ///
    /// Flink first rounds to 38 significant digits and then to the scale; so does this.
    package static func divide(
        _ lhs: Int128,
        scale lhsScale: Int,
        _ rhs: Int128,
        scale rhsScale: Int,
        into result: DecimalShape
    ) -> Int128? {
        guard rhs != 0 else { return nil }
        let shift = result.scale + rhsScale - lhsScale
        var divisor = rhs.magnitude
        var magnitude: UInt128
        var remainder: UInt128
        if shift < 0 {
            guard shift >= -38 else { return 0 }
            let (scaled, overflowed) = divisor.multipliedReportingOverflow(by: PowersOfTen.uint128(-shift))
            guard !overflowed else { return 0 }
            divisor = scaled
            (magnitude, remainder) = lhs.magnitude.quotientAndRemainder(dividingBy: divisor)
        } else {
            guard let first = quotient(lhs.magnitude, times: min(shift, 38), by: divisor) else { return nil }
            (magnitude, remainder) = first
            if shift > 38 {
                guard shift <= 76, let second = quotient(remainder, times: shift - 38, by: divisor) else { return nil }
                let (scaled, overflowed) = magnitude.multipliedReportingOverflow(by: PowersOfTen.uint128(shift - 38))
                let (sum, carried) = scaled.addingReportingOverflow(second.quotient)
                guard !overflowed, !carried else { return nil }
                magnitude = sum
                remainder = second.remainder
            }
        }
        guard magnitude < PowersOfTen.uint128(38) else { return nil }
        if roundsUp(remainder, divisor, digitCount: magnitude == 0 ? 0 : PowersOfTen.digitCount(of: magnitude)) {
            magnitude += 1
        }
        guard magnitude < PowersOfTen.uint128(result.precision) else { return nil }
        return (lhs < 0) != (rhs < 0) ? 0 - Int128(magnitude) : Int128(magnitude)
    }

    /// `lhs % rhs`, with the sign of `lhs`, in the type of the result; nil also when `rhs` is 0.
    package static func remainder(
        _ lhs: Int128,
        scale lhsScale: Int,
        _ rhs: Int128,
        scale rhsScale: Int,
        into result: DecimalShape
    ) -> Int128? {
        guard rhs != 0 else { return nil }
        let scale = max(lhsScale, rhsScale)
        let divisor: UInt128
        guard let scaled = scaledUp(rhs, scale - rhsScale) else {
            // The divisor exceeds every value that the other side can have, because that side is not scaled up.
            return rescale(lhs, from: lhsScale, to: result.scale, precision: result.precision)
        }
        divisor = scaled.magnitude
        let product = lhs.magnitude.multipliedFullWidth(by: PowersOfTen.uint128(scale - lhsScale))
        let rest = divisor.dividingFullWidth((product.high % divisor, product.low)).remainder
        let signed = lhs < 0 ? 0 - Int128(rest) : Int128(rest)
        return rescale(signed, from: scale, to: result.scale, precision: result.precision)
    }

    /// Compares two values of any scales: negative, 0 or positive.
    package static func compare(_ lhs: Int128, scale lhsScale: Int, _ rhs: Int128, scale rhsScale: Int) -> Int {
        if lhsScale == rhsScale { return lhs < rhs ? -1 : (lhs == rhs ? 0 : 1) }
        let scale = max(lhsScale, rhsScale)
        guard let left = scaledUp(lhs, scale - lhsScale) else { return lhs < 0 ? -1 : 1 }
        guard let right = scaledUp(rhs, scale - rhsScale) else { return rhs < 0 ? 1 : -1 }
        return left < right ? -1 : (left == right ? 0 : 1)
    }

    /// Multiplies by 10^digits (0...38); nil when 128 bits are not enough.
    private static func scaledUp(_ unscaled: Int128, _ digits: Int) -> Int128? {
        if digits == 0 { return unscaled }
        let (product, overflowed) = unscaled.multipliedReportingOverflow(by: PowersOfTen.int128(digits))
        return overflowed ? nil : product
    }

    /// Adds values whose common scale needs more than 128 bits.
    private static func addWide(
        _ lhs: Int128,
        _ lhsScale: Int,
        _ rhs: Int128,
        _ rhsScale: Int,
        into result: DecimalShape
    ) -> Int128? {
        let scale = max(lhsScale, rhsScale)
        let left = Signed256(lhs, times: PowersOfTen.uint128(scale - lhsScale), isNegated: false)
        let right = Signed256(rhs, times: PowersOfTen.uint128(scale - rhsScale), isNegated: false)
        return left.adding(right).rounded(droppingDigits: scale - result.scale, precision: result.precision)
    }

    /// `value * 10^digits / divisor`; nil when the quotient needs more than 128 bits.
    private static func quotient(
        _ value: UInt128,
        times digits: Int,
        by divisor: UInt128
    ) -> (quotient: UInt128, remainder: UInt128)? {
        let (product, overflowed) = value.multipliedReportingOverflow(by: PowersOfTen.uint128(digits))
        if !overflowed {
            if let narrow = UInt64(exactly: product), let narrowDivisor = UInt64(exactly: divisor) {
                let (quotient, remainder) = narrow.quotientAndRemainder(dividingBy: narrowDivisor)
                return (UInt128(quotient), UInt128(remainder))
            }
            return product.quotientAndRemainder(dividingBy: divisor)
        }
        let wide = value.multipliedFullWidth(by: PowersOfTen.uint128(digits))
        guard wide.high < divisor else { return nil }
        return divisor.dividingFullWidth((wide.high, wide.low))
    }

    /// Whether a quotient with this remainder rounds up, after it has been rounded to 38 significant digits.
    private static func roundsUp(_ remainder: UInt128, _ divisor: UInt128, digitCount: Int) -> Bool {
        let rest = divisor - remainder
        if remainder >= rest { return true }
        // Just below a half, the first rounding may have made a half of it: (divisor - 2 remainder) 10^j <= divisor.
        return digitCount < 38 && rest - remainder <= divisor / PowersOfTen.uint128(38 - digitCount)
    }
}
