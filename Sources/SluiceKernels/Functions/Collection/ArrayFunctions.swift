import SluiceColumns

extension CollectionFunctions {
    /// Looking into arrays, cutting and extending them.
    static let arrayFunctions: [ScalarFunction] = [
        ScalarFunction(
            listOf: "ARRAY_APPEND",
            signature: "ARRAY_APPEND(array, element)",
            summary: "The array with the element at its end.",
            example: ("ARRAY_APPEND(ARRAY[1], 2)", "[1, 2]"),
            arrayCount: 1,
            strictCount: 1,
            resolve: { try extended("ARRAY_APPEND", $0) },
            rows: { _, pool, rowCount, result in
                for row in 0..<rowCount {
                    if result.isPresent(row) {
                        result.append(pool.range(0, row))
                        result.append(pool.slot(1, row))
                    }
                    result.endRow(row)
                }
            }
        ),
        ScalarFunction(
            listOf: "ARRAY_PREPEND",
            signature: "ARRAY_PREPEND(array, element)",
            summary: "The array with the element in front.",
            example: ("ARRAY_PREPEND(ARRAY[2], 1)", "[1, 2]"),
            arrayCount: 1,
            strictCount: 1,
            resolve: { try extended("ARRAY_PREPEND", $0) },
            rows: { _, pool, rowCount, result in
                for row in 0..<rowCount {
                    if result.isPresent(row) {
                        result.append(pool.slot(1, row))
                        result.append(pool.range(0, row))
                    }
                    result.endRow(row)
                }
            }
        ),
        ScalarFunction(
            elementsOf: "ARRAY_CONTAINS",
            signature: "ARRAY_CONTAINS(array, element)",
            summary: "Whether the element is in the array.",
            example: ("ARRAY_CONTAINS(ARRAY[1, 2], 2)", "TRUE"),
            arrayCount: 1,
            strictCount: 1,
            resolve: { arguments in
                let types = try searched("ARRAY_CONTAINS", arguments)
                return ResolvedSignature(types, DataType(.boolean, nullable: types[0].isNullable))
            },
            rows: { call, arguments, pool, rowCount in
                var result = LaneResult<UInt8>([arguments[0]], rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    result.set(row, place(in: pool, row) == nil ? 0 : 1)
                }
                return try result.finish(call.type)
            }
        ),
        ScalarFunction(
            elementsOf: "ARRAY_POSITION",
            signature: "ARRAY_POSITION(array, element)",
            summary: "The position (from 1) of the element in the array; 0 where it is not in it.",
            example: ("ARRAY_POSITION(ARRAY[3, 1], 1)", "2"),
            arrayCount: 1,
            resolve: { arguments in
                let types = try searched("ARRAY_POSITION", arguments)
                return ResolvedSignature(types, ResultRule.strict(.int).type(types))
            },
            rows: { call, arguments, pool, rowCount in
                var result = LaneResult<Int32>(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    result.set(row, Int32(truncatingIfNeeded: (place(in: pool, row) ?? -1) + 1))
                }
                return try result.finish(call.type)
            }
        ),
        ScalarFunction(
            listOf: "ARRAY_REMOVE",
            signature: "ARRAY_REMOVE(array, element)",
            summary: "The array without the element.",
            example: ("ARRAY_REMOVE(ARRAY[1, 2, 1], 1)", "[2]"),
            arrayCount: 1,
            strictCount: 1,
            resolve: { arguments in
                let types = try searched("ARRAY_REMOVE", arguments)
                return ResolvedSignature(types, types[0])
            },
            rows: { _, pool, rowCount, result in
                for row in 0..<rowCount {
                    if result.isPresent(row) {
                        let removed = pool.slot(1, row)
                        for slot in pool.range(0, row) where !pool.comparer.areEqual(slot, removed) {
                            result.append(slot)
                        }
                    }
                    result.endRow(row)
                }
            }
        ),
        ScalarFunction(
            elementsOf: "ARRAY_JOIN",
            signature: "ARRAY_JOIN(array, delimiter [, replacement])",
            summary: "The strings of the array with the delimiter between them; NULLs are replaced or left out.",
            example: ("ARRAY_JOIN(ARRAY['a', 'b'], '-')", "a-b"),
            pooledCount: 1,
            resolve: { arguments in
                let texts = ArgumentRule("an ARRAY of strings") { type in
                    if case .array(let element) = type.logical, element.logical.isText { return type }
                    return nil
                }
                let types = try ArgumentList([texts, .textOrNull, .textOrNull], optionalCount: 1)
                    .types("ARRAY_JOIN", arguments)
                return ResolvedSignature(types, ResultRule.strict(.string).type(types))
            },
            rows: joined
        ),
        ScalarFunction(
            listOf: "ARRAY_SLICE",
            signature: "ARRAY_SLICE(array, start [, end])",
            summary: "The elements from the position start to the position end (from 1, or negative from the end).",
            example: ("ARRAY_SLICE(ARRAY[1, 2, 3], 2)", "[2, 3]"),
            pooledCount: 1,
            resolve: { arguments in
                _ = try element("ARRAY_SLICE", arguments)
                let index = ArgumentRule.int.orNull(.int)
                let types = try ArgumentList([.any, index, index], optionalCount: 1).types("ARRAY_SLICE", arguments)
                return ResolvedSignature(types, ResultRule.asFirst.type(types))
            },
            rows: sliced
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

    /// The place (from 0) of the needle, which is argument 1, among the elements of row `row`.
    private static func place(in pool: ElementPool, _ row: Int) -> Int? {
        let range = pool.range(0, row)
        let needle = pool.slot(1, row)
        for slot in range where pool.comparer.areEqual(slot, needle) { return slot - range.lowerBound }
        return nil
    }

    @Sendable
    private static func joined(
        _ call: ResolvedCall,
        _ arguments: [Column],
        _ pool: ElementPool,
        _ rowCount: Int
    ) throws -> Column {
        let columns = [pool.elements]
        let texts = columns.strings(0)
        let delimiters = arguments.text(1)
        let replacements = arguments.text(arguments.count - 1)
        let replacesNulls = arguments.count == 3
        var result = TextResult(arguments, rowCount: rowCount)
        for row in 0..<rowCount where result.isPresent(row) {
            var isFirst = true
            for slot in pool.range(0, row) {
                let isNull = pool.comparer.isNull(slot)
                if isNull && !replacesNulls { continue }
                if !isFirst { result.buffer.append(delimiters[row]) }
                result.buffer.append(isNull ? replacements[row] : texts[slot])
                isFirst = false
            }
            result.setFromBuffer(row)
        }
        return try result.finish(call.type)
    }

    @Sendable
    private static func sliced(
        _ arguments: [Column],
        _ pool: ElementPool,
        _ rowCount: Int,
        _ result: inout ListRows
    ) throws {
        let starts = arguments.lane(1, of: Int32.self)
        let ends = arguments.lane(arguments.count - 1, of: Int32.self)
        let hasEnd = arguments.count == 3
        for row in 0..<rowCount {
            if result.isPresent(row) {
                let range = pool.range(0, row)
                let start = place(Int(starts[row]), of: range.count)
                let last = range.count - 1
                let end = hasEnd ? min(place(Int(ends[row]), of: range.count), last) : last
                if start <= end { result.append(range.lowerBound + start..<range.lowerBound + end + 1) }
            }
            result.endRow(row)
        }
    }

    /// The place (from 0) of a position from 1, or negative from the end; one in front of the first element counts as
    /// the first.
    private static func place(_ position: Int, of count: Int) -> Int {
        max(0, position < 0 ? count + position : position - 1)
    }
}
