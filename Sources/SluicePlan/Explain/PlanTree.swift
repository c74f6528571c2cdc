import SluiceColumns
import SluiceConnect
import SluiceKernels

/// A physical plan as a readable tree: sinks on top, each line an operation with the row kinds it gives.
package enum PlanTree {
    /// The tree; a node with several readers is written once and then referred to by number.
    package static func render(_ plan: PhysicalPlan) -> String {
        var readers = Array(repeating: 0, count: plan.nodes.count)
        for node in plan.nodes { for input in node.inputs { readers[input.node] += 1 } }
        var printer = Printer(plan: plan, readers: readers)
        let roots = plan.nodes.filter { readers[$0.id] == 0 }
        // What a query gives stands above what happens to its late rows.
        for node in roots where node.isCollect { printer.print(node.id, "", "", .main) }
        for node in roots where !node.isCollect { printer.print(node.id, "", "", .main) }
        return printer.lines.joined(separator: "\n")
    }

    private struct Printer {
        let plan: PhysicalPlan
        let readers: [Int]
        var lines: [String] = []
        var seen: Set<Int> = []

        mutating func print(_ id: Int, _ first: String, _ rest: String, _ port: PhysicalInput.Port) {
            let node = plan.nodes[id]
            let shared = readers[id] > 1 ? "#\(id) " : ""
            let late = port == .late ? "late rows of " : ""
            if seen.contains(id) {
                lines.append("\(first)\(late)\(shared)(above)")
                return
            }
            seen.insert(id)
            lines.append("\(first)\(late)\(shared)\(OperationText.describe(node, in: plan)) [\(node.mode.rawValue)]")
            for (index, input) in node.inputs.enumerated() {
                let isLast = index == node.inputs.count - 1
                print(input.node, rest + (isLast ? "└─ " : "├─ "), rest + (isLast ? "   " : "│  "), input.port)
            }
        }
    }
}

extension PhysicalNode {
    /// Whether it gives rows to whoever asked.
    fileprivate var isCollect: Bool {
        if case .collect = operation { return true }
        return false
    }
}
