import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Decides how Top-N and deduplication follow their inputs.
enum RankStrategies {
    /// The operation of a node that ranks, fit for its input; that of any other node as it is.
    static func settled(
        _ node: PhysicalNode,
        _ isUpdating: [Bool],
        _ nodes: [PhysicalNode]
    ) throws -> PhysicalOperation {
        guard let input = node.inputs.first.map({ nodes[$0.node] }), isUpdating[input.id] else { return node.operation }
        func strategy(_ rank: RankOperation) -> RankStrategy { Self.strategy(rank, input, nodes, isUpdating) }
        switch node.operation {
        case .rank(var rank):
            rank.strategy = strategy(rank)
            // The last of equals replaces the others only where rows are never taken back.
            if !rank.order.isEmpty { rank.ties = .firstArrived }
            return .rank(rank)
        case .firstRow(let first):
            var rank = RankOperation(
                partitionKeys: first.keys,
                order: [SortField(column: first.timeColumn)],
                range: RankRange(end: .constant(1)),
                outputsRank: false,
                stateTTLMillis: first.stateTTLMillis
            )
            rank.strategy = strategy(rank)
            return .rank(rank)
        case .windowRank:
            throw SQLError(
                .unsupported,
                "a window's rows can only be ranked where they are not updated",
                at: .none,
                hint: "rank the rows of a window table function or of a window aggregation"
            )
        case .sort:
            throw SQLError(
                .unsupported,
                "rows that are updated cannot be sorted by their time",
                at: .none,
                hint: "leave ORDER BY out, or add LIMIT n"
            )
        default: return node.operation
        }
    }

    /// Where rows are known by a key within their partition and can only rise, those that fell out can be forgotten.
    private static func strategy(
        _ rank: RankOperation,
        _ input: PhysicalNode,
        _ nodes: [PhysicalNode],
        _ isUpdating: [Bool]
    ) -> RankStrategy {
        guard !rank.order.isEmpty,
            let key = input.uniqueKeys.first(where: { Set($0).isSuperset(of: rank.partitionKeys) })
        else { return .retract }
        let trends = Trend.of(input, nodes, isUpdating)
        let onlyRises = rank.order.allSatisfy { field in
            switch trends[field.column] {
            case .constant?: true
            case .increasing?: field.isDescending
            case .decreasing?: !field.isDescending
            case nil: false
            }
        }
        return onlyRises ? .update(key: key) : .retract
    }
}

/// How a column of one row of an updating table can change.
private enum Trend {
    case constant, increasing, decreasing

    /// The trends that are known, by column, of a table that loses no rows.
    static func of(_ node: PhysicalNode, _ nodes: [PhysicalNode], _ isUpdating: [Bool]) -> [Int: Trend] {
        switch node.operation {
        case .exchange: return of(nodes[node.inputs[0].node], nodes, isUpdating)
        case .calc(let calc) where calc.predicate == nil:
            let input = of(nodes[node.inputs[0].node], nodes, isUpdating)
            guard let projections = calc.projections else { return input }
            var trends: [Int: Trend] = [:]
            for (index, projection) in projections.enumerated() {
                trends[index] = projection.columnIndex.flatMap { input[$0] }
            }
            return trends
        case .groupAggregate(let aggregate) where !isUpdating[node.inputs[0].node]:
            var trends: [Int: Trend] = [:]
            for key in aggregate.keys.indices { trends[key] = .constant }
            for (index, call) in aggregate.aggregates.enumerated() {
                trends[aggregate.keys.count + index] =
                    switch call.function.name {
                    case "COUNT", "MAX": .increasing
                    case "MIN": .decreasing
                    default: nil
                    }
            }
            return trends
        default: return [:]
        }
    }
}
