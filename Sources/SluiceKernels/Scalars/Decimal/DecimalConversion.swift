import SluiceColumns

/// Decimals from and to other number types and texts, one value at a time.
package enum DecimalConversion {
    /// The decimal of an integer; nil when it does not fit.
    package static func decimal(_ value: Int64, into shape: DecimalShape) -> Int128? {
        DecimalArithmetic.rescale(Int128(value), from: 0, to: shape.scale, precision: shape.precision)
    }

    /// The decimal of the shortest digits that read back as the number, as `BigDecimal.valueOf` of Java takes them.
    ///
    /// - Parameters:
    ///   - value: the number.
    ///   - shape: the type of the result.
    ///   - buffer: scratch, so that a column allocates once.
    /// - Returns: nil when it does not fit or the number is not finite; Flink fails the job on the latter.
    package static func decimal(
        _ value: Double,
        into shape: DecimalShape,
        using buffer: inout TextBuffer
    ) -> Int128? {
        guard value.isFinite else { return nil }
        buffer.removeAll()
        buffer.append(double: value)
        return DecimalText.parse(buffer.bytes, precision: shape.precision, scale: shape.scale)
    }

    /// The decimal of the shortest digits that read back as the number; see above.
    package static func decimal(
        _ value: Float,
        into shape: DecimalShape,
        using buffer: inout TextBuffer
    ) -> Int128? {
        guard value.isFinite else { return nil }
        buffer.removeAll()
        buffer.append(float: value)
        return DecimalText.parse(buffer.bytes, precision: shape.precision, scale: shape.scale)
    }

    /// One decimal, with scratch of its own.
    package static func decimal(_ value: Double, into shape: DecimalShape) -> Int128? {
        var buffer = TextBuffer(byteCapacity: 32)
        return decimal(value, into: shape, using: &buffer)
    }

    /// One decimal, with scratch of its own.
    package static func decimal(_ value: Float, into shape: DecimalShape) -> Int128? {
        var buffer = TextBuffer(byteCapacity: 32)
        return decimal(value, into: shape, using: &buffer)
    }

    /// The nearest double.
    package static func double(_ unscaled: Int128, scale: Int) -> Double {
        // Both are exact, so the quotient is the nearest double. Beyond, only the digits say which one is nearest.
        if let narrow = Int64(exactly: unscaled), narrow.magnitude <= 1 << 53, scale <= 22 {
            return Double(narrow) / PowersOfTen.double(scale)
        }
        var buffer = TextBuffer(byteCapacity: 48)
        buffer.append(wideInteger: unscaled)
        buffer.append("e-")
        buffer.append(integer: Int64(scale))
        return FloatText.parseDouble(buffer.bytes) ?? 0
    }

    /// The nearest float to the nearest double, as Flink converts.
    package static func float(_ unscaled: Int128, scale: Int) -> Float {
        Float(double(unscaled, scale: scale))
    }

    /// The integer part, its low 64 bits; Flink drops the high bits without an error.
    package static func int64(_ unscaled: Int128, scale: Int) -> Int64 {
        Int64(truncatingIfNeeded: scale == 0 ? unscaled : unscaled / PowersOfTen.int128(scale))
    }

    /// ROUND to `digits` places (negative: tens, hundreds ...), into a type such as that of
    /// ``DecimalTypeRules/rounded(_:digits:)``.
    package static func round(
        _ unscaled: Int128,
        scale: Int,
        digits: Int,
        rounding: DecimalArithmetic.Rounding,
        into shape: DecimalShape
    ) -> Int128? {
        guard digits < scale else {
            return DecimalArithmetic.rescale(unscaled, from: scale, to: shape.scale, precision: shape.precision)
        }
        let rounded = DecimalArithmetic.rescale(unscaled, from: scale, to: digits, precision: 38, rounding: rounding)
        guard let rounded else { return nil }
        return DecimalArithmetic.rescale(rounded, from: digits, to: shape.scale, precision: shape.precision)
    }

    /// Parses as CAST from STRING does.
    ///
    /// Above 18 digits, or bytes, any decimal number is read. Below, Flink reads more loosely, which is kept: digits
    /// before the point count even when they are 0, one bad byte at the end is passed over, and rounding up may give
    /// one digit more than the type has.
    ///
    /// - Parameters:
    ///   - text: the text; spaces at both ends are cut.
    ///   - shape: the type of the result.
    /// - Returns: nil where CAST fails and TRY_CAST gives NULL.
    package static func parseCast(_ text: Span<UInt8>, into shape: DecimalShape) -> Int128? {
        var start = 0
        var end = text.count
        while start < end, text[start] == 0x20 { start += 1 }
        while start < end, text[end - 1] == 0x20 { end -= 1 }
        guard shape.precision <= 18, end - start <= 18 else {
            while start < end, isBlank(text[start]) { start += 1 }
            while start < end, isBlank(text[end - 1]) { end -= 1 }
            return DecimalText.parse(text, start, end, precision: shape.precision, scale: shape.scale)
        }
        return parseShort(text, start, end, shape).map { Int128($0) }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x09
    }

    /// The loose reading of at most 18 bytes.
    private static func parseShort(_ text: Span<UInt8>, _ start: Int, _ end: Int, _ shape: DecimalShape) -> Int64? {
        guard start < end else { return nil }
        let isNegative = text[start] == 0x2D
        var index = isNegative || text[start] == 0x2B ? start + 1 : start
        guard index < end else { return nil }
        var significand: Int64 = 0
        var digitCount = 0
        var exponent = 0
        var isAfterPoint = false
        var stopper: UInt8 = 0
        while index < end {
            let byte = text[index]
            index += 1
            if byte &- 0x30 < 10 {
                significand = significand * 10 + Int64(byte &- 0x30)
                digitCount += 1
                exponent -= isAfterPoint ? 1 : 0
            } else if byte == 0x2E, !isAfterPoint {
                isAfterPoint = true
            } else {
                stopper = byte
                break
            }
        }
        if index < end {
            guard stopper | 0x20 == 0x65 else { return nil }
            guard let written = writtenExponent(text, index, end) else { return nil }
            exponent += written
        }
        return shifted(isNegative ? -significand : significand, digitCount, exponent + shape.scale, shape.precision)
    }

    /// The exponent `[sign]digits` at the end of the text.
    private static func writtenExponent(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
        guard let value = IntegerText.parseInt64(text.extracting(start..<end)) else { return nil }
        return Int(max(-100_000, min(value, 100_000)))
    }

    /// Brings a significand to the scale, when the digits that its text showed fit the precision.
    private static func shifted(_ significand: Int64, _ digitCount: Int, _ shift: Int, _ precision: Int) -> Int64? {
        guard digitCount + shift <= precision else { return nil }
        if significand == 0 { return 0 }
        if shift >= 0 { return significand * PowersOfTen.int64(shift) }
        guard shift >= -18 else { return 0 }
        return DecimalArithmetic.divideHalfUp(significand, PowersOfTen.int64(-shift))
    }
}
