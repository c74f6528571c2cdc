import SluiceColumns

/// A JSON text, parsed into nodes in the order of the text; reused from row to row.
///
/// The whole first value is read before a path is followed, since what is broken anywhere makes the text no JSON: that
/// is 3 ns a byte, and why functions of documents take more than 100 ns a row.
///
/// As Jackson reads it: what follows the first value is not looked at, control characters in strings and leading zeros
/// are refused, the last of several equal keys counts.
struct JSONDocument {
    /// What a node is.
    enum Kind: UInt8 { case null, boolean, integer, number, string, array, object }

    /// A value, or the key in front of one.
    struct Node {
        var kind: Kind
        /// The bytes in the text: of a string without its quotes.
        var start: Int
        var end: Int
        /// The node behind this one and what is in it.
        var next: Int
        /// Whether a string has escapes.
        var isEscaped = false
    }

    private static let depthMax = 1_000

    /// The nodes, the root first; in objects each key stands before its value.
    private(set) var nodes: [Node] = []
    private var depth = 0

    /// Parses the first value of `text`.
    ///
    /// - Returns: whether it is well-formed.
    mutating func parse(_ text: Span<UInt8>) -> Bool {
        nodes.removeAll(keepingCapacity: true)
        depth = 0
        var index = JSONDocument.skipBlanks(text, 0)
        guard parseValue(text, &index) else { return false }
        // A bare word or number must end where it ends.
        let isBare = nodes[0].kind.rawValue < Kind.string.rawValue
        return !isBare || index == text.count || JSONDocument.isBlank(text[index])
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    private static func skipBlanks(_ text: Span<UInt8>, _ start: Int) -> Int {
        var index = start
        while index < text.count, isBlank(text[index]) { index += 1 }
        return index
    }

    private mutating func parseValue(_ text: Span<UInt8>, _ index: inout Int) -> Bool {
        guard index < text.count else { return false }
        switch text[index] {
        case UInt8(ascii: "{"): return parseMembers(text, &index, isObject: true)
        case UInt8(ascii: "["): return parseMembers(text, &index, isObject: false)
        case UInt8(ascii: "\""): return parseString(text, &index)
        case UInt8(ascii: "t"): return parseWord("true", .boolean, text, &index)
        case UInt8(ascii: "f"): return parseWord("false", .boolean, text, &index)
        case UInt8(ascii: "n"): return parseWord("null", .null, text, &index)
        default: return parseNumber(text, &index)
        }
    }

    private mutating func parseMembers(_ text: Span<UInt8>, _ index: inout Int, isObject: Bool) -> Bool {
        guard depth < JSONDocument.depthMax else { return false }
        depth += 1
        defer { depth -= 1 }
        let closing = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        let own = nodes.count
        nodes.append(Node(kind: isObject ? .object : .array, start: index, end: index, next: own))
        index = JSONDocument.skipBlanks(text, index + 1)
        var isFirst = true
        while true {
            guard index < text.count else { return false }
            if text[index] == closing, isFirst { break }
            if isObject {
                guard text[index] == UInt8(ascii: "\""), parseString(text, &index) else { return false }
                index = JSONDocument.skipBlanks(text, index)
                guard index < text.count, text[index] == UInt8(ascii: ":") else { return false }
                index = JSONDocument.skipBlanks(text, index + 1)
            }
            guard parseValue(text, &index) else { return false }
            isFirst = false
            index = JSONDocument.skipBlanks(text, index)
            guard index < text.count else { return false }
            if text[index] == closing { break }
            guard text[index] == UInt8(ascii: ",") else { return false }
            index = JSONDocument.skipBlanks(text, index + 1)
            if index < text.count, text[index] == closing { return false }
        }
        index += 1
        nodes[own].end = index
        nodes[own].next = nodes.count
        return true
    }

    private mutating func parseString(_ text: Span<UInt8>, _ index: inout Int) -> Bool {
        let start = index + 1
        var isEscaped = false
        index = start
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "\"") {
                nodes.append(
                    Node(kind: .string, start: start, end: index, next: nodes.count + 1, isEscaped: isEscaped)
                )
                index += 1
                return true
            }
            if byte < 0x20 { return false }
            if byte == UInt8(ascii: "\\") {
                guard let length = JSONEscapes.length(text, at: index) else { return false }
                isEscaped = true
                index += length
            } else {
                index += 1
            }
        }
        return false
    }

    private mutating func parseWord(_ word: StaticString, _ kind: Kind, _ text: Span<UInt8>, _ index: inout Int) -> Bool
    {
        let start = index
        for byte in word.description.utf8 {
            guard index < text.count, text[index] == byte else { return false }
            index += 1
        }
        nodes.append(Node(kind: kind, start: start, end: index, next: nodes.count + 1))
        return true
    }

    private mutating func parseNumber(_ text: Span<UInt8>, _ index: inout Int) -> Bool {
        let start = index
        func digits(_ index: inout Int) -> Int {
            let first = index
            while index < text.count, text[index] &- 0x30 < 10 { index += 1 }
            return index - first
        }
        if text[index] == UInt8(ascii: "-") { index += 1 }
        let wholeStart = index
        let wholeCount = digits(&index)
        guard wholeCount > 0, wholeCount == 1 || text[wholeStart] != UInt8(ascii: "0") else { return false }
        var kind = Kind.integer
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            kind = .number
            guard digits(&index) > 0 else { return false }
        }
        if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            kind = .number
            if index < text.count, text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-") { index += 1 }
            guard digits(&index) > 0 else { return false }
        }
        nodes.append(Node(kind: kind, start: start, end: index, next: nodes.count + 1))
        return true
    }
}
