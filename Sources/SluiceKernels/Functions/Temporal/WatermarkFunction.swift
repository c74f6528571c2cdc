import SluiceColumns

extension TemporalFunctions {
    /// The name of the function that the planner gives the watermark of each row.
    package static let currentWatermark = "CURRENT_WATERMARK"

    /// The watermark that was in force before the row.
    ///
    /// Statements call it with an event time, whose type it has; plans with that and the row's running watermark:
    /// microseconds, `Watermark.none` before the first.
    static let watermarkFunction = ScalarFunction(
        currentWatermark,
        category: "temporal",
        signature: "CURRENT_WATERMARK(rowtime)",
        summary: "The watermark of the stream before the row, NULL as long as there is none; the argument is a column "
            + "of event time.",
        determinism: .perRow,
        resolve: { arguments in
            guard arguments.count == 1 else {
                throw FunctionError("CURRENT_WATERMARK takes one argument", hint: "write CURRENT_WATERMARK(rowtime)")
            }
            let type = arguments[0].type
            guard type.timeAttribute == .rowtime else {
                throw FunctionError(
                    "the argument of CURRENT_WATERMARK must be a column of event time, this is \(type.logical)",
                    hint: "name the column that WATERMARK FOR declares",
                    argument: 0
                )
            }
            let isInstant = if case .timestampLTZ = type.logical { true } else { false }
            return ResolvedSignature([type], DataType(isInstant ? .timestampLTZ(3) : .timestamp(3)))
        },
        makeKernel: { call in
            { arguments, rowCount in
                guard arguments.count == 2 else {
                    throw FunctionError("CURRENT_WATERMARK cannot be computed here")
                }
                var result = LaneResult<Int64>([], rowCount: rowCount)
                let marks = arguments[1].flattened().int64s
                for row in 0..<rowCount {
                    if marks[row] == Watermark.none.micros { result.setNull(row) } else { result.set(row, marks[row]) }
                }
                return try result.finish(call.type)
            }
        }
    )
}
