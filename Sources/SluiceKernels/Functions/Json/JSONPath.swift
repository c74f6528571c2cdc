import SluiceColumns

/// A compiled path into a JSON text.
///
/// `[strict | lax] $` and steps `.name`, `['name']`, `[n]` (negative from the end), `[*]`, `.*` and `..name`. Strict,
/// where a missing member is an error, is the default.
struct JSONPath {
    /// What could not be compiled: nothing (the path is broken, an error of the row), or a feature.
    enum Problem: Error {
        case broken
        case unsupported(String)
    }

    private enum Step {
        case member([UInt8])
        case index(Int)
        case all
        case descendants([UInt8])
    }

    /// Whether missing members are errors.
    let isStrict: Bool
    private var steps: [Step] = []

    /// Whether the path gives a list of all that it finds.
    var isIndefinite: Bool {
        steps.contains { step in
            switch step {
            case .all, .descendants: true
            case .member, .index: false
            }
        }
    }

    /// Compiles a path.
    init(_ source: [UInt8]) throws(Problem) {
        var rest = source[...]
        rest = rest.drop { $0 == 0x20 }
        let isLax = rest.starts(with: "lax ".utf8)
        if isLax || rest.starts(with: "strict ".utf8) { rest = rest.drop { $0 != 0x20 }.drop { $0 == 0x20 } }
        isStrict = !isLax
        guard rest.first == UInt8(ascii: "$") else { throw .broken }
        rest = rest.dropFirst()
        while !rest.isEmpty { try takeStep(&rest) }
    }

    private mutating func takeStep(_ rest: inout ArraySlice<UInt8>) throws(Problem) {
        switch rest.first {
        case UInt8(ascii: "."):
            rest = rest.dropFirst()
            let isDescent = rest.first == UInt8(ascii: ".")
            if isDescent { rest = rest.dropFirst() }
            let name = Array(rest.prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "[") })
            rest = rest.dropFirst(name.count)
            if name.isEmpty { throw .broken }
            if name.contains(UInt8(ascii: "(")) { throw .unsupported("a function") }
            if name == [UInt8(ascii: "*")] {
                if isDescent { throw .unsupported("..*") }
                steps.append(.all)
            } else {
                steps.append(isDescent ? .descendants(name) : .member(name))
            }
        case UInt8(ascii: "["): try takeBracket(&rest)
        default: throw .broken
        }
    }

    private mutating func takeBracket(_ rest: inout ArraySlice<UInt8>) throws(Problem) {
        rest = rest.dropFirst().drop { $0 == 0x20 }
        guard let first = rest.first else { throw .broken }
        if first == UInt8(ascii: "'") || first == UInt8(ascii: "\"") {
            rest = rest.dropFirst()
            let name = Array(rest.prefix { $0 != first })
            rest = rest.dropFirst(name.count + 1).drop { $0 == 0x20 }
            if rest.first == UInt8(ascii: ",") { throw .unsupported("several names") }
            steps.append(.member(name))
        } else if first == UInt8(ascii: "*") {
            rest = rest.dropFirst()
            steps.append(.all)
        } else if first == UInt8(ascii: "?") {
            throw .unsupported("a filter")
        } else {
            let digits = Array(rest.prefix { $0 != UInt8(ascii: "]") })
            if digits.contains(UInt8(ascii: ":")) { throw .unsupported("a slice") }
            if digits.contains(UInt8(ascii: ",")) { throw .unsupported("several indexes") }
            guard let index = IntegerText.parseInt64(digits.span) else { throw .broken }
            steps.append(.index(Int(index)))
            rest = rest.dropFirst(digits.count)
        }
        guard rest.first == UInt8(ascii: "]") else { throw .broken }
        rest = rest.dropFirst()
    }

    /// The nodes that the path leads to, into `found`.
    ///
    /// - Returns: whether nothing on the way was missing; where the path is indefinite, branches may lack a member.
    func evaluate(_ document: JSONDocument, _ text: Span<UInt8>, into found: inout [Int]) -> Bool {
        found.removeAll(keepingCapacity: true)
        found.append(0)
        var isList = false
        for step in steps {
            var next: [Int] = []
            for node in found {
                let count = next.count
                JSONPath.apply(step, to: node, document, text, &next)
                if !isList, next.count == count, !JSONPath.isBranching(step) { return false }
            }
            isList = isList || JSONPath.isBranching(step)
            found = next
        }
        return true
    }

    private static func isBranching(_ step: Step) -> Bool {
        switch step {
        case .all, .descendants: true
        case .member, .index: false
        }
    }

    private static func apply(
        _ step: Step,
        to node: Int,
        _ document: JSONDocument,
        _ text: Span<UInt8>,
        _ found: inout [Int]
    ) {
        let nodes = document.nodes
        let isObject = nodes[node].kind == .object
        switch step {
        case .member(let name):
            if isObject, let value = member(name, of: node, nodes, text) { found.append(value) }
        case .index(let index):
            guard nodes[node].kind == .array else { return }
            var children: [Int] = []
            forEachChild(of: node, nodes) { children.append($0) }
            let place = index < 0 ? children.count + index : index
            if children.indices.contains(place) { found.append(children[place]) }
        case .all: forEachChild(of: node, nodes) { found.append($0) }
        case .descendants(let name):
            var child = node
            while child < nodes[node].next {
                if nodes[child].kind == .object, let value = member(name, of: child, nodes, text) {
                    found.append(value)
                }
                child += 1
            }
        }
    }

    private static func forEachChild(of node: Int, _ nodes: [JSONDocument.Node], _ body: (Int) -> Void) {
        guard nodes[node].kind == .object || nodes[node].kind == .array else { return }
        var child = node + 1
        while child < nodes[node].next {
            if nodes[node].kind == .object { child += 1 }
            body(child)
            child = nodes[child].next
        }
    }

    /// The value of the last member with this name.
    private static func member(
        _ name: [UInt8],
        of node: Int,
        _ nodes: [JSONDocument.Node],
        _ text: Span<UInt8>
    ) -> Int? {
        var value: Int?
        var child = node + 1
        while child < nodes[node].next {
            let key = nodes[child]
            let bytes = text.extracting(key.start..<key.end)
            if key.isEscaped {
                var plain = TextBuffer()
                JSONEscapes.appendUnescaped(bytes, to: &plain)
                if ByteSearch.equal(plain.bytes, name.span) { value = child + 1 }
            } else if ByteSearch.equal(bytes, name.span) {
                value = child + 1
            }
            child = nodes[child + 1].next
        }
        return value
    }
}
