import SluiceColumns

extension TemporalFunctions {
    /// What the clock of the engine shows, in the session's zone; the same for all rows of a batch.
    static let clockFunctions: [ScalarFunction] = [
        clock(
            "CURRENT_TIMESTAMP",
            ["NOW"],
            .timestampLTZ(3),
            .perQuery,
            "The time now, of the instant.",
            "NOW() IS NOT NULL"
        ),
        clock(
            "LOCALTIMESTAMP",
            [],
            .timestamp(3),
            .perQuery,
            "The time now in the session's zone.",
            "LOCALTIMESTAMP IS NOT NULL"
        ),
        clock("CURRENT_DATE", [], .date, .perQuery, "Today in the session's zone.", "CURRENT_DATE > DATE '2024-01-01'"),
        clock(
            "CURRENT_TIME",
            ["LOCALTIME"],
            .time(0),
            .perQuery,
            "The time of day now in the session's zone.",
            "LOCALTIME IS NOT NULL"
        ),
        clock(
            "CURRENT_ROW_TIMESTAMP",
            [],
            .timestampLTZ(3),
            .perRow,
            "The time at which the row is processed.",
            "CURRENT_ROW_TIMESTAMP() IS NOT NULL"
        ),
        clock(
            "PROCTIME",
            [],
            .timestampLTZ(3),
            .perRow,
            "The processing time, as a time attribute.",
            "PROCTIME() IS NOT NULL"
        ),
    ]

    private static func clock(
        _ name: String,
        _ aliases: [String],
        _ type: LogicalType,
        _ determinism: ScalarFunction.Determinism,
        _ summary: String,
        _ truth: String
    ) -> ScalarFunction {
        ScalarFunction(
            name,
            aliases: aliases,
            category: "temporal",
            signature: "\(name)()",
            summary: summary,
            example: (truth, "TRUE"),
            determinism: determinism,
            takes: ArgumentList([]),
            gives: ResultRule { _ in
                DataType(type, nullable: false, timeAttribute: name == "PROCTIME" ? .proctime : nil)
            },
            compile: { call in
                let zone = try sessionZone(call)
                let clock = call.context.clock
                return { _, rowCount in
                    let utcMillis = floorDivide(clock(), 1_000)
                    let localMillis = zone.localMillis(utcMillis: utcMillis)
                    let day = floorDivide(localMillis, 86_400_000)
                    let value: Int64 =
                        switch type {
                        case .timestampLTZ: utcMillis * 1_000
                        case .timestamp: localMillis * 1_000
                        case .date: day
                        default: (localMillis - day * 86_400_000) / 1_000 * 1_000
                        }
                    return .constant(.integer(value), call.type, count: rowCount)
                }
            }
        )
    }
}
