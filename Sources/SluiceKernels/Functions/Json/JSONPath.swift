import SluiceColumns

/// A compiled path into a JSON text.
///
/// `[strict | lax] $` and steps `.name`, `['name']`, `[n]` (negative from the end), `[n, m]`, `[from:to]`, `[*]`, `.*`,
/// `[?(condition)]`, and `..` in front of one of them; at the end perhaps a function, `.length()`.
/// Strict, where a missing member is an error, is the default.
struct JSONPath {
    /// What could not be compiled: nothing (the path is broken, an error of the row), or a feature.
    enum Problem: Error {
        case broken
        case unsupported(String)
    }

    private indirect enum Step {
        case member([UInt8])
        case index(Int)
        case indexes([Int])
        /// From a position to the one before another; negative from the end.
        case slice(from: Int?, to: Int?)
        case all
        case filter(JSONFilter)
        /// The step from the node and from everything in it.
        case descendants(Step)
    }

    /// Whether missing members are errors.
    let isStrict: Bool
    private var steps: [Step] = []
    /// What is computed of the value that a definite path leads to; nil for the value itself.
    private(set) var function: JSONPathFunction?

    /// Whether the path gives a list of all that it finds.
    var isIndefinite: Bool {
        steps.contains { JSONPath.isBranching($0) }
    }

    /// Compiles a path.
    init(_ source: [UInt8]) throws(Problem) {
        var rest = source[...]
        rest = rest.drop { $0 == 0x20 }
        let isLax = rest.starts(with: "lax ".utf8)
        if isLax || rest.starts(with: "strict ".utf8) { rest = rest.drop { $0 != 0x20 }.drop { $0 == 0x20 } }
        isStrict = !isLax
        guard let first = rest.first, first != UInt8(ascii: "@") else { throw .broken }
        // A path that begins with a name begins at the root.
        rest = first == UInt8(ascii: "$") ? rest.dropFirst() : [UInt8(ascii: ".")] + rest
        while !rest.isEmpty {
            if let function = JSONPathFunction(call: rest), !isIndefinite {
                self.function = function
                return
            }
            steps.append(try JSONPath.takeStep(&rest, isInFilter: false))
        }
    }

    /// Compiles a path that stands in a filter, behind its `@` or `$`, up to what is no step.
    init(inFilter rest: inout ArraySlice<UInt8>) throws(Problem) {
        isStrict = false
        while rest.first == UInt8(ascii: ".") || rest.first == UInt8(ascii: "[") {
            steps.append(try JSONPath.takeStep(&rest, isInFilter: true))
        }
    }

