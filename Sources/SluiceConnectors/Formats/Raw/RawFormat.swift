import SluiceColumns
import SluiceConnect

/// How text is written as bytes.
enum RawCharset: Sendable {
    case utf8, latin1, ascii, utf16, utf16BigEndian, utf16LittleEndian

    /// The charset of a Java name, in any case.
    init?(_ name: String) {
        switch name.uppercased() {
        case "UTF-8", "UTF8": self = .utf8
        case "ISO-8859-1", "LATIN1": self = .latin1
        case "US-ASCII", "ASCII": self = .ascii
        case "UTF-16": self = .utf16
        case "UTF-16BE": self = .utf16BigEndian
        case "UTF-16LE": self = .utf16LittleEndian
        default: return nil
        }
    }
}

/// What the options of the raw format say.
struct RawRules: Sendable {
    /// How text is written.
    var charset = RawCharset.utf8
    /// Whether numbers start with their lowest byte.
    var isLittleEndian = false
}

/// The `raw` format: a record is one value, taken as it stands.
package enum RawFormat {
    /// Its description.
    package static let descriptor = FormatDescriptor(
        name: "raw",
        summary: "One value per record: in files, each line is one.",
        options: [
            OptionDescriptor(
                "raw.charset",
                "UTF-8|ISO-8859-1|US-ASCII|UTF-16|UTF-16BE|UTF-16LE",
                default: "UTF-8",
                "How text is written."
            ),
            OptionDescriptor(
                "raw.endianness",
                "big-endian|little-endian",
                default: "big-endian",
                "The order of a number's bytes."
            ),
        ],
        makeDecoding: { options in RawFormatOptions(rules: try rules(&options)) },
        makeEncoding: { options in RawFormatOptions(rules: try rules(&options)) }
    )

    private static func rules(_ options: inout OptionReader) throws(ConnectorError) -> RawRules {
        var rules = RawRules()
        if let name = options.string("raw.charset") {
            guard let charset = RawCharset(name) else {
                throw ConnectorError(
                    .user,
                    "badOption",
                    "'raw.charset' = '\(name)' is not supported",
                    option: "raw.charset"
                )
            }
            rules.charset = charset
        }
        rules.isLittleEndian =
            try options.choice("raw.endianness", ["big-endian", "little-endian"]) == "little-endian"
        return rules
    }

    /// Checks that the schema has one column of a type that the format has a form for.
    static func check(_ schema: [TableColumn]) throws(ConnectorError) {
        guard schema.count == 1 else {
            throw ConnectorError(
                .user,
                "unsupportedSchema",
                "the raw format takes one physical column, and the table has \(schema.count)"
            )
        }
        switch schema[0].type.logical {
        case .char, .varchar, .binary, .varbinary, .boolean, .tinyint, .smallint, .int, .bigint, .float, .double, .raw:
            return
        default:
            throw ConnectorError(
                .user,
                "unsupportedType",
                "the raw format has no form for the type \(schema[0].type)"
            )
        }
    }
}

/// The raw format of a table.
struct RawFormatOptions: DecodingFormat, EncodingFormat {
    let rules: RawRules

    func makeDecoder(schema: [TableColumn], columns: [ProjectedColumn]) throws -> any RecordDecoder {
        try RawFormat.check(schema)
        return RawRecordDecoder(type: schema[0].type, columnCount: columns.count, rules: rules)
    }

    func makeEncoder(schema: [TableColumn]) throws -> any RecordEncoder {
        try RawFormat.check(schema)
        return RawRecordEncoder(rules: rules)
    }
}
