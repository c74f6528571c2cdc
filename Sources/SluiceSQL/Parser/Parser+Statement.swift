/// Statements.
extension Parser {
    /// One statement, the `;` behind it not taken.
    mutating func parseStatement() throws(SQLError) -> Statement {
        let outer = try enter(Cost.statement)
        defer { leave(outer, Cost.statement) }
        let start = start
        let kind = try parseStatementKind()
        return Statement(kind, span: span(from: start))
    }

    private mutating func parseStatementKind() throws(SQLError) -> Statement.Kind {
        switch current.keyword {
        case "SELECT", "WITH", "VALUES", "TABLE", "(": return .query(try parseQuery())
        case "CREATE": return try parseCreate()
        case "ALTER": return try parseAlter()
        case "DROP": return try parseDrop()
        case "INSERT": return .insert(try parseInsert())
        case "DELETE", "UPDATE", "TRUNCATE", "CALL": return try parseManipulation()
        case "SHOW": return .show(try parseShow())
        case "DESCRIBE", "DESC": return .describe(try parseDescribe())
        case "EXPLAIN": return .explain(try parseExplain())
        case "USE": return .use(try parseUse())
        case "SET", "RESET": return try parseSetting()
        default: return try parseRareStatement()
        }
    }

    private mutating func parseRareStatement() throws(SQLError) -> Statement.Kind {
        switch current.keyword {
        case "EXECUTE": return try parseExecute()
        case "BEGIN": return .statementSet(try parseStatementSet())
        case "REPLACE": return .createTable(try parseReplaceTable())
        case "ANALYZE": return .analyzeTable(try parseAnalyzeTable())
        case "COMPILE": return .compilePlan(try parseCompilePlan())
        case "LOAD": return try parseLoadModule()
        case "UNLOAD":
            try expect(["UNLOAD", "MODULE"])
            return .unloadModule(try parseIdentifier("a module"))
        case "ADD":
            try expect(["ADD", "JAR"])
            return .addJar(try parseStringText("a path"))
        case "REMOVE":
            try expect(["REMOVE", "JAR"])
            return .removeJar(try parseStringText("a path"))
        case "STOP": return .stopJob(try parseStopJob())
        default: throw unexpected("a statement")
        }
    }

    private mutating func parseSetting() throws(SQLError) -> Statement.Kind {
        let isSet = next("SET")
        advance()
        if current.kind == .end || next(";") { return isSet ? .set(nil) : .reset(nil) }
        return isSet ? .set(try parseOption()) : .reset(try parseStringText("a key in quotes"))
    }

    private mutating func parseUse() throws(SQLError) -> Use {
        try expect("USE")
        if take("CATALOG") { return .catalog(try parseIdentifier("a catalog")) }
        if take("MODULES") { return .modules(try parseIdentifiers()) }
        return .database(try parseObjectName("a database"))
    }

    private mutating func parseLoadModule() throws(SQLError) -> Statement.Kind {
        try expect(["LOAD", "MODULE"])
        let name = try parseIdentifier("a module")
        return .loadModule(name, options: take("WITH") ? try parseOptions() : [])
    }

    private mutating func parseStopJob() throws(SQLError) -> StopJob {
        try expect(["STOP", "JOB"])
        var stop = StopJob(id: try parseStringText("a job's id"), withSavepoint: false, withDrain: false)
        stop.withSavepoint = take(["WITH", "SAVEPOINT"])
        stop.withDrain = stop.withSavepoint && take(["WITH", "DRAIN"])
        return stop
    }

    private mutating func parseAnalyzeTable() throws(SQLError) -> AnalyzeTable {
        try expect(["ANALYZE", "TABLE"])
        let name = try parseObjectName("a table")
        let partition = take("PARTITION") ? try parsePartition(needsValues: false) : []
        try expect(["COMPUTE", "STATISTICS"])
        var analyze = AnalyzeTable(name: name, partition: partition, columns: [], isAllColumns: false)
        if take("FOR") {
            analyze.isAllColumns = take("ALL")
            try expect("COLUMNS")
            if !analyze.isAllColumns { analyze.columns = try parseIdentifiers() }
        }
        return analyze
    }

