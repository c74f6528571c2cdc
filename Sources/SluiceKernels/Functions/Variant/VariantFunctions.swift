import SluiceColumns

/// JSON values without a declared type.
package enum VariantFunctions {
    /// Every descriptor of the family.
    package static let all: [ScalarFunction] = [
        parse("PARSE_JSON", "; fails where it is none", fails: true),
        parse("TRY_PARSE_JSON", "; NULL where it is none", fails: false),
    ]

    private static func parse(_ name: String, _ otherwise: String, fails: Bool) -> ScalarFunction {
        ScalarFunction(
            name,
            category: "variant",
            signature: "\(name)(string [, allow_duplicate_keys])",
            summary:
                "The value that a JSON text stands for\(otherwise). Of equal keys in an object the last counts where "
                + "that is allowed; else they are an error in the text.",
            example: ("\(name)('{\"b\": 1.50, \"a\": [true]}')", "{\"a\":[true],\"b\":1.5}"),
            takes: ArgumentList([.textOrNull, .boolean], optionalCount: 1),
            gives: ResultRule { types in
                DataType(.variant, nullable: !fails || types.contains(where: \.isNullable))
            },
            compile: { call in
                { arguments, rowCount in
                    if rowCount == 0 || (arguments[0].isConstant && arguments[0].isNull(0)) {
                        return .allNull(call.type, count: rowCount)
                    }
                    return try rows(name, call, arguments, rowCount, fails: fails)
                }
            }
        )
    }

    private static func rows(
        _ name: String,
        _ call: ResolvedCall,
        _ arguments: [Column],
        _ rowCount: Int,
        fails: Bool
    ) throws -> Column {
        let texts = arguments.text(0)
        var document = JSONDocument()
        var result = TextResult([arguments[0]], rowCount: rowCount)
        for row in 0..<rowCount where result.isPresent(row) {
            var allowsRepeats = false
            if arguments.count == 2 {
                guard !arguments[1].isNull(row) else {
                    throw EvaluationError("invalidArgument", "\(name) needs TRUE or FALSE as its second argument")
                }
                allowsRepeats = arguments.lane(1, of: UInt8.self)[row] != 0
            }
            if document.parse(texts[row]),
                VariantText.append(0, of: document, texts[row], allowsRepeats: allowsRepeats, to: &result.buffer)
            {
                result.setFromBuffer(row)
                continue
            }
            if fails { throw EvaluationError("jsonError", "'\(String(copying: texts[row]))' is no JSON") }
            result.buffer.removeAll()
            result.setNull(row)
        }
        return try result.finish(call.type)
    }
}

/// `variant[index]` and `variant[key]`.
enum VariantAccess {
    /// The signature of the access, where the index is an integer or a text.
    static func resolve(_ arguments: [ArgumentInfo]) throws -> ResolvedSignature {
        let index = arguments[1].type
        guard index.logical.isInteger || index.logical.isCharacter else {
            throw FunctionError(
                "an element of a VARIANT is chosen by an integer or a string, not \(index.logical)",
                argument: 1
            )
        }
        let wanted = index.logical.isInteger ? DataType(.int, nullable: index.isNullable) : index
        return ResolvedSignature([arguments[0].type, wanted], DataType(.variant))
    }

    /// The element at a position from 1.
    private static func element(_ position: Int, _ document: JSONDocument) -> Int? {
        position < 1 ? nil : JSONPath.element(position - 1, of: 0, document.nodes)
    }

    /// The kernel of one call.
    static func makeKernel(_ call: ResolvedCall) -> ScalarKernel {
        let isByKey = call.argumentTypes[1].logical.isCharacter
        return StrictKernel.make(call) { arguments, rowCount in
            let values = arguments.text(0)
            var document = JSONDocument()
            var result = TextResult(arguments, rowCount: rowCount)
            for row in 0..<rowCount where result.isPresent(row) {
                guard document.parse(values[row]), document.nodes[0].kind == (isByKey ? .object : .array) else {
                    throw EvaluationError(
                        "variantKind",
                        "'\(String(copying: values[row]))' is no JSON \(isByKey ? "object" : "array")"
                    )
                }
                let node =
                    isByKey
                    ? JSONPath.member(arguments.text(1)[row], of: 0, document.nodes, values[row])
                    : element(Int(arguments.lane(1, of: Int32.self)[row]), document)
                guard let node else {
                    result.setNull(row)
                    continue
                }
                let found = document.nodes[node]
                let quote = found.kind == .string ? 1 : 0
                result.set(row, values[row].extracting(found.start - quote..<found.end + quote))
            }
            return try result.finish(call.type)
        }
    }
}
