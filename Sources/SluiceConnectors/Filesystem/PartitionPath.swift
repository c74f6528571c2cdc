import SluiceColumns

/// Directories that say the value of a partition column: `region=eu/day=2031-01-02`.
enum PartitionPath {
    /// The values in the directories of a file's path, unescaped, by column.
    static func values(in path: String) -> [String: String] {
        var values: [String: String] = [:]
        for part in path.split(separator: "/").dropLast() {
            guard let equals = part.firstIndex(of: "=") else { continue }
            values[unescaped(part[..<equals])] = unescaped(part[part.index(after: equals)...])
        }
        return values
    }

    /// The directory of a partition value; `%` and two hexadecimal digits stand for what a path cannot hold.
    static func directory(_ name: String, _ value: String) -> String { escaped(name) + "=" + escaped(value) }

    /// The value of a partition column from its text; nil where it is none of the type.
    static func value(of text: String, as type: DataType) -> Value? {
        let bytes = Array(text.utf8)
        let span = bytes.span
        switch type.logical {
        case .char, .varchar: return .bytes(bytes)
        case .boolean:
            let word = text.lowercased()
            return word == "true" || word == "false" ? .boolean(word == "true") : nil
        case .tinyint: return Int8(text).map { .integer(Int64($0)) }
        case .smallint: return Int16(text).map { .integer(Int64($0)) }
        case .int: return Int32(text).map { .integer(Int64($0)) }
        case .bigint: return Int64(text).map { .integer($0) }
        case .float: return FloatText.parseJavaFloat(span).map { .float($0) }
        case .double: return FloatText.parseJavaDouble(span).map { .double($0) }
        case .decimal(let precision, let scale):
            guard let value = DecimalText.parse(span, precision: precision, scale: scale) else { return nil }
            return type.lane == .int64 ? .integer(Int64(truncatingIfNeeded: value)) : .wide(value)
        case .date: return TimestampText.parseDateCast(span).map { .integer(Int64($0)) }
        case .time(let precision):
            return TimestampText.parseTimeCast(span).map {
                .integer(Int64(FieldText.truncated(timeMillis: $0, precision: precision)))
            }
        case .timestamp(let precision):
            guard let value = TimestampText.parseCast(span)?.truncated(toPrecision: precision) else { return nil }
            return type.lane == .int64 ? value.micros.map { .integer($0) } : .wide(value.nanos)
        default: return nil
        }
    }

    private static func unescaped(_ text: Substring) -> String {
        let source = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < source.count {
            if source[index] == UInt8(ascii: "%"), index + 2 < source.count,
                let byte = UInt8(String(decoding: source[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                result.append(byte)
                index += 3
            } else {
                result.append(source[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            let isSpecial =
                scalar.value < 0x20 || scalar.value == 0x7f || "\"#%'*/:=?\\{[]^".unicodeScalars.contains(scalar)
            guard isSpecial else {
                result.unicodeScalars.append(scalar)
                continue
            }
            let digits = String(scalar.value, radix: 16, uppercase: true)
            result += "%" + (digits.count < 2 ? "0" + digits : digits)
        }
        return result
    }
}
