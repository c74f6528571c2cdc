import SluiceColumns

extension StringFunctions {
    static let printfFunctions: [ScalarFunction] = [
        ScalarFunction(
            "PRINTF",
            category: "string",
            signature: "PRINTF(format, value, ...)",
            summary: "The values in a format of java.util.Formatter; NULL where the format or a value does not fit it. "
                + "A DECIMAL fits only %s, a DATE and a TIME are their numbers of days and milliseconds.",
            example: ("PRINTF('%05d|%s', 42, 'a')", "00042|a"),
            takes: ArgumentList([.text, printable], optionalCount: 1, repeatsLast: true),
            gives: .nullable(.string),
            compile: { call in
                let formatter = PrintfFormatter()
                return { arguments, rowCount in
                    if rowCount == 0 || (arguments[0].isConstant && arguments[0].isNull(0)) {
                        return .allNull(call.type, count: rowCount)
                    }
                    let formats = arguments.text(0)
                    var result = TextResult([arguments[0]], rowCount: rowCount)
                    for row in 0..<rowCount where result.isPresent(row) {
                        if formatter.append(formats[row], arguments, row, to: &result.buffer) {
                            result.setFromBuffer(row)
                        } else {
                            result.buffer.removeAll()
                            result.setNull(row)
                        }
                    }
                    return try result.finish(call.type)
                }
            }
        )
    ]

    /// Flink prints other values as the addresses of its Java objects.
    private static let printable = ArgumentRule("a value that is no collection and no binary string") { type in
        switch type.logical {
        case .null: DataType(.string)
        case .array, .map, .multiset, .row, .structured, .raw, .binary, .varbinary, .variant, .bitmap: nil
        default: type
        }
    }
}

/// Formats the rows of one call; keeps the last format compiled.
final class PrintfFormatter {
    private var source: [UInt8] = []
    private var format = JavaFormat([])

    /// Appends the text of a row.
    ///
    /// - Returns: whether format and values fit; else what was appended means nothing.
    func append(_ text: Span<UInt8>, _ arguments: [Column], _ row: Int, to buffer: inout TextBuffer) -> Bool {
        if !ByteSearch.equal(text, source) {
            source = []
            for index in 0..<text.count { source.append(text[index]) }
            format = JavaFormat(source)
        }
        guard let format else { return false }
        var place = 0
        var last: Int?
        for part in format.parts {
            switch part {
            case .text(let bytes): buffer.append(bytes.span)
            case .value(let specifier):
                if specifier.conversion == UInt8(ascii: "%") {
                    Self.appendPadded(Array("%".utf8), specifier, to: &buffer)
                    continue
                }
                guard let index = Self.argument(specifier.source, &last, &place), index + 1 < arguments.count,
                    let value = Self.text(specifier, arguments[index + 1], row)
                else { return false }
                Self.appendPadded(specifier.isUpper ? Self.uppercased(value) : value, specifier, to: &buffer)
            case .plain(let conversion, let source):
                guard let index = Self.argument(source, &last, &place), index + 1 < arguments.count,
                    Self.appendPlain(conversion, arguments[index + 1], row, to: &buffer)
                else { return false }
            }
        }
        return true
    }

    /// The argument (from 0) that a specifier means; nil where it means the one before and there is none.
    private static func argument(_ source: JavaFormat.Specifier.Source, _ last: inout Int?, _ place: inout Int) -> Int?
    {
        switch source {
        case .next: (last, place) = (place, place + 1)
        case .again: break
        case .fixed(let index): last = index
        }
        return last
    }

    /// Appends a value for `%s` or `%d`; false where the latter does not take its type.
    private static func appendPlain(
        _ conversion: UInt8,
        _ column: Column,
        _ row: Int,
        to buffer: inout TextBuffer
    ) -> Bool {
        if column.isNull(row) {
            buffer.append("null")
            return true
        }
        let slot = column.isConstant ? 0 : row
        if conversion == UInt8(ascii: "s") {
            appendShown(column, slot, to: &buffer)
            return true
        }
        guard let number = whole(column, slot) else { return false }
        buffer.append(integer: number.value)
        return true
    }

    private static func uppercased(_ text: [UInt8]) -> [UInt8] {
        var mapped = TextBuffer()
        CaseMapper(.upper).append(text.span, to: &mapped)
        return mapped.byteArray
    }

    private static func appendPadded(_ text: [UInt8], _ specifier: JavaFormat.Specifier, to buffer: inout TextBuffer) {
        let blankCount = max(0, (specifier.width ?? 0) - UnicodeText.utf16Count(text.span))
        if !specifier.has("-") { for _ in 0..<blankCount { buffer.append(0x20) } }
        buffer.append(text.span)
        if specifier.has("-") { for _ in 0..<blankCount { buffer.append(0x20) } }
    }

