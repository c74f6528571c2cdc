/// What the generation of digits needs of a whole number.
protocol DigitArithmetic {
    /// `factor * 5^fives * 2^twos`.
    init(_ factor: UInt64, fives: Int, twos: Int)
    static func < (lhs: Self, rhs: Self) -> Bool
    func timesTen() -> Self
    /// Whether a product did not fit and came out negative.
    var hasOverflowed: Bool { get }
    func plus(_ other: Self) -> Self
    /// The difference; `other` is not larger.
    func minus(_ other: Self) -> Self
    /// The sign of `2 * self - other`.
    func signOfDouble(minus other: Self) -> Int
}

/// Sums and products wrap: with 32 and 64 bits Java lets them, and its digits depend on it.
extension DigitArithmetic where Self: FixedWidthInteger {
    init(_ factor: UInt64, fives: Int, twos: Int) {
        self.init(truncatingIfNeeded: factor)
        for _ in 0..<fives { self = self &* 5 }
        self = self &<< Self(truncatingIfNeeded: twos)
    }

    func timesTen() -> Self { self &* 10 }

    var hasOverflowed: Bool { Self.isSigned && self <= 0 }

    func plus(_ other: Self) -> Self { self &+ other }

    func minus(_ other: Self) -> Self { self &- other }
}

extension DigitArithmetic where Self: FixedWidthInteger & SignedInteger {
    func signOfDouble(minus other: Self) -> Int { Int(truncatingIfNeeded: (self &+ self &- other).signum()) }
}

extension Int32: DigitArithmetic {}
extension Int64: DigitArithmetic {}

extension UInt128: DigitArithmetic {
    func signOfDouble(minus other: UInt128) -> Int { self + self < other ? -1 : (self + self == other ? 0 : 1) }
}

/// A whole number of any size, for the few floating-point numbers whose digits need more than 128 bits.
struct LargeNumber: DigitArithmetic {
    /// 32 bits each, least significant first, without zeros at the end.
    private var words: [UInt32]

    var hasOverflowed: Bool { false }

    init(_ factor: UInt64, fives: Int, twos: Int) {
        words = [UInt32](repeating: 0, count: twos / 32)
        words.append(UInt32(truncatingIfNeeded: factor))
        words.append(UInt32(truncatingIfNeeded: factor >> 32))
        var left = fives
        while left > 0 {
            let count = min(left, 13)
            var power: UInt64 = 1
            for _ in 0..<count { power *= 5 }
            multiply(by: power)
            left -= count
        }
        multiply(by: 1 << UInt64(twos % 32))
    }

    /// Multiplies by at most 2^32 - 1.
    private mutating func multiply(by factor: UInt64) {
        var carry: UInt64 = 0
        for index in words.indices {
            let product = UInt64(words[index]) * factor + carry
            words[index] = UInt32(truncatingIfNeeded: product)
            carry = product >> 32
        }
        if carry > 0 { words.append(UInt32(truncatingIfNeeded: carry)) }
        while words.last == 0 { words.removeLast() }
    }

    static func < (lhs: LargeNumber, rhs: LargeNumber) -> Bool {
        if lhs.words.count != rhs.words.count { return lhs.words.count < rhs.words.count }
        for index in lhs.words.indices.reversed() where lhs.words[index] != rhs.words[index] {
            return lhs.words[index] < rhs.words[index]
        }
        return false
    }

    func timesTen() -> LargeNumber {
        var result = self
        result.multiply(by: 10)
        return result
    }

    func plus(_ other: LargeNumber) -> LargeNumber {
        var result = words.count >= other.words.count ? self : other
        let shorter = words.count >= other.words.count ? other : self
        var carry: UInt64 = 0
        for index in result.words.indices {
            let sum =
                UInt64(result.words[index]) + (index < shorter.words.count ? UInt64(shorter.words[index]) : 0) + carry
            result.words[index] = UInt32(truncatingIfNeeded: sum)
            carry = sum >> 32
        }
        if carry > 0 { result.words.append(UInt32(truncatingIfNeeded: carry)) }
        return result
    }

    func minus(_ other: LargeNumber) -> LargeNumber {
        var result = self
        var borrow: UInt64 = 0
        for index in result.words.indices {
            let taken = (index < other.words.count ? UInt64(other.words[index]) : 0) + borrow
            let word = UInt64(result.words[index])
            borrow = word < taken ? 1 : 0
            result.words[index] = UInt32(truncatingIfNeeded: word &- taken)
        }
        while result.words.last == 0 { result.words.removeLast() }
        return result
    }

    func signOfDouble(minus other: LargeNumber) -> Int {
        let double = plus(self)
        return double < other ? -1 : (other < double ? 1 : 0)
    }
}
