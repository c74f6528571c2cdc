import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Sizes, offsets and time columns of windows.
enum WindowArguments {
    /// A constant day-time interval in milliseconds.
    static func millis(_ expression: ScalarExpression, _ binder: ExpressionBinder, at span: SourceSpan) throws -> Int64
    {
        guard case .intervalDayTime = expression.type.logical else {
            throw SQLError(
                .typeMismatch,
                "a window takes intervals of days to seconds, this is \(expression.type.logical)",
                at: span,
                hint: "write INTERVAL '1' MINUTE"
            )
        }
        guard case .integer(let millis)? = binder.foldedLiteral(expression) else {
            throw SQLError(.typeMismatch, "the interval of a window must be constant", at: span)
        }
        return millis
    }

    /// The shape of a table function.
    static func shape(_ name: String, _ millis: [Int64], at span: SourceSpan) throws -> WindowSpecification.Shape {
        func positive(_ value: Int64) throws -> Int64 {
            guard value > 0 else {
                throw SQLError(.invalidDefinition, "the sizes of \(name) must be positive", at: span)
            }
            return value * 1_000
        }
        switch name {
        case "TUMBLE": return .tumble(sizeMicros: try positive(millis[0]))
        case "SESSION": return .session(gapMicros: try positive(millis[0]))
        case "HOP":
            let slide = try positive(millis[0])
            let size = try positive(millis[1])
            guard size % slide == 0 else {
                throw SQLError(
                    .invalidDefinition,
                    "the size of HOP must be a multiple of its slide",
                    at: span,
                    hint: "the slide is the first interval, the size the second"
                )
            }
            return .hop(sizeMicros: size, slideMicros: slide)
        default:
            let step = try positive(millis[0])
            let size = try positive(millis[1])
            guard size % step == 0 else {
                throw SQLError(
                    .invalidDefinition,
                    "the size of CUMULATE must be a multiple of its step",
                    at: span,
                    hint: "the step is the first interval, the size the second"
                )
            }
            return .cumulate(maxSizeMicros: size, stepMicros: step)
        }
    }

    /// The shape of a window function in GROUP BY.
    static func legacyShape(
        _ name: String,
        _ millis: [Int64],
        at span: SourceSpan
    ) throws -> WindowSpecification.Shape {
        let wanted = name == "HOP" ? 2 : 1
        guard millis.count == wanted, millis.allSatisfy({ $0 > 0 }) else {
            throw SQLError(
                .invalidDefinition,
                "\(name) takes a time column and \(wanted) positive interval(s)",
                at: span
            )
        }
        if name == "HOP" { return .hop(sizeMicros: millis[1] * 1_000, slideMicros: millis[0] * 1_000) }
        return try shape(name, millis, at: span)
    }

    /// The window node over `input`, whose name stands at `span`.
    static func windowTable(
        _ input: LogicalPlan,
        shape: WindowSpecification.Shape,
        offsetMillis: Int64,
        timeColumn: Int,
        time: DataType,
        context: PlanningContext,
        timeType: DataType,
        partitionKeys: [Int] = [],
        at span: SourceSpan
    ) throws -> LogicalWindowTable {
        let source: WindowSpecification.TimeSource =
            time.timeAttribute == .proctime ? .proctime : .rowtime(column: timeColumn)
        var zone: String?
        if case .timestampLTZ = time.logical { zone = context.evaluation.timeZone }
        let window = WindowSpecification(
            shape: shape,
            offsetMicros: offsetMillis * 1_000,
            time: source,
            timeZone: zone,
            emit: try EmitSettings.strategy(context.configuration, at: span)
        )
        var node = LogicalWindowTable(input, window: window, partitionKeys: partitionKeys, timeType: timeType)
        node.span = span
        return node
    }

    /// The type of window_time.
    static func windowTimeType(_ time: DataType) -> DataType {
        if case .timestampLTZ = time.logical {
            return DataType(.timestampLTZ(3), nullable: false, timeAttribute: time.timeAttribute)
        }
        return DataType(.timestamp(3), nullable: false, timeAttribute: time.timeAttribute)
    }

    static func notTimeAttribute(_ name: String, _ type: DataType, at span: SourceSpan) -> SQLError {
        SQLError(
            .typeMismatch,
            "\(name) needs a time attribute, this is a plain \(type.logical)",
            at: span,
            hint: "declare WATERMARK FOR the column in CREATE TABLE, or a column AS PROCTIME()"
        )
    }
}
