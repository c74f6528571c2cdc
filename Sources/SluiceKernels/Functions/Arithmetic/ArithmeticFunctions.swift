import SluiceColumns

/// `+ - * / %`, unary minus and the differences of datetimes.
package enum ArithmeticFunctions {
    /// Every descriptor of the family.
    package static let all = [plus, minus, times, divided, remainder, differenceInTime, differenceInMonths]

    /// `+`, infix or prefix.
    package static let plus = ScalarFunction(
        "+",
        category: "arithmetic",
        signature: "a + b",
        summary: "The sum of two numbers or intervals, or a datetime moved by an interval.",
        example: ("1 + 2", "3"),
        resolve: { try resolve(.add, $0) },
        makeKernel: { try makeKernel(.add, $0) }
    )

    /// `-`, infix or prefix.
    package static let minus = ScalarFunction(
        "-",
        category: "arithmetic",
        signature: "a - b",
        summary: "The difference of two numbers or intervals, a datetime moved back, or the negation of a number.",
        example: ("3 - 5", "-2"),
        resolve: { try resolve(.subtract, $0) },
        makeKernel: { try makeKernel(.subtract, $0) }
    )

    /// `*`.
    package static let times = ScalarFunction(
        "*",
        category: "arithmetic",
        signature: "a * b",
        summary: "The product of two numbers, or a multiple of an interval.",
        example: ("6 * 7", "42"),
        resolve: { try resolve(.multiply, $0) },
        makeKernel: { try makeKernel(.multiply, $0) }
    )

    /// `/`.
    package static let divided = ScalarFunction(
        "/",
        category: "arithmetic",
        signature: "a / b",
        summary: "The quotient of two numbers; integers cut towards zero. Dividing an exact number by zero fails.",
        example: ("7 / 2", "3"),
        resolve: { try resolve(.divide, $0) },
        makeKernel: { try makeKernel(.divide, $0) }
    )

    /// `%`.
    package static let remainder = ScalarFunction(
        "%",
        category: "arithmetic",
        signature: "a % b",
        summary: "The remainder of a division of exact numbers, with the sign of the dividend.",
        example: ("7 % 4", "3"),
        resolve: { try resolve(.remainder, $0) },
        makeKernel: { try makeKernel(.remainder, $0) }
    )

    /// `(b - a) DAY | HOUR | MINUTE | SECOND`.
    package static let differenceInTime = ScalarFunction(
        "DATETIME_DIFFERENCE_SECOND",
        category: "temporal",
        signature: "(b - a) DAY|HOUR|MINUTE|SECOND",
        summary: "The time from a to b as an interval of days to milliseconds.",
        example: ("(TIMESTAMP '2024-01-02 12:00:00' - TIMESTAMP '2024-01-01 00:00:00') HOUR", "+1 12:00:00.000"),
        resolve: { try resolveDifference($0, .daySecondInterval) },
        makeKernel: { try DatetimeDifference.millis($0) }
    )

    /// `(b - a) YEAR | MONTH`.
    package static let differenceInMonths = ScalarFunction(
        "DATETIME_DIFFERENCE_MONTH",
        category: "temporal",
        signature: "(b - a) YEAR|MONTH",
        summary: "The whole months from a to b as an interval.",
        example: ("(DATE '2024-03-31' - DATE '2024-01-01') MONTH", "+0-02"),
        resolve: { try resolveDifference($0, .monthInterval) },
        makeKernel: { try DatetimeDifference.months($0) }
    )

    private static func resolve(_ operation: ArithmeticOperator, _ arguments: [ArgumentInfo]) throws
        -> ResolvedSignature
    {
        if arguments.count == 1 { return try resolvePrefix(operation, arguments[0].type) }
        guard arguments.count == 2 else { throw FunctionError("'\(operation.rawValue)' takes two operands") }
        let left = arguments[0].type
        let right = arguments[1].type
        let isNullable = left.isNullable || right.isNullable
        if left.logical.isNumeric && right.logical.isNumeric {
            return try resolveNumbers(operation, left, right, isNullable)
        }
        if let signature = resolveIntervals(operation, left, right, isNullable) { return signature }
        throw refusal(operation, arguments)
    }

    private static func resolvePrefix(_ operation: ArithmeticOperator, _ type: DataType) throws -> ResolvedSignature {
        guard operation == .add || operation == .subtract, type.logical.isNumeric || type.logical.isInterval else {
            throw FunctionError(
                "cannot apply '\(operation.rawValue)' to \(type.logical)",
                hint: "a number or an interval is expected"
            )
        }
        return ResolvedSignature([type], type.withoutTimeAttribute)
    }

    private static func resolveNumbers(
        _ operation: ArithmeticOperator,
        _ left: DataType,
        _ right: DataType,
        _ isNullable: Bool
    ) throws -> ResolvedSignature {
        let lhs = left.logical
        let rhs = right.logical
        if lhs.isApproximate || rhs.isApproximate {
            guard operation != .remainder else {
                throw FunctionError(
                    "cannot apply '%' to \(lhs) and \(rhs)",
                    hint: "'%' takes exact numbers; cast to DECIMAL"
                )
            }
            let common = CommonType.mergeNumbers(lhs, rhs)
            return ResolvedSignature(
                [DataType(common, nullable: left.isNullable), DataType(common, nullable: right.isNullable)],
                DataType(common, nullable: isNullable)
            )
        }
        if lhs.isDecimal || rhs.isDecimal {
            let widest = DecimalShape(DecimalRules.precisionMax, 0)
            let shapes = (DecimalRules.shape(of: lhs) ?? widest, DecimalRules.shape(of: rhs) ?? widest)
            return ResolvedSignature(
                [decimalOperand(left), decimalOperand(right)],
                DataType(DecimalRules.result(operation, shapes.0, shapes.1), nullable: isNullable)
            )
        }
        let common = CommonType.mergeNumbers(lhs, rhs)
        return ResolvedSignature(
            [DataType(common, nullable: left.isNullable), DataType(common, nullable: right.isNullable)],
            // The remainder has the type of the divisor.
            DataType(operation == .remainder ? rhs : common, nullable: isNullable)
        )
    }

    /// Decimals stay as they are; integers are read as decimals of scale 0 from one lane.
    private static func decimalOperand(_ type: DataType) -> DataType {
        type.logical.isDecimal ? type : DataType(.bigint, nullable: type.isNullable)
    }

    private static func resolveIntervals(
        _ operation: ArithmeticOperator,
        _ left: DataType,
        _ right: DataType,
        _ isNullable: Bool
    ) -> ResolvedSignature? {
        let lhs = left.logical
        let rhs = right.logical
        if lhs.isDatetime && rhs.isInterval, operation == .add || operation == .subtract {
            return ResolvedSignature([left, right], left.nullable(isNullable))
        }
        if lhs.isInterval && rhs.isDatetime, operation == .add {
            return ResolvedSignature([left, right], right.nullable(isNullable))
        }
        if lhs.isInterval && rhs.isInterval, operation == .add || operation == .subtract, lhs.lane == rhs.lane {
            return ResolvedSignature([left, right], DataType(intervalResult(lhs), nullable: isNullable))
        }
        guard operation == .multiply else { return nil }
        let number = DataType(.bigint, nullable: true)
        if lhs.isInterval && rhs.isInteger {
            return ResolvedSignature(
                [left, number.nullable(right.isNullable)],
                DataType(intervalResult(lhs), nullable: isNullable)
            )
        }
        if lhs.isInteger && rhs.isInterval {
            return ResolvedSignature(
                [number.nullable(left.isNullable), right],
                DataType(intervalResult(rhs), nullable: isNullable)
            )
        }
        return nil
    }

    private static func intervalResult(_ type: LogicalType) -> LogicalType {
        type.lane == .int32 ? .monthInterval : .daySecondInterval
    }

    private static func resolveDifference(
        _ arguments: [ArgumentInfo],
        _ result: LogicalType
    ) throws -> ResolvedSignature {
        guard arguments.count == 2, arguments.allSatisfy({ $0.type.logical.isDatetime }),
            let common = CommonType.leastRestrictive(arguments.map(\.type.withoutTimeAttribute))
        else { throw refusal(.subtract, arguments) }
        return ResolvedSignature(
            arguments.map { common.nullable($0.type.isNullable) },
            DataType(result, nullable: common.isNullable)
        )
    }

    private static func refusal(_ operation: ArithmeticOperator, _ arguments: [ArgumentInfo]) -> FunctionError {
        let types = arguments.map { $0.type.logical.description }.joined(separator: " and ")
        return FunctionError(
            "cannot apply '\(operation.rawValue)' to \(types)",
            hint: operation == .subtract && arguments.allSatisfy({ $0.type.logical.isDatetime })
                ? "write (b - a) DAY or TIMESTAMPDIFF for the difference of two datetimes"
                : "numbers, or datetimes and intervals, are expected"
        )
    }

    private static func makeKernel(_ operation: ArithmeticOperator, _ call: ResolvedCall) throws -> ScalarKernel {
        if call.argumentTypes.count == 1 {
            if operation == .subtract { return NegationKernels.make(call.type) }
            return { arguments, _ in arguments[0] }
        }
        let left = call.argumentTypes[0].logical
        let right = call.argumentTypes[1].logical
        if left.isDatetime {
            return try DatetimeKernels.shift(call, datetime: 0, isSubtraction: operation == .subtract)
        }
        if right.isDatetime { return try DatetimeKernels.shift(call, datetime: 1, isSubtraction: false) }
        if left.isInterval && right.isInterval { return DatetimeKernels.combine(call, operation) }
        if left.isInterval || right.isInterval { return DatetimeKernels.scale(call, interval: left.isInterval ? 0 : 1) }
        if call.type.logical.isApproximate { return FloatKernels.make(operation, call.type) }
        if call.type.logical.isDecimal { return try DecimalKernels.make(operation, call) }
        return IntegerKernels.make(operation, left.lane, call.type)
    }
}
