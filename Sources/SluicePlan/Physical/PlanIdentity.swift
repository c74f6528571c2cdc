import SluiceColumns

/// What each node of a plan is called in stored state: the same from run to run as long as it means the same.
///
/// An operator's number derives from what it does and what its inputs are, down to the sources; a scan's or a sink's
/// from the name of its table only, so that a query that reads one more column goes on where it stood. Equal nodes are
/// told apart by their order.
package struct PlanIdentity: Sendable {
    /// The number of each node, never 0 and never the greatest.
    package private(set) var owners: [UInt64] = []
    /// One line about each node.
    package private(set) var summaries: [String] = []

    /// Names the nodes of a plan.
    package init(_ plan: PhysicalPlan) {
        var seen: [String: Int] = [:]
        var meanings: [String] = []
        for node in plan.nodes {
            let text = OperationText.describe(node, in: plan)
            let meaning: String
            switch node.operation {
            case .scan(let scan): meaning = "Scan(\(scan.tableName))"
            case .sink(let sink): meaning = "Sink(\(sink.tableName))"
            case .exchange: meaning = "Exchange<" + meanings[node.inputs[0].node]
            default:
                let inputs = node.inputs.map { "\(meanings[$0.node]):\($0.port)" }
                meaning = text + "<" + inputs.joined(separator: "|")
            }
            // A digest keeps the texts of deep plans short.
            let ordinal = seen[meaning, default: 0]
            seen[meaning] = ordinal + 1
            let owner = Self.number("\(meaning)#\(ordinal)")
            meanings.append(String(owner, radix: 16))
            owners.append(owner)
            summaries.append(text)
        }
    }

    private static func number(_ text: String) -> UInt64 {
        var hash: UInt64 = 0
        for byte in text.utf8 { hash = RowHash.mix(hash ^ UInt64(byte)) }
        return min(max(hash, 1), .max - 1)
    }
}
