import SluiceColumns

/// The condition of a filter step, `[?(@.price < 10 && @.kind == 'book')]`.
///
/// Comparisons of paths and literals, joined by `&&`, `||`, `!( )` and parentheses. What else Jayway's language knows,
/// Flink cannot run: a test for existence and a regular expression need classes that it does not ship.
indirect enum JSONFilter {
    case any([JSONFilter])
    case all([JSONFilter])
    case not(JSONFilter)
    case comparison(Operand, Operator, Operand)

    /// How two operands compare.
    enum Operator { case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual }

    /// One side of a comparison.
    enum Operand {
        /// `@...` from the element, or `$...` from the root.
        case path(JSONPath, isFromRoot: Bool)
        case literal(Literal)
    }

    /// A value as far as comparisons see it.
    enum Literal {
        /// Where a path leads nowhere.
        case missing
        case null
        case boolean(Bool)
        case number(Double, text: [UInt8])
        case string([UInt8])
        /// An array or object: equal to nothing.
        case container
    }

    /// Parses a condition up to its end, the parenthesis that closes it.
    init(_ rest: inout ArraySlice<UInt8>) throws(JSONPath.Problem) {
        var terms = [try Self.conjunction(&rest)]
        while Self.take("||", &rest) { terms.append(try Self.conjunction(&rest)) }
        self = terms.count == 1 ? terms[0] : .any(terms)
    }

    private static func conjunction(_ rest: inout ArraySlice<UInt8>) throws(JSONPath.Problem) -> JSONFilter {
        var terms = [try term(&rest)]
        while take("&&", &rest) { terms.append(try term(&rest)) }
        return terms.count == 1 ? terms[0] : .all(terms)
    }

    private static func term(_ rest: inout ArraySlice<UInt8>) throws(JSONPath.Problem) -> JSONFilter {
        if take("!", &rest) {
            skipBlanks(&rest)
            guard rest.first == UInt8(ascii: "(") else { throw .unsupported("a test for existence") }
            return .not(try term(&rest))
        }
        if take("(", &rest) {
            let inner = try JSONFilter(&rest)
            guard take(")", &rest) else { throw .broken }
            return inner
        }
        let left = try operand(&rest)
        let symbols: [(String, Operator)] = [
            ("==", .equal), ("!=", .notEqual), ("<=", .lessOrEqual), (">=", .greaterOrEqual), ("<", .less),
            (">", .greater),
        ]
        for (symbol, operation) in symbols where take(symbol, &rest) {
            return .comparison(left, operation, try operand(&rest))
        }
        skipBlanks(&rest)
        let isEnd = rest.first.map { ")&|".utf8.contains($0) } ?? true
        throw .unsupported(isEnd ? "a test for existence" : "this operator of a filter")
    }

    private static func operand(_ rest: inout ArraySlice<UInt8>) throws(JSONPath.Problem) -> Operand {
        skipBlanks(&rest)
        guard let first = rest.first else { throw .broken }
        switch first {
        case UInt8(ascii: "@"), UInt8(ascii: "$"):
            rest = rest.dropFirst()
            return .path(try JSONPath(inFilter: &rest), isFromRoot: first == UInt8(ascii: "$"))
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            rest = rest.dropFirst()
            let text = Array(rest.prefix { $0 != first })
            guard text.count < rest.count else { throw .broken }
            if text.contains(UInt8(ascii: "\\")) { throw .unsupported("an escape in a filter") }
            rest = rest.dropFirst(text.count + 1)
            return .literal(.string(text))
        default:
            let word = Array(rest.prefix { !" )&|<>=!".utf8.contains($0) })
            rest = rest.dropFirst(word.count)
            switch String(decoding: word, as: UTF8.self) {
            case "true": return .literal(.boolean(true))
            case "false": return .literal(.boolean(false))
            case "null": return .literal(.null)
            default:
                guard let number = FloatText.parseDouble(word.span), first == UInt8(ascii: "-") || first &- 0x30 < 10
                else { throw .unsupported("'\(String(decoding: word, as: UTF8.self))' in a filter") }
                return .literal(.number(number, text: word))
            }
        }
    }

    private static func skipBlanks(_ rest: inout ArraySlice<UInt8>) { rest = rest.drop { $0 == 0x20 } }

    private static func take(_ symbol: String, _ rest: inout ArraySlice<UInt8>) -> Bool {
        skipBlanks(&rest)
        guard rest.starts(with: symbol.utf8) else { return false }
        rest = rest.dropFirst(symbol.utf8.count)
        return true
    }
}

