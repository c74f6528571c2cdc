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
        let versions = try build(node.join.right)
        guard node.deduplicatedKey == nil || !ChangelogInference.isUpdating(versions, nodes) else {
            throw SQLError(
                .unsupported,
                "the versioned view keeps the last rows of a table that is updated",
                at: node.span,
                hint: "join the table itself, with its PRIMARY KEY"
            )
        }
        let right = exchange(versions, target(keys.right))
        let operation = TemporalJoinOperation(
            keepsUnmatched: node.join.kind == .left,
            leftKeys: keys.left,
            rightKeys: keys.right,
            residual: .conjunction(keys.residual),
            leftTime: leftTime,
            rightTime: rightTime,
            takesLatestOnly: node.deduplicatedKey != nil
        )
        return add(.temporalJoin(operation), [left, right], plan, on: target(keys.left))
    }

    private mutating func buildLookup(_ node: LogicalTemporalJoin, _ plan: LogicalPlan) throws -> Int {
        guard let side = LookupSide(node) else {
            throw SQLError(.unsupported, "this query cannot be looked up row by row", at: node.span)
        }
        let access = try TableAccess(context, at: node.span).lookup(side, allowsScan: node.allowsScan)
        let operation = LookupJoinOperation(
            tableName: side.scan.table.path.description,
            source: access.source,
            columns: side.scan.columns,
            columnNames: side.scan.fields.map(\.name),
            keys: side.keys,
            nullSafe: side.nullSafe,
            probe: access.probe.map { side.probes[$0] },
            indexText: access.text,
            predicate: side.predicate,
            projections: side.projections,
            residual: .conjunction(side.residual),
            keepsUnmatched: node.join.kind == .left
        )
        // A row stays on its shard: its columns come first, so that what deals the input deals the output too.
        return add(.lookupJoin(operation), [try build(node.join.left)], plan)
    }
}
