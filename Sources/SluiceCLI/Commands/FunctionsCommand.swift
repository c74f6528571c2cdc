import ArgumentParser
import SluiceKernels
import SluiceSQL

/// `sluice functions [NAME]`.
struct FunctionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "functions",
        abstract: "List the functions and operators, or describe one."
    )

    @Argument(help: "A function's name or an operator.")
    var name: String?

    func run() throws {
        let catalogue = FunctionCatalogue.builtins
        guard let name else { return try StandardOutput().write(lines: Self.list(catalogue)) }
        var lines: [String] = []
        if let function = catalogue.scalar(name) { lines += Self.describe(function) }
        if let function = catalogue.aggregate(name) { lines += Self.describe(function) }
        if let function = catalogue.over(name) { lines += Self.describe(function, kind: "OVER") }
        if lines.isEmpty {
            let hint = Nearest.hint(for: name, in: catalogue.names)
            throw CommandFailure("error: there is no function '\(name)'\(hint)")
        }
        try StandardOutput().write(lines: lines)
    }

    private static func list(_ catalogue: FunctionCatalogue) -> [String] {
        var sections: [String: [(signature: String, summary: String)]] = [:]
        for function in catalogue.allScalars {
            sections[function.category, default: []].append((function.signature, function.summary))
        }
        for function in catalogue.allAggregates {
            sections["aggregate", default: []].append((function.signature, function.summary))
        }
        for function in catalogue.allOvers {
            sections["OVER", default: []].append((function.signature, function.summary))
        }
        var lines: [String] = []
        for (title, functions) in sections.sorted(by: { $0.key < $1.key }) {
            if !lines.isEmpty { lines.append("") }
            lines.append("\(title):")
            for function in functions { lines += TextColumns.entry(function.signature, function.summary) }
        }
        return lines
    }

    private static func describe(_ function: ScalarFunction) -> [String] {
        var lines = [function.signature, "  \(function.summary)"]
        lines.append("  kind: \(function.category) function")
        if !function.aliases.isEmpty { lines.append("  also: \(function.aliases.joined(separator: ", "))") }
        if let example = function.example { lines.append("  example: \(example.expression) gives \(example.result)") }
        return lines
    }

    private static func describe(_ function: AggregateFunction, kind: String = "aggregate") -> [String] {
        var lines = [function.signature, "  \(function.summary)", "  kind: \(kind) function"]
        if !function.aliases.isEmpty { lines.append("  also: \(function.aliases.joined(separator: ", "))") }
        lines.append("  example: \(function.example.query) gives \(function.example.result)")
        return lines
    }
}
