import SluiceColumns

extension CollectionFunctions {
    static let mapFunctions: [ScalarFunction] = [
        mapPart("MAP_KEYS", "The keys of the map.", ("MAP_KEYS(MAP['a', 1])", "[a]")) { key, _ in key },
        mapPart("MAP_VALUES", "The values of the map.", ("MAP_VALUES(MAP['a', 1])", "[1]")) { _, value in value },
        mapPart("MAP_ENTRIES", "The entries of the map as rows.", ("MAP_ENTRIES(MAP['a', 1])", "[(a, 1)]")) {
            DataType(.row([RowField("key", $0), RowField("value", $1)]))
        },
        ScalarFunction(
            "MAP_FROM_ARRAYS",
            category: "collection",
            signature: "MAP_FROM_ARRAYS(keys, values)",
            summary: "A map of two arrays of one length; a key that is there twice stays there twice, as in Flink.",
            example: (expression: "MAP_FROM_ARRAYS(ARRAY['k'], ARRAY[1])", result: "{k=1}"),
            resolve: { arguments in
                let types = try ArgumentList([.any, .any]).types("MAP_FROM_ARRAYS", arguments)
                let key = try element("MAP_FROM_ARRAYS", arguments)
                let value = try element("MAP_FROM_ARRAYS", arguments, at: 1)
                return ResolvedSignature(types, ResultRule.strict(.map(key, value)).type(types))
            },
            makeKernel: { call in
                StrictKernel.make(call) { arguments, rowCount in
                    let (keys, values) = (ElementPool([arguments[0]]), ElementPool([arguments[1]]))
                    var result = MapRows(arguments, rowCount: rowCount)
                    for row in 0..<rowCount {
                        if result.isPresent(row) {
                            let (keySlots, valueSlots) = (keys.range(0, row), values.range(0, row))
                            guard keySlots.count == valueSlots.count else {
                                throw EvaluationError(
                                    "invalidArgument",
                                    "MAP_FROM_ARRAYS got \(keySlots.count) keys and \(valueSlots.count) values"
                                )
                            }
                            result.append(keySlots, valueSlots)
                        }
                        result.endRow(row)
                    }
                    return try result.finish(keys.elements, values.elements, call.type)
                }
            }
        ),
        ScalarFunction(
            "MAP_UNION",
            category: "collection",
            signature: "MAP_UNION(map1, ...)",
            summary: "The entries of all maps; of equal keys the last counts.",
            example: (expression: "MAP_UNION(MAP['a', 1], MAP['a', 2])", result: "{a=2}"),
            resolve: { arguments in
                guard !arguments.isEmpty else { throw FunctionError("MAP_UNION takes at least 1 argument, not 0") }
                let parts = try arguments.indices.map { try entry("MAP_UNION", arguments, at: $0) }
                guard let key = CommonType.ofArguments(parts.map(\.key)),
                    let value = CommonType.ofArguments(parts.map(\.value))
                else { throw FunctionError("MAP_UNION needs maps of one type") }
                let types = arguments.map { DataType(.map(key, value), nullable: $0.type.isNullable) }
                return ResolvedSignature(types, ResultRule.strict(.map(key, value)).type(types))
            },
            makeKernel: { call in
                StrictKernel.make(call) { arguments, rowCount in
                    // Keys and values of an entry have the same slot, as the maps share their offsets.
                    let keys = ElementPool(arguments)
                    let values = Column.concatenated(arguments.map { $0.children[1] })
                    var result = MapRows(arguments, rowCount: rowCount)
                    for row in 0..<rowCount {
                        if result.isPresent(row) {
                            // The last map comes first and as it is, as in Flink.
                            let last = keys.range(arguments.count - 1, row)
                            result.addAll(last, last, keys.comparer)
                            for argument in arguments.indices.dropLast().reversed() {
                                let slots = keys.range(argument, row)
                                result.addMissing(slots, slots, keys.comparer)
                            }
                        }
                        result.endRow(row)
                    }
                    return try result.finish(keys.elements, values, call.type)
                }
            }
        ),
    ]

    private static func entry(
        _ name: String,
        _ arguments: [ArgumentInfo],
        at index: Int
    ) throws -> (key: DataType, value: DataType) {
        guard case .map(let key, let value) = arguments[index].type.logical else {
            throw FunctionError.refused(name, index, "a MAP", arguments[index].type)
        }
        return (key, value)
    }

    /// The array shares the offsets and the children of the map.
    private static func mapPart(
        _ name: String,
        _ summary: String,
        _ example: (String, String),
        _ element: @escaping @Sendable (_ key: DataType, _ value: DataType) -> DataType
    ) -> ScalarFunction {
        ScalarFunction(
            name,
            category: "collection",
            signature: "\(name)(map)",
            summary: summary,
            example: (expression: example.0, result: example.1),
            resolve: { arguments in
                let types = try ArgumentList([.any]).types(name, arguments)
                let parts = try entry(name, arguments, at: 0)
                let logical = LogicalType.array(element(parts.key, parts.value))
                return ResolvedSignature(types, DataType(logical, nullable: types[0].isNullable))
            },
            makeKernel: { call in
                StrictKernel.make(call) { arguments, rowCount in
                    let map = arguments[0]
                    let child =
                        switch name {
                        case "MAP_KEYS": map.children[0]
                        case "MAP_VALUES": map.children[1]
                        default:
                            Column(
                                type: call.type.logical.childTypes[0],
                                count: map.children[0].count,
                                values: nil,
                                children: map.children
                            )
                        }
                    var lane = MutableLane<Int32>(count: map.slotCount + 1)
                    var slots = lane.span
                    let offsets = map.offsets
                    for slot in 0...map.slotCount { slots[slot] = offsets[slot] }
                    return Column(
                        type: call.type,
                        count: rowCount,
                        values: lane.finish(),
                        validity: map.validity,
                        children: [child],
                        isConstant: map.isConstant
                    )
                }
            }
        )
    }
}
