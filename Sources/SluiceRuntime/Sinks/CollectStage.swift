import SluiceColumns
import SluiceOperators
import SluiceState
import Synchronization

/// Hands the batches of all shards to whoever runs the job, one at a time.
final class ResultDoor: Sendable {
    private let lock = Mutex<Void>(())
    private let onResult: @Sendable (_ node: Int, _ batch: Batch) throws -> Void

    /// Makes a door to `onResult`, which is never called by two shards at once.
    init(_ onResult: @escaping @Sendable (_ node: Int, _ batch: Batch) throws -> Void) { self.onResult = onResult }

    /// Hands a batch over.
    func deliver(_ batch: Batch, of node: Int) throws {
        try lock.withLock { _ in try onResult(node, batch) }
    }
}

/// Gives what reaches it to whoever runs the job: the end of a query without a table.
final class CollectStage: Operator {
    private let node: Int
    private let door: ResultDoor
    private let progress: ShardProgress
    private let fields: [RowField]

    /// Makes the stage of node `node`, whose result has these columns.
    init(node: Int, fields: [RowField], door: ResultDoor, progress: ShardProgress) {
        self.node = node
        self.fields = fields
        self.door = door
        self.progress = progress
    }

    /// - Throws: `RuntimeError` where a column that cannot be NULL by its type has one, as a DECIMAL that overflows.
    var stateTables: [StateTable] { [] }

    func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        for (field, column) in zip(fields, batch.columns) where !field.type.isNullable && !column.hasNoNulls {
            guard (0..<batch.rowCount).contains(where: { column.isNull($0) }) else { continue }
            throw RuntimeError(
                .user,
                "notNullViolation",
                "column '\(field.name)' is \(field.type), but a value of it is NULL"
            )
        }
        try door.deliver(batch, of: node)
        progress.addRowsOut(batch.rowCount)
    }

    func advance(to watermark: Watermark, into output: borrowing Output) throws {}
}
