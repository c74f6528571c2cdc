import SluiceColumns
import SluiceConnect

/// A table of a database as a sink: rows are added, or with a PRIMARY KEY replaced and removed by it.
///
/// With stored state the rows of an epoch are part of the state's commit, and are applied after it in one transaction
/// of the database that also records the epoch's number (docs/design/0015).
struct DatabaseSink<Target: Database>: TransactionalSinkTable {
    let database: Target
    let table: DatabaseTable
    let options: DatabaseSinkOptions
    /// Applies epochs; used by the committing thread.
    private let link: DatabaseLink<Target>

    /// Makes the sink.
    ///
    /// - Throws: where the database has no type for a column.
    init(_ database: Target, _ table: DatabaseTable, _ options: DatabaseSinkOptions) throws(ConnectorError) {
        self.database = database
        self.table = table
        self.options = options
        link = DatabaseLink(database, table, options, recordsEpochs: true)
        try table.checkTypes(database.typeName)
    }

    var summary: String {
        "\(database.place) table=\(table.name)" + (table.keys.isEmpty ? "" : " key=(\(table.keyNames))")
    }

    func acceptedMode(for input: ChangelogMode) -> ChangelogMode {
        input == .insertOnly || table.keys.isEmpty ? .insertOnly : .upsert
    }

    func makeWriter(context: WriterContext, isOverwrite: Bool) throws -> any SinkWriter {
        try DatabaseWriter(self, isTransactional: context.isTransactional)
    }

    /// The rows are in the state's commit.
    func persist(_ transactions: [[UInt8]]) {}

    func commit(_ transactions: [[UInt8]], of epoch: SinkEpoch) throws {
        let parts = try changes(transactions)
        if parts.isEmpty { return }
        try link.perform { (connection) throws(ConnectorError) in try connection.apply(parts, of: epoch) }
    }

    func recover(_ transactions: [[UInt8]], of epoch: SinkEpoch) throws {
        let recorded = try link.perform { (connection) throws(ConnectorError) in
            try connection.recordedEpoch(of: epoch)
        }
        if recorded == epoch.number { return }
        if let recorded, recorded > epoch.number {
            throw ConnectorError(
                .user,
                "stateTooOld",
                "\(database.place) has checkpoint \(recorded) of this job in table '\(table.name)', but the "
                    + "stored state is of checkpoint \(epoch.number): it is an older copy, and the rows "
                    + "after it would be written twice; use the newest state, or take the rows of this job out of "
                    + "both '\(table.name)' and '\(options.epochTable)' (job '\(epoch.jobID)', sink '\(epoch.sinkID)')"
            )
        }
        try commit(transactions, of: epoch)
    }

    private func changes(_ transactions: [[UInt8]]) throws(ConnectorError) -> [StagedChanges] {
        let digest = table.digest
        var parts: [StagedChanges] = []
        for transaction in transactions {
            let part = try StagedChanges(transaction, columns: digest, of: table.declaredName)
            if !part.isEmpty { parts.append(part) }
        }
        return parts
    }
}
