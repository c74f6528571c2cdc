import SluiceColumns
import SluiceKernels
import SluiceSQL
import Testing

@testable import SluicePlan

@Suite("Folding a constant gives what a row gives")
struct ConstantFoldingTests {
    /// An example of the catalogue, bound, with some of its literals taken from the columns of a batch.
    private struct Lifted {
        var expression: ScalarExpression
        var literals: [(value: Value, type: DataType)] = []

        /// Replaces the literals for which `isLifted` holds, counted in the order in which they stand.
        init(_ expression: ScalarExpression, where isLifted: (_ place: Int) -> Bool) {
            self.expression = expression
            var place = 0
            self.expression = lift(expression, &place, isLifted)
        }

        private mutating func lift(
            _ expression: ScalarExpression,
            _ place: inout Int,
            _ isLifted: (Int) -> Bool
        ) -> ScalarExpression {
            if case .literal(let value, let type) = expression {
                defer { place += 1 }
                guard isLifted(place), type.logical != .null else { return expression }
                literals.append((value, type))
                return .column(literals.count - 1, type)
            }
            var parts: [ScalarExpression] = []
            for child in expression.children { parts.append(lift(child, &place, isLifted)) }
            var next = 0
            return expression.mapChildren { _ in
                defer { next += 1 }
                return parts[next]
            }
        }

        func batch(rowCount: Int) -> Batch {
            let columns = literals.map { Column.of(Array(repeating: $0.value, count: rowCount), $0.type) }
            return Batch(columns: columns, rowCount: rowCount)
        }
    }

    /// Literals, by their place in the example, that stay literals: units of time, digits that decide the type, paths
    /// that are compiled, names of fields, patterns and keys that decide the columns, modes that the binder writes.
    private static let fixedPlaces: [String: Set<Int>] = [
        "EXTRACT": [0], "TIMESTAMPADD": [0], "TIMESTAMPDIFF": [0], "TRIM": [0], "FLOOR": [1], "CEIL": [1], "ROUND": [1],
        "TRUNCATE": [1], "BROUND": [1], "TO_TIMESTAMP_LTZ": [1], "SIMILAR TO": [2], "JSON_OBJECT": [0],
        "JSON_ARRAY": [0], "IS JSON": [1], "JSON_VALUE": Set(1...9), "JSON_QUERY": Set(1...9),
        "JSON_EXISTS": Set(1...9), "OBJECT_OF": [0, 1, 3], "OBJECT_UPDATE": [0, 1, 3, 5], "GROK": [1],
        "PARSE_REGEX": [1], "PARSE_CEF": [1], "PARSE_LEEF": [1], "PARSE_LOGFMT": [1, 2], "PARSE_KEY_VALUE": Set(1...4),
    ]

    static let examples: [(name: String, sql: String)] = FunctionCatalogue.builtins.allScalars.compactMap { function in
        guard function.determinism == .deterministic, let example = function.example else { return nil }
        return (function.name, example.expression)
    }

    private static let context = PlanningSession().planner.context

    private static func bound(_ sql: String) throws -> ScalarExpression {
        guard case .query(let query) = try #require(Script.parse("SELECT \(sql)").first).result.get().kind else {
            throw FunctionError("no query")
        }
        let plan = try QueryBinder(context, Catalog(), isOutermost: true).bind(query)
        guard case .calc(let calc) = plan, let expression = calc.projections.first else {
            throw FunctionError("\(sql) is no projection")
        }
        return expression
    }

    private static func literalCount(_ expression: ScalarExpression) -> Int {
        if case .literal = expression { return 1 }
        return expression.children.reduce(0) { $0 + literalCount($1) }
    }

    @Test("for the examples of all functions, in batches of 1, 3 and 4,096 rows", arguments: examples.map(\.name))
    func agrees(name: String) throws {
        let sql = try #require(Self.examples.first { $0.name == name }).sql
        let expression = try Self.bound(sql)
        let folded = try ConstantFolder.fold(expression, context: Self.context.evaluation)
        guard case .literal(let constant, _) = folded else {
            // Clocks stand in some examples; they are not folded.
            #expect(!expression.isDeterministic, "\(sql) is not folded")
            return
        }
        let fixed = Self.fixedPlaces[name] ?? []
        let places = (0..<Self.literalCount(expression)).filter { !fixed.contains($0) }
        // All values from columns, none of them, and each alone.
        let choices = [Set(places), []] + places.map { [$0] }
        let lifted = choices.map { chosen in Lifted(expression) { chosen.contains($0) } }
        for one in lifted {
            let evaluator = try ExpressionEvaluator([one.expression], context: Self.context.evaluation)
            for rowCount in [1, 3, 4_096] {
                let column = try evaluator.evaluateOne(0, one.batch(rowCount: rowCount))
                for row in Set([0, rowCount / 2, rowCount - 1]) {
                    #expect(column.value(row) == constant, "\(sql): row \(row) of \(rowCount)")
                }
            }
        }
    }
}
