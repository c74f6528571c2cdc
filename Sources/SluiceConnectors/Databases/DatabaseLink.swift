import Glibc
import SluiceConnect
import Synchronization

/// The way to a table: connects when it is needed, and again where a connection was lost.
///
/// Safe from any thread; one transaction at a time.
final class DatabaseLink<Target: Database>: Sendable {
    private let database: Target
    private let table: DatabaseTable
    private let options: DatabaseSinkOptions
    private let recordsEpochs: Bool
    private let connection = Mutex<(any DatabaseConnection)?>(nil)

    /// Makes a link; nothing is opened yet.
    init(_ database: Target, _ table: DatabaseTable, _ options: DatabaseSinkOptions, recordsEpochs: Bool) {
        self.database = database
        self.table = table
        self.options = options
        self.recordsEpochs = recordsEpochs
    }

    /// Calls `body` with a connection, and again after a pause where an error says that this can help.
    ///
    /// `body` is one transaction, or does nothing when it is done twice.
    @discardableResult
    func perform<Answer>(
        _ body: (any DatabaseConnection) throws(ConnectorError) -> Answer
    ) throws(ConnectorError) -> Answer {
        var failureCount = 0
        while true {
            do throws(ConnectorError) {
                return try attempt(body)
            } catch {
                failureCount += 1
                guard error.isRetryable, failureCount <= options.retryCountMax else {
                    throw failureCount > 1 ? error.tried(failureCount) : error
                }
                usleep(UInt32(clamping: Int64(failureCount) * options.retryPauseMillis * 1_000))
            }
        }
    }

    private func attempt<Answer>(
        _ body: (any DatabaseConnection) throws(ConnectorError) -> Answer
    ) throws(ConnectorError) -> Answer {
        try connection.withLock { (held) throws(ConnectorError) in
            let open: any DatabaseConnection
            if let connection = held {
                open = connection
            } else {
                open = try database.connect(table, options: options, recordsEpochs: recordsEpochs)
                held = open
            }
            do throws(ConnectorError) {
                return try body(open)
            } catch {
                // Whatever state the connection is in, a new one has none of it.
                held = nil
                throw error
            }
        }
    }
}

extension ConnectorError {
    /// The same error, which says how often something was tried.
    func tried(_ count: Int) -> ConnectorError {
        var error = self
        error.message += " (tried \(count) times)"
        return error
    }
}
