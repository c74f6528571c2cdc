import SluiceColumns

/// Replaces the references of a grok pattern by what they stand for, and numbers the groups that fill fields.
struct GrokExpansion {
    private(set) var fields: [RowField] = []
    private(set) var expression: [UInt8] = []
    private(set) var groupFields: [Int] = []
    private let definitions: GrokDefinitions
    /// Names of the patterns that are open, outermost first.
    private var open: [String] = []
    /// Where in the user's pattern a stretch of `expression` comes from, by its start.
    private var origins: [(start: Int, offset: Int, name: String?)] = []

    private static let expressionByteCountMax = 1 << 18
    private static let depthMax = 64

    /// The types that a reference can ask for.
    static let types: [String: LogicalType] = [
        "string": .string, "boolean": .boolean, "bool": .boolean, "tinyint": .tinyint, "smallint": .smallint,
        "short": .smallint, "int": .int, "integer": .int, "bigint": .bigint, "long": .bigint, "float": .float,
        "double": .double,
    ]

    init(_ definitions: GrokDefinitions) { self.definitions = definitions }

    static func isNameByte(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_")
    }

    /// Appends a pattern; `name` is nil for the user's own.
    mutating func append(_ pattern: [UInt8], of name: String?, from offset: Int = 0) throws(GrokError) {
        note(offset, name)
        var index = 0
        var isInClass = false
        while index < pattern.count {
            let byte = pattern[index]
            switch byte {
            case UInt8(ascii: "\\"):
                expression.append(contentsOf: pattern[index..<min(index + 2, pattern.count)])
                index += 2
            case UInt8(ascii: "%") where index + 1 < pattern.count && pattern[index + 1] == UInt8(ascii: "{"):
                index = try reference(pattern, index, name, offset)
                note(name == nil ? index : offset, name)
            case UInt8(ascii: "(") where !isInClass:
                index = try group(pattern, index, name == nil ? index : offset, name)
            case UInt8(ascii: "["):
                isInClass = true
                expression.append(byte)
                index += 1
                // A bracket that comes first is one of the class.
                if index < pattern.count, pattern[index] == UInt8(ascii: "^") {
                    expression.append(pattern[index])
                    index += 1
                }
                if index < pattern.count, pattern[index] == UInt8(ascii: "]") {
                    expression.append(pattern[index])
                    index += 1
                }
            default:
                if byte == UInt8(ascii: "]") { isInClass = false }
                expression.append(byte)
                index += 1
            }
        }
        guard expression.count <= Self.expressionByteCountMax else {
            throw GrokError(description: "the pattern is larger than \(Self.expressionByteCountMax) bytes", hint: nil)
        }
    }

    private mutating func note(_ offset: Int, _ name: String?) { origins.append((expression.count, offset, name)) }

    /// Copies the start of a group; one with a name takes a field.
    private mutating func group(
        _ pattern: [UInt8],
        _ start: Int,
        _ offset: Int,
        _ name: String?
    ) throws(GrokError) -> Int {
        var index = start + 1
        guard index < pattern.count, pattern[index] == UInt8(ascii: "?") else {
            expression.append(pattern[start])
            return index
        }
        index += 1
        if index < pattern.count, pattern[index] == UInt8(ascii: "P") { index += 1 }
        let isNamed =
            index + 1 < pattern.count && pattern[index] == UInt8(ascii: "<")
            && pattern[index + 1] != UInt8(ascii: "=") && pattern[index + 1] != UInt8(ascii: "!")
        guard isNamed, let end = pattern[index...].firstIndex(of: UInt8(ascii: ">")) else {
            expression.append(pattern[start])
            return start + 1
        }
        try openGroup(String(decoding: pattern[index + 1..<end], as: UTF8.self), .string, offset, name)
        return end + 1
    }

    /// `%{NAME}`, `%{NAME:field}` or `%{NAME:field:type}`; gives the offset behind it.
    private mutating func reference(
        _ pattern: [UInt8],
        _ start: Int,
        _ name: String?,
        _ outer: Int
    ) throws(GrokError) -> Int {
        let offset = name == nil ? start : outer
        guard let end = pattern[start...].firstIndex(of: UInt8(ascii: "}")) else {
            throw failure(
                "a reference has no '}'",
                offset,
                name,
                hint: "write %{NAME}, %{NAME:field} or %{NAME:field:type}"
            )
        }
        let parts = String(decoding: pattern[start + 2..<end], as: UTF8.self)
            .split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard let definition = definitions[parts[0]] else {
            let nearest = definitions.nearest(to: parts[0])
            throw failure("no pattern '\(parts[0])'", offset + 2, name, hint: nearest.map { "did you mean '\($0)'?" })
        }
        guard !open.contains(parts[0]), open.count < Self.depthMax else {
            throw failure("the pattern '\(parts[0])' refers to itself", offset, name, hint: nil)
        }
        if parts.count > 1 {
            var type = LogicalType.string
            if parts.count > 2 {
                guard let known = Self.types[parts[2].lowercased()] else {
                    throw failure(
                        "no type '\(parts[2])'",
                        offset + 4 + parts[0].utf8.count + parts[1].utf8.count,
                        name,
                        hint: "types are \(Self.types.keys.sorted().joined(separator: ", "))"
                    )
                }
                type = known
            }
            try openGroup(parts[1], type, offset + 3 + parts[0].utf8.count, name)
        } else {
            expression.append(contentsOf: Array("(?:".utf8))
        }
        open.append(parts[0])
        try append(Array(definition.utf8), of: parts[0], from: offset)
        open.removeLast()
        expression.append(UInt8(ascii: ")"))
        return end + 1
    }

    private mutating func openGroup(
        _ written: String,
        _ type: LogicalType,
        _ offset: Int,
        _ name: String?
    ) throws(GrokError) {
        let field = Self.fieldName(written)
        guard !field.isEmpty else { throw failure("a field has no name", offset, name, hint: nil) }
        if let known = fields.firstIndex(where: { $0.name == field }) {
            guard fields[known].type.logical == type else {
                throw failure(
                    "the field '\(field)' is of type \(fields[known].type.logical) elsewhere",
                    offset,
                    name,
                    hint: "give it the same type everywhere"
                )
            }
            groupFields.append(known)
        } else {
            groupFields.append(fields.count)
            fields.append(RowField(field, DataType(type)))
        }
        expression.append(contentsOf: Array("(?<_\(groupFields.count)>".utf8))
    }

    /// The name of a field: `[a][b]` becomes `a.b`.
    private static func fieldName(_ written: String) -> String {
        guard written.first == "[", written.last == "]" else { return written }
        return written.dropFirst().dropLast().split(separator: "][").joined(separator: ".")
    }

    private func failure(_ reason: String, _ offset: Int, _ name: String?, hint: String?) -> GrokError {
        let place = name.map { ", in the pattern '\($0)'" } ?? ""
        return GrokError(description: "\(reason), at offset \(offset) of the pattern\(place)", hint: hint)
    }

    /// What PCRE2 said about `expression`, at its place in the user's pattern.
    func error(_ error: RegexSyntaxError) -> GrokError {
        let origin = origins.last { $0.start <= max(0, error.offset - 1) } ?? (0, 0, nil)
        let offset = origin.name == nil ? origin.offset + error.offset - origin.start : origin.offset
        return failure("the regular expression is none (\(error.reason))", offset, origin.name, hint: nil)
    }
}
