import SluiceColumns
import SluiceConnect

/// The `json` format: one JSON object per line.
package enum JSONFormat {
    /// Its description.
    package static let descriptor = FormatDescriptor(
        name: "json",
        summary: "One JSON object per line; fields are found by name.",
        options: [
            OptionDescriptor(
                "json.fail-on-missing-field",
                "boolean",
                default: "false",
                "Whether a field that is not there is an error."
            )
        ] + sharedOptions(prefix: "json") + [
            OptionDescriptor(
                "json.decode.json-parser.enabled",
                "boolean",
                default: "true",
                "Taken for compatibility: there is one parser, and it is streaming."
            )
        ],
        makeDecoding: { options in try JSONDecoding(&options) },
        makeEncoding: { options in try JSONEncoding(&options) }
    )

    /// The options of every format that is made of JSON.
    static func sharedOptions(prefix: String) -> [OptionDescriptor] {
        [
            OptionDescriptor(
                "\(prefix).ignore-parse-errors",
                "boolean",
                default: "false",
                "Whether a bad field becomes NULL and a line that is no proper record is left out."
            ),
            OptionDescriptor(
                "\(prefix).timestamp-format.standard",
                "SQL|ISO-8601",
                default: "SQL",
                "How timestamps are written: '2031-01-02 03:04:05.123' or '2031-01-02T03:04:05.123'."
            ),
            OptionDescriptor(
                "\(prefix).map-null-key.mode",
                "FAIL|DROP|LITERAL",
                default: "FAIL",
                "What to write for a NULL key of a map."
            ),
            OptionDescriptor(
                "\(prefix).map-null-key.literal",
                "string",
                default: "null",
                "The key to write with the mode LITERAL."
            ),
            OptionDescriptor(
                "\(prefix).encode.decimal-as-plain-number",
                "boolean",
                default: "false",
                "Whether decimals are written without an exponent."
            ),
            OptionDescriptor(
                "\(prefix).encode.ignore-null-fields",
                "boolean",
                default: "false",
                "Whether NULL fields are left out."
            ),
        ]
    }

    /// Reads the options that reading and writing share.
    static func rules(_ options: inout OptionReader, prefix: String) throws(ConnectorError) -> JSONRules {
        var rules = JSONRules()
        rules.ignoresParseErrors = try options.boolean("\(prefix).ignore-parse-errors") ?? false
        let standard = try options.choice("\(prefix).timestamp-format.standard", ["SQL", "ISO-8601"])
        rules.timestampStandard = standard == "ISO-8601" ? .iso8601 : .sql
        return rules
    }

    /// Reads the options of the json format that reading and writing share.
    static func rules(_ options: inout OptionReader) throws(ConnectorError) -> JSONRules {
        var rules = try rules(&options, prefix: "json")
        rules.failsOnMissingField = try options.boolean("json.fail-on-missing-field") ?? false
        if rules.failsOnMissingField && rules.ignoresParseErrors {
            throw ConnectorError(
                .user,
                "badOption",
                "'json.fail-on-missing-field' and 'json.ignore-parse-errors' cannot both be true",
                option: "json.fail-on-missing-field"
            )
        }
        _ = try options.boolean("json.decode.json-parser.enabled")
        return rules
    }

    /// Reads the options of writing, which a source has no use for but may carry.
    static func encodingRules(_ options: inout OptionReader, prefix: String) throws(ConnectorError) -> JSONEncodingRules
    {
        var rules = JSONEncodingRules()
        rules.optionPrefix = prefix
        let modes = ["FAIL", "DROP", "LITERAL"]
        switch try options.choice("\(prefix).map-null-key.mode", modes) {
        case "DROP"?: rules.nullKeyMode = .drop
        case "LITERAL"?: rules.nullKeyMode = .literal
        default: rules.nullKeyMode = .fail
        }
        rules.nullKeyLiteral = options.string("\(prefix).map-null-key.literal") ?? "null"
        rules.writesPlainDecimals = try options.boolean("\(prefix).encode.decimal-as-plain-number") ?? false
        rules.leavesOutNulls = try options.boolean("\(prefix).encode.ignore-null-fields") ?? false
        return rules
    }
}

/// The json format of a source table.
struct JSONDecoding: DecodingFormat {
    let rules: JSONRules

    init(_ options: inout OptionReader) throws(ConnectorError) {
        rules = try JSONFormat.rules(&options)
        _ = try JSONFormat.encodingRules(&options, prefix: "json")
    }

    func makeDecoder(schema: [TableColumn], columns: [ProjectedColumn]) throws -> any RecordDecoder {
        try JSONRecordDecoder(schema: schema, columns: columns, rules: rules)
    }
}

/// The json format of a sink table.
struct JSONEncoding: EncodingFormat {
    private let rules: JSONEncodingRules

    init(_ options: inout OptionReader) throws(ConnectorError) {
        let shared = try JSONFormat.rules(&options)
        var rules = try JSONFormat.encodingRules(&options, prefix: "json")
        rules.timestampStandard = shared.timestampStandard
        self.rules = rules
    }

    func makeEncoder(schema: [TableColumn]) throws -> any RecordEncoder {
        try JSONRecordEncoder(schema: schema, rules: rules)
    }
}
