import SluiceColumns

/// The texts of numbers in `java.util.Formatter`.
extension JavaFormat.Specifier {
    /// `%d` of a whole number.
    func decimalText(_ value: Int64) -> [UInt8] {
        signed(isNegative: value < 0, Array(String(value.magnitude).utf8), suffix: [])
    }

    /// `%x` and `%o`: the bits of a number of `bitCount` bits.
    func bitsText(_ value: Int64, bitCount: Int) -> [UInt8] {
        let bits = bitCount == 64 ? UInt64(bitPattern: value) : UInt64(bitPattern: value) & (1 << UInt64(bitCount) - 1)
        let isOctal = conversion == UInt8(ascii: "o")
        var digits = Array(String(bits, radix: isOctal ? 8 : 16).utf8)
        let prefix = has("#") ? Array((isOctal ? "0" : "0x").utf8) : []
        if has("0"), let width {
            digits = Array(repeating: 0x30, count: max(0, width - prefix.count - digits.count)) + digits
        }
        return prefix + digits
    }

    /// `%e`, `%f` and `%g` of a number, from the digits that Java shows of it.
    func realText(_ value: Double, shownAs shown: [UInt8]) -> [UInt8] {
        let isNegative = value.sign == .minus && !value.isNaN
        if value.isNaN { return Array("NaN".utf8) }
        if value.isInfinite {
            let text = Array("Infinity".utf8)
            if isNegative { return has("(") ? Array("(".utf8) + text + Array(")".utf8) : Array("-".utf8) + text }
            return (has("+") ? Array("+".utf8) : has(" ") ? Array(" ".utf8) : []) + text
        }
        var digits = DecimalDigits(shown)
        switch conversion {
        case UInt8(ascii: "f"):
            digits.round(toPlaces: precision ?? 6)
            return signed(isNegative: isNegative, plain(digits, precision ?? 6), suffix: [])
        case UInt8(ascii: "e"):
            return scientific(isNegative, digits, precision ?? 6)
        default:
            let count = max(1, precision ?? 6)
            if digits.isZero { return signed(isNegative: isNegative, plain(digits, count - 1), suffix: []) }
            var rounded = digits
            rounded.round(toDigits: count)
            let exponent = rounded.leadingExponent
            if exponent < -4 || exponent >= count { return scientific(isNegative, digits, count - 1) }
            return signed(isNegative: isNegative, plain(rounded, count - 1 - exponent), suffix: [])
        }
    }

    private func scientific(_ isNegative: Bool, _ digits: DecimalDigits, _ places: Int) -> [UInt8] {
        var rounded = digits
        rounded.round(toDigits: places + 1)
        let exponent = rounded.isZero ? 0 : rounded.leadingExponent
        var mantissa = rounded
        mantissa.pointPlace = 1
        let size = String(exponent.magnitude)
        let suffix = (exponent < 0 ? "e-" : "e+") + (size.utf8.count < 2 ? "0" : "") + size
        return signed(isNegative: isNegative, plain(mantissa, places), suffix: Array(suffix.utf8))
    }

    private func plain(_ digits: DecimalDigits, _ places: Int) -> [UInt8] {
        var text = digits.wholeText
        if places > 0 || has("#") { text.append(UInt8(ascii: ".")) }
        return text + digits.fractionText(places)
    }

    /// Adds sign, groups of thousands and zeros in front.
    private func signed(isNegative: Bool, _ magnitude: [UInt8], suffix: [UInt8]) -> [UInt8] {
        var head: [UInt8] = []
        var tail = suffix
        if isNegative {
            head.append(UInt8(ascii: has("(") ? "(" : "-"))
            if has("(") { tail.append(UInt8(ascii: ")")) }
        } else if has("+") {
            head.append(UInt8(ascii: "+"))
        } else if has(" ") {
            head.append(0x20)
        }
        var body = magnitude
        if has(",") {
            var place = (body.firstIndex(of: UInt8(ascii: ".")) ?? body.count) - 3
            while place > 0 {
                body.insert(UInt8(ascii: ","), at: place)
                place -= 3
            }
        }
        let zeroCount = has("0") ? max(0, (width ?? 0) - head.count - body.count - tail.count) : 0
        return head + Array(repeating: 0x30, count: zeroCount) + body + tail
    }
}

/// The decimal digits of a number without its sign: `0.digits * 10^pointPlace`.
struct DecimalDigits {
    private var digits: [UInt8]
    /// How many of the digits stand in front of the point; may be negative or beyond the last.
    var pointPlace: Int

    /// - Parameter shown: as `Double.toString` prints it, `-1.5` or `1.0E10`.
    init(_ shown: [UInt8]) {
        digits = []
        pointPlace = 0
        var seenPoint = false
        for (index, byte) in shown.enumerated() {
            if byte == UInt8(ascii: "E") {
                pointPlace += Int(IntegerText.parseInt64(Array(shown[(index + 1)...]).span) ?? 0)
                break
            }
            if byte == UInt8(ascii: ".") { seenPoint = true }
            guard byte &- 0x30 < 10 else { continue }
            digits.append(byte - 0x30)
            if !seenPoint { pointPlace += 1 }
        }
        while let first = digits.first, first == 0 {
            digits.removeFirst()
            pointPlace -= 1
        }
        if digits.isEmpty { pointPlace = 1 }
    }

    var isZero: Bool { digits.allSatisfy { $0 == 0 } }
    /// The power of ten of the first digit.
    var leadingExponent: Int { pointPlace - 1 }

    /// Rounds half up to so many digits after the point.
    mutating func round(toPlaces places: Int) { round(toDigits: pointPlace + places) }

    /// Rounds half up to so many digits.
    mutating func round(toDigits count: Int) {
        guard count < digits.count else { return }
        guard count >= 0 else {
            digits = []
            return
        }
        let isUp = digits[count] >= 5
        digits.removeSubrange(count...)
        guard isUp else { return }
        for index in digits.indices.reversed() {
            if digits[index] < 9 {
                digits[index] += 1
                return
            }
            digits[index] = 0
        }
        digits.insert(1, at: 0)
        pointPlace += 1
    }

    private func digit(_ index: Int) -> UInt8 { digits.indices.contains(index) ? digits[index] + 0x30 : 0x30 }

    /// The digits in front of the point, at least one.
    var wholeText: [UInt8] { pointPlace <= 0 ? [0x30] : (0..<pointPlace).map { digit($0) } }

    /// So many digits after the point.
    func fractionText(_ places: Int) -> [UInt8] { (0..<max(0, places)).map { digit(pointPlace + $0) } }
}
