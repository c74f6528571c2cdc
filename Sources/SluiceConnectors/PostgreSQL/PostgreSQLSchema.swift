import SluiceColumns
import SluiceConnect

/// What a table of PostgreSQL looks like.
struct PostgreSQLSchema {
    private struct ColumnEntry {
        let name: String
        /// The base type of a domain.
        let typeName: String
        /// The type of an array's elements; nil for other types.
        let elementName: String?
        let isRequired: Bool
        let isGenerated: Bool
        /// As SQL writes the type.
        let shownType: String
    }

    /// The schema that the table lies in.
    let schema: String
    /// The table's name, qualified and quoted.
    let qualifiedName: String
    private let place: String
    private let columns: [ColumnEntry]
    /// The column sets that the table keeps unique.
    private let uniqueKeys: [Set<String>]

    /// Reads the definition of the table that `name` means: as it is written, or in lower case.
    ///
    /// - Returns: nil where there is none.
    static func find(_ name: String, by handle: PostgreSQLHandle) throws(ConnectorError) -> PostgreSQLSchema? {
        for candidate in [name, name.lowercased()] {
            let row = try handle.execute(
                """
                SELECT c.oid, n.nspname, c.relname, c.relkind FROM pg_class c
                JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass($1)
                """,
                [quoted(candidate)],
                "read the tables of"
            ).first
            guard let row, let id = row[0], let schema = row[1], let table = row[2] else { continue }
            guard row[3] == "r" || row[3] == "p" else {
                throw ConnectorError(.user, "missingTable", "'\(name)' at \(handle.place) is no table")
            }
            return try PostgreSQLSchema(handle, id: id, schema: schema, table: table)
        }
        return nil
    }

    private init(_ handle: PostgreSQLHandle, id: String, schema: String, table: String) throws(ConnectorError) {
        self.schema = schema
        qualifiedName = DatabaseTable.quoted(schema) + "." + DatabaseTable.quoted(table)
        place = handle.place
        let columns = try handle.execute(
            """
            SELECT a.attname, coalesce(base.typname, t.typname), element.typname,
              a.attnotnull AND NOT a.atthasdef AND a.attidentity = '',
              a.attgenerated <> '' OR a.attidentity = 'a', format_type(a.atttypid, a.atttypmod)
            FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_type base ON base.oid = t.typbasetype AND t.typtype = 'd'
            LEFT JOIN pg_type element ON element.oid = t.typelem AND t.typcategory = 'A'
            WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
            """,
            [id],
            "read the tables of"
        )
        self.columns = columns.map { row in
            ColumnEntry(
                name: row[0] ?? "",
                typeName: row[1] ?? "",
                elementName: row[2],
                isRequired: row[3] == "t",
                isGenerated: row[4] == "t",
                shownType: row[5] ?? ""
            )
        }
        let parts = try handle.execute(
            """
            SELECT i.indexrelid, a.attname FROM pg_index i
            CROSS JOIN generate_series(0, i.indnkeyatts - 1) place
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[place]
            WHERE i.indrelid = $1::oid AND i.indisunique AND i.indisvalid AND i.indimmediate
              AND i.indpred IS NULL AND i.indexprs IS NULL
            """,
            [id],
            "read the tables of"
        )
        var keys: [String: Set<String>] = [:]
        for part in parts { keys[part[0] ?? "", default: []].insert(part[1] ?? "") }
        uniqueKeys = Array(keys.values)
    }

    /// `a.b` as `"a"."b"`.
    static func quoted(_ name: String) -> String {
        name.split(separator: ".").map { DatabaseTable.quoted(String($0)) }.joined(separator: ".")
    }

    /// Checks that `declared` can be written here.
    ///
    /// - Returns: the names of its columns as the table has them, quoted.
    func check(_ declared: DatabaseTable) throws(ConnectorError) -> [String] {
        var names: [String] = []
        for column in declared.columns {
            let entry =
                columns.first { $0.name == column.name } ?? columns.first { $0.name == column.name.lowercased() }
            guard let entry else {
                throw problem(
                    "missingColumn",
                    "has no column '\(column.name)'; it has " + columns.map(\.name).joined(separator: ", ")
                )
            }
            if entry.isGenerated { throw problem("generatedColumn", "generates the column '\(entry.name)' itself") }
            guard Self.takes(entry, column) else {
                throw problem(
                    "typeMismatch",
                    "has the type \(entry.shownType) for column '\(entry.name)', which does not take values of "
                        + "\(column.type.logical)"
                )
            }
            names.append(entry.name)
        }
        for column in columns where column.isRequired && !column.isGenerated && !names.contains(column.name) {
            throw problem(
                "missingColumn",
                "has the column '\(column.name)', NOT NULL without a default, but '\(declared.declaredName)' does not "
                    + "declare it"
            )
        }
        let key = Set(declared.keys.map { names[$0] })
        if !key.isEmpty, !uniqueKeys.contains(key) {
            throw problem(
                "missingKey",
                "has neither a PRIMARY KEY nor a UNIQUE constraint of (\(declared.keyNames)), so rows cannot be "
                    + "replaced by it; ALTER TABLE \(qualifiedName) ADD PRIMARY KEY (\(declared.keyNames))"
            )
        }
        return names.map { DatabaseTable.quoted($0) }
    }

    private static func takes(_ entry: ColumnEntry, _ column: TableColumn) -> Bool {
        if case .array(let element) = column.type.logical {
            guard let name = entry.elementName else { return false }
            return PostgreSQLDatabase.takers(of: element)?.contains(name) ?? true
        }
        return PostgreSQLDatabase.takers(of: column.type)?.contains(entry.typeName) ?? true
    }

    private func problem(_ code: String, _ reason: String) -> ConnectorError {
        ConnectorError(.user, code, "table \(qualifiedName) at \(place) \(reason)")
    }

    /// The statement that makes a declared table.
    static func definition(of table: DatabaseTable, _ database: PostgreSQLDatabase) throws(ConnectorError) -> String {
        var parts: [String] = []
        for column in table.columns {
            let type = try database.typeName(column.type)
            parts.append(DatabaseTable.quoted(column.name) + " " + type + (column.type.isNullable ? "" : " NOT NULL"))
        }
        if !table.keys.isEmpty {
            let keys = table.keys.map { DatabaseTable.quoted(table.columns[$0].name) }
            parts.append("PRIMARY KEY (\(keys.joined(separator: ", ")))")
        }
        return "CREATE TABLE \(quoted(table.name)) (\(parts.joined(separator: ", ")))"
    }
}
