import SluiceColumns

/// What each node of a plan is called in stored state: the same from run to run as long as it means the same.
///
/// An operator's number derives from what it does and what its inputs are, down to the sources; a scan's or a sink's
/// from the name of its table only, so that a query that reads one more column goes on where it stood. Constant rows
/// are what they are. Equal nodes are told apart by their order.
package struct PlanIdentity: Sendable {
    /// The number of each node, never 0 and never the greatest.
    package private(set) var owners: [UInt64] = []
    /// One line about each node.
    package private(set) var summaries: [String] = []
    /// The number of the whole plan: another where any of its nodes, or what leads to its sinks, means something else.
    package let plan: UInt64

    /// Names the nodes of a plan.
    package init(_ plan: PhysicalPlan) {
        var seen: [String: Int] = [:]
        var meanings: [String] = []
        var edges = ""
        for node in plan.nodes {
            let text = OperationText.describe(node, in: plan)
            let meaning: String
            switch node.operation {
            case .scan(let scan): meaning = "Scan(\(scan.tableName))"
            case .sink(let sink): meaning = "Sink(\(sink.tableName))"
            case .values(let values): meaning = "\(text)=\(Self.number(values.rows))"
            case .exchange: meaning = "Exchange<" + meanings[node.inputs[0].node]
            // It only spares work: a plan with it means what one without it means.
            case .patternSet:
                meanings.append(meanings[node.inputs[0].node])
                owners.append(Self.number("PatternSet<\(meanings[node.inputs[0].node])"))
                summaries.append(text)
                continue
            default:
                let inputs = node.inputs.map { "\(meanings[$0.node]):\(Self.port($0))" }
                meaning = text + "<" + inputs.joined(separator: "|")
            }
            // A digest keeps the texts of deep plans short.
            let ordinal = seen[meaning, default: 0]
            seen[meaning] = ordinal + 1
            let owner = Self.number("\(meaning)#\(ordinal)")
            meanings.append(String(owner, radix: 16))
            owners.append(owner)
            summaries.append(text)
            edges += "\(owner)<\(node.inputs.map { "\(meanings[$0.node]):\(Self.port($0))" }.joined(separator: "|"));"
        }
        self.plan = Self.number(edges)
    }

    /// Which output of a node is read; a branch is the node in front of the pattern set, less some rows.
    private static func port(_ input: PhysicalInput) -> PhysicalInput.Port {
        input.port.branch == nil ? input.port : .main
    }

    /// The number of constant rows.
    private static func number(_ rows: [[Value]]) -> UInt64 {
        var bytes: [UInt8] = []
        for row in rows { RowKeyCodec.append(.row(row), to: &bytes) }
        return number(bytes)
    }

    private static func number(_ text: String) -> UInt64 { number(text.utf8) }

    private static func number(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0
        for byte in bytes { hash = RowHash.mix(hash ^ UInt64(byte)) }
        return min(max(hash, 1), .max - 1)
    }
}
