import SluiceColumns
import Testing

@testable import SluiceKernels

@Suite struct AccessTests {
    @Test func arrayElements() throws {
        let type = DataType(.array(DataType(.int)))
        let arrays = Column.of([.array([.integer(3), .null]), .array([]), .null, .array([.integer(9)])], type)
        let index = Column.of([.integer(1), .integer(1), .integer(1), .integer(2)], DataType(.int))
        let element = try ExpressionProbe.call("ITEM", .column(0, type), .column(1, DataType(.int)))
        #expect(
            try ExpressionProbe.rows(element, ExpressionProbe.batch(arrays, index)) == [
                .integer(3), .null, .null, .null,
            ]
        )
        let second = try ExpressionProbe.call("ITEM", .column(0, type), ExpressionProbe.int(1))
        #expect(
            try ExpressionProbe.rows(second, ExpressionProbe.batch(arrays, index)) == [
                .integer(3), .null, .null, .integer(9),
            ]
        )
        #expect(throws: FunctionError.self) {
            try ExpressionProbe.call("ITEM", .column(0, type), ExpressionProbe.int(0))
        }
        let size = try ExpressionProbe.call("CARDINALITY", .column(0, type))
        #expect(
            try ExpressionProbe.rows(size, ExpressionProbe.batch(arrays)) == [
                .integer(2), .integer(0), .null, .integer(1),
            ]
        )
    }

    @Test func mapValues() throws {
        let type = DataType(.map(DataType(.string), DataType(.int)))
        let maps = Column.of(
            [
                .map(keys: [.string("x"), .string("y")], values: [.integer(1), .null]), .null,
                .map(keys: [], values: []),
            ],
            type
        )
        let keys = Column.of([.string("y"), .string("x"), .string("x")], DataType(.string))
        let batch = ExpressionProbe.batch(maps, keys)
        let constant = try ExpressionProbe.call("ITEM", .column(0, type), ExpressionProbe.text("x"))
        #expect(try ExpressionProbe.rows(constant, batch) == [.integer(1), .null, .null])
        let varying = try ExpressionProbe.call("ITEM", .column(0, type), .column(1, DataType(.string)))
        #expect(try ExpressionProbe.rows(varying, batch) == [.null, .null, .null])
    }

    @Test func constructorsAndTypes() throws {
        let array = try ExpressionProbe.call("ARRAY", ExpressionProbe.int(1), ExpressionProbe.decimal(15, 2, 1))
        #expect(array.type == .notNull(.array(.notNull(.decimal(precision: 11, scale: 1)))))
        let map = try ExpressionProbe.call(
            "MAP",
            ExpressionProbe.text("a"),
            ExpressionProbe.int(1),
            ExpressionProbe.text("a"),
            ExpressionProbe.int(2)
        )
        #expect(try ExpressionProbe.shown(map) == "{a=2}")
        let type = try ExpressionProbe.call("TYPEOF", ExpressionProbe.int(1))
        #expect(try ExpressionProbe.shown(type) == "INT NOT NULL")
        let joined = try ExpressionProbe.call("||", ExpressionProbe.text("a"), ExpressionProbe.text("bc"))
        #expect(joined.type == .notNull(.char(3)))
        #expect(try ExpressionProbe.shown(joined) == "abc")
    }

    @Test func fieldsOfRows() throws {
        let type = DataType(.row([RowField("a", DataType(.int)), RowField("b", DataType(.string))]))
        let rows = Column.of([.row([.integer(1), .string("x")]), .null, .row([.null, .string("y")])], type)
        let field = ScalarExpression.field(.column(0, type), index: 1, DataType(.string))
        #expect(try ExpressionProbe.rows(field, ExpressionProbe.batch(rows)) == [.string("x"), .null, .string("y")])
    }
}
