import SluiceColumns
import SluiceKernels

/// Says of one side of a join what is known of the other by its keys: `a.k = 1` and `a.k = b.k` make `b.k = 1`.
///
/// Rows that the join would not let through anyway are dropped before they are kept in its state.
enum TransitiveFilters {
    static func apply(_ plan: LogicalPlan) -> LogicalPlan {
        plan.rewritten { node in
            guard case .join(let join) = node else { return node }
            return .join(narrowed(join))
        }
    }

    private static func narrowed(_ join: LogicalJoin) -> LogicalJoin {
        let keys = JoinKeys(join)
        var result = join
        // The rows of a side that the join keeps without a partner must all come through.
        if [.inner, .left, .semi, .anti].contains(join.kind) {
            result.right = filtered(join.right, knownTerms(join.left), Array(zip(keys.left, keys.right)))
        }
        if [.inner, .right, .semi].contains(join.kind) {
            result.left = filtered(join.left, knownTerms(join.right), Array(zip(keys.right, keys.left)))
        }
        return result
    }

    /// A side with the terms that are known of the other; `pairs` are equal columns of that and of this side.
    private static func filtered(
        _ plan: LogicalPlan,
        _ terms: [ScalarExpression],
        _ pairs: [(other: Int, own: Int)]
    ) -> LogicalPlan {
        let fields = plan.fields
        let known = Set(knownTerms(plan))
        var added: [ScalarExpression] = []
        for term in terms {
            let columns = term.columnTypes
            var replaced: [Int: ScalarExpression] = [:]
            for (column, type) in columns {
                guard let own = pairs.first(where: { $0.other == column })?.own,
                    fields[own].type.logical == type.logical, type.logical.equalMeansSame
                else { break }
                replaced[column] = .column(own, fields[own].type)
            }
            guard !columns.isEmpty, replaced.count == columns.count else { continue }
            let moved = term.replacing(replaced)
            if !known.contains(moved) && !added.contains(moved) { added.append(moved) }
        }
        guard let predicate = ScalarExpression.conjunction(added) else { return plan }
        return .calc(LogicalCalc(plan, predicate: predicate))
    }

    /// Conditions that hold for all rows of a plan, over its columns.
    private static func knownTerms(_ plan: LogicalPlan) -> [ScalarExpression] {
        switch plan {
        case .calc(let calc):
            let terms = (calc.predicate?.conjuncts ?? []).filter(\.isDeterministic) + knownTerms(calc.input)
            return terms.compactMap {
                moved($0, over: plan) { column in
                    calc.projections.firstIndex { $0.columnIndex == column }
                }
            }
        case .join(let join):
            let left = join.kind == .right || join.kind == .full ? [] : knownTerms(join.left)
            guard join.kind == .inner || join.kind == .right else { return left }
            let width = join.left.fields.count
            return left + knownTerms(join.right).map { $0.shiftingColumns(by: width) }
        case .aggregate(let node):
            return knownTerms(node.input).compactMap { moved($0, over: plan) { node.keys.firstIndex(of: $0) } }
        case .windowTable(let node):
            return knownTerms(node.input).compactMap { moved($0, over: plan) { $0 < node.startColumn ? $0 : nil } }
        // Their columns begin with those of the input.
        case .watermark(let node): return knownTerms(node.input)
        case .rank(let node): return knownTerms(node.input)
        case .over(let node): return knownTerms(node.input)
        default: return []
        }
    }

    /// A term with its columns where `place` finds them among those of `plan`; nil where one is gone.
    private static func moved(
        _ term: ScalarExpression,
        over plan: LogicalPlan,
        _ place: (Int) -> Int?
    ) -> ScalarExpression? {
        var columns: [Int: ScalarExpression] = [:]
        for column in term.columnsRead {
            guard let target = place(column) else { return nil }
            columns[column] = plan.column(target)
        }
        return columns.isEmpty ? nil : term.replacing(columns)
    }
}

extension ScalarExpression {
    /// The columns that it reads, with their types.
    fileprivate var columnTypes: [Int: DataType] {
        if case .column(let index, let type) = self { return [index: type] }
        return children.reduce(into: [:]) { $0.merge($1.columnTypes) { first, _ in first } }
    }
}

extension LogicalType {
    /// Whether equal values are the same to every function: not so for 0.0 and -0.0.
    var equalMeansSame: Bool {
        switch self {
        case .boolean, .tinyint, .smallint, .int, .bigint, .date, .time, .timestamp, .timestampLTZ, .varchar, .decimal:
            true
        default: false
        }
    }
}
