import SluiceColumns
import Testing

@testable import SluiceKernels

/// Golden values of Flink 2.3.
@Suite("Temporal functions")
struct TemporalFunctionTests {
    static let catalogue = FunctionCatalogue(scalars: TemporalFunctions.all + MathFunctions.all)

    /// `yyyy-MM-dd HH:mm:ss[.f]` as a TIMESTAMP(p).
    static func timestamp(_ text: String, _ precision: Int = 3) -> Argument {
        Argument(stamp(text, precision), .timestamp(precision))
    }
    static func zoned(_ text: String) -> Argument { Argument(stamp(text, 3), .timestampLTZ(3)) }
    static func stamp(_ text: String, _ precision: Int = 3) -> Value {
        guard let parsed = TimestampText.parseCast(Array(text.utf8).span) else { return .null }
        return precision > 6 ? .wide(parsed.nanos) : .integer(parsed.micros ?? 0)
    }
    static func day(_ text: String) -> Value {
        TimestampText.parseDate(Array(text.utf8).span).map { .integer(Int64($0)) } ?? .null
    }
    static func date(_ text: String) -> Argument { Argument(day(text), .date) }
    static func time(_ seconds: Int64) -> Argument { Argument(.integer(seconds * 1_000), .time(0)) }

    static let extracts: [Golden] = [
        Golden("EXTRACT", ["YEAR", date("2024-02-29")], 2024), Golden("EXTRACT", ["DOW", date("2024-03-03")], 1),
        Golden("EXTRACT", ["WEEK", date("2021-01-03")], 53), Golden("EXTRACT", ["CENTURY", date("2000-01-01")], 20),
        Golden("EXTRACT", ["ISOYEAR", date("2021-01-03")], 2020),
        Golden("EXTRACT", ["EPOCH", date("2024-01-01")], 1_704_067_200),
        Golden("EXTRACT", ["HOUR", timestamp("0001-01-01 06:00:00.001")], -17),
        Golden("EXTRACT", ["DAY", timestamp("1969-12-31 23:59:59.999")], 1),
        Golden("EXTRACT", ["MILLISECOND", timestamp("1965-05-15 12:34:56.789")], -211),
        Golden("EXTRACT", ["EPOCH", timestamp("1965-05-15 12:34:56.789")], -146_143_503),
        Golden("EXTRACT", ["MICROSECOND", timestamp("1965-05-15 12:34:56.789123456", 9)], -210_877),
        Golden("EXTRACT", ["NANOSECOND", timestamp("2024-05-15 12:34:56.789123456", 9)], 789_123_456),
        Golden("EXTRACT", ["MICROSECOND", timestamp("2024-01-01 00:00:01.234567", 6)], 234_567),
        Golden("EXTRACT", ["HOUR", date("2024-01-01")], 0), Golden("EXTRACT", ["MINUTE", time(45_296)], 34),
        Golden("EXTRACT", ["YEAR", Argument(.integer(14), .intervalYearMonth(IntervalYearMonth(.month)))], 1),
        Golden("EXTRACT", ["MONTH", Argument(.integer(14), .intervalYearMonth(IntervalYearMonth(.month)))], 2),
        Golden(
            "EXTRACT",
            ["HOUR", Argument(.integer(129_600_000), .intervalDayTime(IntervalDayTime(.dayToHour)))],
            12
        ),
        Golden("EXTRACT", ["DAY", Argument(.integer(432_000_000), .intervalDayTime(IntervalDayTime(.day)))], 5),
        Golden("YEAR", [date("1994-09-27")], 1994), Golden("DAYOFWEEK", [date("1994-09-27")], 3),
        Golden("SECOND", [timestamp("1994-09-27 13:14:15.9")], 15), Golden("YEAR", [.null(.date)], nil),
    ]

