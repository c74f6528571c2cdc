import SluiceColumns
import SluiceConnect

/// What a table of a SQLite file looks like, and the statements that fit it.
struct SQLiteSchema {
    private struct ColumnEntry {
        let name: String
        let isNotNull: Bool
        let hasDefault: Bool
        /// The place in the PRIMARY KEY, from 1; 0 outside.
        let keyPlace: Int64
        let isGenerated: Bool
    }

    private let path: String
    private let name: String
    private let columns: [ColumnEntry]
    /// The column sets that the table keeps unique, in lower case.
    private let uniqueKeys: [Set<String>]

    /// Reads the definition of table `name`.
    init(_ handle: SQLiteHandle, _ name: String) throws(ConnectorError) {
        path = handle.path
        self.name = name
        var columns: [ColumnEntry] = []
        let description = try handle.prepare(
            "SELECT name, \"notnull\", dflt_value IS NOT NULL, pk, hidden FROM pragma_table_xinfo(?)",
            "read"
        )
        for row in try description.rows([name]) {
            columns.append(
                ColumnEntry(
                    name: row[0].text ?? "",
                    isNotNull: row[1].integer == 1,
                    hasDefault: row[2].integer == 1,
                    keyPlace: row[3].integer ?? 0,
                    isGenerated: (row[4].integer ?? 0) > 1
                )
            )
        }
        self.columns = columns
        var keys = [Set(columns.filter { $0.keyPlace > 0 }.map { $0.name.lowercased() })]
        let indexes = try handle.prepare(
            "SELECT name FROM pragma_index_list(?) WHERE \"unique\" = 1 AND partial = 0",
            "read"
        )
        let parts = try handle.prepare("SELECT name FROM pragma_index_info(?)", "read")
        for index in try indexes.rows([name]) {
            let names = try parts.rows([index[0].text ?? ""]).map { $0[0].text?.lowercased() }
            // A part that is an expression has no name.
            if !names.contains(nil) { keys.append(Set(names.compactMap { $0 })) }
        }
        uniqueKeys = keys
    }

    /// Checks that `declared` can be written here.
    ///
    /// - Returns: the names of its columns as the table has them, quoted.
    func check(_ declared: DatabaseTable, _ database: SQLiteDatabase) throws(ConnectorError) -> [String] {
        if columns.isEmpty {
            throw ConnectorError(
                .user,
                "missingTable",
                "there is no table '\(name)' in the SQLite file '\(path)'; make it, for example with "
                    + "\(try Self.definition(of: declared, database)), or set 'sink.create-table' = 'true'"
            )
        }
        var names: [String] = []
        for column in declared.columns {
            guard let entry = columns.first(where: { $0.name.lowercased() == column.name.lowercased() }) else {
                throw ConnectorError(
                    .user,
                    "missingColumn",
                    "table '\(name)' in the SQLite file '\(path)' has no column '\(column.name)'; it has "
                        + columns.map(\.name).joined(separator: ", ")
                )
            }
            if entry.isGenerated { throw problem("generatedColumn", "the column '\(column.name)'", "is generated") }
            names.append(DatabaseTable.quoted(entry.name))
        }
        try checkOthers(declared)
        try checkKey(declared)
        return names
    }

    private func checkOthers(_ declared: DatabaseTable) throws(ConnectorError) {
        let written = Set(declared.columns.map { $0.name.lowercased() })
        for column in columns where column.isNotNull && !column.hasDefault && !column.isGenerated {
            if written.contains(column.name.lowercased()) { continue }
            throw problem(
                "missingColumn",
                "the column '\(column.name)'",
                "is NOT NULL without a default, but '\(declared.declaredName)' does not declare it"
            )
        }
    }

    private func checkKey(_ declared: DatabaseTable) throws(ConnectorError) {
        let key = Set(declared.keys.map { declared.columns[$0].name.lowercased() })
        if key.isEmpty || uniqueKeys.contains(key) { return }
        throw problem(
            "missingKey",
            "the key (\(declared.keyNames))",
            "is neither its PRIMARY KEY nor UNIQUE, so rows cannot be replaced by it; CREATE UNIQUE INDEX ... ON "
                + "\(DatabaseTable.quoted(name)) (\(declared.keyNames))"
        )
    }

    private func problem(_ code: String, _ subject: String, _ reason: String) -> ConnectorError {
        ConnectorError(.user, code, "\(subject) of table '\(name)' in the SQLite file '\(path)' \(reason)")
    }

    /// The statement that makes a declared table.
    static func definition(
        of table: DatabaseTable,
        _ database: SQLiteDatabase
    ) throws(ConnectorError) -> String {
        var parts: [String] = []
        for column in table.columns {
            let type = try database.typeName(column.type)
            parts.append(DatabaseTable.quoted(column.name) + " " + type + (column.type.isNullable ? "" : " NOT NULL"))
        }
        if !table.keys.isEmpty {
            let keys = table.keys.map { DatabaseTable.quoted(table.columns[$0].name) }
            parts.append("PRIMARY KEY (\(keys.joined(separator: ", ")))")
        }
        return "CREATE TABLE IF NOT EXISTS \(DatabaseTable.quoted(table.name)) (\(parts.joined(separator: ", ")))"
    }

    /// The statement that adds a row, or replaces the one of its key.
    static func insert(into table: DatabaseTable, _ names: [String]) -> String {
        let places = names.map { _ in "?" }.joined(separator: ", ")
        let target = DatabaseTable.quoted(table.name)
        let insert = "INSERT INTO \(target) (\(names.joined(separator: ", "))) VALUES (\(places))"
        if table.keys.isEmpty { return insert }
        let keys = table.keys.map { names[$0] }.joined(separator: ", ")
        let changes = table.others.map { "\(names[$0]) = excluded.\(names[$0])" }.joined(separator: ", ")
        return "\(insert) ON CONFLICT (\(keys)) DO " + (changes.isEmpty ? "NOTHING" : "UPDATE SET \(changes)")
    }

    /// The statement that takes the row of a key away.
    static func delete(from table: DatabaseTable, _ names: [String]) -> String {
        let conditions = table.keys.map { "\(names[$0]) = ?" }.joined(separator: " AND ")
        return "DELETE FROM \(DatabaseTable.quoted(table.name)) WHERE \(conditions)"
    }
}
