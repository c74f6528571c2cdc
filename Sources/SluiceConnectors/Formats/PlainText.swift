import SluiceColumns

/// Scalar values as plain text, for the names of partition directories.
enum PlainText {
    /// Appends the value of row `row`; nothing for NULL and for nested types.
    static func append(_ column: Column, _ row: Int, to output: inout TextBuffer) {
        if column.isNull(row) { return }
        let slot = column.isConstant ? 0 : row
        switch column.type.logical {
        case .boolean: output.append(column.bools[slot] != 0 ? "true" : "false")
        case .tinyint: output.append(integer: Int64(column.int8s[slot]))
        case .smallint: output.append(integer: Int64(column.int16s[slot]))
        case .int, .intervalYearMonth: output.append(integer: Int64(column.int32s[slot]))
        case .bigint, .intervalDayTime: output.append(integer: column.int64s[slot])
        case .float: output.append(float: column.floats[slot])
        case .double: output.append(double: column.doubles[slot])
        case .decimal(_, let scale):
            output.append(wideDecimal: DecimalSlot.value(column, slot), scale: scale)
        case .char, .varchar, .binary, .varbinary:
            let strings = column.strings
            output.append(strings[slot])
        case .date, .time, .timestamp, .timestampLTZ:
            TimeFieldText.append(column, slot, standard: .sql, to: &output)
        case .variant: output.append(column.strings[slot])
        case .array, .map, .multiset, .row, .structured, .raw, .bitmap, .null: break
        }
    }
}
