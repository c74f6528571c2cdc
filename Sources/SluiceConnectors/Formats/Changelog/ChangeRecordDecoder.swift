import SluiceColumns
import SluiceConnect

/// Decodes lines of JSON that each say how rows of a table have changed.
///
/// The JSON itself is read by `JSONScanner`, envelope and rows in one pass. The rows of one record are never dealt to
/// two batches, so that a batch may be larger than asked for. What is wrong with a record fails the job or leaves it
/// out, as the format's options say; the first bad record counts, whatever is wrong with it.
final class ChangeRecordDecoder: RecordDecoder {
    private let envelope: ChangeEnvelope
    private let layout: EnvelopeLayout
    private let ignoresErrors: Bool
    private var scanner: JSONScanner
    private var databasePattern: NamePattern?
    private var tablePattern: NamePattern?
    /// Reads the names alone of a record that cannot be read as a whole, since it may be none of ours.
    private var nameScanner: JSONScanner?
    private var finished: [Batch] = []
    private var skippedCount = 0
    private(set) var rowCount = 0

    init(
        _ envelope: ChangeEnvelope,
        schema: [TableColumn],
        columns: [ProjectedColumn],
        rules: JSONRules,
        filter: ChangeFilter
    ) throws(ConnectorError) {
        self.envelope = envelope
        layout = try EnvelopeLayout(envelope, schema: schema, columns: columns, filters: filter)
        ignoresErrors = rules.ignoresParseErrors
        scanner = JSONScanner(layout.plan, rules: rules)
        databasePattern = NamePattern(filter.database)
        tablePattern = NamePattern(filter.table)
        if filter.fields.isEmpty {
            nameScanner = nil
        } else {
            let names = filter.fields.map { TableColumn($0, DataType(.string)) }
            let all = names.indices.map { ProjectedColumn(index: $0, type: names[$0].type) }
            nameScanner = JSONScanner(try JSONPlan(schema: names, columns: all), rules: rules)
        }
    }

    var badRecordCount: Int { skippedCount + scanner.badFieldCount }

    func decode(_ block: RecordBlock, rowLimit: Int) throws(ConnectorError) {
        let limit = min(rowLimit, JSONScanner.rowCapacity)
        let arena = block.arena
        while block.position < block.lineEnd, rowCount < limit {
            let (position, line) = (block.position, block.lineNumber)
            var recordCount = 0
            let isWhole = scanner.records(of: block, rows: &recordCount, limit: limit - rowCount, arena.padded)
            let failure = scanner.failure
            let columns = scanner.takeColumns(rowCount: recordCount, blocks: [arena])
            let bad = unwrap(EnvelopeColumns(columns, layout), recordCount: recordCount)
            if let bad, !ignoresErrors {
                let place = JSONScanner.place(ofRecord: bad.record, from: position, line: line, of: block, arena.padded)
                throw block.badRecord(at: place.offset, line: place.line, "\(bad.reason)")
            }
            if isWhole { continue }
            if try isElsewhere(block) { continue }
            guard ignoresErrors else {
                throw block.badRecord(at: failure.offset, line: block.lineNumber, "\(failure.reason)")
            }
            skippedCount += 1
            scanner.skipLine(of: block, arena.padded)
        }
    }

    func takeBatch() -> Batch {
        guard !finished.isEmpty else { return emptyBatch() }
        let batch = Batch.concatenated(finished)
        finished = []
        rowCount = 0
        return batch
    }

    private func emptyBatch() -> Batch {
        let columns = scanner.takeColumns(rowCount: 0, blocks: [])
        let envelope = EnvelopeColumns(columns, layout)
        return batch(ChangedRows(newRowCount: 0, capacity: 0), envelope)
    }

    /// Whether the record at the block's position belongs to a database or table that is not read; then passes it.
    private func isElsewhere(_ block: RecordBlock) throws(ConnectorError) -> Bool {
        guard nameScanner != nil else { return false }
        let (position, line) = (block.position, block.lineNumber)
        let arena = block.arena
        var count = 0
        let isWhole = nameScanner?.records(of: block, rows: &count, limit: 1, arena.padded) ?? false
        let names = nameScanner?.takeColumns(rowCount: count, blocks: [arena]) ?? []
        if isWhole, count == 1 {
            let database = databasePattern == nil ? nil : names.first
            let table = tablePattern == nil ? nil : names.last
            if selects(record: 0, database: database, table: table) == false { return true }
        }
        (block.position, block.lineNumber) = (position, line)
        return false
    }

    /// Whether a record is one of those that are read; nil where it does not say what it is about.
    private func selects(record: Int, database: Column?, table: Column?) -> Bool? {
        if let database {
            if database.isNull(record) { return nil }
            let names = database.strings
            if databasePattern?.matches(names[record]) == false { return false }
        }
        if let table {
            if table.isNull(record) { return nil }
            let names = table.strings
            if tablePattern?.matches(names[record]) == false { return false }
        }
        return true
    }

    // MARK: Records to rows

    /// Why a record cannot be understood.
    private struct BadRecord {
        var record: Int
        var reason: StaticString
    }

