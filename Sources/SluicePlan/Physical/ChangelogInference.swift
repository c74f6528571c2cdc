import SluiceConnect
import SluiceSQL

/// Decides which row kinds travel along every edge, and who must send `-U` rows.
enum ChangelogInference {
    /// Fills in modes, unique keys and the switches of operations.
    static func apply(_ nodes: inout [PhysicalNode]) throws {
        let isUpdating = findUpdates(&nodes)
        var needsBefore = Array(repeating: false, count: nodes.count)
        for id in nodes.indices.reversed() {
            if isUpdating[id] && nodes[id].uniqueKeys.isEmpty { needsBefore[id] = true }
            demand(of: nodes[id], needsBefore[id], isUpdating, &needsBefore)
        }
        for id in nodes.indices {
            nodes[id].mode = try mode(nodes[id], nodes, isUpdating[id], needsBefore[id])
            configure(&nodes[id], nodes, needsBefore[id])
        }
    }

    /// Whether a node takes rows back or replaces them, and its unique keys, before the modes are known.
    static func traits(of id: Int, in nodes: [PhysicalNode]) -> (isUpdating: Bool, uniqueKeys: [[Int]]) {
        var nodes = nodes
        let isUpdating = findUpdates(&nodes)
        return (isUpdating[id], nodes[id].uniqueKeys)
    }

    /// Fills in unique keys; tells which nodes take rows back or replace them.
    private static func findUpdates(_ nodes: inout [PhysicalNode]) -> [Bool] {
        var isUpdating = Array(repeating: false, count: nodes.count)
        for id in nodes.indices {
            isUpdating[id] = updates(nodes[id], isUpdating)
            nodes[id].uniqueKeys = UniqueKeys.of(nodes[id], nodes)
        }
        return isUpdating
    }

    private static func mode(
        _ node: PhysicalNode,
        _ nodes: [PhysicalNode],
        _ isUpdating: Bool,
        _ needsBefore: Bool
    ) throws -> ChangelogMode {
        if case .match = node.operation, node.inputs.contains(where: { nodes[$0.node].mode != .insertOnly }) {
            throw SQLError(
                .unsupported,
                "MATCH_RECOGNIZE cannot read rows that are updated or taken back",
                at: .none,
                hint: "match the rows before they are aggregated or joined, or aggregate them in windows"
            )
        }
        guard isUpdating else { return .insertOnly }
        switch node.operation {
        case .scan(let scan): return scan.table.changelogMode
        case .materialize: return .upsert
        case .groupAggregate, .windowAggregate, .join, .normalize: return needsBefore ? .retract : .upsert
        default: return node.inputs.contains { nodes[$0.node].mode == .retract } ? .retract : .upsert
        }
    }

    /// Whether a node's output takes rows back or replaces them.
    private static func updates(_ node: PhysicalNode, _ isUpdating: [Bool]) -> Bool {
        let inputs = node.inputs.map { isUpdating[$0.node] }
        switch node.operation {
        case .scan(let scan): return scan.table.changelogMode != .insertOnly
        case .groupAggregate(let aggregate): return !aggregate.aggregates.isEmpty || inputs.contains(true)
        case .windowAggregate(let aggregate): return aggregate.window.emit != nil
        case .match: return false
        case .materialize: return true
        case .join(let join):
            if case .window = join.scope { return false }
            switch join.kind {
            case .inner, .semi: return inputs.contains(true)
            case .left, .right, .full, .anti: return true
            }
        default: return inputs.contains(true)
        }
    }

    /// What a node wants of its inputs.
    private static func demand(
        of node: PhysicalNode,
        _ isWanted: Bool,
        _ isUpdating: [Bool],
        _ needsBefore: inout [Bool]
    ) {
        for input in node.inputs where isUpdating[input.node] {
            let wants: Bool
            switch node.operation {
            case .calc(let calc): wants = isWanted || calc.predicate != nil
            case .normalize: wants = false
            case .materialize: wants = true
            case .sink(let sink): wants = sink.table.acceptedMode(for: .retract) == .retract
            case .collect, .groupAggregate, .windowAggregate, .join, .expand, .windowTable, .unnest, .match:
                wants = true
            default: wants = isWanted
            }
            if wants { needsBefore[input.node] = true }
        }
    }

