import SluiceColumns

/// Refuses a division whose divisor is zero in a row where both operands are present.
enum DivisionByZero {
    /// Throws where a row divides by zero.
    @inline(__always)
    static func check<Value: BitwiseCopyable>(
        _ dividend: Column,
        _ divisor: Column,
        _ rowCount: Int,
        _ lane: Value.Type,
        isZero: (Value) -> Bool
    ) throws {
        if Loops.isNullConstant(dividend) || Loops.isNullConstant(divisor) { return }
        let validity = Loops.validity(dividend, divisor)
        if Loops.firstValid(divisor, validity: validity, rowCount: rowCount, lane, where: isZero) != nil {
            throw EvaluationError("divisionByZero", "division by zero")
        }
    }
}

/// Kernels of `+ - * / %` over integers, all of one lane; everything wraps as in Java.
enum IntegerKernels {
    /// The kernel of one call whose operands have been widened to `lane`; `result` may be narrower for `%`.
    static func make(_ operation: ArithmeticOperator, _ lane: Lane, _ result: DataType) -> ScalarKernel {
        switch lane {
        case .int8: kernel(operation, Int8.self, result)
        case .int16: kernel(operation, Int16.self, result)
        case .int32: kernel(operation, Int32.self, result)
        default: kernel(operation, Int64.self, result)
        }
    }

    private static func kernel<Value: FixedWidthInteger & BitwiseCopyable>(
        _ operation: ArithmeticOperator,
        _ lane: Value.Type,
        _ type: DataType
    ) -> ScalarKernel {
        switch operation {
        case .add:
            return { arguments, rowCount in
                Loops.zip(arguments[0], arguments[1], rowCount, type, lane, lane) { $0 &+ $1 }
            }
        case .subtract:
            return { arguments, rowCount in
                Loops.zip(arguments[0], arguments[1], rowCount, type, lane, lane) { $0 &- $1 }
            }
        case .multiply:
            return { arguments, rowCount in
                Loops.zip(arguments[0], arguments[1], rowCount, type, lane, lane) { $0 &* $1 }
            }
        case .divide:
            return { arguments, rowCount in
                try DivisionByZero.check(arguments[0], arguments[1], rowCount, lane) { $0 == 0 }
                return Loops.zip(arguments[0], arguments[1], rowCount, type, lane, lane) {
                    $0.dividedReportingOverflow(by: $1).partialValue
                }
            }
        case .remainder: return remainder(lane, type)
        }
    }

    private static func remainder<Value: FixedWidthInteger & BitwiseCopyable>(
        _ lane: Value.Type,
        _ type: DataType
    ) -> ScalarKernel {
        switch type.lane {
        case .int8: remainder(lane, Int8.self, type)
        case .int16: remainder(lane, Int16.self, type)
        case .int32: remainder(lane, Int32.self, type)
        default: remainder(lane, Int64.self, type)
        }
    }

    private static func remainder<Value, Output>(
        _ lane: Value.Type,
        _ output: Output.Type,
        _ type: DataType
    ) -> ScalarKernel
    where Value: FixedWidthInteger & BitwiseCopyable, Output: FixedWidthInteger & BitwiseCopyable {
        { arguments, rowCount in
            try DivisionByZero.check(arguments[0], arguments[1], rowCount, lane) { $0 == 0 }
            return Loops.zip(arguments[0], arguments[1], rowCount, type, lane, lane) { lhs, rhs -> Output in
                // Only the smallest value by -1 overflows, and its remainder is 0; a zero divisor is a NULL row.
                let (remainder, overflowed) = lhs.remainderReportingOverflow(dividingBy: rhs)
                return Output(truncatingIfNeeded: overflowed ? 0 : remainder)
            }
        }
    }
}

/// Kernels of `+ - * /` over FLOAT and DOUBLE; division by zero gives an infinity or NaN.
enum FloatKernels {
    /// The kernel of one call whose operands have the result's lane.
    static func make(_ operation: ArithmeticOperator, _ type: DataType) -> ScalarKernel {
        type.lane == .float ? kernel(operation, Float.self, type) : kernel(operation, Double.self, type)
    }

    private static func kernel<Value: BinaryFloatingPoint & BitwiseCopyable>(
        _ operation: ArithmeticOperator,
        _ lane: Value.Type,
        _ type: DataType
    ) -> ScalarKernel {
        switch operation {
        case .add:
            return { arguments, rowCount in
                Loops.zip(arguments[0], arguments[1], rowCount, type, lane, lane) { $0 + $1 }
            }
        case .subtract:
            return { arguments, rowCount in
                Loops.zip(arguments[0], arguments[1], rowCount, type, lane, lane) { $0 - $1 }
            }
        case .multiply:
            return { arguments, rowCount in
                Loops.zip(arguments[0], arguments[1], rowCount, type, lane, lane) { $0 * $1 }
            }
        case .divide, .remainder:
            return { arguments, rowCount in
                Loops.zip(arguments[0], arguments[1], rowCount, type, lane, lane) { $0 / $1 }
            }
        }
    }
}

/// Kernels of unary minus.
enum NegationKernels {
    /// The kernel for a number or an interval of `type`.
    static func make(_ type: DataType) -> ScalarKernel {
        switch type.lane {
        case .int8: integer(Int8.self, type)
        case .int16: integer(Int16.self, type)
        case .int32: integer(Int32.self, type)
        case .int64: integer(Int64.self, type)
        case .int128: integer(Int128.self, type)
        case .float: { arguments, rowCount in Loops.map(arguments[0], rowCount, type, Float.self) { -$0 } }
        default: { arguments, rowCount in Loops.map(arguments[0], rowCount, type, Double.self) { -$0 } }
        }
    }

    private static func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ lane: Value.Type,
        _ type: DataType
    ) -> ScalarKernel {
        { arguments, rowCount in Loops.map(arguments[0], rowCount, type, lane) { 0 &- $0 } }
    }
}
