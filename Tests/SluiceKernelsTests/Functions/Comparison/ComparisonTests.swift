import SluiceColumns
import Testing

@testable import SluiceKernels

@Suite struct ComparisonTests {
    private func shown(_ name: String, _ left: ScalarExpression, _ right: ScalarExpression) throws -> String? {
        try ExpressionProbe.shown(ExpressionProbe.call(name, left, right))
    }

    @Test(arguments: [
        ("a", "<", "b"), ("abc", "<", "abcd"), ("", "<", "a"), ("a", "<>", "a "), ("é", ">", "z"), ("日", ">", "é"),
        ("😀", ">", "日"), ("", "=", ""), ("a long enough text 1", "<", "a long enough text 2"),
        ("a long enough text", "<=", "a long enough text"),
    ])
    func textsCompareByBytes(left: String, name: String, right: String) throws {
        #expect(try shown(name, ExpressionProbe.text(left), ExpressionProbe.text(right)) == "TRUE")
    }

    @Test func numbersAndTexts() throws {
        #expect(try shown("<", ExpressionProbe.text("10"), ExpressionProbe.int(9)) == "FALSE")
        #expect(try shown(">", ExpressionProbe.int(10), ExpressionProbe.text("9")) == "TRUE")
        #expect(throws: FunctionError.self) {
            try ExpressionProbe.call("=", ExpressionProbe.int(1), ExpressionProbe.text("1"))
        }
        #expect(
            try shown("=", ExpressionProbe.literal(.boolean(true), .boolean), ExpressionProbe.text("true")) == "FALSE"
        )
        #expect(try shown("=", ExpressionProbe.int(1), ExpressionProbe.decimal(10, 2, 1)) == "TRUE")
    }

    @Test func timestampsAndDatesDoNotMix() throws {
        let timestamp = ExpressionProbe.literal(.integer(0), .timestamp(3))
        #expect(throws: FunctionError.self) {
            try ExpressionProbe.call(">", timestamp, ExpressionProbe.literal(.integer(0), .date))
        }
        #expect(try shown("=", timestamp, ExpressionProbe.literal(.wide(0), .timestamp(9))) == "TRUE")
    }

    private static func order(_ left: Int64, _ right: Int64) -> Int {
        if left == right { return 0 }
        return left < right ? -1 : 1
    }

    private static func list(_ selection: SelectionVector?, _ count: Int) -> [Int] {
        guard let selection else { return Array(0..<count) }
        return (0..<selection.count).map { Int(selection.rows[$0]) }
    }

    private static func sequence(nullEvery: Int, factor: Int, range: Int) -> [Int64?] {
        (0..<300).map { (row: Int) -> Int64? in
            if row % nullEvery == 0 { return nil }
            return Int64(row * factor % range - range / 2)
        }
    }

    @Test(arguments: ComparisonOperator.allCases)
    func kernelsMatchARowWiseModel(operation: ComparisonOperator) throws {
        let values = Self.sequence(nullEvery: 11, factor: 7_919, range: 17)
        let others = Self.sequence(nullEvery: 7, factor: 104_729, range: 13)
        for type in [LogicalType.tinyint, .smallint, .int, .bigint, .decimal(precision: 20, scale: 0)] {
            let value = { (number: Int64?) -> Value in
                guard let number else { return .null }
                return type.lane == .int128 ? .wide(Int128(number)) : .integer(number)
            }
            let column = { (values: [Int64?]) in Column.of(values.map(value), DataType(type)) }
            let left = ScalarExpression.column(0, DataType(type))
            let right = ScalarExpression.column(1, DataType(type))
            let expression = try ExpressionProbe.call(operation.rawValue, left, right)
            let batch = ExpressionProbe.batch(column(values), column(others))
            let expected = zip(values, others).map { left, right -> Value in
                guard let left, let right else { return .null }
                return .boolean(operation.holds(Self.order(left, right)))
            }
            #expect(try ExpressionProbe.rows(expression, batch) == expected)
            let constant = try ExpressionProbe.call(
                operation.rawValue,
                left,
                ExpressionProbe.literal(value(2), type)
            )
            let evaluator = try ExpressionEvaluator([constant], context: ExpressionProbe.context)
            let selected = try evaluator.evaluateSelection(0, batch)
            let wanted = values.indices.filter { (row: Int) -> Bool in
                guard let value = values[row] else { return false }
                return operation.holds(Self.order(value, 2))
            }
            #expect(Self.list(selected, 300) == wanted)
        }
    }

    @Test(arguments: [
        ("hello", "h%o", true), ("hello", "%ell%", true), ("hello", "_ello", true), ("hello", "hell", false),
        ("日本語", "_本_", true), ("日本語", "__", false), ("a%b", "a%", true), ("", "%", true), ("", "_", false),
        ("abcabc", "%abc", true), ("abcab", "%abc", false), ("abab", "%a_", true), ("xaby", "%a_y", true),
        ("mississippi", "m%iss%ip_i", true), ("aXbXc", "a%b%c", true), ("ab", "a%b%b", false),
    ])
    func likePatterns(text: String, pattern: String, expected: Bool) throws {
        #expect(
            try shown("LIKE", ExpressionProbe.text(text), ExpressionProbe.text(pattern))
                == (expected ? "TRUE" : "FALSE")
        )
    }

    @Test func likeEscapes() throws {
        let escaped = try ExpressionProbe.call(
            "LIKE",
            ExpressionProbe.text("50%"),
            ExpressionProbe.text("50!%"),
            ExpressionProbe.text("!")
        )
        #expect(try ExpressionProbe.shown(escaped) == "TRUE")
        let bad = try ExpressionProbe.call(
            "LIKE",
            ExpressionProbe.text("50%"),
            ExpressionProbe.text("5!0"),
            ExpressionProbe.text("!")
        )
        #expect(throws: EvaluationError.self) { try ExpressionProbe.shown(bad) }
    }

    @Test func inLists() throws {
        let column = ScalarExpression.column(0, DataType(.int))
        let batch = ExpressionProbe.batch(Column.of([.integer(7), .integer(8), .null], DataType(.int)))
        for extra in [0, 10] {
            var arguments = [column, ExpressionProbe.int(7), ExpressionProbe.int(5)]
            arguments += (0..<extra).map { ExpressionProbe.int(Int64(100 + $0)) }
            let plain = try ScalarExpression.calling(InList.function, arguments)
            #expect(try ExpressionProbe.rows(plain, batch) == [.boolean(true), .boolean(false), .null])
            let withNull = try ScalarExpression.calling(
                InList.function,
                arguments + [ExpressionProbe.literal(.null, .int)]
            )
            #expect(try ExpressionProbe.rows(withNull, batch) == [.boolean(true), .null, .null])
        }
        #expect(
            try ExpressionProbe.shown(
                ExpressionProbe.call("IN", ExpressionProbe.int(1), ExpressionProbe.text("1"), ExpressionProbe.text("2"))
            ) == "TRUE"
        )
        let texts = ["", "Hello", "日本語テキスト", "a text of more than twelve bytes", "x", "y"].map {
            ExpressionProbe.text($0)
        }
        let found = try ScalarExpression.calling(
            InList.function,
            [ExpressionProbe.text("a text of more than twelve bytes")] + texts
        )
        #expect(try ExpressionProbe.shown(found) == "TRUE")
    }

    @Test func nestedValuesCompareByValue() throws {
        let one = try ExpressionProbe.call("ARRAY", ExpressionProbe.int(1), ExpressionProbe.int(2))
        let other = try ExpressionProbe.call("ARRAY", ExpressionProbe.int(2), ExpressionProbe.int(1))
        #expect(try shown("=", one, one) == "TRUE")
        #expect(try shown("=", one, other) == "FALSE")
        #expect(throws: FunctionError.self) { try ExpressionProbe.call("<", one, other) }
    }

    @Test func distinctFrom() throws {
        let null = ExpressionProbe.literal(.null, .int)
        #expect(try shown("IS DISTINCT FROM", null, null) == "FALSE")
        #expect(try shown("IS NOT DISTINCT FROM", null, ExpressionProbe.int(1)) == "FALSE")
        #expect(try ExpressionProbe.call("IS DISTINCT FROM", null, null).type == .notNull(.boolean))
        let column = ScalarExpression.column(0, DataType(.int))
        let batch = ExpressionProbe.batch(Column.of([.integer(7), .null], DataType(.int)))
        #expect(
            try ExpressionProbe.rows(ExpressionProbe.call("IS DISTINCT FROM", column, ExpressionProbe.int(7)), batch)
                == [.boolean(false), .boolean(true)]
        )
    }

    @Test func nanEqualsItselfOnlyBySimplification() throws {
        let column = ScalarExpression.column(0, DataType(.double))
        let batch = ExpressionProbe.batch(Column.of([.double(.nan), .null], DataType(.double)))
        #expect(try ExpressionProbe.rows(ExpressionProbe.call("=", column, column), batch) == [.boolean(true), .null])
        let nan = ExpressionProbe.literal(.double(.nan), .double)
        #expect(try ExpressionProbe.rows(ExpressionProbe.call("=", column, nan), batch) == [.boolean(false), .null])
    }
}
