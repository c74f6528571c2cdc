import SluiceColumns

/// A small JSON reader, slow and plain, to check the scanner by.
///
/// Reads one object into boxed values by the rules of the format with parse errors not ignored; nil for what is no
/// object or does not fit. It shares the parsing of numbers and times with the scanner, and nothing else.
struct JSONReference {
    indirect enum Node {
        case null, boolean(Bool), number(String), string([UInt8]), array([Node]), object([(name: [UInt8], value: Node)])
    }

    private let bytes: [UInt8]
    private var position = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The values of `fields` in the object of a line.
    static func row(_ line: [UInt8], _ fields: [RowField]) -> [Value]? {
        var reader = JSONReference(line)
        guard let node = reader.value(depth: 1), case .object = node else { return nil }
        guard let value = value(node, DataType(.row(fields))), case .row(let values) = value else { return nil }
        return values
    }

    private mutating func skipBlanks() {
        while position < bytes.count, [0x20, 0x09, 0x0d].contains(bytes[position]) { position += 1 }
    }

    private mutating func take(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        guard bytes[position...].starts(with: wanted) else { return false }
        position += wanted.count
        return true
    }

    private mutating func value(depth: Int) -> Node? {
        skipBlanks()
        guard position < bytes.count, depth <= 1_000 else { return nil }
        switch bytes[position] {
        case UInt8(ascii: "{"): return object(depth)
        case UInt8(ascii: "["): return array(depth)
        case UInt8(ascii: "\""): return string().map { .string($0) }
        case UInt8(ascii: "n"): return take("null") ? .null : nil
        case UInt8(ascii: "t"): return take("true") ? .boolean(true) : nil
        case UInt8(ascii: "f"): return take("false") ? .boolean(false) : nil
        default: return number()
        }
    }

    private mutating func object(_ depth: Int) -> Node? {
        position += 1
        var members: [(name: [UInt8], value: Node)] = []
        skipBlanks()
        if take("}") { return .object([]) }
        while true {
            skipBlanks()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\""), let name = string() else { return nil }
            skipBlanks()
            guard take(":"), let value = value(depth: depth + 1) else { return nil }
            members.append((name, value))
            skipBlanks()
            if take("}") { return .object(members) }
            guard take(",") else { return nil }
        }
    }

    private mutating func array(_ depth: Int) -> Node? {
        position += 1
        var elements: [Node] = []
        skipBlanks()
        if take("]") { return .array([]) }
        while true {
            guard let value = value(depth: depth + 1) else { return nil }
            elements.append(value)
            skipBlanks()
            if take("]") { return .array(elements) }
            guard take(",") else { return nil }
        }
    }

    private mutating func string() -> [UInt8]? {
        position += 1
        var units: [UInt16] = []
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                return Array(Self.text(units))
            }
            if byte == UInt8(ascii: "\\") {
                guard let unit = escape() else { return nil }
                units.append(unit)
                continue
            }
            let start = position
            position += 1
            while position < bytes.count, bytes[position] & 0xc0 == 0x80 { position += 1 }
            units += String(decoding: bytes[start..<position], as: UTF8.self).utf16
        }
        return nil
    }

    private static func text(_ units: [UInt16]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < units.count {
            let unit = units[index]
            let isHigh = unit & 0xfc00 == 0xd800
            if isHigh, index + 1 < units.count, units[index + 1] & 0xfc00 == 0xdc00 {
                result += String(decoding: units[index...index + 1], as: UTF16.self).utf8
                index += 2
            } else if unit & 0xf800 == 0xd800 {
                result.append(UInt8(ascii: "?"))
                index += 1
            } else {
                result += String(decoding: [unit], as: UTF16.self).utf8
                index += 1
            }
        }
        return result
    }

    private mutating func escape() -> UInt16? {
        guard position + 1 < bytes.count else { return nil }
        let letter = bytes[position + 1]
        position += 2
        let plain: [UInt8: UInt16] = [
            0x22: 0x22, 0x5c: 0x5c, 0x2f: 0x2f, 0x62: 8, 0x66: 12, 0x6e: 10, 0x72: 13, 0x74: 9,
        ]
        if let unit = plain[letter] { return unit }
        guard letter == UInt8(ascii: "u"), position + 4 <= bytes.count else { return nil }
        let digits = bytes[position..<position + 4]
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        position += 4
        return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    private mutating func number() -> Node? {
        let start = position
        _ = take("-")
        let whole = digits()
        guard whole > 0, whole == 1 || bytes[position - whole] != UInt8(ascii: "0") else { return nil }
        if take(".") { guard digits() > 0 else { return nil } }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            guard digits() > 0 else { return nil }
        }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func digits() -> Int {
        let start = position
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
        return position - start
    }
}

