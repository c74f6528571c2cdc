import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Computes a subquery for each combination of the columns around that it reads.
///
/// From Neumann and Kemper, "Unnesting Arbitrary Queries" (2015): the distinct combinations are joined with the
/// subquery's inputs, every operator above passes them on, and those with keys have them as further keys. So each row
/// of a rewritten plan names the combination that it belongs to, in columns behind its own.
struct DependentPlan {
    /// The combinations, each once.
    private let combinations: LogicalPlan
    /// Which columns around they are made of.
    fileprivate let columns: [Int]
    /// Whether it stands behind LATERAL: aggregates over no rows give none, and what Flink refuses there is refused.
    private let isLateral: Bool
    fileprivate let binder: ExpressionBinder
    fileprivate let span: SourceSpan

    /// Finds the combinations that `plan` reads of `rows`.
    init(
        _ plan: LogicalPlan,
        around rows: LogicalPlan,
        isLateral: Bool,
        _ binder: ExpressionBinder,
        at span: SourceSpan
    ) {
        columns = plan.nearestColumns.sorted()
        combinations = QueryBinder.distinct(Self.source(of: columns, rows))
        self.isLateral = isLateral
        self.binder = binder
        self.span = span
    }

    /// The columns of `rows`, read where they come from: what only adds columns to the rows does not matter.
    private static func source(of columns: [Int], _ rows: LogicalPlan) -> LogicalPlan {
        if case .join(let join) = rows, join.kind == .left || join.kind == .inner && join.condition == nil {
            let width = join.left.fields.count
            if columns.allSatisfy({ $0 < width }) { return source(of: columns, join.left) }
            if join.kind == .inner, columns.allSatisfy({ $0 >= width }) {
                return source(of: columns.map { $0 - width }, join.right)
            }
        }
        return .calc(
            LogicalCalc(
                rows,
                projections: columns.map { rows.column($0) },
                names: columns.map { rows.fields[$0].name }
            )
        )
    }

    /// The subquery for all combinations, with the condition that gives each row around its own.
    func decorrelated(_ plan: LogicalPlan) throws -> Decorrelation {
        let width = plan.fields.count
        let conditions = try columns.enumerated().map { place, column in
            let type = combinations.fields[place].type
            return try same(
                .column(OuterColumn.index(of: column, level: 0), type),
                .column(width + place, type)
            )
        }
        return Decorrelation(plan: try rewrite(plan), conditions: conditions)
    }

    fileprivate func same(_ one: ScalarExpression, _ other: ScalarExpression) throws -> ScalarExpression {
        let isNullable = one.type.isNullable || other.type.isNullable
        return try binder.call(isNullable ? "IS NOT DISTINCT FROM" : "=", [one, other], at: span)
    }

    /// An expression over rows whose combination begins at column `place`.
    fileprivate func resolved(_ expression: ScalarExpression, _ place: Int) -> ScalarExpression {
        expression.mappingColumns { index in
            OuterColumn.nearest(index).flatMap { columns.firstIndex(of: $0) }.map { $0 + place }
                ?? OuterColumn.leaving(index)
        }
    }

    private func combination(at place: Int) -> [Int] { Array(place..<place + columns.count) }

    // MARK: Rewriting

    /// The plan for each combination: its columns, then those of the combination.
    fileprivate func rewrite(_ plan: LogicalPlan) throws -> LogicalPlan {
        if isLateral && plan.isRefusedInLateral { throw refusal }
        guard plan.readsNearest else {
            return .join(LogicalJoin(plan.leavingQuery, combinations, kind: .inner, condition: nil))
        }
        switch plan {
        case .calc(let calc): return try rewrite(calc)
        case .aggregate(let node): return try rewrite(node)
        case .join(let join): return try DependentJoin(join: join, context: self).plan()
        case .union(let node):
            let fields = node.fields + combinations.fields
            return .union(LogicalUnion(try node.inputs.map(rewrite), fields: fields))
        case .rank(var node):
            let width = node.input.fields.count
            node.input = try rewrite(node.input)
            node.partitionKeys += combination(at: width)
            return inFront(.rank(node), width: width)
        case .over(var node):
            let width = node.input.fields.count
            node.input = try rewrite(node.input)
            node.partitionKeys += combination(at: width)
            return inFront(.over(node), width: width)
        case .unnest(var node):
            let width = node.input.fields.count
            let keptCount = node.kept.count
            node.input = try rewrite(node.input)
            node.collection = resolved(node.collection, width)
            node.kept += combination(at: width)
            return inFront(.unnest(node), width: keptCount)
        case .windowTable(var node):
            let width = node.input.fields.count
            node.input = try rewrite(node.input)
            if case .session = node.window.shape { node.partitionKeys += combination(at: width) }
            return inFront(.windowTable(node), width: width)
        case .expand(var node):
            let width = node.input.fields.count
            node.input = try rewrite(node.input)
            let own = combination(at: width).map { node.input.column($0) }
            node.projections = node.projections.map { row in row.map { resolved($0, width) } + own }
            node.fields += combinations.fields
            return .expand(node)
        case .replicate(var node):
            // How often stands last.
            let width = node.input.fields.count
            node.input = try rewrite(node.input)
                .picking(Array(0..<width - 1) + combination(at: width) + [width - 1])
            return .replicate(node)
        case .sort(let node): return try rewrite(node.input)
        default: throw refusal
        }
    }

    private var refusal: SQLError {
        SQLError(.unsupported, "this correlated subquery is not supported", at: span, hint: "write a join")
    }

