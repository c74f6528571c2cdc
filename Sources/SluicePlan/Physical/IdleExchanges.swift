/// Takes out exchanges that would send rows from one shard to the same one.
///
/// They are left behind where `OrderSensitivity` draws keyed exchanges together. They would do harm: rows and
/// watermarks of shards without rows meet at them in any order, and so would decide about late rows.
enum IdleExchanges {
    /// Takes them out of a graph and numbers the rest anew.
    static func remove(from nodes: inout [PhysicalNode]) {
        var isSingle = Array(repeating: false, count: nodes.count)
        var isIdle = Array(repeating: false, count: nodes.count)
        for node in nodes {
            let inputs = node.inputs.map { isSingle[$0.node] }
            let stays = !inputs.isEmpty && inputs.allSatisfy { $0 }
            guard case .exchange(let exchange) = node.operation else {
                isSingle[node.id] = stays
                continue
            }
            // What is dealt by keys is on all shards, wherever it comes from.
            isSingle[node.id] = exchange.target == .single
            isIdle[node.id] = stays && exchange.target == .single && node.inputs[0].port == .main
        }
        if !isIdle.contains(true) { return }
        var moved = Array(repeating: 0, count: nodes.count)
        var kept: [PhysicalNode] = []
        for var node in nodes {
            for index in node.inputs.indices { node.inputs[index].node = moved[node.inputs[index].node] }
            if isIdle[node.id] {
                moved[node.id] = node.inputs[0].node
                continue
            }
            moved[node.id] = kept.count
            node.id = kept.count
            kept.append(node)
        }
        nodes = kept
    }
}
