import SluiceColumns
import Testing

@testable import SluiceKernels

@Suite struct EvaluatorTests {
    private let numbers = ExpressionProbe.batch(
        Column.of([.integer(7), .integer(0), .null, .integer(-3)], DataType(.int)),
        Column.of([.integer(2), .integer(0), .integer(5), .null], DataType(.int))
    )
    private let a = ScalarExpression.column(0, DataType(.int))
    private let b = ScalarExpression.column(1, DataType(.int))

    @Test func arithmeticKeepsNulls() throws {
        #expect(
            try ExpressionProbe.rows(ExpressionProbe.call("+", a, b), numbers) == [
                .integer(9), .integer(0), .null, .null,
            ]
        )
        #expect(try ExpressionProbe.call("+", a, b).type == DataType(.int))
    }

    @Test func divisionByZeroFailsOnlyInValidRows() throws {
        let quotient = try ExpressionProbe.call("/", ExpressionProbe.int(10), b)
        #expect(throws: EvaluationError.self) { try ExpressionProbe.rows(quotient, numbers) }
        let nulls = ExpressionProbe.batch(
            Column.of([.null, .integer(4)], DataType(.int)),
            Column.of([.null, .integer(2)], DataType(.int))
        )
        #expect(try ExpressionProbe.rows(ExpressionProbe.call("/", a, b), nulls) == [.null, .integer(2)])
    }

    @Test func laterOperandsRunOnlyOverRowsThatReachThem() throws {
        let guarded = ScalarExpression.and([
            try ExpressionProbe.call("<>", b, ExpressionProbe.int(0)),
            try ExpressionProbe.call(
                ">",
                ExpressionProbe.call("/", ExpressionProbe.int(10), b),
                ExpressionProbe.int(1)
            ),
        ])
        #expect(try ExpressionProbe.rows(guarded, numbers) == [.boolean(true), .boolean(false), .boolean(true), .null])
        let evaluator = try ExpressionEvaluator([guarded], context: ExpressionProbe.context)
        let selection = try #require(try evaluator.evaluateSelection(0, numbers))
        #expect((0..<selection.count).map { selection.rows[$0] } == [0, 2])
    }

    @Test func caseIsLazyInItsBranches() throws {
        let isZero = try ExpressionProbe.call("=", b, ExpressionProbe.int(0))
        let expression = ScalarExpression.caseWhen(
            [CaseBranch(isZero, ExpressionProbe.int(-1))],
            otherwise: try ExpressionProbe.call("/", ExpressionProbe.int(10), b),
            DataType(.int)
        )
        #expect(try ExpressionProbe.rows(expression, numbers) == [.integer(5), .integer(-1), .integer(2), .null])
    }

    @Test func eagerCaseSelectsBetweenColumns() throws {
        let expression = ScalarExpression.caseWhen(
            [
                CaseBranch(try ExpressionProbe.call("=", a, ExpressionProbe.int(7)), b),
                CaseBranch(try ExpressionProbe.call("IS NULL", a), ExpressionProbe.int(100)),
            ],
            otherwise: a,
            DataType(.int)
        )
        #expect(
            try ExpressionProbe.rows(expression, numbers) == [.integer(2), .integer(0), .integer(100), .integer(-3)]
        )
    }

    @Test(arguments: [
        ("0.908", 123_456_789, "112098764.412"), ("1.5", -3, "-4.5"),
    ])
    func decimalTimesBigint(factor: String, price: Int64, expected: String) throws {
        let digits = factor.replacing(".", with: "").drop { $0 == "0" }
        let literal = ExpressionProbe.decimal(Int64(digits) ?? 0, digits.count, factor.split(separator: ".")[1].count)
        let product = try ExpressionProbe.call("*", literal, ExpressionProbe.literal(.integer(price), .bigint))
        #expect(try ExpressionProbe.shown(product) == expected)
    }

    @Test func constantsFoldAndErrorsAreReported() throws {
        let sum = try ExpressionProbe.call("+", ExpressionProbe.int(2_147_483_647), ExpressionProbe.int(1))
        #expect(
            try ConstantFolder.fold(sum, context: ExpressionProbe.context)
                == .literal(.integer(-2_147_483_648), .notNull(.int))
        )
        let bad = try ExpressionProbe.call("/", ExpressionProbe.int(1), ExpressionProbe.int(0))
        #expect(throws: EvaluationError.self) { try ConstantFolder.fold(bad, context: ExpressionProbe.context) }
    }
}
