import SluiceColumns
import SluiceTesting
import Testing

@Suite struct TimestampTextTests {
    /// Texts and what Flink 2.3 makes of them with CAST AS TIMESTAMP(9).
    static let casts: [(String, String?)] = [
        ("2024-02-29", "2024-02-29 00:00:00.000000000"), ("2023-02-29", "2023-02-28 00:00:00.000000000"),
        ("2024-02-29 12:34:56", "2024-02-29 12:34:56.000000000"), ("2024-02-29T12:34:56", nil), ("12:34:56", nil),
        ("2024-02-29 12:34:56.123456789", "2024-02-29 12:34:56.123456789"), ("42", nil), ("", nil), ("2024", nil),
        ("2024-2-9", "2024-02-09 00:00:00.000000000"), ("2024-02-29 12:34", nil), ("2024-02", nil),
        ("2024-2-9 1:2:3", "2024-02-09 01:02:03.000000000"), ("2024-02-29 12:34:56Z", nil), (" 2024-02-29 ", nil),
        ("2024-02-30 00:00:00", "2024-02-29 00:00:00.000000000"), ("2024-02-29 25:00:00", nil),
        ("2024-02-29  12:34:56", nil), ("2024-02-29 23:59:59.9999", "2024-02-29 23:59:59.999900000"),
        ("2024-1-022", "2024-01-02 00:00:00.000000000"), ("2024-012-01", nil), ("2024-01-01 1:1:001", nil),
        ("2024-01-01 24:00:00", "2024-01-02 00:00:00.000000000"), ("2024-01-01 24:00:01", nil), ("2024-04-32", nil),
        ("2024-01-01 00:00:00.", "2024-01-01 00:00:00.000000000"), ("2024-01-01 00:00:00.1234567891", nil),
        ("-2024-01-01 00:00:00", nil), ("0000-01-01 00:00:00", nil), ("12024-01-01", nil), ("2024-01-01 00:60:00", nil),
        ("2024-02-29 12:34:56.789", "2024-02-29 12:34:56.789000000"), ("2024-02-29 12:34:60.789", nil),
        ("2024-13-29 12:34:56.789", nil), ("2024-02-30 12:34:56.789", "2024-02-29 12:34:56.789000000"),
        ("2024-02-29 12:34:56,789", nil), ("0000-02-29 12:34:56.789", nil), ("2024/02-29 12:34:56", nil),
    ]

    @Test(arguments: casts)
    func castsFromString(text: String, expected: String?) {
        let value = bytes(of: text) { TimestampText.parseCast($0) }
        #expect(value.map { value in formatted { $0.append(timestamp: value, precision: 9) } } == expected)
    }

    /// Texts of the formats: the standard, whether it is a timestamp with local time zone, and the value printed again.
    static let standards: [(String, TimestampText.Standard, Bool, String?)] = [
        ("2024-01-01 00:00:00", .sql, false, "2024-01-01 00:00:00"),
        ("2024-01-01 00:00:00.100", .sql, false, "2024-01-01 00:00:00.1"),
        ("2024-01-01T00:00:00.123456789", .iso8601, false, "2024-01-01T00:00:00.123456789"),
        ("2024-01-01T00:00", .iso8601, false, "2024-01-01T00:00:00"), ("2024-01-01 00:00", .sql, false, nil),
        ("2024-01-01T00:00:00", .sql, false, nil), ("2024-01-01 00:00:00", .iso8601, false, nil),
        ("2024-01-01 00:00:00Z", .sql, true, "2024-01-01 00:00:00Z"), ("2024-01-01 00:00:00", .sql, true, nil),
        ("2024-01-01 00:00:00Z", .sql, false, nil), ("2024-02-30 01:02:03", .sql, false, "2024-02-29 01:02:03"),
        ("2024-02-30T01:02:03", .iso8601, false, nil),
        ("2024-01-01T00:00:00.5Z", .iso8601, true, "2024-01-01T00:00:00.5Z"),
        ("2024-1-01 00:00:00", .sql, false, nil), ("2024-01-01 0:00:00", .sql, false, nil), ("", .sql, true, nil),
        ("+12024-01-01 00:00:00", .sql, false, "12024-01-01 00:00:00"), ("2024-01-01 00:00:00.1x", .sql, false, nil),
    ]

    @Test(arguments: standards)
    func formatsReadAndWrite(text: String, standard: TimestampText.Standard, isUTC: Bool, expected: String?) {
        let value = bytes(of: text) { TimestampText.parse($0, standard: standard, isUTC: isUTC) }
        let printed = value.map { value in formatted { $0.append(timestamp: value, standard: standard, isUTC: isUTC) } }
        #expect(printed == expected)
    }

    @Test func randomMicrosGoOutAndIn() {
        var random = SeededRandom(46)
        for _ in 0..<20_000 {
            let micros = Int64(random.next() % 315_537_897_600_000_000) - 62_135_596_800_000_000
            let precision = Int(random.next() % 7)
            let cut = LocalTimestamp(micros: micros).truncated(toPrecision: precision)
            let text = formatted { $0.append(timestamp: cut, precision: precision) }
            #expect(text.utf8.count == (precision == 0 ? 19 : 20 + precision))
            #expect(bytes(of: text) { TimestampText.parseCast($0) } == cut, "\(text)")
            #expect(bytes(of: text) { TimestampText.parse($0, standard: .sql, isUTC: false) } == cut, "\(text)")
            #expect(LocalTimestamp(micros: micros).micros == micros)
            #expect(LocalTimestamp(nanos: Int128(micros) * 1_000 + 7).nanos == Int128(micros) * 1_000 + 7)
        }
    }

