import SluiceColumns
import SluiceSQL

extension Planner {
    /// Statements that change or show the catalog.
    mutating func planDefinition(_ statement: Statement) throws -> PlannedStatement {
        switch statement.kind {
        case .createTable(let create): return try createTable(create)
        case .createView(let create): return try createView(create)
        case .createDatabase(let create): return try createDatabase(create)
        case .createCatalog(let create): return try createCatalog(create)
        case .createFunction(let create): return try createFunction(create)
        case .alterTable(let alter): return try TableAlteration(context, catalog, alter).apply(to: &catalog)
        case .alterView(let alter): return try alterView(alter)
        case .alterDatabase(let name, let options): return try alterDatabase(name, options)
        case .alterCatalog(let name, let action): return try alterCatalog(name, action)
        case .drop(let drop): return try self.drop(drop, at: statement.span)
        case .show(let show): return .text(try CatalogListing(catalog, functions).show(show))
        case .describe(let describe): return .text(try CatalogListing(catalog, functions).describe(describe))
        case .use(let use): return try self.use(use)
        case .loadModule(let name, let options):
            try catalog.modules.load(name, options: options)
            return .done
        case .unloadModule(let name):
            try catalog.modules.unload(name)
            return .done
        default:
            throw SQLError(
                .unsupported,
                "this statement is not supported",
                at: statement.span,
                hint: "queries, INSERT, CREATE, ALTER, DROP, SHOW, DESCRIBE, EXPLAIN, USE and SET are"
            )
        }
    }

    // MARK: CREATE

    private mutating func createTable(_ create: CreateTable) throws -> PlannedStatement {
        guard !create.isTemporary || create.query == nil else {
            throw SQLError(
                .unsupported,
                "CREATE TEMPORARY TABLE ... AS is not supported",
                at: create.span,
                hint: "create the table, then write INSERT INTO"
            )
        }
        let path = try freePath(
            create.name,
            isTemporary: create.isTemporary,
            ifNotExists: create.ifNotExists,
            isReplace: create.isReplace
        )
        guard let path else { return try fillExisting(create) }
        var base: CatalogTable?
        if let like = create.like {
            guard case .table(let source) = try catalog.resolve(like.source) else {
                throw SQLError(.unsupported, "LIKE needs a table, not a view", at: like.source.span)
            }
            base = try LikeMerge.base(source, create, like)
        }
        let table = try TableDefinitionBinder(context, catalog).bind(create, path: path, base: base)
        var changed = catalog
        changed.put(.table(table), at: path)
        if let query = create.query {
            try configuration.validate()
            let names = QueryPlanner.withUniqueNames(try QueryBinder(context, catalog).bind(query)).fields.map(\.name)
            let plan = try InsertPlanner(context, changed).plan([
                InsertRequest(filling: create.name, columns: names, from: query, span: create.span)
            ])
            catalog = changed
            return .insert(plan)
        }
        catalog = changed
        return .done
    }

    /// CREATE TABLE IF NOT EXISTS of a table that is there: what AS selects goes into it, as in Flink.
    private func fillExisting(_ create: CreateTable) throws -> PlannedStatement {
        guard let query = create.query else { return .done }
        try configuration.validate()
        let request = InsertRequest(filling: create.name, columns: [], from: query, span: create.span)
        return .insert(try InsertPlanner(context, catalog).plan([request]))
    }

    /// The path that a new object gets; nil where it exists and need not be made.
    ///
    /// What is temporary may stand in a database that does not exist.
    private func freePath(
        _ name: ObjectName,
        isTemporary: Bool,
        ifNotExists: Bool,
        isReplace: Bool = false
    ) throws -> ObjectPath? {
        let path = try catalog.path(name)
        if !isTemporary { try catalog.requireDatabase(of: path, at: name.span) }
        let isKnown = isTemporary ? catalog.temporaryObjects[path] != nil : try catalog.hasPermanentObject(path)
        guard isKnown, !isReplace else { return path }
        if ifNotExists { return nil }
        throw SQLError(
            .alreadyExists,
            "a table or view '\(name.text)' exists already",
            at: name.span,
            hint: "write IF NOT EXISTS, or drop it first"
        )
    }

    private mutating func createView(_ create: CreateView) throws -> PlannedStatement {
        let path = try freePath(
            create.name,
            isTemporary: create.isTemporary,
            ifNotExists: create.ifNotExists,
            isReplace: create.isReplace
        )
        guard let path else { return .done }
        let view = try ViewDefinition(context, catalog).bind(
            create.query,
            path: path,
            columns: create.columns,
            comment: create.comment?.value,
            isTemporary: create.isTemporary
        )
        catalog.put(.view(view), at: path)
        return .done
    }

    private mutating func createDatabase(_ create: CreateDatabase) throws -> PlannedStatement {
        let (catalogName, database) = try databasePath(create.name)
        if catalog.catalogs[catalogName]?.databases[database] != nil {
            if create.ifNotExists { return .done }
            throw SQLError(.alreadyExists, "the database '\(database)' exists already", at: create.name.span)
        }
        var entry = Catalog.Database()
        entry.comment = create.comment?.value
        for option in create.options { entry.options[option.key.value] = option.value.value }
        catalog.put(entry, named: database, in: catalogName)
        return .done
    }

