import SluiceColumns

/// ARRAY, MAP and ROW made of values.
package enum ConstructorFunctions {
    /// Every descriptor of the family.
    package static let all = [array, map, row]

    /// `ARRAY[a, b, ...]`.
    package static let array = ScalarFunction(
        "ARRAY",
        category: "collection",
        signature: "ARRAY '[' value1 [, value2]* ']'",
        summary: "An array of values of one type.",
        example: ("ARRAY[1, 2]", "[1, 2]"),
        resolve: { arguments in
            let element = try element("ARRAY", arguments.map(\.type))
            return ResolvedSignature(arguments.map { element.nullable($0.type.isNullable) }, .notNull(.array(element)))
        },
        makeKernel: { call in { arrays($0, $1, call.type) } }
    )

    /// `MAP[k1, v1, ...]`.
    package static let map = ScalarFunction(
        "MAP",
        category: "collection",
        signature: "MAP '[' key1, value1 [, key2, value2]* ']'",
        summary: "A map of keys and values; the last value of a repeated key stays.",
        example: ("MAP['a', 1]", "{a=1}"),
        resolve: { arguments in
            guard arguments.count % 2 == 0 else { throw FunctionError("MAP takes an even number of arguments") }
            let types = arguments.map(\.type)
            let key = try element("MAP", types.indices.filter { $0 % 2 == 0 }.map { types[$0] })
            let value = try element("MAP", types.indices.filter { $0 % 2 == 1 }.map { types[$0] })
            return ResolvedSignature(
                types.indices.map { ($0 % 2 == 0 ? key : value).nullable(types[$0].isNullable) },
                .notNull(.map(key, value))
            )
        },
        makeKernel: { call in { try maps($0, $1, call.type) } }
    )

    /// `ROW(a, b, ...)` or `(a, b, ...)`.
    package static let row = ScalarFunction(
        "ROW",
        category: "collection",
        signature: "ROW(value1 [, value2]*)",
        summary: "A row of unnamed fields.",
        example: ("ROW(1, 'a')", "(1, a)"),
        resolve: { arguments in
            guard !arguments.isEmpty else { throw FunctionError("ROW takes at least one value") }
            let fields = arguments.enumerated().map {
                RowField("EXPR$\($0.offset)", $0.element.type.withoutTimeAttribute)
            }
            return ResolvedSignature(arguments.map(\.type), .notNull(.row(fields)))
        },
        makeKernel: { call in { rows($0, $1, call.type) } }
    )

    private static func element(_ name: String, _ types: [DataType]) throws -> DataType {
        guard !types.isEmpty else { throw FunctionError("\(name) needs at least one argument") }
        guard let common = CommonType.leastRestrictive(types.map(\.withoutTimeAttribute)) else {
            throw FunctionError("the values of \(name) have no common type", hint: "write a CAST")
        }
        if common.logical == .null {
            throw FunctionError("\(name) of nothing but NULL has no type", hint: "write CAST(NULL AS ...)")
        }
        return common
    }

    private static func arrays(_ arguments: [Column], _ rowCount: Int, _ type: DataType) -> Column {
        let (columns, slotCount, isConstant) = slots(arguments, rowCount)
        return Column(
            type: type,
            count: rowCount,
            values: offsets(slotCount, columns.count),
            children: [interleaved(columns, slotCount, type.logical.childTypes[0])],
            isConstant: isConstant
        )
    }

    private static func maps(_ arguments: [Column], _ rowCount: Int, _ type: DataType) throws -> Column {
        let (columns, slotCount, isConstant) = slots(arguments, rowCount)
        let keys = columns.indices.filter { $0 % 2 == 0 }.map { columns[$0] }
        let values = columns.indices.filter { $0 % 2 == 1 }.map { columns[$0] }
        let types = type.logical.childTypes
        let result = Column(
            type: type,
            count: rowCount,
            values: offsets(slotCount, keys.count),
            children: [interleaved(keys, slotCount, types[0]), interleaved(values, slotCount, types[1])],
            isConstant: isConstant
        )
        return keys.count > 1 ? try MapKeys.withoutRepeats(result) : result
    }

    /// Rows of the given columns as fields.
    static func rows(_ arguments: [Column], _ rowCount: Int, _ type: DataType) -> Column {
        let (columns, _, isConstant) = slots(arguments, rowCount)
        let children = zip(columns, type.logical.childTypes).map { $0.retyped($1) }
        return Column(type: type, count: rowCount, values: nil, children: children, isConstant: isConstant)
    }

    /// The arguments with a slot per row, or one slot each where all are constant.
    private static func slots(_ arguments: [Column], _ rowCount: Int) -> ([Column], Int, Bool) {
        if arguments.allSatisfy(\.isConstant) {
            return (arguments.map { Column.of([$0.value(0)], $0.type) }, 1, true)
        }
        return (arguments.map { $0.flattened() }, rowCount, false)
    }

    private static func offsets(_ slotCount: Int, _ width: Int) -> RawBuffer {
        var lane = MutableLane<Int32>(count: slotCount + 1)
        do {
            var target = lane.span
            for slot in 0...slotCount { target[slot] = Int32(truncatingIfNeeded: slot * width) }
        }
        return lane.finish()
    }

    /// Slot 0 of every column, slot 1 of every column, ...
    private static func interleaved(_ columns: [Column], _ slotCount: Int, _ type: DataType) -> Column {
        if columns.count == 1 { return columns[0].retyped(type) }
        let joined = Column.concatenated(columns.map { $0.retyped(type) })
        var lane = MutableLane<Int32>(count: slotCount * columns.count)
        do {
            var target = lane.span
            for slot in 0..<slotCount {
                for column in 0..<columns.count {
                    target[slot * columns.count + column] = Int32(truncatingIfNeeded: column * slotCount + slot)
                }
            }
        }
        return joined.gathered(SelectionVector(lane, count: slotCount * columns.count))
    }
}

/// Keeps maps free of repeated keys.
enum MapKeys {
    /// The same maps with only the last entry of each key, at the place of the first.
    static func withoutRepeats(_ column: Column) throws -> Column {
        let pool = ElementPool([column])
        var rows = MapRows([], rowCount: column.slotCount)
        for slot in 0..<column.slotCount {
            let entries = pool.range(0, slot)
            rows.merge(entries, entries, pool.comparer)
            rows.endRow(slot)
        }
        if rows.entryCount == pool.elements.count { return column }
        let result = try rows.finish(pool.elements, column.children[1], column.type)
        return column.isConstant ? result.asConstant(count: column.count) : result
    }
}