    static let dates: [(String, String?)] = [
        ("42", "0042-01-01"), ("-7", nil), (" 13 ", "0013-01-01"), ("3.99", nil), ("2024-02-29", "2024-02-29"),
        ("2023-02-29", nil), ("2024-02-29 12:34:56", "2024-02-29"), ("2024-02-29T12:34:56", nil),
        ("2024-2-9", "2024-02-09"),
        ("2024", "2024-01-01"), ("1", "0001-01-01"), (" 2024-02-29 ", "2024-02-29"), ("2024-13-01", nil),
        ("2024-02", "2024-02-01"),
        ("20240229", nil), ("2024/02/29", nil), ("29-02-2024", nil), ("10000-01-01", nil), ("-0001-01-01", nil),
        ("", nil),
        ("2024-1-022", "2024-01-22"), ("2024-012-01", "2024-12-01"), ("0000-01-01", "0000-01-01"),
        ("1 2", "0001-01-01"),
        ("+5", nil), ("2024-", nil), ("2024-01-", nil), ("2024-01-01-01", nil),
    ]

    @Test(arguments: dates)
    func datesCastFromString(text: String, expected: String?) {
        let days = bytes(of: text) { TimestampText.parseDateCast($0) }
        #expect(days.map { days in formatted { $0.append(dateDays: Int(days)) } } == expected)
    }

    static let times: [(String, String?)] = [
        ("12:34:56", "12:34:56.0"), ("12:34:56.", "12:34:56.0"), ("12:34:56.1234", "12:34:56.123"),
        ("12:34:56.12a", "12:34:56.12"), (" 1 : 2 : 3 ", "01:02:03.0"), ("12:34:56+01:00", "13:34:56.0"), ("+1", nil),
        ("1:2:", nil), (":2:3", nil), ("23:59:59.9996", "24:00:00.0"), ("24:00", nil), ("1:2:3.5.6", "01:02:03.506"),
        ("12:34:56.7 ", "12:34:56.7"), (" 7 ", "07:00:00.0"), ("42", nil), ("12:60:00", nil), ("12:34", "12:34:00.0"),
        ("", nil), ("25:00", nil), ("2024-1-022", nil), ("abc", nil), ("12:34:56-01:30", "11:04:56.0"),
        ("12:34:56+x", nil),
    ]

    @Test(arguments: times)
    func timesCastFromString(text: String, expected: String?) {
        let millis = bytes(of: text) { TimestampText.parseTimeCast($0) }
        #expect(millis.map { millis in formatted { $0.append(timeMillis: millis, precision: 3) } } == expected)
    }

    static let formatTimes: [(String, Bool, String?)] = [
        ("12:34:56", false, "12:34:56"), ("12:34:56.120", false, "12:34:56.12"), ("12:34", false, nil),
        ("12:34", true, "12:34:00"), ("1:02:03", false, nil), ("24:00:01", false, nil),
        ("12:34:56.789999", false, "12:34:56.789"),
    ]

    @Test(arguments: formatTimes)
    func formatsReadTimes(text: String, secondsOptional: Bool, expected: String?) {
        let millis = bytes(of: text) { TimestampText.parseTime($0, secondsOptional: secondsOptional) }
        #expect(millis.map { millis in formatted { $0.append(formatTimeMillis: millis) } } == expected)
    }

    @Test func formatsReadDates() {
        #expect(bytes(of: "2024-02-29") { TimestampText.parseDate($0) } == 19_782)
        #expect(bytes(of: "2023-02-29") { TimestampText.parseDate($0) } == nil)
        #expect(bytes(of: "2024-2-9") { TimestampText.parseDate($0) } == nil)
    }

    @Test func valuesBeyondFourDigitYearsPrint() {
        #expect(formatted { $0.append(dateDays: 2_932_897) } == "10000-01-01")
        #expect(formatted { $0.append(timestampMicros: .max, precision: 6) } == "294247-01-10 04:00:54.775807")
        #expect(formatted { $0.append(timestampMicros: .min, precision: 0) } == "-290308-12-21 19:59:05.224192")
    }

    @Test func intervalsPrintAsFlinkPrintsThem() {
        #expect(formatted { $0.append(intervalMonths: 14) } == "+1-02")
        #expect(formatted { $0.append(intervalMonths: -1) } == "-0-01")
        #expect(formatted { $0.append(intervalMillis: 93_784_000) } == "+1 02:03:04.000")
        #expect(formatted { $0.append(intervalMillis: -999) } == "-0 00:00:00.999")
        #expect(formatted { $0.append(intervalMillis: .min) } == "-106751991167 07:12:55.808")
        #expect(formatted { $0.append(intervalMonths: .min) } == "-178956970-08")
    }

    @Test func timesPrintTheirPrecision() {
        #expect(formatted { $0.append(timeMillis: 45_296_789, precision: 0) } == "12:34:56")
        #expect(formatted { $0.append(timeMillis: 45_296_780, precision: 3) } == "12:34:56.78")
        #expect(formatted { $0.append(timeMillis: 45_296_789, precision: 1) } == "12:34:56.7")
        #expect(formatted { $0.append(timeMillis: -1, precision: 0) } == "23:59:59")
    }
}