    /// Catalog and database of a name of one or two parts; the catalog must exist.
    func databasePath(_ name: ObjectName) throws -> (catalog: String, database: String) {
        let parts = name.parts.map(\.text)
        guard parts.count <= 2 else {
            throw SQLError(.unknownDatabase, "'\(name.text)' has too many parts", at: name.span)
        }
        let catalogName = parts.count == 2 ? parts[0] : catalog.currentCatalog
        guard catalog.catalogs[catalogName] != nil else {
            throw SQLError(
                .unknownCatalog,
                "no catalog '\(catalogName)'",
                at: name.span,
                hint: NearestName.hint(for: catalogName, in: catalog.catalogs.keys.sorted())
            )
        }
        return (catalogName, parts[parts.count - 1])
    }

    private mutating func createCatalog(_ create: CreateCatalog) throws -> PlannedStatement {
        if catalog.catalogs[create.name.text] != nil {
            if create.ifNotExists { return .done }
            throw SQLError(.alreadyExists, "the catalog '\(create.name.text)' exists already", at: create.name.span)
        }
        var entry = Catalog.Entry()
        entry.comment = create.comment?.value
        for option in create.options { entry.options[option.key.value] = option.value.value }
        try CatalogOptions.check(entry.options, at: create.name.span)
        let defaultDatabase = CatalogOptions.defaultDatabase(entry.options)
        entry.databases[defaultDatabase] = Catalog.Database()
        if entry.options["type"] == CatalogOptions.directoryType, let path = entry.options["path"] {
            let directory = try CatalogDirectory(path: path)
            entry.directory = directory
            entry.databases = try Catalog.databases(in: directory, with: defaultDatabase)
        }
        catalog.catalogs[create.name.text] = entry
        return .done
    }

    private mutating func createFunction(_ create: CreateFunction) throws -> PlannedStatement {
        throw SQLError(
            .unsupported,
            "functions of a class are not supported: '\(create.className.value)'",
            at: create.name.span,
            hint: "register functions in Swift"
        )
    }

    // MARK: ALTER, DROP, USE

    private mutating func alterView(_ alter: AlterView) throws -> PlannedStatement {
        let path = try catalog.path(alter.name)
        guard case .view(let view) = try catalog.resolve(alter.name) else {
            throw SQLError(.unknownTable, "'\(alter.name.text)' is no view", at: alter.name.span)
        }
        guard !view.isTemporary else {
            throw SQLError(
                .invalidDefinition,
                "'\(alter.name.text)' is temporary and stays as it is",
                at: alter.name.span,
                hint: "drop it, and create it anew"
            )
        }
        switch alter.action {
        case .rename(let name):
            guard let target = try freePath(name, isTemporary: false, ifNotExists: false) else { return .done }
            catalog.remove(path, isTemporary: false)
            catalog.put(CatalogObject.view(view).renamed(to: target), at: target)
        case .asQuery(let query):
            let changed = try ViewDefinition(context, catalog).bind(
                query,
                path: path,
                columns: [],
                comment: view.comment,
                isTemporary: false
            )
            catalog.put(.view(changed), at: path)
        }
        return .done
    }

    private mutating func alterDatabase(_ name: ObjectName, _ options: [OptionEntry]) throws -> PlannedStatement {
        let (catalogName, database) = try databasePath(name)
        guard catalog.catalogs[catalogName]?.databases[database] != nil else {
            throw SQLError(.unknownDatabase, "no database '\(database)'", at: name.span)
        }
        var changed = catalog.catalogs[catalogName]?.databases[database] ?? Catalog.Database()
        for entry in options { changed.options[entry.key.value] = entry.value.value }
        catalog.put(changed, named: database, in: catalogName)
        return .done
    }

    private mutating func alterCatalog(_ name: Identifier, _ action: AlterCatalogAction) throws -> PlannedStatement {
        guard var entry = catalog.catalogs[name.text] else {
            throw SQLError(.unknownCatalog, "no catalog '\(name.text)'", at: name.span)
        }
        switch action {
        case .comment(let text): entry.comment = text.value
        case .set(let options): for option in options { entry.options[option.key.value] = option.value.value }
        case .reset(let keys):
            guard !keys.isEmpty else {
                throw SQLError(.invalidDefinition, "RESET needs the key of an option", at: name.span)
            }
            for key in keys { entry.options[key.value] = nil }
        }
        let fixed = ["type", "path"]
        let known = catalog.catalogs[name.text]?.options ?? [:]
        guard fixed.allSatisfy({ entry.options[$0] == known[$0] }) else {
            throw SQLError(
                .invalidDefinition,
                "the 'type' and 'path' of a catalog stay",
                at: name.span,
                hint: "DROP CATALOG, and create it anew"
            )
        }
        if known["type"] != nil { try CatalogOptions.check(entry.options, at: name.span) }
        // The database that USE CATALOG chooses is always there.
        if entry.options["default-database"] != known["default-database"] {
            let database = CatalogOptions.defaultDatabase(entry.options)
            if entry.databases[database] == nil { entry.databases[database] = Catalog.Database() }
        }
        catalog.catalogs[name.text] = entry
        return .done
    }

