import SluiceColumns
import Testing

@testable import SluiceKernels

/// Truth tables of three-valued logic, eager, lazy and as predicates, over batches with every combination.
@Suite struct LogicTests {
    private static let states: [Value] = [.boolean(true), .boolean(false), .null]
    private let pairs = LogicTests.states.flatMap { left in LogicTests.states.map { (left, $0) } }

    private var batch: Batch {
        ExpressionProbe.batch(
            Column.of(pairs.map(\.0), DataType(.boolean)),
            Column.of(pairs.map(\.1), DataType(.boolean))
        )
    }

    private let a = ScalarExpression.column(0, DataType(.boolean))
    private let b = ScalarExpression.column(1, DataType(.boolean))

    /// `b` in a form that the evaluator takes for costly.
    private func lazyB() throws -> ScalarExpression {
        let text = ScalarExpression.cast(b, to: DataType(.string), .cast)
        return .cast(text, to: DataType(.boolean), .cast)
    }

    private func expected(_ decides: Value, _ neutral: Value) -> [Value] {
        pairs.map { $0 == decides || $1 == decides ? decides : ($0.isNull || $1.isNull ? .null : neutral) }
    }

    @Test func and() throws {
        let wanted = expected(.boolean(false), .boolean(true))
        #expect(try ExpressionProbe.rows(.and([a, b]), batch) == wanted)
        #expect(try ExpressionProbe.rows(.and([a, lazyB()]), batch) == wanted)
        let evaluator = try ExpressionEvaluator([.and([a, lazyB()])], context: ExpressionProbe.context)
        let rows = try #require(try evaluator.evaluateSelection(0, batch))
        #expect(rows.count == 1 && rows.rows[0] == 0)
    }

    @Test func or() throws {
        let wanted = expected(.boolean(true), .boolean(false))
        #expect(try ExpressionProbe.rows(.or([a, b]), batch) == wanted)
        #expect(try ExpressionProbe.rows(.or([a, lazyB()]), batch) == wanted)
    }

    @Test(arguments: [Value.boolean(true), .boolean(false), .null])
    func constants(value: Value) throws {
        let constant = ExpressionProbe.literal(value, .boolean)
        for expression in [ScalarExpression.and([a, constant]), .and([constant, a])] {
            let wanted = pairs.map { left, _ -> Value in
                if left == .boolean(false) || value == .boolean(false) { return .boolean(false) }
                return left.isNull || value.isNull ? .null : .boolean(true)
            }
            #expect(try ExpressionProbe.rows(expression, batch) == wanted)
        }
    }

    @Test(arguments: [
        ("NOT", [Value.boolean(false), .boolean(true), .null]),
        ("IS TRUE", [.boolean(true), .boolean(false), .boolean(false)]),
        ("IS NOT TRUE", [.boolean(false), .boolean(true), .boolean(true)]),
        ("IS FALSE", [.boolean(false), .boolean(true), .boolean(false)]),
        ("IS NOT FALSE", [.boolean(true), .boolean(false), .boolean(true)]),
        ("IS UNKNOWN", [.boolean(false), .boolean(false), .boolean(true)]),
        ("IS NOT UNKNOWN", [.boolean(true), .boolean(true), .boolean(false)]),
        ("IS NULL", [.boolean(false), .boolean(false), .boolean(true)]),
        ("IS NOT NULL", [.boolean(true), .boolean(true), .boolean(false)]),
    ])
    func tests(name: String, expected: [Value]) throws {
        let batch = ExpressionProbe.batch(Column.of(Self.states, DataType(.boolean)))
        #expect(try ExpressionProbe.rows(ExpressionProbe.call(name, a), batch) == expected)
    }
}
