import SluiceColumns

/// How rows wait for PostgreSQL: as lines of the text form of COPY, so that they are sent as they are.
///
/// Values are separated by tabs, NULL is `\N`, and a backslash stands before what would end a value or a line.
enum PostgreSQLForm: StagedForm {
    static func append(_ columns: [Column], _ row: Int, to output: inout TextBuffer) {
        for (place, column) in columns.enumerated() {
            if place > 0 { output.append(UInt8(ascii: "\t")) }
            append(column, row, to: &output)
        }
        output.append(UInt8(ascii: "\n"))
    }

    private static func append(_ column: Column, _ row: Int, to output: inout TextBuffer) {
        if column.isNull(row) { return output.append("\\N") }
        let slot = column.isConstant ? 0 : row
        switch column.type.logical {
        case .char, .varchar, .variant:
            let strings = column.strings
            appendEscaped(strings[slot], to: &output)
        case .binary, .varbinary, .bitmap:
            let strings = column.strings
            output.append("\\\\x")
            output.append(hexadecimalOf: strings[slot], ten: UInt8(ascii: "a"))
        case .array:
            var text = TextBuffer()
            append(array: column, slot, to: &text)
            appendEscaped(text.bytes, to: &output)
        default: append(plain: column, slot, to: &output)
        }
    }

    /// Appends a value whose text needs no escapes.
    private static func append(plain column: Column, _ slot: Int, to output: inout TextBuffer) {
        switch column.type.logical {
        case .boolean: output.append(column.bools[slot] != 0 ? UInt8(ascii: "t") : UInt8(ascii: "f"))
        case .tinyint: output.append(integer: Int64(column.int8s[slot]))
        case .smallint: output.append(integer: Int64(column.int16s[slot]))
        case .int: output.append(integer: Int64(column.int32s[slot]))
        case .bigint: output.append(integer: column.int64s[slot])
        case .float: output.append(float: column.floats[slot])
        case .double: output.append(double: column.doubles[slot])
        case .decimal(_, let scale): output.append(wideDecimal: DecimalSlot.value(column, slot), scale: scale)
        case .intervalYearMonth:
            output.append(integer: Int64(column.int32s[slot]))
            output.append(" months")
        case .intervalDayTime:
            output.append(integer: column.int64s[slot])
            output.append(" milliseconds")
        default: TimeFieldText.append(column, slot, standard: .sql, to: &output)
        }
    }

    private static func appendEscaped(_ text: Span<UInt8>, to output: inout TextBuffer) {
        var runStart = 0
        for index in 0..<text.count {
            let escape: UInt8
            switch text[index] {
            case UInt8(ascii: "\\"): escape = UInt8(ascii: "\\")
            case UInt8(ascii: "\n"): escape = UInt8(ascii: "n")
            case UInt8(ascii: "\r"): escape = UInt8(ascii: "r")
            case UInt8(ascii: "\t"): escape = UInt8(ascii: "t")
            default: continue
            }
            output.append(text.extracting(runStart..<index))
            output.append(UInt8(ascii: "\\"))
            output.append(escape)
            runStart = index + 1
        }
        output.append(text.extracting(runStart..<text.count))
    }

    /// Appends `{1,2,NULL,"text"}`.
    private static func append(array column: Column, _ slot: Int, to output: inout TextBuffer) {
        let elements = column.children[0]
        let range = Int(column.offsets[slot])..<Int(column.offsets[slot + 1])
        output.append(UInt8(ascii: "{"))
        for element in range {
            if element > range.lowerBound { output.append(UInt8(ascii: ",")) }
            append(element: elements, element, to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    private static func append(element column: Column, _ row: Int, to output: inout TextBuffer) {
        if column.isNull(row) { return output.append("NULL") }
        let slot = column.isConstant ? 0 : row
        switch column.type.logical {
        case .char, .varchar, .variant:
            let strings = column.strings
            appendQuoted(strings[slot], to: &output)
        case .binary, .varbinary, .bitmap:
            let strings = column.strings
            output.append("\"\\\\x")
            output.append(hexadecimalOf: strings[slot], ten: UInt8(ascii: "a"))
            output.append(UInt8(ascii: "\""))
        case .array: append(array: column, slot, to: &output)
        default:
            output.append(UInt8(ascii: "\""))
            append(plain: column, slot, to: &output)
            output.append(UInt8(ascii: "\""))
        }
    }

    private static func appendQuoted(_ text: Span<UInt8>, to output: inout TextBuffer) {
        output.append(UInt8(ascii: "\""))
        for index in 0..<text.count {
            if text[index] == UInt8(ascii: "\"") || text[index] == UInt8(ascii: "\\") {
                output.append(UInt8(ascii: "\\"))
            }
            output.append(text[index])
        }
        output.append(UInt8(ascii: "\""))
    }
}
