import SluiceTesting
import Testing

@testable import SluiceKernels

/// An unsigned whole number as decimal digits, least significant first: slow, and simple enough to be right.
struct DigitNumber {
    var digits: [Int]

    init(_ text: String) { digits = text.reversed().map { $0.wholeNumberValue ?? 0 } }

    init(digits: [Int]) { self.digits = digits }

    var text: String {
        let trimmed = digits.reversed().drop { $0 == 0 }
        return trimmed.isEmpty ? "0" : trimmed.map(String.init).joined()
    }

    func shifted(by count: Int) -> DigitNumber {
        count >= 0
            ? DigitNumber(digits: Array(repeating: 0, count: count) + digits)
            : DigitNumber(digits: Array(digits.dropFirst(-count)))
    }

    func times(_ other: DigitNumber) -> DigitNumber {
        var result = Array(repeating: 0, count: digits.count + other.digits.count + 1)
        for (left, digit) in digits.enumerated() {
            for (right, factor) in other.digits.enumerated() {
                result[left + right] += digit * factor
            }
        }
        for index in 0..<result.count - 1 {
            result[index + 1] += result[index] / 10
            result[index] %= 10
        }
        return DigitNumber(digits: result)
    }

    func isLess(than other: DigitNumber) -> Bool {
        let (left, right) = (text, other.text)
        return left.count != right.count ? left.count < right.count : left < right
    }

    func minus(_ other: DigitNumber) -> DigitNumber {
        var result = digits
        for index in result.indices {
            result[index] -= index < other.digits.count ? other.digits[index] : 0
            if result[index] < 0 {
                result[index] += 10
                result[index + 1] -= 1
            }
        }
        return DigitNumber(digits: result)
    }

    func divided(by divisor: DigitNumber) -> (quotient: DigitNumber, remainder: DigitNumber) {
        var rest = DigitNumber("0")
        var quotient: [Int] = []
        for digit in digits.reversed() {
            rest = DigitNumber(digits: [digit] + rest.digits)
            rest = DigitNumber(rest.text)
            var count = 0
            while !rest.isLess(than: divisor) {
                rest = DigitNumber(rest.minus(divisor).text)
                count += 1
            }
            quotient.append(count)
        }
        return (DigitNumber(digits: quotient.reversed()), rest)
    }

    /// Divides by 10^count, half up.
    func rounded(dropping count: Int) -> DigitNumber {
        guard count > 0 else { return shifted(by: -count) }
        let isUp = count <= digits.count && digits[count - 1] >= 5
        let kept = shifted(by: -count)
        return isUp ? DigitNumber("\((Int128(kept.text) ?? 0) + 1)") : kept
    }
}

@Suite struct DecimalArithmeticTests {
    @Test func productsAgreeWithLongMultiplication() {
        var random = SeededRandom(51)
        for _ in 0..<600 {
            let (lhs, lhsScale) = random.decimal()
            let (rhs, rhsScale) = random.decimal()
            let shape = DecimalShape(38, Int(random.next() % UInt64(min(38, lhsScale + rhsScale) + 1)))
            let exact = DigitNumber("\(lhs.magnitude)").times(DigitNumber("\(rhs.magnitude)"))
            let dropped = lhsScale + rhsScale - shape.scale
            let isTooLong = exact.text.count - dropped > 38
            let found = DecimalArithmetic.multiply(lhs, scale: lhsScale, rhs, scale: rhsScale, into: shape)
            let text = isTooLong ? nil : exact.rounded(dropping: dropped).text
            let fits = text.map { $0.count <= 38 } ?? false
            #expect(found.map { "\($0.magnitude)" } == (fits ? text : nil), "\(lhs) \(lhsScale) \(rhs) \(rhsScale)")
            if let found, found != 0 { #expect((found < 0) == ((lhs < 0) != (rhs < 0))) }
        }
    }

    @Test func quotientsAgreeWithLongDivision() {
        var random = SeededRandom(52)
        for _ in 0..<600 {
            let (lhs, lhsScale) = random.decimal()
            let (rhs, rhsScale) = random.decimal()
            guard rhs != 0 else { continue }
            let lhsShape = DecimalShape(max(lhsScale, "\(lhs.magnitude)".count), lhsScale)
            let rhsShape = DecimalShape(max(rhsScale, "\(rhs.magnitude)".count), rhsScale)
            let shape = DecimalTypeRules.quotient(lhsShape, rhsShape)
            // 40 digits more than wanted show what the rounding to 38 significant digits sees.
            let shift = shape.scale + rhsScale - lhsScale
            let numerator = DigitNumber("\(lhs.magnitude)").shifted(by: shift + 40)
            let quotient = numerator.divided(by: DigitNumber("\(rhs.magnitude)")).quotient
            let excess = quotient.text.count - 38
            let first = excess > 0 ? quotient.rounded(dropping: excess).shifted(by: excess) : quotient
            let text = first.text.count - 40 > 38 ? nil : first.rounded(dropping: 40).text
            let fits = text.map { $0.count <= shape.precision } ?? false
            let found = DecimalArithmetic.divide(lhs, scale: lhsScale, rhs, scale: rhsScale, into: shape)
            #expect(
                found.map { "\($0.magnitude)" } == (fits ? text : nil),
                "\(lhs) \(lhsScale) \(rhs) \(rhsScale) \(shape)"
            )
        }
    }

