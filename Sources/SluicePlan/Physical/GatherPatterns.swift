import Glibc
import SluiceConnect
import SluiceKernels

/// Puts one search for all patterns in front of the filters that read the same rows.
///
/// The filters stay as they are and see fewer rows: those of which a pattern fits that their predicate asks for. So
/// what they give does not depend on the search.
enum GatherPatterns {
    /// Patterns and values below this number are looked at one after the other.
    private static let conditionCountMin = 6

    /// Changes the graph, and numbers the nodes anew.
    static func apply(_ nodes: inout [PhysicalNode], _ configuration: Configuration) {
        guard configuration.boolean("table.optimizer.pattern-set-enabled") else { return }
        var covers: [Int: PatternCover] = [:]
        var readers: [Int: [Int]] = [:]
        for node in nodes {
            guard case .calc(let calc) = node.operation, !calc.readsWatermark, node.inputs[0].port == .main,
                let cover = calc.predicate.flatMap({ PatternCover($0) })
            else { continue }
            covers[node.id] = cover
            readers[node.inputs[0].node, default: []].append(node.id)
        }
        readers = readers.filter { _, calcs in
            Set(calcs.flatMap { covers[$0]?.conditions ?? [] }).count >= conditionCountMin
        }
        if readers.isEmpty || PatternSet.failure != nil { return }
        let folder = folder(configuration)
        var result: [PhysicalNode] = []
        var moved: [Int] = []
        var branchOf: [Int: PhysicalInput] = [:]
        for var node in nodes {
            for index in node.inputs.indices { node.inputs[index].node = moved[node.inputs[index].node] }
            if let branch = branchOf[node.id] { node.inputs = [branch] }
            moved.append(result.count)
            let old = node.id
            node.id = result.count
            result.append(node)
            guard let calcs = readers[old] else { continue }
            let set = result.count
            for (index, calc) in calcs.enumerated() { branchOf[calc] = PhysicalInput(set, port: .branch(index)) }
            let branches = calcs.map { calc in
                PatternSetOperation.Branch(
                    conditions: covers[calc]?.conditions ?? [],
                    columnsRead: columnsRead(nodes[calc], inputCount: node.fields.count)
                )
            }
            var added = node
            added.id = set
            added.inputs = [PhysicalInput(node.id)]
            added.operation = .patternSet(PatternSetOperation(branches: branches, folder: folder))
            result.append(added)
        }
        nodes = result
    }

    private static func columnsRead(_ node: PhysicalNode, inputCount: Int) -> [Int] {
        guard case .calc(let calc) = node.operation, let projections = calc.projections else {
            return Array(0..<inputCount)
        }
        return (projections + [calc.predicate].compactMap { $0 }).reduce(into: Set()) { $0.formUnion($1.columnsRead) }
            .sorted()
    }

    /// Where compiled patterns are kept: where the configuration says, else in the user's cache.
    private static func folder(_ configuration: Configuration) -> String? {
        if let named = configuration.text("table.exec.pattern-set.cache-directory") {
            return named.isEmpty ? nil : named
        }
        if let cache = getenv("XDG_CACHE_HOME"), cache[0] != 0 { return String(cString: cache) + "/sluice/patterns" }
        if let home = getenv("HOME"), home[0] != 0 { return String(cString: home) + "/.cache/sluice/patterns" }
        return nil
    }
}
