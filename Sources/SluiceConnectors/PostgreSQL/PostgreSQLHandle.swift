import CPostgreSQL
import SluiceConnect

// SAFETY: the connection is used by one thread at a time, and closed by `deinit`.
/// An open connection to PostgreSQL: the C interface in Swift's words.
final class PostgreSQLHandle: @unchecked Sendable {
    /// Where the server is, for messages.
    let place: String
    private let connection: OpaquePointer

    /// Connects with libpq's parameters; `place` is what messages say until the server is known.
    init(_ parameters: [(key: String, value: String)], place: String) throws(ConnectorError) {
        if let failure = sluice_postgresql_load() {
            throw ConnectorError(
                .external,
                "noPostgreSQL",
                "\(String(cString: failure)); install Debian's package libpq5, or name the library in the environment "
                    + "variable SLUICE_LIBPQ"
            )
        }
        let opened = Self.withStrings(parameters.map(\.key)) { keywords in
            Self.withStrings(parameters.map(\.value)) { values in sluice_postgresql_connect(keywords, values) }
        }
        guard let opened else {
            throw ConnectorError(.external, "connectionFailed", "no memory to connect to \(place)")
        }
        guard sluice_postgresql_is_open(opened) else {
            let message = String(cString: sluice_postgresql_message(opened))
            sluice_postgresql_close(opened)
            throw PostgreSQLError.connecting(to: place, message)
        }
        connection = opened
        self.place = place
    }

    deinit { sluice_postgresql_close(connection) }

    /// Runs statements and gives the rows of the last one, as text.
    @discardableResult
    func execute(_ sql: String, _ parameters: [String] = [], _ verb: String = "write to") throws(ConnectorError)
        -> [[String?]]
    {
        let result = Self.withStrings(parameters) { values in
            sluice_postgresql_execute(connection, sql, Int32(clamping: parameters.count), values)
        }
        defer { sluice_postgresql_clear(result) }
        guard sluice_postgresql_succeeded(result) else { throw failure(result, verb) }
        return (0..<sluice_postgresql_row_count(result)).map { row in
            (0..<sluice_postgresql_column_count(result)).map { column in
                var count = 0
                return sluice_postgresql_value(result, row, column, &count).map { String(cString: $0) }
            }
        }
    }

    /// Sends lines of COPY's text form into what `target` names, as in `"t" ("a", "b")`.
    func copy(_ lines: [UInt8], into target: String) throws(ConnectorError) {
        let start = sluice_postgresql_execute(connection, "COPY \(target) FROM STDIN", 0, nil)
        defer { sluice_postgresql_clear(start) }
        guard sluice_postgresql_takes_rows(start) else { throw failure(start, "write to") }
        let isSent = lines.withUnsafeBytes { sluice_postgresql_send(connection, $0.baseAddress, $0.count) }
        let end = sluice_postgresql_finish(connection)
        defer { sluice_postgresql_clear(end) }
        guard isSent, sluice_postgresql_succeeded(end) else { throw failure(end, "write to") }
    }

    /// Ends a transaction that failed; where the connection is lost the server has ended it.
    func rollBack() {
        guard sluice_postgresql_is_open(connection) else { return }
        sluice_postgresql_clear(sluice_postgresql_execute(connection, "ROLLBACK", 0, nil))
    }

    private func failure(_ result: OpaquePointer?, _ verb: String) -> ConnectorError {
        guard sluice_postgresql_is_open(connection) else {
            return PostgreSQLError.lost(place, String(cString: sluice_postgresql_message(connection)))
        }
        let state = String(cString: sluice_postgresql_state(result))
        let message = String(cString: sluice_postgresql_primary(result))
        let detail = String(cString: sluice_postgresql_detail(result))
        if state.isEmpty {
            return PostgreSQLError.lost(place, String(cString: sluice_postgresql_message(connection)))
        }
        return PostgreSQLError.make(state, detail.isEmpty ? message : "\(message) (\(detail))", place, verb)
    }

    /// Calls `body` with C strings, ended by NULL.
    private static func withStrings<Answer>(
        _ strings: [String],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Answer
    ) -> Answer {
        let buffers = strings.map { Array($0.utf8CString) }
        var bytes: [CChar] = []
        var starts: [Int] = []
        for buffer in buffers {
            starts.append(bytes.count)
            bytes += buffer
        }
        return bytes.withUnsafeBufferPointer { base in
            var pointers: [UnsafePointer<CChar>?] = starts.map { start in base.baseAddress.map { $0 + start } }
            pointers.append(nil)
            return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
        }
    }
}
