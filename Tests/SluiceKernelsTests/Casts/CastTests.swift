import SluiceColumns
import Testing

@testable import SluiceKernels

/// Values that a real Flink 2.3.0 gave.
@Suite struct CastTests {
    private static let decimal102 = LogicalType.decimal(precision: 10, scale: 2)

    @Test(
        arguments: [
            ("42", "42"), (" 13 ", "13"), ("3.99", "3"), ("-3.99", "-3"), ("1e3", nil), ("abc", nil), ("", nil),
            ("+5", "5"),
            ("2147483648", nil), ("0x1F", nil),
        ] as [(String, String?)]
    )
    func textToInt(text: String, expected: String?) throws {
        #expect(try ExpressionProbe.shown(ExpressionProbe.cast(text, .int)) == expected)
    }

    @Test(
        arguments: [
            ("42", "42.00"), ("3.99", "3.99"), ("1e3", "1000.00"), ("abc", nil), ("2147483648", nil), ("t", "0.00"),
            ("1.005", "1.01"), ("-1.005", "-1.01"),
        ] as [(String, String?)]
    )
    func textToDecimal(text: String, expected: String?) throws {
        #expect(try ExpressionProbe.shown(ExpressionProbe.cast(text, Self.decimal102)) == expected)
    }

    @Test(
        arguments: [
            ("true", "TRUE"), ("FALSE", "FALSE"), ("yes", "TRUE"), ("t", "TRUE"), ("1", "TRUE"), ("0", "FALSE"),
            ("n", "FALSE"),
            (" true ", nil), ("2", nil), ("", nil),
        ] as [(String, String?)]
    )
    func textToBoolean(text: String, expected: String?) throws {
        #expect(try ExpressionProbe.shown(ExpressionProbe.cast(text, .boolean)) == expected)
    }

    @Test(
        arguments: [
            ("2024-02-29 12:34:56.789", 3, "2024-02-29 12:34:56.789"),
            ("2024-02-29 12:34:56.789", 0, "2024-02-29 12:34:56"),
            ("2023-02-29", 3, "2023-02-28 00:00:00.000"), ("2024-02-29T12:34:56", 3, nil), ("2024-02-29 12:34", 0, nil),
            ("2024-02-29 23:59:59.9999", 3, "2024-02-29 23:59:59.999"),
            ("2024-02-29 12:34:56.123456789", 9, "2024-02-29 12:34:56.123456789"),
            ("2024-02-29 12:34:56.987654321", 6, "2024-02-29 12:34:56.987654"),
        ] as [(String, Int, String?)]
    )
    func textToTimestamp(text: String, precision: Int, expected: String?) throws {
        #expect(try ExpressionProbe.shown(ExpressionProbe.cast(text, .timestamp(precision))) == expected)
    }

    @Test(arguments: [
        ("1969-12-31 23:59:59.999", "1970-01-01", "00:00:00", "1970-01-01 00:00:00"),
        ("0001-01-01 06:00:00.001", "0001-01-02", "06:00:01", "0001-01-01 06:00:01"),
        ("2023-12-31 23:59:59.500", "2023-12-31", "23:59:59", "2023-12-31 23:59:59"),
    ])
    func timestampsAreCutTowards1970(text: String, date: String, time: String, seconds: String) throws {
        let timestamp = ExpressionProbe.cast(text, .timestamp(3))
        #expect(try ExpressionProbe.shown(.cast(timestamp, to: DataType(.date), .cast)) == date)
        #expect(try ExpressionProbe.shown(.cast(timestamp, to: DataType(.time(0)), .cast)) == time)
        #expect(try ExpressionProbe.shown(.cast(timestamp, to: DataType(.timestamp(0)), .cast)) == seconds)
        let nanos = ExpressionProbe.cast(text, .timestamp(9))
        #expect(try ExpressionProbe.shown(.cast(nanos, to: DataType(.timestamp(0)), .cast)) == seconds)
    }

