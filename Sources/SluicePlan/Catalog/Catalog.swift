import SluiceSQL

/// The catalogs, databases, tables, views and functions of a session, in memory.
///
/// A value: a failed statement that worked on a copy leaves nothing behind.
package struct Catalog: Sendable {
    /// The name of the first catalog.
    package static let defaultCatalog = "default_catalog"
    /// The name of its first database.
    package static let defaultDatabase = "default_database"

    /// A database.
    package struct Database: Sendable, Hashable {
        package var comment: String?
        package var options: [String: String] = [:]
        package var objects: [String: CatalogObject] = [:]
        package var functions: [String: CatalogFunction] = [:]
        package init() {}
    }

    /// A catalog's databases and options.
    package struct Entry: Sendable, Hashable {
        package var comment: String?
        package var options: [String: String] = [:]
        package var databases: [String: Database] = [:]
        package init() {}
    }

    /// A user function by class name.
    package struct CatalogFunction: Sendable, Hashable {
        package var className: String
        package var language: FunctionLanguage?
        package var isTemporary: Bool
        package init(className: String, language: FunctionLanguage?, isTemporary: Bool) {
            self.className = className
            self.language = language
            self.isTemporary = isTemporary
        }
    }

    /// The catalogs by name.
    package var catalogs: [String: Entry]
    /// Temporary tables and views; they hide permanent ones of the same name.
    package var temporaryObjects: [ObjectPath: CatalogObject] = [:]
    /// What USE CATALOG chose.
    package var currentCatalog = Catalog.defaultCatalog
    /// What USE chose.
    package var currentDatabase = Catalog.defaultDatabase

    /// Makes a catalog with one empty database.
    package init() {
        var entry = Entry()
        entry.databases[Self.defaultDatabase] = Database()
        catalogs = [Self.defaultCatalog: entry]
    }

    /// The full name that `name` stands for; it need not exist.
    package func path(_ name: ObjectName) throws(SQLError) -> ObjectPath {
        let parts = name.parts.map(\.text)
        switch parts.count {
        case 1: return ObjectPath(currentCatalog, currentDatabase, parts[0])
        case 2: return ObjectPath(currentCatalog, parts[0], parts[1])
        case 3: return ObjectPath(parts[0], parts[1], parts[2])
        default:
            throw SQLError(
                .unknownTable,
                "'\(name.text)' has too many parts",
                at: name.span,
                hint: "a full name is catalog.database.table"
            )
        }
    }

    /// What stands under `path`: a temporary object first.
    package func object(_ path: ObjectPath) -> CatalogObject? { temporaryObjects[path] ?? permanentObject(path) }

    /// The permanent object under `path`.
    package func permanentObject(_ path: ObjectPath) -> CatalogObject? {
        catalogs[path.catalog]?.databases[path.database]?.objects[path.object]
    }

    /// What `name` stands for; an error that lists the nearest known name where there is nothing.
    package func resolve(_ name: ObjectName) throws(SQLError) -> CatalogObject {
        let path = try path(name)
        if let object = object(path) { return object }
        throw SQLError(
            .unknownTable,
            "no table or view '\(name.text)'",
            at: name.span,
            hint: NearestName.hint(for: path.object, in: objectNames(path.catalog, path.database))
        )
    }

    /// Names of the tables and views of a database, temporary ones included, sorted.
    package func objectNames(_ catalog: String, _ database: String) -> [String] {
        var names = Set((catalogs[catalog]?.databases[database]?.objects ?? [:]).keys)
        for path in temporaryObjects.keys where path.catalog == catalog && path.database == database {
            names.insert(path.object)
        }
        return names.sorted()
    }

    /// Puts an object under `path` in its place, temporary or permanent.
    package mutating func put(_ object: CatalogObject, at path: ObjectPath) {
        if object.isTemporary {
            temporaryObjects[path] = object
        } else {
            catalogs[path.catalog]?.databases[path.database]?.objects[path.object] = object
        }
    }

    /// Takes the object away.
    package mutating func remove(_ path: ObjectPath, isTemporary: Bool) {
        if isTemporary {
            temporaryObjects[path] = nil
        } else {
            catalogs[path.catalog]?.databases[path.database]?.objects[path.object] = nil
        }
    }

    /// Refuses a path whose catalog or database does not exist.
    package func requireDatabase(of path: ObjectPath, at span: SourceSpan) throws(SQLError) {
        guard let entry = catalogs[path.catalog] else {
            throw SQLError(
                .unknownCatalog,
                "no catalog '\(path.catalog)'",
                at: span,
                hint: NearestName.hint(for: path.catalog, in: catalogs.keys.sorted())
            )
        }
        guard entry.databases[path.database] != nil else {
            throw SQLError(
                .unknownDatabase,
                "no database '\(path.database)' in catalog '\(path.catalog)'",
                at: span,
                hint: NearestName.hint(for: path.database, in: entry.databases.keys.sorted())
            )
        }
    }
}

extension SQLError.Code {
    /// A name that is no catalog.
    package static let unknownCatalog = Self("unknownCatalog")
    /// A name that is no database.
    package static let unknownDatabase = Self("unknownDatabase")
    /// A name that is taken.
    package static let alreadyExists = Self("alreadyExists")
    /// A definition that contradicts itself.
    package static let invalidDefinition = Self("invalidDefinition")
    /// An INSERT whose columns do not fit its sink.
    package static let sinkMismatch = Self("sinkMismatch")
    /// What a connector says about its options.
    package static let connector = Self("connector")
}
