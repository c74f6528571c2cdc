import SluiceColumns
import SluiceConnect

/// Which of the wanted columns come from the records, from the path and from the file.
struct FileColumnLayout: Sendable {
    private enum Origin: Sendable {
        case record(Int)
        case partition(name: String)
        case metadata(key: String)
    }

    /// The columns of a record.
    let recordSchema: [TableColumn]
    /// What the decoder is asked for.
    let recordColumns: [ProjectedColumn]
    private let origins: [(origin: Origin, type: DataType)]
    private let defaultPartitionName: String

    static let metadata: [(key: String, type: DataType)] = [
        (key: "file.path", type: .notNull(.string)), (key: "file.name", type: .notNull(.string)),
        (key: "file.size", type: .notNull(.bigint)), (key: "file.modification-time", type: .notNull(.timestampLTZ(3))),
    ]

    /// What the key of a METADATA column starts with that the format fills in, as in Flink's connectors.
    static let formatPrefix = "value."

    init(
        _ table: TableDescription,
        _ columns: [ProjectedColumn],
        formatMetadata: [String],
        ownMetadata: [(key: String, type: DataType)] = metadata,
        defaultPartitionName: String
    ) throws(ConnectorError) {
        self.defaultPartitionName = defaultPartitionName
        var recordIndexes: [Int: Int] = [:]
        var schema: [TableColumn] = []
        for (index, column) in table.columns.enumerated()
        where column.role == .physical && !table.partitionKeys.contains(index) {
            recordIndexes[index] = schema.count
            schema.append(column)
        }
        var wanted: [ProjectedColumn] = []
        var origins: [(origin: Origin, type: DataType)] = []
        for column in columns {
            if let recordIndex = recordIndexes[column.index] {
                origins.append((.record(wanted.count), column.type))
                wanted.append(ProjectedColumn(index: recordIndex, type: column.type))
            } else if case .metadata(let key, _) = table.columns[column.index].role {
                if key.hasPrefix(Self.formatPrefix), formatMetadata.contains(key) {
                    origins.append((.record(wanted.count), column.type))
                    wanted.append(ProjectedColumn(index: schema.count, type: column.type))
                    let name = String(key.dropFirst(Self.formatPrefix.count))
                    let role = TableColumn.Role.metadata(key: name, isVirtual: true)
                    schema.append(TableColumn(table.columns[column.index].name, column.type, role: role))
                    continue
                }
                try Self.check(key: key, ownMetadata.map(\.key), formatMetadata)
                origins.append((.metadata(key: key), column.type))
            } else {
                origins.append((.partition(name: table.columns[column.index].name), column.type))
            }
        }
        // As in Flink, where nothing of a record is wanted its first field is still read, and a bad one still noticed.
        if wanted.isEmpty, let first = schema.first { wanted = [ProjectedColumn(index: 0, type: first.type)] }
        recordSchema = schema
        recordColumns = wanted
        self.origins = origins
    }

    private static func check(key: String, _ own: [String], _ formatMetadata: [String]) throws(ConnectorError) {
        if own.contains(key) { return }
        let known = (own + formatMetadata).joined(separator: ", ")
        throw ConnectorError(
            .user,
            "unknownMetadata",
            "the table has no metadata '\(key)'; known are \(known)"
        )
    }

    /// The values that all rows of a file share, by wanted column; nil where they come from the record.
    func constants(of file: FoundFile) throws(ConnectorError) -> [Value?] {
        var partitions: [String: String]?
        var values: [Value?] = []
        for (origin, type) in origins {
            switch origin {
            case .record: values.append(nil)
            case .metadata(let key): values.append(Self.metadata(key, of: file))
            case .partition(let name):
                let found = partitions ?? PartitionPath.values(in: file.path)
                partitions = found
                values.append(try partitionValue(name, found[name], type, file))
            }
        }
        return values
    }

    private func partitionValue(
        _ name: String,
        _ text: String?,
        _ type: DataType,
        _ file: FoundFile
    ) throws(ConnectorError) -> Value {
        guard let text else {
            throw ConnectorError(
                .user,
                "missingPartition",
                "\(file.path): no directory '\(name)=...' gives the partition column"
            )
        }
        if text == defaultPartitionName { return .null }
        if let value = PartitionPath.value(of: text, as: type) { return value }
        throw ConnectorError(
            .user,
            "badPartition",
            "\(file.path): '\(text)' is no \(type) for the partition column '\(name)'"
        )
    }

    private static func metadata(_ key: String, of file: FoundFile) -> Value {
        switch key {
        case "file.path": .string(file.path)
        case "file.name": .string(String(file.path.split(separator: "/").last ?? ""))
        case "file.size": .integer(file.byteCount)
        default: .integer(file.modifiedMillis * 1_000)
        }
    }

    /// The wanted columns of a decoded batch.
    func batch(_ decoded: Batch, constants: [Value?]) -> Batch {
        var columns: [Column] = []
        for (index, (origin, type)) in origins.enumerated() {
            if case .record(let record) = origin {
                columns.append(decoded.columns[record])
            } else {
                columns.append(Column.constant(constants[index] ?? .null, type, count: decoded.rowCount))
            }
        }
        return Batch(columns: columns, rowCount: decoded.rowCount, rowKinds: decoded.rowKinds)
    }
}
