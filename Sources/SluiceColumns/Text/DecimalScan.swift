/// The parts of a decimal number in text: `[sign] digits [. digits] [e [sign] digits]`.
///
/// The value is `significand * 10^exponent`, exactly when nothing was cut.
struct DecimalScan {
    var isNegative = false
    /// The first 19 significant digits.
    var significand: UInt64 = 0
    /// How many digits `significand` holds, leading zeros not counted.
    var significantDigits = 0
    /// The power of ten of the last digit of `significand`.
    var exponent = 0
    /// Whether a digit other than 0 follows those of `significand`.
    var isCut = false
    /// The first byte of the digits, "." included.
    var digitsStart = 0
    /// The byte after the digits, "." included.
    var digitsEnd = 0
    /// The exponent that follows the digits in the text, kept within ±100,000.
    var writtenExponent = 0

    /// Reads `text[start..<end]` whole; nil when it has another form or no digit.
    init?(_ text: Span<UInt8>, _ start: Int, _ end: Int) {
        guard start < end else { return nil }
        var index = start
        isNegative = text[index] == UInt8(ascii: "-")
        if isNegative || text[index] == UInt8(ascii: "+") { index += 1 }
        digitsStart = index
        var digitCount = 0
        var pointIndex = -1
        while index < end {
            let digit = text[index] &- 0x30
            if digit < 10 {
                take(digit, afterPoint: pointIndex >= 0)
                digitCount += 1
            } else if text[index] == UInt8(ascii: "."), pointIndex < 0 {
                pointIndex = index
            } else {
                break
            }
            index += 1
        }
        digitsEnd = index
        guard digitCount > 0 else { return nil }
        if index < end {
            guard let written = DecimalScan.exponent(text, index, end) else { return nil }
            writtenExponent = written
            exponent += written
        }
    }

    /// Adds one digit to the significand, or to the exponent when the significand is full.
    private mutating func take(_ digit: UInt8, afterPoint: Bool) {
        if significantDigits < 19 {
            significand = significand &* 10 &+ UInt64(digit)
            significantDigits += significand == 0 ? 0 : 1
            exponent -= afterPoint ? 1 : 0
        } else {
            isCut = isCut || digit != 0
            exponent += afterPoint ? 0 : 1
        }
    }

    /// Reads `e[sign]digits` to the end of the text.
    private static func exponent(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
        guard text[start] | 0x20 == UInt8(ascii: "e"), start + 1 < end else { return nil }
        var index = start + 1
        let isNegative = text[index] == UInt8(ascii: "-")
        if isNegative || text[index] == UInt8(ascii: "+") { index += 1 }
        guard index < end else { return nil }
        var value = 0
        while index < end {
            let digit = text[index] &- 0x30
            guard digit < 10 else { return nil }
            value = min(value * 10 + Int(digit), 100_000)
            index += 1
        }
        return isNegative ? -value : value
    }
}
