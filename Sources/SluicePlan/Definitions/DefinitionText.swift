import SluiceColumns
import SluiceSQL

/// Tables and views as the statements that would make them, in the form of Flink's SHOW CREATE.
enum DefinitionText {
    /// The lines of CREATE TABLE; `name` stands in place of the full name where it is given.
    static func table(_ table: CatalogTable, named name: String? = nil) -> [String] {
        var items = table.columns.map(column)
        if let watermark = table.watermark {
            items.append(
                "WATERMARK FOR \(ObjectPath.quote(watermark.column)) AS \(QuotedText.render(watermark.expression))"
            )
        }
        if let key = table.primaryKey {
            items.append(
                "CONSTRAINT \(ObjectPath.quote(key.name)) PRIMARY KEY (\(list(key.columns))) NOT ENFORCED"
            )
        }
        let temporary = table.isTemporary ? "TEMPORARY " : ""
        var lines = ["CREATE \(temporary)TABLE \(name.map(ObjectPath.quote) ?? table.path.quoted) ("]
        lines += items.enumerated().map { "  " + $0.element + ($0.offset < items.count - 1 ? "," : "") }
        lines.append(")")
        if let comment = table.comment { lines.append("COMMENT \(quote(comment))") }
        if let distribution = table.distribution { lines.append(self.distribution(distribution)) }
        if !table.partitionKeys.isEmpty { lines.append("PARTITIONED BY (\(list(table.partitionKeys)))") }
        return lines + options(table.options, isIndented: true) + [""]
    }

    /// The lines of CREATE CATALOG.
    static func catalog(_ entry: Catalog.Entry, named name: String) -> [String] {
        var lines = ["CREATE CATALOG \(ObjectPath.quote(name))"]
        if let comment = entry.comment { lines.append("COMMENT \(quote(comment))") }
        return lines + options(entry.options, isIndented: true)
    }

    /// The lines of CREATE DATABASE.
    static func database(_ database: Catalog.Database, named name: String) -> [String] {
        var lines = ["CREATE DATABASE \(ObjectPath.quote(name))"]
        if let comment = database.comment { lines.append("COMMENT \(quote(comment))") }
        return lines + options(database.options, isIndented: true) + [""]
    }

    /// The lines of CREATE VIEW; `name` stands in place of the full name where it is given.
    static func view(_ view: CatalogView, named name: String? = nil) -> [String] {
        let temporary = view.isTemporary ? "TEMPORARY " : ""
        var lines = ["CREATE \(temporary)VIEW \(name.map(ObjectPath.quote) ?? view.path.quoted) ("]
        let names = view.fields.map { ObjectPath.quote($0.name) }
        lines += names.enumerated().map { "  " + $0.element + ($0.offset < names.count - 1 ? "," : "") }
        lines.append(")")
        if let comment = view.comment { lines.append("COMMENT \(quote(comment))") }
        let body = ClauseLines.broken(view.query.sql)
        return lines + ["AS \(body[0])"] + body.dropFirst() + [""]
    }

    /// `WITH (...)`, sorted by key.
    static func options(_ options: [String: String], isIndented: Bool) -> [String] {
        guard !options.isEmpty else { return [] }
        let sorted = options.sorted { $0.key < $1.key }
        let entries = sorted.enumerated().map { index, entry in
            "  \(quote(entry.key)) = \(quote(entry.value))" + (index < sorted.count - 1 ? "," : "")
        }
        return ["WITH ("] + entries + [")"]
    }

    private static func column(_ column: CatalogColumn) -> String {
        var text = ObjectPath.quote(column.name)
        switch column.kind {
        case .physical: text += " " + TypeText.serializable(column.type)
        case .metadata, .computed:
            if column.isStored { text += " " + TypeText.serializable(column.type) }
            text += extras(column).map { " " + $0 } ?? ""
        }
        return text + (column.comment.map { " COMMENT \(quote($0))" } ?? "")
    }

