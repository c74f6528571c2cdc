/// SHOW.
extension Parser {
    mutating func parseShow() throws(SQLError) -> Show {
        try expect("SHOW")
        if take("CREATE") { return Show(subject: try parseShowCreate(), scope: nil, filter: nil) }
        if take("CURRENT") {
            let isCatalog = take("CATALOG")
            if !isCatalog { try expect("DATABASE") }
            return Show(subject: isCatalog ? .currentCatalog : .currentDatabase, scope: nil, filter: nil)
        }
        if take("PARTITIONS") {
            let name = try parseObjectName("a table")
            let partition = take("PARTITION") ? try parsePartition() : []
            return Show(subject: .partitions(name, partition), scope: nil, filter: nil)
        }
        return try parseShowList()
    }

    private mutating func parseShowCreate() throws(SQLError) -> Show.Subject {
        if take("TABLE") { return .createTable(try parseObjectName("a table")) }
        if take(["MATERIALIZED", "TABLE"]) { return .createMaterializedTable(try parseObjectName("a table")) }
        if take("VIEW") { return .createView(try parseObjectName("a view")) }
        if take("CATALOG") { return .createCatalog(try parseIdentifier("a catalog")) }
        if take("MODEL") { return .createModel(try parseObjectName("a model")) }
        try expect("CONNECTION")
        return .createConnection(try parseObjectName("a connection"))
    }

    /// Everything that is a list of names.
    private mutating func parseShowList() throws(SQLError) -> Show {
        let subject = try parseShowSubject()
        var show = Show(subject: subject, scope: nil, filter: nil)
        switch subject {
        case .jars, .jobs, .modules: return show
        case .columns:
            guard take("FROM") || take("IN") else { throw unexpected("FROM or IN") }
            show.scope = try parseObjectName("a table")
        case .catalogs: break
        default:
            if take("FROM") || take("IN") { show.scope = try parseObjectName("a catalog or database") }
        }
        show.filter = try parseShowFilter()
        return show
    }

    private mutating func parseShowSubject() throws(SQLError) -> Show.Subject {
        if take(["USER", "FUNCTIONS"]) { return .functions(isUserOnly: true) }
        if take(["FULL", "MODULES"]) { return .modules(isFull: true) }
        if take(["MATERIALIZED", "TABLES"]) { return .materializedTables }
        let plain: [(String, Show.Subject)] = [
            ("CATALOGS", .catalogs), ("DATABASES", .databases), ("TABLES", .tables), ("VIEWS", .views),
            ("FUNCTIONS", .functions(isUserOnly: false)), ("PROCEDURES", .procedures), ("COLUMNS", .columns),
            ("MODULES", .modules(isFull: false)), ("JARS", .jars), ("JOBS", .jobs), ("MODELS", .models),
            ("CONNECTIONS", .connections),
        ]
        for (keyword, subject) in plain where take(keyword) { return subject }
        throw unexpected("what to show, such as TABLES or CREATE TABLE")
    }

    private mutating func parseShowFilter() throws(SQLError) -> Show.Filter? {
        let isNegated = take("NOT")
        guard next("LIKE") || next("ILIKE") else {
            guard !isNegated else { throw unexpected("LIKE or ILIKE") }
            return nil
        }
        let isCaseInsensitive = next("ILIKE")
        advance()
        let pattern = try parseStringText("a pattern")
        return Show.Filter(pattern: pattern, isCaseInsensitive: isCaseInsensitive, isNegated: isNegated)
    }
}
