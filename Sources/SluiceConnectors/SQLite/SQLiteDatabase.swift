import SluiceColumns
import SluiceConnect

/// A SQLite file.
struct SQLiteDatabase: Database {
    typealias Form = SQLiteForm

    /// Where it lies.
    let path: String

    var place: String { "SQLite file '\(path)'" }

    func typeName(_ type: DataType) throws(ConnectorError) -> String {
        switch type.logical {
        case .boolean: "BOOLEAN"
        case .tinyint, .smallint, .int, .bigint: "INTEGER"
        case .float, .double: "REAL"
        // A number of more digits than a double has would lose them under any other name.
        case .decimal, .char, .varchar, .variant: "TEXT"
        case .binary, .varbinary, .bitmap: "BLOB"
        case .date, .time, .timestamp, .timestampLTZ: "TEXT"
        case .intervalYearMonth, .intervalDayTime, .array, .map, .multiset, .row, .structured, .raw, .null:
            throw ConnectorError(
                .user,
                "unsupportedType",
                "SQLite has no type for \(type.logical); write it as a text, with CAST(... AS STRING) or "
                    + "JSON_STRING(...)"
            )
        }
    }

    func connect(
        _ table: DatabaseTable,
        options: DatabaseSinkOptions,
        recordsEpochs: Bool
    ) throws(ConnectorError) -> any DatabaseConnection {
        let handle = try SQLiteHandle(
            path: path,
            creates: options.createsTable,
            busyMillis: Int32(clamping: options.timeoutMillis)
        )
        return try SQLiteConnection(handle, self, table, options, recordsEpochs: recordsEpochs)
    }
}
