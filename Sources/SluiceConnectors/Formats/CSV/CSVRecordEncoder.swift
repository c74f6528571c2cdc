import SluiceColumns
import SluiceConnect

/// Writes each row as a line of fields, quoted where Jackson quotes them.
final class CSVRecordEncoder: RecordEncoder {
    private let rules: CSVRules
    private let nullLiteral: [UInt8]
    /// The lowest byte that needs no quotes.
    private let safeByteMin: UInt8
    private var scratch = TextBuffer()

    /// Longer text is quoted without a look, as in Jackson.
    private static let checkedByteCountMax = 24

    init(schema: [TableColumn], rules: CSVRules) throws(ConnectorError) {
        self.rules = rules
        nullLiteral = rules.nullLiteral ?? []
        safeByteMin = max(rules.delimiter, rules.quote ?? 0) + 1
        for column in schema { _ = try CSVField(column.type, lane: 0) }
    }

    func encode(_ batch: Batch, into output: inout TextBuffer) throws(ConnectorError) {
        for row in 0..<batch.rowCount {
            if let kinds = batch.rowKinds, !kinds[row].isAddition { continue }
            for (index, column) in batch.columns.enumerated() {
                if index > 0 { output.append(rules.delimiter) }
                append(column, row, to: &output)
            }
            output.append(UInt8(ascii: "\n"))
        }
    }

    private func append(_ column: Column, _ row: Int, to output: inout TextBuffer) {
        if column.isNull(row) { return Self.append(nullLiteral, to: &output) }
        switch column.type.logical {
        case .boolean, .tinyint, .smallint, .int, .bigint, .float, .double, .decimal, .intervalYearMonth,
            .intervalDayTime:
            appendPlain(column, row, to: &output)
        default:
            scratch.removeAll()
            appendPlain(column, row, to: &scratch)
            appendQuoted(scratch, to: &output)
        }
    }

    /// Appends a value without quotes.
    private func appendPlain(_ column: Column, _ row: Int, to output: inout TextBuffer) {
        if column.isNull(row) { return Self.append(nullLiteral, to: &output) }
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
            DecimalSlot.append(
                DecimalSlot.value(column, slot),
                scale: scale,
                isPlain: !rules.writesScientificDecimals,
                to: &output
            )
        case .char, .varchar:
            let strings = column.strings
            output.append(strings[slot])
        case .binary, .varbinary:
            let strings = column.strings
            Base64Text.append(strings[slot], to: &output)
        case .date, .time, .timestamp, .timestampLTZ:
            TimeFieldText.append(column, slot, standard: .sql, to: &output)
        case .array:
            let elements = Int(column.offsets[slot])..<Int(column.offsets[slot + 1])
            for element in elements {
                if element > elements.lowerBound { Self.append(rules.elementDelimiter, to: &output) }
                appendPlain(column.children[0], element, to: &output)
            }
        case .row, .structured:
            for (index, field) in column.children.enumerated() {
                if index > 0 { Self.append(rules.elementDelimiter, to: &output) }
                appendPlain(field, slot, to: &output)
            }
        case .map, .multiset, .raw, .variant, .bitmap, .null: break
        }
    }

    private func appendQuoted(_ text: borrowing TextBuffer, to output: inout TextBuffer) {
        let bytes = text.bytes
        guard let quote = rules.quote, needsQuotes(bytes) else { return output.append(bytes) }
        output.append(quote)
        var runStart = 0
        for index in 0..<bytes.count {
            let byte = bytes[index]
            guard byte == quote || byte == rules.escape else { continue }
            output.append(bytes.extracting(runStart..<index))
            output.append(byte)
            runStart = index
        }
        output.append(bytes.extracting(runStart..<bytes.count))
        output.append(quote)
    }

    private static func append(_ bytes: [UInt8], to output: inout TextBuffer) { output.append(bytes.span) }

    private func needsQuotes(_ text: Span<UInt8>) -> Bool {
        if text.count > Self.checkedByteCountMax { return true }
        for index in 0..<text.count {
            let byte = text[index]
            if byte < safeByteMin || byte == UInt8(ascii: "\\") { return true }
        }
        return false
    }
}
