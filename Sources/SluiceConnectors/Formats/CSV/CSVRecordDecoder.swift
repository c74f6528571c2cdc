import SluiceColumns
import SluiceConnect

/// Decodes comma-separated records; a quoted field may hold line ends, so a record may be longer than a line.
final class CSVRecordDecoder: RecordDecoder {
    private var scanner: CSVScanner
    private var blocks: [Arena] = []
    private var skippedCount = 0
    private(set) var rowCount = 0

    init(schema: [TableColumn], columns: [ProjectedColumn], rules: CSVRules) throws(ConnectorError) {
        for column in schema { _ = try CSVField(column.type, lane: 0) }
        scanner = try CSVScanner(schema: schema, columns: columns, rules: rules)
    }

    var badRecordCount: Int { skippedCount + scanner.badFieldCount }

    func decode(_ block: RecordBlock, rowLimit: Int) throws(ConnectorError) {
        let limit = min(rowLimit, RecordStream.rowCountMax)
        let arena = block.arena
        while rowCount < limit {
            switch scanner.record(of: block, row: rowCount, arena.padded) {
            case .row: rowCount += 1
            case .nothing: break
            case .incomplete:
                if scanner.usesBlock, blocks.last !== arena { blocks.append(arena) }
                return
            case .bad:
                guard scanner.rules.ignoresParseErrors else {
                    throw block.badRecord(
                        at: scanner.failureOffset,
                        line: block.lineNumber,
                        "\(scanner.failureReason)"
                    )
                }
                skippedCount += 1
                scanner.skipBadRecord(of: block, arena.padded)
            }
        }
        if scanner.usesBlock, blocks.last !== arena { blocks.append(arena) }
    }

    func takeBatch() -> Batch {
        let batch = Batch(columns: scanner.takeColumns(rowCount: rowCount, blocks: blocks), rowCount: rowCount)
        blocks = []
        rowCount = 0
        return batch
    }
}
