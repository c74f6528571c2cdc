import SluiceColumns
import Testing

@testable import SluiceKernels

/// Types and values that a real Flink 2.3.0 gave.
@Suite struct ArithmeticTests {
    private func decimal(_ precision: Int, _ scale: Int) -> ScalarExpression {
        .column(0, DataType(.decimal(precision: precision, scale: scale)))
    }

    @Test func decimalTypes() throws {
        #expect(
            try ExpressionProbe.call("/", decimal(10, 2), ExpressionProbe.int(3)).type.logical.description
                == "DECIMAL(21, 13)"
        )
        #expect(
            try ExpressionProbe.call("/", decimal(5, 3), ExpressionProbe.int(7)).type.logical.description
                == "DECIMAL(16, 14)"
        )
        #expect(
            try ExpressionProbe.call("+", decimal(6, 2), ExpressionProbe.int(1)).type.logical.description
                == "DECIMAL(13, 2)"
        )
        #expect(
            try ExpressionProbe.call("*", ExpressionProbe.decimal(908, 3, 3), .column(0, .notNull(.bigint))).type
                == .notNull(.decimal(precision: 23, scale: 3))
        )
    }

    @Test func mixedTypes() throws {
        let float = ScalarExpression.column(0, DataType(.float))
        let double = ScalarExpression.column(1, DataType(.double))
        #expect(try ExpressionProbe.call("+", float, double).type.logical == .float)
        #expect(try ExpressionProbe.call("+", double, float).type.logical == .double)
        #expect(
            try ExpressionProbe.call("%", .column(0, DataType(.bigint)), ExpressionProbe.int(10)).type.logical == .int
        )
        #expect(throws: FunctionError.self) { try ExpressionProbe.call("%", double, ExpressionProbe.int(1)) }
        #expect(throws: FunctionError.self) { try ExpressionProbe.call("-", ExpressionProbe.text("5")) }
    }

    @Test func quotients() throws {
        let batch = ExpressionProbe.batch(
            Column.of(
                [.integer(1_234_567_890), .integer(-1), .integer(100)],
                DataType(.decimal(precision: 10, scale: 2))
            )
        )
        let text = ScalarExpression.cast(
            try ExpressionProbe.call("/", decimal(10, 2), ExpressionProbe.int(3)),
            to: DataType(.string),
            .cast
        )
        #expect(
            try ExpressionProbe.rows(text, batch).map { $0.stringValue }
                == ["4115226.3000000000000", "-0.0033333333333", "0.3333333333333"]
        )
    }

    @Test func integersWrap() throws {
        let least = ExpressionProbe.literal(.integer(.min), .bigint)
        #expect(
            try ExpressionProbe.shown(ExpressionProbe.call("/", least, ExpressionProbe.int(-1)))
                == "-9223372036854775808"
        )
        #expect(try ExpressionProbe.shown(ExpressionProbe.call("-", least)) == "-9223372036854775808")
        #expect(try ExpressionProbe.shown(ExpressionProbe.call("%", least, ExpressionProbe.int(-1))) == "0")
        #expect(
            try ExpressionProbe.shown(ExpressionProbe.call("%", ExpressionProbe.int(-7), ExpressionProbe.int(3)))
                == "-1"
        )
    }

    @Test(arguments: [
        ("2024-01-31 00:00:00", "2024-02-29 00:00:00", "+29 00:00:00.000", "+0-01"),
        ("2024-02-29 00:00:00", "2024-01-31 00:00:00", "-29 00:00:00.000", "-0-01"),
        ("2023-02-28 12:00:00", "2024-02-28 11:59:59.999", "+364 23:59:59.999", "+0-11"),
        ("2024-01-01 00:00:00.999", "2024-01-01 00:00:00", "-0 00:00:00.999", "-0-01"),
        ("2020-02-29 00:00:00", "2021-02-28 00:00:00", "+365 00:00:00.000", "+1-00"),
    ])
    func differences(start: String, end: String, time: String, months: String) throws {
        let (start, end) = (ExpressionProbe.cast(start, .timestamp(3)), ExpressionProbe.cast(end, .timestamp(3)))
        #expect(try ExpressionProbe.shown(ExpressionProbe.call("DATETIME_DIFFERENCE_SECOND", end, start)) == time)
        #expect(try ExpressionProbe.shown(ExpressionProbe.call("DATETIME_DIFFERENCE_MONTH", end, start)) == months)
    }

    @Test(arguments: [
        ("2024-01-31 00:00:00", "+", 1, "2024-02-29 00:00:00"), ("2024-03-31 00:00:00", "-", 1, "2024-02-29 00:00:00"),
        ("1969-12-31 23:59:59", "+", 12, "1970-12-31 23:59:59"),
    ])
    func months(text: String, name: String, count: Int64, expected: String) throws {
        let interval = ExpressionProbe.literal(.integer(count), .intervalYearMonth(IntervalYearMonth(.month)))
        for precision in [0, 9] {
            let moved = try ExpressionProbe.call(name, ExpressionProbe.cast(text, .timestamp(precision)), interval)
            #expect(try ExpressionProbe.shown(.cast(moved, to: DataType(.timestamp(0)), .cast)) == expected)
        }
    }

    @Test func hoursOnDatesAndTimes() throws {
        let hours = { (count: Int64) in
            ExpressionProbe.literal(.integer(count * 3_600_000), .intervalDayTime(IntervalDayTime(.hour)))
        }
        let date = ExpressionProbe.cast("2024-01-01", .date)
        #expect(try ExpressionProbe.shown(ExpressionProbe.call("+", date, hours(1))) == "2024-01-01")
        #expect(try ExpressionProbe.shown(ExpressionProbe.call("-", date, hours(25))) == "2023-12-31")
        let time = ExpressionProbe.cast("23:30:00", .time(0))
        #expect(try ExpressionProbe.shown(ExpressionProbe.call("+", time, hours(1))) == "00:30:00")
        #expect(throws: FunctionError.self) { try ExpressionProbe.call("-", date, date) }
    }
}