    @Test(arguments: [
        ("Europe/Berlin", "2024-02-29 13:34:56.789"), ("Asia/Kolkata", "2024-02-29 18:04:56.789"),
        ("GMT-08:00", "2024-02-29 04:34:56.789"),
    ])
    func zonesAreShownLocally(zone: String, expected: String) throws {
        let micros = ExpressionProbe.literal(.integer(1_709_210_096_789_000), .timestampLTZ(3))
        #expect(try ExpressionProbe.shown(micros, timeZone: zone) == expected)
        #expect(
            try ExpressionProbe.shown(.cast(micros, to: DataType(.timestamp(3)), .cast), timeZone: zone) == expected
        )
        let local = ScalarExpression.cast(
            ExpressionProbe.cast(expected, .timestamp(3)),
            to: DataType(.timestampLTZ(3)),
            .cast
        )
        #expect(try ExpressionProbe.shown(local, timeZone: zone) == expected)
    }

    @Test(arguments: [
        (LogicalType.tinyint, "44", "44"), (.int, "300", "2147483647"), (.bigint, "300", "9223372036854775807"),
    ])
    func doublesSaturateAndIntegersWrap(type: LogicalType, ofInteger: String, ofDouble: String) throws {
        #expect(try ExpressionProbe.shown(.cast(ExpressionProbe.int(300), to: DataType(type), .cast)) == ofInteger)
        let double = ExpressionProbe.literal(.double(type == .tinyint ? 300 : 1e20), .double)
        #expect(try ExpressionProbe.shown(.cast(double, to: DataType(type), .cast)) == ofDouble)
    }

    @Test func decimals() throws {
        func shown(_ unscaled: Int64, _ precision: Int, _ scale: Int, _ type: LogicalType) throws -> String? {
            try ExpressionProbe.shown(
                .cast(ExpressionProbe.decimal(unscaled, precision, scale), to: DataType(type), .cast)
            )
        }
        #expect(try shown(9_999_999_999, 10, 2, .tinyint) == "-1")
        #expect(try shown(9_999_999_999, 10, 2, .decimal(precision: 5, scale: 1)) == nil)
        #expect(try shown(25, 2, 1, .decimal(precision: 2, scale: 0)) == "3")
        #expect(try shown(-25, 2, 1, .decimal(precision: 2, scale: 0)) == "-3")
        #expect(try shown(123_455, 6, 3, .decimal(precision: 5, scale: 2)) == "123.46")
        #expect(try shown(9_999_999_999, 10, 2, .double) == "9.999999999E7")
        #expect(try shown(15, 2, 1, .boolean) == "TRUE")
        #expect(try shown(15, 20, 1, .decimal(precision: 38, scale: 18)) == "1.500000000000000000")
    }

    @Test func lengths() throws {
        func shown(_ text: String, _ type: LogicalType) throws -> String? {
            try ExpressionProbe.shown(.cast(ExpressionProbe.text(text), to: DataType(type), .cast))
        }
        #expect(try shown("abc", .char(2)) == "ab")
        #expect(try shown("a", .char(3)) == "a  ")
        #expect(try shown("日本語", .varchar(2)) == "日本")
        #expect(try shown("a", .varchar(0)) == "")
        #expect(try shown("a", .binary(3)) == "a\0\0")
    }

    @Test func collectionsToText() throws {
        let null = ExpressionProbe.literal(.null, .int)
        let array = try ExpressionProbe.call("ARRAY", ExpressionProbe.int(1), null)
        #expect(try ExpressionProbe.shown(array) == "[1, NULL]")
        let row = try ExpressionProbe.call("ROW", ExpressionProbe.int(1), ExpressionProbe.text("a"), array)
        #expect(try ExpressionProbe.shown(row) == "(1, a, [1, NULL])")
        let map = try ExpressionProbe.call("MAP", ExpressionProbe.text("k"), ExpressionProbe.int(1))
        #expect(try ExpressionProbe.shown(map) == "{k=1}")
        let wide = ScalarExpression.cast(array, to: DataType(.array(DataType(.bigint))), .cast)
        #expect(try ExpressionProbe.shown(wide) == "[1, NULL]")
    }

    @Test(
        arguments: [
            (.cast, "(TRUE, hi)"), (.legacyCast, "(true,hi)"), (.printed, "(TRUE, x'6869')"),
        ] as [(TextRenderer.Form, String)]
    )
    func formsOfText(form: TextRenderer.Form, expected: String) throws {
        let type = LogicalType.row([RowField("a", DataType(.boolean)), RowField("b", DataType(.varbinary(2)))])
        let column = Column.constant(.row([.boolean(true), .string("hi")]), DataType(type), count: 1)
        var buffer = TextBuffer()
        try TextRenderer(type, timeZone: "UTC", as: form).append(column, 0, to: &buffer)
        #expect(buffer.text == expected)
    }

    @Test func castFailsWhereTryCastIsNull() throws {
        #expect(throws: EvaluationError.self) { try ExpressionProbe.shown(ExpressionProbe.cast("abc", .int, .cast)) }
        let bad = ExpressionProbe.cast("abc", .int, .cast)
        #expect(try ConstantFolder.fold(bad, context: ExpressionProbe.context) == bad)
    }

    @Test(arguments: [
        (LogicalType.boolean, LogicalType.date), (.int, .bytes), (.date, .boolean), (.timestamp(3), .bigint),
        (.bigint, .timestampLTZ(3)), (.date, .time(0)), (.string, .array(DataType(.int))), (.binary(1), .int),
    ])
    func senselessCastsAreRefused(from: LogicalType, to: LogicalType) {
        #expect(throws: FunctionError.self) { try CastRules.check(from: DataType(from), to: DataType(to)) }
    }
}