    /// Turns records into rows; gives the first bad one, behind which it only goes on where errors are ignored.
    private func unwrap(_ columns: EnvelopeColumns, recordCount: Int) -> BadRecord? {
        if recordCount == 0 { return nil }
        let newRowCount = envelope.holdsLists ? columns.new.children[0].count : recordCount
        var rows = ChangedRows(newRowCount: newRowCount, capacity: newRowCount * 2)
        var bad: BadRecord?
        for record in 0..<recordCount {
            guard let reason = append(record, columns, to: &rows) else { continue }
            if bad == nil { bad = BadRecord(record: record, reason: reason) }
            if !ignoresErrors { break }
            skippedCount += 1
        }
        if rows.count > 0 {
            finished.append(batch(rows, columns))
            rowCount += rows.count
        } else {
            for target in layout.oldFieldTargets { _ = scanner.takeNotedNulls(target) }
        }
        return bad
    }

    /// Appends the rows of one record; gives what is wrong with it.
    private func append(_ record: Int, _ columns: EnvelopeColumns, to rows: inout ChangedRows) -> StaticString? {
        let database = layout.databaseField.map { columns.fields[$0] }
        let table = layout.tableField.map { columns.fields[$0] }
        switch selects(record: record, database: database, table: table) {
        case nil: return "the record names no database or table to choose by"
        case false?: return nil
        case true?: break
        }
        if columns.change.isNull(record) { return "the record does not say what has happened" }
        let texts = columns.change.strings
        guard let change = envelope.change(texts[record]) else {
            return "the record says something unknown has happened"
        }
        if change == .definition { return nil }
        if envelope.holdsLists { return appendLists(record, change, columns, to: &rows) }
        switch change {
        case .insert:
            if columns.new.isNull(record) { return "an insert without a new row" }
            rows.appendNew(record, .insert, record: record)
        case .update:
            if columns.new.isNull(record) { return "an update without a new row" }
            if columns.old.isNull(record) {
                return "an update without an old row; the database must be set to log old rows in full"
            }
            if envelope.hasPartialOldRows {
                rows.appendPartialOld(record, newRow: record, oldRows: record..<record + 1, record: record)
            } else {
                rows.appendOld(record, .updateBefore, record: record)
            }
            rows.appendNew(record, .updateAfter, record: record)
        case .delete:
            let source = envelope.hasPartialOldRows ? columns.new : columns.old
            if source.isNull(record) {
                return "a delete without the old row; the database must be set to log old rows in full"
            }
            if envelope.hasPartialOldRows {
                rows.appendNew(record, .delete, record: record)
            } else {
                rows.appendOld(record, .delete, record: record)
            }
        case .definition: break
        }
        return nil
    }

    private func appendLists(
        _ record: Int,
        _ change: ChangeEnvelope.Change,
        _ columns: EnvelopeColumns,
        to rows: inout ChangedRows
    ) -> StaticString? {
        if columns.new.isNull(record) { return "the record has no rows" }
        let newRows = columns.new.children[0]
        let oldRows = columns.old.children[0]
        let new = Int(columns.new.offsets[record])..<Int(columns.new.offsets[record + 1])
        let old = Int(columns.old.offsets[record])..<Int(columns.old.offsets[record + 1])
        for row in new {
            if newRows.isNull(row) { return "a row of the record is NULL" }
            switch change {
            case .insert: rows.appendNew(row, .insert, record: record)
            case .delete: rows.appendNew(row, .delete, record: record)
            case .update:
                let oldRow = old.lowerBound + row - new.lowerBound
                if columns.old.isNull(record) || oldRow >= old.upperBound || oldRows.isNull(oldRow) {
                    return "an update without an old row for each new one"
                }
                rows.appendPartialOld(oldRow, newRow: row, oldRows: old, record: record)
                rows.appendNew(row, .updateAfter, record: record)
            case .definition: break
            }
        }
        return nil
    }

    /// The rows as a batch of the projected columns.
    private func batch(_ rows: ChangedRows, _ columns: EnvelopeColumns) -> Batch {
        let new = envelope.holdsLists ? columns.new.children[0] : columns.new
        let old = envelope.holdsLists ? columns.old.children[0] : columns.old
        var result: [Column?] = Array(repeating: nil, count: layout.columnCount)
        for (field, place) in layout.physicalPlaces.enumerated() {
            let noted = scanner.takeNotedNulls(layout.oldFieldTargets[field])
            result[place] = rows.column(new: new.children[field], old: old.children[field], notedNulls: noted)
        }
        if !layout.metadata.isEmpty {
            let selection = SelectionVector(rows.records)
            for source in layout.metadata {
                result[source.place] = source.metadata.column(of: columns.fields[source.field]).gathered(selection)
            }
        }
        return Batch(
            columns: result.compactMap { $0 },
            rowCount: rows.count,
            rowKinds: rows.kinds.allSatisfy { $0 == .insert } ? nil : RowKinds(rows.kinds)
        )
    }
}

extension JSONScanner {
    /// Where the `record`-th record behind `position` stands that was read without a failure.
    static func place(
        ofRecord record: Int,
        from position: Int,
        line: Int64,
        of block: RecordBlock,
        _ bytes: PaddedBytes
    ) -> (offset: Int, line: Int64) {
        var (offset, line, left) = (position, line, record)
        while offset < block.lineEnd {
            let next = nextLine(from: offset, block.lineEnd, bytes)
            if !isBlank(offset, next, bytes) {
                if left == 0 { break }
                left -= 1
            }
            offset = next
            line += 1
        }
        return (offset, line)
    }
}
