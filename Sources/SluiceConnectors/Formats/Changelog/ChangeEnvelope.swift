import SluiceColumns

/// How a change-data-capture tool wraps rows in JSON: which fields say what has happened, and where the new and the
/// old row stand.
///
/// Facts: Debezium, Canal, Maxwell and Oracle GoldenGate as Flink reads and writes them.
struct ChangeEnvelope: Sendable {
    /// What a record says has happened.
    enum Change: Sendable {
        case insert, update, delete
        /// A change of the table, not of its rows.
        case definition
    }

    /// A value beside the rows that a METADATA column can have.
    struct Metadata: Sendable {
        /// What is made of the JSON field.
        enum Conversion: Sendable {
            /// It is the value.
            case plain
            /// Milliseconds since 1970.
            case epochMillis
            /// An entry of a map of texts.
            case entry(String)
            /// An entry of a map of texts: milliseconds since 1970.
            case epochMillisEntry(String)
        }
        /// The name behind `value.` in METADATA FROM.
        var key: String
        /// The type of the column.
        var type: DataType
        /// The field of the envelope.
        var field: String
        /// What the field is read as.
        var fieldType: DataType
        /// What is made of it.
        var conversion = Conversion.plain
        /// Whether the field stands beside the payload, not in it.
        var isOutsidePayload = false
    }

    /// The format's name, for messages.
    var formatName: String
    /// The field with the new row, or with rows where `holdsLists`.
    var newField: String
    /// The field with the old row.
    var oldField: String
    /// The field that says what has happened.
    var changeField: String
    /// Its values.
    var changes: [(text: [UInt8], change: Change)]
    /// The payload stands in a field of this name.
    var payloadField: String?
    /// A record holds lists of rows.
    var holdsLists = false
    /// The old row has only the fields that changed; a deleted row stands in the new field.
    var hasPartialOldRows = false
    /// What METADATA columns can have.
    var metadata: [Metadata] = []

    private static let textMap = DataType(.map(DataType(.string), DataType(.string)))

    /// The envelope of Debezium; within `schema` and `payload` where Kafka Connect adds the schema.
    static func debezium(includesSchema: Bool) -> ChangeEnvelope {
        let time = DataType(.timestampLTZ(3))
        return ChangeEnvelope(
            formatName: "debezium-json",
            newField: "after",
            oldField: "before",
            changeField: "op",
            changes: [
                (Array("c".utf8), .insert), (Array("r".utf8), .insert), (Array("u".utf8), .update),
                (Array("d".utf8), .delete),
            ],
            payloadField: includesSchema ? "payload" : nil,
            metadata: [
                Metadata(
                    key: "schema",
                    type: DataType(.string),
                    field: "schema",
                    fieldType: DataType(.string),
                    isOutsidePayload: true
                ),
                Metadata(
                    key: "ingestion-timestamp",
                    type: time,
                    field: "ts_ms",
                    fieldType: DataType(.bigint),
                    conversion: .epochMillis
                ),
                Metadata(
                    key: "source.timestamp",
                    type: time,
                    field: "source",
                    fieldType: textMap,
                    conversion: .epochMillisEntry("ts_ms")
                ),
                source("source.database", "db"), source("source.schema", "schema"), source("source.table", "table"),
                Metadata(key: "source.properties", type: textMap, field: "source", fieldType: textMap),
            ]
        )
    }

    private static func source(_ key: String, _ entry: String) -> Metadata {
        Metadata(key: key, type: DataType(.string), field: "source", fieldType: textMap, conversion: .entry(entry))
    }

    /// The envelope of Canal: lists of rows, and old rows with what changed.
    static let canal = ChangeEnvelope(
        formatName: "canal-json",
        newField: "data",
        oldField: "old",
        changeField: "type",
        changes: [
            (Array("INSERT".utf8), .insert), (Array("UPDATE".utf8), .update), (Array("DELETE".utf8), .delete),
            (Array("CREATE".utf8), .definition),
        ],
        holdsLists: true,
        hasPartialOldRows: true,
        metadata: [
            Metadata(key: "database", type: DataType(.string), field: "database", fieldType: DataType(.string)),
            Metadata(key: "table", type: DataType(.string), field: "table", fieldType: DataType(.string)),
            Metadata(
                key: "sql-type",
                type: DataType(.map(DataType(.string), DataType(.int))),
                field: "sqlType",
                fieldType: DataType(.map(DataType(.string), DataType(.int)))
            ),
            Metadata(
                key: "pk-names",
                type: DataType(.array(DataType(.string))),
                field: "pkNames",
                fieldType: DataType(.array(DataType(.string)))
            ),
            Metadata(
                key: "ingestion-timestamp",
                type: DataType(.timestampLTZ(3)),
                field: "ts",
                fieldType: DataType(.bigint),
                conversion: .epochMillis
            ),
            Metadata(
                key: "event-timestamp",
                type: DataType(.timestampLTZ(3)),
                field: "es",
                fieldType: DataType(.bigint),
                conversion: .epochMillis
            ),
        ]
    )

    /// The envelope of Maxwell: old rows with what changed.
    static let maxwell = ChangeEnvelope(
        formatName: "maxwell-json",
        newField: "data",
        oldField: "old",
        changeField: "type",
        changes: [
            (Array("insert".utf8), .insert), (Array("update".utf8), .update), (Array("delete".utf8), .delete),
        ],
        hasPartialOldRows: true,
        metadata: [
            Metadata(key: "database", type: DataType(.string), field: "database", fieldType: DataType(.string)),
            Metadata(key: "table", type: DataType(.string), field: "table", fieldType: DataType(.string)),
            Metadata(
                key: "primary-key-columns",
                type: DataType(.array(DataType(.string))),
                field: "primary_key_columns",
                fieldType: DataType(.array(DataType(.string)))
            ),
            Metadata(
                key: "ingestion-timestamp",
                type: DataType(.timestampLTZ(3)),
                field: "ts",
                fieldType: DataType(.bigint),
                conversion: .epochMillis
            ),
        ]
    )

    /// The envelope of Oracle GoldenGate.
    static let ogg = ChangeEnvelope(
        formatName: "ogg-json",
        newField: "after",
        oldField: "before",
        changeField: "op_type",
        changes: [(Array("I".utf8), .insert), (Array("U".utf8), .update), (Array("D".utf8), .delete)],
        metadata: [
            Metadata(key: "table", type: DataType(.string), field: "table", fieldType: DataType(.string)),
            Metadata(
                key: "primary-keys",
                type: DataType(.array(DataType(.string))),
                field: "primary_keys",
                fieldType: DataType(.array(DataType(.string)))
            ),
            Metadata(
                key: "ingestion-timestamp",
                type: DataType(.timestampLTZ(6)),
                field: "current_ts",
                fieldType: DataType(.timestampLTZ(6))
            ),
            Metadata(
                key: "event-timestamp",
                type: DataType(.timestampLTZ(6)),
                field: "op_ts",
                fieldType: DataType(.timestampLTZ(6))
            ),
        ]
    )

    /// What the value of the change field means; nil where it is unknown.
    func change(_ text: Span<UInt8>) -> Change? {
        for (expected, change) in changes where expected.count == text.count {
            var isEqual = true
            for index in 0..<text.count where expected[index] != text[index] {
                isEqual = false
                break
            }
            if isEqual { return change }
        }
        return nil
    }
}