    static let roundings: [Golden] = [
        Golden("FLOOR", [timestamp("2024-05-15 12:34:56.789"), "WEEK"], stamp("2024-05-12 00:00:00")),
        Golden("FLOOR", [timestamp("2024-05-15 12:34:56.789"), "QUARTER"], stamp("2024-04-01 00:00:00")),
        Golden("FLOOR", [timestamp("1965-05-15 12:34:56.789"), "WEEK"], stamp("1965-05-16 00:00:00")),
        Golden("FLOOR", [timestamp("1965-05-15 12:34:56.789"), "DAY"], stamp("1965-05-15 00:00:00")),
        Golden("FLOOR", [timestamp("1969-12-31 23:59:59.999"), "YEAR"], stamp("1970-01-01 00:00:00")),
        Golden("CEIL", [timestamp("2024-05-15 12:34:56.789"), "HOUR"], stamp("2024-05-15 13:00:00")),
        Golden("CEIL", [timestamp("2024-05-15 12:34:56.789123", 6), "MILLISECOND"], stamp("2024-05-15 12:34:56.790")),
        Golden("FLOOR", [timestamp("2024-05-15 12:34:56.789123456", 9), "HOUR"], stamp("2024-05-15 12:00:00", 9)),
        Golden("FLOOR", [date("2024-05-15"), "WEEK"], day("2024-05-12")),
        Golden("CEIL", [date("2024-05-12"), "WEEK"], day("2024-05-12")),
        Golden("CEIL", [date("2024-05-15"), "MONTH"], day("2024-06-01")),
        Golden("FLOOR", [date("2024-05-15"), "HOUR"], day("2024-05-15")),
        Golden("FLOOR", [time(45_296), "HOUR"], 43_200_000), Golden("CEIL", [time(45_296), "MINUTE"], 45_300_000),
        Golden("FLOOR", [time(45_296), "DAY"], 45_296_000),
    ]

    static let shifts: [Golden] = [
        Golden("TIMESTAMPADD", ["MONTH", 1, date("2024-01-31")], day("2024-02-29")),
        Golden("TIMESTAMPADD", ["WEEK", 1, date("2003-01-02")], day("2003-01-09")),
        Golden("TIMESTAMPADD", ["DECADE", 1, date("2024-01-01")], day("2034-01-01")),
        Golden("TIMESTAMPADD", ["HOUR", 1, date("2024-02-29")], stamp("2024-02-29 01:00:00")),
        Golden("TIMESTAMPADD", ["MONTH", -1, timestamp("2024-03-31 10:00:00")], stamp("2024-02-29 10:00:00")),
        Golden(
            "TIMESTAMPADD",
            ["SECOND", 5, timestamp("2024-01-01 00:00:00.123456789", 9)],
            stamp("2024-01-01 00:00:05.123456789", 9)
        ),
        Golden("TIMESTAMPADD", ["HOUR", 2, time(86_399)], 7_199_000),
        Golden("TIMESTAMPADD", ["MONTH", 1, time(36_000)], 36_000_000),
        Golden("TIMESTAMPADD", ["DAY", .null(.int), date("2024-01-01")], nil),
        Golden("TIMESTAMPDIFF", ["DAY", timestamp("2024-01-01 00:00:00"), date("2024-01-03")], 2),
        Golden("TIMESTAMPDIFF", ["MONTH", date("2024-01-31"), date("2024-02-29")], 1),
        Golden("TIMESTAMPDIFF", ["MONTH", date("2024-02-29"), date("2024-01-31")], -1),
        Golden("TIMESTAMPDIFF", ["YEAR", date("2020-02-29"), date("2021-02-28")], 1),
        Golden("TIMESTAMPDIFF", ["YEAR", date("2020-02-29"), date("2021-02-27")], 0),
        Golden("TIMESTAMPDIFF", ["MONTH", timestamp("2024-01-31 10:00:00"), timestamp("2024-02-29 09:00:00")], 0),
        Golden(
            "TIMESTAMPDIFF",
            ["MILLISECOND", timestamp("2024-01-01 00:00:00"), timestamp("2024-01-01 00:00:01.5")],
            1000
        ),
        Golden("TIMESTAMPDIFF", ["HOUR", time(36_000), time(45_000)], 2),
        Golden(
            "TIMESTAMPDIFF",
            ["SECOND", timestamp("1900-01-01 00:00:00"), timestamp("2100-01-01 00:00:00")],
            2_016_466_304
        ),
    ]

