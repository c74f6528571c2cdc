import CSQLite
import SluiceColumns
import SluiceConnect

/// What SQLite's calls return.
enum SQLiteCode {
    static let ok: Int32 = 0
    static let busy: Int32 = 5
    static let locked: Int32 = 6
    static let readOnly: Int32 = 8
    static let inputOutput: Int32 = 10
    static let corrupt: Int32 = 11
    static let full: Int32 = 13
    static let cannotOpen: Int32 = 14
    static let constraint: Int32 = 19
    static let mismatch: Int32 = 20
    static let notADatabase: Int32 = 26
    static let row: Int32 = 100
    static let done: Int32 = 101
}

// SAFETY: the connection is used by one thread at a time, and closed by `deinit`.
/// An open SQLite file: the C interface in Swift's words.
final class SQLiteHandle: @unchecked Sendable {
    /// The file.
    let path: String
    private let database: OpaquePointer

    /// Opens a file, which is made where `creates` says so.
    init(path: String, creates: Bool, busyMillis: Int32) throws(ConnectorError) {
        if let failure = sluice_sqlite_load() {
            throw ConnectorError(
                .external,
                "noSQLite",
                "\(String(cString: failure)); install Debian's package libsqlite3-0, or name the library in the "
                    + "environment variable SLUICE_SQLITE"
            )
        }
        var opened: OpaquePointer?
        let code = sluice_sqlite_open(path, creates, busyMillis, &opened)
        guard code == SQLiteCode.ok, let opened else {
            let message = String(cString: sluice_sqlite_message(opened))
            if let opened { sluice_sqlite_close(opened) }
            throw SQLiteError.make(code, message, path, "open")
        }
        self.path = path
        database = opened
    }

    deinit { sluice_sqlite_close(database) }

    /// Runs statements without parameters and results.
    func execute(_ sql: String, _ verb: String = "write to") throws(ConnectorError) {
        if sluice_sqlite_execute(database, sql) != SQLiteCode.ok { throw failure(verb) }
    }

    /// Ends a transaction that failed; where SQLite ended it already, nothing happens.
    func rollBack() { _ = sluice_sqlite_execute(database, "ROLLBACK") }

    /// Makes a statement ready.
    func prepare(_ sql: String, _ verb: String = "write to") throws(ConnectorError) -> SQLiteStatement {
        var statement: OpaquePointer?
        guard sluice_sqlite_prepare(database, sql, &statement) == SQLiteCode.ok, let statement else {
            throw failure(verb)
        }
        return SQLiteStatement(statement, of: self, verb)
    }

    /// What the last call said, as an error.
    func failure(_ verb: String) -> ConnectorError {
        SQLiteError.make(sluice_sqlite_code(database), String(cString: sluice_sqlite_message(database)), path, verb)
    }
}

/// A statement that is ready to run.
final class SQLiteStatement {
    private let statement: OpaquePointer
    private let handle: SQLiteHandle
    private let verb: String

    fileprivate init(_ statement: OpaquePointer, of handle: SQLiteHandle, _ verb: String) {
        self.statement = statement
        self.handle = handle
        self.verb = verb
    }

    deinit { sluice_sqlite_finalize(statement) }

    /// Runs the statement once for each row of cells in `bytes` (`SQLiteForm`), `cellCount` cells a row.
    ///
    /// - Throws: also where the bytes are not whole rows.
    func runForEachRow(of bytes: [UInt8], cellCount: Int) throws(ConnectorError) {
        let span = bytes.span
        var offset = 0
        while offset < span.count {
            for index in 0..<cellCount {
                guard let cell = SQLiteForm.cell(span, at: &offset) else {
                    throw ConnectorError(.internal, "badTransaction", "the stored rows for '\(handle.path)' are torn")
                }
                guard bind(cell, index + 1, span) == SQLiteCode.ok else { throw handle.failure(verb) }
            }
            guard sluice_sqlite_step(statement) == SQLiteCode.done else {
                defer { reset() }
                throw handle.failure(verb)
            }
            reset()
        }
    }