    /// The plan's columns with the combination, which begins at column `width`, behind all others.
    private func inFront(_ plan: LogicalPlan, width: Int) -> LogicalPlan {
        let behind = plan.fields.indices.filter { $0 >= width + columns.count }
        return plan.picking(Array(0..<width) + behind + combination(at: width))
    }

    private func rewrite(_ calc: LogicalCalc) throws -> LogicalPlan {
        let input = try rewrite(calc.input)
        let width = calc.input.fields.count
        return .calc(
            LogicalCalc(
                input,
                predicate: calc.predicate.map { resolved($0, width) },
                projections: calc.projections.map { resolved($0, width) }
                    + combination(at: width).map { input.column($0) },
                names: calc.fields.map(\.name) + combinations.fields.map(\.name)
            )
        )
    }

    private func rewrite(_ node: LogicalAggregate) throws -> LogicalPlan {
        let keyCount = node.keys.count
        var keyed = node
        keyed.input = try rewrite(node.input)
        keyed.keys += combination(at: node.input.fields.count)
        keyed.names =
            node.names.prefix(keyCount) + combinations.fields.map(\.name)
            + node.names.suffix(node.aggregates.count)
        let groups = LogicalPlan.aggregate(keyed)
        if keyCount == 0 && !isLateral { return try withEmptyGroups(groups, node.aggregates) }
        return inFront(groups, width: keyCount)
    }

    /// One row for each combination, also for those that have no group.
    private func withEmptyGroups(_ groups: LogicalPlan, _ calls: [AggregateCall]) throws -> LogicalPlan {
        let count = columns.count
        let condition = try (0..<count).map { index in
            try same(combinations.column(index), groups.column(index).shiftingColumns(by: count))
        }
        let joined = LogicalPlan.join(
            LogicalJoin(combinations, groups, kind: .left, condition: .conjunction(condition))
        )
        let results = try calls.enumerated().map { index, call -> ScalarExpression in
            let result = joined.column(2 * count + index)
            guard !call.resultType.isNullable else { return result }
            guard call.resultType.logical == .bigint else {
                throw SQLError(
                    .unsupported,
                    "\(call.function.name) in a correlated subquery is not supported",
                    at: span
                )
            }
            // Only counts are never NULL.
            let isMissing = try binder.call("IS NULL", [result], at: span)
            let zero = CaseBranch(isMissing, .literal(.integer(0), call.resultType))
            return .caseWhen([zero], otherwise: result, call.resultType)
        }
        let fields = groups.fields
        return .calc(
            LogicalCalc(
                joined,
                projections: results + (0..<count).map { joined.column($0) },
                names: calls.indices.map { fields[count + $0].name } + combinations.fields.map(\.name)
            )
        )
    }
}

/// A join in a dependent plan: at least the side that it keeps carries the combination.
private struct DependentJoin {
    let join: LogicalJoin
    let context: DependentPlan

    private var count: Int { context.columns.count }

    /// Which sides carry it.
    private var carriers: (left: Bool, right: Bool) {
        let left = join.left.readsNearest
        let right = join.right.readsNearest
        switch join.kind {
        case .inner: return (left || !right, right)
        case .left, .semi, .anti: return (true, right)
        case .right: return (left, true)
        case .full: return (true, true)
        }
    }

    /// The join's columns, then the combination's.
    func plan() throws -> LogicalPlan {
        let carriers = carriers
        let width = join.left.fields.count
        let rightStart = width + (carriers.left ? count : 0)
        let rightPlace = rightStart + join.right.fields.count
        var node = join
        node.left = carriers.left ? try context.rewrite(join.left) : join.left.leavingQuery
        node.right = carriers.right ? try context.rewrite(join.right) : join.right.leavingQuery
        let place = carriers.left ? width : rightPlace
        var terms = (join.condition?.conjuncts ?? []).map { term in
            let moved = term.mappingColumns { $0 < width || $0 >= OuterColumn.base ? $0 : $0 - width + rightStart }
            return context.resolved(moved, place)
        }
        if carriers.left && carriers.right {
            for index in 0..<count {
                let other = node.right.column(join.right.fields.count + index).shiftingColumns(by: rightStart)
                terms.append(try context.same(node.left.column(width + index), other))
            }
        }
        node.condition = .conjunction(terms)
        let joined = LogicalPlan.join(node)
        if join.kind == .semi || join.kind == .anti { return joined }
        let own = Array(0..<width) + join.right.fields.indices.map { $0 + rightStart }
        guard join.kind == .full else { return joined.picking(own + (0..<count).map { place + $0 }) }
        return try merged(joined, own, left: width, right: rightPlace)
    }

    /// The columns of a full join, where either side may be the one that knows the combination.
    private func merged(_ joined: LogicalPlan, _ own: [Int], left: Int, right: Int) throws -> LogicalPlan {
        let combination = try (0..<count).map { index in
            let sides = [joined.column(left + index), joined.column(right + index)]
            return try context.binder.call("COALESCE", sides, at: context.span)
        }
        return .calc(
            LogicalCalc(
                joined,
                projections: own.map { joined.column($0) } + combination,
                names: own.map { joined.fields[$0].name } + (0..<count).map { joined.fields[left + $0].name }
            )
        )
    }
}

extension LogicalPlan {
    /// Whether it is the first rows of something, a union, or constant rows: Flink cannot compute these per row.
    fileprivate var isRefusedInLateral: Bool {
        switch self {
        case .rank, .union, .values: true
        default: false
        }
    }
}
