import SluiceColumns

/// Decimals as the text formats write them.
enum DecimalSlot {
    /// The unscaled value of a slot of either lane.
    static func value(_ column: Column, _ slot: Int) -> Int128 {
        column.type.lane == .int64 ? Int128(column.int64s[slot]) : column.int128s[slot]
    }

    /// Appends a decimal without the zeros at its end, as Java's `BigDecimal` prints it: with an exponent where the
    /// number is small (`1E-10`), unless `isPlain`.
    static func append(_ unscaled: Int128, scale: Int, isPlain: Bool, to output: inout TextBuffer) {
        if unscaled == 0 { return output.append(UInt8(ascii: "0")) }
        var magnitude = unscaled.magnitude
        var scale = scale
        while magnitude % 10 == 0 {
            magnitude /= 10
            scale -= 1
        }
        if unscaled < 0 { output.append(UInt8(ascii: "-")) }
        let digits = Array(String(magnitude).utf8)
        let exponent = digits.count - 1 - scale
        if !isPlain && (scale < 0 || exponent < -6) {
            return append(digits: digits, exponent: exponent, to: &output)
        }
        if scale <= 0 {
            output.append(digits.span)
            for _ in 0 ..< -scale { output.append(UInt8(ascii: "0")) }
            return
        }
        let wholeCount = digits.count - scale
        if wholeCount <= 0 {
            output.append("0.")
            for _ in 0 ..< -wholeCount { output.append(UInt8(ascii: "0")) }
            return output.append(digits.span)
        }
        let span = digits.span
        output.append(span.extracting(0..<wholeCount))
        output.append(UInt8(ascii: "."))
        output.append(span.extracting(wholeCount..<digits.count))
    }

    private static func append(digits: [UInt8], exponent: Int, to output: inout TextBuffer) {
        let span = digits.span
        output.append(span[0])
        if digits.count > 1 {
            output.append(UInt8(ascii: "."))
            output.append(span.extracting(1..<digits.count))
        }
        output.append(UInt8(ascii: "E"))
        if exponent > 0 { output.append(UInt8(ascii: "+")) }
        output.append(integer: Int64(exponent))
    }
}
