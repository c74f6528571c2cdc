import SluiceConnect
import SluiceSQL

/// Decides which row kinds travel along every edge, and who must send `-U` rows.
enum ChangelogInference {
    /// Fills in modes, unique keys and the switches of operations.
    static func apply(_ nodes: inout [PhysicalNode]) throws {
        let isUpdating = try findUpdates(&nodes)
        var needsBefore = Array(repeating: false, count: nodes.count)
        for id in nodes.indices.reversed() {
            if isUpdating[id] && nodes[id].uniqueKeys.isEmpty { needsBefore[id] = true }
            demand(of: nodes[id], needsBefore[id], isUpdating, &needsBefore)
        }
        for id in nodes.indices {
            nodes[id].mode = try mode(nodes[id], nodes, isUpdating[id], needsBefore[id])
            // Not the list of nodes, which would be copied for each of them.
            let given = nodes[id].inputs.map { nodes[$0.node].mode }
            configure(&nodes[id], given, needsBefore[id])
        }
    }

    /// Whether a node takes rows back or replaces them, and its unique keys, before the modes are known.
    static func traits(of id: Int, in nodes: [PhysicalNode]) throws -> (isUpdating: Bool, uniqueKeys: [[Int]]) {
        var nodes = nodes
        let isUpdating = try findUpdates(&nodes)
        return (isUpdating[id], nodes[id].uniqueKeys)
    }

    /// Fills in unique keys; tells which nodes take rows back or replace them.
    private static func findUpdates(_ nodes: inout [PhysicalNode]) throws -> [Bool] {
        var isUpdating = Array(repeating: false, count: nodes.count)
        for id in nodes.indices {
            nodes[id].operation = try RankStrategies.settled(nodes[id], isUpdating, nodes)
            isUpdating[id] = updates(nodes[id], isUpdating)
            nodes[id].uniqueKeys = UniqueKeys.of(nodes[id], nodes)
        }
        return isUpdating
    }

    /// Whether a node's output takes rows back or replaces them.
    static func isUpdating(_ id: Int, _ nodes: [PhysicalNode]) -> Bool {
        var isUpdating: [Bool] = []
        for node in nodes[...id] { isUpdating.append(updates(node, isUpdating)) }
        return isUpdating[id]
    }

