import SluiceColumns

extension CollectionFunctions {
    static let arrayOrderFunctions: [ScalarFunction] = [
        rowFunction(
            "ARRAY_SORT",
            signature: "ARRAY_SORT(array [, ascending [, nullsFirst]])",
            summary: "The elements in order; NULLs come first when ascending, else last, unless said otherwise.",
            example: ("ARRAY_SORT(ARRAY[2, 1])", "[1, 2]"),
            resolve: { arguments in
                _ = try ordered("ARRAY_SORT", arguments)
                let flag = ArgumentRule.boolean.orNull(.boolean)
                let types = try ArgumentList([.any, flag, flag], optionalCount: 2).types("ARRAY_SORT", arguments)
                return ResolvedSignature(types, ResultRule.asFirst.type(types))
            },
            value: { row in
                let isAscending = row.count < 2 || row[1] == .boolean(true)
                let isNullsFirst = row.count < 3 ? isAscending : row[2] == .boolean(true)
                let present = elements(row[0]).filter { !$0.isNull }.sorted { precedes($0, $1) }
                let nulls = [Value](repeating: .null, count: elements(row[0]).count - present.count)
                let sorted = isAscending ? present : present.reversed()
                return .array(isNullsFirst ? nulls + sorted : sorted + nulls)
            }
        ),
        extreme("ARRAY_MAX", "The greatest element; NULLs are passed over.", ("ARRAY_MAX(ARRAY[1, 2])", "2")) {
            isLess($0, $1)
        },
        extreme("ARRAY_MIN", "The least element; NULLs are passed over.", ("ARRAY_MIN(ARRAY[1, 2])", "1")) {
            isLess($1, $0)
        },
    ]

    private static func ordered(_ name: String, _ arguments: [ArgumentInfo]) throws -> DataType {
        let element = try element(name, arguments)
        switch element.logical {
        case .boolean, .array, .map, .multiset, .row, .structured, .raw, .variant, .bitmap, .null:
            throw FunctionError.refused(name, 0, "an ARRAY of values that have an order", arguments[0].type)
        default: return element
        }
    }

    private static func extreme(
        _ name: String,
        _ summary: String,
        _ example: (String, String),
        _ isBetter: @escaping @Sendable (_ old: Value, _ new: Value) -> Bool
    ) -> ScalarFunction {
        rowFunction(
            name,
            signature: "\(name)(array)",
            summary: summary,
            example: example,
            resolve: { arguments in
                let types = try ArgumentList([.any]).types(name, arguments)
                return ResolvedSignature(types, try ordered(name, arguments).nullable(true))
            },
            value: { row in
                var best = Value.null
                for element in elements(row[0]) where !element.isNull {
                    if best.isNull || isBetter(best, element) { best = element }
                }
                return best
            }
        )
    }

    /// As the operators of Java see it: NaN is neither more nor less, so that a first NaN stays and a later one is
    /// passed over.
    @Sendable
    private static func isLess(_ lhs: Value, _ rhs: Value) -> Bool {
        switch (lhs, rhs) {
        case (.float(let left), .float(let right)): left < right
        case (.double(let left), .double(let right)): left < right
        default: precedes(lhs, rhs)
        }
    }

    /// Whether a value comes before another of its type; NaN comes after all numbers.
    @Sendable
    static func precedes(_ lhs: Value, _ rhs: Value) -> Bool {
        switch (lhs, rhs) {
        case (.integer(let left), .integer(let right)): left < right
        case (.wide(let left), .wide(let right)): left < right
        case (.float(let left), .float(let right)): left < right || (right.isNaN && !left.isNaN)
        case (.double(let left), .double(let right)): left < right || (right.isNaN && !left.isNaN)
        case (.bytes(let left), .bytes(let right)): left.lexicographicallyPrecedes(right)
        default: false
        }
    }
}
