import SluiceColumns
import SluiceConnect
import SluiceKernels

/// Keeps versions in front of temporal joins, and the order of changes in front of operations whose result depends on
/// it: FIRST_VALUE, LAST_VALUE, LISTAGG, ARRAY_AGG, COLLECT, JSON_ARRAYAGG, Top-N whose order leaves ties, OVER where
/// it tells apart rows that are equal in its order, and sinks where the last row of a key counts.
///
/// Where their rows come from an aggregate or a Top-N, that one gives each change by itself instead of once a batch,
/// and all that is joined to it runs on one shard, because rows of several shards meet in any order; so it is where
/// changes are completed by key. So the result depends neither on batches nor on the number of shards. Windows over
/// changes want each by itself too.
enum OrderSensitivity {
    private static let functions: Set<String> = [
        "FIRST_VALUE", "LAST_VALUE", "LISTAGG", "ARRAY_AGG", "COLLECT", "JSON_ARRAYAGG",
    ]

    /// Sets the switches of operations and the targets of exchanges.
    static func apply(_ nodes: inout [PhysicalNode]) {
        keepVersions(&nodes)
        var single: Set<Int> = []
        for id in nodes.indices where isSensitive(nodes[id], nodes) {
            let sources = ancestors(of: id, nodes).filter { gathers(nodes[$0].operation) }
            if sources.isEmpty { continue }
            for source in sources { giveEveryChange(&nodes[source]) }
            single.formUnion(connected(to: id, nodes))
        }
        for id in nodes.indices where takesChangesByTime(nodes[id], nodes) {
            let sources = ancestors(of: id, nodes).filter { gathers(nodes[$0].operation) }
            for source in sources { giveEveryChange(&nodes[source]) }
            if !sources.isEmpty { single.formUnion(connected(to: id, nodes)) }
        }
        for id in single {
            guard case .exchange = nodes[id].operation else { continue }
            nodes[id].operation = .exchange(ExchangeOperation(.single))
        }
    }

    /// Whether a change is late or not by the watermark in force before the row that caused it.
    private static func takesChangesByTime(_ node: PhysicalNode, _ nodes: [PhysicalNode]) -> Bool {
        switch node.operation {
        case .windowTable, .windowAggregate: node.inputs.contains { nodes[$0.node].mode != .insertOnly }
        default: false
        }
    }

    private static func giveEveryChange(_ node: inout PhysicalNode) {
        switch node.operation {
        case .groupAggregate(var aggregate):
            aggregate.emitsEveryChange = true
            node.operation = .groupAggregate(aggregate)
        case .rank(var rank):
            rank.emitsEveryChange = true
            node.operation = .rank(rank)
        case .over(var over):
            over.emitsEveryChange = true
            node.operation = .over(over)
        default: break
        }
    }

    /// Each change that a temporal join reads is a version of its own.
    private static func keepVersions(_ nodes: inout [PhysicalNode]) {
        for id in nodes.indices {
            guard case .temporalJoin = nodes[id].operation else { continue }
            let versioned = nodes[id].inputs[1].node
            for source in ancestors(of: versioned, nodes).union([versioned]) { giveEveryChange(&nodes[source]) }
        }
    }

    private static func isSensitive(_ node: PhysicalNode, _ nodes: [PhysicalNode]) -> Bool {
        let calls: [AggregateCall]
        switch node.operation {
        case .groupAggregate(let aggregate): calls = aggregate.aggregates
        case .windowAggregate(let aggregate): calls = aggregate.aggregates
        case .rank(let rank): return leavesTies(rank.partitionKeys + rank.order.map(\.column), node, nodes)
        case .windowRank(let rank): return leavesTies(rank.partitionKeys + rank.order.map(\.column), node, nodes)
        case .firstRow(let first): return leavesTies(first.keys + [first.timeColumn], node, nodes)
        case .materialize: return true
        case .over(let over):
            if over.frame.unit == .rows || over.calls.contains(where: { $0.function.name == "LAG" }) { return true }
            calls = over.calls
        default: return false
        }
        return calls.contains { functions.contains($0.function.name) }
    }

    /// Whether two rows of the input can be equal in all of `columns`.
    private static func leavesTies(_ columns: [Int], _ node: PhysicalNode, _ nodes: [PhysicalNode]) -> Bool {
        !nodes[node.inputs[0].node].uniqueKeys.contains { Set(columns).isSuperset(of: $0) }
    }

    /// Whether an operation's rows come in another order than those it reads.
    private static func gathers(_ operation: PhysicalOperation) -> Bool {
        switch operation {
        case .groupAggregate, .windowAggregate, .rank, .windowRank, .over, .normalize: true
        default: false
        }
    }

    private static func ancestors(of id: Int, _ nodes: [PhysicalNode]) -> Set<Int> {
        var found: Set<Int> = []
        var waiting = nodes[id].inputs.map(\.node)
        while let next = waiting.popLast() {
            if found.insert(next).inserted { waiting += nodes[next].inputs.map(\.node) }
        }
        return found
    }

    /// All nodes that a node's rows can meet, readers and inputs alike.
    private static func connected(to id: Int, _ nodes: [PhysicalNode]) -> Set<Int> {
        var neighbours = Array(repeating: [Int](), count: nodes.count)
        for node in nodes {
            for input in node.inputs {
                neighbours[node.id].append(input.node)
                neighbours[input.node].append(node.id)
            }
        }
        var found: Set<Int> = [id]
        var waiting = [id]
        while let next = waiting.popLast() {
            waiting += neighbours[next].filter { found.insert($0).inserted }
        }
        return found
    }
}