    @Test func sumsRemaindersAndComparisonsAgreeWithDigits() {
        var random = SeededRandom(53)
        for _ in 0..<600 {
            let (lhs, lhsScale) = random.decimal()
            let (rhs, rhsScale) = random.decimal()
            let scale = max(lhsScale, rhsScale)
            let left = DigitNumber("\(lhs.magnitude)").shifted(by: scale - lhsScale)
            let right = DigitNumber("\(rhs.magnitude)").shifted(by: scale - rhsScale)
            let order = left.isLess(than: right) ? -1 : (right.isLess(than: left) ? 1 : 0)
            let absolute = DecimalArithmetic.compare(
                Int128(lhs.magnitude),
                scale: lhsScale,
                Int128(rhs.magnitude),
                scale: rhsScale
            )
            #expect(absolute.signum() == order)
            if rhs != 0 {
                let exact = left.divided(by: right).remainder
                let shape = DecimalShape(38, scale)
                let found = DecimalArithmetic.remainder(lhs, scale: lhsScale, rhs, scale: rhsScale, into: shape)
                #expect(found.map { "\($0.magnitude)" } == (exact.text.count <= 38 ? exact.text : nil))
            }
            let difference = order < 0 ? right.minus(left) : left.minus(right)
            let found = DecimalArithmetic.subtract(
                Int128(lhs.magnitude),
                scale: lhsScale,
                Int128(rhs.magnitude),
                scale: rhsScale,
                into: DecimalShape(38, max(0, scale - 5))
            )
            let dropped = scale - max(0, scale - 5)
            let text = difference.text.count - dropped > 38 ? nil : difference.rounded(dropping: dropped).text
            #expect(found.map { "\($0.magnitude)" } == text.flatMap { $0.count <= 38 ? $0 : nil })
        }
    }

    /// Operand types, and the types of +, *, / and % that Flink derives.
    static let types: [(DecimalShape, DecimalShape, [DecimalShape])] = [
        (DecimalShape(10, 2), DecimalShape(10, 0), [(13, 2), (21, 2), (21, 13), (10, 2)].map(DecimalShape.init)),
        (DecimalShape(5, 3), DecimalShape(10, 0), [(14, 3), (16, 3), (16, 14), (5, 3)].map(DecimalShape.init)),
        (DecimalShape(10, 2), DecimalShape(5, 3), [(12, 3), (16, 5), (19, 8), (5, 3)].map(DecimalShape.init)),
        (DecimalShape(2, 1), DecimalShape(10, 0), [(12, 1), (13, 1), (13, 12), (2, 1)].map(DecimalShape.init)),
        (DecimalShape(3, 2), DecimalShape(3, 2), [(4, 2), (7, 4), (9, 6), (3, 2)].map(DecimalShape.init)),
        (DecimalShape(10, 2), DecimalShape(10, 2), [(11, 2), (21, 4), (23, 13), (10, 2)].map(DecimalShape.init)),
        (DecimalShape(38, 18), DecimalShape(38, 18), [(38, 17), (38, 6), (38, 6), (38, 18)].map(DecimalShape.init)),
    ]

    @Test(arguments: types)
    func typesOfTwoOperands(lhs: DecimalShape, rhs: DecimalShape, expected: [DecimalShape]) {
        #expect(DecimalTypeRules.sum(lhs, rhs) == expected[0])
        #expect(DecimalTypeRules.product(lhs, rhs) == expected[1])
        #expect(DecimalTypeRules.quotient(lhs, rhs) == expected[2])
        #expect(DecimalTypeRules.remainder(lhs, rhs) == expected[3])
    }

    @Test func typesOfFunctions() {
        let shape = DecimalShape(10, 2)
        #expect(DecimalTypeRules.rounded(shape, digits: 1) == DecimalShape(10, 1))
        #expect(DecimalTypeRules.rounded(shape, digits: 0) == DecimalShape(9, 0))
        #expect(DecimalTypeRules.rounded(shape, digits: -1) == DecimalShape(9, 0))
        #expect(DecimalTypeRules.rounded(shape, digits: 5) == shape)
        #expect(DecimalTypeRules.aggregateSum(shape) == DecimalShape(38, 2))
        #expect(DecimalTypeRules.aggregateAverage(shape) == DecimalShape(38, 6))
        #expect(DecimalTypeRules.integral(DecimalShape(38, 18)) == DecimalShape(38, 0))
    }