    static let texts: [Golden] = [
        Golden(
            "DATE_FORMAT",
            [timestamp("2024-02-29 12:34:56.789"), "yyyy-MM-dd HH:mm:ss.SSS"],
            "2024-02-29 12:34:56.789"
        ),
        Golden("DATE_FORMAT", [timestamp("2024-02-29 00:05:09"), "k:K:h:H"], "24:0:12:0"),
        Golden("DATE_FORMAT", [timestamp("2024-02-29 12:34:56"), "EEE, MMM dd yyyy"], "Thu, Feb 29 2024"),
        Golden("DATE_FORMAT", ["2024-02-29 12:34:56", "yyyy"], "2024"),
        Golden("DATE_FORMAT", ["2024-02-29", "MM/dd"], nil),
        Golden("DATE_FORMAT", ["2024-02-29 12:34:56.789", "HH:mm:ss.SSS"], "12:34:56.000"),
        Golden("FROM_UNIXTIME", [1_700_000_000], "2023-11-14 22:13:20"),
        Golden("FROM_UNIXTIME", [44, "HH:mm:ss"], "00:00:44"),
        Golden("FROM_UNIXTIME", [Argument(.integer(.max), .bigint)], "1969-12-31 23:59:59"),
        Golden("UNIX_TIMESTAMP", ["2024-02-29 12:34:56"], 1_709_210_096),
        Golden("UNIX_TIMESTAMP", ["bad"], .integer(.min)),
        Golden("UNIX_TIMESTAMP", ["29/02/2024", "dd/MM/yyyy"], 1_709_164_800),
        Golden("UNIX_TIMESTAMP", ["1970-01-01 08:00:01 +0800", "yyyy-MM-dd HH:mm:ss X"], 1),
        Golden("TO_DATE", ["2024-02-29"], day("2024-02-29")), Golden("TO_DATE", ["2024-02-30"], nil),
        Golden("TO_DATE", ["42"], day("0042-01-01")),
        Golden("TO_DATE", ["30/02/2024", "dd/MM/yyyy"], day("2024-03-01")),
        Golden("TO_DATE", ["2024-02-29 12:34:56"], day("2024-02-29")), Golden("TO_DATE", ["2024/02/29"], nil),
        Golden("TO_TIMESTAMP", ["2024-02-30 12:34:56"], stamp("2024-02-29 12:34:56")),
        Golden("TO_TIMESTAMP", ["2024-02-29 24:00:00"], stamp("2024-03-01 00:00:00")),
        Golden("TRY_TO_TIMESTAMP", ["2024-03-01", "dd/MM/yyyy", "yyyy-MM-dd"], stamp("2024-03-01 00:00:00")),
        Golden("TRY_TO_TIMESTAMP", ["2024-03-01 01:02:03", "yyyy-MM-dd"], nil),
        Golden("TRY_TO_TIMESTAMP", ["2024-03-01", "bogus", "yyyy-MM-dd"], stamp("2024-03-01 00:00:00")),
        Golden("TRY_TO_TIMESTAMP", ["2024-03-01", "yyyy-MM-dd", .nullText], nil),
        Golden("TO_TIMESTAMP", ["bad"], nil), Golden("TO_TIMESTAMP", ["2024-02-29", "bogus"], nil),
        Golden("TO_TIMESTAMP", ["2024-02-29 12:34:56.123456789"], stamp("2024-02-29 12:34:56.123")),
        Golden("TO_TIMESTAMP", ["29/Feb/2024:12:34:56", "dd/MMM/yyyy:HH:mm:ss"], stamp("2024-02-29 12:34:56")),
        Golden("TO_TIMESTAMP", ["2024-02-29 12:34:56 ", "yyyy-MM-dd HH:mm:ss"], stamp("2024-02-29 12:34:56")),
        Golden("TO_TIMESTAMP", ["12:34", "HH:mm"], stamp("1970-01-01 12:34:00")),
        Golden("TO_TIMESTAMP_LTZ", [1_700_000_000, 0], stamp("2023-11-14 22:13:20")),
        Golden("TO_TIMESTAMP_LTZ", [-1, 3], stamp("1969-12-31 23:59:59.999")),
        Golden("TO_TIMESTAMP_LTZ", [1.5, 3], stamp("1970-01-01 00:00:00.001")),
        Golden("TO_TIMESTAMP_LTZ", [1.234567, 0], stamp("1970-01-01 00:00:01.234")),
        Golden(
            "TO_TIMESTAMP_LTZ",
            [Argument(.integer(15), .decimal(precision: 2, scale: 1)), 0],
            stamp("1970-01-01 00:00:01")
        ),
        Golden("TO_TIMESTAMP_LTZ", [253_402_300_800_000, 3], nil), Golden("TO_TIMESTAMP_LTZ", [0, 6], .integer(0)),
        Golden("TO_TIMESTAMP_LTZ", [1_700_000_000_123_456_789, 9], .wide(1_700_000_000_123_456_789)),
        Golden("TO_TIMESTAMP_LTZ", ["29/02/2024", "dd/MM/yyyy"], stamp("2024-02-29 00:00:00")),
        Golden(
            "TO_TIMESTAMP_LTZ",
            ["2024-02-29 12:34:56", "yyyy-MM-dd HH:mm:ss", "Asia/Tokyo"],
            stamp("2024-02-29 03:34:56")
        ),
        Golden("TO_TIMESTAMP_LTZ", ["2024-02-29 12:34x", "yyyy-MM-dd HH:mm"], nil),
        Golden("CONVERT_TZ", ["1970-01-01 00:00:00", "UTC", "America/Los_Angeles"], "1969-12-31 16:00:00"),
        Golden("CONVERT_TZ", ["2024-11-03 01:30:00", "America/New_York", "UTC"], "2024-11-03 06:30:00"),
        Golden("CONVERT_TZ", ["2024-03-31 02:30:00", "Europe/Berlin", "UTC"], "2024-03-31 01:30:00"),
        Golden("CONVERT_TZ", ["1970-01-01 00:00:00", "Nowhere/X", "UTC"], "1970-01-01 00:00:00"),
        Golden("CONVERT_TZ", ["bad", "UTC", "UTC"], nil),
    ]

