import Glibc

/// Floating-point numbers as text, correctly rounded in and shortest out.
public enum FloatText {
    /// Parses a decimal number in any form JSON or Java writes: `[sign] digits [. digits] [e [sign] digits]`.
    ///
    /// A digit on one side of the point is enough (`5.`, `.5`). Values out of range become infinite or zero.
    ///
    /// - Returns: the nearest `Double`, ties to even; nil when the text has another form.
    public static func parseDouble(_ text: Span<UInt8>) -> Double? {
        parseDouble(text, 0, text.count)
    }

    /// Parses a decimal number as ``parseDouble(_:)`` does, rounded once, to `Float`.
    public static func parseFloat(_ text: Span<UInt8>) -> Float? {
        parseFloat(text, 0, text.count)
    }

    /// Parses as `Double.parseDouble` of Java and CAST from STRING do.
    ///
    /// Takes blanks around the number, `NaN` and `Infinity` with or without a sign, a suffix of `f`, `F`, `d` or `D`,
    /// and hexadecimal forms with a binary exponent (`0x1p3`).
    public static func parseJavaDouble(_ text: Span<UInt8>) -> Double? {
        let (start, end) = trimmed(text)
        guard start < end else { return nil }
        if let value = parseDouble(text, start, end) { return value }
        if let special = parseSpecial(text, start, end) { return special }
        let bare = withoutSuffix(text, start, end)
        if bare < end, let value = parseDouble(text, start, bare) { return value }
        return isHexadecimal(text, start, bare) ? slowDouble(text, start, bare) : nil
    }

    /// Parses as ``parseJavaDouble(_:)`` does, rounded once, to `Float`.
    public static func parseJavaFloat(_ text: Span<UInt8>) -> Float? {
        let (start, end) = trimmed(text)
        guard start < end else { return nil }
        if let value = parseFloat(text, start, end) { return value }
        if let special = parseSpecial(text, start, end) { return Float(special) }
        let bare = withoutSuffix(text, start, end)
        if bare < end, let value = parseFloat(text, start, bare) { return value }
        return isHexadecimal(text, start, bare) ? slowFloat(text, start, bare) : nil
    }

    /// Parses the decimal number `text[start..<end]`.
    static func parseDouble(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Double? {
        guard let scan = DecimalScan(text, start, end) else { return nil }
        if scan.significand == 0 { return scan.isNegative ? -0.0 : 0.0 }
        if !scan.isCut, scan.significand <= 1 << 53, scan.exponent >= -22, scan.exponent <= 22 {
            // Both factors are exact, so the one rounding is the right one.
            let exact = Double(scan.significand)
            let power = PowersOfTen.doubles[abs(scan.exponent)]
            let value = scan.exponent < 0 ? exact / power : exact * power
            return scan.isNegative ? -value : value
        }
        guard let scaled = ScaledWord(scan) else { return slowDouble(text, start, end) }
        let value = Double(sign: .plus, exponent: scaled.exponent, significand: Double(scaled.word))
        return scan.isNegative ? -value : value
    }

    /// Parses the decimal number `text[start..<end]`.
    static func parseFloat(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Float? {
        guard let scan = DecimalScan(text, start, end) else { return nil }
        if scan.significand == 0 { return scan.isNegative ? -0.0 : 0.0 }
        if !scan.isCut, scan.significand <= 1 << 24, scan.exponent >= -10, scan.exponent <= 10 {
            let exact = Float(scan.significand)
            let power = Float(PowersOfTen.doubles[abs(scan.exponent)])
            let value = scan.exponent < 0 ? exact / power : exact * power
            return scan.isNegative ? -value : value
        }
        guard let scaled = ScaledWord(scan) else { return slowFloat(text, start, end) }
        let value = Float(sign: .plus, exponent: scaled.exponent, significand: Float(scaled.word))
        return scan.isNegative ? -value : value
    }
}

/// A positive number as `word * 2^exponent`, where the word keeps at least 63 bits and its lowest bit is sticky.
///
/// Converting the word to a float rounds once, at the right place, for all results that are normal numbers.
private struct ScaledWord {
    var word: UInt64
    var exponent: Int

    /// Scales by a power of ten within 10^±19; nil beyond, where 128 bits are not enough.
    init?(_ scan: DecimalScan) {
        guard !scan.isCut, scan.exponent >= -19, scan.exponent <= 19 else { return nil }
        let power = PowersOfTen.narrow[abs(scan.exponent)]
        if scan.exponent >= 0 {
            self.init(UInt128(scan.significand) * UInt128(power), exponent: 0, isInexact: false)
        } else {
            let shift = 64 + scan.significand.leadingZeroBitCount
            let numerator = UInt128(scan.significand) << UInt128(shift)
            let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: UInt128(power))
            self.init(quotient, exponent: -shift, isInexact: remainder != 0)
        }
    }

    private init(_ value: UInt128, exponent: Int, isInexact: Bool) {
        let excess = max(0, 64 - value.leadingZeroBitCount)
        let cut = value & ((1 << UInt128(excess)) - 1)
        word = UInt64(truncatingIfNeeded: value >> UInt128(excess)) | (isInexact || cut != 0 ? 1 : 0)
        self.exponent = exponent + excess
    }
}

extension FloatText {
    /// The bounds of the text without bytes up to the space at both ends.
    private static func trimmed(_ text: Span<UInt8>) -> (Int, Int) {
        var first = 0
        var last = text.count
        while first < last, text[first] <= 0x20 { first += 1 }
        while first < last, text[last - 1] <= 0x20 { last -= 1 }
        return (first, last)
    }

