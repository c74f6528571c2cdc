import SluiceColumns
import SluiceKernels

/// Orders chains of inner joins so that each table joins one that a condition connects it with.
///
/// `FROM a, b, c WHERE a.x = c.x AND b.y = c.y` as written joins all rows of a with all of b, and the next join keeps
/// that product in its state. Tables stay in the order in which they are written as far as conditions allow. Chains
/// that need no product are left alone, unless `table.optimizer.join-reorder-enabled` asks for tables first whose key
/// is joined: they add no rows. A chain goes on through sub-queries and views that only select columns.
struct ReorderJoins {
    /// Whether tables that are joined by their keys come first.
    let prefersKeys: Bool

    func apply(_ plan: LogicalPlan) -> LogicalPlan {
        guard case .join(let join) = plan, join.kind == .inner, let chain = JoinChain(join) else {
            return plan.mapInputs(apply)
        }
        var ordered = chain
        ordered.tables = chain.tables.map(apply)
        let groups = ordered.groups(prefersKeys: prefersKeys)
        let order = groups.flatMap { $0 }
        let isBetter = prefersKeys ? order != Array(order.indices) : groups.count - 1 < chain.productCount
        guard isBetter, let joined = ordered.joined(groups) else { return plan.mapInputs(apply) }
        return joined
    }
}

/// Tables that inner joins put together, and all their conditions over the columns of all tables.
private struct JoinChain {
    var tables: [LogicalPlan] = []
    /// The first column of each table.
    var starts: [Int] = []
    var terms: [ScalarExpression] = []
    /// Joins as they are written that have no equality between their sides.
    var productCount = 0
    let fields: [RowField]
    /// Per column of the result the one among the columns of all tables that it is.
    private var outputs: [Int] = []

    /// Nil where joins must stay as they are: one has a hint, is bounded in time, or has a condition that is not
    /// deterministic, or a table has windows, which may be joined window by window.
    init?(_ join: LogicalJoin) {
        fields = join.fields
        guard let outputs = collect(join), tables.count > 2, !tables.contains(where: \.readsWindows) else { return nil }
        self.outputs = outputs
    }

    /// Takes a join apart; gives its columns among those of all tables.
    private mutating func collect(_ join: LogicalJoin) -> [Int]? {
        let conditions = join.condition?.conjuncts ?? []
        guard join.stateTTL == JoinStateTTL(), conditions.allSatisfy(\.isDeterministic),
            WindowJoinMatch(join) == nil, IntervalJoinMatch(join) == nil,
            let left = collect(side: join.left), let right = collect(side: join.right)
        else { return nil }
        let columns = left + right
        let moved = conditions.map { $0.mappingColumns { columns[$0] } }
        let own = Set(left)
        if !moved.contains(where: { $0.equates(own.contains) }) { productCount += 1 }
        terms += moved
        return columns
    }

    private mutating func collect(side: LogicalPlan) -> [Int]? {
        if case .join(let inner) = side, inner.kind == .inner { return collect(inner) }
        if let columns = collect(projected: side) { return columns }
        let start = (starts.last ?? 0) + (tables.last?.fields.count ?? 0)
        tables.append(side)
        starts.append(start)
        return Array(start..<start + side.fields.count)
    }

    /// Takes apart what a sub-query or a view selects of inner joins, where it computes nothing.
    private mutating func collect(projected side: LogicalPlan) -> [Int]? {
        guard case .calc(let calc) = side, calc.predicate == nil, case .join(let inner) = calc.input,
            inner.kind == .inner
        else { return nil }
        let selected = calc.projections.compactMap(\.columnIndex)
        let isPlain =
            selected.count == calc.projections.count
            && zip(calc.fields, selected).allSatisfy { $0.type == calc.input.fields[$1].type }
        var attempt = self
        guard isPlain, let columns = attempt.collect(inner) else { return nil }
        self = attempt
        return selected.map { columns[$0] }
    }

    /// The table that a column belongs to.
    private func table(of column: Int) -> Int { (starts.firstIndex { $0 > column } ?? starts.count) - 1 }

    /// Tables in the order in which to join them; those of different groups have no equality in common.
    func groups(prefersKeys: Bool) -> [[Int]] {
        var waiting = Array(tables.indices)
        var groups: [[Int]] = []
        while !waiting.isEmpty {
            var group = [waiting.removeFirst()]
            while let next = next(of: waiting, to: group, prefersKeys: prefersKeys) {
                group.append(next)
                waiting.removeAll { $0 == next }
            }
            groups.append(group)
        }
        return groups
    }

    private func next(of waiting: [Int], to group: [Int], prefersKeys: Bool) -> Int? {
        let connected = waiting.filter { !joinedColumns(of: $0, with: group).isEmpty }
        guard prefersKeys else { return connected.first }
        let keyed = connected.first { candidate in
            let columns = joinedColumns(of: candidate, with: group)
            return tables[candidate].knownKeys.contains { columns.isSuperset(of: $0) }
        }
        return keyed ?? connected.first
    }

