import SluiceColumns
import SluiceConnect
import SluicePlan

/// Reads a constant table.
final class ValuesReader: SourceReader {
    private let batch: Batch
    private var nextRow = 0

    /// A constant table is one split; its position is the number of the next row.
    static let splits = [Split(id: "values")]

    /// Makes a reader over the rows of `operation` from `start` on, with columns of the types of `fields`.
    init(_ operation: ValuesOperation, fields: [RowField], start: SplitOffset? = nil) {
        let rows = operation.rows
        let columns = fields.indices.map { index in Column.of(rows.map { $0[index] }, fields[index].type) }
        batch = Batch(columns: columns, rowCount: rows.count)
        nextRow = Int(start?.position ?? 0)
    }

    func poll(rowLimit: Int) throws -> SourcePoll {
        guard nextRow < batch.rowCount else { return .end }
        let range = nextRow..<min(batch.rowCount, nextRow + rowLimit)
        nextRow = range.upperBound
        return .batch(batch.slice(range))
    }

    var offsets: [Split] { Self.splits.map { Split(id: $0.id, start: SplitOffset(Int64(nextRow))) } }

    func close() {}
}
