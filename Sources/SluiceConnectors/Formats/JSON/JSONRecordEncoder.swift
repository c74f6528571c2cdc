import SluiceColumns
import SluiceConnect

/// What the options of the json format ask of an encoder.
struct JSONEncodingRules: Sendable {
    /// What to do with a NULL key of a map.
    enum NullKeyMode: Sendable {
        case fail, drop, literal
    }
    /// What the keys of the options start with, for messages.
    var optionPrefix = "json"
    /// What to do with a NULL key of a map.
    var nullKeyMode = NullKeyMode.fail
    /// The key to write instead.
    var nullKeyLiteral = "null"
    /// Decimals without an exponent, with all digits of their scale.
    var writesPlainDecimals = false
    /// NULL fields are left out.
    var leavesOutNulls = false
    /// How timestamps are written.
    var timestampStandard: TimestampText.Standard = .sql
}

/// Writes each row as a line with a JSON object.
final class JSONRecordEncoder: RecordEncoder {
    private let rules: JSONEncodingRules
    /// `"name":` of each column.
    private let names: [[UInt8]]

    init(schema: [TableColumn], rules: JSONEncodingRules) throws(ConnectorError) {
        self.rules = rules
        names = schema.map { Self.quotedName($0.name) }
        for column in schema { try Self.check(column.type) }
    }

    func encode(_ batch: Batch, into output: inout TextBuffer) throws(ConnectorError) {
        for row in 0..<batch.rowCount {
            if let kinds = batch.rowKinds, !kinds[row].isAddition { continue }
            try appendObject(batch.columns, row, to: &output)
            output.append(UInt8(ascii: "\n"))
        }
    }

    /// Appends one row as an object, without an end of line.
    func appendObject(_ columns: [Column], _ row: Int, to output: inout TextBuffer) throws(ConnectorError) {
        try append(fields: columns, names, row, to: &output)
    }

    private static func quotedName(_ name: String) -> [UInt8] {
        var text = TextBuffer()
        let bytes = Array(name.utf8)
        JSONText.appendQuoted(bytes.span, escapesPairs: true, to: &text)
        text.append(UInt8(ascii: ":"))
        return text.byteArray
    }

    private static func check(_ type: DataType) throws(ConnectorError) {
        switch type.logical {
        case .raw, .variant, .bitmap:
            throw ConnectorError(.user, "unsupportedType", "the json format cannot write the type \(type)")
        case .map(let key, _), .multiset(let key):
            guard case .view = key.lane else {
                throw ConnectorError(
                    .user,
                    "unsupportedType",
                    "the json format needs text as the key of a map; the type is \(type)"
                )
            }
        default: break
        }
        for child in type.logical.childTypes { try check(child) }
    }

    private func append(
        fields: [Column],
        _ names: [[UInt8]],
        _ row: Int,
        to output: inout TextBuffer
    ) throws(ConnectorError) {
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        for (index, column) in fields.enumerated() {
            if rules.leavesOutNulls && column.isNull(row) { continue }
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            let name = names[index]
            output.append(name.span)
            try append(column, row, to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    private func append(_ column: Column, _ row: Int, to output: inout TextBuffer) throws(ConnectorError) {
        if column.isNull(row) { return output.append("null") }
        let slot = column.isConstant ? 0 : row
        switch column.type.logical {
        case .boolean: output.append(column.bools[slot] != 0 ? "true" : "false")
        case .tinyint: output.append(integer: Int64(column.int8s[slot]))
        case .smallint: output.append(integer: Int64(column.int16s[slot]))
        case .int, .intervalYearMonth: output.append(integer: Int64(column.int32s[slot]))
        case .bigint, .intervalDayTime: output.append(integer: column.int64s[slot])
        case .float: append(double: Double(column.floats[slot]), float: column.floats[slot], to: &output)
        case .double: append(double: column.doubles[slot], float: nil, to: &output)
        case .decimal(_, let scale): append(decimal: DecimalSlot.value(column, slot), scale: scale, to: &output)
        case .char, .varchar: appendText(column, slot, to: &output)
        case .binary, .varbinary, .raw, .variant, .bitmap: appendBytes(column, slot, to: &output)
        case .date, .time, .timestamp, .timestampLTZ:
            output.append(UInt8(ascii: "\""))
            TimeFieldText.append(column, slot, standard: rules.timestampStandard, to: &output)
            output.append(UInt8(ascii: "\""))
        case .row(let fields), .structured(_, let fields):
            try append(fields: column.children, fields.map { Self.quotedName($0.name) }, slot, to: &output)
        case .array: try append(array: column, slot, to: &output)
        case .map, .multiset: try append(map: column, slot, to: &output)
        case .null: output.append("null")
        }
    }

    /// Numbers that JSON has no form for are written as text, as Jackson does.
    private func append(double: Double, float: Float?, to output: inout TextBuffer) {
        let isQuoted = !double.isFinite
        if isQuoted { output.append(UInt8(ascii: "\"")) }
        if let float { output.append(float: float) } else { output.append(double: double) }
        if isQuoted { output.append(UInt8(ascii: "\"")) }
    }

    private func append(decimal value: Int128, scale: Int, to output: inout TextBuffer) {
        // Flink strips zeros only where it may write an exponent.
        if rules.writesPlainDecimals { return output.append(wideDecimal: value, scale: scale) }
        DecimalSlot.append(value, scale: scale, isPlain: false, to: &output)
    }

    private func appendText(_ column: Column, _ slot: Int, to output: inout TextBuffer) {
        let strings = column.strings
        JSONText.appendQuoted(strings[slot], escapesPairs: true, to: &output)
    }

    private func appendBytes(_ column: Column, _ slot: Int, to output: inout TextBuffer) {
        let strings = column.strings
        output.append(UInt8(ascii: "\""))
        Base64Text.append(strings[slot], to: &output)
        output.append(UInt8(ascii: "\""))
    }

    private func append(array column: Column, _ slot: Int, to output: inout TextBuffer) throws(ConnectorError) {
        let (start, end) = (Int(column.offsets[slot]), Int(column.offsets[slot + 1]))
        output.append(UInt8(ascii: "["))
        for element in start..<end {
            if element > start { output.append(UInt8(ascii: ",")) }
            try append(column.children[0], element, to: &output)
        }
        output.append(UInt8(ascii: "]"))
    }

    private func append(map column: Column, _ slot: Int, to output: inout TextBuffer) throws(ConnectorError) {
        let (start, end) = (Int(column.offsets[slot]), Int(column.offsets[slot + 1]))
        let keys = column.children[0]
        var isFirst = true
        output.append(UInt8(ascii: "{"))
        for element in start..<end {
            if keys.isNull(element), rules.nullKeyMode == .drop { continue }
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            if !keys.isNull(element) {
                appendText(keys, keys.isConstant ? 0 : element, to: &output)
            } else if rules.nullKeyMode == .literal {
                let literal = Array(rules.nullKeyLiteral.utf8)
                JSONText.appendQuoted(literal.span, escapesPairs: true, to: &output)
            } else {
                throw ConnectorError(
                    .user,
                    "nullKey",
                    "a map has a NULL key, which JSON has no form for; set "
                        + "'\(rules.optionPrefix).map-null-key.mode' to DROP or LITERAL",
                    option: "\(rules.optionPrefix).map-null-key.mode"
                )
            }
            output.append(UInt8(ascii: ":"))
            try append(column.children[1], element, to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }
}