    private mutating func parseDescribe() throws(SQLError) -> Describe {
        advance()
        if take("JOB") {
            let id = try parseStringText("a job's id")
            let name = ObjectName(Identifier(id.value, isQuoted: true, span: id.span))
            return Describe(subject: .job, isExtended: false, name: name)
        }
        var subject = Describe.Subject.table
        let subjects: [Describe.Subject] = [.catalog, .database, .function, .model, .connection]
        for candidate in subjects where next(candidate.rawValue) && describesMore() {
            advance()
            subject = candidate
            break
        }
        let isExtended = take("EXTENDED")
        if !isExtended, subject == .table { _ = take("TABLE") }
        return Describe(subject: subject, isExtended: isExtended, name: try parseObjectName())
    }

    /// Whether a name follows the next word, which then is a keyword and not the table's name.
    private func describesMore() -> Bool {
        nextIsName(at: 1) || next("EXTENDED", at: 1)
    }

    private mutating func parseExplain() throws(SQLError) -> Explain {
        try expect("EXPLAIN")
        var details: [Explain.Detail] = []
        var isPlanFor = false
        if take("PLAN") {
            try expect("FOR")
            isPlanFor = true
        } else if let first = takeKeyword(of: Explain.Detail.self) {
            details.append(first)
            while take(",") {
                guard let detail = takeKeyword(of: Explain.Detail.self) else { throw unexpected("a detail") }
                details.append(detail)
            }
        }
        return Explain(details: details, isPlanFor: isPlanFor, statement: try parseExplained())
    }

    /// A statement that has a plan.
    private mutating func parseExplained() throws(SQLError) -> Statement {
        let start = start
        if next("STATEMENT") {
            let inserts = try parseStatementSet()
            return Statement(.statementSet(inserts), span: span(from: start))
        }
        let first = current
        let statement = try parseStatement()
        switch statement.kind {
        case .query, .insert, .statementSet: return statement
        case .createTable(let table) where table.query != nil: return statement
        default:
            throw SQLError(.syntaxError, "this statement has no plan to explain", at: first.span)
        }
    }
}

/// Options.
extension Parser {
    /// `('key' = 'value', ...)`.
    mutating func parseOptions() throws(SQLError) -> [OptionEntry] {
        try expect("(")
        var options: [OptionEntry] = []
        if !next(")") {
            repeat { options.append(try parseOption()) } while take(",")
        }
        try expect(")")
        return options
    }

    /// `WITH (...)` if it is next.
    mutating func parseOptionalOptions() throws(SQLError) -> [OptionEntry] {
        take("WITH") ? try parseOptions() : []
    }

    /// `'key' = 'value'`.
    mutating func parseOption() throws(SQLError) -> OptionEntry {
        let start = start
        let key = try parseStringText("an option's key in quotes")
        try expect("=")
        let value = try parseStringText("an option's value in quotes")
        return OptionEntry(key: key, value: value, span: span(from: start))
    }

    /// `('key', ...)`.
    mutating func parseOptionKeys() throws(SQLError) -> [StringText] {
        try expect("(")
        var keys: [StringText] = []
        if !next(")") {
            repeat { keys.append(try parseStringText("an option's key in quotes")) } while take(",")
        }
        try expect(")")
        return keys
    }

    /// `(column = literal, column, ...)`.
    mutating func parsePartition(needsValues: Bool = true) throws(SQLError) -> [PartitionEntry] {
        try expect("(")
        var entries: [PartitionEntry] = []
        repeat {
            let start = start
            let column = try parseIdentifier("a partition column")
            var value: Literal?
            if needsValues || next("=") {
                try expect("=")
                value = try parsePartitionValue()
            }
            entries.append(PartitionEntry(column: column, value: value, span: span(from: start)))
        } while take(",")
        try expect(")")
        return entries
    }

    private mutating func parsePartitionValue() throws(SQLError) -> Literal {
        let isNegative = take("-")
        guard let literal = try parseLiteral() else { throw unexpected("a literal") }
        guard isNegative else { return literal }
        switch literal {
        case .integer(let text): return .integer("-" + text)
        case .decimal(let text): return .decimal("-" + text)
        case .approximate(let text): return .approximate("-" + text)
        default: throw unexpected("a number")
        }
    }
}
