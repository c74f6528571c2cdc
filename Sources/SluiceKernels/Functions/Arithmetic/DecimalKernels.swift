import SluiceColumns

/// Kernels of `+ - * / %` where at least one operand is a DECIMAL and neither is approximate.
///
/// Operands are DECIMALs of either lane or BIGINTs (decimals of scale 0).
enum DecimalKernels {
    /// What a kernel needs to know besides its lanes.
    struct Shape: Sendable {
        var operation: ArithmeticOperator
        var leftScale: Int
        var rightScale: Int
        var result: DecimalShape
        /// Whether every result fits by its type, so that no row needs a check.
        var isExact: Bool
        var type: DataType
    }

    /// The kernel of one call.
    static func make(_ operation: ArithmeticOperator, _ call: ResolvedCall) throws -> ScalarKernel {
        guard case .decimal(let precision, let scale) = call.type.logical,
            let left = DecimalRules.shape(of: call.argumentTypes[0].logical),
            let right = DecimalRules.shape(of: call.argumentTypes[1].logical)
        else { throw FunctionError("'\(operation.rawValue)' expects exact numbers") }
        let isExact: Bool =
            switch operation {
            case .add, .subtract:
                scale == max(left.scale, right.scale)
                    && precision > max(left.precision - left.scale, right.precision - right.scale) + scale
            case .multiply: scale == left.scale + right.scale && precision >= left.precision + right.precision
            case .divide, .remainder: false
            }
        let shape = Shape(
            operation: operation,
            leftScale: left.scale,
            rightScale: right.scale,
            result: DecimalShape(precision, scale),
            isExact: isExact,
            type: call.type
        )
        switch (call.argumentTypes[0].lane, call.argumentTypes[1].lane) {
        case (.int64, .int64): return kernel(shape, Int64.self, Int64.self)
        case (.int64, _): return kernel(shape, Int64.self, Int128.self)
        case (_, .int64): return kernel(shape, Int128.self, Int64.self)
        default: return kernel(shape, Int128.self, Int128.self)
        }
    }

    private static func kernel<Left, Right>(_ shape: Shape, _ left: Left.Type, _ right: Right.Type) -> ScalarKernel
    where Left: FixedWidthInteger & BitwiseCopyable, Right: FixedWidthInteger & BitwiseCopyable {
        shape.type.lane == .int64
            ? kernel(shape, left, right, Int64.self) : kernel(shape, left, right, Int128.self)
    }

    private static func kernel<Left, Right, Output>(
        _ shape: Shape,
        _ left: Left.Type,
        _ right: Right.Type,
        _ output: Output.Type
    ) -> ScalarKernel
    where
        Left: FixedWidthInteger & BitwiseCopyable, Right: FixedWidthInteger & BitwiseCopyable,
        Output: FixedWidthInteger & BitwiseCopyable
    {
        let type = shape.type
        switch shape.operation {
        case .multiply where shape.isExact:
            return { arguments, rowCount in
                Loops.zip(arguments[0], arguments[1], rowCount, type, left, right) {
                    Output(truncatingIfNeeded: $0) &* Output(truncatingIfNeeded: $1)
                }
            }
        case .add where shape.isExact, .subtract where shape.isExact: return sum(shape, left, right, output)
        case .multiply:
            return checked(shape, left, right, output) {
                DecimalArithmetic.multiply($0, scale: shape.leftScale, $1, scale: shape.rightScale, into: shape.result)
            }
        case .add:
            return checked(shape, left, right, output) {
                DecimalArithmetic.add($0, scale: shape.leftScale, $1, scale: shape.rightScale, into: shape.result)
            }
        case .subtract:
            return checked(shape, left, right, output) {
                DecimalArithmetic.subtract($0, scale: shape.leftScale, $1, scale: shape.rightScale, into: shape.result)
            }
        case .divide:
            return division(shape, left, right, output) {
                DecimalArithmetic.divide($0, scale: shape.leftScale, $1, scale: shape.rightScale, into: shape.result)
            }
        case .remainder:
            return division(shape, left, right, output) {
                DecimalArithmetic.remainder($0, scale: shape.leftScale, $1, scale: shape.rightScale, into: shape.result)
            }
        }
    }

    private static func sum<Left, Right, Output>(
        _ shape: Shape,
        _ left: Left.Type,
        _ right: Right.Type,
        _ output: Output.Type
    ) -> ScalarKernel
    where
        Left: FixedWidthInteger & BitwiseCopyable, Right: FixedWidthInteger & BitwiseCopyable,
        Output: FixedWidthInteger & BitwiseCopyable
    {
        let type = shape.type
        let leftFactor = Output(truncatingIfNeeded: PowersOfTen.int128(shape.result.scale - shape.leftScale))
        let rightPower = Output(truncatingIfNeeded: PowersOfTen.int128(shape.result.scale - shape.rightScale))
        let rightFactor = shape.operation == .subtract ? 0 &- rightPower : rightPower
        return { arguments, rowCount in
            Loops.zip(arguments[0], arguments[1], rowCount, type, left, right) {
                Output(truncatingIfNeeded: $0) &* leftFactor &+ Output(truncatingIfNeeded: $1) &* rightFactor
            }
        }
    }

    /// A kernel whose rows may not fit: those become NULL.
    @inline(__always)
    private static func checked<Left, Right, Output>(
        _ shape: Shape,
        _ left: Left.Type,
        _ right: Right.Type,
        _ output: Output.Type,
        _ body: @escaping (Int128, Int128) -> Int128?
    ) -> ScalarKernel
    where
        Left: FixedWidthInteger & BitwiseCopyable, Right: FixedWidthInteger & BitwiseCopyable,
        Output: FixedWidthInteger & BitwiseCopyable
    {
        let type = shape.type
        return { arguments, rowCount in
            Loops.zipOptional(arguments[0], arguments[1], rowCount, type, left, right, zero: Output(0)) {
                body(Int128(truncatingIfNeeded: $0), Int128(truncatingIfNeeded: $1))
                    .map { Output(truncatingIfNeeded: $0) }
            }
        }
    }

    @inline(__always)
    private static func division<Left, Right, Output>(
        _ shape: Shape,
        _ left: Left.Type,
        _ right: Right.Type,
        _ output: Output.Type,
        _ body: @escaping (Int128, Int128) -> Int128?
    ) -> ScalarKernel
    where
        Left: FixedWidthInteger & BitwiseCopyable, Right: FixedWidthInteger & BitwiseCopyable,
        Output: FixedWidthInteger & BitwiseCopyable
    {
        let kernel = checked(shape, left, right, output) { $1 == 0 ? 0 : body($0, $1) }
        return { arguments, rowCount in
            try DivisionByZero.check(arguments[0], arguments[1], rowCount, right) { $0 == 0 }
            return try kernel(arguments, rowCount)
        }
    }
}
