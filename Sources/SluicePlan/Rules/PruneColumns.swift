import SluiceColumns
import SluiceConnect
import SluiceKernels

/// Leaves out the columns, and the fields of rows, that nobody reads.
///
/// Tables are leaves: what all their readers need together is kept, so that they stay equal and are read once.
struct PruneColumns {
    /// What is needed of each table or scan, over all plans.
    private var leafNeeds: [LogicalPlan: RowNeed] = [:]

    private init() {}

    /// Prunes all plans of a statement together; the columns of each plan itself all stay.
    static func apply(_ plans: [LogicalPlan]) -> [LogicalPlan] {
        var rule = PruneColumns()
        for plan in plans { rule.collect(plan, RowNeed.everything(plan.fields.count)) }
        return plans.map { rule.exactly($0, RowNeed.everything($0.fields.count)) }
    }

    // MARK: Needs

    private mutating func collect(_ plan: LogicalPlan, _ need: RowNeed) {
        switch plan {
        case .table, .scan: leafNeeds[plan, default: RowNeed()].add(need)
        default: break
        }
        for (input, needed) in zip(plan.inputs, inputNeeds(of: plan, need)) { collect(input, needed) }
    }

    /// What a node needs of its inputs to give what is needed of it.
    private func inputNeeds(of plan: LogicalPlan, _ need: RowNeed) -> [RowNeed] {
        switch plan {
        case .table, .scan, .values: return []
        case .calc(let calc):
            var needed = RowNeed()
            if let predicate = calc.predicate { needed.add(predicate) }
            for (column, part) in need.columns { needed.add(calc.projections[column], part) }
            return [needed]
        case .watermark(let node):
            var needed = need
            needed.add(node.timeColumn)
            needed.add(node.expression)
            return [needed]
        case .windowTable(let node): return [windowNeed(node, need)]
        case .aggregate(let node): return [callNeed(node.keys, node.neededCalls(need).map { node.aggregates[$0] })]
        case .windowAggregate(let node):
            var needed = callNeed(node.keys, node.neededCalls(need).map { node.aggregates[$0] })
            addTime(node.window.time, &needed)
            for case let column? in node.lateColumns { needed.add(column) }
            return [needed]
        case .expand, .replicate: return [RowNeed.everything(plan.inputs[0].fields.count)]
        case .join(let node): return joinNeeds(node, need)
        case .temporalJoin(let node):
            var needs = joinNeeds(node.join, need)
            if case .eventTime(let left, let right) = node.version {
                needs[0].add(left)
                needs[1].add(right)
                for key in node.deduplicatedKey ?? [] { needs[1].add(key) }
            }
            return needs
        case .union(let node): return node.inputs.map { _ in need.whole }
        case .unnest(let node): return [node.inputNeed(need)]
        case .rank(let node): return [node.inputNeed(need)]
        case .sort(let node): return [node.inputNeed(need)]
        case .match(let node): return [node.inputNeed(need)]
        case .over(let node): return [node.inputNeed(need)]
        }
    }

    private func addTime(_ time: WindowSpecification.TimeSource, _ need: inout RowNeed) {
        switch time {
        case .rowtime(let column): need.add(column)
        case .attached(let start, let end):
            need.add(start)
            need.add(end)
        case .proctime: break
        }
    }

    private func windowNeed(_ node: LogicalWindowTable, _ need: RowNeed) -> RowNeed {
        var needed = RowNeed(columns: need.columns.filter { $0.key < node.startColumn })
        addTime(node.window.time, &needed)
        for key in node.partitionKeys { needed.add(key) }
        return needed
    }

    private func callNeed(_ keys: [Int], _ aggregates: [AggregateCall]) -> RowNeed {
        var needed = RowNeed()
        for key in keys { needed.add(key) }
        for call in aggregates {
            for argument in call.arguments { needed.add(argument) }
            if let filter = call.filter { needed.add(filter) }
        }
        return needed
    }

    private func joinNeeds(_ node: LogicalJoin, _ need: RowNeed) -> [RowNeed] {
        var both = need
        if let condition = node.condition { both.add(condition) }
        let width = node.left.fields.count
        var left = RowNeed()
        var right = RowNeed()
        for (column, part) in both.columns {
            if column < width { left.add(column, part) } else { right.add(column - width, part) }
        }
        return [left, right]
    }

    // MARK: Rewriting

