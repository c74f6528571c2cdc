import SluiceConnect

/// How a table of a database is written: the `sink.` options of Flink's `jdbc` connector, and ours.
struct DatabaseSinkOptions: Sendable, Hashable {
    /// Without stored state: rows that wait at most before they are written.
    var rowCountMax = 5_000
    /// Without stored state: how long a row waits at most.
    var intervalMillis: Int64 = 1_000
    /// How often a transaction is tried again after the connection was lost or the database was busy.
    var retryCountMax = 3
    /// The pause before the first try; each next one is that much longer.
    var retryPauseMillis: Int64 = 1_000
    /// Whether a missing table is made.
    var createsTable = false
    /// Where the last epoch of each sink is recorded.
    var epochTable = "sluice_epochs"
    /// How long to wait for a connection or for a lock.
    var timeoutMillis: Int64 = 60_000

    /// What the options mean, for documentation and messages.
    static let descriptors: [OptionDescriptor] = [
        OptionDescriptor(
            "sink.buffer-flush.max-rows",
            "integer",
            default: "5000",
            "Without --state: rows are written when so many wait; 0 for no such bound. With --state they are written "
                + "with each checkpoint."
        ),
        OptionDescriptor(
            "sink.buffer-flush.interval",
            "duration",
            default: "1s",
            "Without --state: rows are written when the first of them has waited for so long; 0 for no such bound."
        ),
        OptionDescriptor(
            "sink.max-retries",
            "integer",
            default: "3",
            "How often a transaction is tried again when the connection was lost or the database was busy; the pauses "
                + "are 1 s, 2 s, 3 s and so on."
        ),
        OptionDescriptor(
            "sink.create-table",
            "boolean",
            default: "false",
            "Whether a missing table is made, with the declared columns and PRIMARY KEY."
        ),
        OptionDescriptor(
            "sink.epoch-table",
            "string",
            default: "sluice_epochs",
            "With --state: the table beside the target that records which checkpoint's rows it has; made when missing."
        ),
        OptionDescriptor(
            "connection.max-retry-timeout",
            "duration",
            default: "60s",
            "How long to wait for a connection, or for another writer of a SQLite file."
        ),
    ]

    /// The defaults.
    init() {}

    /// Reads the options.
    init(_ options: inout OptionReader) throws(ConnectorError) {
        if let rows = try options.integer("sink.buffer-flush.max-rows") {
            rowCountMax = try Self.count(rows, "sink.buffer-flush.max-rows")
            if rowCountMax == 0 { rowCountMax = .max }
        }
        if let millis = try options.durationMillis("sink.buffer-flush.interval") {
            intervalMillis = millis == 0 ? .max : millis
        }
        if let retries = try options.integer("sink.max-retries") {
            retryCountMax = try Self.count(retries, "sink.max-retries")
        }
        createsTable = try options.boolean("sink.create-table") ?? false
        epochTable = options.string("sink.epoch-table") ?? epochTable
        if let millis = try options.durationMillis("connection.max-retry-timeout") {
            guard millis >= 1_000, millis % 1_000 == 0 else {
                throw ConnectorError(
                    .user,
                    "badOption",
                    "'connection.max-retry-timeout' must be whole seconds, one or more",
                    option: "connection.max-retry-timeout"
                )
            }
            timeoutMillis = millis
        }
    }

    private static func count(_ value: Int64, _ key: String) throws(ConnectorError) -> Int {
        guard let count = Int(exactly: value), count >= 0 else {
            throw ConnectorError(.user, "badOption", "'\(key)' = '\(value)': expected 0 or more", option: key)
        }
        return count
    }
}