    private static func takeStep(
        _ rest: inout ArraySlice<UInt8>,
        isInFilter: Bool
    ) throws(Problem) -> Step {
        guard rest.first == UInt8(ascii: ".") else {
            guard rest.first == UInt8(ascii: "[") else { throw .broken }
            return try takeBracket(&rest)
        }
        rest = rest.dropFirst()
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "[") { return .descendants(try takeBracket(&rest)) }
            return .descendants(try takeName(&rest, isInFilter: isInFilter))
        }
        return try takeName(&rest, isInFilter: isInFilter)
    }

    private static func takeName(_ rest: inout ArraySlice<UInt8>, isInFilter: Bool) throws(Problem) -> Step {
        let ends = Array((isInFilter ? ".[ =!<>&|)" : ".[").utf8)
        let name = Array(rest.prefix { !ends.contains($0) })
        rest = rest.dropFirst(name.count)
        if name.isEmpty || name.contains(UInt8(ascii: "?")) { throw .broken }
        if name.contains(UInt8(ascii: "(")) { throw .unsupported("a function") }
        return name == [UInt8(ascii: "*")] ? .all : .member(name)
    }

    private static func takeBracket(_ rest: inout ArraySlice<UInt8>) throws(Problem) -> Step {
        rest = rest.dropFirst().drop { $0 == 0x20 }
        guard let first = rest.first else { throw .broken }
        let step: Step
        if first == UInt8(ascii: "'") || first == UInt8(ascii: "\"") {
            rest = rest.dropFirst()
            let name = Array(rest.prefix { $0 != first })
            rest = rest.dropFirst(name.count + 1).drop { $0 == 0x20 }
            if rest.first == UInt8(ascii: ",") { throw .unsupported("several names") }
            step = .member(name)
        } else if first == UInt8(ascii: "*") {
            rest = rest.dropFirst()
            step = .all
        } else if first == UInt8(ascii: "?") {
            rest = rest.dropFirst().drop { $0 == 0x20 }
            guard rest.first == UInt8(ascii: "(") else { throw .broken }
            rest = rest.dropFirst()
            step = .filter(try JSONFilter(&rest))
            rest = rest.drop { $0 == 0x20 }
            guard rest.first == UInt8(ascii: ")") else { throw .broken }
            rest = rest.dropFirst()
        } else {
            let positions = Array(rest.prefix { $0 != UInt8(ascii: "]") })
            step = try positionStep(positions)
            rest = rest.dropFirst(positions.count)
        }
        rest = rest.drop { $0 == 0x20 }
        guard rest.first == UInt8(ascii: "]") else { throw .broken }
        rest = rest.dropFirst()
        return step
    }

    /// `n`, `n, m` or `from:to`.
    private static func positionStep(_ text: [UInt8]) throws(Problem) -> Step {
        func number(_ part: ArraySlice<UInt8>) throws(Problem) -> Int {
            let digits = Array(part.filter { $0 != 0x20 })
            guard let value = IntegerText.parseInt64(digits.span) else { throw .broken }
            return Int(value)
        }
        let bounds = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        if bounds.count > 1 {
            guard bounds.count == 2, text.count > 1 else { throw .broken }
            return .slice(
                from: bounds[0].isEmpty ? nil : try number(bounds[0]),
                to: bounds[1].isEmpty ? nil : try number(bounds[1])
            )
        }
        let parts = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        if parts.count == 1 { return .index(try number(parts[0])) }
        var indexes: [Int] = []
        for part in parts { indexes.append(try number(part)) }
        return .indexes(indexes)
    }

    /// The nodes that the path leads to, into `found`.
    ///
    /// - Returns: whether nothing on the way was missing; where the path is indefinite, branches may lack a member.
    func evaluate(
        _ document: JSONDocument,
        _ text: Span<UInt8>,
        from start: Int = 0,
        into found: inout [Int]
    ) -> Bool {
        found.removeAll(keepingCapacity: true)
        found.append(start)
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
        case .all, .descendants, .indexes, .slice, .filter: true
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
            if isObject, let value = member(name.span, of: node, nodes, text) { found.append(value) }
        case .index(let index):
            guard let value = element(index, of: node, nodes) else { return }
            found.append(value)
        case .indexes(let indexes):
            for index in indexes {
                if let value = element(index, of: node, nodes) { found.append(value) }
            }
        case .slice(let from, let to):
            guard nodes[node].kind == .array else { return }
            var children: [Int] = []
            forEachChild(of: node, nodes) { children.append($0) }
            func place(_ index: Int) -> Int { min(max(index < 0 ? children.count + index : index, 0), children.count) }
            let (start, end) = (place(from ?? 0), place(to ?? children.count))
            if start < end { found.append(contentsOf: children[start..<end]) }
        case .all: forEachChild(of: node, nodes) { found.append($0) }
        case .filter(let filter):
            if isObject {
                if filter.holds(for: node, document, text) { found.append(node) }
                return
            }
            var children: [Int] = []
            forEachChild(of: node, nodes) { children.append($0) }
            for child in children where filter.holds(for: child, document, text) { found.append(child) }
        case .descendants(let inner):
            forEachContainer(in: node, nodes) { apply(inner, to: $0, document, text, &found) }
        }
    }

    /// The arrays and objects in a node, itself first, in the order of the text.
    private static func forEachContainer(in node: Int, _ nodes: [JSONDocument.Node], _ body: (Int) -> Void) {
        for child in node..<nodes[node].next where nodes[child].kind == .object || nodes[child].kind == .array {
            body(child)
        }
    }

    /// The element of an array at a position from 0, or negative from the end.
    static func element(_ index: Int, of node: Int, _ nodes: [JSONDocument.Node]) -> Int? {
        guard nodes[node].kind == .array else { return nil }
        var children: [Int] = []
        forEachChild(of: node, nodes) { children.append($0) }
        let place = index < 0 ? children.count + index : index
        return children.indices.contains(place) ? children[place] : nil
    }

    /// The elements of an array or the values of an object, in the order of the text.
    static func forEachChild(of node: Int, _ nodes: [JSONDocument.Node], _ body: (Int) -> Void) {
        guard nodes[node].kind == .object || nodes[node].kind == .array else { return }
        var child = node + 1
        while child < nodes[node].next {
            if nodes[node].kind == .object { child += 1 }
            body(child)
            child = nodes[child].next
        }
    }

    /// The value of the last member with this name.
    static func member(
        _ name: Span<UInt8>,
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
                if ByteSearch.equal(plain.bytes, name) { value = child + 1 }
            } else if ByteSearch.equal(bytes, name) {
                value = child + 1
            }
            child = nodes[child + 1].next
        }
        return value
    }
}