    @Test(arguments: extracts + roundings + shifts + texts)
    func goldenValue(golden: Golden) throws { try golden.check(Self.catalogue) }

    static let zonedValues: [(String, Golden)] = [
        ("Asia/Shanghai", Golden("EXTRACT", ["HOUR", zoned("2024-02-29 12:34:56.789")], 20)),
        ("Asia/Shanghai", Golden("EXTRACT", ["EPOCH", zoned("1970-01-01 00:00:00")], 28_800)),
        ("America/Los_Angeles", Golden("EXTRACT", ["HOUR", zoned("1970-01-01 00:00:00")], -8)),
        ("Asia/Shanghai", Golden("FLOOR", [zoned("2024-02-29 12:34:56"), "DAY"], stamp("2024-02-28 16:00:00"))),
        ("America/Los_Angeles", Golden("FLOOR", [zoned("2024-03-10 19:00:00"), "DAY"], stamp("2024-03-10 07:00:00"))),
        (
            "Asia/Shanghai",
            Golden("DATE_FORMAT", [zoned("2024-02-29 12:34:56"), "yyyy-MM-dd HH:mm"], "2024-02-29 20:34")
        ),
        ("Europe/Berlin", Golden("UNIX_TIMESTAMP", ["1970-01-01 08:00:01"], 25_201)),
        ("Europe/Berlin", Golden("UNIX_TIMESTAMP", ["2024-03-31 02:30:00"], 1_711_848_600)),
        ("Europe/Berlin", Golden("FROM_UNIXTIME", [1_720_000_000], "2024-07-03 11:46:40")),
        ("America/New_York", Golden("UNIX_TIMESTAMP", ["2024-11-03 01:30:00"], 1_730_615_400)),
        ("America/New_York", Golden("UNIX_TIMESTAMP", ["2024-03-10 02:30:00"], 1_710_055_800)),
    ]

    @Test(arguments: zonedValues.indices)
    func sessionZone(index: Int) throws {
        let (zone, golden) = Self.zonedValues[index]
        try golden.check(Self.catalogue, context: EvaluationContext(timeZone: zone))
    }