    private static func mode(
        _ node: PhysicalNode,
        _ nodes: [PhysicalNode],
        _ isUpdating: Bool,
        _ needsBefore: Bool
    ) throws -> ChangelogMode {
        try checkInputs(node, nodes)
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
        case .over(let over) where !over.updatesResults:
            throw SQLError(
                .unsupported,
                "OVER ordered by time is not supported on rows that are updated or deleted",
                at: over.span,
                hint: "order it by another column, or aggregate before rows change"
            )
        case .groupAggregate, .windowAggregate, .join, .rank, .over, .normalize:
            return needsBefore ? .retract : .upsert
        case .temporalJoin: return nodes[node.inputs[0].node].mode
        default: return node.inputs.contains { nodes[$0.node].mode == .retract } ? .retract : .upsert
        }
    }

    /// Refuses updates where an operation cannot take rows back any more.
    private static func checkInputs(_ node: PhysicalNode, _ nodes: [PhysicalNode]) throws {
        guard case .join(let join) = node.operation, case .interval = join.scope,
            node.inputs.contains(where: { nodes[$0.node].mode != .insertOnly })
        else { return }
        throw SQLError(
            .unsupported,
            "a join on an interval of time takes no updates or deletes",
            at: .none,
            hint: "join without the interval, or read tables of new rows only"
        )
    }

    /// Whether a node's output takes rows back or replaces them.
    private static func updates(_ node: PhysicalNode, _ isUpdating: [Bool]) -> Bool {
        let inputs = node.inputs.map { isUpdating[$0.node] }
        switch node.operation {
        case .scan(let scan): return scan.table.changelogMode != .insertOnly
        case .groupAggregate(let aggregate): return !aggregate.aggregates.isEmpty || inputs.contains(true)
        case .over(let over): return over.updatesResults || inputs.contains(true)
        case .windowAggregate(let aggregate): return aggregate.window.emit != nil
        case .windowRank, .firstRow, .sort, .match: return false
        case .rank(let rank): return !rank.keepsArrivals || inputs.contains(true)
        case .materialize: return true
        case .join(let join):
            guard case .unbounded = join.scope else { return false }
            switch join.kind {
            case .inner, .semi: return inputs.contains(true)
            case .left, .right, .full, .anti: return true
            }
        case .temporalJoin: return inputs[0]
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
        for (position, input) in node.inputs.enumerated() where isUpdating[input.node] {
            let wants: Bool
            switch node.operation {
            case .calc(let calc): wants = isWanted || calc.predicate != nil
            // Of the versions, the new form of a row says enough.
            case .temporalJoin: wants = position == 0 && isWanted
            case .normalize: wants = false
            case .materialize: wants = true
            case .sink(let sink): wants = sink.table.acceptedMode(for: .retract) == .retract
            case .rank(let rank): wants = rank.strategy == .retract
            case .collect, .groupAggregate, .windowAggregate, .join, .expand, .windowTable, .unnest, .replicate,
                .match, .over:
                wants = true
            default: wants = isWanted
            }
            if wants { needsBefore[input.node] = true }
        }
    }

    private static func configure(_ node: inout PhysicalNode, _ given: [ChangelogMode], _ needsBefore: Bool) {
        switch node.operation {
        case .groupAggregate(var aggregate):
            aggregate.consumesRetractions = given[0] != .insertOnly
            aggregate.emitsUpdateBefore = needsBefore
            node.operation = .groupAggregate(aggregate)
        case .windowAggregate(var aggregate):
            aggregate.emitsUpdateBefore = needsBefore
            node.operation = .windowAggregate(aggregate)
        case .sink(var sink):
            sink.dropsUpdateBefore = given[0] == .retract && sink.table.acceptedMode(for: given[0]) == .upsert
            node.operation = .sink(sink)
        case .normalize(var normalize):
            normalize.emitsUpdateBefore = needsBefore
            node.operation = .normalize(normalize)
        case .join(var join):
            join.emitsUpdateBefore = needsBefore
            join.takesBack = given.map { $0 != .insertOnly }
            node.operation = .join(join)
        case .rank(var rank):
            rank.emitsUpdateBefore = needsBefore
            node.operation = .rank(rank)
        case .over(var over):
            over.consumesRetractions = given[0] != .insertOnly
            over.emitsUpdateBefore = needsBefore
            node.operation = .over(over)
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
        case .over(let over):
            // As for Top-N: a row that changes its partition must not overtake itself.
            let mayMove = over.updatesResults && ChangelogInference.isUpdating(node.inputs[0].node, nodes)
            return input(0).uniqueKeys.filter { !mayMove || Set($0).isSuperset(of: over.partitionKeys) }
        case .watermark, .exchange, .patternSet, .sink, .collect, .sort: return input(0).uniqueKeys
        case .rank(let rank):
            return rankKeys(rank.partitionKeys, rank.range.isSingle, rank.outputsRank, input(0))
        case .windowRank(let rank):
            return rankKeys(rank.partitionKeys, rank.start == rank.end, rank.outputsRank, input(0))
        case .firstRow(let first): return rankKeys(first.keys, true, false, input(0))
        case .join(let join): return joinKeys(join, input(0), input(1))
        // Each row finds one version at most; a lookup may find many rows.
        case .temporalJoin: return input(0).uniqueKeys
        case .lookupJoin: return []
        case .scan(let scan): return scan.primaryKey.isEmpty ? [] : [scan.primaryKey]
        case .normalize(let normalize): return [normalize.keys]
        case .materialize(let materialize): return [materialize.keys]
        case .values, .expand, .windowTable, .union, .replicate, .unnest, .match: return []
        }
    }

    /// Keys of the input that do not hold the partition could move between shards, where changes overtake each other.
    private static func rankKeys(
        _ partition: [Int],
        _ isSingle: Bool,
        _ outputsRank: Bool,
        _ input: PhysicalNode
    ) -> [[Int]] {
        var keys = input.uniqueKeys.filter { Set($0).isSuperset(of: partition) }
        if isSingle { keys.insert(partition, at: 0) }
        if outputsRank { keys.append(partition + [input.fields.count]) }
        return keys
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