    /// The text of one value; nil where the conversion does not take its type.
    private static func text(_ specifier: JavaFormat.Specifier, _ column: Column, _ row: Int) -> [UInt8]? {
        let isNull = column.isNull(row)
        let slot = column.isConstant ? 0 : row
        switch specifier.conversion {
        case UInt8(ascii: "b"):
            let isTrue = !isNull && (column.type.logical != .boolean || column.bools[slot] != 0)
            return cut(Array((isTrue ? "true" : "false").utf8), specifier)
        case UInt8(ascii: "h") where !isNull:
            let code = JavaHash.code(column, slot, ofText: JavaHash.binaryString)
            return cut(Array(String(UInt32(bitPattern: code), radix: 16).utf8), specifier)
        case _ where isNull: return cut(Array("null".utf8), specifier)
        case UInt8(ascii: "s"): return cut(shown(column, slot), specifier)
        case UInt8(ascii: "c"):
            guard let number = whole(column, slot), number.bitCount <= 32,
                let scalar = UInt32(exactly: number.value).flatMap({ Unicode.Scalar($0) })
            else { return nil }
            return Array(String(Character(scalar)).utf8)
        case UInt8(ascii: "d"): return whole(column, slot).map { specifier.decimalText($0.value) }
        case UInt8(ascii: "x"), UInt8(ascii: "o"):
            return whole(column, slot).map { specifier.bitsText($0.value, bitCount: $0.bitCount) }
        default:
            switch column.type.logical {
            case .float:
                return specifier.realText(Double(column.floats[slot]), shownAs: shown(column, slot))
            case .double: return specifier.realText(column.doubles[slot], shownAs: shown(column, slot))
            default: return nil
            }
        }
    }

    private static func cut(_ text: [UInt8], _ specifier: JavaFormat.Specifier) -> [UInt8] {
        guard let precision = specifier.precision, precision < text.count else { return text }
        var prefix = TextBuffer()
        UTF16Text.appendPrefix(text.span, precision, to: &prefix)
        return prefix.byteArray
    }

    /// Types that are an Integer, a Long or a shorter whole number in Java.
    private static func whole(_ column: Column, _ slot: Int) -> (value: Int64, bitCount: Int)? {
        switch column.type.logical {
        case .tinyint: (Int64(column.int8s[slot]), 8)
        case .smallint: (Int64(column.int16s[slot]), 16)
        case .int, .date, .time, .intervalYearMonth: (Int64(column.int32s[slot]), 32)
        case .bigint, .intervalDayTime: (column.int64s[slot], 64)
        default: nil
        }
    }

    /// As `toString` of the Java object shows it.
    private static func shown(_ column: Column, _ slot: Int) -> [UInt8] {
        var text = TextBuffer()
        appendShown(column, slot, to: &text)
        return text.byteArray
    }

    private static func appendShown(_ column: Column, _ slot: Int, to text: inout TextBuffer) {
        switch column.type.logical {
        case .boolean: text.append(column.bools[slot] != 0 ? "true" : "false")
        case .float: text.append(float: column.floats[slot])
        case .double: text.append(double: column.doubles[slot])
        case .char, .varchar: text.append(column.strings[slot])
        case .decimal(_, let scale):
            if column.type.lane == .int64 {
                text.append(decimal: column.int64s[slot], scale: scale)
            } else {
                text.append(wideDecimal: column.int128s[slot], scale: scale)
            }
        case .timestamp, .timestampLTZ: appendLocalDateTime(column, slot, to: &text)
        default: text.append(integer: whole(column, slot)?.value ?? 0)
        }
    }

    /// As `LocalDateTime.toString`: seconds and fraction only where they are not zero, the fraction in groups of three.
    private static func appendLocalDateTime(_ column: Column, _ slot: Int, to text: inout TextBuffer) {
        let timestamp =
            column.type.lane == .int128
            ? LocalTimestamp(nanos: column.int128s[slot]) : LocalTimestamp(micros: column.int64s[slot])
        let nanos = timestamp.nanosOfDay
        let seconds = nanos / 1_000_000_000
        text.append(dateDays: timestamp.daysSinceEpoch)
        text.append(UInt8(ascii: "T"))
        text.append(UInt64(seconds / 3_600), digitCount: 2)
        text.append(UInt8(ascii: ":"))
        text.append(UInt64(seconds / 60 % 60), digitCount: 2)
        let fraction = UInt64(nanos % 1_000_000_000)
        if seconds % 60 == 0 && fraction == 0 { return }
        text.append(UInt8(ascii: ":"))
        text.append(UInt64(seconds % 60), digitCount: 2)
        if fraction == 0 { return }
        text.append(UInt8(ascii: "."))
        if fraction % 1_000_000 == 0 {
            text.append(fraction / 1_000_000, digitCount: 3)
        } else if fraction % 1_000 == 0 {
            text.append(fraction / 1_000, digitCount: 6)
        } else {
            text.append(fraction, digitCount: 9)
        }
    }
}