    /// Columns of a table that equal something that the tables of a group have.
    private func joinedColumns(of candidate: Int, with group: [Int]) -> Set<Int> {
        var columns: Set<Int> = []
        for term in terms where Set(term.columnsRead.map(table)).isSubset(of: group + [candidate]) {
            guard let (lhs, rhs) = term.equalSides({ table(of: $0) == candidate }) else { continue }
            // What is no column connects the tables, too, but is no key.
            for side in [lhs, rhs] where side.columnsRead.contains(where: { table(of: $0) == candidate }) {
                columns.insert(side.columnIndex.map { $0 - starts[candidate] } ?? -1)
            }
        }
        return columns
    }

    /// The joins of all groups, and of the groups among each other, with the columns as they were; nil where a join
    /// would become one that is bounded in time.
    func joined(_ groups: [[Int]]) -> LogicalPlan? {
        var left = terms
        var parts: [(plan: LogicalPlan, columns: [Int])] = []
        for group in groups {
            var part = (plan: tables[group[0]], columns: columns(of: group[0]))
            for table in group.dropFirst() {
                guard let next = joined(part, (tables[table], columns(of: table)), &left) else { return nil }
                part = next
            }
            parts.append(part)
        }
        var result = parts[0]
        for part in parts.dropFirst() {
            guard let next = joined(result, part, &left) else { return nil }
            result = next
        }
        let places = Dictionary(uniqueKeysWithValues: zip(result.columns, result.columns.indices))
        return .calc(
            LogicalCalc(
                result.plan,
                projections: outputs.map { result.plan.column(places[$0] ?? $0) },
                names: fields.map(\.name)
            )
        )
    }

    private func columns(of table: Int) -> [Int] { tables[table].fields.indices.map { starts[table] + $0 } }

    /// The join of two parts on all conditions that they have all columns for and nobody has used yet.
    private func joined(
        _ left: (plan: LogicalPlan, columns: [Int]),
        _ right: (plan: LogicalPlan, columns: [Int]),
        _ terms: inout [ScalarExpression]
    ) -> (plan: LogicalPlan, columns: [Int])? {
        let columns = left.columns + right.columns
        let places = Dictionary(uniqueKeysWithValues: zip(columns, columns.indices))
        var own: [ScalarExpression] = []
        terms.removeAll { term in
            guard term.columnsRead.allSatisfy({ places[$0] != nil }) else { return false }
            own.append(term.mappingColumns { places[$0] ?? $0 })
            return true
        }
        let join = LogicalJoin(left.plan, right.plan, kind: .inner, condition: .conjunction(own))
        if WindowJoinMatch(join) != nil || IntervalJoinMatch(join) != nil { return nil }
        return (.join(join), columns)
    }
}

extension ScalarExpression {
    /// The sides of an equality one of which reads columns for which `isOwn` holds alone, the other one others alone.
    fileprivate func equalSides(_ isOwn: (Int) -> Bool) -> (ScalarExpression, ScalarExpression)? {
        guard case .call(let call) = self, call.arguments.count == 2,
            call.function.name == "=" || call.function.name == "IS NOT DISTINCT FROM"
        else { return nil }
        let sides = call.arguments.map(\.columnsRead)
        if sides.contains(where: \.isEmpty) { return nil }
        let own = sides.map { $0.allSatisfy(isOwn) }
        let others = sides.map { !$0.contains(where: isOwn) }
        guard (own[0] && others[1]) || (own[1] && others[0]) else { return nil }
        return (call.arguments[0], call.arguments[1])
    }

    fileprivate func equates(_ isOwn: (Int) -> Bool) -> Bool { equalSides(isOwn) != nil }
}

extension LogicalPlan {
    /// Whether it reads windows, which other rules have still to recognise.
    fileprivate var readsWindows: Bool {
        switch self {
        case .windowTable, .windowAggregate: true
        case .table(let table): table.plan.readsWindows
        default: inputs.contains(where: \.readsWindows)
        }
    }

    /// Sets of columns that identify a row, where that is plain before the plan is lowered.
    fileprivate var knownKeys: [[Int]] {
        switch self {
        case .table(let table): return table.plan.knownKeys
        case .scan(let scan):
            guard let key = scan.table.primaryKey?.columns else { return [] }
            let columns = key.compactMap { name in scan.fields.firstIndex { $0.name == name } }
            return columns.count == key.count ? [columns] : []
        case .calc(let calc):
            return calc.input.knownKeys.compactMap { key in
                let moved = key.compactMap { column in calc.projections.firstIndex { $0.columnIndex == column } }
                return moved.count == key.count ? moved : nil
            }
        case .watermark(let node): return node.input.knownKeys
        case .aggregate(let node): return [Array(node.keys.indices)]
        default: return []
        }
    }
}
