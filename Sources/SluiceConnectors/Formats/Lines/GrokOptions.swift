import SluiceConnect
import SluiceKernels

extension LineFormats {
    static let grok = LineDecoding.descriptor(
        "grok",
        "Lines that a pattern such as %{IP:client} %{WORD:method} %{INT:bytes:long} fits; its names are the fields.",
        [
            OptionDescriptor("grok.pattern", "string", required: true, "The pattern that is tried first."),
            OptionDescriptor("grok.pattern.#", "string", "Further patterns, by number, tried in that order."),
            OptionDescriptor("grok.definitions.#", "string", "A named pattern of one's own, by its name."),
            OptionDescriptor(
                "grok.definitions-path",
                "string",
                "Files of named patterns, a name and its pattern a line, with ';' between them."
            ),
        ]
    ) { options in try GrokOptions.form(&options) }
}

/// Reads the options of the grok format.
enum GrokOptions {
    static func form(_ options: inout OptionReader) throws(ConnectorError) -> GrokForm {
        let definitions = try definitions(&options)
        var patterns = [try pattern(try options.requiredString("grok.pattern"), "grok.pattern", definitions)]
        for key in try numbered(options.all(prefix: "grok.pattern.").keys) {
            patterns.append(try pattern(try options.requiredString(key), key, definitions))
        }
        do {
            return try GrokForm(patterns)
        } catch {
            throw refused(error, "grok.pattern")
        }
    }

    /// The keys in order of the numbers at their ends.
    private static func numbered(_ keys: some Collection<String>) throws(ConnectorError) -> [String] {
        var found: [(number: Int, key: String)] = []
        for key in keys {
            guard let number = Int(key.dropFirst("grok.pattern.".count)) else {
                throw ConnectorError(
                    .user,
                    "badOption",
                    "'\(key)': further patterns have numbers, as in 'grok.pattern.2'",
                    option: key
                )
            }
            found.append((number, key))
        }
        return found.sorted { ($0.number, $0.key) < ($1.number, $1.key) }.map(\.key)
    }

    private static func pattern(
        _ text: String,
        _ option: String,
        _ definitions: GrokDefinitions
    ) throws(ConnectorError) -> GrokPattern {
        do {
            return try GrokPattern(text, definitions: definitions)
        } catch {
            throw refused(error, option)
        }
    }

    private static func definitions(_ options: inout OptionReader) throws(ConnectorError) -> GrokDefinitions {
        var definitions = GrokDefinitions()
        for path in (options.string("grok.definitions-path") ?? "").split(separator: ";") {
            let text = try Self.text(of: String(path))
            do {
                try definitions.define(lines: text)
            } catch {
                throw refused(error, "grok.definitions-path", in: String(path))
            }
        }
        let prefix = "grok.definitions."
        for (key, pattern) in options.all(prefix: prefix).sorted(by: { $0.key < $1.key }) {
            do {
                try definitions.define(String(key.dropFirst(prefix.count)), pattern)
            } catch {
                throw refused(error, key)
            }
        }
        return definitions
    }

    private static let fileByteCountMax = 1 << 22

    private static func text(of path: String) throws(ConnectorError) -> String {
        let file = try OpenFile.reading(path)
        defer { file.close() }
        let bytes = try file.bytes(at: 0, count: min(Int(try file.byteCount()), fileByteCountMax + 1))
        guard bytes.count <= fileByteCountMax else {
            throw ConnectorError(
                .user,
                "badOption",
                "'\(path)' is larger than \(fileByteCountMax) bytes",
                option: "grok.definitions-path"
            )
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The error of a pattern as one of an option.
    static func refused(_ error: GrokError, _ option: String, in file: String? = nil) -> ConnectorError {
        let place = file.map { " in '\($0)'" } ?? ""
        let hint = error.hint.map { "; \($0)" } ?? ""
        return ConnectorError(
            .user,
            "badOption",
            "'\(option)'\(place): \(error.description)\(hint)",
            option: option
        )
    }
}
