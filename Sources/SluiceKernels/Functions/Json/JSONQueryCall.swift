import SluiceColumns

/// JSON_QUERY with its clauses.
enum JSONQueryCall {
    /// Two arguments, or six with the clauses (see `JSONFunctions`).
    @Sendable
    static func resolve(_ arguments: [ArgumentInfo]) throws -> ResolvedSignature {
        let count = arguments.count == 6 ? 6 : 2
        let types = try ArgumentList(Array(repeating: .text, count: count)).types("JSON_QUERY", arguments)
        let returned = count == 6 ? arguments[2].literal?.stringValue ?? "STRING" : "STRING"
        if returned == "ARRAY<STRING>" { return ResolvedSignature(types, DataType(.array(DataType(.string)))) }
        guard let text = JSONReturning.varchar(returned) else {
            throw FunctionError("JSON_QUERY cannot return \(returned)", hint: "use STRING, VARCHAR(n) or ARRAY<STRING>")
        }
        return ResolvedSignature(types, DataType(text))
    }

    /// The kernel of one call.
    @Sendable
    static func kernel(_ call: ResolvedCall) throws -> ScalarKernel {
        let clause = { (index: Int, fallback: String) in
            call.literals.count == 6 ? call.literals[index]?.stringValue ?? fallback : fallback
        }
        let writer = JSONQueryWriter(
            wrapper: clause(3, "WITHOUT"),
            onEmpty: clause(4, "NULL"),
            onError: clause(5, "NULL")
        )
        if case .array = call.type.logical { return arrayKernel(call, writer) }
        return StrictKernel.make(call) { arguments, rowCount in
            let texts = arguments.text(0)
            let paths = arguments.text(1)
            var result = TextResult(arguments, rowCount: rowCount)
            for row in 0..<rowCount where result.isPresent(row) {
                if try writer.append(texts[row], paths[row], to: &result.buffer) {
                    result.setFromBuffer(row)
                } else {
                    result.setNull(row)
                }
            }
            return TextLength(call.type.logical).applied(to: try result.finish(DataType(.string)), call.type)
        }
    }

    /// Elements of the array as strings: strings without quotes, null as NULL, others as JSON.
    private static func arrayKernel(_ call: ResolvedCall, _ writer: JSONQueryWriter) -> ScalarKernel {
        StrictKernel.make(call) { arguments, rowCount in
            let texts = arguments.text(0)
            let paths = arguments.text(1)
            var result = TextListResult(arguments, rowCount: rowCount)
            var json = TextBuffer()
            var element = TextBuffer()
            var document = JSONDocument()
            for row in 0..<rowCount {
                json.removeAll()
                let isPresent = result.isPresent(row)
                if isPresent, try writer.append(texts[row], paths[row], to: &json), document.parse(json.bytes),
                    document.nodes[0].kind == .array
                {
                    var child = 1
                    while child < document.nodes[0].next {
                        append(child, of: document, json.bytes, scratch: &element, to: &result)
                        child = document.nodes[child].next
                    }
                } else if isPresent {
                    result.setNull(row)
                }
                result.endRow(row)
            }
            return try result.finish(call.type)
        }
    }

    private static func append(
        _ index: Int,
        of document: JSONDocument,
        _ text: Span<UInt8>,
        scratch: inout TextBuffer,
        to result: inout TextListResult
    ) {
        let node = document.nodes[index]
        if node.kind == .null { return result.appendNull() }
        scratch.removeAll()
        if node.kind == .string {
            JSONEscapes.appendUnescaped(text.extracting(node.start..<node.end), to: &scratch)
        } else {
            JSONWriter.append(index, of: document, text, to: &scratch)
        }
        result.append(scratch.bytes)
    }
}

/// The JSON that JSON_QUERY finds in one text.
struct JSONQueryWriter {
    let wrapper: String
    let onEmpty: String
    let onError: String
    private let finder = JSONFinder()

    init(wrapper: String, onEmpty: String, onError: String) {
        self.wrapper = wrapper
        self.onEmpty = onEmpty
        self.onError = onError
    }

    /// Appends the JSON.
    ///
    /// - Returns: whether there is any; else it is NULL.
    func append(_ text: Span<UInt8>, _ path: Span<UInt8>, to buffer: inout TextBuffer) throws -> Bool {
        switch try finder.find(text, path) {
        case .failure: return try apply(onError, text, path, &buffer)
        case .nothing: return try apply(onEmpty, text, path, &buffer)
        case .number:
            if wrapper == "WITHOUT" { return try apply(finder.isStrict ? onError : onEmpty, text, path, &buffer) }
            buffer.append(UInt8(ascii: "["))
            let number = finder.computed
            buffer.append(number.span)
            buffer.append(UInt8(ascii: "]"))
            return true
        case .list:
            let isWrapped = wrapper == "UNCONDITIONAL"
            if isWrapped { buffer.append(UInt8(ascii: "[")) }
            buffer.append(UInt8(ascii: "["))
            for (place, node) in finder.found.enumerated() {
                if place > 0 { buffer.append(UInt8(ascii: ",")) }
                JSONWriter.append(node, of: finder.document, text, to: &buffer)
            }
            buffer.append(UInt8(ascii: "]"))
            if isWrapped { buffer.append(UInt8(ascii: "]")) }
            return true
        case .node(let node):
            let kind = finder.document.nodes[node].kind
            if kind == .null { return try apply(onEmpty, text, path, &buffer) }
            let isWrapped = wrapper == "UNCONDITIONAL" || (wrapper == "CONDITIONAL" && kind != .array)
            if !isWrapped, kind != .array, kind != .object {
                return try apply(finder.isStrict ? onError : onEmpty, text, path, &buffer)
            }
            if isWrapped { buffer.append(UInt8(ascii: "[")) }
            JSONWriter.append(node, of: finder.document, text, to: &buffer)
            if isWrapped { buffer.append(UInt8(ascii: "]")) }
            return true
        }
    }

    private func apply(
        _ behaviour: String,
        _ text: Span<UInt8>,
        _ path: Span<UInt8>,
        _ buffer: inout TextBuffer
    ) throws -> Bool {
        switch behaviour {
        case "ERROR": throw JSONFinder.error("JSON_QUERY", text, path)
        case "EMPTY ARRAY": buffer.append("[]")
        case "EMPTY OBJECT": buffer.append("{}")
        default: return false
        }
        return true
    }
}
