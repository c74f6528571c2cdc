import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Refuses temporal joins whose condition does not name one version: an event-time join has to equate the primary key
/// of the versioned table, a lookup some of its columns.
enum CheckTemporalJoins {
    static func apply(_ plan: LogicalPlan) throws {
        for input in plan.inputs { try apply(input) }
        guard case .temporalJoin(let node) = plan else { return }
        switch node.version {
        case .eventTime: try checkEventTime(node)
        case .lookup:
            guard !node.allowsScan, let side = LookupSide(node) else { return }
            if side.keys.isEmpty && side.probes.isEmpty { throw side.refusal(at: node.span) }
        }
    }

    private static func checkEventTime(_ node: LogicalTemporalJoin) throws {
        let equated = JoinKeys(node.join).right
        guard !equated.isEmpty else {
            throw SQLError(
                .unsupported,
                "a temporal join needs an equality in its ON condition",
                at: node.span,
                hint: "write JOIN ... FOR SYSTEM_TIME AS OF ... ON left.key = right.key"
            )
        }
        // What deduplication reads may be filtered: those rows are no versions.
        guard node.deduplicatedKey != nil || !isFiltered(node.join.right) else {
            throw SQLError(
                .unsupported,
                "a filter over the versioned table would let older versions through",
                at: node.span,
                hint: "move the filter into the ON condition"
            )
        }
        guard let key = node.deduplicatedKey ?? VersionKeys.of(node.join.right) else {
            throw SQLError(
                .unsupported,
                "the versioned table has no primary key",
                at: node.span,
                hint: "declare PRIMARY KEY (...) NOT ENFORCED, or read a view that keeps the last row of each key"
            )
        }
        guard key.allSatisfy(equated.contains) else {
            let names = key.map { node.join.right.fields[$0].name }.joined(separator: ", ")
            throw SQLError(
                .unsupported,
                "the condition does not equate the primary key (\(names)) of the versioned table",
                at: node.span,
                hint: "compare all its columns with values of the left side"
            )
        }
    }
}

extension CheckTemporalJoins {
    /// Whether rows are left out behind the place where they become versions.
    private static func isFiltered(_ plan: LogicalPlan) -> Bool {
        guard case .calc(let calc) = plan else { return false }
        return calc.predicate != nil || isFiltered(calc.input)
    }
}

/// The columns that identify a row of the table that a plan stands for.
enum VersionKeys {
    /// Nil where the plan has none that is known.
    static func of(_ plan: LogicalPlan) -> [Int]? {
        switch plan {
        case .table(let table): return of(table)
        case .watermark(let node): return of(node.input)
        case .calc(let calc):
            guard let key = of(calc.input) else { return nil }
            let moved = key.compactMap { column in calc.projections.firstIndex { $0.columnIndex == column } }
            return moved.count == key.count ? moved : nil
        case .aggregate(let aggregate): return Array(aggregate.keys.indices)
        case .rank(let rank): return rank.range.isSingle ? rank.partitionKeys : nil
        default: return nil
        }
    }

    /// The event time of the versions that a plan gives, nil where there is none.
    ///
    /// The greatest event time of a group is one, although no window can be put on it.
    static func time(of plan: LogicalPlan) -> Int? {
        let fields = plan.fields
        if let live = fields.indices.first(where: { isLive(plan, $0) }) { return live }
        var input = plan
        while case .calc(let calc) = input { input = calc.input }
        guard case .aggregate = input else { return nil }
        return fields.indices.first { fields[$0].type.timeAttribute == .rowtime }
    }

    /// Whether the column is an event time; ranks do not change it.
    private static func isLive(_ plan: LogicalPlan, _ column: Int) -> Bool {
        switch plan {
        case .calc(let calc): calc.projections[column].columnIndex.map { isLive(calc.input, $0) } ?? false
        case .over(let over): column < over.firstCall && CheckTimeAttributes.isLive(over.input, column)
        default: CheckTimeAttributes.isLive(plan, column)
        }
    }

    /// A table's plan has its columns in declared order.
    private static func of(_ node: LogicalTable) -> [Int]? {
        let table = node.source.table
        return table.primaryKey.map { $0.columns.compactMap(table.index(of:)) }
    }
}