    /// What Flink answers for casts of text, loose reading included.
    static let casts: [(String, Int, Int, Int128?)] = [
        ("+1", 4, 2, 100), ("12x", 4, 2, 1_200), ("1e", 4, 2, 100), ("1e2x", 4, 2, nil), ("x1", 4, 2, nil),
        ("1-", 4, 2, 100),
        ("-", 4, 2, nil), ("1.2.3", 4, 2, nil), (".5", 4, 2, 50), ("5.", 4, 2, 500), (".", 4, 2, 0), ("-.", 4, 2, 0),
        ("1e+1", 4, 2, 1_000), ("1e-1", 4, 2, 10), ("1 2", 4, 2, nil), ("00099.5", 4, 2, nil), ("99.995", 4, 2, 10_000),
        ("-99.995", 4, 2, -10_000), ("-0", 4, 2, 0), ("0.00000000000000000000000000001", 4, 2, 0), (" 7 ", 4, 2, 700),
        ("1d", 4, 2, 100), ("1.x", 4, 2, 100), ("1.e5", 4, 2, nil), ("--1", 4, 2, nil), ("0x1p3", 4, 2, nil),
        ("t", 10, 2, 0),
        ("abc", 4, 2, nil), ("00012.50", 8, 2, 1_250), ("00012.50", 5, 2, nil), ("3.99", 3, 1, 40), ("", 4, 2, nil),
        (".", 30, 2, nil), ("t", 38, 0, nil), ("00099.5", 30, 2, 9_950), ("1.e5", 30, 2, 10_000_000),
        ("2147483648", 10, 2, nil),
    ]

    @Test(arguments: casts)
    func textIsCast(text: String, precision: Int, scale: Int, expected: Int128?) {
        let bytes = Array(text.utf8)
        #expect(DecimalConversion.parseCast(bytes.span, into: DecimalShape(precision, scale)) == expected)
    }

    @Test func doublesGoThroughTheirDigits() {
        #expect(DecimalConversion.decimal(0.1, into: DecimalShape(20, 18)) == 100_000_000_000_000_000)
        #expect(DecimalConversion.decimal(Float(0.1), into: DecimalShape(20, 18)) == 100_000_000_000_000_000)
        #expect(DecimalConversion.decimal(1e15, into: DecimalShape(20, 2)) == 100_000_000_000_000_000)
        #expect(DecimalConversion.decimal(1e-10, into: DecimalShape(10, 5)) == 0)
        #expect(DecimalConversion.decimal(Double.nan, into: DecimalShape(10, 5)) == nil)
        #expect(DecimalConversion.decimal(1e40, into: DecimalShape(38, 0)) == nil)
        #expect(DecimalConversion.double(9_999_999_999, scale: 2) == 9.999999999e7)
        #expect(DecimalConversion.double(1, scale: 18) == 1e-18)
        #expect(
            DecimalConversion.double(99_999_999_999_999_999_999_999_999_999_999_999_999, scale: 18) == 1e20
        )
        #expect(
            DecimalConversion.int64(99_999_999_999_999_999_999_999_999_999_999_999_999, scale: 0)
                == 687_399_551_400_673_279
        )
    }

    static let rounds: [(Int128, Int, Int, DecimalArithmetic.Rounding, Int128?)] = [
        (1_234, 2, 1, .halfUp, 123), (-1_234, 2, 0, .halfUp, -12), (1_234, 2, -1, .halfUp, 1), (250, 2, 0, .halfUp, 3),
        (-250, 2, 0, .halfUp, -3), (245, 2, 1, .halfUp, 25), (9_999, 2, 1, .down, 999), (-9_999, 2, 0, .down, -99),
        (101, 2, 0, .ceiling, 2), (-101, 2, 0, .ceiling, -1), (-101, 2, 0, .floor, -2), (199, 2, 0, .floor, 1),
        (1, 18, -30, .ceiling, 1), (1, 18, -30, .halfUp, 0),
    ]

    @Test(arguments: rounds)
    func valuesRound(value: Int128, scale: Int, digits: Int, rounding: DecimalArithmetic.Rounding, expected: Int128?) {
        let found = DecimalArithmetic.rescale(value, from: scale, to: digits, precision: 38, rounding: rounding)
        #expect(found == expected)
    }
}

extension SeededRandom {
    /// A decimal of 1...38 digits, small ones as likely as large ones, and a scale it can have.
    mutating func decimal() -> (Int128, Int) {
        let wide = UInt128(next()) << 64 | UInt128(next())
        let digitCount = Int(next() % 38) + 1
        var limit: UInt128 = 1
        for _ in 0..<digitCount { limit *= 10 }
        let magnitude = Int128(wide % limit)
        return (next() % 2 == 0 ? magnitude : -magnitude, Int(next() % 39))
    }
}
