extension PlanBuilder {
    /// Adds the node that keeps the first rows of each partition.
    mutating func buildRank(_ node: LogicalRank, _ plan: LogicalPlan) throws -> Int {
        let input = try build(node.input)
        let ttl = context.configuration.positiveDurationMillis("table.exec.state.ttl")
        switch (node.scope, node.range.end) {
        case (.window(let end, let timeZone), .constant(let last)):
            // Rows of a window meet where their other keys lead, as those of window aggregates and joins do.
            let bounds = WindowTraits.of(node.input)?.columns ?? []
            let keys = node.partitionKeys.filter { !bounds.contains($0) }
            let operation = WindowRankOperation(
                partitionKeys: node.partitionKeys,
                dealingKeys: keys,
                endColumn: end,
                timeZone: timeZone,
                order: node.order,
                ties: node.ties,
                start: node.range.start,
                end: last,
                outputsRank: node.rankName != nil
            )
            return add(.windowRank(operation), [exchange(input, target(keys))], plan, on: target(keys))
        case (.firstByTime(let time), _):
            let keys = target(node.partitionKeys)
            let operation = FirstRowOperation(keys: node.partitionKeys, timeColumn: time, stateTTLMillis: ttl)
            return add(.firstRow(operation), [exchange(input, keys)], plan, on: keys)
        case (.window, .column), (.unbounded, _):
            let keys = target(node.partitionKeys)
            let operation = RankOperation(
                partitionKeys: node.partitionKeys,
                order: node.order,
                ties: node.ties,
                range: node.range,
                outputsRank: node.rankName != nil,
                stateTTLMillis: ttl
            )
            return add(.rank(operation), [exchange(input, keys)], plan, on: keys)
        }
    }
}
