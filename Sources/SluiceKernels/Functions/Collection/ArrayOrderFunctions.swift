import SluiceColumns

extension CollectionFunctions {
    static let arrayOrderFunctions: [ScalarFunction] = [
        ScalarFunction(
            listOf: "ARRAY_SORT",
            signature: "ARRAY_SORT(array [, ascending [, nullsFirst]])",
            summary: "The elements in order; NULLs come first when ascending, else last, unless said otherwise.",
            example: ("ARRAY_SORT(ARRAY[2, 1])", "[1, 2]"),
            pooledCount: 1,
            resolve: { arguments in
                _ = try ordered("ARRAY_SORT", arguments)
                let flag = ArgumentRule.boolean.orNull(.boolean)
                let types = try ArgumentList([.any, flag, flag], optionalCount: 2).types("ARRAY_SORT", arguments)
                return ResolvedSignature(types, ResultRule.asFirst.type(types))
            },
            rows: { arguments, pool, rowCount, result in
                let directions = arguments.lane(min(1, arguments.count - 1), of: UInt8.self)
                let places = arguments.lane(arguments.count - 1, of: UInt8.self)
                var sorted: [Int] = []
                for row in 0..<rowCount {
                    if result.isPresent(row) {
                        let isAscending = arguments.count < 2 || directions[row] != 0
                        let isNullsFirst = arguments.count < 3 ? isAscending : places[row] != 0
                        sort(pool.range(0, row), pool.comparer, isAscending: isAscending, &sorted)
                        if isNullsFirst { appendNulls(pool, row, &result) }
                        for slot in sorted { result.append(slot) }
                        if !isNullsFirst { appendNulls(pool, row, &result) }
                    }
                    result.endRow(row)
                }
            }
        ),
        extreme("ARRAY_MAX", "The greatest element; NULLs are passed over.", ("ARRAY_MAX(ARRAY[1, 2])", "2")) {
            $0.isLess($1, $2)
        },
        extreme("ARRAY_MIN", "The least element; NULLs are passed over.", ("ARRAY_MIN(ARRAY[1, 2])", "1")) {
            $0.isLess($2, $1)
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

    /// Up to so many elements are sorted by insertion, which calls nothing but the comparer.
    private static let insertedCountMax = 32

    /// Fills `sorted` with the slots of `range` that are not NULL, in order.
    private static func sort(
        _ range: Range<Int>,
        _ comparer: ElementComparer,
        isAscending: Bool,
        _ sorted: inout [Int]
    ) {
        sorted.removeAll(keepingCapacity: true)
        for slot in range where !comparer.isNull(slot) { sorted.append(slot) }
        if sorted.count > insertedCountMax {
            sorted.sort { comparer.precedes($0, $1) }
        } else {
            for end in 1..<max(1, sorted.count) {
                let slot = sorted[end]
                var place = end
                while place > 0, comparer.precedes(slot, sorted[place - 1]) {
                    sorted[place] = sorted[place - 1]
                    place -= 1
                }
                sorted[place] = slot
            }
        }
        if !isAscending { sorted.reverse() }
    }

    private static func appendNulls(_ pool: ElementPool, _ row: Int, _ result: inout ListRows) {
        for slot in pool.range(0, row) where pool.comparer.isNull(slot) { result.append(slot) }
    }

    private static func extreme(
        _ name: String,
        _ summary: String,
        _ example: (String, String),
        _ isBetter: @escaping @Sendable (_ comparer: ElementComparer, _ old: Int, _ new: Int) -> Bool
    ) -> ScalarFunction {
        ScalarFunction(
            elementsOf: name,
            signature: "\(name)(array)",
            summary: summary,
            example: example,
            resolve: { arguments in
                let types = try ArgumentList([.any]).types(name, arguments)
                return ResolvedSignature(types, try ordered(name, arguments).nullable(true))
            },
            rows: { call, arguments, pool, rowCount in
                var slots = MutableLane<Int32>(count: rowCount, zeroed: true)
                var present = MutableBitmap(count: rowCount, repeating: false)
                for row in 0..<rowCount where !arguments[0].isNull(row) {
                    var best: Int?
                    for slot in pool.range(0, row) where !pool.comparer.isNull(slot) {
                        if best.map({ isBetter(pool.comparer, $0, slot) }) ?? true { best = slot }
                    }
                    guard let best else { continue }
                    var target = slots.span
                    target[row] = Int32(truncatingIfNeeded: best)
                    present.set(row)
                }
                return CollectionAccess.picked(pool.elements, slots, present.finish(), call.type)
            }
        )
    }
}
