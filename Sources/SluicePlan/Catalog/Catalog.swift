import SluiceSQL

/// The catalogs, databases, tables, views and functions of a session, in memory or in a directory of SQL files.
///
/// A value: a failed statement that worked on a copy leaves nothing behind. What changes in a directory's catalog waits
/// in memory until `commit()`, and is then read from the files again.
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
        /// Where the catalog's tables and views are kept; nil keeps them in memory.
        package var directory: CatalogDirectory?
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
    /// Makes tables and views of files; nil where there is no statement to make them for.
    var definitions: DefinitionReader?
    /// What has to be done to files once the statement has succeeded, in order.
    private var pending: [PendingChange] = []
    /// What LOAD MODULE and USE MODULES chose.
    package var modules = Modules()
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
    package func object(_ path: ObjectPath) throws(SQLError) -> CatalogObject? {
        if let object = temporaryObjects[path] { return object }
        return try permanentObject(path)
    }

    /// The permanent object under `path`, read from its file where the catalog is a directory.
    package func permanentObject(_ path: ObjectPath) throws(SQLError) -> CatalogObject? {
        if let object = catalogs[path.catalog]?.databases[path.database]?.objects[path.object] { return object }
        guard let directory = directory(of: path), let definitions else { return nil }
        guard let text = try directory.text(of: path.object, in: path.database) else { return nil }
        let file = directory.file(of: path.object, in: path.database)
        return try definitions.object(text, file: file, path: path, in: self)
    }

    /// Whether there is a permanent object under `path`; its file may be broken.
    package func hasPermanentObject(_ path: ObjectPath) throws(SQLError) -> Bool {
        if catalogs[path.catalog]?.databases[path.database]?.objects[path.object] != nil { return true }
        return try directory(of: path)?.text(of: path.object, in: path.database) != nil
    }

    /// Whether `path` is a table, not a view; files are not looked at closely.
    package func isTable(_ path: ObjectPath) throws(SQLError) -> Bool {
        let known = temporaryObjects[path] ?? catalogs[path.catalog]?.databases[path.database]?.objects[path.object]
        if let known { return known.isTable }
        guard let text = try directory(of: path)?.text(of: path.object, in: path.database) else { return true }
        return DefinitionReader.isTable(text)
    }

    /// The directory where the file of `path` is, unless this statement has removed it.
    private func directory(of path: ObjectPath) -> CatalogDirectory? {
        guard let entry = catalogs[path.catalog], entry.databases[path.database] != nil else { return nil }
        return pending.contains(.remove(path)) ? nil : entry.directory
    }

    /// What `name` stands for; an error that lists the nearest known name where there is nothing.
    package func resolve(_ name: ObjectName) throws(SQLError) -> CatalogObject {
        let path = try path(name)
        if let object = try object(path) { return object }
        throw SQLError(
            .unknownTable,
            "no table or view '\(name.text)'",
            at: name.span,
            hint: NearestName.hint(for: path.object, in: try objectNames(path.catalog, path.database))
        )
    }

    /// Names of the permanent tables and views of a database, sorted.
    package func permanentNames(_ catalog: String, _ database: String) throws(SQLError) -> [String] {
        guard let entry = catalogs[catalog], let known = entry.databases[database] else { return [] }
        var names = Set(known.objects.keys)
        if let directory = entry.directory {
            let files = try directory.objects(in: database)
            names.formUnion(files.filter { !pending.contains(.remove(ObjectPath(catalog, database, $0))) })
        }
        return names.sorted()
    }

    /// Names of the tables and views of a database, temporary ones included, sorted.
    package func objectNames(_ catalog: String, _ database: String) throws(SQLError) -> [String] {
        var names = Set(try permanentNames(catalog, database))
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
            if catalogs[path.catalog]?.directory != nil {
                pending.removeAll { $0 == .remove(path) }
                pending.append(.write(path))
            }
            catalogs[path.catalog]?.databases[path.database]?.objects[path.object] = object
        }
    }

    /// Takes the object away.
    package mutating func remove(_ path: ObjectPath, isTemporary: Bool) {
        if isTemporary {
            temporaryObjects[path] = nil
        } else {
            if catalogs[path.catalog]?.directory != nil { pending.append(.remove(path)) }
            catalogs[path.catalog]?.databases[path.database]?.objects[path.object] = nil
        }
    }

    /// Puts a database in its place.
    package mutating func put(_ database: Database, named name: String, in catalog: String) {
        catalogs[catalog]?.databases[name] = database
        if catalogs[catalog]?.directory != nil { pending.append(.writeDatabase(catalog, name)) }
    }

    /// Takes a database away with all that is in it.
    package mutating func removeDatabase(_ name: String, in catalog: String) {
        catalogs[catalog]?.databases[name] = nil
        if catalogs[catalog]?.directory != nil { pending.append(.removeDatabase(catalog, name)) }
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

// MARK: Files

extension Catalog {
    /// What has to be done to the files of a catalog.
    private enum PendingChange: Sendable, Hashable {
        case write(ObjectPath)
        case remove(ObjectPath)
        case writeDatabase(String, String)
        case removeDatabase(String, String)

        /// Whether something goes.
        var isRemoval: Bool {
            switch self {
            case .write, .writeDatabase: false
            case .remove, .removeDatabase: true
            }
        }
    }

    /// Carries out what the statements since the last time have changed in catalogs that are directories.
    package mutating func commit() throws(SQLError) {
        let changes = pending
        pending = []
        // What is renamed is never nowhere.
        for change in changes where !change.isRemoval { try carryOut(change) }
        for change in changes where change.isRemoval { try carryOut(change) }
    }

    private mutating func carryOut(_ change: PendingChange) throws(SQLError) {
        switch change {
        case .write(let path):
            guard let entry = catalogs[path.catalog], let directory = entry.directory else { return }
            guard let object = entry.databases[path.database]?.objects[path.object] else { return }
            let lines =
                switch object {
                case .table(let table): DefinitionText.table(table, named: path.object)
                case .view(let view): DefinitionText.view(view, named: path.object)
                }
            try directory.write(lines.joined(separator: "\n"), for: path.object, in: path.database)
            // From now on the file says what it is.
            catalogs[path.catalog]?.databases[path.database]?.objects[path.object] = nil
        case .remove(let path):
            try catalogs[path.catalog]?.directory?.remove(path.object, in: path.database)
        case .writeDatabase(let catalog, let name):
            guard let database = catalogs[catalog]?.databases[name] else { return }
            let text = DefinitionText.database(database, named: name).joined(separator: "\n")
            try catalogs[catalog]?.directory?.writeDatabase(name, text)
        case .removeDatabase(let catalog, let name): try catalogs[catalog]?.directory?.removeDatabase(name)
        }
    }

    /// The databases that a directory has, and the one that is there in any case.
    package static func databases(
        in directory: CatalogDirectory,
        with defaultDatabase: String
    ) throws(SQLError) -> [String: Database] {
        var databases = [defaultDatabase: Database()]
        for name in try directory.databases() {
            var database = Database()
            if let text = try directory.databaseText(name) {
                let create = try DefinitionReader.database(text, file: "\(directory.path): \(name)")
                database.comment = create.comment?.value
                for option in create.options { database.options[option.key.value] = option.value.value }
            }
            databases[name] = database
        }
        return databases
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
    /// A hint that there is none, or that says something that makes no sense.
    package static let invalidHint = Self("invalidHint")
    /// What a connector says about its options.
    package static let connector = Self("connector")
}
