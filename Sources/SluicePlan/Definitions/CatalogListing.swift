import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Answers SHOW and DESCRIBE, in Flink's forms.
struct CatalogListing {
    let catalog: Catalog
    let functions: FunctionCatalogue

    init(_ catalog: Catalog, _ functions: FunctionCatalogue) {
        self.catalog = catalog
        self.functions = functions
    }

    /// The lines of SHOW.
    func show(_ show: Show) throws -> [String] {
        switch show.subject {
        case .currentCatalog: return [catalog.currentCatalog]
        case .currentDatabase: return [catalog.currentDatabase]
        case .createTable(let name):
            guard case .table(let table) = try catalog.resolve(name) else {
                throw SQLError(.unknownTable, "'\(name.text)' is a view", at: name.span, hint: "use SHOW CREATE VIEW")
            }
            return DefinitionText.table(table)
        case .createView(let name):
            guard case .view(let view) = try catalog.resolve(name) else {
                throw SQLError(.unknownTable, "'\(name.text)' is a table", at: name.span, hint: "use SHOW CREATE TABLE")
            }
            return DefinitionText.view(view)
        case .columns: return try columns(show)
        case .createCatalog(let name): return try createCatalog(name)
        case .partitions(let name, let entries):
            guard case .table(let table) = try catalog.resolve(name) else {
                throw SQLError(.unknownTable, "'\(name.text)' is a view", at: name.span)
            }
            return try table.partitions(with: entries, at: name.span)
        case .modules(let isFull):
            guard isFull else { return catalog.modules.used }
            return catalog.modules.loaded.map { "\($0) | \(catalog.modules.used.contains($0) ? "TRUE" : "FALSE")" }
        default: return try filtered(names(show), show.filter)
        }
    }

    private func names(_ show: Show) throws -> [String] {
        switch show.subject {
        case .catalogs: return catalog.catalogs.keys.sorted()
        case .databases: return try databases(show.scope)
        case .tables: return try objects(show.scope) { _ in true }
        case .views: return try objects(show.scope) { !$0 }
        case .functions(let isUserOnly):
            guard !isUserOnly, catalog.modules.used.contains(Modules.core) else { return [] }
            return functions.names.filter { $0.first?.isLetter ?? false }.map { $0.lowercased() }
        case .materializedTables, .models, .connections, .jars, .jobs: return []
        default:
            throw SQLError(.unsupported, "this SHOW is not supported", at: show.scope?.span ?? .none)
        }
    }

    private func databases(_ scope: ObjectName?) throws -> [String] {
        let name = scope?.text ?? catalog.currentCatalog
        guard let entry = catalog.catalogs[name] else {
            throw SQLError(.unknownCatalog, "no catalog '\(name)'", at: scope?.span ?? .none)
        }
        return entry.databases.keys.sorted()
    }

    /// The tables and views of a database that are wanted, by whether they are tables.
    private func objects(_ scope: ObjectName?, where isWanted: (_ isTable: Bool) -> Bool) throws -> [String] {
        let parts = scope?.parts.map(\.text) ?? []
        let catalogName = parts.count == 2 ? parts[0] : catalog.currentCatalog
        let database = parts.last ?? catalog.currentDatabase
        guard catalog.catalogs[catalogName]?.databases[database] != nil else {
            throw SQLError(.unknownDatabase, "no database '\(database)'", at: scope?.span ?? .none)
        }
        return try catalog.objectNames(catalogName, database).filter { name in
            isWanted(try catalog.isTable(ObjectPath(catalogName, database, name)))
        }
    }

    private func columns(_ show: Show) throws -> [String] {
        guard let scope = show.scope else { return [] }
        let rows = try rows(of: catalog.resolve(scope))
        let names = filtered(rows.map { $0[0] }, show.filter)
        return rows.filter { names.contains($0[0]) }.map { $0.joined(separator: " | ") }
    }

    private func createCatalog(_ name: Identifier) throws -> [String] {
        guard let entry = catalog.catalogs[name.text] else {
            throw SQLError(.unknownCatalog, "no catalog '\(name.text)'", at: name.span)
        }
        return DefinitionText.catalog(entry, named: name.text)
    }

