import SluiceSQL

/// Makes tables and views of the files of a directory catalog.
package struct DefinitionReader: Sendable {
    private var context: PlanningContext
    /// How many files are being read within each other.
    private var depth = 0

    private static let depthMax = 64

    init(_ context: PlanningContext) {
        self.context = context
        // Places in a file are none in the text of the session.
        self.context.textNumber = -1
    }

    /// The table or view that `text`, the content of `file`, defines.
    ///
    /// - Throws: `SQLError` that names the file, and the line in it.
    func object(_ text: String, file: String, path: ObjectPath, in catalog: Catalog) throws(SQLError) -> CatalogObject {
        guard depth < Self.depthMax else {
            throw SQLError(.catalogFile, "'\(file)': the views of the catalog are nested too deep", at: .none)
        }
        var inside = catalog
        inside.currentCatalog = path.catalog
        inside.currentDatabase = path.database
        inside.definitions?.depth += 1
        do {
            switch try Self.statement(text, file).kind {
            case .createTable(let create) where create.query == nil && create.like == nil && !create.isTemporary:
                return .table(try TableDefinitionBinder(context, inside).bind(create, path: path, base: nil))
            case .createView(let create) where !create.isTemporary:
                let view = try ViewDefinition(context, inside).bind(
                    create.query,
                    path: path,
                    columns: create.columns,
                    comment: create.comment?.value,
                    isTemporary: false
                )
                return .view(view)
            default:
                throw SQLError(
                    .catalogFile,
                    "'\(file)' must hold one CREATE TABLE with columns, or one CREATE VIEW",
                    at: .none
                )
            }
        } catch let error as SQLError {
            throw error.code == .catalogFile ? error : Self.located(error, text, file)
        } catch {
            throw SQLError(.catalogFile, "'\(file)': \(error)", at: .none)
        }
    }

    /// Whether a file defines a table, not a view, without looking closer; broken ones count as tables.
    static func isTable(_ text: String) -> Bool {
        guard case .success(let statement)? = Script.parse(text).first?.result else { return true }
        if case .createView = statement.kind { return false }
        return true
    }

    /// The database that `text` describes.
    static func database(_ text: String, file: String) throws(SQLError) -> CreateDatabase {
        guard case .createDatabase(let create) = try statement(text, file).kind else {
            throw SQLError(.catalogFile, "'\(file)' must hold one CREATE DATABASE", at: .none)
        }
        return create
    }

    private static func statement(_ text: String, _ file: String) throws(SQLError) -> Statement {
        let statements = Script.parse(text)
        guard let only = statements.first, statements.count == 1 else {
            throw SQLError(.catalogFile, "'\(file)' must hold one statement", at: .none)
        }
        do {
            return try only.result.get()
        } catch {
            throw located(error, text, file)
        }
    }

    /// The error with the file and line in place of the span, which means nothing in the statement that is running.
    private static func located(_ error: SQLError, _ text: String, _ file: String) -> SQLError {
        let place = Diagnostic(error, in: text)
        return SQLError(
            .catalogFile,
            "'\(file)', line \(place.line), column \(place.column): \(error.message)",
            at: .none,
            hint: error.hint
        )
    }
}