extension JSONFilter {
    /// Whether the condition holds for a node.
    func holds(for node: Int, _ document: JSONDocument, _ text: Span<UInt8>) -> Bool {
        switch self {
        case .any(let terms):
            for term in terms where term.holds(for: node, document, text) { return true }
            return false
        case .all(let terms):
            for term in terms where !term.holds(for: node, document, text) { return false }
            return true
        case .not(let term): return !term.holds(for: node, document, text)
        case .comparison(let left, let operation, let right):
            return Self.compare(
                left.value(at: node, document, text),
                operation,
                right.value(at: node, document, text)
            )
        }
    }

    private static func compare(_ left: Literal, _ operation: Operator, _ right: Literal) -> Bool {
        switch operation {
        case .equal: areEqual(left, right)
        case .notEqual: !areEqual(left, right)
        case .less: isLess(left, right)
        case .lessOrEqual: isLess(left, right) || isOrderedEqual(left, right)
        case .greater: isLess(right, left)
        case .greaterOrEqual: isLess(right, left) || isOrderedEqual(left, right)
        }
    }

    /// A number and a string are equal where the one reads as the other.
    private static func areEqual(_ left: Literal, _ right: Literal) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.boolean(let lhs), .boolean(let rhs)): lhs == rhs
        case (.number(let lhs, _), .number(let rhs, _)): lhs == rhs
        case (.string(let lhs), .string(let rhs)): lhs == rhs
        case (.number(let lhs, _), .string(let rhs)): FloatText.parseDouble(rhs.span) == lhs
        case (.string(let lhs), .number(_, let rhs)): lhs == rhs
        default: false
        }
    }

    private static func isOrderedEqual(_ left: Literal, _ right: Literal) -> Bool {
        switch (left, right) {
        case (.number(let lhs, _), .number(let rhs, _)): lhs == rhs
        case (.string(let lhs), .string(let rhs)): lhs == rhs
        default: false
        }
    }

    private static func isLess(_ left: Literal, _ right: Literal) -> Bool {
        switch (left, right) {
        case (.number(let lhs, _), .number(let rhs, _)): lhs < rhs
        case (.string(let lhs), .string(let rhs)): lhs.lexicographicallyPrecedes(rhs)
        default: false
        }
    }
}

extension JSONFilter.Operand {
    fileprivate func value(at node: Int, _ document: JSONDocument, _ text: Span<UInt8>) -> JSONFilter.Literal {
        switch self {
        case .literal(let literal): return literal
        case .path(let path, let isFromRoot):
            var found: [Int] = []
            guard path.evaluate(document, text, from: isFromRoot ? 0 : node, into: &found), !path.isIndefinite else {
                return .missing
            }
            let value = document.nodes[found[0]]
            let bytes = text.extracting(value.start..<value.end)
            switch value.kind {
            case .null: return .null
            case .boolean: return .boolean(bytes[0] == UInt8(ascii: "t"))
            case .integer, .number:
                var plain = TextBuffer(byteCapacity: 32)
                plain.append(bytes)
                return .number(FloatText.parseDouble(bytes) ?? .nan, text: plain.byteArray)
            case .string:
                var plain = TextBuffer(byteCapacity: 64)
                JSONEscapes.appendUnescaped(bytes, to: &plain)
                return .string(plain.byteArray)
            case .array, .object: return .container
            }
        }
    }
}
