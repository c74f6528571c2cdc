import SluiceColumns

extension JSONFunctions {
    static let pathFunctions: [ScalarFunction] = [
        ScalarFunction(
            "JSON_VALUE",
            category: "json",
            signature: "JSON_VALUE(json, path [RETURNING type] [{NULL | ERROR | DEFAULT value} ON EMPTY] "
                + "[{NULL | ERROR | DEFAULT value} ON ERROR])",
            summary: "The string, number or boolean that the path leads to.",
            example: (expression: "JSON_VALUE('{\"a\": true}', '$.a')", result: "true"),
            resolve: JSONValueCall.resolve,
            makeKernel: JSONValueCall.kernel
        ),
        ScalarFunction(
            "JSON_QUERY",
            category: "json",
            signature:
                "JSON_QUERY(json, path [RETURNING type] [{WITHOUT | WITH [CONDITIONAL | UNCONDITIONAL]} WRAPPER] "
                + "[{NULL | EMPTY ARRAY | EMPTY OBJECT | ERROR} ON EMPTY] [... ON ERROR])",
            summary: "The array or object that the path leads to, as JSON.",
            example: (expression: "JSON_QUERY('{\"a\": {\"b\": 1}}', '$.a')", result: "{\"b\":1}"),
            resolve: JSONQueryCall.resolve,
            makeKernel: JSONQueryCall.kernel
        ),
        ScalarFunction(
            "JSON_EXISTS",
            category: "json",
            signature: "JSON_EXISTS(json, path [{TRUE | FALSE | UNKNOWN | ERROR} ON ERROR])",
            summary: "Whether the path leads to a value other than null.",
            example: ("JSON_EXISTS('{\"a\": true}', '$.a')", "TRUE"),
            takes: ArgumentList([.text, .text, .text], optionalCount: 1),
            gives: .nullable(.boolean),
            compile: existsKernel
        ),
        ScalarFunction(
            "IS JSON",
            category: "json",
            signature: "string IS JSON [VALUE | OBJECT | ARRAY | SCALAR]",
            summary: "Whether the string is a JSON text (of that kind); FALSE for NULL.",
            example: (expression: "'[1]' IS JSON ARRAY", result: "TRUE"),
            resolve: { arguments in
                let types = try ArgumentList([.text, .text], optionalCount: 1).types("IS JSON", arguments)
                return ResolvedSignature(types, .notNull(.boolean))
            },
            makeKernel: kindKernel
        ),
    ]

    @Sendable
    private static func existsKernel(_ call: ResolvedCall) throws -> ScalarKernel {
        let onError = call.literals.count > 2 ? call.literals[2]?.stringValue ?? "FALSE" : "FALSE"
        let finder = JSONFinder()
        return StrictKernel.make(call) { arguments, rowCount in
            let texts = arguments.text(0)
            let paths = arguments.text(1)
            var result = LaneResult<UInt8>(arguments, rowCount: rowCount)
            for row in 0..<rowCount where result.isPresent(row) {
                switch try finder.find(texts[row], paths[row]) {
                case .nothing: break
                case .list, .number: result.set(row, 1)
                case .node(let node): result.set(row, finder.document.nodes[node].kind == .null ? 0 : 1)
                case .failure:
                    switch onError {
                    case "TRUE": result.set(row, 1)
                    case "UNKNOWN": result.setNull(row)
                    case "ERROR": throw JSONFinder.error("JSON_EXISTS", texts[row], paths[row])
                    default: break
                    }
                }
            }
            return try result.finish(call.type)
        }
    }

    @Sendable
    private static func kindKernel(_ call: ResolvedCall) throws -> ScalarKernel {
        let kind = call.literals.count > 1 ? call.literals[1]?.stringValue ?? "VALUE" : "VALUE"
        var document = JSONDocument()
        return { arguments, rowCount in
            let texts = arguments.text(0)
            var result = LaneResult<UInt8>([], rowCount: rowCount)
            for row in 0..<rowCount where !arguments[0].isNull(row) {
                guard document.parse(texts[row]) else { continue }
                let found = document.nodes[0].kind
                let holds =
                    switch kind {
                    case "OBJECT": found == .object
                    case "ARRAY": found == .array
                    case "SCALAR": found != .object && found != .array
                    default: true
                    }
                if holds { result.set(row, 1) }
            }
            return try result.finish(call.type)
        }
    }
}

/// Parses texts and follows paths; keeps its memory and the path that it saw last.
///
/// It belongs to one kernel.
final class JSONFinder {
    /// What a path leads to.
    enum Outcome {
        /// A definite path's value.
        case node(Int)
        /// The values of an indefinite path, in `found`.
        case list
        /// A number that a function of the path gave, in `computed`.
        case number
        /// Nothing, of a lax path.
        case nothing
        /// A broken text or path, or nothing of a strict one.
        case failure
    }

    private(set) var document = JSONDocument()
    private(set) var found: [Int] = []
    private(set) var computed: [UInt8] = []
    private var source: [UInt8] = []
    private var path: Result<JSONPath, JSONPath.Problem>?

    /// Where the path leads in the text.
    ///
    /// - Throws: `EvaluationError` where the path uses what is not supported.
    func find(_ text: Span<UInt8>, _ path: Span<UInt8>) throws -> Outcome {
        guard let compiled = try compiled(path) else { return .failure }
        guard document.parse(text) else { return .failure }
        guard compiled.evaluate(document, text, into: &found) else { return compiled.isStrict ? .failure : .nothing }
        if let function = compiled.function {
            var number = TextBuffer(byteCapacity: 32)
            let result = function.append(found[0], of: document, text, to: &number)
            computed = number.byteArray
            return switch result {
            case .number: .number
            case .null: .nothing
            case .failure: .failure
            }
        }
        return compiled.isIndefinite ? .list : .node(found[0])
    }

    /// Whether the path seen last is strict.
    var isStrict: Bool { (try? path?.get().isStrict) ?? true }

    private func compiled(_ text: Span<UInt8>) throws -> JSONPath? {
        let isSame = ByteSearch.equal(text, source)
        if path == nil || !isSame {
            source.removeAll(keepingCapacity: true)
            for index in 0..<text.count { source.append(text[index]) }
            do {
                path = .success(try JSONPath(source))
            } catch {
                path = .failure(error)
            }
        }
        switch path {
        case .success(let compiled)?: return compiled
        case .failure(.unsupported(let what))?:
            throw EvaluationError(
                "unsupportedPath",
                "the path '\(String(copying: text))' uses what is not supported: \(what)"
            )
        default: return nil
        }
    }

    /// The error of ERROR ON ERROR and ERROR ON EMPTY.
    static func error(_ name: String, _ text: Span<UInt8>, _ path: Span<UInt8>) -> EvaluationError {
        EvaluationError(
            "jsonError",
            "\(name) finds nothing suitable at '\(String(copying: path))' in '\(String(copying: text))'"
        )
    }
}
