import SluiceColumns
import SluiceConnect

/// Collects the rows of one shard.
///
/// In a job with stored state they go into its commit, epoch by epoch. Without it they are written when enough wait or
/// one has waited long enough: at least once where a transaction's end was lost with the connection.
final class DatabaseWriter<Target: Database>: TransactionalSinkWriter {
    private let options: DatabaseSinkOptions
    private let rows: StagedRows<Target.Form>
    private let digest: UInt64
    /// Nil in a job with stored state.
    private let link: DatabaseLink<Target>?
    private var sinceNanos: Int64 = 0

    /// Waiting rows are written when they have so many bytes.
    private static var byteCountMax: Int { 16 << 20 }

    /// Makes the writer; without stored state it connects, so that a table that is not there is known at once.
    init(_ sink: DatabaseSink<Target>, isTransactional: Bool) throws(ConnectorError) {
        options = sink.options
        rows = StagedRows(keys: sink.table.keys)
        digest = sink.table.digest
        if isTransactional {
            link = nil
        } else {
            let link = DatabaseLink(sink.database, sink.table, sink.options, recordsEpochs: false)
            try link.perform { (_) throws(ConnectorError) in }
            self.link = link
        }
    }

    func write(_ batch: Batch) throws {
        if rows.rowCount == 0 { sinceNanos = MachineClock.monotonicNanos() }
        rows.append(batch)
        if isDue { try flush() }
    }

    private var isDue: Bool {
        if rows.rowCount >= options.rowCountMax || rows.byteCount >= Self.byteCountMax { return true }
        return (MachineClock.monotonicNanos() - sinceNanos) / 1_000_000 >= options.intervalMillis
    }

    func flush() throws {
        // Rows of a transaction are nobody's before its commit.
        guard let link, rows.rowCount > 0 else { return }
        let changes = rows.take()
        try link.perform { (connection) throws(ConnectorError) in try connection.apply([changes], of: nil) }
    }

    func prepare(isFinal: Bool) throws -> [UInt8] { rows.take().bytes(columns: digest) }

    var stagedByteCount: Int { link == nil ? rows.byteCount : 0 }

    func close() throws { try flush() }

    func abort() { rows.removeAll() }
}