    private mutating func drop(_ drop: Drop, at span: SourceSpan) throws -> PlannedStatement {
        switch drop.subject {
        case .table, .view: try dropObject(drop)
        case .database: try dropDatabase(drop)
        case .catalog: try dropCatalog(drop)
        case .function, .model, .connection, .materializedTable:
            if drop.ifExists { return .done }
            throw SQLError(
                .unknownFunction,
                "no \(drop.subject.rawValue.lowercased()) '\(drop.name.text)'",
                at: drop.name.span
            )
        }
        return .done
    }

    private mutating func dropObject(_ drop: Drop) throws {
        let path = try catalog.path(drop.name)
        let kind = drop.subject == .table ? "table" : "view"
        // A file need not make sense to be dropped.
        let isTemporary = catalog.temporaryObjects[path] != nil
        let isKnown = try isTemporary || (!drop.isTemporary && catalog.hasPermanentObject(path))
        guard isKnown, try catalog.isTable(path) == (drop.subject == .table) else {
            if drop.ifExists { return }
            throw SQLError(
                .unknownTable,
                "no \(drop.isTemporary ? "temporary " : "")\(kind) '\(drop.name.text)'",
                at: drop.name.span,
                hint: NearestName.hint(for: path.object, in: try catalog.objectNames(path.catalog, path.database))
            )
        }
        if !drop.isTemporary && isTemporary {
            throw SQLError(
                .invalidDefinition,
                "a temporary \(kind) '\(drop.name.text)' exists",
                at: drop.name.span,
                hint: "write DROP TEMPORARY \(drop.subject.rawValue) first"
            )
        }
        catalog.remove(path, isTemporary: drop.isTemporary)
    }

    private mutating func dropDatabase(_ drop: Drop) throws {
        let (catalogName, database) = try databasePath(drop.name)
        guard catalog.catalogs[catalogName]?.databases[database] != nil else {
            if drop.ifExists { return }
            throw SQLError(
                .unknownDatabase,
                "no database '\(database)'",
                at: drop.name.span,
                hint: NearestName.hint(
                    for: database,
                    in: (catalog.catalogs[catalogName]?.databases ?? [:]).keys.sorted()
                )
            )
        }
        guard try drop.isCascade || catalog.permanentNames(catalogName, database).isEmpty else {
            throw SQLError(
                .invalidDefinition,
                "the database '\(database)' is not empty",
                at: drop.name.span,
                hint: "write CASCADE to drop its tables too"
            )
        }
        guard (catalogName, database) != (catalog.currentCatalog, catalog.currentDatabase) else {
            throw SQLError(
                .invalidDefinition,
                "the current database cannot be dropped",
                at: drop.name.span,
                hint: "USE another one first"
            )
        }
        catalog.removeDatabase(database, in: catalogName)
    }

    private mutating func dropCatalog(_ drop: Drop) throws {
        let name = drop.name.text
        guard catalog.catalogs[name] != nil else {
            if drop.ifExists { return }
            throw SQLError(.unknownCatalog, "no catalog '\(name)'", at: drop.name.span)
        }
        guard name != catalog.currentCatalog else {
            throw SQLError(
                .invalidDefinition,
                "the current catalog cannot be dropped",
                at: drop.name.span,
                hint: "USE CATALOG another one first"
            )
        }
        catalog.catalogs[name] = nil
    }

    private mutating func use(_ use: Use) throws -> PlannedStatement {
        switch use {
        case .catalog(let name):
            guard let entry = catalog.catalogs[name.text] else {
                throw SQLError(
                    .unknownCatalog,
                    "no catalog '\(name.text)'",
                    at: name.span,
                    hint: NearestName.hint(for: name.text, in: catalog.catalogs.keys.sorted())
                )
            }
            catalog.currentCatalog = name.text
            catalog.currentDatabase =
                name.text == Catalog.defaultCatalog
                ? Catalog.defaultDatabase : CatalogOptions.defaultDatabase(entry.options)
        case .database(let name):
            let (catalogName, database) = try databasePath(name)
            let databases = catalog.catalogs[catalogName]?.databases ?? [:]
            guard databases[database] != nil else {
                throw SQLError(
                    .unknownDatabase,
                    "no database '\(database)' in catalog '\(catalogName)'",
                    at: name.span,
                    hint: NearestName.hint(for: database, in: databases.keys.sorted())
                )
            }
            catalog.currentCatalog = catalogName
            catalog.currentDatabase = database
        case .modules(let names): try catalog.modules.use(names)
        }
        return .done
    }
}

extension CatalogObject {
    /// Whether it is a table, not a view.
    var isTable: Bool { if case .table = self { true } else { false } }
}
