/// ALTER of everything; tables have a file of their own.
extension Parser {
    mutating func parseAlter() throws(SQLError) -> Statement.Kind {
        let start = start
        try expect("ALTER")
        let isTemporary = take("TEMPORARY")
        let isSystem = isTemporary && take("SYSTEM")
        if isTemporary || next("FUNCTION") {
            return .alterFunction(try parseAlterFunction(isTemporary: isTemporary, isSystem: isSystem))
        }
        switch current.keyword {
        case "TABLE": return .alterTable(try parseAlterTable(from: start))
        case "MATERIALIZED": return .alterMaterializedTable(try parseAlterMaterializedTable(from: start))
        case "VIEW": return .alterView(try parseAlterView(from: start))
        case "DATABASE":
            advance()
            let name = try parseObjectName("a database")
            try expect("SET")
            return .alterDatabase(name, options: try parseOptions())
        case "CATALOG": return try parseAlterCatalog()
        case "MODEL":
            advance()
            return .alterModel(try parseAlterModel("a model"))
        case "CONNECTION":
            advance()
            return .alterConnection(try parseAlterModel("a connection"))
        default: throw unexpected("TABLE, VIEW, FUNCTION, DATABASE or CATALOG")
        }
    }

    private mutating func parseAlterFunction(isTemporary: Bool, isSystem: Bool) throws(SQLError) -> AlterFunction {
        try expect("FUNCTION")
        let ifExists = try parseIfExists()
        let name = try parseObjectName("a function")
        try expect("AS")
        let className = try parseStringText("a class name")
        let language = take("LANGUAGE") ? try parseLanguage() : nil
        return AlterFunction(
            name: name,
            isTemporary: isTemporary,
            isSystem: isSystem,
            ifExists: ifExists,
            className: className,
            language: language
        )
    }

    private mutating func parseAlterView(from start: Int) throws(SQLError) -> AlterView {
        try expect("VIEW")
        let name = try parseObjectName("a view")
        let action: AlterView.Action
        if take("RENAME") {
            try expect("TO")
            action = .rename(try parseObjectName("a view"))
        } else {
            try expect("AS")
            action = .asQuery(try parseQuery())
        }
        return AlterView(name: name, action: action, span: span(from: start))
    }

    private mutating func parseAlterCatalog() throws(SQLError) -> Statement.Kind {
        try expect("CATALOG")
        let name = try parseIdentifier("a catalog")
        if take("SET") { return .alterCatalog(name, .set(try parseOptions())) }
        if take("RESET") { return .alterCatalog(name, .reset(try parseOptionKeys())) }
        try expect("COMMENT")
        return .alterCatalog(name, .comment(try parseStringText("the comment's text")))
    }

    private mutating func parseAlterModel(_ what: String) throws(SQLError) -> AlterModel {
        let ifExists = try parseIfExists()
        let name = try parseObjectName(what)
        let action: AlterModel.Action
        if take("RENAME") {
            try expect("TO")
            action = .rename(try parseObjectName(what))
        } else if take("RESET") {
            action = .reset(try parseOptionKeys())
        } else {
            try expect("SET")
            action = .set(try parseOptions())
        }
        return AlterModel(name: name, ifExists: ifExists, action: action)
    }

    private mutating func parseAlterMaterializedTable(from start: Int) throws(SQLError) -> AlterMaterializedTable {
        try expect(["MATERIALIZED", "TABLE"])
        let name = try parseObjectName("a table")
        let action = try parseMaterializedAction()
        return AlterMaterializedTable(name: name, action: action, span: span(from: start))
    }

    private mutating func parseMaterializedAction() throws(SQLError) -> AlterMaterializedTable.Action {
        if take("SUSPEND") { return .suspend }
        if take("RESUME") { return .resume(options: try parseOptionalOptions()) }
        if take("REFRESH") { return .refresh(partition: take("PARTITION") ? try parsePartition() : []) }
        if take("AS") { return .asQuery(try parseQuery()) }
        if take(["SET", "FRESHNESS"]) { return .setFreshness(try parseFreshness()) }
        if take(["SET", "REFRESH_MODE"]) { return .setRefreshMode(try parseRefreshMode()) }
        return .table(try parseTableAction())
    }
}

/// DROP.
extension Parser {
    mutating func parseDrop() throws(SQLError) -> Statement.Kind {
        try expect("DROP")
        let isTemporary = take("TEMPORARY")
        let isSystem = isTemporary && take("SYSTEM")
        let subject = try parseDropSubject()
        guard !isSystem || subject == .function || subject == .connection else { throw unexpected("FUNCTION") }
        guard !isTemporary || (subject != .database && subject != .catalog && subject != .materializedTable) else {
            throw SQLError(.syntaxError, "no \(subject.rawValue) is temporary", at: span(from: start))
        }
        let ifExists = try parseIfExists()
        let name = try parseObjectName()
        var isCascade = false
        if subject == .database, !take("RESTRICT") { isCascade = take("CASCADE") }
        return .drop(
            Drop(
                subject: subject,
                name: name,
                isTemporary: isTemporary,
                isSystem: isSystem,
                ifExists: ifExists,
                isCascade: isCascade
            )
        )
    }

    private mutating func parseDropSubject() throws(SQLError) -> Drop.Subject {
        if take(["MATERIALIZED", "TABLE"]) { return .materializedTable }
        guard let subject = takeKeyword(of: Drop.Subject.self) else {
            throw unexpected("TABLE, VIEW, FUNCTION, DATABASE or CATALOG")
        }
        return subject
    }
}
