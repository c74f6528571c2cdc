import SluiceColumns

/// Which types compare with which, and what they are cast to first.
enum ComparisonTypes {
    /// The signature of `left op right`.
    static func resolve(_ operation: ComparisonOperator, _ arguments: [ArgumentInfo]) throws -> ResolvedSignature {
        guard arguments.count == 2 else { throw FunctionError("'\(operation.rawValue)' takes two operands") }
        let left = arguments[0].type
        let right = arguments[1].type
        let result = DataType(.boolean, nullable: left.containsNullable || right.containsNullable)
        let isEquality = operation == .equal || operation == .notEqual
        if isEquality, isNumberWithText(left.logical, right.logical) {
            throw FunctionError(
                "cannot compare \(left.logical) with \(right.logical) by '\(operation.rawValue)'",
                hint: "write an explicit CAST"
            )
        }
        if isEquality, isBooleanWithText(left.logical, right.logical) {
            return ResolvedSignature([left, right], result)
        }
        let hasNull = left.logical == .null || right.logical == .null
        if isNested(left.logical) || isNested(right.logical), !(hasNull && isEquality) {
            guard isEquality, haveSameShape(left.logical, right.logical) else {
                throw refusal(operation.rawValue, left, right)
            }
            return ResolvedSignature([left, right], result)
        }
        guard var operand = operandType(left.logical, right.logical), isEquality || hasOrder(operand) else {
            throw refusal(operation.rawValue, left, right)
        }
        // Flink tests for equality in the type of the left side, where both are approximate.
        if isEquality, left.logical.isApproximate, right.logical.isApproximate { operand = left.logical }
        return ResolvedSignature(
            [DataType(operand, nullable: left.isNullable), DataType(operand, nullable: right.isNullable)],
            result
        )
    }

    /// Whether values of the type can be more or less than each other.
    private static func hasOrder(_ type: LogicalType) -> Bool {
        switch type {
        case .variant, .bitmap, .raw: false
        default: true
        }
    }

    /// The signature of `left IS [NOT] DISTINCT FROM right`: never NULL.
    static func resolveDistinct(_ name: String, _ arguments: [ArgumentInfo]) throws -> ResolvedSignature {
        guard arguments.count == 2 else { throw FunctionError("'\(name)' takes two operands") }
        let left = arguments[0].type
        let right = arguments[1].type
        let result = DataType.notNull(.boolean)
        if isNested(left.logical) && isNested(right.logical), haveSameShape(left.logical, right.logical) {
            return ResolvedSignature([left, right], result)
        }
        if left.logical == .null || right.logical == .null {
            let type = left.logical == .null ? right : left
            return ResolvedSignature([type.nullable(true), type.nullable(true)], result)
        }
        guard let operand = operandType(left.logical, right.logical) else { throw refusal(name, left, right) }
        return ResolvedSignature(
            [DataType(operand, nullable: left.isNullable), DataType(operand, nullable: right.isNullable)],
            result
        )
    }

    /// The type that both operands are cast to; nil where they do not compare.
    static func operandType(_ left: LogicalType, _ right: LogicalType) -> LogicalType? {
        if left == right { return left }
        if left.isNumeric && right.isNumeric { return numericOperand(left, right) }
        if left.isCharacter && right.isCharacter { return .string }
        if left.isBinary && right.isBinary { return .bytes }
        if left.isCharacter, right.isNumeric || right.isDatetime || right == .boolean { return right }
        if right.isCharacter, left.isNumeric || left.isDatetime || left == .boolean { return left }
        switch (left, right) {
        case (.time(let lhs), .time(let rhs)): return .time(max(lhs, rhs))
        case (.timestamp(let lhs), .timestamp(let rhs)): return .timestamp(max(lhs, rhs))
        case (.timestampLTZ(let lhs), .timestampLTZ(let rhs)), (.timestamp(let lhs), .timestampLTZ(let rhs)),
            (.timestampLTZ(let lhs), .timestamp(let rhs)):
            return .timestampLTZ(max(lhs, rhs))
        case (.intervalDayTime, .intervalDayTime): return .daySecondInterval
        case (.intervalYearMonth, .intervalYearMonth): return .monthInterval
        case (.null, _): return right
        case (_, .null): return left
        default: return nil
        }
    }

    /// FLOAT and DOUBLE compare as DOUBLE, an integer and a FLOAT as FLOAT: the widening of Java.
    private static func numericOperand(_ left: LogicalType, _ right: LogicalType) -> LogicalType {
        if left.isApproximate && right.isApproximate { return .double }
        return CommonType.mergeNumbers(left, right)
    }

    static func isNumberWithText(_ left: LogicalType, _ right: LogicalType) -> Bool {
        (left.isNumeric && right.isCharacter) || (left.isCharacter && right.isNumeric)
    }

    private static func isBooleanWithText(_ left: LogicalType, _ right: LogicalType) -> Bool {
        (left == .boolean && right.isCharacter) || (left.isCharacter && right == .boolean)
    }

    static func isNested(_ type: LogicalType) -> Bool {
        switch type.lane {
        case .list, .map, .row: true
        default: false
        }
    }

    /// Arrays with arrays, maps with maps, rows with rows of as many fields.
    private static func haveSameShape(_ left: LogicalType, _ right: LogicalType) -> Bool {
        switch (left, right) {
        case (.array, .array), (.map, .map), (.multiset, .multiset): true
        case (.row(let lhs), .row(let rhs)): lhs.count == rhs.count
        case (.structured(let name, let lhs), .structured(let other, let rhs)):
            name == other && lhs.count == rhs.count
        default: false
        }
    }

    private static func refusal(_ name: String, _ left: DataType, _ right: DataType) -> FunctionError {
        FunctionError(
            "cannot apply '\(name)' to \(left.logical) and \(right.logical)",
            hint: "cast one side to the other's type"
        )
    }
}

extension DataType {
    /// Whether it is nullable, or a row with a nullable field: then the type of a comparison is nullable, as in Flink.
    var containsNullable: Bool {
        if isNullable { return true }
        guard case .row(let fields) = logical else { return false }
        return fields.contains { $0.type.containsNullable }
    }
}