    private static func configure(_ node: inout PhysicalNode, _ nodes: [PhysicalNode], _ needsBefore: Bool) {
        switch node.operation {
        case .groupAggregate(var aggregate):
            aggregate.consumesRetractions = nodes[node.inputs[0].node].mode != .insertOnly
            aggregate.emitsUpdateBefore = needsBefore
            node.operation = .groupAggregate(aggregate)
        case .sink(var sink):
            let given = nodes[node.inputs[0].node].mode
            sink.dropsUpdateBefore = given == .retract && sink.table.acceptedMode(for: given) == .upsert
            node.operation = .sink(sink)
        case .normalize(var normalize):
            normalize.emitsUpdateBefore = needsBefore
            node.operation = .normalize(normalize)
        case .windowAggregate(var aggregate):
            aggregate.emitsUpdateBefore = needsBefore
            node.operation = .windowAggregate(aggregate)
        case .join(var join):
            join.emitsUpdateBefore = needsBefore
            node.operation = .join(join)
        default: break
        }
    }
}

/// Which columns identify a row of the table that a node's output stands for.
enum UniqueKeys {
    static func of(_ node: PhysicalNode, _ nodes: [PhysicalNode]) -> [[Int]] {
        func input(_ index: Int) -> PhysicalNode { nodes[node.inputs[index].node] }
        switch node.operation {
        case .groupAggregate(let aggregate): return [Array(aggregate.keys.indices)]
        case .windowAggregate(let aggregate):
            let first = aggregate.keys.count + aggregate.aggregates.count
            guard let end = aggregate.properties.firstIndex(of: .end) else { return [] }
            return [Array(aggregate.keys.indices) + [first + end]]
        case .calc(let calc):
            // Late rows are not those that the node's keys speak about.
            guard node.inputs[0].port == .main else { return [] }
            guard let projections = calc.projections else { return input(0).uniqueKeys }
            return input(0).uniqueKeys.compactMap { key in
                let moved = key.compactMap { column in projections.firstIndex { $0.columnIndex == column } }
                return moved.count == key.count ? moved : nil
            }
        case .watermark, .exchange, .sink, .collect: return input(0).uniqueKeys
        case .join(let join): return joinKeys(join, input(0), input(1))
        case .scan(let scan): return scan.primaryKey.isEmpty ? [] : [scan.primaryKey]
        case .normalize(let normalize): return [normalize.keys]
        case .materialize(let materialize): return [materialize.keys]
        case .values, .expand, .windowTable, .union, .unnest, .match: return []
        }
    }

    private static func joinKeys(_ join: JoinOperation, _ left: PhysicalNode, _ right: PhysicalNode) -> [[Int]] {
        let width = left.fields.count
        func isCovered(_ keys: [[Int]], by columns: [Int]) -> Bool {
            keys.contains { key in key.allSatisfy(columns.contains) }
        }
        switch join.kind {
        case .semi, .anti: return left.uniqueKeys
        case .full: return []
        case .inner, .left, .right:
            var keys: [[Int]] = []
            if join.kind != .right, isCovered(right.uniqueKeys, by: join.rightKeys) { keys += left.uniqueKeys }
            if join.kind != .left, isCovered(left.uniqueKeys, by: join.leftKeys) {
                keys += right.uniqueKeys.map { $0.map { $0 + width } }
            }
            if join.kind == .inner {
                for one in left.uniqueKeys { keys += right.uniqueKeys.map { one + $0.map { $0 + width } } }
            }
            return keys
        }
    }
}