    /// What a column is besides its type; nil for a physical one.
    static func extras(_ column: CatalogColumn) -> String? {
        switch column.kind {
        case .physical: return nil
        case .computed(let expression): return "AS \(QuotedText.render(expression))"
        case .metadata(let key, let isVirtual):
            return "METADATA" + (key.map { " FROM \(quote($0))" } ?? "") + (isVirtual ? " VIRTUAL" : "")
        }
    }

    private static func distribution(_ distribution: Distribution) -> String {
        var text = "DISTRIBUTED"
        if !distribution.columns.isEmpty {
            text += " BY \(distribution.kind?.rawValue ?? "")(\(list(distribution.columns.map(\.text))))"
        }
        return text + (distribution.bucketCount.map { " INTO \($0) BUCKETS" } ?? "")
    }

    private static func list(_ names: [String]) -> String { names.map(ObjectPath.quote).joined(separator: ", ") }

    private static func quote(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}

/// Types in the long form that SHOW CREATE TABLE prints: VARCHAR(2147483647) for STRING.
enum TypeText {
    static func serializable(_ type: DataType) -> String {
        logical(type.logical) + (type.isNullable ? "" : " NOT NULL")
    }

    private static func logical(_ type: LogicalType) -> String {
        switch type {
        case .varchar(let length): "VARCHAR(\(length))"
        case .varbinary(let length): "VARBINARY(\(length))"
        case .timestampLTZ(let precision): "TIMESTAMP(\(precision)) WITH LOCAL TIME ZONE"
        case .array(let element): "ARRAY<\(serializable(element))>"
        case .multiset(let element): "MULTISET<\(serializable(element))>"
        case .map(let key, let value): "MAP<\(serializable(key)), \(serializable(value))>"
        case .row(let fields):
            "ROW<" + fields.map { "\(ObjectPath.quote($0.name)) \(serializable($0.type))" }.joined(separator: ", ")
                + ">"
        default: type.description
        }
    }
}

/// Breaks a query into lines: one per clause.
enum ClauseLines {
    private static let breaks =
        [
            " FROM ", " WHERE ", " GROUP BY ", " HAVING ", " ORDER BY ", " OFFSET ", " FETCH NEXT ",
            " INNER JOIN ", " LEFT JOIN ", " RIGHT JOIN ", " FULL JOIN ", " CROSS JOIN ",
        ].map { Array($0.utf8) } + setOperations
    /// Those that are alone on their line.
    private static let setOperations = [
        " UNION ALL ", " UNION ", " INTERSECT ALL ", " INTERSECT ", " EXCEPT ALL ", " EXCEPT ",
    ].map { Array($0.utf8) }

    /// The lines of `sql`, which is one line.
    static func broken(_ sql: String) -> [String] {
        let text = Array(sql.utf8)
        var lines: [[UInt8]] = [[]]
        // Whether each open parenthesis holds a query, so that FROM in EXTRACT(x FROM y) stays where it is.
        var queries = [true]
        var quote: UInt8?
        var index = 0
        while index < text.count {
            let byte = text[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`") {
                quote = byte
            } else if byte == UInt8(ascii: "(") {
                queries.append(
                    text[(index + 1)...].starts(with: "SELECT ".utf8) || text[(index + 1)...].starts(with: "WITH ".utf8)
                )
            } else if byte == UInt8(ascii: ")") {
                if queries.count > 1 { queries.removeLast() }
            } else if queries.last == true, breaks.contains(where: { text[index...].starts(with: $0) }) {
                lines.append([])
                if let word = setOperations.first(where: { text[index...].starts(with: $0) }) {
                    lines[lines.count - 1] += word.dropFirst().dropLast()
                    lines.append([])
                    index += word.count
                } else {
                    index += 1
                }
                continue
            }
            lines[lines.count - 1].append(byte)
            index += 1
        }
        return lines.map { String(decoding: $0, as: UTF8.self) }
    }
}
