import SluiceColumns

/// The functions of arrays and maps, and of internet addresses.
///
/// Their kernels take the values of a row one by one in boxed form: simple rather than fast, except where children are
/// shared (MAP_KEYS, MAP_VALUES, MAP_ENTRIES).
package enum CollectionFunctions {
    /// Every function of the family.
    package static let all: [ScalarFunction] =
        arrayFunctions + arraySetFunctions + arrayOrderFunctions + mapFunctions + mapTextFunctions
        + addressFunctions

    /// A value from the values of the arguments of one row.
    typealias RowFunction = @Sendable (_ arguments: [Value]) throws -> Value

    /// A function that is computed row by row; NULL where the first `strictCount` arguments are (all by default).
    static func rowFunction(
        _ name: String,
        signature: String,
        summary: String,
        example: (String, String),
        strictCount: Int = .max,
        resolve: @escaping @Sendable ([ArgumentInfo]) throws -> ResolvedSignature,
        value: @escaping RowFunction
    ) -> ScalarFunction {
        ScalarFunction(
            name,
            category: "collection",
            signature: signature,
            summary: summary,
            example: (expression: example.0, result: example.1),
            resolve: resolve,
            makeKernel: { call in
                { arguments, rowCount in
                    var values: [Value] = []
                    values.reserveCapacity(rowCount)
                    for row in 0..<rowCount {
                        let row = arguments.map { $0.value(row) }
                        values.append(row.prefix(strictCount).contains(.null) ? .null : try value(row))
                    }
                    return Column.of(values, call.type)
                }
            }
        )
    }

    /// The element type of an array argument.
    static func element(_ name: String, _ arguments: [ArgumentInfo], at index: Int = 0) throws -> DataType {
        guard index < arguments.count else { throw FunctionError("\(name) needs an array") }
        guard case .array(let element) = arguments[index].type.logical else {
            throw FunctionError.refused(name, index, "an ARRAY", arguments[index].type)
        }
        return element
    }

    /// The type of a needle that is looked for among elements: one that casts to theirs unasked.
    static func needle(_ name: String, _ element: DataType, _ argument: ArgumentInfo, at index: Int) throws -> DataType
    {
        let type = argument.type
        let isNullable = type.isNullable || type.logical == .null
        if type.logical == .null || type.logical == element.logical { return element.nullable(isNullable) }
        if castsUnasked(from: type, to: element) {
            return element.nullable(isNullable)
        }
        throw FunctionError.refused(name, index, "of the elements' type \(element.nullable(true))", type)
    }

    /// Whether a function of Flink takes a value of one type for one of the other.
    private static func castsUnasked(from: DataType, to: DataType) -> Bool {
        switch (from.logical, to.logical) {
        case (.date, _): to.logical == .date
        case (.timestamp, .date), (.timestamp, .time): true
        case (let number, .decimal): number.isNumeric
        case (.decimal, .float), (.double, .float): from.logical.isDecimal
        default: CommonType.canImplicitlyCast(from: from, to: to)
        }
    }

    /// The elements of an array value.
    static func elements(_ value: Value) -> [Value] {
        if case .array(let elements) = value { return elements }
        return []
    }
}
