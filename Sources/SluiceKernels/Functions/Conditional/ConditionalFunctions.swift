import SluiceColumns

/// COALESCE, IFNULL, NULLIF, IF, GREATEST and LEAST.
package enum ConditionalFunctions {
    /// Every descriptor of the family.
    package static let all = [coalesce, ifNull, nullIf, ifElse, extreme("GREATEST", .greater), extreme("LEAST", .less)]

    /// `COALESCE(a, b, ...)`.
    package static let coalesce = ScalarFunction(
        "COALESCE",
        category: "conditional",
        signature: "COALESCE(value1 [, value2]*)",
        summary: "The first value that is not NULL. All values are computed.",
        example: ("COALESCE(CAST(NULL AS INT), 5)", "5"),
        resolve: { try resolveCoalesce($0) },
        makeKernel: { call in { firstPresent($0, $1, call.type) } }
    )

    /// `IFNULL(a, b)`.
    package static let ifNull = ScalarFunction(
        "IFNULL",
        category: "conditional",
        signature: "IFNULL(input, null_replacement)",
        summary: "The first value, or the second where the first is NULL.",
        example: ("IFNULL(CAST(NULL AS INT), 5)", "5"),
        resolve: { try resolveIfNull($0) },
        makeKernel: { call in { firstPresent($0, $1, call.type) } }
    )

    /// `NULLIF(a, b)`; runs as CASE.
    package static let nullIf = ScalarFunction(
        "NULLIF",
        category: "conditional",
        signature: "NULLIF(value1, value2)",
        summary: "NULL where both values are equal, else the first.",
        example: ("NULLIF(5, 0)", "5"),
        resolve: { arguments in
            _ = try ComparisonTypes.resolve(.equal, arguments)
            return ResolvedSignature(arguments.map(\.type), arguments[0].type.nullable(true))
        },
        makeKernel: { _ in throw FunctionError("NULLIF runs as CASE") }
    )

    /// `IF(condition, a, b)`; runs as CASE.
    package static let ifElse = ScalarFunction(
        "IF",
        category: "conditional",
        signature: "IF(condition, true_value, false_value)",
        summary: "The first value where the condition is TRUE, else the second; only the one needed is computed.",
        example: ("IF(TRUE, 1, 2)", "1"),
        resolve: { try resolveIf($0) },
        makeKernel: { _ in throw FunctionError("IF runs as CASE") }
    )

    private static func commonType(_ name: String, _ types: [DataType]) throws -> DataType {
        guard let common = CommonType.ofArguments(types), common.logical != .null else {
            let names = types.map(\.logical.description).joined(separator: ", ")
            throw FunctionError("the arguments of \(name) have no common type: \(names)", hint: "write a CAST")
        }
        return common
    }

    private static func resolveCoalesce(_ arguments: [ArgumentInfo]) throws -> ResolvedSignature {
        let types = arguments.map(\.type)
        let isNullable = types.allSatisfy(\.isNullable)
        let result = try commonType("COALESCE", types)
        return ResolvedSignature(types.map { result.nullable($0.isNullable) }, result.nullable(isNullable))
    }

    private static func resolveIfNull(_ arguments: [ArgumentInfo]) throws -> ResolvedSignature {
        guard arguments.count == 2 else { throw FunctionError("IFNULL takes two arguments") }
        let types = arguments.map(\.type)
        let common = try commonType("IFNULL", types)
        if !types[0].isNullable && types[0].logical.isCharacter {
            return ResolvedSignature([types[0], types[0]], types[0])
        }
        let isNullable = types[0].isNullable && types[1].isNullable
        return ResolvedSignature(types.map { common.nullable($0.isNullable) }, common.nullable(isNullable))
    }

    private static func resolveIf(_ arguments: [ArgumentInfo]) throws -> ResolvedSignature {
        guard arguments.count == 3 else { throw FunctionError("IF takes three arguments") }
        let types = arguments.map(\.type)
        guard types[0].logical == .boolean else {
            throw FunctionError(
                "the condition of IF is \(types[0].logical)",
                hint: "a BOOLEAN is expected",
                argument: 0
            )
        }
        guard var common = CommonType.leastRestrictive(Array(types.dropFirst())), common.logical != .null else {
            throw FunctionError("IF cannot give \(types[1].logical) or \(types[2].logical)", hint: "write a CAST")
        }
        // Two timestamps come out as the first is, whatever the other.
        if types[1].logical.isTimestamp, types[2].logical.isTimestamp { common = types[1] }
        if common.logical == .variant { throw FunctionError("IF takes no VARIANT", hint: "write CASE WHEN") }
        return ResolvedSignature(
            [types[0], common.nullable(types[1].isNullable), common.nullable(types[2].isNullable)],
            common.nullable(types.contains { $0.isNullable })
        )
    }

    private static func firstPresent(_ arguments: [Column], _ rowCount: Int, _ type: DataType) -> Column {
        var result = arguments[arguments.count - 1].retyped(type)
        for argument in arguments.dropLast().reversed() {
            if argument.hasNoNulls {
                result = argument.retyped(type)
                continue
            }
            let isPresent = NullTests.isNotNull(argument, rowCount, .notNull(.boolean))
            result = choose(isPresent, argument.retyped(type), result, type)
        }
        return result
    }

    /// `whenTrue` or `otherwise` row by row, for every type.
    static func choose(_ condition: Column, _ whenTrue: Column, _ otherwise: Column, _ type: DataType) -> Column {
        if condition.isConstant || !ComparisonTypes.isNested(type.logical) {
            return ColumnSelect.select(condition, whenTrue, otherwise, type)
        }
        var lane = MutableLane<Int32>(count: condition.count)
        do {
            var target = lane.span
            for row in 0..<condition.count {
                let isTrue = condition.bools[row] != 0 && !condition.isNull(row)
                target[row] = Int32(truncatingIfNeeded: isTrue ? row : row + condition.count)
            }
        }
        return Column.concatenated([whenTrue, otherwise]).gathered(SelectionVector(lane, count: condition.count))
    }

    private static func extreme(_ name: String, _ operation: ComparisonOperator) -> ScalarFunction {
        ScalarFunction(
            name,
            category: "conditional",
            signature: "\(name)(value1 [, value2]*)",
            summary: "The \(operation == .greater ? "greatest" : "least") of the values; NULL where one is NULL.",
            example: ("\(name)(1, 2)", operation == .greater ? "2" : "1"),
            resolve: { arguments in
                let common = try commonType(name, arguments.map(\.type))
                guard !ComparisonTypes.isNested(common.logical) else {
                    throw FunctionError("\(name) does not take \(common.logical)")
                }
                return ResolvedSignature(arguments.map { common.nullable($0.type.isNullable) }, common)
            },
            makeKernel: { extremeKernel(operation, $0) }
        )
    }

    private static func extremeKernel(_ operation: ComparisonOperator, _ call: ResolvedCall) -> ScalarKernel {
        let type = call.type
        let wins = winner(operation, type.logical)
        return { arguments, rowCount in
            var result = arguments[0]
            for argument in arguments.dropFirst() {
                if Loops.isNullConstant(argument) || Loops.isNullConstant(result) {
                    return .allNull(type, count: rowCount)
                }
                let takesNew = try wins([argument, result], rowCount)
                let chosen = ColumnSelect.select(takesNew, argument.retyped(type), result.retyped(type), type)
                if chosen.isConstant || (argument.hasNoNulls && result.hasNoNulls) {
                    result = chosen
                } else {
                    result = chosen.withValidity(Loops.validity(argument, result))
                }
            }
            return result.retyped(type)
        }
    }

    /// A kernel that says where the first of two columns goes before the second; NaN is the greatest number, and 0.0 is
    /// greater than -0.0.
    private static func winner(_ operation: ComparisonOperator, _ type: LogicalType) -> ScalarKernel {
        let result = DataType(.boolean)
        let isGreatest = operation == .greater
        switch type {
        case .float:
            return { arguments, rowCount in
                Loops.zip(arguments[0], arguments[1], rowCount, result, Float.self, Float.self) {
                    let order = FloatOrder.compare(Double($0), Double($1))
                    return (isGreatest ? order > 0 : order < 0) ? 1 as UInt8 : 0
                }
            }
        case .double:
            return { arguments, rowCount in
                Loops.zip(arguments[0], arguments[1], rowCount, result, Double.self, Double.self) {
                    let order = FloatOrder.compare($0, $1)
                    return (isGreatest ? order > 0 : order < 0) ? 1 as UInt8 : 0
                }
            }
        default: return ComparisonKernels.make(operation, type, result)
        }
    }
}

/// The total order of floating-point numbers that sorting and extremes use, that of Java's `Double.compare`.
enum FloatOrder {
    /// Negative, 0 or positive; NaN is the greatest, -0.0 is less than 0.0.
    @inline(__always)
    static func compare(_ left: Double, _ right: Double) -> Int {
        if left < right { return -1 }
        if left > right { return 1 }
        return key(left) < key(right) ? -1 : (key(left) > key(right) ? 1 : 0)
    }

    private static func key(_ value: Double) -> Int {
        if value.isNaN { return 2 }
        return value == 0 && value.sign == .minus ? 0 : 1
    }
}
