import SluiceConnect

/// Makes errors of SQLite: a stable code, the file, what SQLite said, and who must act.
enum SQLiteError {
    /// The error for an extended result code when trying to `verb` (as in "open", "write to") the file.
    static func make(_ code: Int32, _ message: String, _ path: String, _ verb: String) -> ConnectorError {
        let what = "cannot \(verb) the SQLite file '\(path)': \(message)"
        switch code & 0xFF {
        case SQLiteCode.busy, SQLiteCode.locked:
            return ConnectorError(
                .external,
                "databaseLocked",
                what + "; another process is writing to it: end that, or raise 'connection.max-retry-timeout'",
                isRetryable: true
            )
        case SQLiteCode.full:
            return ConnectorError(.external, "diskFull", what + "; make room on its disk and start the job again")
        case SQLiteCode.readOnly:
            return ConnectorError(
                .user,
                "permissionDenied",
                what + "; the file and its folder must be writable, the folder for SQLite's journal"
            )
        case SQLiteCode.cannotOpen:
            return ConnectorError(
                .user,
                "missingFile",
                what
                    + "; make the file first, or set 'sink.create-table' = 'true'; its folder must exist "
                    + "and be writable"
            )
        case SQLiteCode.constraint, SQLiteCode.mismatch:
            return ConnectorError(
                .user,
                "constraintViolation",
                what + "; the table refuses a row: declare a PRIMARY KEY to replace rows of the same key, filter such "
                    + "rows out of the query, or change the table's constraint"
            )
        case SQLiteCode.notADatabase, SQLiteCode.corrupt:
            return ConnectorError(.user, "notADatabase", what + "; name a SQLite file, or restore it from a copy")
        case SQLiteCode.inputOutput:
            return ConnectorError(.external, "inputOutput", what + "; check the disk")
        default: return ConnectorError(.external, "databaseFailed", what)
        }
    }
}
