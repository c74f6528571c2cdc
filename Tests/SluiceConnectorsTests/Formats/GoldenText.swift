import SluiceColumns

/// Shows rows as the golden cases do: JSON arrays of CAST-to-STRING text, numbers and booleans bare.
enum GoldenText {
    static func rows(_ batch: Batch) -> [String] {
        (0..<batch.rowCount).map { row in
            "[" + batch.columns.map { item($0.value(row), $0.type) }.joined(separator: ",") + "]"
        }
    }

    private static func item(_ value: Value, _ type: DataType) -> String {
        if value.isNull { return "null" }
        let text = cast(value, type)
        switch type.logical {
        case .boolean: return text.lowercased()
        case .tinyint, .smallint, .int, .bigint, .decimal: return text
        case .float, .double: return text.contains("N") || text.contains("I") ? "\"\(text)\"" : text
        default: return quoted(text)
        }
    }

    private static func cast(_ value: Value, _ type: DataType) -> String {
        var output = TextBuffer()
        switch (value, type.logical) {
        case (.null, _): return "NULL"
        case (.boolean(let value), _): return value ? "TRUE" : "FALSE"
        case (.float(let value), _): output.append(float: value)
        case (.double(let value), _): output.append(double: value)
        case (.bytes(let bytes), .binary), (.bytes(let bytes), .varbinary):
            return "x'" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "'"
        case (.bytes(let bytes), _): return String(decoding: bytes, as: UTF8.self)
        case (.array(let elements), .array(let element)):
            return "[" + elements.map { cast($0, element) }.joined(separator: ", ") + "]"
        case (.map(let keys, let values), let logical):
            let types = logical.childTypes
            let entries = zip(keys, values).map { cast($0, types[0]) + "=" + cast($1, types[1]) }
            return "{" + entries.sorted().joined(separator: ", ") + "}"
        case (.row(let fields), .row(let types)):
            return "(" + zip(fields, types).map { cast($0, $1.type) }.joined(separator: ", ") + ")"
        case (_, .decimal(_, let scale)): output.append(wideDecimal: value.integerValue ?? 0, scale: scale)
        case (.integer(let value), .date): output.append(dateDays: Int(value))
        case (.integer(let value), .time(let precision)): output.append(timeMillis: Int32(value), precision: precision)
        case (.integer(let value), .timestamp(let precision)), (.integer(let value), .timestampLTZ(let precision)):
            output.append(timestampMicros: value, precision: precision)
        case (.wide(let value), .timestamp(let precision)), (.wide(let value), .timestampLTZ(let precision)):
            output.append(timestampNanos: value, precision: precision)
        default: return "\(value.integerValue ?? 0)"
        }
        return output.text
    }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                if scalar.value < 0x20 {
                    let digits = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
