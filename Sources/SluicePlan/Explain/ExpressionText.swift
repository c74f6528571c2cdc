import SluiceColumns
import SluiceKernels

/// A bound expression as text, for people.
enum ExpressionText {
    static func render(_ expression: ScalarExpression, _ fields: [RowField]) -> String {
        func text(_ part: ScalarExpression) -> String { render(part, fields) }
        switch expression {
        case .column(let index, _): return index < fields.count ? fields[index].name : "$\(index)"
        case .literal(let value, let type): return literal(value, type)
        case .field(let base, let index, _):
            guard case .row(let parts) = base.type.logical, index < parts.count else { return "\(text(base)).\(index)" }
            return "\(text(base)).\(parts[index].name)"
        case .call(let call): return self.call(call, text)
        case .cast(let base, let type, let mode):
            return "\(mode == .tryCast ? "TRY_CAST" : "CAST")(\(text(base)) AS \(type.logical))"
        case .and(let terms): return "(" + terms.map(text).joined(separator: " AND ") + ")"
        case .or(let terms): return "(" + terms.map(text).joined(separator: " OR ") + ")"
        case .caseWhen(let branches, let otherwise, _):
            let whens = branches.map { "WHEN \(text($0.condition)) THEN \(text($0.value))" }
            return "CASE \(whens.joined(separator: " ")) ELSE \(text(otherwise)) END"
        }
    }

    private static func call(_ call: ScalarCall, _ text: (ScalarExpression) -> String) -> String {
        let name = call.function.name
        let arguments = call.arguments.map(text)
        if name == "NOT" { return "NOT \(arguments.joined())" }
        if name.hasPrefix("IS ") && arguments.count == 1 { return "\(arguments[0]) \(name)" }
        let isWord = name.first?.isLetter ?? false
        let isInfixWord = ["LIKE", "ILIKE", "SIMILAR TO"].contains(name) || name.hasSuffix("DISTINCT FROM")
        if arguments.count == 2 && (!isWord || isInfixWord) { return "(\(arguments[0]) \(name) \(arguments[1]))" }
        if arguments.count == 1 && !isWord { return "\(name)\(arguments[0])" }
        return "\(name)(\(arguments.joined(separator: ", ")))"
    }

    private static func literal(_ value: Value, _ type: DataType) -> String {
        switch (value, type.logical) {
        case (.null, _): return "NULL"
        case (.boolean(let flag), _): return flag ? "TRUE" : "FALSE"
        case (.bytes, .char), (.bytes, .varchar): return quoted(value.stringValue ?? "")
        case (.integer(let number), .intervalDayTime): return "INTERVAL \(number) ms"
        case (.integer(let number), .intervalYearMonth): return "INTERVAL \(number) months"
        case (_, .decimal(_, let scale)): return decimal(value, scale)
        case (.integer(let number), .tinyint), (.integer(let number), .smallint), (.integer(let number), .int),
            (.integer(let number), .bigint):
            return "\(number)"
        case (.integer, .date): return "DATE \(moment(value, type))"
        case (.integer, .time): return "TIME \(moment(value, type))"
        case (.integer, .timestamp), (.wide, .timestamp): return "TIMESTAMP \(moment(value, type))"
        case (.integer, .timestampLTZ), (.wide, .timestampLTZ): return "TIMESTAMP_LTZ \(moment(value, type))"
        case (.integer(let number), let logical): return "\(logical) \(number)"
        case (.double(let number), _): return "\(number)"
        case (.float(let number), _): return "\(number)"
        default: return composite(value, type.logical)
        }
    }

    /// A text as a statement would write it.
    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }

    /// A date or a time, quoted; instants in UTC.
    private static func moment(_ value: Value, _ type: DataType) -> String {
        guard let renderer = try? TextRenderer(type.logical, timeZone: "UTC", as: .printed) else { return "?" }
        var buffer = TextBuffer()
        renderer.append(.constant(value, type, count: 1), 0, to: &buffer)
        return quoted(buffer.text)
    }

    /// Arrays, maps, rows and bytes, as a statement would write them.
    private static func composite(_ value: Value, _ type: LogicalType) -> String {
        switch (value, type) {
        case (.array(let elements), .array(let element)):
            return "ARRAY[\(elements.map { literal($0, element) }.joined(separator: ", "))]"
        case (.map(let keys, let values), .map(let key, let value)):
            let entries = zip(keys, values).map { "\(literal($0, key)), \(literal($1, value))" }
            return "MAP[\(entries.joined(separator: ", "))]"
        case (.map(let elements, let counts), .multiset(let element)):
            let entries = zip(elements, counts).map { "\(literal($0, element)), \(literal($1, .notNull(.int)))" }
            return "MULTISET[\(entries.joined(separator: ", "))]"
        case (.row(let parts), .row(let fields)), (.row(let parts), .structured(_, let fields)):
            return "ROW(\(zip(parts, fields).map { literal($0, $1.type) }.joined(separator: ", ")))"
        case (.bytes(let bytes), .variant): return "PARSE_JSON(\(quoted(String(decoding: bytes, as: UTF8.self))))"
        case (.bytes(let bytes), _):
            return "X'\(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined())'"
        default: return "\(type) \(value.integerValue.map(String.init) ?? "?")"
        }
    }

    private static func decimal(_ value: Value, _ scale: Int) -> String {
        guard let unscaled = value.integerValue else { return "?" }
        guard scale > 0 else { return "\(unscaled)" }
        let digits = String(unscaled.magnitude)
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        return (unscaled < 0 ? "-" : "") + padded.dropLast(scale) + "." + padded.suffix(scale)
    }
}
