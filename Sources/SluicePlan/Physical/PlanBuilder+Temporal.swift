import SluiceColumns
import SluiceKernels
import SluiceSQL

extension PlanBuilder {
    /// A join with versions, or with what a table holds now.
    mutating func buildTemporalJoin(_ node: LogicalTemporalJoin, _ plan: LogicalPlan) throws -> Int {
        switch node.version {
        case .eventTime(let left, let right): return try buildVersionJoin(node, left, right, plan)
        case .lookup: return try buildLookup(node, plan)
        }
    }

    private mutating func buildVersionJoin(
        _ node: LogicalTemporalJoin,
        _ leftTime: Int,
        _ rightTime: Int,
        _ plan: LogicalPlan
    ) throws -> Int {
        let keys = JoinKeys(node.join)
        let left = exchange(try build(node.join.left), target(keys.left))
        let right = exchange(try build(node.join.right), target(keys.right))
        let operation = TemporalJoinOperation(
            keepsUnmatched: node.join.kind == .left,
            leftKeys: keys.left,
            rightKeys: keys.right,
            nullSafe: keys.nullSafe,
            residual: .conjunction(keys.residual),
            leftTime: leftTime,
            rightTime: rightTime
        )
        return add(.temporalJoin(operation), [left, right], plan, on: target(keys.left))
    }

    private mutating func buildLookup(_ node: LogicalTemporalJoin, _ plan: LogicalPlan) throws -> Int {
        guard let side = LookupSide(node), !side.keys.isEmpty else {
            throw SQLError(.unsupported, "this query cannot be looked up row by row", at: node.span)
        }
        let operation = LookupJoinOperation(
            tableName: side.scan.table.path.description,
            source: try TableAccess(context, at: node.span).lookup(side.scan),
            columns: side.scan.columns,
            columnNames: side.scan.fields.map(\.name),
            keys: side.keys,
            nullSafe: side.nullSafe,
            predicate: side.predicate,
            projections: side.projections,
            residual: .conjunction(side.residual),
            keepsUnmatched: node.join.kind == .left
        )
        // A row stays on its shard: its columns come first, so that what deals the input deals the output too.
        return add(.lookupJoin(operation), [try build(node.join.left)], plan)
    }
}
