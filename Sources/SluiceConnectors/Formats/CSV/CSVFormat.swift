import SluiceColumns
import SluiceConnect

/// What the options of the csv format say.
struct CSVRules: Sendable {
    /// Between fields.
    var delimiter = UInt8(ascii: ",")
    /// Around fields that need it; nil where quotes are text.
    var quote: UInt8? = UInt8(ascii: "\"")
    /// Before a character that is meant as it stands; nil for none.
    var escape: UInt8?
    /// Between the elements of an ARRAY or ROW.
    var elementDelimiter: [UInt8] = [UInt8(ascii: ";")]
    /// The text that stands for NULL; nil for none.
    var nullLiteral: [UInt8]?
    /// Lines that start with `#` are no records.
    var allowsComments = false
    /// A bad field becomes NULL, a record of too many fields is left out.
    var ignoresParseErrors = false
    /// Decimals are written with an exponent where Java would.
    var writesScientificDecimals = true
}

/// The `csv` format: fields by position.
package enum CSVFormat {
    /// Its description.
    package static let descriptor = FormatDescriptor(
        name: "csv",
        summary: "Comma-separated values; fields are found by position, quoted fields may hold line ends.",
        options: [
            OptionDescriptor("csv.field-delimiter", "character", default: ",", "Between fields; '\\t' for a tab."),
            OptionDescriptor(
                "csv.disable-quote-character",
                "boolean",
                default: "false",
                "Whether quotes are text like any other."
            ),
            OptionDescriptor("csv.quote-character", "character", default: "\"", "Around fields that need it."),
            OptionDescriptor(
                "csv.allow-comments",
                "boolean",
                default: "false",
                "Whether lines that start with # are passed over."
            ),
            OptionDescriptor(
                "csv.ignore-parse-errors",
                "boolean",
                default: "false",
                "Whether a bad field becomes NULL and a record with too many fields is left out."
            ),
            OptionDescriptor(
                "csv.array-element-delimiter",
                "string",
                default: ";",
                "Between the elements of an ARRAY or ROW."
            ),
            OptionDescriptor(
                "csv.escape-character",
                "character",
                "Before a character that is meant as it stands; none by default."
            ),
            OptionDescriptor("csv.null-literal", "string", "The text that stands for NULL; none by default."),
            OptionDescriptor(
                "csv.write-bigdecimal-in-scientific-notation",
                "boolean",
                default: "true",
                "Whether decimals are written with an exponent where that is shorter."
            ),
        ],
        makeDecoding: { options in CSVFormatOptions(rules: try rules(&options)) },
        makeEncoding: { options in CSVFormatOptions(rules: try rules(&options)) }
    )

    private static func rules(_ options: inout OptionReader) throws(ConnectorError) -> CSVRules {
        var rules = CSVRules()
        if let delimiter = options.string("csv.field-delimiter") {
            rules.delimiter = try character(delimiter, "csv.field-delimiter")
        }
        let quote = options.string("csv.quote-character")
        if try options.boolean("csv.disable-quote-character") ?? false {
            if quote != nil {
                throw ConnectorError(
                    .user,
                    "badOption",
                    "'csv.quote-character' and 'csv.disable-quote-character' cannot both be given",
                    option: "csv.quote-character"
                )
            }
            rules.quote = nil
        } else if let quote {
            rules.quote = try character(quote, "csv.quote-character")
        }
        if let escape = options.string("csv.escape-character") {
            rules.escape = try character(escape, "csv.escape-character")
        }
        if let text = options.string("csv.array-element-delimiter") {
            rules.elementDelimiter = Array(text.utf8)
            if text.isEmpty {
                throw ConnectorError(
                    .user,
                    "badOption",
                    "'csv.array-element-delimiter' is empty",
                    option: "csv.array-element-delimiter"
                )
            }
        }
        rules.nullLiteral = options.string("csv.null-literal").map { Array($0.utf8) }
        rules.allowsComments = try options.boolean("csv.allow-comments") ?? false
        rules.ignoresParseErrors = try options.boolean("csv.ignore-parse-errors") ?? false
        rules.writesScientificDecimals = try options.boolean("csv.write-bigdecimal-in-scientific-notation") ?? true
        return rules
    }

    /// A single ASCII character, plain or as one of Java's escapes.
    private static func character(_ text: String, _ key: String) throws(ConnectorError) -> UInt8 {
        let plain =
            ["\\t": "\t", "\\\\": "\\", "\\'": "'", "\\\"": "\"", "\\u0001": "\u{1}", "\\0": "\0"][text] ?? text
        let bytes = Array(plain.utf8)
        if bytes.count == 1, bytes[0] != 0x0a, bytes[0] != 0x0d { return bytes[0] }
        throw ConnectorError(
            .user,
            "badOption",
            "'\(key)' = '\(text)': expected a single ASCII character",
            option: key
        )
    }
}

/// The csv format of a table.
struct CSVFormatOptions: DecodingFormat, EncodingFormat {
    let rules: CSVRules

    func makeDecoder(schema: [TableColumn], columns: [ProjectedColumn]) throws -> any RecordDecoder {
        try CSVRecordDecoder(schema: schema, columns: columns, rules: rules)
    }

    func makeEncoder(schema: [TableColumn]) throws -> any RecordEncoder {
        try CSVRecordEncoder(schema: schema, rules: rules)
    }
}
