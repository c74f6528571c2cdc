import SluiceColumns
import SluiceKernels

/// Moves conditions towards the rows: through unions, window functions, grouping keys, the keys of OVER and the sides
/// of joins.
enum PushFilters {
    static func apply(_ plan: LogicalPlan) -> LogicalPlan {
        switch plan {
        case .calc(let calc): return push(calc)
        case .join(let join): return .join(splitCondition(join)).mapInputs(apply)
        case .temporalJoin(let node): return .temporalJoin(splitCondition(node)).mapInputs(apply)
        default: return plan.mapInputs(apply)
        }
    }

    /// The columns that say something about the session of a GROUP BY SESSION(...): rows have none before they are
    /// grouped.
    private static func sessionBounds(_ input: LogicalPlan) -> Set<Int> {
        switch input {
        case .calc(let calc):
            let bounds = sessionBounds(calc.input)
            return Set(calc.projections.indices.filter { !bounds.isDisjoint(with: calc.projections[$0].columnsRead) })
        case .windowTable(let table):
            guard table.isGroupWindow, case .session = table.window.shape else { return [] }
            return Set(table.startColumn..<input.fields.count)
        default: return []
        }
    }

    private static func push(_ calc: LogicalCalc) -> LogicalPlan {
        guard let predicate = calc.predicate else { return LogicalPlan.calc(calc).mapInputs(apply) }
        let terms = predicate.conjuncts
        var rest: [ScalarExpression] = []
        let input: LogicalPlan
        switch calc.input {
        case .calc(var inner):
            let pushed = split(terms, into: &rest) { inner.projections[$0].isCheap }
            let moved = pushed.flatMap { $0.substituting(inner.projections).conjuncts }
            inner.predicate = .conjunction((inner.predicate?.conjuncts ?? []) + moved)
            input = .calc(inner)
        case .union(let union):
            input = .union(LogicalUnion(union.inputs.map { filtered($0, terms) }, fields: union.fields))
        case .windowTable(var window):
            // What a session is depends on all rows of its partition.
            let keys = window.partitionKeys
            let isSession = if case .session = window.window.shape { true } else { false }
            let pushed = split(terms, into: &rest) { isSession ? keys.contains($0) : $0 < window.startColumn }
            window.input = filtered(window.input, pushed)
            input = .windowTable(window)
        case .aggregate(var aggregate):
            let keys = aggregate.keys
            let bounds = sessionBounds(aggregate.input)
            let pushed = split(terms, into: &rest) { $0 < keys.count && !bounds.contains(keys[$0]) }
            aggregate.input = filtered(aggregate.input, pushed.map { $0.mappingColumns { keys[$0] } })
            input = .aggregate(aggregate)
        case .expand(var expand):
            // Columns that are the same in all the rows that are made of one.
            let pushed = split(terms, into: &rest) { expand.sharedColumn($0) != nil }
            let moved = pushed.map { $0.mappingColumns { expand.sharedColumn($0) ?? $0 } }
            expand.input = filtered(expand.input, moved)
            input = .expand(expand)
        case .replicate(var node):
            let pushed = split(terms, into: &rest) { _ in true }
            node.input = filtered(node.input, pushed)
            input = .replicate(node)
        case .unnest(var unnest):
            let kept = unnest.kept
            let pushed = split(terms, into: &rest) { $0 < kept.count }
            unnest.input = filtered(unnest.input, pushed.map { $0.mappingColumns { kept[$0] } })
            input = .unnest(unnest)
        case .rank(var rank):
            // Whole partitions go or stay; what is left of the others is ranked as before.
            let keys = Set(rank.partitionKeys)
            let pushed = split(terms, into: &rest) { keys.contains($0) }
            rank.input = filtered(rank.input, pushed)
            input = .rank(rank)
        case .match(var match):
            // A match lies in one partition: the rows of another change nothing.
            let keys = match.specification.partitionKeys
            let pushed = split(terms, into: &rest) { $0 < keys.count }
            match.input = filtered(match.input, pushed.map { $0.mappingColumns { keys[$0] } })
            input = .match(match)
        case .over(var over):
            let keys = Set(over.partitionKeys)
            let pushed = split(terms, into: &rest) { keys.contains($0) }
            over.input = filtered(over.input, pushed)
            input = .over(over)
        case .join(let join): input = .join(pushIntoJoin(join, terms, &rest))
        case .temporalJoin(let node): input = .temporalJoin(pushIntoJoin(node, terms, &rest))
        default: return LogicalPlan.calc(calc).mapInputs(apply)
        }
        let remaining = LogicalCalc(
            apply(input),
            predicate: .conjunction(rest),
            projections: calc.projections,
            names: calc.fields.map(\.name)
        )
        return .calc(remaining)
    }

    /// The terms that only read columns for which `isBelow` holds and that can be computed at any time.
    private static func split(
        _ terms: [ScalarExpression],
        into rest: inout [ScalarExpression],
        _ isBelow: (Int) -> Bool
    ) -> [ScalarExpression] {
        var pushed: [ScalarExpression] = []
        for term in terms {
            let columns = term.columnsRead
            if term.isDeterministic && !columns.isEmpty && columns.allSatisfy(isBelow) {
                pushed.append(term)
            } else {
                rest.append(term)
            }
        }
        return pushed
    }

    private static func filtered(_ plan: LogicalPlan, _ terms: [ScalarExpression]) -> LogicalPlan {
        guard let predicate = ScalarExpression.conjunction(terms) else { return plan }
        return MergeCalcs.apply(.calc(LogicalCalc(plan, predicate: predicate)))
    }

