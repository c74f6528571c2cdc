import SluiceColumns

/// Writes SQL values as JSON.
enum JSONValueWriter {
    /// Whether values of a type can be written: dates, times and intervals cannot, and maps need keys of text.
    static func canWrite(_ type: LogicalType) -> Bool {
        switch type {
        case .date, .time, .intervalYearMonth, .intervalDayTime, .bitmap, .null: false
        case .raw(let className): className == "JSON"
        case .array(let element): canWrite(element.logical)
        case .map(let key, let value): key.logical.isText && canWrite(value.logical)
        case .multiset(let element): element.logical.isText
        case .row(let fields), .structured(_, let fields): fields.allSatisfy { canWrite($0.type.logical) }
        default: true
        }
    }

    /// Appends row `row` of a column.
    ///
    /// - Throws: `EvaluationError` where a text that is to be inserted is no JSON.
    static func append(_ column: Column, _ row: Int, to buffer: inout TextBuffer) throws {
        if column.isNull(row) { return buffer.append("null") }
        let slot = column.isConstant ? 0 : row
        switch column.type.logical {
        case .boolean: buffer.append(column.bools[slot] != 0 ? "true" : "false")
        case .tinyint: buffer.append(integer: Int64(column.int8s[slot]))
        case .smallint: buffer.append(integer: Int64(column.int16s[slot]))
        case .int: buffer.append(integer: Int64(column.int32s[slot]))
        case .bigint: buffer.append(integer: column.int64s[slot])
        case .float: appendReal(Double(column.floats[slot]), to: &buffer)
        case .double: appendReal(column.doubles[slot], to: &buffer)
        case .decimal(_, let scale): appendDecimal(column, slot, scale, to: &buffer)
        case .timestamp, .timestampLTZ: appendTimestamp(column, slot, to: &buffer)
        case .variant: buffer.append(column.strings[slot])
        case .raw: try appendInserted(column.strings[slot], to: &buffer)
        case .binary, .varbinary:
            buffer.append(UInt8(ascii: "\""))
            Base64.append(encoding: column.strings[slot], to: &buffer)
            buffer.append(UInt8(ascii: "\""))
        case .char, .varchar: JSONEscapes.appendQuoted(column.strings[slot], to: &buffer)
        default: try appendNested(column, slot, to: &buffer)
        }
    }

    private static func appendReal(_ value: Double, to buffer: inout TextBuffer) {
        var text = TextBuffer(byteCapacity: 32)
        text.append(double: value)
        if value.isFinite {
            JSONWriter.appendNumber(text.bytes, to: &buffer)
        } else {
            JSONEscapes.appendQuoted(text.bytes, to: &buffer)
        }
    }

    private static func appendDecimal(_ column: Column, _ slot: Int, _ scale: Int, to buffer: inout TextBuffer) {
        var text = TextBuffer(byteCapacity: 48)
        let unscaled = column.type.lane == .int64 ? Int128(column.int64s[slot]) : column.int128s[slot]
        text.append(wideInteger: unscaled)
        if scale > 0 {
            text.append("e-")
            text.append(integer: Int64(scale))
        }
        JSONWriter.appendNumber(text.bytes, to: &buffer)
    }

    /// ISO 8601 with as many digits of the second as are not zero; with local time zone in UTC.
    private static func appendTimestamp(_ column: Column, _ slot: Int, to buffer: inout TextBuffer) {
        let timestamp =
            column.type.lane == .int128
            ? LocalTimestamp(nanos: column.int128s[slot]) : LocalTimestamp(micros: column.int64s[slot])
        buffer.append(UInt8(ascii: "\""))
        buffer.append(dateDays: timestamp.daysSinceEpoch)
        buffer.append(UInt8(ascii: "T"))
        let seconds = timestamp.nanosOfDay / 1_000_000_000
        buffer.append(UInt64(seconds / 3_600), digitCount: 2)
        buffer.append(UInt8(ascii: ":"))
        buffer.append(UInt64(seconds / 60 % 60), digitCount: 2)
        buffer.append(UInt8(ascii: ":"))
        buffer.append(UInt64(seconds % 60), digitCount: 2)
        var fraction = timestamp.nanosOfDay % 1_000_000_000
        var digitCount = 9
        while fraction != 0, fraction % 10 == 0 {
            fraction /= 10
            digitCount -= 1
        }
        if fraction != 0 {
            buffer.append(UInt8(ascii: "."))
            buffer.append(UInt64(fraction), digitCount: digitCount)
        }
        if case .timestampLTZ = column.type.logical { buffer.append(UInt8(ascii: "Z")) }
        buffer.append(UInt8(ascii: "\""))
    }

    private static func appendInserted(_ text: Span<UInt8>, to buffer: inout TextBuffer) throws {
        var document = JSONDocument()
        guard document.parse(text) else {
            throw EvaluationError("jsonError", "'\(String(copying: text))' is no JSON")
        }
        JSONWriter.append(0, of: document, text, to: &buffer)
    }

    private static func appendNested(_ column: Column, _ slot: Int, to buffer: inout TextBuffer) throws {
        switch column.type.logical {
        case .array:
            buffer.append(UInt8(ascii: "["))
            let range = Int(column.offsets[slot])..<Int(column.offsets[slot + 1])
            for element in range {
                if element > range.lowerBound { buffer.append(UInt8(ascii: ",")) }
                try append(column.children[0], element, to: &buffer)
            }
            buffer.append(UInt8(ascii: "]"))
        case .row(let fields), .structured(_, let fields):
            let members = fields.indices.map {
                (key: Array(fields[$0].name.utf8), column: column.children[$0], row: slot)
            }
            try appendMembers(members, to: &buffer)
        case .map, .multiset:
            let range = Int(column.offsets[slot])..<Int(column.offsets[slot + 1])
            let members = range.map { entry in
                var key = Array("null".utf8)
                if case .bytes(let bytes) = column.children[0].value(entry) { key = bytes }
                return (key: key, column: column.children[1], row: entry)
            }
            try appendMembers(members, to: &buffer)
        default: buffer.append("null")
        }
    }

    private static func appendMembers(
        _ members: [(key: [UInt8], column: Column, row: Int)],
        to buffer: inout TextBuffer
    ) throws {
        buffer.append(UInt8(ascii: "{"))
        let sorted = members.sorted {
            $0.key == $1.key ? $0.row < $1.row : $0.key.lexicographicallyPrecedes($1.key)
        }
        var isFirst = true
        for (place, member) in sorted.enumerated() {
            // Of equal keys the last counts.
            if place + 1 < sorted.count, sorted[place + 1].key == member.key { continue }
            if !isFirst { buffer.append(UInt8(ascii: ",")) }
            isFirst = false
            JSONEscapes.appendQuoted(member.key.span, to: &buffer)
            buffer.append(UInt8(ascii: ":"))
            try append(member.column, member.row, to: &buffer)
        }
        buffer.append(UInt8(ascii: "}"))
    }
}