    @Test func clocksShowOneInstant() throws {
        let context = EvaluationContext(timeZone: "Asia/Tokyo", clock: { 1_709_210_096_789_000 })
        func value(_ name: String) throws -> (Value, String) {
            let run = try FunctionRun(try #require(Self.catalogue.scalar(name)), [], context: context)
            return (run.value, run.type.description)
        }
        #expect(try value("NOW") == (.integer(1_709_210_096_789_000), "TIMESTAMP_LTZ(3) NOT NULL"))
        #expect(try value("LOCALTIMESTAMP") == (Self.stamp("2024-02-29 21:34:56.789"), "TIMESTAMP(3) NOT NULL"))
        #expect(try value("CURRENT_DATE") == (Self.day("2024-02-29"), "DATE NOT NULL"))
        #expect(try value("LOCALTIME") == (.integer(77_696_000), "TIME(0) NOT NULL"))
        #expect(try value("PROCTIME").1 == "TIMESTAMP_LTZ(3) NOT NULL *PROCTIME*")
        #expect(try value("UNIX_TIMESTAMP") == (.integer(1_709_210_096), "BIGINT NOT NULL"))
    }

    static let types: [(String, [Argument], String)] = [
        ("TIMESTAMPADD", ["HOUR", 1, date("2024-01-01")], "TIMESTAMP(6) NOT NULL"),
        ("TIMESTAMPADD", ["MILLISECOND", 5, timestamp("2024-01-01 00:00:00", 0)], "TIMESTAMP(3) NOT NULL"),
        ("TIMESTAMPADD", ["DAY", .null(.int), date("2024-01-01")], "DATE"),
        ("TIMESTAMPDIFF", ["NANOSECOND", date("2024-01-01"), date("2024-01-01")], "BIGINT NOT NULL"),
        ("TO_TIMESTAMP_LTZ", [0, 0], "TIMESTAMP_LTZ(3)"), ("TO_TIMESTAMP_LTZ", [0, 6], "TIMESTAMP_LTZ(6)"),
        ("FLOOR", [zoned("2024-01-01 00:00:00"), "DAY"], "TIMESTAMP_LTZ(3) NOT NULL"),
        ("EXTRACT", ["YEAR", .null(.date)], "BIGINT"), ("TO_DATE", ["x"], "DATE"),
    ]

    @Test(arguments: types.indices)
    func resultType(index: Int) throws {
        let (name, arguments, expected) = Self.types[index]
        let function = try #require(Self.catalogue.scalar(name))
        let signature = try function.resolve(arguments.map { ArgumentInfo($0.type, literal: $0.value) })
        #expect(signature.result.description == expected)
    }

    static let refused: [(String, [Argument])] = [
        ("EXTRACT", ["YEAR", time(0)]), ("EXTRACT", ["YEAR", "2024-01-01"]),
        ("EXTRACT", ["TIMEZONE", date("2024-01-01")]),
        ("EXTRACT", ["MICROSECOND", date("2024-01-01")]), ("YEAR", [2024]),
        ("DATE_FORMAT", [date("2024-01-01"), "yyyy"]),
        ("DATE_FORMAT", [5, "yyyy"]), ("TIMESTAMPADD", ["DAY", 1, "2024-01-01"]),
        ("TIMESTAMPADD", ["FOO", 1, date("2024-01-01")]),
        ("TIMESTAMPADD", ["MICROSECOND", 5, timestamp("2024-01-01 00:00:00", 6)]), ("TO_TIMESTAMP", [5]),
        ("TIMESTAMPDIFF", ["DAY", "2024-01-01", "2024-01-05"]), ("TO_TIMESTAMP_LTZ", [true, 3]), ("NOW", [1]),
        ("TO_TIMESTAMP_LTZ", ["2024-02-29 12:34:56", "yyyy-MM-dd HH:mm:ss", "Nowhere/City"]),
        ("TO_TIMESTAMP_LTZ", [5, 10]),
        ("FROM_UNIXTIME", ["x"]), ("UNIX_TIMESTAMP", [5]), ("FLOOR", [timestamp("2024-01-01 00:00:00"), "DOW"]),
    ]

    @Test(arguments: refused.indices)
    func refusedInResolution(index: Int) throws {
        let (name, arguments) = Self.refused[index]
        let function = try #require(Self.catalogue.scalar(name))
        #expect(throws: FunctionError.self) {
            try function.resolve(arguments.map { ArgumentInfo($0.type, literal: $0.value) })
        }
    }

    static let failing: [(String, [Argument])] = [
        ("TO_TIMESTAMP_LTZ", ["bad"]), ("TO_TIMESTAMP_LTZ", ["2024-02-29T12:34:56Z"]),
        ("FROM_UNIXTIME", [44, "bogus"]),
        ("DATE_FORMAT", [timestamp("2024-02-29 12:34:56"), "bogus"]), ("UNIX_TIMESTAMP", ["2024-02-29", "bogus"]),
    ]

    @Test(arguments: failing.indices)
    func failsAtRunTime(index: Int) throws {
        let (name, arguments) = Self.failing[index]
        let function = try #require(Self.catalogue.scalar(name))
        #expect(throws: EvaluationError.self) { try FunctionRun(function, arguments) }
    }
}
