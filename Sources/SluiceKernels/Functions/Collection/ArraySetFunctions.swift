import SluiceColumns

extension CollectionFunctions {
    static let arraySetFunctions: [ScalarFunction] = [
        combined(
            "ARRAY_CONCAT",
            "The arrays one after the other.",
            ("ARRAY_CONCAT(ARRAY[1], ARRAY[2])", "[1, 2]"),
            counts: 1...Int.max
        ) { arguments, pool, rowCount, result in
            for row in 0..<rowCount {
                if result.isPresent(row) {
                    for argument in arguments.indices { result.append(pool.range(argument, row)) }
                }
                result.endRow(row)
            }
        },
        combined(
            "ARRAY_UNION",
            "The elements of both arrays, each once.",
            ("ARRAY_UNION(ARRAY[1], ARRAY[1, 2])", "[1, 2]"),
            counts: 2...2
        ) { _, pool, rowCount, result in
            var kept = DistinctSlots()
            for row in 0..<rowCount {
                if result.isPresent(row) {
                    kept.removeAll()
                    for slot in pool.range(0, row) where kept.insert(slot, pool.comparer) { result.append(slot) }
                    for slot in pool.range(1, row) where kept.insert(slot, pool.comparer) { result.append(slot) }
                }
                result.endRow(row)
            }
        },
        combined(
            "ARRAY_EXCEPT",
            "The elements of the first array that are not in the second, each once.",
            ("ARRAY_EXCEPT(ARRAY[1, 2], ARRAY[2])", "[1]"),
            counts: 2...2
        ) { _, pool, rowCount, result in
            selectFirst(pool, rowCount, &result) { $0 == nil }
        },
        combined(
            "ARRAY_INTERSECT",
            "The elements of the first array that are in the second, each once.",
            ("ARRAY_INTERSECT(ARRAY[1, 2], ARRAY[2, 3])", "[2]"),
            counts: 2...2
        ) { _, pool, rowCount, result in
            selectFirst(pool, rowCount, &result) { $0 != nil }
        },
        compared(
            "ARRAY_HAS_ANY",
            "Whether an element of the second array is in the first; a NULL counts as an element.",
            ("ARRAY_HAS_ANY(ARRAY[1, 2], ARRAY[2, 3])", "TRUE"),
            decidesWhereFound: true
        ),
        compared(
            "ARRAY_HAS_ALL",
            "Whether all elements of the second array are in the first; a NULL counts as an element.",
            ("ARRAY_HAS_ALL(ARRAY[1, 2], ARRAY[2, 3])", "FALSE"),
            decidesWhereFound: false
        ),
        ScalarFunction(
            listOf: "ARRAY_DISTINCT",
            signature: "ARRAY_DISTINCT(array)",
            summary: "The elements of the array, each once.",
            example: ("ARRAY_DISTINCT(ARRAY[1, 2, 1])", "[1, 2]"),
            resolve: { try unary("ARRAY_DISTINCT", $0) },
            rows: { _, pool, rowCount, result in
                var kept = DistinctSlots()
                for row in 0..<rowCount {
                    if result.isPresent(row) {
                        kept.removeAll()
                        for slot in pool.range(0, row) where kept.insert(slot, pool.comparer) { result.append(slot) }
                    }
                    result.endRow(row)
                }
            }
        ),
        ScalarFunction(
            listOf: "ARRAY_REVERSE",
            signature: "ARRAY_REVERSE(array)",
            summary: "The elements of the array in reverse order.",
            example: ("ARRAY_REVERSE(ARRAY[1, 2])", "[2, 1]"),
            resolve: { try unary("ARRAY_REVERSE", $0) },
            rows: { _, pool, rowCount, result in
                for row in 0..<rowCount {
                    if result.isPresent(row) { for slot in pool.range(0, row).reversed() { result.append(slot) } }
                    result.endRow(row)
                }
            }
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
        _ rows:
            @escaping @Sendable (
                _ arguments: [Column], _ pool: ElementPool, _ rowCount: Int, _ result: inout ListRows
            ) throws -> Void
    ) -> ScalarFunction {
        ScalarFunction(
            listOf: name,
            signature: "\(name)(array1, array2\(counts.upperBound > 2 ? ", ..." : ""))",
            summary: summary,
            example: example,
            resolve: { arguments in
                let (types, common) = try commonArrays(name, arguments, counts)
                return ResolvedSignature(types, ResultRule.strict(.array(common)).type(types))
            },
            rows: rows
        )
    }

    /// A test of the elements of one array against those of another; not in Flink.
    ///
    /// - Parameter decidesWhereFound: whether it is TRUE as soon as one of the second array is found in the first;
    ///   otherwise it is FALSE as soon as one is not.
    private static func compared(
        _ name: String,
        _ summary: String,
        _ example: (String, String),
        decidesWhereFound: Bool
    ) -> ScalarFunction {
        ScalarFunction(
            elementsOf: name,
            signature: "\(name)(array1, array2)",
            summary: summary + " Not in Flink.",
            example: example,
            resolve: { arguments in
                let (types, _) = try commonArrays(name, arguments, 2...2)
                return ResolvedSignature(types, ResultRule.strict(.boolean).type(types))
            },
            rows: { call, arguments, pool, rowCount in
                var known = DistinctSlots()
                var result = LaneResult<UInt8>(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    known.removeAll()
                    for slot in pool.range(0, row) { known.insert(slot, pool.comparer) }
                    var isDecided = false
                    for slot in pool.range(1, row) where !isDecided {
                        isDecided = (known.place(of: slot, pool.comparer) != nil) == decidesWhereFound
                    }
                    result.set(row, isDecided == decidesWhereFound ? 1 : 0)
                }
                return try result.finish(call.type)
            }
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
        guard let common = CommonType.ofArguments(elements) else {
            throw FunctionError("\(name) needs arrays with elements of one type", argument: 1)
        }
        return (arguments.map { DataType(.array(common), nullable: $0.type.isNullable) }, common)
    }

    /// Each element of the first array once, if `isKept` holds for its place in the second; nil is in no place.
    private static func selectFirst(
        _ pool: ElementPool,
        _ rowCount: Int,
        _ result: inout ListRows,
        where isKept: (Int?) -> Bool
    ) {
        var kept = DistinctSlots()
        var others = DistinctSlots()
        for row in 0..<rowCount {
            if result.isPresent(row) {
                kept.removeAll()
                others.removeAll()
                for slot in pool.range(1, row) { others.insert(slot, pool.comparer) }
                for slot in pool.range(0, row) where isKept(others.place(of: slot, pool.comparer)) {
                    if kept.insert(slot, pool.comparer) { result.append(slot) }
                }
            }
            result.endRow(row)
        }
    }
}
