import SluiceConnect

/// The formats that come with the engine.
package enum BuiltinFormats {
    /// All of them.
    package static let all: [FormatDescriptor] =
        [JSONFormat.descriptor, CSVFormat.descriptor, RawFormat.descriptor] + ChangeFormats.all + LineFormats.all

    private static let registry = FormatRegistry(all)

    /// The format that the option `format` of a table names.
    static func named(by options: inout OptionReader) throws(ConnectorError) -> FormatDescriptor {
        let name = try options.requiredString("format")
        if let format = registry[name] { return format }
        let known = registry.all.map(\.name)
        throw ConnectorError(
            .user,
            "unknownFormat",
            "there is no format '\(name)'; known are \(known.joined(separator: ", "))",
            option: "format",
            choices: known
        )
    }

    /// The decoding side of a table's format.
    static func decoding(_ options: inout OptionReader) throws -> any DecodingFormat {
        let format = try named(by: &options)
        guard let make = format.makeDecoding else {
            throw ConnectorError(.user, "unknownFormat", "the format '\(format.name)' cannot be read", option: "format")
        }
        return try make(&options)
    }

    /// The encoding side of a table's format.
    static func encoding(_ options: inout OptionReader) throws -> any EncodingFormat {
        let format = try named(by: &options)
        guard let make = format.makeEncoding else {
            throw ConnectorError(
                .user,
                "unknownFormat",
                "the format '\(format.name)' cannot be written",
                option: "format"
            )
        }
        return try make(&options)
    }
}