extension JSONReference {
    /// A node as a value of `type`; nil where it does not fit.
    private static func value(_ node: Node, _ type: DataType) -> Value? {
        if case .null = node { return .null }
        switch (type.logical, node) {
        case (.row(let fields), .object(let members)):
            var values: [Value] = []
            for field in fields {
                // Every occurrence has to fit; the last one counts.
                var found: Value? = .null
                for member in members where member.name == Array(field.name.utf8) {
                    found = value(member.value, field.type)
                    if found == nil { return nil }
                }
                values.append(found ?? .null)
            }
            return .row(values)
        case (.array(let element), .array(let nodes)):
            let values = nodes.map { value($0, element) }
            return values.contains { $0 == nil } ? nil : .array(values.compactMap { $0 })
        case (.map(_, let element), .object(let members)):
            var keys: [Value] = []
            var values: [Value] = []
            for (index, member) in members.enumerated() {
                guard let value = value(member.value, element) else { return nil }
                if members[(index + 1)...].contains(where: { $0.name == member.name }) { continue }
                keys.append(.bytes(member.name))
                values.append(value)
            }
            return .map(keys: keys, values: values)
        default: return scalar(node, type)
        }
    }

    private static func scalar(_ node: Node, _ type: DataType) -> Value? {
        let text: [UInt8]
        switch node {
        case .boolean(let value): text = Array((value ? "true" : "false").utf8)
        case .number(let value): text = Array(value.utf8)
        case .string(let value): text = value
        default: return type.logical == .string ? .string(tree(node)) : nil
        }
        let isNumber = if case .number = node { true } else { false }
        let trimmed = String(decoding: text, as: UTF8.self).drop { $0 == " " }
        switch type.logical {
        case .varchar: return .bytes(text)
        case .boolean: return .boolean(!isNumber && trimmed.lowercased().filter { $0 != " " } == "true")
        case .bigint, .int:
            let isInt = type.logical == .int
            let wide: Int64?
            if isNumber, trimmed.contains(where: { ".eE".contains($0) }) {
                let number = Double(trimmed) ?? .nan
                let bound = isInt ? Double(Int32.max) : 0x1p63
                guard number >= (isInt ? Double(Int32.min) : -0x1p63), number <= bound else { return nil }
                wide = number >= 0x1p63 ? .max : Int64(number)
            } else {
                wide = Int64(trimmed.prefix { $0 != " " })
                if trimmed.contains(" "), trimmed.split(separator: " ").count > 1 { return nil }
            }
            guard let wide, !isInt || Int32(exactly: wide) != nil else { return nil }
            return .integer(wide)
        case .double: return double(text).map { .double($0) }
        case .timestamp:
            return timestamp(text).map { .integer($0) }
        default: return nil
        }
    }

    /// The text of a node as Jackson prints trees.
    private static func tree(_ node: Node) -> String {
        switch node {
        case .null: return "null"
        case .boolean(let value): return value ? "true" : "false"
        case .string(let bytes): return GoldenText.quoted(String(decoding: bytes, as: UTF8.self))
        case .array(let nodes): return "[" + nodes.map { tree($0) }.joined(separator: ",") + "]"
        case .number(let text):
            guard text.contains(where: { ".eE".contains($0) }), let number = Double(text) else {
                return text == "-0" ? "0" : text
            }
            var output = TextBuffer()
            output.append(double: number)
            return number.isFinite ? output.text : "\"\(output.text)\""
        case .object(let members):
            var names: [[UInt8]] = []
            for member in members where !names.contains(member.name) { names.append(member.name) }
            let parts = names.map { name in
                tree(.string(name)) + ":" + tree(members.last { $0.name == name }?.value ?? .null)
            }
            return "{" + parts.joined(separator: ",") + "}"
        }
    }

    private static func double(_ text: [UInt8]) -> Double? { FloatText.parseJavaDouble(text.span) }

    private static func timestamp(_ text: [UInt8]) -> Int64? {
        TimestampText.parse(text.span, standard: .sql, isUTC: false)?.truncated(toPrecision: 3).micros
    }
}
