import SluiceColumns

/// Integers from text and from floating point as CAST does it.
package enum IntegerCast {
    /// Parses as CAST from STRING to an integer type does.
    ///
    /// Spaces at both ends are cut; then an optional sign, digits, and optionally "." and more digits, which are
    /// dropped. `.` alone is 0; an exponent is refused.
    ///
    /// - Returns: nil where CAST fails and TRY_CAST gives NULL.
    package static func parse(_ text: Span<UInt8>) -> Int64? {
        var start = 0
        var end = text.count
        while start < end, text[start] == 0x20 { start += 1 }
        while start < end, text[end - 1] == 0x20 { end -= 1 }
        guard start < end else { return nil }
        let signEnd = text[start] == 0x2D || text[start] == 0x2B ? start + 1 : start
        guard signEnd < end else { return nil }
        var point = signEnd
        while point < end, text[point] != 0x2E { point += 1 }
        for index in point..<end where index > point {
            guard text[index] &- 0x30 < 10 else { return nil }
        }
        if point == signEnd { return 0 }
        return IntegerText.parseInt64(text.extracting(start..<point))
    }

    /// The integer part, at the ends of the range when beyond them, 0 for NaN, as Java converts `double` to `long`.
    package static func int64(_ value: Double) -> Int64 {
        if let exact = Int64(exactly: value.rounded(.towardZero)) { return exact }
        if value.isNaN { return 0 }
        return value < 0 ? .min : .max
    }

    /// The integer part, at the ends of the range when beyond them, 0 for NaN, as Java converts `double` to `int`.
    ///
    /// SMALLINT and TINYINT are the low bits of this.
    package static func int32(_ value: Double) -> Int32 {
        if let exact = Int32(exactly: value.rounded(.towardZero)) { return exact }
        if value.isNaN { return 0 }
        return value < 0 ? .min : .max
    }
}
