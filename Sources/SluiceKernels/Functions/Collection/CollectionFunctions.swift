import SluiceColumns

/// The functions of arrays and maps, and of internet addresses.
///
/// Their kernels name the elements of a result by their slots (`ElementPool`), so that no element is looked at that is
/// not compared, and those of all rows are gathered at once.
package enum CollectionFunctions {
    /// Every function of the family.
    package static let all: [ScalarFunction] =
        arrayFunctions + arraySetFunctions + arrayOrderFunctions + mapFunctions + mapTextFunctions
        + addressFunctions

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
}