    private static func pushIntoJoin(
        _ join: LogicalJoin,
        _ terms: [ScalarExpression],
        _ rest: inout [ScalarExpression]
    ) -> LogicalJoin {
        var join = join
        let width = join.left.fields.count
        var others: [ScalarExpression] = []
        let terms = terms.filter { !pushMerged($0, into: &join) }
        let left = join.kind == .right || join.kind == .full ? [] : split(terms, into: &others) { $0 < width }
        if join.kind == .right || join.kind == .full { others = terms }
        var both: [ScalarExpression] = []
        var right: [ScalarExpression] = []
        if join.kind == .inner || join.kind == .right {
            right = split(others, into: &both) { $0 >= width }
        } else {
            both = others
        }
        join.left = filtered(join.left, left)
        join.right = filtered(join.right, right.map { $0.shiftingColumns(by: -width) })
        if join.kind == .inner {
            let joined = both.filter(\.isDeterministic)
            rest += both.filter { !$0.isDeterministic }
            join.condition = .conjunction((join.condition?.conjuncts ?? []) + joined)
        } else {
            rest += both
        }
        return splitCondition(join)
    }

    /// Moves a term about `COALESCE(left.k, right.k)` to the sides, where the join equates the two: USING makes such
    /// columns.
    ///
    /// A row that has a partner has the same key on both sides, and one that has none is NULL on the other side.
    private static func pushMerged(_ term: ScalarExpression, into join: inout LogicalJoin) -> Bool {
        guard term.isDeterministic, [.inner, .left, .right, .full].contains(join.kind) else { return false }
        let keys = JoinKeys(join)
        let width = join.left.fields.count
        let joined = join
        func side(_ expression: ScalarExpression, isLeft: Bool) -> ScalarExpression {
            if case .call(let call) = expression, call.function.name == "COALESCE", call.arguments.count == 2,
                let first = call.arguments[0].columnIndex, let second = call.arguments[1].columnIndex,
                let key = keys.left.indices.first(where: { keys.left[$0] == first && keys.right[$0] == second - width })
            {
                let left = joined.left.fields[keys.left[key]].type
                let right = joined.right.fields[keys.right[key]].type
                guard left.logical == right.logical, left.logical.equalMeansSame else { return expression }
                return isLeft ? .column(first, left) : .column(second, right)
            }
            return expression.mapChildren { side($0, isLeft: isLeft) }
        }
        let left = side(term, isLeft: true)
        let right = side(term, isLeft: false)
        guard left != term, left.columnsRead.allSatisfy({ $0 < width }), right.columnsRead.allSatisfy({ $0 >= width })
        else { return false }
        if join.kind != .right { join.left = filtered(join.left, [left]) }
        if join.kind == .right || join.kind == .full {
            join.right = filtered(join.right, [right.shiftingColumns(by: -width)])
        }
        return true
    }

    /// Only what concerns the left side moves below a temporal join: a filter on versions would let older ones through.
    ///
    /// The rows of a lookup are no versions of each other, so its condition takes the rest.
    private static func pushIntoJoin(
        _ node: LogicalTemporalJoin,
        _ terms: [ScalarExpression],
        _ rest: inout [ScalarExpression]
    ) -> LogicalTemporalJoin {
        var join = node.join
        let width = join.left.fields.count
        var others: [ScalarExpression] = []
        join.left = filtered(join.left, split(terms, into: &others) { $0 < width })
        if join.kind == .inner && node.version == .lookup {
            let known = split(others, into: &rest) { _ in true }
            join.condition = .conjunction((join.condition?.conjuncts ?? []) + known)
        } else {
            rest += others
        }
        return splitCondition(node.around(join))
    }

    private static func splitCondition(_ node: LogicalTemporalJoin) -> LogicalTemporalJoin {
        guard node.join.kind == .inner, let condition = node.join.condition else { return node }
        var join = node.join
        let width = join.left.fields.count
        var rest: [ScalarExpression] = []
        join.left = filtered(join.left, split(condition.conjuncts, into: &rest) { $0 < width })
        join.condition = .conjunction(rest)
        return node.around(join)
    }

    /// Moves what the condition says about one side alone to that side, where that changes nothing.
    private static func splitCondition(_ join: LogicalJoin) -> LogicalJoin {
        guard let condition = join.condition else { return join }
        var join = join
        let width = join.left.fields.count
        var rest = condition.conjuncts
        if [.inner, .right, .semi].contains(join.kind) {
            var others: [ScalarExpression] = []
            join.left = filtered(join.left, split(rest, into: &others) { $0 < width })
            rest = others
        }
        if [.inner, .left, .semi, .anti].contains(join.kind) {
            var others: [ScalarExpression] = []
            let right = split(rest, into: &others) { $0 >= width }
            join.right = filtered(join.right, right.map { $0.shiftingColumns(by: -width) })
            rest = others
        }
        join.condition = .conjunction(rest)
        return join
    }
}

extension LogicalExpand {
    /// The input column that column `column` is in every row that is made of one; nil where they differ.
    fileprivate func sharedColumn(_ column: Int) -> Int? {
        guard let first = projections.first?[column].columnIndex else { return nil }
        return projections.allSatisfy { $0[column].columnIndex == first } ? first : nil
    }
}

extension LogicalPlan {
    /// The same node with each input replaced.
    func mapInputs(_ transform: (LogicalPlan) throws -> LogicalPlan) rethrows -> LogicalPlan {
        withInputs(try inputs.map(transform))
    }
}
