import SluiceColumns
import SluiceConnect

/// A physical plan as JSON: `{"nodes":[{"id":...,"type":...,"inputs":[...],...}]}`.
package enum PlanJSON {
    /// The JSON text, one node per line.
    package static func render(_ plan: PhysicalPlan) -> String {
        let nodes = plan.nodes.map { "  " + render($0, in: plan) }
        return "{\"nodes\": [\n" + nodes.joined(separator: ",\n") + "\n]}"
    }

    private static func render(_ node: PhysicalNode, in plan: PhysicalPlan) -> String {
        let text = OperationText.describe(node, in: plan)
        let type = text.prefix { $0 != "(" }
        let inputs = node.inputs.map { input in
            "{\"node\": \(input.node), \"port\": \(quote(input.port == .late ? "late" : "main"))}"
        }
        let fields = node.fields.map {
            "{\"name\": \(quote($0.name)), \"type\": \(quote($0.type.description))}"
        }
        let keys = node.uniqueKeys.map { "[" + $0.map { "\($0)" }.joined(separator: ", ") + "]" }
        return "{\"id\": \(node.id), \"type\": \(quote(String(type))), \"contents\": \(quote(text)), "
            + "\"mode\": \(quote(node.mode.rawValue)), \"inputs\": [\(inputs.joined(separator: ", "))], "
            + "\"uniqueKeys\": [\(keys.joined(separator: ", "))], \"fields\": [\(fields.joined(separator: ", "))]}"
    }

    private static func quote(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
