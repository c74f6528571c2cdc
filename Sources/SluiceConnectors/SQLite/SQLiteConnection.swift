import SluiceColumns
import SluiceConnect

// SAFETY: used by one thread at a time, as `DatabaseConnection` says.
/// Writes one table of a SQLite file.
final class SQLiteConnection: DatabaseConnection, @unchecked Sendable {
    private let handle: SQLiteHandle
    private let table: DatabaseTable
    private let insert: SQLiteStatement
    /// Nil without a key.
    private let delete: SQLiteStatement?
    private let epochs: Epochs?

    /// The statements that record epochs.
    private struct Epochs {
        let read: SQLiteStatement
        let write: SQLiteStatement
    }

    /// Checks the table, makes what is missing and may be made, and prepares the statements.
    init(
        _ handle: SQLiteHandle,
        _ database: SQLiteDatabase,
        _ table: DatabaseTable,
        _ options: DatabaseSinkOptions,
        recordsEpochs: Bool
    ) throws(ConnectorError) {
        self.handle = handle
        self.table = table
        // What is committed must outlive the machine: the job forgets it then.
        try handle.execute("PRAGMA synchronous = FULL")
        let names = try Self.columnNames(handle, database, table, createsTable: options.createsTable)
        insert = try handle.prepare(SQLiteSchema.insert(into: table, names))
        delete = table.keys.isEmpty ? nil : try handle.prepare(SQLiteSchema.delete(from: table, names))
        epochs = recordsEpochs ? try Self.epochs(handle, options.epochTable) : nil
    }

    /// Checks the table, which is made where it is missing and may be made.
    ///
    /// Both in one transaction: the definition that is read must be of the time at which the table was made, while
    /// connections of other shards make tables in the same file.
    private static func columnNames(
        _ handle: SQLiteHandle,
        _ database: SQLiteDatabase,
        _ table: DatabaseTable,
        createsTable: Bool
    ) throws(ConnectorError) -> [String] {
        guard createsTable else { return try SQLiteSchema(handle, table.name).check(table, database) }
        try handle.execute("BEGIN IMMEDIATE")
        do {
            try handle.execute(try SQLiteSchema.definition(of: table, database), "make table '\(table.name)' in")
            let names = try SQLiteSchema(handle, table.name).check(table, database)
            try handle.execute("COMMIT")
            return names
        } catch {
            handle.rollBack()
            throw error
        }
    }

    private static func epochs(_ handle: SQLiteHandle, _ name: String) throws(ConnectorError) -> Epochs {
        let quoted = DatabaseTable.quoted(name)
        try handle.execute(
            """
            CREATE TABLE IF NOT EXISTS \(quoted) (
              job TEXT NOT NULL, sink TEXT NOT NULL, epoch INTEGER NOT NULL, PRIMARY KEY (job, sink)
            )
            """,
            "make the table '\(name)' in"
        )
        return Epochs(
            read: try handle.prepare("SELECT epoch FROM \(quoted) WHERE job = ? AND sink = ?", "read"),
            write: try handle.prepare(
                """
                INSERT INTO \(quoted) (job, sink, epoch) VALUES (?, ?, ?)
                ON CONFLICT (job, sink) DO UPDATE SET epoch = excluded.epoch
                """
            )
        )
    }

    func recordedEpoch(of epoch: SinkEpoch) throws(ConnectorError) -> Int64? {
        try epochs?.read.rows([epoch.jobID, epoch.sinkID]).first?.first?.integer
    }

    func apply(_ parts: [StagedChanges], of epoch: SinkEpoch?) throws(ConnectorError) {
        try handle.execute("BEGIN IMMEDIATE")
        do {
            if let epoch {
                if let recorded = try recordedEpoch(of: epoch), recorded >= epoch.number {
                    return handle.rollBack()
                }
                _ = try epochs?.write.rows([epoch.jobID, epoch.sinkID], [epoch.number])
            }
            for part in parts {
                try delete?.runForEachRow(of: part.removals, cellCount: table.keys.count)
                try insert.runForEachRow(of: part.additions, cellCount: table.columns.count)
            }
            try handle.execute("COMMIT")
        } catch {
            handle.rollBack()
            throw error
        }
    }
}
