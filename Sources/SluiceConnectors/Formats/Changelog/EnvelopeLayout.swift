import SluiceColumns
import SluiceConnect

/// What a decoder of change records reads of each record: the envelope as columns of JSON fields.
struct EnvelopeLayout {
    /// A METADATA column and the payload column it is made of.
    struct MetadataSource {
        var place: Int
        var metadata: ChangeEnvelope.Metadata
        /// Index into the envelope's columns (`EnvelopeColumns.fields`).
        var field: Int
    }

    /// How to scan a record.
    private(set) var plan: JSONPlan
    /// Where each physical column of the projection stands in the output.
    private(set) var physicalPlaces: [Int] = []
    /// The METADATA columns.
    private(set) var metadata: [MetadataSource] = []
    /// Columns of the output.
    let columnCount: Int
    /// The envelope's columns of the database's and the table's name, where something filters by them.
    private(set) var databaseField: Int?
    private(set) var tableField: Int?
    /// Targets of the old row's fields, in the order of `physicalPlaces`.
    private(set) var oldFieldTargets: [Int] = []
    /// How many of the envelope's columns stand in the payload.
    let payloadFieldCount: Int
    /// Whether the payload stands in a field of the record.
    let isWrapped: Bool

    init(
        _ envelope: ChangeEnvelope,
        schema: [TableColumn],
        columns: [ProjectedColumn],
        filters: ChangeFilter
    ) throws(ConnectorError) {
        columnCount = columns.count
        isWrapped = envelope.payloadField != nil
        var rowFields: [RowField] = []
        var wanted: [(place: Int, metadata: ChangeEnvelope.Metadata)] = []
        for (place, column) in columns.enumerated() {
            if case .metadata(let key, _) = schema[column.index].role {
                wanted.append((place, try Self.metadata(key, column, envelope)))
            } else {
                physicalPlaces.append(place)
                rowFields.append(RowField(schema[column.index].name, column.type))
            }
        }
        let row = DataType(.row(rowFields))
        let rows = envelope.holdsLists ? DataType(.array(row)) : row
        var inside = [
            RowField(envelope.newField, rows), RowField(envelope.oldField, rows),
            RowField(envelope.changeField, DataType(.string)),
        ]
        var outside: [RowField] = []
        for (_, metadata) in wanted where !inside.contains(where: { $0.name == metadata.field }) {
            let field = RowField(metadata.field, metadata.fieldType)
            if metadata.isOutsidePayload { outside.append(field) } else { inside.append(field) }
        }
        for name in filters.fields where !inside.contains(where: { $0.name == name }) {
            inside.append(RowField(name, DataType(.string)))
        }
        payloadFieldCount = inside.count
        let fields = inside + outside
        for (place, found) in wanted {
            let field = fields.firstIndex { $0.name == found.field } ?? 0
            metadata.append(MetadataSource(place: place, metadata: found, field: field))
        }
        databaseField = filters.database.flatMap { _ in fields.firstIndex { $0.name == ChangeFilter.databaseField } }
        tableField = filters.table.flatMap { _ in fields.firstIndex { $0.name == ChangeFilter.tableField } }
        plan = try Self.plan(envelope.payloadField, inside, outside)
        noteNulls(envelope)
    }

    private static func plan(
        _ payload: String?,
        _ inside: [RowField],
        _ outside: [RowField]
    ) throws(ConnectorError) -> JSONPlan {
        let root = payload.map { [RowField($0, DataType(.row(inside)))] + outside } ?? inside + outside
        return try JSONPlan(
            schema: root.map { TableColumn($0.name, $0.type) },
            columns: root.indices.map { ProjectedColumn(index: $0, type: root[$0].type) }
        )
    }

    /// Where old rows are partial, a field that says NULL differs from one that is left out.
    private mutating func noteNulls(_ envelope: ChangeEnvelope) {
        let payload = isWrapped ? plan.objects[plan.targets[plan.columns[0]].object].targets : plan.columns
        var old = payload[1]
        if envelope.holdsLists { old = plan.targets[old].element }
        oldFieldTargets = plan.objects[plan.targets[old].object].targets
        if envelope.hasPartialOldRows { plan.noteNulls(inObject: plan.targets[old].object) }
    }

    private static func metadata(
        _ key: String,
        _ column: ProjectedColumn,
        _ envelope: ChangeEnvelope
    ) throws(ConnectorError) -> ChangeEnvelope.Metadata {
        guard let found = envelope.metadata.first(where: { $0.key == key }) else {
            let known = envelope.metadata.map { "value." + $0.key }.joined(separator: ", ")
            throw ConnectorError(
                .user,
                "unknownMetadata",
                "the format '\(envelope.formatName)' has no metadata 'value.\(key)'; known are \(known)"
            )
        }
        guard found.type.logical == column.type.logical else {
            throw ConnectorError(
                .user,
                "badMetadataType",
                "the metadata 'value.\(key)' is \(found.type.logical); declare the column so and CAST it in the query"
            )
        }
        return found
    }
}

/// The columns of a stretch of records, taken apart.
struct EnvelopeColumns {
    /// New rows, one per record, or lists of them.
    let new: Column
    /// Old rows.
    let old: Column
    /// What has happened.
    let change: Column
    /// All of them and those of metadata, in the layout's order.
    let fields: [Column]

    init(_ columns: [Column], _ layout: EnvelopeLayout) {
        fields = layout.isWrapped ? columns[0].children + columns[1...] : columns
        (new, old, change) = (fields[0], fields[1], fields[2])
    }
}