    /// The end of the number before a type suffix, or `end` when there is none.
    private static func withoutSuffix(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
        let last = text[end - 1] | 0x20
        return end - start > 1 && (last == UInt8(ascii: "f") || last == UInt8(ascii: "d")) ? end - 1 : end
    }

    /// `NaN` or `Infinity` with an optional sign.
    private static func parseSpecial(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Double? {
        let isNegative = text[start] == UInt8(ascii: "-")
        let first = isNegative || text[start] == UInt8(ascii: "+") ? start + 1 : start
        if matches(text, first, end, "NaN") { return .nan }
        guard matches(text, first, end, "Infinity") else { return nil }
        return isNegative ? -.infinity : .infinity
    }

    private static func matches(_ text: Span<UInt8>, _ start: Int, _ end: Int, _ word: String) -> Bool {
        guard end - start == word.utf8.count else { return false }
        var index = start
        for byte in word.utf8 {
            guard text[index] == byte else { return false }
            index += 1
        }
        return true
    }

    /// Whether the text is `[sign] 0x hex-digits [. hex-digits] p [sign] digits`.
    private static func isHexadecimal(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        var index = start
        if index < end, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") { index += 1 }
        guard end - index > 2, text[index] == 0x30, text[index + 1] | 0x20 == UInt8(ascii: "x") else { return false }
        index += 2
        var digitCount = 0
        var hasPoint = false
        while index < end, text[index] | 0x20 != UInt8(ascii: "p") {
            if text[index] == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else {
                guard isHexDigit(text[index]) else { return false }
                digitCount += 1
            }
            index += 1
        }
        index += 1
        if index < end, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") { index += 1 }
        guard digitCount > 0, index < end else { return false }
        while index < end, text[index] &- 0x30 < 10 { index += 1 }
        return index == end
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6
    }

    /// Parses what the fast ways cannot, with the C library; the caller has checked the form.
    private static func slowDouble(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Double {
        // SAFETY: the copy ends in NUL and lives for the call.
        unsafe strtod(terminatedCopy(text, start, end), nil)
    }

    /// Parses what the fast ways cannot, with the C library; the caller has checked the form.
    private static func slowFloat(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Float {
        // SAFETY: the copy ends in NUL and lives for the call.
        unsafe strtof(terminatedCopy(text, start, end), nil)
    }

    private static func terminatedCopy(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> [CChar] {
        var copy: [CChar] = []
        copy.reserveCapacity(end - start + 1)
        for index in start..<end {
            copy.append(CChar(bitPattern: text[index]))
        }
        copy.append(0)
        return copy
    }
}
