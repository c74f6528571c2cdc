import SluiceColumns
import SluiceKernels

/// Rows as text: what SELECT prints, as a JSON array per row.
///
/// Values follow CAST to STRING; numbers and booleans stand without quotes, NULL is `null`, bytes are `x'0aff'`. Owned
/// by whoever prints; not shared between threads.
package struct RowText {
    private let fields: [RowField]
    private let renderers: [TextRenderer]
    private var buffer = TextBuffer()

    /// Prepares the rendering of rows of `fields`; TIMESTAMP_LTZ is shown in `timeZone`.
    package init(_ fields: [RowField], timeZone: String) throws {
        self.fields = fields
        renderers = try fields.map { try TextRenderer($0.type.logical, timeZone: timeZone, as: .printed) }
    }

    /// The text of one value, nil for NULL.
    package mutating func text(_ column: Column, row: Int, field: Int) -> String? {
        if column.isNull(row) { return nil }
        buffer.removeAll()
        renderers[field].append(column, column.isConstant ? 0 : row, to: &buffer)
        return buffer.text
    }

    /// Row `row` of a batch as a JSON array.
    package mutating func jsonArray(_ batch: Batch, row: Int) -> String {
        var line = "["
        for (field, column) in batch.columns.enumerated() {
            if field > 0 { line += "," }
            appendJSON(text(column, row: row, field: field), field, to: &line)
        }
        return line + "]"
    }

    /// Row `row` of a batch as a JSON object, by column name.
    package mutating func jsonObject(_ batch: Batch, row: Int) -> String {
        var line = "{"
        for (field, column) in batch.columns.enumerated() {
            if field > 0 { line += "," }
            Self.appendQuoted(fields[field].name, to: &line)
            line += ":"
            appendJSON(text(column, row: row, field: field), field, to: &line)
        }
        return line + "}"
    }

    private func appendJSON(_ text: String?, _ field: Int, to line: inout String) {
        guard let text else {
            line += "null"
            return
        }
        switch fields[field].type.logical {
        case .boolean: line += text.lowercased()
        case .tinyint, .smallint, .int, .bigint, .float, .double, .decimal:
            if Self.isNumber(text) { line += text } else { Self.appendQuoted(text, to: &line) }
        default: Self.appendQuoted(text, to: &line)
        }
    }

    /// Whether a rendered number is one in JSON too; `NaN` and `Infinity` are not.
    private static func isNumber(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in (0x30...0x39).contains(byte) || [0x2b, 0x2d, 0x2e, 0x45, 0x65].contains(byte) }
    }

    /// Appends a JSON string.
    package static func appendQuoted(_ text: String, to line: inout String) {
        line += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": line += "\\\""
            case "\\": line += "\\\\"
            case "\n": line += "\\n"
            case "\r": line += "\\r"
            case "\t": line += "\\t"
            default:
                if scalar.value < 0x20 {
                    let digits = String(scalar.value, radix: 16)
                    line += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    line.unicodeScalars.append(scalar)
                }
            }
        }
        line += "\""
    }
}
