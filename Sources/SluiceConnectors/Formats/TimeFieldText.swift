import SluiceColumns

/// Dates, times and timestamps as the text formats write them.
enum TimeFieldText {
    /// Appends the slot of a DATE, TIME, TIMESTAMP or TIMESTAMP_LTZ column.
    static func append(
        _ column: Column,
        _ slot: Int,
        standard: TimestampText.Standard,
        to output: inout TextBuffer
    ) {
        switch column.type.logical {
        case .date: output.append(dateDays: Int(column.int32s[slot]))
        case .time: output.append(formatTimeMillis: column.int32s[slot])
        case .timestampLTZ: output.append(timestamp: timestamp(column, slot), standard: standard, isUTC: true)
        default: output.append(timestamp: timestamp(column, slot), standard: standard, isUTC: false)
        }
    }

    private static func timestamp(_ column: Column, _ slot: Int) -> LocalTimestamp {
        if column.type.lane == .int64 { return LocalTimestamp(micros: column.int64s[slot]) }
        return LocalTimestamp(nanos: column.int128s[slot])
    }
}
