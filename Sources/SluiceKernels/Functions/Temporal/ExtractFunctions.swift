import SluiceColumns

extension TemporalFunctions {
    static let extractFunctions: [ScalarFunction] =
        [
            ScalarFunction(
                "EXTRACT",
                category: "temporal",
                signature: "EXTRACT(unit FROM temporal)",
                summary: "A part of a date, time, timestamp or interval: YEAR, QUARTER, MONTH, WEEK (ISO), DAY, DOW "
                    + "(Sunday is 1), ISODOW, DOY, HOUR, MINUTE, SECOND, MILLISECOND, MICROSECOND, NANOSECOND, EPOCH, "
                    + "ISOYEAR, DECADE, CENTURY or MILLENNIUM.",
                example: (expression: "EXTRACT(DAY FROM DATE '2006-06-05')", result: "5"),
                resolve: { arguments in
                    let unit = try TimeUnit("EXTRACT", arguments, at: 0)
                    let types = try ArgumentList([.text, .extractable]).types("EXTRACT", arguments)
                    try checkExtraction(unit, from: types[1].logical)
                    return ResolvedSignature(types, DataType(.bigint, nullable: types[1].isNullable))
                },
                makeKernel: { call in try extractKernel(call, TimeUnit(call, at: 0), index: 1) }
            )
        ] + [
            part("YEAR", .year, "1994"), part("QUARTER", .quarter, "3"), part("MONTH", .month, "9"),
            part("WEEK", .week, "39"), part("DAYOFYEAR", .dayOfYear, "270"), part("DAYOFMONTH", .day, "27"),
            part("DAYOFWEEK", .dayOfWeek, "3"), part("HOUR", .hour, "13"), part("MINUTE", .minute, "14"),
            part("SECOND", .second, "15"),
        ]

    private static func part(_ name: String, _ unit: TimeUnit, _ result: String) -> ScalarFunction {
        ScalarFunction(
            name,
            category: "temporal",
            signature: "\(name)(temporal)",
            summary: "The same as EXTRACT(\(unit.rawValue) FROM temporal).",
            example: (expression: "\(name)(TIMESTAMP '1994-09-27 13:14:15')", result: result),
            resolve: { arguments in
                let types = try ArgumentList([.extractable]).types(name, arguments)
                try checkExtraction(unit, from: types[0].logical)
                return ResolvedSignature(types, DataType(.bigint, nullable: types[0].isNullable))
            },
            makeKernel: { call in try extractKernel(call, unit, index: 0) }
        )
    }

    private static func checkExtraction(_ unit: TimeUnit, from type: LogicalType) throws {
        let isSubMilli = unit == .microsecond || unit == .nanosecond
        let isClock = unit == .hour || unit == .minute || unit == .second || unit == .millisecond
        let isPossible =
            switch type {
            case .date: !isSubMilli
            case .time: isClock
            case .intervalDayTime: isClock || unit == .day
            case .intervalYearMonth: unit == .year || unit == .quarter || unit == .month
            default: true
            }
        if !isPossible { throw FunctionError("a \(type) has no \(unit.rawValue)") }
    }

    private static func extractKernel(_ call: ResolvedCall, _ unit: TimeUnit, index: Int) throws -> ScalarKernel {
        let zone = try sessionZone(call)
        let type = call.argumentTypes[index].logical
        return StrictKernel.make(call) { arguments, rowCount in
            let source = arguments[index]
            let millis = [TemporalLanes.millis(source, zone: zone)]
            let values = millis.lane(0, of: Int64.self)
            var result = LaneResult<Int64>([source], rowCount: rowCount)
            for row in 0..<rowCount where result.isPresent(row) {
                switch type {
                case .intervalYearMonth: result.set(row, monthsPart(unit, values[row]))
                case .intervalDayTime where unit == .day: result.set(row, values[row] / 86_400_000)
                default:
                    let slot = source.isConstant ? 0 : row
                    let nanos =
                        unit == .microsecond || unit == .nanosecond
                        ? TemporalLanes.nanosOfMillisecond(source, slot) : 0
                    let value = CalendarArithmetic.extract(unit, millis: values[row], nanosOfMillisecond: nanos)
                    if let value { result.set(row, value) } else { result.setNull(row) }
                }
            }
            return try result.finish(call.type)
        }
    }

    private static func monthsPart(_ unit: TimeUnit, _ months: Int64) -> Int64 {
        switch unit {
        case .year: months / 12
        case .quarter: months % 12 / 3 + 1
        default: months % 12
        }
    }
}

extension ArgumentRule {
    /// What EXTRACT takes a part of.
    fileprivate static let extractable = ArgumentRule("a DATE, TIME, TIMESTAMP or INTERVAL") {
        $0.logical.isDatetime || $0.logical.isInterval ? $0.withoutTimeAttribute : nil
    }
}
