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
        case "BOOLEAN": type = .boolean
        case "INT", "INTEGER": type = .int
        case "DOUBLE": type = .double
        default:
            guard let text = JSONReturning.varchar(returned) else {
                throw FunctionError(
                    "JSON_VALUE cannot return \(returned)",
                    hint: "use STRING, VARCHAR(n), BOOLEAN, INT or DOUBLE"
                )
            }
            type = text
        }
        let fallback = ArgumentRule("a \(DataType(type))") { from in
            from.logical == .null ? DataType(type) : JSONReturning.canStandIn(from.logical) ? from : nil
        }
        let list = ArgumentList([.text, .text, .text, .text, fallback, .text, fallback])
        return ResolvedSignature(try list.types(name, arguments), DataType(type))
    }

    /// What stands for a value: the node, a NULL, or the default in an argument.
    private enum Choice {
        case node(Int)
        /// The number that a function of the path gave.
        case computed
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
                case .number: return .computed
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
            func required(_ value: Value?) throws -> Value {
                if let value { return value }
                throw EvaluationError(
                    "jsonError",
                    "JSON_VALUE cannot return \(call.type.nullable(true)) from '\(String(copying: texts[row]))'"
                )
            }
            switch try choose(row) {
            case .node(let node): result.set(row, try required(convert(finder.document.nodes[node], texts[row])))
            case .computed:
                var number = JSONDocument()
                let bytes = finder.computed
                _ = number.parse(bytes.span)
                result.set(row, try required(convert(number.nodes[0], bytes.span)))
            case .null: result.setNull(row)
            case .argument(let place):
                guard arguments[place].type.logical == call.type.logical else {
                    throw EvaluationError(
                        "jsonError",
                        "the DEFAULT of JSON_VALUE is \(arguments[place].type.logical), not \(call.type.logical)"
                    )
                }
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
            case .computed:
                let number = finder.computed
                result.set(row, number.span)
            case .null: result.setNull(row)
            case .argument(let place):
                if arguments[place].isNull(row) {
                    result.setNull(row)
                } else {
                    let column = arguments[place]
                    JSONReturning.append(column, column.isConstant ? 0 : row, to: &result.buffer)
                    result.setFromBuffer(row)
                }
            }
        }
        return TextLength(call.type.logical).applied(to: try result.finish(DataType(.string)), call.type)
    }
}

/// What stands behind RETURNING, and the values of DEFAULT.
enum JSONReturning {
    /// The type of `STRING` or `VARCHAR(n)`; nil for other names.
    static func varchar(_ name: String) -> LogicalType? {
        if name == "STRING" { return .string }
        guard name.hasPrefix("VARCHAR("), name.hasSuffix(")") else { return nil }
        return Int(name.dropFirst(8).dropLast()).map { .varchar($0) }
    }

    /// Whether a DEFAULT may have the type.
    static func canStandIn(_ type: LogicalType) -> Bool { type.isText || type == .boolean || hasJavaText(type) }

    private static func hasJavaText(_ type: LogicalType) -> Bool { type.isNumber || type == .date || type == .time(0) }

    /// Appends a DEFAULT as the text that Java has of it: a DATE is its number of days.
    static func append(_ column: Column, _ slot: Int, to buffer: inout TextBuffer) {
        switch column.type.logical {
        case .boolean: buffer.append(column.bools[slot] != 0 ? "true" : "false")
        case .tinyint: buffer.append(integer: Int64(column.int8s[slot]))
        case .smallint: buffer.append(integer: Int64(column.int16s[slot]))
        case .int, .date, .time: buffer.append(integer: Int64(column.int32s[slot]))
        case .bigint: buffer.append(integer: column.int64s[slot])
        case .float: buffer.append(float: column.floats[slot])
        case .double: buffer.append(double: column.doubles[slot])
        case .decimal(_, let scale):
            if column.type.lane == .int64 {
                buffer.append(decimal: column.int64s[slot], scale: scale)
            } else {
                buffer.append(wideDecimal: column.int128s[slot], scale: scale)
            }
        default: buffer.append(column.strings[slot])
        }
    }
}