    /// A plan with what is left of its columns; never less than was needed.
    private struct Pruned {
        var plan: LogicalPlan
        var have: RowNeed
    }

    /// The plan with exactly these columns, whole and in order.
    private func exactly(_ plan: LogicalPlan, _ need: RowNeed) -> LogicalPlan {
        let pruned = prune(plan, need)
        if pruned.have == need { return pruned.plan }
        let kept = need.sorted.map { pruned.have.place(of: $0) }
        return .calc(
            LogicalCalc(
                pruned.plan,
                projections: kept.map { pruned.plan.column($0) },
                names: kept.map { pruned.plan.fields[$0].name }
            )
        )
    }

    private func prune(_ plan: LogicalPlan, _ need: RowNeed) -> Pruned {
        let needs = inputNeeds(of: plan, need)
        switch plan {
        case .table(let table): return prune(table.plan, leafNeeds[plan] ?? need)
        case .scan(let scan):
            let all = leafNeeds[plan] ?? need
            return Pruned(plan: .scan(pruneScan(scan, all)), have: all)
        case .values(let values): return pruneValues(values, need)
        case .calc(let calc): return pruneCalc(calc, need, prune(calc.input, needs[0]))
        case .watermark(let node):
            let input = prune(node.input, needs[0])
            let watermark = LogicalWatermark(
                input.plan,
                timeColumn: input.have.place(of: node.timeColumn),
                expression: node.expression.reading(input.have)
            )
            return Pruned(plan: .watermark(watermark), have: input.have)
        case .windowTable(let node): return pruneWindow(node, prune(node.input, needs[0]))
        case .join(let node):
            let (join, have) = pruneJoin(node, prune(node.left, needs[0]), prune(node.right, needs[1]))
            return Pruned(plan: .join(join), have: have)
        case .temporalJoin(let node):
            return pruneJoin(node, prune(node.join.left, needs[0]), prune(node.join.right, needs[1]))
        case .union(let node):
            let whole = need.whole
            let union = LogicalUnion(
                node.inputs.map { exactly($0, whole) },
                fields: whole.sorted.map { node.fields[$0] }
            )
            return Pruned(plan: .union(union), have: whole)
        case .unnest(let node):
            let input = prune(node.input, needs[0])
            let (pruned, have) = node.pruned(need, over: input.plan, having: input.have)
            return Pruned(plan: .unnest(pruned), have: have)
        case .rank(let node):
            let input = prune(node.input, needs[0])
            let (pruned, have) = node.pruned(need, over: input.plan, having: input.have)
            return Pruned(plan: .rank(pruned), have: have)
        case .sort(let node):
            let input = prune(node.input, needs[0])
            return Pruned(plan: .sort(node.reading(input.have, over: input.plan)), have: input.have)
        case .match(let node):
            // Columns are read whole, so that references keep their types.
            let input = prune(node.input, needs[0])
            let (pruned, have) = node.pruned(need, over: input.plan, having: input.have)
            return Pruned(plan: .match(pruned), have: have)
        case .over(let node):
            let input = prune(node.input, needs[0])
            let (pruned, have) = node.pruned(need, over: input.plan, having: input.have)
            return Pruned(plan: pruned, have: have)
        case .aggregate(let node): return pruneAggregate(node, need, prune(node.input, needs[0]))
        case .windowAggregate(let node): return pruneWindowAggregate(node, need, prune(node.input, needs[0]))
        case .expand(var node):
            let input = prune(node.input, needs[0])
            node.input = input.plan
            node.projections = node.projections.map { row in row.map { $0.reading(input.have) } }
            return Pruned(plan: .expand(node), have: RowNeed.everything(node.fields.count))
        case .replicate(var node):
            // Whole rows are counted.
            node.input = exactly(node.input, needs[0])
            return Pruned(plan: .replicate(node), have: RowNeed.everything(node.fields.count))
        }
    }

    private func pruneAggregate(_ node: LogicalAggregate, _ need: RowNeed, _ input: Pruned) -> Pruned {
        var (kept, have) = node.keeping(node.neededCalls(need))
        kept.input = input.plan
        kept.keys = node.keys.map { input.have.place(of: $0) }
        kept.aggregates = moved(kept.aggregates, input.have)
        return Pruned(plan: .aggregate(kept), have: have)
    }

