import SluiceConnect
import SluiceKernels

/// Finds operators whose state grows for as long as an endless input has new keys, and says what would bound it.
package enum UnboundedState {
    /// One sentence per such operator, in the order of the plan; empty where all inputs end.
    package static func warnings(of plan: PhysicalPlan) -> [String] {
        var isEndless: [Bool] = []
        var warnings: [String] = []
        for node in plan.nodes {
            isEndless.append(node.isEndlessSource || node.inputs.contains { isEndless[$0.node] })
            guard isEndless[node.id], let advice = advice(node.operation) else { continue }
            warnings.append("\(OperationText.describe(node, in: plan)) \(advice)")
        }
        return warnings
    }

    private static let timeToLive = "SET 'table.exec.state.ttl' to forget those that nobody touches"

    /// What an operator keeps without an end and what bounds it; nil where it is bounded already.
    private static func advice(_ operation: PhysicalOperation) -> String? {
        switch operation {
        case .groupAggregate(let aggregate):
            let hasValues = aggregate.aggregates.contains { $0.isDistinct || $0.keepsValues }
            guard aggregate.stateTTLMillis == nil, !aggregate.keys.isEmpty || hasValues else { return nil }
            if aggregate.keys.isEmpty { return "keeps every value that it has seen; aggregate in windows" }
            return "keeps every group that it has seen; \(timeToLive), or group by a window"
        case .rank(let rank):
            guard rank.stateTTLMillis == nil, !rank.partitionKeys.isEmpty else { return nil }
            return "keeps rows of every partition; \(timeToLive), or rank within windows"
        case .firstRow(let first):
            return first.stateTTLMillis == nil ? "keeps every key that it has seen; \(timeToLive)" : nil
        case .over(let over):
            guard over.stateTTLMillis == nil else { return nil }
            if over.updatesResults { return "keeps every row; \(timeToLive), or order by time" }
            guard !over.partitionKeys.isEmpty else { return nil }
            return "keeps results of every partition; \(timeToLive)"
        case .normalize(let normalize):
            guard normalize.stateTTLMillis == nil else { return nil }
            return "keeps the last row of every key; \(timeToLive)"
        case .join(let join):
            guard case .unbounded = join.scope else { return nil }
            return "keeps every row of both inputs; join windows of the inputs, which are dropped when they have passed"
        case .match(let match) where match.specification.withinMicros == nil:
            return "keeps rows of matches that have begun; write WITHIN INTERVAL ... behind the PATTERN"
        case .materialize(let materialize) where materialize.conflict != .deduplicate:
            return "keeps a row of every key of the table; write into a table with the key of the query, or "
                + "SET 'table.exec.sink.upsert-materialize' = 'NONE'"
        case .materialize:
            return "keeps every row that is not taken back; write into a table with the key of the query, or "
                + "SET 'table.exec.sink.upsert-materialize' = 'NONE'"
        default: return nil
        }
    }
}

extension AggregateCall {
    /// Whether the state of one group grows with its rows.
    fileprivate var keepsValues: Bool {
        ["COLLECT", "LISTAGG", "ARRAY_AGG"].contains(function.name) || function.name.hasPrefix("BITMAP_")
    }
}

extension PhysicalNode {
    /// Whether it reads a table that has no end.
    fileprivate var isEndlessSource: Bool {
        if case .scan(let scan) = operation { return !scan.table.isBounded }
        return false
    }
}
