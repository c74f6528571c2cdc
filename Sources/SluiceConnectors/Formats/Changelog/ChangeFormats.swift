import SluiceColumns
import SluiceConnect

/// The formats of change-data-capture tools: JSON lines that each say how rows of a table have changed.
package enum ChangeFormats {
    /// Descriptions of all of them.
    package static let all: [FormatDescriptor] = [debezium, canal, maxwell, ogg]

    static let debezium = descriptor(
        "debezium-json",
        "The changes of a table as Debezium writes them: 'before', 'after' and 'op'.",
        extra: [
            OptionDescriptor(
                "debezium-json.schema-include",
                "boolean",
                default: "false",
                "Whether each record has 'schema' and 'payload', as Kafka Connect writes them; to read only."
            )
        ],
        .beforeAndAfter(changeField: "op", insert: "c", delete: "d")
    ) { options in
        (.debezium(includesSchema: try options.boolean("debezium-json.schema-include") ?? false), .all)
    }

    static let canal = descriptor(
        "canal-json",
        "The changes of tables as Canal writes them: lists of rows in 'data' and 'old', and 'type'.",
        extra: [
            OptionDescriptor(
                "canal-json.database.include",
                "regular expression",
                "Reads only records whose 'database' matches as a whole."
            ),
            OptionDescriptor(
                "canal-json.table.include",
                "regular expression",
                "Reads only records whose 'table' matches as a whole."
            ),
        ],
        .data(isList: true, insert: "INSERT", delete: "DELETE")
    ) { options in
        let filter = try ChangeFilter(
            &options,
            databaseKey: "canal-json.database.include",
            tableKey: "canal-json.table.include"
        )
        return (.canal, filter)
    }

    static let maxwell = descriptor(
        "maxwell-json",
        "The changes of tables as Maxwell writes them: 'data', what changed in 'old', and 'type'.",
        extra: [],
        .data(isList: false, insert: "insert", delete: "delete")
    ) { _ in (.maxwell, .all) }

    static let ogg = descriptor(
        "ogg-json",
        "The changes of a table as Oracle GoldenGate writes them: 'before', 'after' and 'op_type'.",
        extra: [],
        .beforeAndAfter(changeField: "op_type", insert: "I", delete: "D")
    ) { _ in (.ogg, .all) }

    /// What of each format is read of the options: the envelope, and which records count.
    private typealias Reading =
        @Sendable (_ options: inout OptionReader) throws -> (envelope: ChangeEnvelope, filter: ChangeFilter)

    private static func descriptor(
        _ name: String,
        _ summary: String,
        extra: [OptionDescriptor],
        _ frames: ChangeFrames,
        _ read: @escaping Reading
    ) -> FormatDescriptor {
        FormatDescriptor(
            name: name,
            summary: summary,
            options: extra + JSONFormat.sharedOptions(prefix: name),
            makeDecoding: { options in
                let (envelope, filter) = try read(&options)
                let rules = try JSONFormat.rules(&options, prefix: name)
                _ = try JSONFormat.encodingRules(&options, prefix: name)
                return ChangeDecoding(envelope: envelope, filter: filter, rules: rules)
            },
            makeEncoding: { options in
                let (envelope, _) = try read(&options)
                if envelope.payloadField != nil {
                    throw ConnectorError(
                        .user,
                        "badOption",
                        "'\(name).schema-include' = 'true' is for reading; records are written without a schema",
                        option: "\(name).schema-include"
                    )
                }
                let shared = try JSONFormat.rules(&options, prefix: name)
                var rules = try JSONFormat.encodingRules(&options, prefix: name)
                rules.timestampStandard = shared.timestampStandard
                return ChangeEncoding(frames: frames, rules: rules)
            }
        )
    }
}

/// A change format of a source table.
struct ChangeDecoding: DecodingFormat {
    let envelope: ChangeEnvelope
    let filter: ChangeFilter
    let rules: JSONRules

    var changelogMode: ChangelogMode { .retract }

    var metadata: [(key: String, type: DataType)] { envelope.metadata.map { ($0.key, $0.type) } }

    func makeDecoder(schema: [TableColumn], columns: [ProjectedColumn]) throws -> any RecordDecoder {
        try ChangeRecordDecoder(envelope, schema: schema, columns: columns, rules: rules, filter: filter)
    }
}

/// A change format of a sink table.
struct ChangeEncoding: EncodingFormat {
    let frames: ChangeFrames
    let rules: JSONEncodingRules

    func acceptedMode(for input: ChangelogMode) -> ChangelogMode { input == .insertOnly ? .insertOnly : .retract }

    func makeEncoder(schema: [TableColumn]) throws -> any RecordEncoder {
        try ChangeRecordEncoder(frames, schema: schema, rules: rules)
    }
}
