import SluiceColumns
import SluiceConnect
import SluiceOperators
import SluicePlan
import SluiceState

/// Writes what reaches it into a table: the end of a path through the plan, on one shard.
final class SinkStage: Operator {
    /// Whether rows were written since the last flush.
    private(set) var isDirty = false
    /// Rows dropped because of a NULL in a NOT NULL column.
    private(set) var droppedRowCount = 0

    private let writer: any SinkWriter
    /// The writer, where the sink commits.
    private let transactional: (any TransactionalSinkWriter)?
    private let operation: SinkOperation
    private let columnNames: [String]
    private let progress: ShardProgress
    private var isClosed = false

    /// Makes the stage and its writer; `columnNames` names the written columns in messages.
    init(_ operation: SinkOperation, columnNames: [String], context: WriterContext, progress: ShardProgress) throws {
        self.operation = operation
        self.columnNames = columnNames
        self.progress = progress
        writer = try operation.table.makeWriter(context: context, isOverwrite: operation.isOverwrite)
        transactional = writer as? any TransactionalSinkWriter
    }

    var stateTables: [StateTable] { [] }

    func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        let rows = try enforceNotNull(operation.dropsUpdateBefore ? Self.withoutUpdateBefore(batch) : batch)
        guard rows.rowCount > 0 else { return }
        try writer.write(rows)
        isDirty = true
        progress.addRowsOut(rows.rowCount)
    }

    func advance(to watermark: Watermark, into output: borrowing Output) throws {}

    func snapshot(at barrier: Barrier) throws { try flush() }

    /// Makes visible what was written so far.
    func flush() throws {
        try writer.flush()
        isDirty = false
    }

    /// Ends the epoch of a sink that commits; nil where the sink shows its rows at once.
    func prepare(isFinal: Bool) throws -> [UInt8]? {
        guard let transactional else { return nil }
        isDirty = false
        return try transactional.prepare(isFinal: isFinal)
    }

    /// Bytes that wait in memory for the end of the epoch.
    var stagedByteCount: Int { transactional?.stagedByteCount ?? 0 }

    /// Ends regularly.
    func close() throws {
        guard !isClosed else { return }
        try writer.close()
        isClosed = true
    }

    /// Ends after a failure; does nothing where it ended before.
    func abort() {
        guard !isClosed else { return }
        isClosed = true
        writer.abort()
    }

    private static func withoutUpdateBefore(_ batch: Batch) -> Batch {
        guard batch.rowKinds != nil else { return batch }
        let kept = (0..<batch.rowCount).filter { batch.kind($0) != .updateBefore }
        return kept.count == batch.rowCount ? batch : batch.gathered(SelectionVector(kept.map { Int32($0) }))
    }

    /// The batch without rows that may not be written, or an error, as the table's options say.
    private func enforceNotNull(_ batch: Batch) throws -> Batch {
        let suspects = operation.notNullColumns.filter { !batch.columns[$0].hasNoNulls }
        if suspects.isEmpty { return batch }
        var kept: [Int32] = []
        for row in 0..<batch.rowCount {
            guard let column = suspects.first(where: { batch.columns[$0].isNull(row) }) else {
                kept.append(Int32(truncatingIfNeeded: row))
                continue
            }
            if !operation.dropsNulls { throw violation(column) }
        }
        guard kept.count < batch.rowCount else { return batch }
        droppedRowCount += batch.rowCount - kept.count
        return batch.gathered(SelectionVector(kept))
    }

    private func violation(_ column: Int) -> RuntimeError {
        let name = column < columnNames.count ? columnNames[column] : String(column)
        return RuntimeError(
            .user,
            "notNullViolation",
            "column '\(name)' of table \(operation.tableName) is NOT NULL, but a NULL would be written into it; filter "
                + "such rows out, or set 'table.exec.sink.not-null-enforcer' = 'DROP' to drop them"
        )
    }
}
