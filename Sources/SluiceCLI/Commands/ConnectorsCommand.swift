import ArgumentParser
import SluiceColumns
import SluiceConnect
import SluiceConnectors
import SluiceSQL

/// `sluice connectors [NAME]`.
struct ConnectorsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connectors",
        abstract: "List the connectors and formats, or describe one with all its options."
    )

    @Argument(help: "A connector's or format's name.")
    var name: String?

    func run() throws {
        guard let name else { return try StandardOutput().write(lines: Self.list()) }
        var lines: [String] = []
        if let connector = BuiltinConnectors.all.first(where: { $0.name == name }) { lines += Self.describe(connector) }
        if let format = BuiltinFormats.all.first(where: { $0.name == name }) { lines += Self.describe(format) }
        if lines.isEmpty {
            let names = BuiltinConnectors.all.map(\.name) + BuiltinFormats.all.map(\.name)
            let hint = Nearest.hint(for: name, in: names)
            throw CommandFailure("error: there is no connector or format '\(name)'\(hint)")
        }
        try StandardOutput().write(lines: lines)
    }

    private static func list() -> [String] {
        var lines = ["connectors:"]
        for connector in BuiltinConnectors.all.sorted(by: { $0.name < $1.name }) {
            lines += TextColumns.entry(connector.name, connector.summary)
        }
        lines += ["", "formats:"]
        for format in BuiltinFormats.all.sorted(by: { $0.name < $1.name }) {
            lines += TextColumns.entry(format.name, format.summary)
        }
        return lines
    }

    private static func describe(_ connector: ConnectorDescriptor) -> [String] {
        let source = connector.makeScan.map { _ in "source" }
        let roles = [source, connector.makeSink.map { _ in "sink" }].compactMap(\.self)
        var lines = ["\(connector.name): \(roles.joined(separator: " and "))", "  \(connector.summary)"]
        var options = connector.options
        if connector.usesFormat {
            let names = BuiltinFormats.all.map(\.name).joined(separator: "|")
            options.append(OptionDescriptor("format", names, "The format."))
        }
        if connector.makeScan != nil, !options.contains(where: { $0.key == "scan.rows-per-second" }) {
            options.append(
                OptionDescriptor("scan.rows-per-second", "number", "At most that many rows a second are read.")
            )
        }
        if connector.isLookedUpInMemory { options += LookupOptions.descriptors }
        lines += describe(options)
        if !connector.metadata.isEmpty {
            lines += ["", "metadata columns:"]
            for column in connector.metadata { lines += TextColumns.entry(column.key, column.type.description) }
        }
        if !connector.example.isEmpty {
            lines += ["", "example:"] + connector.example.split(separator: "\n").map { "  \($0)" }
        }
        return lines
    }

    private static func describe(_ format: FormatDescriptor) -> [String] {
        let read = format.makeDecoding.map { _ in "read" }
        let roles = [read, format.makeEncoding.map { _ in "written" }].compactMap(\.self)
        return ["\(format.name): format, \(roles.joined(separator: " and "))", "  \(format.summary)"]
            + describe(format.options)
    }

    private static func describe(_ options: [OptionDescriptor]) -> [String] {
        if options.isEmpty { return [] }
        var lines = ["", "options:"]
        for option in options {
            let rest = option.isRequired ? "required" : option.defaultValue.map { "default \($0)" } ?? "optional"
            lines += TextColumns.entry(option.key, "\(option.summary) (\(option.form), \(rest))")
        }
        return lines
    }
}