    private func filtered(_ names: [String], _ filter: Show.Filter?) -> [String] {
        guard let filter else { return names }
        func fold(_ text: String) -> [Character] {
            Array(filter.isCaseInsensitive ? text.lowercased() : text)
        }
        let pattern = fold(filter.pattern.value)
        return names.filter { Self.matches(fold($0)[...], pattern[...]) != filter.isNegated }
    }

    /// SQL's LIKE over characters, for lists of names.
    private static func matches(_ text: ArraySlice<Character>, _ pattern: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "%" {
            let rest = pattern.dropFirst()
            return (text.startIndex...text.endIndex).contains { matches(text[$0...], rest) }
        }
        guard let character = text.first, first == "_" || first == character else { return false }
        return matches(text.dropFirst(), pattern.dropFirst())
    }

    // MARK: DESCRIBE

    /// The lines of DESCRIBE.
    func describe(_ describe: Describe) throws -> [String] {
        switch describe.subject {
        case .table: return try rows(of: catalog.resolve(describe.name)).map { $0.joined(separator: " | ") }
        case .database: return try describeDatabase(describe)
        case .catalog:
            guard let entry = catalog.catalogs[describe.name.text] else {
                throw SQLError(.unknownCatalog, "no catalog '\(describe.name.text)'", at: describe.name.span)
            }
            let facts = [
                "name | \(describe.name.text)", "type | \(entry.options["type"] ?? CatalogOptions.memoryType)",
                "comment | \(entry.comment ?? "")",
            ]
            let options = entry.options.filter { $0.key != "type" }.sorted { $0.key < $1.key }
            return describe.isExtended ? facts + options.map { "option:\($0.key) | \($0.value)" } : facts
        case .function, .model, .connection, .job:
            throw SQLError(
                .unsupported,
                "DESCRIBE \(describe.subject.rawValue) is not supported",
                at: describe.name.span
            )
        }
    }

    private func describeDatabase(_ describe: Describe) throws -> [String] {
        let parts = describe.name.parts.map(\.text)
        let catalogName = parts.count == 2 ? parts[0] : catalog.currentCatalog
        guard let database = catalog.catalogs[catalogName]?.databases[parts.last ?? ""] else {
            throw SQLError(.unknownDatabase, "no database '\(describe.name.text)'", at: describe.name.span)
        }
        let facts = ["name | \(parts.last ?? "")", "comment | \(database.comment ?? "")"]
        guard describe.isExtended else { return facts }
        return facts + database.options.sorted { $0.key < $1.key }.map { "option:\($0.key) | \($0.value)" }
    }

    /// Name, type, nullability, key, extras, watermark, and the comment where any column has one.
    private func rows(of object: CatalogObject) -> [[String]] {
        switch object {
        case .table(let table):
            let hasComments = table.columns.contains { $0.comment != nil }
            return zip(table.columns, table.fields).map { column, field in
                let key = table.primaryKey.flatMap { key in
                    key.columns.contains(column.name) ? "PRI(\(key.columns.joined(separator: ", ")))" : nil
                }
                let watermark = table.watermark.flatMap { mark in
                    mark.column == column.name ? QuotedText.render(mark.expression) : nil
                }
                return Self.row(field, key, DefinitionText.extras(column), watermark, hasComments)
            }
        case .view(let view):
            let hasComments = view.fields.contains { $0.comment != nil }
            return view.fields.map { Self.row($0, nil, nil, nil, hasComments) }
        }
    }

    private static func row(
        _ field: RowField,
        _ key: String?,
        _ extras: String?,
        _ watermark: String?,
        _ hasComments: Bool
    ) -> [String] {
        let shown = field.type.nullable(true).description
        let row =
            [field.name, shown, field.type.isNullable ? "TRUE" : "FALSE"]
            + [key, extras, watermark].map { $0 ?? "<NULL>" }
        return hasComments ? row + [field.comment ?? "<NULL>"] : row
    }
}
