import SluiceColumns
import SluiceConnect

/// Reads the column lists of the golden cases, such as `a INT, r ROW<x INT, y STRING>`.
struct GoldenTypes {
    private var rest: Substring

    /// The columns of a list.
    static func columns(_ text: String) -> [TableColumn] {
        var reader = GoldenTypes(rest: text[...])
        return reader.fields(until: nil).map { TableColumn($0.name, $0.type) }
    }

    private mutating func fields(until end: Character?) -> [RowField] {
        var fields: [RowField] = []
        repeat {
            let name = word().filter { $0 != "`" }
            fields.append(RowField(name, type()))
        } while skip(",")
        if let end { _ = skip(end) }
        return fields
    }

    private mutating func type() -> DataType {
        let name = word()
        let numbers = parameters()
        var type = DataType(logical(name, numbers))
        if rest.hasPrefix(" NOT NULL") {
            rest = rest.dropFirst(9)
            type.isNullable = false
        }
        return type
    }

    private mutating func logical(_ name: String, _ numbers: [Int]) -> LogicalType {
        switch name {
        case "BOOLEAN": return .boolean
        case "TINYINT": return .tinyint
        case "SMALLINT": return .smallint
        case "INT": return .int
        case "BIGINT": return .bigint
        case "FLOAT": return .float
        case "DOUBLE": return .double
        case "DECIMAL": return .decimal(precision: numbers[0], scale: numbers[1])
        case "STRING": return .string
        case "BYTES": return .bytes
        case "VARCHAR": return .varchar(numbers[0])
        case "VARBINARY": return .varbinary(numbers[0])
        case "CHAR": return .char(numbers[0])
        case "DATE": return .date
        case "TIME": return .time(numbers.first ?? 0)
        case "TIMESTAMP": return .timestamp(numbers[0])
        case "TIMESTAMP_LTZ": return .timestampLTZ(numbers[0])
        case "ARRAY": return .array(bracketed()[0].type)
        case "MULTISET": return .multiset(bracketed()[0].type)
        case "MAP":
            _ = skip("<")
            let key = type()
            _ = skip(",")
            let value = type()
            _ = skip(">")
            return .map(key, value)
        default:
            _ = skip("<")
            return .row(fields(until: ">"))
        }
    }

    private mutating func bracketed() -> [RowField] {
        _ = skip("<")
        let field = RowField("element", type())
        _ = skip(">")
        return [field]
    }

    private mutating func parameters() -> [Int] {
        guard rest.first == "(" else { return [] }
        let text = rest.dropFirst().prefix { $0 != ")" }
        rest = rest.dropFirst(text.count + 2)
        return text.split(separator: ",").compactMap { Int($0.filter(\.isNumber)) }
    }

    private mutating func word() -> String {
        rest = rest.drop { $0 == " " }
        let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "`" }
        rest = rest.dropFirst(word.count)
        return String(word)
    }

    private mutating func skip(_ character: Character) -> Bool {
        rest = rest.drop { $0 == " " }
        guard rest.first == character else { return false }
        rest = rest.dropFirst()
        return true
    }
}
