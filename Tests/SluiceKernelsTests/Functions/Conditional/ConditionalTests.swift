import SluiceColumns
import Testing

@testable import SluiceKernels

@Suite struct ConditionalTests {
    private let null = ExpressionProbe.literal(.null, .int)
    private let a = ScalarExpression.column(0, DataType(.int))
    private let b = ScalarExpression.column(1, DataType(.int))
    private let batch = ExpressionProbe.batch(
        Column.of([.integer(7), .null, .null], DataType(.int)),
        Column.of([.integer(7), .integer(5), .null], DataType(.int))
    )

    @Test func coalesce() throws {
        let decimal = try ExpressionProbe.call("COALESCE", a, ExpressionProbe.decimal(15, 2, 1))
        #expect(decimal.type == .notNull(.decimal(precision: 11, scale: 1)))
        #expect(try ExpressionProbe.rows(decimal, batch) == [.integer(70), .integer(15), .integer(15)])
        #expect(
            try ExpressionProbe.rows(ExpressionProbe.call("COALESCE", a, b), batch) == [
                .integer(7), .integer(5), .null,
            ]
        )
        #expect(
            try ExpressionProbe.call("COALESCE", ExpressionProbe.text("a"), ExpressionProbe.text("bcd")).type
                == .notNull(.varchar(3))
        )
        #expect(throws: FunctionError.self) {
            try ExpressionProbe.call("COALESCE", ExpressionProbe.int(1), ExpressionProbe.text("a"))
        }
        let arrays = try ExpressionProbe.call(
            "COALESCE",
            ExpressionProbe.literal(.null, .array(DataType(.int))),
            ExpressionProbe.call("ARRAY", a, b)
        )
        #expect(try ExpressionProbe.rows(arrays, batch)[1] == .array([.null, .integer(5)]))
    }

    @Test func nullIfAndIf() throws {
        #expect(try ExpressionProbe.rows(ExpressionProbe.call("NULLIF", a, b), batch) == [.null, .null, .null])
        #expect(
            try ExpressionProbe.shown(
                ExpressionProbe.call("NULLIF", ExpressionProbe.int(1), ExpressionProbe.decimal(10, 2, 1))
            ) == nil
        )
        let condition = try ExpressionProbe.call(">", b, ExpressionProbe.int(5))
        let chosen = try ExpressionProbe.call("IF", condition, ExpressionProbe.text("gt"), ExpressionProbe.text("le"))
        #expect(chosen.type == DataType(.char(2)))
        #expect(try ExpressionProbe.rows(chosen, batch) == [.string("gt"), .string("le"), .string("le")])
        let guarded = try ExpressionProbe.call(
            "IF",
            ExpressionProbe.call("=", b, ExpressionProbe.int(5)),
            ExpressionProbe.int(0),
            ExpressionProbe.call("/", ExpressionProbe.int(10), ExpressionProbe.call("-", b, ExpressionProbe.int(5)))
        )
        #expect(try ExpressionProbe.rows(guarded, batch) == [.integer(5), .integer(0), .null])
    }

    @Test func extremes() throws {
        #expect(
            try ExpressionProbe.rows(ExpressionProbe.call("GREATEST", a, b, ExpressionProbe.int(6)), batch) == [
                .integer(7), .null, .null,
            ]
        )
        let doubles = ExpressionProbe.batch(
            Column.of([.double(-0.0), .double(.nan), .double(-.infinity)], DataType(.double))
        )
        let zero = ExpressionProbe.literal(.double(0), .double)
        let column = ScalarExpression.column(0, DataType(.double))
        let greatest = try ExpressionEvaluator(
            [ExpressionProbe.call("GREATEST", column, zero)],
            context: ExpressionProbe.context
        )
        let result = try greatest.evaluateOne(0, doubles)
        let shown = try TextRenderer(.double, timeZone: "UTC").rendered(result, DataType(.string))
        #expect((0..<3).map { shown.value($0).stringValue } == ["0.0", "NaN", "0.0"])
        #expect(throws: FunctionError.self) {
            try ExpressionProbe.call("GREATEST", ExpressionProbe.text("a"), ExpressionProbe.int(1))
        }
    }
}
