import SluiceColumns
import SluiceKernels
import Testing

@Suite struct CalendarArithmeticTests {
    private static func millis(_ text: String) -> Int64 {
        let bytes = Array(text.utf8)
        return TimestampText.parseCast(bytes.span)?.millis ?? .min
    }

    private static func text(_ millis: Int64) -> String {
        var buffer = TextBuffer()
        buffer.append(timestampMicros: millis * 1_000, precision: 3)
        return buffer.text
    }

    /// What Flink 2.3 answers: the timestamp, and FLOOR and CEIL to YEAR, QUARTER, MONTH, WEEK, DAY, HOUR.
    static let timestamps: [(String, [String], [String])] = [
        (
            "2024-02-29 12:34:56.789",
            ["2024-01-01 00", "2024-01-01 00", "2024-02-01 00", "2024-02-25 00", "2024-02-29 00", "2024-02-29 12"],
            ["2025-01-01 00", "2024-04-01 00", "2024-03-01 00", "2024-03-03 00", "2024-03-01 00", "2024-02-29 13"]
        ),
        (
            "1969-12-31 23:59:59.999",
            ["1970-01-01 00", "1970-01-01 00", "1970-01-01 00", "1969-12-28 00", "1969-12-31 00", "1969-12-31 23"],
            ["1970-01-01 00", "1970-01-01 00", "1970-01-01 00", "1970-01-04 00", "1970-01-01 00", "1970-01-01 00"]
        ),
        (
            "0001-01-01 06:00:00.001",
            ["0001-01-01 00", "0001-01-01 00", "0001-01-01 00", "0001-01-02 00", "0001-01-01 00", "0001-01-01 06"],
            ["0002-01-01 00", "0001-04-01 00", "0001-02-01 00", "0001-01-09 00", "0001-01-02 00", "0001-01-01 07"]
        ),
        (
            "1969-05-17 13:14:15.161",
            ["1969-01-01 00", "1969-04-01 00", "1969-05-01 00", "1969-05-18 00", "1969-05-17 00", "1969-05-17 13"],
            ["1970-01-01 00", "1969-07-01 00", "1969-06-01 00", "1969-05-18 00", "1969-05-18 00", "1969-05-17 14"]
        ),
        (
            "2001-01-01 00:00:00.000",
            ["2001-01-01 00", "2001-01-01 00", "2001-01-01 00", "2000-12-31 00", "2001-01-01 00", "2001-01-01 00"],
            ["2001-01-01 00", "2001-01-01 00", "2001-01-01 00", "2001-01-07 00", "2001-01-01 00", "2001-01-01 00"]
        ),
        (
            "1500-03-05 01:01:01.001",
            ["1500-01-01 00", "1500-01-01 00", "1500-02-01 00", "1500-02-23 00", "1500-03-05 00", "1500-03-05 01"],
            ["1501-01-01 00", "1500-04-01 00", "1500-03-01 00", "1500-03-02 00", "1500-03-06 00", "1500-03-05 02"]
        ),
    ]

    @Test(arguments: timestamps)
    func timestampsFloorAndCeil(timestamp: String, floors: [String], ceilings: [String]) {
        let units: [TimeUnit] = [.year, .quarter, .month, .week, .day, .hour]
        let millis = Self.millis(timestamp)
        let found = units.map { Self.text(CalendarArithmetic.floor(millis: millis, to: $0)) }
        #expect(found == floors.map { $0 + ":00:00.000" })
        let above = units.map { Self.text(CalendarArithmetic.ceil(millis: millis, to: $0)) }
        #expect(above == ceilings.map { $0 + ":00:00.000" })
    }

    /// FLOOR and CEIL to DECADE, CENTURY and MILLENNIUM: the years.
    static let eras: [(String, [Int])] = [
        ("2024-02-29 12:34:56.789", [2_020, 2_030, 2_001, 2_101, 2_001, 3_001]),
        ("1969-12-31 23:59:59.999", [1_970, 1_980, 1_901, 2_001, 1_001, 2_001]),
        ("0001-01-01 06:00:00.001", [0, 10, 1, 101, 1, 1_001]),
        ("2001-01-01 00:00:00", [2_000, 2_010, 2_001, 2_101, 2_001, 3_001]),
        ("1500-03-05 01:01:01.001", [1_500, 1_510, 1_401, 1_501, 1_001, 2_001]),
    ]

    @Test(arguments: eras)
    func longUnits(timestamp: String, years: [Int]) {
        let millis = Self.millis(timestamp)
        let found = [TimeUnit.decade, .century, .millennium].flatMap { unit in
            [CalendarArithmetic.floor(millis: millis, to: unit), CalendarArithmetic.ceil(millis: millis, to: unit)]
        }
        #expect(found.map { CivilDate(daysSinceEpoch: Int(floorDivide($0, 86_400_000))).year } == years)
    }

