import SluiceColumns

/// Conversions between numbers, and between numbers and BOOLEAN.
///
/// Integers wrap, floating-point numbers saturate, a decimal that does not fit becomes NULL, as in Flink.
enum NumericCasts {
    static func make(_ request: CastKernels.Request) -> ScalarKernel {
        let from = request.from
        let to = request.to
        let type = request.type
        if from == .boolean { return fromBoolean(type) }
        if to == .boolean { return toBoolean(from.lane, type) }
        switch (from.isDecimal, to.isDecimal) {
        case (true, true): return DecimalCasts.rescale(request)
        case (true, false): return DecimalCasts.toNumber(request)
        case (false, true): return DecimalCasts.fromNumber(request)
        case (false, false): break
        }
        switch from {
        case .tinyint: return fromInteger(Int8.self, type)
        case .smallint: return fromInteger(Int16.self, type)
        case .int: return fromInteger(Int32.self, type)
        case .bigint: return fromInteger(Int64.self, type)
        case .float: return fromFloat(type)
        default: return fromDouble(type)
        }
    }

    private static func fromBoolean(_ type: DataType) -> ScalarKernel {
        if case .decimal(_, let scale) = type.logical {
            let one = PowersOfTen.int128(scale)
            if type.lane == .int64 {
                let one = Int64(truncatingIfNeeded: one)
                return { arguments, rowCount in
                    Loops.map(arguments[0], rowCount, type, UInt8.self) { Int64($0) &* one }
                }
            }
            return { arguments, rowCount in Loops.map(arguments[0], rowCount, type, UInt8.self) { Int128($0) &* one } }
        }
        return fromInteger(UInt8.self, type)
    }

    private static func toBoolean(_ lane: Lane, _ type: DataType) -> ScalarKernel {
        switch lane {
        case .int8: toBoolean(Int8.self, type)
        case .int16: toBoolean(Int16.self, type)
        case .int32: toBoolean(Int32.self, type)
        case .int64: toBoolean(Int64.self, type)
        case .int128: toBoolean(Int128.self, type)
        case .float: toBoolean(Float.self, type)
        default: toBoolean(Double.self, type)
        }
    }

    private static func toBoolean<Value: Numeric & BitwiseCopyable>(
        _ lane: Value.Type,
        _ type: DataType
    ) -> ScalarKernel {
        { arguments, rowCount in Loops.map(arguments[0], rowCount, type, lane) { $0 != 0 ? 1 as UInt8 : 0 } }
    }

    private static func fromInteger<Value: FixedWidthInteger & BitwiseCopyable>(
        _ lane: Value.Type,
        _ type: DataType
    ) -> ScalarKernel {
        switch type.lane {
        case .int8:
            { arguments, rowCount in Loops.map(arguments[0], rowCount, type, lane) { Int8(truncatingIfNeeded: $0) } }
        case .int16:
            { arguments, rowCount in Loops.map(arguments[0], rowCount, type, lane) { Int16(truncatingIfNeeded: $0) } }
        case .int32:
            { arguments, rowCount in Loops.map(arguments[0], rowCount, type, lane) { Int32(truncatingIfNeeded: $0) } }
        case .float: { arguments, rowCount in Loops.map(arguments[0], rowCount, type, lane) { Float($0) } }
        case .double: { arguments, rowCount in Loops.map(arguments[0], rowCount, type, lane) { Double($0) } }
        default:
            { arguments, rowCount in Loops.map(arguments[0], rowCount, type, lane) { Int64(truncatingIfNeeded: $0) } }
        }
    }

    private static func fromFloat(_ type: DataType) -> ScalarKernel {
        if type.lane == .double {
            return { arguments, rowCount in Loops.map(arguments[0], rowCount, type, Float.self) { Double($0) } }
        }
        let widened = DataType(.double)
        let rest = fromDouble(type)
        return { arguments, rowCount in
            try rest([Loops.map(arguments[0], rowCount, widened, Float.self) { Double($0) }], rowCount)
        }
    }

