import SluiceKernels

/// Keeps the order of changes in front of aggregates whose result depends on it: FIRST_VALUE, LAST_VALUE, LISTAGG,
/// ARRAY_AGG, COLLECT and JSON_ARRAYAGG, and in front of sinks where the last row of a key counts.
///
/// Where their rows come from another aggregate, that one gives each change by itself instead of once a batch, and all
/// that is joined to it runs on one shard, because rows of several shards meet in any order. So the result depends
/// neither on batches nor on the number of shards.
enum OrderSensitivity {
    private static let functions: Set<String> = [
        "FIRST_VALUE", "LAST_VALUE", "LISTAGG", "ARRAY_AGG", "COLLECT", "JSON_ARRAYAGG",
    ]

    /// Sets the switches of operations and the targets of exchanges.
    static func apply(_ nodes: inout [PhysicalNode]) {
        var single: Set<Int> = []
        for id in nodes.indices where isSensitive(nodes[id].operation) {
            let sources = ancestors(of: id, nodes).filter { gathers(nodes[$0].operation) }
            if sources.isEmpty { continue }
            for source in sources {
                guard case .groupAggregate(var aggregate) = nodes[source].operation else { continue }
                aggregate.emitsEveryChange = true
                nodes[source].operation = .groupAggregate(aggregate)
            }
            single.formUnion(connected(to: id, nodes))
        }
        for id in single {
            guard case .exchange = nodes[id].operation else { continue }
            nodes[id].operation = .exchange(ExchangeOperation(.single))
        }
    }

    private static func isSensitive(_ operation: PhysicalOperation) -> Bool {
        let calls: [AggregateCall]
        switch operation {
        case .groupAggregate(let aggregate): calls = aggregate.aggregates
        case .windowAggregate(let aggregate): calls = aggregate.aggregates
        case .materialize: return true
        default: return false
        }
        return calls.contains { functions.contains($0.function.name) }
    }

    /// Whether an operation's rows come in another order than those it reads.
    private static func gathers(_ operation: PhysicalOperation) -> Bool {
        switch operation {
        case .groupAggregate, .windowAggregate: true
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
