import SluiceKernels

/// The cases of a family as a script whose answers another engine can give.
enum ReferenceScript {
    /// Rows of the probe table in the script: every NULL of every column, and every text.
    private static let rowCount = 40
    private static let expressionsPerQuery = 8

    /// The statements, a line each.
    static func lines(_ family: FunctionFamily) -> [String] {
        let rows = (0..<rowCount).map { "(\($0))" }.joined(separator: ", ")
        var lines = [
            "SET 'table.local-time-zone' = '\(ProbeTable.context.timeZone)';",
            "CREATE VIEW numbered AS SELECT k FROM (VALUES \(rows)) AS v(k);",
        ]
        let expressions = FunctionCase.all.filter { $0.family == family && $0.isFlinks }.map(\.sql)
        for start in stride(from: 0, to: expressions.count, by: expressionsPerQuery) {
            let query = expressions[start..<min(start + expressionsPerQuery, expressions.count)]
            let read = ProbeColumns.all.filter { column in query.contains { mentions(column.name, $0) } }
            let inner = (["k"] + read.map { "\($0.sql) AS \($0.name)" }).joined(separator: ", ")
            lines.append("SELECT k, \(query.joined(separator: ", ")) FROM (SELECT \(inner) FROM numbered);")
        }
        return lines
    }

    /// Whether `name` stands in `sql` as a word.
    private static func mentions(_ name: String, _ sql: String) -> Bool {
        let isWordByte: (UInt8) -> Bool = { $0 == 0x5F || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
        return sql.utf8.split { !isWordByte($0) }.contains { $0.elementsEqual(name.utf8) }
    }
}
