import SluiceColumns
import SluiceConnect

extension SQLiteDatabase: ReadableDatabase {
    func connect(
        reading table: DatabaseTable,
        timeoutMillis: Int64
    ) throws(ConnectorError) -> any DatabaseReading {
        let handle = try SQLiteHandle(path: path, creates: false, busyMillis: Int32(clamping: timeoutMillis))
        return try SQLiteReading(handle, table)
    }
}

/// Reads one table of a SQLite file.
final class SQLiteReading: DatabaseReading {
    private let handle: SQLiteHandle
    private let table: DatabaseTable

    /// Checks that the table and its columns are there.
    init(_ handle: SQLiteHandle, _ table: DatabaseTable) throws(ConnectorError) {
        self.handle = handle
        self.table = table
        let found = try handle.prepare("SELECT name FROM pragma_table_xinfo(?)", "read").rows([table.name])
        let names = found.compactMap { $0[0].text }
        if names.isEmpty {
            throw ConnectorError(
                .user,
                "missingTable",
                "there is no table or view '\(table.name)' in the SQLite file '\(handle.path)'"
            )
        }
        for column in table.columns where !names.contains(where: { $0.lowercased() == column.name.lowercased() }) {
            throw ConnectorError(
                .user,
                "missingColumn",
                "table '\(table.name)' in the SQLite file '\(handle.path)' has no column '\(column.name)'; it has "
                    + names.joined(separator: ", ")
            )
        }
    }

    func rows(_ columns: [Int], where keys: [Int], in values: [[Value]]) throws(ConnectorError) -> [[[UInt8]?]] {
        var parameters: [SQLiteForm.Cell] = []
        var bytes: [UInt8] = []
        let condition = KeyCondition.text(
            keys.map(name),
            values,
            rowList: { "VALUES " + $0 },
            place: { index, value in
                parameters.append(Self.cell(value, table.columns[keys[index]].type, &bytes))
                return "?"
            }
        )
        let list = columns.map(name).joined(separator: ", ")
        let sql = "SELECT \(list) FROM \(DatabaseTable.quoted(table.name)) WHERE \(condition)"
        return try handle.prepare(sql, "read").cells(parameters, bytes)
    }

    private func name(_ column: Int) -> String { DatabaseTable.quoted(table.columns[column].name) }

    /// What is bound for a value: integers as such, all else as the sink would write it.
    private static func cell(_ value: Value, _ type: DataType, _ bytes: inout [UInt8]) -> SQLiteForm.Cell {
        var form = TextBuffer(byteCapacity: 32)
        SQLiteForm.append([Column.constant(value, type.nullable(true), count: 1)], 0, to: &form)
        var offset = bytes.count
        bytes += form.byteArray
        return SQLiteForm.cell(bytes.span, at: &offset) ?? .null
    }
}
