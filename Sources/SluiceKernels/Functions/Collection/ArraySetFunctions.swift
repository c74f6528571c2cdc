import SluiceColumns

extension CollectionFunctions {
    static let arraySetFunctions: [ScalarFunction] = [
        combined(
            "ARRAY_CONCAT",
            "The arrays one after the other.",
            ("ARRAY_CONCAT(ARRAY[1], ARRAY[2])", "[1, 2]"),
            counts: 1...Int.max
        ) { row in .array(row.flatMap { elements($0) }) },
        combined(
            "ARRAY_UNION",
            "The elements of both arrays, each once.",
            ("ARRAY_UNION(ARRAY[1], ARRAY[1, 2])", "[1, 2]"),
            counts: 2...2
        ) { row in .array(distinct(elements(row[0]) + elements(row[1]))) },
        combined(
            "ARRAY_EXCEPT",
            "The elements of the first array that are not in the second, each once.",
            ("ARRAY_EXCEPT(ARRAY[1, 2], ARRAY[2])", "[1]"),
            counts: 2...2
        ) { row in
            let others = Set(elements(row[1]))
            return .array(distinct(elements(row[0])).filter { !others.contains($0) })
        },
        combined(
            "ARRAY_INTERSECT",
            "The elements of the first array that are in the second, each once.",
            ("ARRAY_INTERSECT(ARRAY[1, 2], ARRAY[2, 3])", "[2]"),
            counts: 2...2
        ) { row in
            let others = Set(elements(row[1]))
            return .array(distinct(elements(row[0])).filter { others.contains($0) })
        },
        compared(
            "ARRAY_HAS_ANY",
            "Whether an element of the second array is in the first; a NULL counts as an element.",
            ("ARRAY_HAS_ANY(ARRAY[1, 2], ARRAY[2, 3])", "TRUE")
        ) { known, asked in asked.contains { known.contains($0) } },
        compared(
            "ARRAY_HAS_ALL",
            "Whether all elements of the second array are in the first; a NULL counts as an element.",
            ("ARRAY_HAS_ALL(ARRAY[1, 2], ARRAY[2, 3])", "FALSE")
        ) { known, asked in asked.allSatisfy { known.contains($0) } },
        rowFunction(
            "ARRAY_DISTINCT",
            signature: "ARRAY_DISTINCT(array)",
            summary: "The elements of the array, each once.",
            example: ("ARRAY_DISTINCT(ARRAY[1, 2, 1])", "[1, 2]"),
            resolve: { try unary("ARRAY_DISTINCT", $0) },
            value: { .array(distinct(elements($0[0]))) }
        ),
        rowFunction(
            "ARRAY_REVERSE",
            signature: "ARRAY_REVERSE(array)",
            summary: "The elements of the array in reverse order.",
            example: ("ARRAY_REVERSE(ARRAY[1, 2])", "[2, 1]"),
            resolve: { try unary("ARRAY_REVERSE", $0) },
            value: { .array(elements($0[0]).reversed()) }
        ),
    ]

    /// The signature of a function from an array to one of the same type.
    private static func unary(_ name: String, _ arguments: [ArgumentInfo]) throws -> ResolvedSignature {
        let types = try ArgumentList([.any]).types(name, arguments)
        _ = try element(name, arguments)
        return ResolvedSignature(types, types[0])
    }

    private static func combined(
        _ name: String,
        _ summary: String,
        _ example: (String, String),
        counts: ClosedRange<Int>,
        _ value: @escaping RowFunction
    ) -> ScalarFunction {
        rowFunction(
            name,
            signature: "\(name)(array1, array2\(counts.upperBound > 2 ? ", ..." : ""))",
            summary: summary,
            example: example,
            resolve: { arguments in
                let (types, common) = try commonArrays(name, arguments, counts)
                return ResolvedSignature(types, ResultRule.strict(.array(common)).type(types))
            },
            value: value
        )
    }

    /// A test of the elements of one array against those of another; not in Flink.
    private static func compared(
        _ name: String,
        _ summary: String,
        _ example: (String, String),
        _ holds: @escaping @Sendable (_ known: Set<Value>, _ asked: [Value]) -> Bool
    ) -> ScalarFunction {
        rowFunction(
            name,
            signature: "\(name)(array1, array2)",
            summary: summary + " Not in Flink.",
            example: example,
            resolve: { arguments in
                let (types, _) = try commonArrays(name, arguments, 2...2)
                return ResolvedSignature(types, ResultRule.strict(.boolean).type(types))
            },
            value: { .boolean(holds(Set(elements($0[0])), elements($0[1]))) }
        )
    }

    /// The types of arrays whose elements get one type, and that type.
    private static func commonArrays(
        _ name: String,
        _ arguments: [ArgumentInfo],
        _ counts: ClosedRange<Int>
    ) throws -> (types: [DataType], element: DataType) {
        guard counts.contains(arguments.count) else {
            throw FunctionError("\(name) takes \(counts.lowerBound) arrays, not \(arguments.count)")
        }
        let elements = try arguments.indices.map { try element(name, arguments, at: $0) }
        guard let common = CommonType.leastRestrictive(elements) else {
            throw FunctionError("\(name) needs arrays with elements of one type", argument: 1)
        }
        return (arguments.map { DataType(.array(common), nullable: $0.type.isNullable) }, common)
    }

    /// The first of each of the equal values.
    private static func distinct(_ values: [Value]) -> [Value] {
        var seen: Set<Value> = []
        return values.filter { seen.insert($0).inserted }
    }
}