    /// Dates with FLOOR and CEIL to YEAR, QUARTER, MONTH, WEEK, DAY.
    static let dates: [(String, [String])] = [
        (
            "2024-02-29",
            [
                "2024-01-01", "2025-01-01", "2024-01-01", "2024-04-01", "2024-02-01", "2024-03-01", "2024-02-25",
                "2024-03-03", "2024-02-29", "2024-03-01",
            ]
        ),
        (
            "0001-01-01",
            [
                "0001-01-01", "0002-01-01", "0001-01-01", "0001-04-01", "0001-01-01", "0001-02-01", "0001-01-02",
                "0001-01-09", "0001-01-03", "0001-01-04",
            ]
        ),
        (
            "1500-03-05",
            [
                "1500-01-01", "1501-01-01", "1500-01-01", "1500-04-01", "1500-02-01", "1500-03-01", "1500-02-23",
                "1500-03-02", "1500-02-24", "1500-02-25",
            ]
        ),
    ]

    @Test(arguments: dates)
    func datesFloorAndCeil(date: String, expected: [String]) {
        let bytes = Array(date.utf8)
        let days = Int(TimestampText.parseDate(bytes.span) ?? 0)
        let found = [TimeUnit.year, .quarter, .month, .week, .day].flatMap { unit in
            [CalendarArithmetic.floor(days: days, to: unit), CalendarArithmetic.ceil(days: days, to: unit)]
        }
        let texts = found.map { days in
            var buffer = TextBuffer()
            buffer.append(dateDays: days)
            return buffer.text
        }
        #expect(texts == expected)
    }

    @Test func timesFloorAndCeil() {
        #expect(CalendarArithmetic.floor(timeMillis: 86_399_000, to: .hour) == 82_800_000)
        #expect(CalendarArithmetic.ceil(timeMillis: 86_399_000, to: .hour) == 86_400_000)
        #expect(CalendarArithmetic.ceil(timeMillis: 0, to: .minute) == 0)
    }

    /// EXTRACT of YEAR, DAY, HOUR, MINUTE, SECOND, MILLISECOND, EPOCH, CENTURY, DECADE, MILLENNIUM as Flink answers.
    static let parts: [(String, [Int64])] = [
        ("2024-02-29 12:34:56.789", [2_024, 29, 12, 34, 56, 789, 1_709_210_096, 21, 202, 3]),
        ("1969-12-31 23:59:59.999", [1_970, 1, 0, 0, 0, -1, 0, 20, 197, 2]),
        ("0001-01-01 06:00:00.001", [1, 2, -17, -59, -59, -999, -62_135_575_199, 1, 0, 1]),
        ("9999-12-31 23:00:00.999", [9_999, 31, 23, 0, 0, 999, 253_402_297_200, 100, 999, 10]),
    ]

    @Test(arguments: parts)
    func timestampsAreTakenApart(timestamp: String, expected: [Int64]) {
        let units: [TimeUnit] = [
            .year, .day, .hour, .minute, .second, .millisecond, .epoch, .century, .decade, .millennium,
        ]
        let found = units.map { CalendarArithmetic.extract($0, millis: Self.millis(timestamp)) }
        #expect(found == expected)
    }

    /// TIMESTAMPDIFF in MONTH, QUARTER, YEAR, DAY and WEEK.
    static let differences: [(String, String, [Int64])] = [
        ("2024-01-31 00:00:00", "2024-02-29 00:00:00", [1, 0, 0, 29, 4]),
        ("2024-02-29 00:00:00", "2024-01-31 00:00:00", [-1, 0, 0, -29, -4]),
        ("2023-02-28 12:00:00", "2024-02-28 11:59:59.999", [11, 3, 0, 364, 52]),
        ("2024-01-01 00:00:00.999", "2024-01-01 00:00:00", [-1, 0, 0, 0, 0]),
        ("2020-02-29 00:00:00", "2021-02-28 00:00:00", [12, 4, 1, 365, 52]),
        ("1969-12-31 23:59:59", "1970-01-01 00:00:01", [0, 0, 0, 0, 0]),
    ]

    @Test(arguments: differences)
    func differencesCountWholeUnits(start: String, end: String, expected: [Int64]) {
        let found = [TimeUnit.month, .quarter, .year, .day, .week].map {
            CalendarArithmetic.difference($0, fromMillis: Self.millis(start), toMillis: Self.millis(end))
        }
        #expect(found == expected)
    }
}