    private func pruneWindowAggregate(_ node: LogicalWindowAggregate, _ need: RowNeed, _ input: Pruned) -> Pruned {
        var (kept, have) = node.keeping(node.neededCalls(need), need)
        kept.input = input.plan
        kept.keys = node.keys.map { input.have.place(of: $0) }
        kept.aggregates = moved(kept.aggregates, input.have)
        kept.window.time = moved(node.window.time, input.have)
        kept.lateColumns = node.lateColumns.map { column in column.map { input.have.place(of: $0) } }
        return Pruned(plan: .windowAggregate(kept), have: have)
    }

    private func pruneValues(_ values: LogicalValues, _ need: RowNeed) -> Pruned {
        let kept = need.sorted
        let pruned = LogicalValues(
            rows: values.rows.map { row in kept.map { row[$0] } },
            fields: kept.map { values.fields[$0] }
        )
        return Pruned(plan: .values(pruned), have: need.whole)
    }

    private func pruneCalc(_ calc: LogicalCalc, _ need: RowNeed, _ input: Pruned) -> Pruned {
        var have = RowNeed()
        var projections: [ScalarExpression] = []
        for column in need.sorted {
            let (expression, part) = calc.projections[column].rebased(input.have)
            projections.append(expression)
            have.columns[column] = part
        }
        let pruned = LogicalCalc(
            input.plan,
            predicate: calc.predicate?.reading(input.have),
            projections: projections,
            names: need.sorted.map { calc.fields[$0].name }
        )
        return Pruned(plan: .calc(pruned), have: have)
    }

    private func pruneWindow(_ node: LogicalWindowTable, _ input: Pruned) -> Pruned {
        var pruned = node
        pruned.input = input.plan
        pruned.window.time = moved(node.window.time, input.have)
        pruned.partitionKeys = node.partitionKeys.map { input.have.place(of: $0) }
        var have = input.have
        for column in node.startColumn..<node.startColumn + 3 { have.add(column) }
        return Pruned(plan: .windowTable(pruned), have: have)
    }

    private func pruneJoin(_ node: LogicalTemporalJoin, _ left: Pruned, _ right: Pruned) -> Pruned {
        let (join, have) = pruneJoin(node.join, left, right)
        var pruned = node.around(join)
        if case .eventTime(let leftTime, let rightTime) = node.version {
            pruned.version = .eventTime(left: left.have.place(of: leftTime), right: right.have.place(of: rightTime))
        }
        pruned.deduplicatedKey = node.deduplicatedKey?.map { right.have.place(of: $0) }
        return Pruned(plan: .temporalJoin(pruned), have: have)
    }

    private func pruneJoin(_ node: LogicalJoin, _ left: Pruned, _ right: Pruned) -> (LogicalJoin, RowNeed) {
        let width = node.left.fields.count
        var both = left.have
        for (column, part) in right.have.columns { both.columns[column + width] = part }
        var join = node
        join.left = left.plan
        join.right = right.plan
        join.condition = node.condition?.reading(both)
        return (join, node.kind == .semi || node.kind == .anti ? left.have : both)
    }

    private func pruneScan(_ scan: LogicalScan, _ need: RowNeed) -> LogicalScan {
        var pruned = scan
        pruned.columns = need.sorted.map { index in
            let column = scan.columns[index]
            return ProjectedColumn(index: column.index, type: (need.columns[index] ?? .all).pruned(column.type))
        }
        pruned.fields = need.sorted.map { index in
            let field = scan.fields[index]
            return RowField(field.name, (need.columns[index] ?? .all).pruned(field.type), comment: field.comment)
        }
        return pruned
    }

    private func moved(_ calls: [AggregateCall], _ need: RowNeed) -> [AggregateCall] {
        calls.map { call in
            var call = call
            call.arguments = call.arguments.map { need.place(of: $0) }
            call.filter = call.filter.map { need.place(of: $0) }
            return call
        }
    }

    private func moved(_ time: WindowSpecification.TimeSource, _ need: RowNeed) -> WindowSpecification.TimeSource {
        switch time {
        case .rowtime(let column): .rowtime(column: need.place(of: column))
        case .attached(let start, let end):
            .attached(startColumn: need.place(of: start), endColumn: need.place(of: end))
        case .proctime: .proctime
        }
    }
}

extension RowNeed {
    /// The same columns, each whole.
    var whole: RowNeed { RowNeed(columns: columns.mapValues { _ in .all }) }
}
