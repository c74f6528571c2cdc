import SluiceColumns
import SluiceConnect

/// A table of a database as a statement writes it: its name and the columns that are written.
struct DatabaseTable: Sendable {
    /// Qualified name of the table in SQL, for messages.
    let declaredName: String
    /// The name in the database, as the options say it.
    let name: String
    /// The columns that are written, in declared order.
    let columns: [TableColumn]
    /// Indexes into `columns` of the PRIMARY KEY; empty where rows are only added.
    let keys: [Int]

    /// Takes the physical columns of a declared table.
    init(_ table: TableDescription, name: String) {
        declaredName = table.name
        self.name = name
        let written = table.columns.indices.filter { table.columns[$0].role == .physical }
        columns = written.map { table.columns[$0] }
        keys = table.primaryKey.compactMap { written.firstIndex(of: $0) }
    }

    /// Indexes into `columns` of those beside the key.
    var others: [Int] { columns.indices.filter { !keys.contains($0) } }

    /// A number that changes with the names and types of the columns and the key, by which stored rows are known.
    var digest: UInt64 {
        let columns = columns.map { "\($0.name) \($0.type.logical)" } + keys.map(String.init)
        return RowHash.mix(Array(columns.joined(separator: "\n").utf8).span)
    }

    /// The names of the key's columns, for messages.
    var keyNames: String { keys.map { columns[$0].name }.joined(separator: ", ") }

    /// Refuses columns that the database has no type for.
    func checkTypes(_ typeName: (DataType) throws(ConnectorError) -> String) throws(ConnectorError) {
        for column in columns {
            do {
                _ = try typeName(column.type)
            } catch {
                throw ConnectorError(
                    .user,
                    error.code,
                    "column '\(column.name)' of '\(declaredName)': \(error.message)"
                )
            }
        }
    }

    /// A name as SQL writes it, whatever characters it has.
    static func quoted(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
