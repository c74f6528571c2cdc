import SluiceColumns

/// Values as Flink's print sink shows them: by `toString` of the Java classes that they convert to.
package enum PrintText {
    /// Appends `[value, ...]` of row `row` of some columns.
    package static func append(row columns: [Column], _ row: Int, to output: inout TextBuffer) {
        output.append(UInt8(ascii: "["))
        for (index, column) in columns.enumerated() {
            if index > 0 { output.append(", ") }
            append(column, row, to: &output)
        }
        output.append(UInt8(ascii: "]"))
    }

    /// Appends one value.
    package static func append(_ column: Column, _ row: Int, to output: inout TextBuffer) {
        if column.isNull(row) { return output.append("null") }
        let slot = column.isConstant ? 0 : row
        switch column.type.logical {
        case .float: output.append(float: column.floats[slot])
        case .decimal(_, let scale): append(decimal: DecimalSlot.value(column, slot), scale: scale, to: &output)
        case .binary, .varbinary, .raw, .bitmap: appendBytes(column, slot, to: &output)
        case .time: append(nanosOfDay: Int64(column.int32s[slot]) * 1_000_000, isShort: true, to: &output)
        case .timestamp: append(timestamp(column, slot), isInstant: false, to: &output)
        case .timestampLTZ: append(timestamp(column, slot), isInstant: true, to: &output)
        case .intervalYearMonth: append(months: column.int32s[slot], to: &output)
        case .intervalDayTime: append(millis: column.int64s[slot], to: &output)
        case .array: appendElements(column, slot, to: &output)
        case .map, .multiset: appendEntries(column, slot, to: &output)
        case .row, .structured:
            output.append("+I")
            append(row: column.children, slot, to: &output)
        default: PlainText.append(column, row, to: &output)
        }
    }

    /// As `BigDecimal.toString`, which keeps the scale and turns to exponents for small numbers.
    private static func append(decimal value: Int128, scale: Int, to output: inout TextBuffer) {
        let digits = String(value.magnitude)
        let exponent = digits.utf8.count - 1 - scale
        if exponent >= -6 { return output.append(wideDecimal: value, scale: scale) }
        if value < 0 { output.append("-") }
        output.append(String(digits.prefix(1)))
        if digits.utf8.count > 1 { output.append("." + digits.dropFirst()) }
        output.append("E\(exponent)")
    }

    private static func appendBytes(_ column: Column, _ slot: Int, to output: inout TextBuffer) {
        let strings = column.strings
        let bytes = strings[slot]
        output.append("[")
        for index in 0..<bytes.count {
            if index > 0 { output.append(", ") }
            output.append(integer: Int64(Int8(bitPattern: bytes[index])))
        }
        output.append("]")
    }

    private static func appendElements(_ column: Column, _ slot: Int, to output: inout TextBuffer) {
        let elements = Int(column.offsets[slot])..<Int(column.offsets[slot + 1])
        output.append("[")
        for element in elements {
            if element > elements.lowerBound { output.append(", ") }
            append(column.children[0], element, to: &output)
        }
        output.append("]")
    }

    private static func appendEntries(_ column: Column, _ slot: Int, to output: inout TextBuffer) {
        let entries = Int(column.offsets[slot])..<Int(column.offsets[slot + 1])
        output.append("{")
        for entry in entries {
            if entry > entries.lowerBound { output.append(", ") }
            append(column.children[0], entry, to: &output)
            output.append("=")
            append(column.children[1], entry, to: &output)
        }
        output.append("}")
    }

    private static func timestamp(_ column: Column, _ slot: Int) -> LocalTimestamp {
        if column.type.lane == .int64 { return LocalTimestamp(micros: column.int64s[slot]) }
        return LocalTimestamp(nanos: column.int128s[slot])
    }

    /// As `LocalDateTime.toString`, which leaves zero seconds out, or `Instant.toString`, which does not.
    private static func append(_ timestamp: LocalTimestamp, isInstant: Bool, to output: inout TextBuffer) {
        output.append(dateDays: timestamp.daysSinceEpoch)
        output.append("T")
        append(nanosOfDay: timestamp.nanosOfDay, isShort: !isInstant, to: &output)
        if isInstant { output.append("Z") }
    }

    /// `HH:mm[:ss[.SSS[SSS[SSS]]]]` of nanoseconds.
    private static func append(nanosOfDay nanos: Int64, isShort: Bool, to output: inout TextBuffer) {
        let seconds = nanos / 1_000_000_000
        output.append(UInt64(seconds / 3_600), digitCount: 2)
        output.append(":")
        output.append(UInt64(seconds / 60 % 60), digitCount: 2)
        if isShort, nanos % 60_000_000_000 == 0 { return }
        output.append(":")
        output.append(UInt64(seconds % 60), digitCount: 2)
        let fraction = UInt64(nanos % 1_000_000_000)
        if fraction == 0 { return }
        output.append(".")
        if fraction % 1_000_000 == 0 { return output.append(fraction / 1_000_000, digitCount: 3) }
        if fraction % 1_000 == 0 { return output.append(fraction / 1_000, digitCount: 6) }
        output.append(fraction, digitCount: 9)
    }

    /// As `Period.toString`.
    private static func append(months: Int32, to output: inout TextBuffer) {
        if months == 0 { return output.append("P0D") }
        output.append("P")
        if months / 12 != 0 { output.append("\(months / 12)Y") }
        if months % 12 != 0 { output.append("\(months % 12)M") }
    }

    /// As `Duration.toString`.
    private static func append(millis: Int64, to output: inout TextBuffer) {
        if millis == 0 { return output.append("PT0S") }
        output.append("PT")
        let seconds = millis / 1_000
        if seconds / 3_600 != 0 { output.append("\(seconds / 3_600)H") }
        if seconds / 60 % 60 != 0 { output.append("\(seconds / 60 % 60)M") }
        let rest = millis % 60_000
        if rest == 0 { return }
        if rest < 0 { output.append("-") }
        output.append("\(rest.magnitude / 1_000)")
        if rest % 1_000 != 0 {
            var digits = Array(String(1_000 + rest.magnitude % 1_000).dropFirst())
            while digits.last == "0" { digits.removeLast() }
            output.append("." + String(digits))
        }
        output.append("S")
    }
}
