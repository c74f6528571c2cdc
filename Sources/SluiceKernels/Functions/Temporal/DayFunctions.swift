import SluiceColumns

extension TemporalFunctions {
    /// Days that are named by their place in a month or a week, which Flink has no functions for.
    static let dayFunctions: [ScalarFunction] = [
        ScalarFunction(
            "LAST_DAY",
            category: "temporal",
            signature: "LAST_DAY(date | timestamp)",
            summary: "The last day of the month. Not in Flink.",
            example: ("LAST_DAY(DATE '2024-02-10')", "2024-02-29"),
            takes: ArgumentList([.day]),
            gives: .strict(.date),
            rows: { call, arguments, rowCount in
                let days = [try dayNumbers(arguments[0], call)]
                let numbers = days.lane(0, of: Int32.self)
                var result = LaneResult<Int32>(arguments, rowCount: rowCount)
                for row in 0..<rowCount {
                    var date = CivilDate(daysSinceEpoch: Int(numbers[row]))
                    date.day = CivilDate.dayCount(ofMonth: date.month, year: date.year)
                    result.set(row, Int32(truncatingIfNeeded: date.daysSinceEpoch))
                }
                return try result.finish(call.type)
            }
        ),
        ScalarFunction(
            "NEXT_DAY",
            category: "temporal",
            signature: "NEXT_DAY(date | timestamp, day)",
            summary:
                "The first later date that is that day of the week: its English name in any case, or the first two "
                + "or three letters of it. NULL for another name. Not in Flink.",
            example: ("NEXT_DAY(DATE '2024-02-29', 'Fri')", "2024-03-01"),
            takes: ArgumentList([.day, .textOrNull]),
            gives: .nullable(.date),
            rows: { call, arguments, rowCount in
                let days = [try dayNumbers(arguments[0], call)]
                let numbers = days.lane(0, of: Int32.self)
                let names = arguments.text(1)
                var result = LaneResult<Int32>(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    guard let weekday = weekday(names[row]) else {
                        result.setNull(row)
                        continue
                    }
                    // 1970-01-01, day 0, was a Thursday.
                    let distance = floorModulo(weekday - 4 - Int(numbers[row]), 7)
                    result.set(row, numbers[row] &+ Int32(distance == 0 ? 7 : distance))
                }
                return try result.finish(call.type)
            }
        ),
    ]

    /// A column of days, timestamps with local time zone in the session's zone; a constant stays one.
    private static func dayNumbers(_ column: Column, _ call: ResolvedCall) throws -> Column {
        if column.type.logical == .date { return column }
        let millis = TemporalLanes.millis(column, zone: try sessionZone(call))
        return TemporalLanes.column(millis: millis, as: DataType(.date, nullable: column.type.isNullable))
    }

    private static let weekdayNames: [[UInt8]] = [
        "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    ].map { Array($0.utf8) }

    /// The day of the week, from 0 for Sunday; nil where the text names none.
    private static func weekday(_ text: Span<UInt8>) -> Int? {
        for (day, name) in weekdayNames.enumerated() where 2...3 ~= text.count || text.count == name.count {
            var isSame = true
            // Only the two cases of a letter become that small letter.
            for index in 0..<text.count where text[index] | 0x20 != name[index] { isSame = false }
            if isSame { return day }
        }
        return nil
    }
}

extension ArgumentRule {
    /// DATE or a timestamp, as it is; a bare NULL is a DATE.
    fileprivate static let day = ArgumentRule("a DATE or TIMESTAMP") {
        $0.logical == .date || $0.logical.isTimestamp ? $0.withoutTimeAttribute : nil
    }.orNull(.date)
}
