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
            let inputs = node.inputs.map { isEndless[$0.node] }
            guard isEndless[node.id], let advice = advice(node.operation, inputs) else { continue }
            warnings.append("\(OperationText.describe(node, in: plan)) \(advice)")
        }
        return warnings
    }

    private static let timeToLive = "SET 'table.exec.state.ttl' to forget those that nobody touches"

    /// What an operator keeps without an end and what bounds it; nil where it is bounded already.
    ///
    /// `isEndless` says which of its inputs have no end.
    private static func advice(_ operation: PhysicalOperation, _ isEndless: [Bool]) -> String? {
        switch operation {
        case .groupAggregate(let aggregate):
            let hasValues = aggregate.aggregates.contains { call in
                call.isDistinct || call.keepsValues || (aggregate.consumesRetractions && call.keepsValuesToTakeBack)
            }
            guard aggregate.stateTTLMillis == nil, !aggregate.keys.isEmpty || hasValues else { return nil }
            if aggregate.keys.isEmpty {
                return "keeps every value that it has seen; \(timeToLive), or aggregate in windows"
            }
            return "keeps every group that it has seen; \(timeToLive), or group by a window"
        case .rank(let rank):
            guard rank.stateTTLMillis == nil else { return nil }
            if rank.strategy == .retract { return "keeps every row; \(timeToLive), or rank within windows" }
            guard !rank.partitionKeys.isEmpty else { return nil }
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
            let growing = [0, 1].filter { isEndless[$0] && join.ttlMillis[$0] == nil }
            guard let first = growing.first else { return nil }
            let kept = growing.count == 2 ? "both inputs" : first == 0 ? "the left input" : "the right input"
            return "keeps every row of \(kept); \(timeToLive), or join windows of the inputs, which are dropped when "
                + "they have passed"
        case .temporalJoin where isEndless[1]:
            return "keeps the last version of every key, which nothing bounds; join a table whose keys are few"
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
        ["COLLECT", "LISTAGG", "ARRAY_AGG", "JSON_ARRAYAGG", "JSON_OBJECTAGG", "PERCENTILE"].contains(function.name)
            || function.name.hasPrefix("BITMAP_")
    }

    /// Whether it also does so only where rows can be taken back: the next value in order must be at hand.
    fileprivate var keepsValuesToTakeBack: Bool {
        ["MIN", "MAX", "FIRST_VALUE", "LAST_VALUE"].contains(function.name)
    }
}

extension PhysicalNode {
    /// Whether it reads a table that has no end.
    fileprivate var isEndlessSource: Bool {
        if case .scan(let scan) = operation { return !scan.table.isBounded }
        return false
    }
}