    private static func fromDouble(_ type: DataType) -> ScalarKernel {
        switch type.lane {
        case .float: { arguments, rowCount in Loops.map(arguments[0], rowCount, type, Double.self) { Float($0) } }
        case .int8:
            { arguments, rowCount in
                Loops.map(arguments[0], rowCount, type, Double.self) { Int8(truncatingIfNeeded: IntegerCast.int32($0)) }
            }
        case .int16:
            { arguments, rowCount in
                Loops.map(arguments[0], rowCount, type, Double.self) {
                    Int16(truncatingIfNeeded: IntegerCast.int32($0))
                }
            }
        case .int32:
            { arguments, rowCount in Loops.map(arguments[0], rowCount, type, Double.self) { IntegerCast.int32($0) } }
        default:
            { arguments, rowCount in Loops.map(arguments[0], rowCount, type, Double.self) { IntegerCast.int64($0) } }
        }
    }
}

/// Conversions from and to DECIMAL.
enum DecimalCasts {
    /// DECIMAL to DECIMAL, rounding half up; NULL where the value does not fit.
    static func rescale(_ request: CastKernels.Request) -> ScalarKernel {
        guard case .decimal(let precision, let scale) = request.from else { return { arguments, _ in arguments[0] } }
        let from = DecimalShape(precision, scale)
        return from.isNarrow ? rescale(from, Int64.self, request) : rescale(from, Int128.self, request)
    }

    private static func rescale<Value: FixedWidthInteger & BitwiseCopyable>(
        _ from: DecimalShape,
        _ lane: Value.Type,
        _ request: CastKernels.Request
    ) -> ScalarKernel {
        request.type.lane == .int64
            ? rescale(from, lane, Int64.self, request) : rescale(from, lane, Int128.self, request)
    }

    private static func rescale<Value, Output>(
        _ from: DecimalShape,
        _ lane: Value.Type,
        _ output: Output.Type,
        _ request: CastKernels.Request
    ) -> ScalarKernel
    where Value: FixedWidthInteger & BitwiseCopyable, Output: FixedWidthInteger & BitwiseCopyable {
        let type = request.type
        guard case .decimal(let precision, let scale) = request.to else { return { arguments, _ in arguments[0] } }
        if scale >= from.scale && precision - scale >= from.precision - from.scale {
            let factor = Output(truncatingIfNeeded: PowersOfTen.int128(scale - from.scale))
            return { arguments, rowCount in
                Loops.map(arguments[0], rowCount, type, lane) { Output(truncatingIfNeeded: $0) &* factor }
            }
        }
        return { arguments, rowCount in
            Loops.mapOptional(arguments[0], rowCount, type, lane, zero: Output(0)) {
                DecimalArithmetic.rescale(
                    Int128(truncatingIfNeeded: $0),
                    from: from.scale,
                    to: scale,
                    precision: precision
                ).map { Output(truncatingIfNeeded: $0) }
            }
        }
    }

    /// DECIMAL to an integer (its low bits) or to a floating-point number.
    static func toNumber(_ request: CastKernels.Request) -> ScalarKernel {
        guard case .decimal(let precision, let scale) = request.from else { return { arguments, _ in arguments[0] } }
        return precision <= 18
            ? toNumber(Int64.self, scale, request.type) : toNumber(Int128.self, scale, request.type)
    }

    private static func toNumber<Value: FixedWidthInteger & BitwiseCopyable>(
        _ lane: Value.Type,
        _ scale: Int,
        _ type: DataType
    ) -> ScalarKernel {
        switch type.lane {
        case .float:
            { arguments, rowCount in
                Loops.map(arguments[0], rowCount, type, lane) {
                    DecimalConversion.float(Int128(truncatingIfNeeded: $0), scale: scale)
                }
            }
        case .double:
            { arguments, rowCount in
                Loops.map(arguments[0], rowCount, type, lane) {
                    DecimalConversion.double(Int128(truncatingIfNeeded: $0), scale: scale)
                }
            }
        case .int8: toInteger(lane, Int8.self, scale, type)
        case .int16: toInteger(lane, Int16.self, scale, type)
        case .int32: toInteger(lane, Int32.self, scale, type)
        default: toInteger(lane, Int64.self, scale, type)
        }
    }