    private func bind(_ cell: SQLiteForm.Cell, _ index: Int, _ bytes: Span<UInt8>) -> Int32 {
        let index = Int32(truncatingIfNeeded: index)
        switch cell {
        case .null: return sluice_sqlite_bind_null(statement, index)
        case .integer(let value): return sluice_sqlite_bind_integer(statement, index, value)
        case .double(let value): return sluice_sqlite_bind_double(statement, index, value)
        case .text(let range):
            return bytes.extracting(range).withUnsafeBufferPointer {
                sluice_sqlite_bind_text(statement, index, $0.baseAddress, $0.count)
            }
        case .blob(let range):
            return bytes.extracting(range).withUnsafeBufferPointer {
                sluice_sqlite_bind_blob(statement, index, $0.baseAddress, $0.count)
            }
        }
    }

    private func reset() { _ = sluice_sqlite_reset(statement) }

    /// Runs the statement with these texts and integers as its parameters.
    ///
    /// - Returns: its rows, as texts and integers; NULL for all else.
    func rows(_ texts: [String] = [], _ integers: [Int64] = []) throws(ConnectorError) -> [[SQLiteValue]] {
        let parameters = texts.map { Array($0.utf8) }
        defer {
            reset()
            // SQLite reads the bytes where they are, up to the last step.
            withExtendedLifetime(parameters) {}
        }
        for (index, text) in parameters.enumerated() {
            guard bind(.text(0..<text.count), index + 1, text.span) == SQLiteCode.ok else { throw handle.failure(verb) }
        }
        for (index, value) in integers.enumerated() {
            let place = texts.count + index + 1
            guard bind(.integer(value), place, [UInt8]().span) == SQLiteCode.ok else { throw handle.failure(verb) }
        }
        var rows: [[SQLiteValue]] = []
        while true {
            switch sluice_sqlite_step(statement) {
            case SQLiteCode.row: rows.append(row())
            case SQLiteCode.done: return rows
            default: throw handle.failure(verb)
            }
        }
    }

    /// Runs the statement with cells of `bytes` as its parameters.
    ///
    /// - Returns: its rows; numbers as text, texts and blobs as they are, NULL as nil.
    func cells(_ parameters: [SQLiteForm.Cell], _ bytes: [UInt8]) throws(ConnectorError) -> [[[UInt8]?]] {
        defer {
            reset()
            // SQLite reads the bytes where they are, up to the last step.
            withExtendedLifetime(bytes) {}
        }
        for (index, cell) in parameters.enumerated() {
            guard bind(cell, index + 1, bytes.span) == SQLiteCode.ok else { throw handle.failure(verb) }
        }
        var rows: [[[UInt8]?]] = []
        while true {
            switch sluice_sqlite_step(statement) {
            case SQLiteCode.row:
                rows.append((0..<sluice_sqlite_column_count(statement)).map(cell))
            case SQLiteCode.done: return rows
            default: throw handle.failure(verb)
            }
        }
    }

    private func cell(_ column: Int32) -> [UInt8]? {
        switch sluice_sqlite_column_kind(statement, column) {
        case 1: return Array(String(sluice_sqlite_column_integer(statement, column)).utf8)
        case 2:
            var text = TextBuffer(byteCapacity: 32)
            text.append(double: sluice_sqlite_column_double(statement, column))
            return text.byteArray
        case 3, 4:
            var count = 0
            let start = sluice_sqlite_column_bytes(statement, column, &count)
            // The bytes live until the next step.
            return Array(UnsafeRawBufferPointer(start: start, count: count))
        default: return nil
        }
    }

    private func row() -> [SQLiteValue] {
        var values: [SQLiteValue] = []
        for column in 0..<sluice_sqlite_column_count(statement) {
            switch sluice_sqlite_column_kind(statement, column) {
            case 1: values.append(.integer(sluice_sqlite_column_integer(statement, column)))
            case 3:
                var count = 0
                let start = sluice_sqlite_column_bytes(statement, column, &count)
                // The bytes live until the next step.
                values.append(
                    .text(String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self))
                )
            default: values.append(.null)
            }
        }
        return values
    }
}
