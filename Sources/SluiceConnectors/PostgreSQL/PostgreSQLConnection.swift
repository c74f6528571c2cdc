import SluiceColumns
import SluiceConnect

// SAFETY: used by one thread at a time, as `DatabaseConnection` says.
/// Writes one table of PostgreSQL: rows are sent by COPY, with a key through temporary tables.
final class PostgreSQLConnection: DatabaseConnection, @unchecked Sendable {
    private let handle: PostgreSQLHandle
    /// What COPY fills without a key.
    private let target: String
    /// Nil without a key.
    private let keyed: KeyedStatements?
    /// The table of epochs, quoted; nil where none are recorded.
    private let epochTable: String?

    /// The statements that apply what was sent into the temporary tables.
    private struct KeyedStatements {
        static let additions = "pg_temp.sluice_additions"
        static let removals = "pg_temp.sluice_removals"
        let upsert: String
        let delete: String
    }

    /// Checks the table, and makes what is missing and may be made.
    init(
        _ handle: PostgreSQLHandle,
        _ database: PostgreSQLDatabase,
        _ table: DatabaseTable,
        _ options: DatabaseSinkOptions,
        recordsEpochs: Bool
    ) throws(ConnectorError) {
        self.handle = handle
        let schema = try Self.schema(handle, database, table, options)
        let names = try schema.check(table)
        target = "\(schema.qualifiedName) (\(names.joined(separator: ", ")))"
        keyed = table.keys.isEmpty ? nil : try Self.keyedStatements(handle, schema, table, names)
        epochTable = recordsEpochs ? try Self.epochTable(handle, schema, options.epochTable) : nil
    }

    private static func schema(
        _ handle: PostgreSQLHandle,
        _ database: PostgreSQLDatabase,
        _ table: DatabaseTable,
        _ options: DatabaseSinkOptions
    ) throws(ConnectorError) -> PostgreSQLSchema {
        if let schema = try PostgreSQLSchema.find(table.name, by: handle) { return schema }
        let definition = try PostgreSQLSchema.definition(of: table, database)
        if options.createsTable {
            try createUnlessThere(definition, handle, "make table '\(table.name)' in", name: table.name)
            if let schema = try PostgreSQLSchema.find(table.name, by: handle) { return schema }
        }
        throw ConnectorError(
            .user,
            "missingTable",
            "there is no table '\(table.name)' at \(handle.place) that this user can see; make it, for example with "
                + "\(definition), or set 'sink.create-table' = 'true'"
        )
    }

    /// Makes a table; that another connection has made it meanwhile is as good.
    private static func createUnlessThere(
        _ definition: String,
        _ handle: PostgreSQLHandle,
        _ verb: String,
        name: String
    ) throws(ConnectorError) {
        do {
            try handle.execute(definition, [], verb)
        } catch {
            if try PostgreSQLSchema.find(name, by: handle) == nil { throw error }
        }
    }

    private static func epochTable(
        _ handle: PostgreSQLHandle,
        _ schema: PostgreSQLSchema,
        _ name: String
    ) throws(ConnectorError) -> String {
        let quoted = DatabaseTable.quoted(schema.schema) + "." + DatabaseTable.quoted(name)
        let found = try handle.execute("SELECT to_regclass($1)", [quoted], "read the tables of").first?.first
        guard found == .some(nil) else { return quoted }
        try createUnlessThere(
            "CREATE TABLE \(quoted) (job text, sink text, epoch bigint NOT NULL, PRIMARY KEY (job, sink))",
            handle,
            "make the table \(quoted) in",
            name: "\(schema.schema).\(name)"
        )
        return quoted
    }

    /// Makes the temporary tables, which have the columns of the target and are empty after each transaction.
    private static func keyedStatements(
        _ handle: PostgreSQLHandle,
        _ schema: PostgreSQLSchema,
        _ table: DatabaseTable,
        _ names: [String]
    ) throws(ConnectorError) -> KeyedStatements {
        let columns = names.joined(separator: ", ")
        let keys = table.keys.map { names[$0] }
        let changes = table.others.map { "\(names[$0]) = EXCLUDED.\(names[$0])" }.joined(separator: ", ")
        let conditions = keys.map { "target.\($0) = gone.\($0)" }.joined(separator: " AND ")
        let action = changes.isEmpty ? "NOTHING" : "UPDATE SET \(changes)"
        for (name, columns) in [("sluice_additions", columns), ("sluice_removals", keys.joined(separator: ", "))] {
            try handle.execute(
                """
                CREATE TEMP TABLE \(name) ON COMMIT DELETE ROWS AS
                SELECT \(columns) FROM \(schema.qualifiedName) WITH NO DATA
                """,
                [],
                "make a temporary table in"
            )
        }
        return KeyedStatements(
            upsert: """
                INSERT INTO \(schema.qualifiedName) (\(columns)) SELECT \(columns) FROM \(KeyedStatements.additions)
                ON CONFLICT (\(keys.joined(separator: ", "))) DO \(action)
                """,
            delete: """
                DELETE FROM \(schema.qualifiedName) target USING \(KeyedStatements.removals) gone WHERE \(conditions)
                """
        )
    }

    func recordedEpoch(of epoch: SinkEpoch) throws(ConnectorError) -> Int64? {
        guard let epochTable else { return nil }
        let rows = try handle.execute(
            "SELECT epoch FROM \(epochTable) WHERE job = $1 AND sink = $2",
            [epoch.jobID, epoch.sinkID],
            "read"
        )
        return rows.first?.first?.flatMap { Int64($0) }
    }

    func apply(_ parts: [StagedChanges], of epoch: SinkEpoch?) throws(ConnectorError) {
        try handle.execute("BEGIN")
        do {
            if let epoch, try !record(epoch) { return handle.rollBack() }
            for (index, part) in parts.enumerated() { try apply(part, isFirst: index == 0) }
            try handle.execute("COMMIT")
        } catch {
            handle.rollBack()
            throw error
        }
    }

    /// Records the epoch; false where it or a later one is recorded.
    private func record(_ epoch: SinkEpoch) throws(ConnectorError) -> Bool {
        guard let epochTable else { return true }
        // The job forgets the rows once this transaction is committed, so that the server may not lose it.
        try handle.execute(
            """
            SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'
            """
        )
        let rows = try handle.execute(
            """
            INSERT INTO \(epochTable) AS last (job, sink, epoch) VALUES ($1, $2, $3)
            ON CONFLICT (job, sink) DO UPDATE SET epoch = EXCLUDED.epoch WHERE last.epoch < EXCLUDED.epoch
            RETURNING epoch
            """,
            [epoch.jobID, epoch.sinkID, String(epoch.number)]
        )
        return !rows.isEmpty
    }

    private func apply(_ part: StagedChanges, isFirst: Bool) throws(ConnectorError) {
        guard let keyed else { return try handle.copy(part.additions, into: target) }
        if !isFirst { try handle.execute("TRUNCATE \(KeyedStatements.additions), \(KeyedStatements.removals)") }
        if !part.removals.isEmpty {
            try handle.copy(part.removals, into: KeyedStatements.removals)
            try handle.execute(keyed.delete)
        }
        if !part.additions.isEmpty {
            try handle.copy(part.additions, into: KeyedStatements.additions)
            try handle.execute(keyed.upsert)
        }
    }
}
