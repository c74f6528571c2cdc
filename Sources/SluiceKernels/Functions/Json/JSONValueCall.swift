import SluiceColumns

/// JSON_VALUE with its clauses.
enum JSONValueCall {
    /// Two arguments, or seven with the clauses (see `JSONFunctions`).
    @Sendable
    static func resolve(_ arguments: [ArgumentInfo]) throws -> ResolvedSignature {
        let name = "JSON_VALUE"
        guard arguments.count == 7 else {
            let types = try ArgumentList([.text, .text]).types(name, arguments)
            return ResolvedSignature(types, DataType(.string))
        }
        let returned = arguments[2].literal?.stringValue ?? "STRING"
        let type: LogicalType
        switch returned {
        case "STRING", "VARCHAR(2147483647)": type = .string
        case "BOOLEAN": type = .boolean
        case "INT", "INTEGER": type = .int
        case "DOUBLE": type = .double
        default:
            throw FunctionError("JSON_VALUE cannot return \(returned)", hint: "use STRING, BOOLEAN, INT or DOUBLE")
        }
        let fallback = ArgumentRule("a \(DataType(type))") { from in
            let fits =
                from.logical == type || from.logical == .null
                || (type == .string && from.logical.isText) || (type == .double && from.logical.isNumber)
                || (type == .int && from.logical.isInteger)
            return fits ? DataType(type, nullable: from.isNullable || from.logical == .null) : nil
        }
        let list = ArgumentList([.text, .text, .text, .text, fallback, .text, fallback])
        return ResolvedSignature(try list.types(name, arguments), DataType(type))
    }

    /// What stands for a value: the node, a NULL, or the default in an argument.
    private enum Choice {
        case node(Int)
        case null
        case argument(Int)
    }

    /// The kernel of one call.
    @Sendable
    static func kernel(_ call: ResolvedCall) throws -> ScalarKernel {
        let finder = JSONFinder()
        let onEmpty = call.literals.count == 7 ? call.literals[3]?.stringValue ?? "NULL" : "NULL"
        let onError = call.literals.count == 7 ? call.literals[5]?.stringValue ?? "NULL" : "NULL"
        return { arguments, rowCount in
            let inputs = Array(arguments.prefix(2))
            if rowCount == 0 || inputs.contains(where: { $0.isConstant && $0.isNull(0) }) {
                return .allNull(call.type, count: rowCount)
            }
            let texts = arguments.text(0)
            let paths = arguments.text(1)
            func choose(_ row: Int) throws -> Choice {
                let outcome = try finder.find(texts[row], paths[row])
                var kind = onError
                var place = 6
                switch outcome {
                case .node(let node):
                    let found = finder.document.nodes[node].kind
                    if found != .null && found != .array && found != .object { return .node(node) }
                    if found == .null || !finder.isStrict { (kind, place) = (onEmpty, 4) }
                case .list: if !finder.isStrict { (kind, place) = (onEmpty, 4) }
                case .nothing: (kind, place) = (onEmpty, 4)
                case .failure: break
                }
                if kind == "ERROR" { throw JSONFinder.error("JSON_VALUE", texts[row], paths[row]) }
                return kind == "DEFAULT" ? .argument(place) : .null
            }
            return try build(call, inputs, arguments, rowCount, finder, choose)
        }
    }

    private static func build(
        _ call: ResolvedCall,
        _ inputs: [Column],
        _ arguments: [Column],
        _ rowCount: Int,
        _ finder: JSONFinder,
        _ choose: (Int) throws -> Choice
    ) throws -> Column {
        switch call.type.lane {
        case .bool:
            return try buildLane(UInt8.self, call, inputs, arguments, rowCount, finder, choose) { node, text in
                node.kind == .boolean ? (text[node.start] == UInt8(ascii: "t") ? 1 : 0) : nil
            }
        case .int32:
            return try buildLane(Int32.self, call, inputs, arguments, rowCount, finder, choose) { node, text in
                guard node.kind == .integer else { return nil }
                return IntegerText.parseInt64(text.extracting(node.start..<node.end)).flatMap { Int32(exactly: $0) }
            }
        case .double:
            return try buildLane(Double.self, call, inputs, arguments, rowCount, finder, choose) { node, text in
                node.kind == .number ? FloatText.parseDouble(text.extracting(node.start..<node.end)) : nil
            }
        default: return try buildText(call, inputs, arguments, rowCount, finder, choose)
        }
    }

    /// RETURNING takes values of exactly that kind of JSON; Flink fails on others, whole numbers for DOUBLE included.
    private static func buildLane<Value: BitwiseCopyable>(
        _ type: Value.Type,
        _ call: ResolvedCall,
        _ inputs: [Column],
        _ arguments: [Column],
        _ rowCount: Int,
        _ finder: JSONFinder,
        _ choose: (Int) throws -> Choice,
        _ convert: (_ node: JSONDocument.Node, _ text: Span<UInt8>) -> Value?
    ) throws -> Column {
        let texts = arguments.text(0)
        var result = LaneResult<Value>(inputs, rowCount: rowCount)
        for row in 0..<rowCount where result.isPresent(row) {
            switch try choose(row) {
            case .node(let node):
                guard let value = convert(finder.document.nodes[node], texts[row]) else {
                    throw EvaluationError(
                        "jsonError",
                        "JSON_VALUE cannot return \(call.type.nullable(true)) from '\(String(copying: texts[row]))'"
                    )
                }
                result.set(row, value)
            case .null: result.setNull(row)
            case .argument(let place):
                if arguments[place].isNull(row) {
                    result.setNull(row)
                } else {
                    result.set(row, arguments.lane(place, of: type)[row])
                }
            }
        }
        return try result.finish(call.type)
    }

    private static func buildText(
        _ call: ResolvedCall,
        _ inputs: [Column],
        _ arguments: [Column],
        _ rowCount: Int,
        _ finder: JSONFinder,
        _ choose: (Int) throws -> Choice
    ) throws -> Column {
        let texts = arguments.text(0)
        var result = TextResult(inputs, rowCount: rowCount)
        for row in 0..<rowCount where result.isPresent(row) {
            switch try choose(row) {
            case .node(let index):
                let node = finder.document.nodes[index]
                let bytes = texts[row].extracting(node.start..<node.end)
                if node.kind == .string, node.isEscaped {
                    JSONEscapes.appendUnescaped(bytes, to: &result.buffer)
                    result.setFromBuffer(row)
                } else if node.kind == .string || node.kind == .boolean {
                    result.set(row, bytes)
                } else {
                    JSONWriter.appendNumber(bytes, to: &result.buffer)
                    result.setFromBuffer(row)
                }
            case .null: result.setNull(row)
            case .argument(let place):
                if arguments[place].isNull(row) {
                    result.setNull(row)
                } else {
                    result.set(row, arguments.text(place)[row])
                }
            }
        }
        return try result.finish(call.type)
    }
}
