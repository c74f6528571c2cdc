import SluiceOperators
import SluicePlan

/// What follows from the shape of a plan alone: who reads whom, which exchanges rows can reach, where watermarks begin.
struct GraphTopology: Sendable {
    /// One reader of a node's output.
    struct Reader: Sendable {
        let node: Int
        let input: Int
        let port: PhysicalInput.Port
    }

    /// For each node its readers, in the order of the plan.
    let readers: [[Reader]]
    /// Nodes that move rows between shards, in topological order; empty where there is one shard.
    let exchanges: [Int]
    /// For each node the exchanges, as indexes into `exchanges`, that its output can reach, through others too.
    let reach: [[Int]]
    /// For each node and each of its inputs the other inputs that get their watermarks from elsewhere.
    ///
    /// Where two inputs get theirs from the same place (a scan read twice), the rows of one say nothing about the
    /// lateness of the other: the running watermark is the same, only the watermark *element* comes later.
    let rivals: [[[Int]]]

    /// Derives the topology of `plan` for so many shards.
    ///
    /// - Throws: `badPlan` where the nodes are not in topological order; that is a defect of the planner.
    init(_ plan: PhysicalPlan, shardCount: Int) throws {
        try Self.check(plan)
        readers = Self.readers(plan)
        exchanges = shardCount == 1 ? [] : plan.nodes.filter(\.isExchange).map(\.id)
        reach = Self.reach(plan, readers: readers, exchanges: exchanges)
        rivals = Self.rivals(plan)
    }

    private static func check(_ plan: PhysicalPlan) throws {
        for (index, node) in plan.nodes.enumerated() {
            guard node.id == index, node.inputs.allSatisfy({ $0.node >= 0 && $0.node < index }) else {
                throw RuntimeError(.internal, "badPlan", "node \(index) does not come after its inputs")
            }
            guard node.inputs.isEmpty == node.isRoot else {
                throw RuntimeError(.internal, "badPlan", "node \(index) has \(node.inputs.count) inputs")
            }
        }
    }

    private static func readers(_ plan: PhysicalPlan) -> [[Reader]] {
        var readers: [[Reader]] = Array(repeating: [], count: plan.nodes.count)
        for node in plan.nodes {
            for (input, edge) in node.inputs.enumerated() {
                readers[edge.node].append(Reader(node: node.id, input: input, port: edge.port))
            }
        }
        return readers
    }

    private static func reach(_ plan: PhysicalPlan, readers: [[Reader]], exchanges: [Int]) -> [[Int]] {
        let ordinals = Dictionary(uniqueKeysWithValues: exchanges.enumerated().map { ($0.element, $0.offset) })
        var reach: [Set<Int>] = Array(repeating: [], count: plan.nodes.count)
        for node in plan.nodes.reversed() {
            for reader in readers[node.id] {
                reach[node.id].formUnion(reach[reader.node])
                if let ordinal = ordinals[reader.node] { reach[node.id].insert(ordinal) }
            }
        }
        return reach.map { $0.sorted() }
    }

    private static func rivals(_ plan: PhysicalPlan) -> [[[Int]]] {
        var origins: [Set<Int>] = []
        return plan.nodes.map { node in
            let inputs = node.inputs.map { origins[$0.node] }
            origins.append(node.originatesWatermarks ? [node.id] : inputs.reduce(into: []) { $0.formUnion($1) })
            // Mostly all have one origin; thousands of branches would be compared with each other.
            if inputs.allSatisfy({ $0 == inputs[0] }) { return inputs.map { _ in [] } }
            return inputs.indices.map { input in
                inputs.indices.filter { $0 != input && inputs[$0] != inputs[input] }
            }
        }
    }
}

extension PhysicalNode {
    /// Whether it moves rows between shards.
    var isExchange: Bool {
        if case .exchange = operation { return true }
        return false
    }

    /// Whether it makes rows out of nothing.
    var isRoot: Bool {
        switch operation {
        case .scan, .values: true
        default: false
        }
    }

    /// Whether watermarks begin here.
    var originatesWatermarks: Bool {
        if case .watermark = operation { return true }
        return isRoot
    }

    /// For messages and metrics.
    var displayName: String {
        switch operation {
        case .scan(let scan): "scan(\(scan.tableName))"
        case .values: "values"
        case .watermark: "watermark"
        case .calc: "calc"
        case .patternSet: "patternSet"
        case .expand: "expand"
        case .windowTable: "windowTable"
        case .windowAggregate: "windowAggregate"
        case .groupAggregate: "groupAggregate"
        case .join: "join"
        case .temporalJoin: "temporalJoin"
        case .lookupJoin(let join): "lookupJoin(\(join.tableName))"
        case .union: "union"
        case .replicate: "replicate"
        case .unnest: "unnest"
        case .rank: "rank"
        case .windowRank: "windowRank"
        case .firstRow: "firstRow"
        case .sort: "sort"
        case .normalize: "normalize"
        case .materialize: "materialize"
        case .over: "over"
        case .match: "match"
        case .exchange: "exchange"
        case .sink(let sink): "sink(\(sink.tableName))"
        case .collect: "collect"
        }
    }
}
