import SluiceColumns

/// Values of one type as text, as CAST to STRING gives them.
///
/// Booleans are `TRUE` and `FALSE`, arrays `[1, NULL]`, maps and multisets `{k=v}`, rows `(1, x)`; a TIMESTAMP_LTZ is
/// shown in the zone given.
package struct TextRenderer: Sendable {
    /// What the text is for.
    package enum Form: Sendable {
        /// CAST to STRING: bytes are read as UTF-8.
        case cast
        /// CAST under `table.exec.legacy-cast-behaviour`: `true`, `(1,x)`.
        case legacyCast
        /// Printed results: bytes are `x'0aff'`.
        case printed
    }

    private let type: LogicalType
    private let zone: TimeZoneRules
    private let form: Form
    private let children: [TextRenderer]

    /// Prepares the rendering of `type`.
    ///
    /// - Throws: `FunctionError` where the time zone is unknown.
    package init(_ type: LogicalType, timeZone: String, as form: Form = .cast) throws {
        self.init(type, zone: try ZoneRules.named(timeZone), form)
    }

    private init(_ type: LogicalType, zone: TimeZoneRules, _ form: Form) {
        self.type = type
        self.zone = zone
        self.form = form
        children = type.childTypes.map { TextRenderer($0.logical, zone: zone, form) }
    }

    /// A column of the texts of `column`; NULL stays NULL.
    package func rendered(_ column: Column, _ textType: DataType) -> Column {
        let slotCount = column.slotCount
        var builder = StringBuilder(count: slotCount)
        var buffer = TextBuffer()
        for slot in 0..<slotCount {
            if column.isNull(slot) {
                builder.appendEmpty()
                continue
            }
            buffer.removeAll()
            append(column, slot, to: &buffer)
            builder.append(buffer.bytes)
        }
        let text = builder.finish(textType, validity: column.validity)
        return column.isConstant ? text.asConstant(count: column.count) : text
    }

    /// Appends the text of one slot that is not NULL.
    package func append(_ column: Column, _ slot: Int, to buffer: inout TextBuffer) {
        switch type {
        case .boolean: appendBoolean(column.bools[slot] != 0, to: &buffer)
        case .tinyint: buffer.append(integer: Int64(column.int8s[slot]))
        case .smallint: buffer.append(integer: Int64(column.int16s[slot]))
        case .int: buffer.append(integer: Int64(column.int32s[slot]))
        case .bigint: buffer.append(integer: column.int64s[slot])
        case .float: buffer.append(float: column.floats[slot])
        case .double: buffer.append(double: column.doubles[slot])
        case .decimal(let precision, let scale):
            if precision <= 18 {
                buffer.append(decimal: column.int64s[slot], scale: scale)
            } else {
                buffer.append(wideDecimal: column.int128s[slot], scale: scale)
            }
        case .char, .varchar, .variant: buffer.append(column.strings[slot])
        case .bitmap: RoaringBitmap(column.strings[slot])?.appendText(to: &buffer)
        case .binary, .varbinary, .raw: appendBytes(column, slot, to: &buffer)
        case .null: buffer.append("NULL")
        case .array, .map, .multiset, .row, .structured: appendNested(column, slot, to: &buffer)
        default: appendTemporal(column, slot, to: &buffer)
        }
    }

    private func appendBoolean(_ value: Bool, to buffer: inout TextBuffer) {
        switch form {
        case .cast, .printed: buffer.append(value ? "TRUE" : "FALSE")
        case .legacyCast: buffer.append(value ? "true" : "false")
        }
    }

    private func appendBytes(_ column: Column, _ slot: Int, to buffer: inout TextBuffer) {
        let bytes = column.strings[slot]
        guard form == .printed else { return UnicodeText.repair(bytes, into: &buffer) }
        buffer.append("x'")
        buffer.append(hexadecimalOf: bytes, ten: UInt8(ascii: "a"))
        buffer.append(UInt8(ascii: "'"))
    }

    private func appendTemporal(_ column: Column, _ slot: Int, to buffer: inout TextBuffer) {
        switch type {
        case .date: buffer.append(fourDigitDateDays: Int(column.int32s[slot]))
        case .time(let precision): buffer.append(timeMillis: column.int32s[slot], precision: precision)
        case .timestamp(let precision) where precision <= 6:
            buffer.append(timestampMicros: column.int64s[slot], precision: precision)
        case .timestamp(let precision): buffer.append(timestampNanos: column.int128s[slot], precision: precision)
        case .timestampLTZ(let precision) where precision <= 6:
            let local = TemporalCasts.localMicros(column.int64s[slot], zone)
            buffer.append(timestampMicros: local, precision: precision)
        case .timestampLTZ(let precision):
            let local = TemporalCasts.localNanos(column.int128s[slot], zone)
            buffer.append(timestampNanos: local, precision: precision)
        case .intervalYearMonth: buffer.append(intervalMonths: column.int32s[slot])
        case .intervalDayTime: buffer.append(intervalMillis: column.int64s[slot])
        default: break
        }
    }

    private func appendNested(_ column: Column, _ slot: Int, to buffer: inout TextBuffer) {
        if let fields = type.rowFields {
            let showsNames = if case .structured = type { true } else { false }
            buffer.append(UInt8(ascii: "("))
            for index in children.indices {
                if index > 0 { buffer.append(form == .legacyCast ? "," : ", ") }
                if showsNames { buffer.append(fields[index].name + "=") }
                appendChild(index, column, slot, to: &buffer)
            }
            return buffer.append(UInt8(ascii: ")"))
        }
        let range = Int(column.offsets[slot])..<Int(column.offsets[slot + 1])
        let isList = type.lane == .list
        buffer.append(UInt8(ascii: isList ? "[" : "{"))
        for element in range {
            if element > range.lowerBound { buffer.append(", ") }
            appendChild(0, column, element, to: &buffer)
            if isList { continue }
            buffer.append(UInt8(ascii: "="))
            appendChild(1, column, element, to: &buffer)
        }
        buffer.append(UInt8(ascii: isList ? "]" : "}"))
    }

    private func appendChild(_ index: Int, _ column: Column, _ row: Int, to buffer: inout TextBuffer) {
        let child = column.children[index]
        if child.isNull(row) { return buffer.append("NULL") }
        children[index].append(child, child.isConstant ? 0 : row, to: &buffer)
    }
}
