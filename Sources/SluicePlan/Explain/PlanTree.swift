import SluiceColumns
import SluiceConnect
import SluiceKernels

/// A physical plan as a readable tree: sinks on top, each line an operation with the row kinds it gives.
package enum PlanTree {
    /// What is written behind each operation.
    package struct Columns {
        /// The row kinds one by one, `changelogMode=[I,UA,D]`, in place of the mode's name.
        package var kinds = false
        /// The estimated rows of each node.
        package var estimates: [Double]?
        /// Makes the usual ones.
        package init() {}
    }

    /// The tree; a node with several readers is written once and then referred to by number.
    package static func render(_ plan: PhysicalPlan, _ columns: Columns = Columns()) -> String {
        var readers = Array(repeating: 0, count: plan.nodes.count)
        for node in plan.nodes { for input in node.inputs { readers[input.node] += 1 } }
        var printer = Printer(plan: plan, readers: readers, columns: columns)
        let roots = plan.nodes.filter { readers[$0.id] == 0 }
        // What a query gives stands above what happens to its late rows.
        for node in roots where node.isCollect { printer.print(node.id, "", "", .main) }
        for node in roots where !node.isCollect { printer.print(node.id, "", "", .main) }
        return printer.lines.joined(separator: "\n")
    }

    private struct Printer {
        let plan: PhysicalPlan
        let readers: [Int]
        let columns: Columns
        var lines: [String] = []
        var seen: Set<Int> = []

        mutating func print(_ id: Int, _ first: String, _ rest: String, _ port: PhysicalInput.Port) {
            let node = plan.nodes[id]
            let shared = readers[id] > 1 ? "#\(id) " : ""
            let late = port == .late ? "late rows of " : port.branch.map { "branch \($0) of " } ?? ""
            if seen.contains(id) {
                lines.append("\(first)\(late)\(shared)(above)")
                return
            }
            seen.insert(id)
            let mode = columns.kinds ? "changelogMode=[\(Self.kinds(node))]" : "[\(node.mode.rawValue)]"
            let rows = columns.estimates.map { ", rows=\($0[id])" } ?? ""
            lines.append("\(first)\(late)\(shared)\(OperationText.describe(node, in: plan)) \(mode)\(rows)")
            for (index, input) in node.inputs.enumerated() {
                let isLast = index == node.inputs.count - 1
                print(input.node, rest + (isLast ? "└─ " : "├─ "), rest + (isLast ? "   " : "│  "), input.port)
            }
        }

        /// The row kinds that a node gives, as Flink names them.
        private static func kinds(_ node: PhysicalNode) -> String {
            switch node.mode {
            case .insertOnly: "I"
            case .upsert: "I,UA,D"
            case .retract: "I,UB,UA,D"
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
