import SluiceColumns
import SluiceConnect

extension PostgreSQLDatabase: ReadableDatabase {
    func connect(
        reading table: DatabaseTable,
        timeoutMillis: Int64
    ) throws(ConnectorError) -> any DatabaseReading {
        let handle = try PostgreSQLHandle(address.parameters(timeoutMillis: timeoutMillis), place: place)
        return try PostgreSQLReading(handle, table)
    }
}

/// Reads one table or view of PostgreSQL.
final class PostgreSQLReading: DatabaseReading {
    private let handle: PostgreSQLHandle
    private let table: DatabaseTable
    /// The table's name, qualified and quoted.
    private let qualifiedName: String
    /// Per column its name as the database has it, quoted.
    private let names: [String]

    /// Finds the table and its columns: as they are written, or in lower case.
    init(_ handle: PostgreSQLHandle, _ table: DatabaseTable) throws(ConnectorError) {
        self.handle = handle
        self.table = table
        // Times are read as texts, whatever the server's settings are.
        try handle.execute("SET datestyle = ISO", [], "read")
        try handle.execute("SET intervalstyle = postgres; SET extra_float_digits = 3", [], "read")
        for candidate in [table.name, table.name.lowercased()] {
            let columns = try handle.execute(
                """
                SELECT c.oid::regclass::text, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                WHERE c.oid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
                """,
                [PostgreSQLSchema.quoted(candidate)],
                "read the tables of"
            )
            guard let qualified = columns.first?[0] else { continue }
            qualifiedName = qualified
            let found = columns.compactMap { $0[1] }
            var names: [String] = []
            for column in table.columns {
                guard
                    let name = found.first(where: { $0 == column.name })
                        ?? found.first(where: { $0 == column.name.lowercased() })
                else {
                    throw ConnectorError(
                        .user,
                        "missingColumn",
                        "table '\(table.name)' at \(handle.place) has no column '\(column.name)'; it has "
                            + found.joined(separator: ", ")
                    )
                }
                names.append(DatabaseTable.quoted(name))
            }
            self.names = names
            return
        }
        throw ConnectorError(.user, "missingTable", "there is no table or view '\(table.name)' at \(handle.place)")
    }

    func rows(_ columns: [Int], where keys: [Int], in values: [[Value]]) throws(ConnectorError) -> [[[UInt8]?]] {
        var parameters: [String] = []
        let condition = KeyCondition.text(
            keys.map { names[$0] },
            values,
            rowList: { $0 },
            place: { index, value in
                let type = table.columns[keys[index]].type
                let bytes = DatabaseField.text(value, type)
                parameters.append(
                    Self.isBytes(type) ? "\\x" + Self.hexadecimal(bytes) : String(decoding: bytes, as: UTF8.self)
                )
                return "$\(parameters.count)"
            }
        )
        let list = columns.map(expression).joined(separator: ", ")
        let rows = try handle.execute("SELECT \(list) FROM \(qualifiedName) WHERE \(condition)", parameters, "read")
        let areBytes = columns.map { Self.isBytes(table.columns[$0].type) }
        return rows.map { row in
            zip(row, areBytes).map { cell, isBytes in
                guard let cell else { return nil }
                return isBytes ? Self.bytes(hexadecimal: cell) : Array(cell.utf8)
            }
        }
    }

    /// A moment is given in UTC and says so.
    private func expression(_ column: Int) -> String {
        if case .timestampLTZ = table.columns[column].type.logical {
            return "(\(names[column]) AT TIME ZONE 'UTC')::text || 'Z'"
        }
        return names[column]
    }

    private static func isBytes(_ type: DataType) -> Bool {
        switch type.logical {
        case .binary, .varbinary: true
        default: false
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        var text = TextBuffer(byteCapacity: 2 * bytes.count)
        text.append(hexadecimalOf: bytes.span, ten: UInt8(ascii: "a"))
        return text.text
    }

    /// The bytes of `\x0a0b`.
    private static func bytes(hexadecimal text: String) -> [UInt8] {
        let digits = text.utf8.dropFirst(2).map { HexText.value($0) ?? 0 }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
