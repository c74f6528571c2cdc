import SluiceColumns

extension CollectionFunctions {
    /// Looking into arrays, cutting and extending them.
    static let arrayFunctions: [ScalarFunction] = [
        rowFunction(
            "ARRAY_APPEND",
            signature: "ARRAY_APPEND(array, element)",
            summary: "The array with the element at its end.",
            example: ("ARRAY_APPEND(ARRAY[1], 2)", "[1, 2]"),
            strictCount: 1,
            resolve: { try extended("ARRAY_APPEND", $0) },
            value: { .array(elements($0[0]) + [$0[1]]) }
        ),
        rowFunction(
            "ARRAY_PREPEND",
            signature: "ARRAY_PREPEND(array, element)",
            summary: "The array with the element in front.",
            example: ("ARRAY_PREPEND(ARRAY[2], 1)", "[1, 2]"),
            strictCount: 1,
            resolve: { try extended("ARRAY_PREPEND", $0) },
            value: { .array([$0[1]] + elements($0[0])) }
        ),
        rowFunction(
            "ARRAY_CONTAINS",
            signature: "ARRAY_CONTAINS(array, element)",
            summary: "Whether the element is in the array.",
            example: ("ARRAY_CONTAINS(ARRAY[1, 2], 2)", "TRUE"),
            strictCount: 1,
            resolve: { arguments in
                let types = try searched("ARRAY_CONTAINS", arguments)
                return ResolvedSignature(types, DataType(.boolean, nullable: types[0].isNullable))
            },
            value: { .boolean(elements($0[0]).contains($0[1])) }
        ),
        rowFunction(
            "ARRAY_POSITION",
            signature: "ARRAY_POSITION(array, element)",
            summary: "The position (from 1) of the element in the array; 0 where it is not in it.",
            example: ("ARRAY_POSITION(ARRAY[3, 1], 1)", "2"),
            resolve: { arguments in
                let types = try searched("ARRAY_POSITION", arguments)
                return ResolvedSignature(types, ResultRule.strict(.int).type(types))
            },
            value: { row in .integer(Int64((elements(row[0]).firstIndex(of: row[1]) ?? -1) + 1)) }
        ),
        rowFunction(
            "ARRAY_REMOVE",
            signature: "ARRAY_REMOVE(array, element)",
            summary: "The array without the element.",
            example: ("ARRAY_REMOVE(ARRAY[1, 2, 1], 1)", "[2]"),
            strictCount: 1,
            resolve: { arguments in
                let types = try searched("ARRAY_REMOVE", arguments)
                return ResolvedSignature(types, types[0])
            },
            value: { row in .array(elements(row[0]).filter { $0 != row[1] }) }
        ),
        rowFunction(
            "ARRAY_JOIN",
            signature: "ARRAY_JOIN(array, delimiter [, replacement])",
            summary: "The strings of the array with the delimiter between them; NULLs are replaced or left out.",
            example: ("ARRAY_JOIN(ARRAY['a', 'b'], '-')", "a-b"),
            resolve: { arguments in
                let texts = ArgumentRule("an ARRAY of strings") { type in
                    if case .array(let element) = type.logical, element.logical.isText { return type }
                    return nil
                }
                let types = try ArgumentList([texts, .textOrNull, .textOrNull], optionalCount: 1)
                    .types("ARRAY_JOIN", arguments)
                return ResolvedSignature(types, ResultRule.strict(.string).type(types))
            },
            value: joined
        ),
        rowFunction(
            "ARRAY_SLICE",
            signature: "ARRAY_SLICE(array, start [, end])",
            summary: "The elements from the position start to the position end (from 1, or negative from the end).",
            example: ("ARRAY_SLICE(ARRAY[1, 2, 3], 2)", "[2, 3]"),
            resolve: { arguments in
                _ = try element("ARRAY_SLICE", arguments)
                let index = ArgumentRule.int.orNull(.int)
                let types = try ArgumentList([.any, index, index], optionalCount: 1).types("ARRAY_SLICE", arguments)
                return ResolvedSignature(types, ResultRule.asFirst.type(types))
            },
            value: sliced
        ),
    ]

    private static func searched(_ name: String, _ arguments: [ArgumentInfo]) throws -> [DataType] {
        let types = try ArgumentList([.any, .any]).types(name, arguments)
        let element = try element(name, arguments)
        return [types[0], try needle(name, element, arguments[1], at: 1)]
    }

    private static func extended(_ name: String, _ arguments: [ArgumentInfo]) throws -> ResolvedSignature {
        let types = try searched(name, arguments)
        let element = try element(name, arguments)
        let widened = element.nullable(element.isNullable || types[1].isNullable)
        let isNullable = types[0].isNullable || types[1].isNullable
        return ResolvedSignature(types, DataType(.array(widened), nullable: isNullable))
    }

    @Sendable
    private static func joined(_ row: [Value]) -> Value {
        guard case .bytes(let delimiter) = row[1] else { return .null }
        var joined: [UInt8] = []
        var isFirst = true
        for element in elements(row[0]) {
            let shown = element.isNull && row.count == 3 ? row[2] : element
            guard case .bytes(let bytes) = shown else { continue }
            if !isFirst { joined += delimiter }
            joined += bytes
            isFirst = false
        }
        return .bytes(joined)
    }

    @Sendable
    private static func sliced(_ row: [Value]) -> Value {
        let elements = elements(row[0])
        // A position in front of the first element counts as the first.
        func place(_ index: Int) -> Int {
            let position = Int(row[index].integerValue ?? 0)
            return max(0, position < 0 ? elements.count + position : position - 1)
        }
        let start = place(1)
        let end = row.count == 3 ? min(place(2), elements.count - 1) : elements.count - 1
        return .array(start <= end ? Array(elements[start...end]) : [])
    }
}
