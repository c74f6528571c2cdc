import SluiceColumns
import SluiceKernels

/// The equalities of a join's condition between a column of either side, and the rest.
struct JoinKeys {
    /// Columns of the left input.
    var left: [Int] = []
    /// Columns of the right input, one per left column.
    var right: [Int] = []
    /// Per key: whether NULL equals NULL.
    var nullSafe: [Bool] = []
    /// Per key: the equality it comes from.
    var terms: [ScalarExpression] = []
    /// What else must hold, over the columns of both.
    var residual: [ScalarExpression] = []

    init(_ join: LogicalJoin) {
        let width = join.left.fields.count
        for term in join.condition?.conjuncts ?? [] {
            guard case .call(let call) = term, call.arguments.count == 2,
                call.function.name == "=" || call.function.name == "IS NOT DISTINCT FROM",
                let first = call.arguments[0].columnIndex, let second = call.arguments[1].columnIndex,
                (first < width) != (second < width)
            else {
                residual.append(term)
                continue
            }
            left.append(min(first, second))
            right.append(max(first, second) - width)
            nullSafe.append(call.function.name != "=")
            terms.append(term)
        }
    }

    /// The same join with the operands of its equalities computed below it, so that they are columns.
    static func withColumnKeys(_ join: LogicalJoin) -> LogicalPlan {
        withColumnKeys(join, wideningRight: true) { .join($0) }
    }

    /// The same temporal join with what its equalities compute of the left side computed below it.
    ///
    /// The right side stays as it is: what is computed of it is no key of a version.
    static func withColumnKeys(_ node: LogicalTemporalJoin) -> LogicalPlan {
        withColumnKeys(node.join, wideningRight: false) { .temporalJoin(node.around($0)) }
    }

    private static func withColumnKeys(
        _ join: LogicalJoin,
        wideningRight: Bool,
        _ node: (LogicalJoin) -> LogicalPlan
    ) -> LogicalPlan {
        let width = join.left.fields.count
        var leftExtra: [ScalarExpression] = []
        var rightExtra: [ScalarExpression] = []
        func isLeft(_ expression: ScalarExpression) -> Bool? {
            let columns = expression.columnsRead
            if columns.isEmpty || !expression.isDeterministic { return nil }
            if columns.allSatisfy({ $0 < width }) { return true }
            return columns.allSatisfy { $0 >= width } ? false : nil
        }
        let terms = join.condition?.conjuncts ?? []
        let wanted = terms.filter { term in
            guard case .call(let call) = term, call.arguments.count == 2,
                call.function.name == "=" || call.function.name == "IS NOT DISTINCT FROM",
                let first = isLeft(call.arguments[0]), let second = isLeft(call.arguments[1])
            else { return false }
            return first != second
                && call.arguments.contains { $0.columnIndex == nil && (wideningRight || isLeft($0) == true) }
        }
        guard !wanted.isEmpty else { return node(join) }
        for case .call(let call) in wanted {
            for argument in call.arguments where argument.columnIndex == nil {
                if isLeft(argument) == true {
                    leftExtra.append(argument)
                } else if wideningRight {
                    rightExtra.append(argument)
                }
            }
        }
        return rebuilt(join, leftExtra, rightExtra, node)
    }

    private static func rebuilt(
        _ join: LogicalJoin,
        _ leftExtra: [ScalarExpression],
        _ rightExtra: [ScalarExpression],
        _ node: (LogicalJoin) -> LogicalPlan
    ) -> LogicalPlan {
        let width = join.left.fields.count
        let newWidth = width + leftExtra.count
        var result = join
        result.left = widened(join.left, leftExtra)
        result.right = widened(join.right, rightExtra.map { $0.shiftingColumns(by: -width) })
        func moved(_ expression: ScalarExpression) -> ScalarExpression {
            if let place = leftExtra.firstIndex(of: expression) { return .column(width + place, expression.type) }
            if let place = rightExtra.firstIndex(of: expression) {
                return .column(newWidth + join.right.fields.count + place, expression.type)
            }
            if case .column(let index, let type) = expression {
                return .column(index < width ? index : index + leftExtra.count, type)
            }
            return expression.mapChildren(moved)
        }
        result.condition = join.condition.map(moved)
        let keepsRight = join.kind != .semi && join.kind != .anti
        let kept = Array(0..<width) + (keepsRight ? join.right.fields.indices.map { $0 + newWidth } : [])
        let plan = node(result)
        let fields = join.fields
        return .calc(
            LogicalCalc(plan, projections: kept.map { plan.column($0) }, names: fields.map(\.name))
        )
    }

    private static func widened(_ plan: LogicalPlan, _ extra: [ScalarExpression]) -> LogicalPlan {
        guard !extra.isEmpty else { return plan }
        let names = plan.fields.map(\.name) + extra.indices.map { "$key\($0)" }
        return MergeCalcs.apply(.calc(LogicalCalc(plan, projections: plan.allColumns + extra, names: names)))
    }
}
