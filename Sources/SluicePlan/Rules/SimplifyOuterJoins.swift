import SluiceKernels

/// Makes inner joins of outer joins whose padded rows something above drops again.
///
/// `WHERE right.x > 1` above a LEFT JOIN is never TRUE for a row without a match; neither is `ON right.x = c.x` of an
/// inner join above. An inner join holds no counts of matches, and where its inputs only grow, it never takes a row
/// back.
enum SimplifyOuterJoins {
    static func apply(_ plan: LogicalPlan) -> LogicalPlan { simplified(plan, []) }

    /// The plan where rows with NULL in one of the columns `required` are of no use to anybody.
    private static func simplified(_ plan: LogicalPlan, _ required: Set<Int>) -> LogicalPlan {
        switch plan {
        case .calc(var calc):
            let terms = calc.predicate?.conjuncts ?? []
            var below = Set(terms.flatMap(\.requiredColumns))
            for column in required { below.formUnion(calc.projections[column].columnsThatMakeNull) }
            // All columns of a side are NULL together, which says more than each by itself.
            switch calc.input {
            case .join(var join):
                join.kind = kind(of: join, below, terms)
                calc.input = .join(join)
            case .temporalJoin(var node):
                node.join.kind = kind(of: node.join, below, terms)
                calc.input = .temporalJoin(node)
            default: break
            }
            calc.input = simplified(calc.input, below)
            return .calc(calc)
        case .join(var join):
            join.kind = kind(of: join, required, [])
            (join.left, join.right) = simplifiedInputs(of: join, required)
            return .join(join)
        case .temporalJoin(var node):
            node.join.kind = kind(of: node.join, required, [])
            // Rows of the right side are versions: each hides the ones before it.
            node.join.left = simplifiedInputs(of: node.join, required).left
            node.join.right = simplified(node.join.right, [])
            return .temporalJoin(node)
        case .union: return plan.mapInputs { simplified($0, required) }
        case .aggregate(var node):
            node.input = simplified(node.input, Set(required.filter { $0 < node.keys.count }.map { node.keys[$0] }))
            return .aggregate(node)
        case .rank(var node):
            node.input = simplified(node.input, required.intersection(node.partitionKeys))
            return .rank(node)
        case .over(var node):
            node.input = simplified(node.input, required.intersection(node.partitionKeys))
            return .over(node)
        default: return plan.mapInputs { simplified($0, []) }
        }
    }

    private static func simplifiedInputs(
        of join: LogicalJoin,
        _ required: Set<Int>
    ) -> (left: LogicalPlan, right: LogicalPlan) {
        let width = join.left.fields.count
        let condition = Set((join.condition?.conjuncts ?? []).flatMap(\.requiredColumns))
        var left = required.filter { $0 < width && join.kind != .right && join.kind != .full }
        var right = required.filter { $0 >= width && (join.kind == .inner || join.kind == .right) }
        // Rows that find no partner vanish from these sides.
        if [.inner, .right, .semi].contains(join.kind) { left.formUnion(condition.filter { $0 < width }) }
        if [.inner, .left, .semi, .anti].contains(join.kind) { right.formUnion(condition.filter { $0 >= width }) }
        return (simplified(join.left, left), simplified(join.right, Set(right.map { $0 - width })))
    }

    /// The kind that gives the same rows where those that are NULL in `required`, or fail one of `terms`, are dropped.
    private static func kind(
        of join: LogicalJoin,
        _ required: Set<Int>,
        _ terms: [ScalarExpression]
    ) -> JoinOperation.Kind {
        let width = join.left.fields.count
        let needsLeft = required.contains { $0 < width } || terms.contains { $0.isNeverTrue { $0 < width } }
        let needsRight = required.contains { $0 >= width } || terms.contains { $0.isNeverTrue { $0 >= width } }
        switch join.kind {
        case .left where needsRight, .right where needsLeft: return .inner
        case .full where needsLeft && needsRight: return .inner
        case .full where needsLeft: return .left
        case .full where needsRight: return .right
        default: return join.kind
        }
    }
}

extension ScalarExpression {
    /// Functions whose value is NULL as soon as one argument is.
    static let strictFunctions: Set<String> = [
        "=", "<>", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "MOD", "ABS", "FLOOR", "CEIL", "NOT", "LIKE",
        "SIMILAR TO", "||", "UPPER", "LOWER", "SUBSTRING", "CHAR_LENGTH", "TRIM", "EXTRACT",
    ]

    /// The columns each of which keeps it from being TRUE when it is NULL.
    var requiredColumns: [Int] { Set(columnsRead).filter { column in isNeverTrue { $0 == column } } }

    /// The columns each of which makes it NULL when it is NULL.
    var columnsThatMakeNull: [Int] { Set(columnsRead).filter { column in isAlwaysNull { $0 == column } } }

    /// Whether it cannot be TRUE where all columns for which `isNull` holds are NULL.
    ///
    /// Only says so where that is plain: where it is NULL itself, IS NOT NULL and IS TRUE of what is, and AND and OR of
    /// these.
    func isNeverTrue(_ isNull: (Int) -> Bool) -> Bool {
        switch self {
        case .and(let terms): return terms.contains { $0.isNeverTrue(isNull) }
        case .or(let terms): return terms.allSatisfy { $0.isNeverTrue(isNull) }
        case .call(let call) where call.function.name == "IS NOT NULL":
            return call.arguments[0].isAlwaysNull(isNull)
        case .call(let call) where call.function.name == "IS TRUE":
            return call.arguments[0].isNeverTrue(isNull)
        default: return isAlwaysNull(isNull)
        }
    }

    /// Whether it is NULL where all columns for which `isNull` holds are NULL; only where that is plain.
    private func isAlwaysNull(_ isNull: (Int) -> Bool) -> Bool {
        switch self {
        case .column(let index, _): return isNull(index)
        case .cast(let base, _, _), .field(let base, _, _): return base.isAlwaysNull(isNull)
        case .and(let terms), .or(let terms): return terms.allSatisfy { $0.isAlwaysNull(isNull) }
        case .call(let call):
            if call.function.name == "IN" { return call.arguments[0].isAlwaysNull(isNull) }
            guard Self.strictFunctions.contains(call.function.name) else { return false }
            return call.arguments.contains { $0.isAlwaysNull(isNull) }
        case .literal, .caseWhen: return false
        }
    }
}
