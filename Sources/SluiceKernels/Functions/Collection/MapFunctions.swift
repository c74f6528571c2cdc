import SluiceColumns

extension CollectionFunctions {
    static let mapFunctions: [ScalarFunction] = [
        mapPart("MAP_KEYS", "The keys of the map.", ("MAP_KEYS(MAP['a', 1])", "[a]")) { key, _ in key },
        mapPart("MAP_VALUES", "The values of the map.", ("MAP_VALUES(MAP['a', 1])", "[1]")) { _, value in value },
        mapPart("MAP_ENTRIES", "The entries of the map as rows.", ("MAP_ENTRIES(MAP['a', 1])", "[(a, 1)]")) {
            DataType(.row([RowField("key", $0), RowField("value", $1)]))
        },
        rowFunction(
            "MAP_FROM_ARRAYS",
            signature: "MAP_FROM_ARRAYS(keys, values)",
            summary: "A map of two arrays of one length.",
            example: ("MAP_FROM_ARRAYS(ARRAY['k'], ARRAY[1])", "{k=1}"),
            resolve: { arguments in
                let types = try ArgumentList([.any, .any]).types("MAP_FROM_ARRAYS", arguments)
                let key = try element("MAP_FROM_ARRAYS", arguments)
                let value = try element("MAP_FROM_ARRAYS", arguments, at: 1)
                return ResolvedSignature(types, ResultRule.strict(.map(key, value)).type(types))
            },
            value: { row in
                let (keys, values) = (elements(row[0]), elements(row[1]))
                guard keys.count == values.count else {
                    throw EvaluationError(
                        "invalidArgument",
                        "MAP_FROM_ARRAYS got \(keys.count) keys and \(values.count) values"
                    )
                }
                return merged([.map(keys: keys, values: values)])
            }
        ),
        rowFunction(
            "MAP_UNION",
            signature: "MAP_UNION(map1, ...)",
            summary: "The entries of all maps; of equal keys the last counts.",
            example: ("MAP_UNION(MAP['a', 1], MAP['a', 2])", "{a=2}"),
            resolve: { arguments in
                guard !arguments.isEmpty else { throw FunctionError("MAP_UNION takes at least 1 argument, not 0") }
                let parts = try arguments.indices.map { try entry("MAP_UNION", arguments, at: $0) }
                guard let key = CommonType.ofArguments(parts.map(\.key)),
                    let value = CommonType.ofArguments(parts.map(\.value))
                else { throw FunctionError("MAP_UNION needs maps of one type") }
                let types = arguments.map { DataType(.map(key, value), nullable: $0.type.isNullable) }
                return ResolvedSignature(types, ResultRule.strict(.map(key, value)).type(types))
            },
            // The last map comes first, as in Flink.
            value: { merged($0.reversed()) }
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

    /// The entries of all maps, those of the first map first; of equal keys in different maps the first counts.
    private static func merged(_ maps: [Value]) -> Value {
        var keys: [Value] = []
        var values: [Value] = []
        var places: [Value: Int] = [:]
        for case .map(let newKeys, let newValues) in maps {
            let known = keys.count
            for (key, value) in zip(newKeys, newValues) {
                if let place = places[key] {
                    if place >= known { values[place] = value }
                } else {
                    places[key] = keys.count
                    keys.append(key)
                    values.append(value)
                }
            }
        }
        return .map(keys: keys, values: values)
    }
}