    private static func toInteger<Value, Output>(
        _ lane: Value.Type,
        _ output: Output.Type,
        _ scale: Int,
        _ type: DataType
    ) -> ScalarKernel
    where Value: FixedWidthInteger & BitwiseCopyable, Output: FixedWidthInteger & BitwiseCopyable {
        { arguments, rowCount in
            Loops.map(arguments[0], rowCount, type, lane) {
                Output(truncatingIfNeeded: DecimalConversion.int64(Int128(truncatingIfNeeded: $0), scale: scale))
            }
        }
    }

    /// A number to DECIMAL; NULL where it does not fit.
    ///
    /// A NaN or an infinity fails.
    static func fromNumber(_ request: CastKernels.Request) -> ScalarKernel {
        switch request.from {
        case .tinyint: fromInteger(Int8.self, 3, request)
        case .smallint: fromInteger(Int16.self, 5, request)
        case .int: fromInteger(Int32.self, 10, request)
        case .bigint: fromInteger(Int64.self, 19, request)
        case .float: fromFloat(Float.self, request) { DecimalConversion.decimal($0, into: $1, using: &$2) }
        default: fromFloat(Double.self, request) { DecimalConversion.decimal($0, into: $1, using: &$2) }
        }
    }

    private static func fromInteger<Value: FixedWidthInteger & BitwiseCopyable>(
        _ lane: Value.Type,
        _ digitCount: Int,
        _ request: CastKernels.Request
    ) -> ScalarKernel {
        request.type.lane == .int64
            ? fromInteger(lane, Int64.self, digitCount, request)
            : fromInteger(lane, Int128.self, digitCount, request)
    }

    private static func fromInteger<Value, Output>(
        _ lane: Value.Type,
        _ output: Output.Type,
        _ digitCount: Int,
        _ request: CastKernels.Request
    ) -> ScalarKernel
    where Value: FixedWidthInteger & BitwiseCopyable, Output: FixedWidthInteger & BitwiseCopyable {
        let type = request.type
        guard case .decimal(let precision, let scale) = request.to else { return { arguments, _ in arguments[0] } }
        if precision - scale >= digitCount {
            let factor = Output(truncatingIfNeeded: PowersOfTen.int128(scale))
            return { arguments, rowCount in
                Loops.map(arguments[0], rowCount, type, lane) { Output(truncatingIfNeeded: $0) &* factor }
            }
        }
        let shape = DecimalShape(precision, scale)
        return { arguments, rowCount in
            Loops.mapOptional(arguments[0], rowCount, type, lane, zero: Output(0)) {
                DecimalConversion.decimal(Int64(truncatingIfNeeded: $0), into: shape)
                    .map { Output(truncatingIfNeeded: $0) }
            }
        }
    }

    private static func fromFloat<Value: BinaryFloatingPoint & BitwiseCopyable>(
        _ lane: Value.Type,
        _ request: CastKernels.Request,
        _ convert: @escaping (Value, DecimalShape, inout TextBuffer) -> Int128?
    ) -> ScalarKernel {
        let type = request.type
        let fails = request.fails
        guard case .decimal(let precision, let scale) = request.to else { return { arguments, _ in arguments[0] } }
        let shape = DecimalShape(precision, scale)
        return { arguments, rowCount in
            let column = arguments[0]
            if fails,
                Loops.firstValid(column, validity: column.validity, rowCount: rowCount, lane, where: { !$0.isFinite })
                    != nil
            {
                throw EvaluationError("badCast", "cannot cast NaN or an infinity to \(type.logical)")
            }
            var buffer = TextBuffer(byteCapacity: 32)
            if type.lane == .int64 {
                return Loops.mapOptional(column, rowCount, type, lane, zero: Int64(0)) {
                    convert($0, shape, &buffer).map { Int64(truncatingIfNeeded: $0) }
                }
            }
            return Loops.mapOptional(column, rowCount, type, lane, zero: Int128(0)) { convert($0, shape, &buffer) }
        }
    }
}
