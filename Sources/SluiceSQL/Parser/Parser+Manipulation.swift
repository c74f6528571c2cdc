/// INSERT, DELETE, UPDATE, CALL, statement sets and plans.
extension Parser {
    mutating func parseInsert() throws(SQLError) -> Insert {
        let start = start
        try expect("INSERT")
        let isOverwrite = take("OVERWRITE")
        if !isOverwrite { try expect("INTO") }
        let table = try parseObjectName("a table")
        var insert = Insert(
            isOverwrite: isOverwrite,
            table: table,
            hints: try parseHints(),
            partition: [],
            columns: [],
            source: Query(
                with: [],
                body: QueryBody(.values([]), span: .none),
                orderBy: [],
                offset: nil,
                limit: nil,
                span: .none
            ),
            onConflict: nil,
            span: .none
        )
        if take("PARTITION") { insert.partition = try parsePartition() }
        if next("("), !insertedQueryStarts() { insert.columns = try parseParenthesizedNames() }
        insert.source = try parseQuery()
        insert.onConflict = try parseOnConflict()
        insert.span = span(from: start)
        return insert
    }

    /// Whether the parenthesis that is next opens a query, not a list of columns.
    private func insertedQueryStarts() -> Bool {
        queryStarts(at: 1) || next("(", at: 1)
    }

    /// `(a, b.c)`.
    mutating func parseParenthesizedNames() throws(SQLError) -> [ObjectName] {
        try expect("(")
        var names: [ObjectName] = []
        repeat { names.append(try parseObjectName("a column")) } while take(",")
        try expect(")")
        return names
    }

    private mutating func parseOnConflict() throws(SQLError) -> Insert.ConflictStrategy? {
        guard take("ON") else { return nil }
        try expect(["CONFLICT", "DO"])
        if take("ERROR") { return .error }
        if take("NOTHING") { return .nothing }
        try expect("DEDUPLICATE")
        return .deduplicate
    }

    mutating func parseManipulation() throws(SQLError) -> Statement.Kind {
        switch current.keyword {
        case "DELETE": return .delete(try parseDelete())
        case "UPDATE": return .update(try parseUpdate())
        case "TRUNCATE":
            try expect(["TRUNCATE", "TABLE"])
            return .truncate(try parseObjectName("a table"))
        default:
            try expect("CALL")
            return .call(try parseCall(try parseObjectName("a procedure")))
        }
    }

    private mutating func parseDelete() throws(SQLError) -> Delete {
        try expect(["DELETE", "FROM"])
        let table = try parseObjectName("a table")
        let alias = try parseOptionalAlias()
        return Delete(table: table, alias: alias, condition: take("WHERE") ? try parseExpression() : nil)
    }

    private mutating func parseOptionalAlias() throws(SQLError) -> Identifier? {
        take("AS") || nextIsName() ? try parseIdentifier("an alias") : nil
    }

    private mutating func parseUpdate() throws(SQLError) -> Update {
        try expect("UPDATE")
        let table = try parseObjectName("a table")
        let alias = try parseOptionalAlias()
        try expect("SET")
        var assignments: [Update.Assignment] = []
        repeat {
            let column = try parseIdentifier("a column")
            try expect("=")
            assignments.append(.init(column: column, value: try parseExpression()))
        } while take(",")
        let condition = take("WHERE") ? try parseExpression() : nil
        return Update(table: table, alias: alias, assignments: assignments, condition: condition)
    }
}

/// Statement sets and plans.
extension Parser {
    /// What may stand behind EXECUTE: a statement set, a plan, or a statement.
    mutating func parseExecute() throws(SQLError) -> Statement.Kind {
        try expect("EXECUTE")
        if next("STATEMENT") { return .statementSet(try parseStatementSet()) }
        if next("PLAN"), token(1).kind == .string {
            advance()
            return .executePlan(try parseStringText("a path"))
        }
        switch current.keyword {
        case "INSERT": return .insert(try parseInsert())
        default: return .query(try parseQuery())
        }
    }

    /// `STATEMENT SET BEGIN insert; ... END` or `BEGIN STATEMENT SET; insert; ... END`.
    mutating func parseStatementSet() throws(SQLError) -> [Insert] {
        if take("BEGIN") {
            try expect(["STATEMENT", "SET", ";"])
        } else {
            try expect(["STATEMENT", "SET", "BEGIN"])
        }
        var inserts: [Insert] = []
        repeat {
            inserts.append(try parseInsert())
            try expect(";")
        } while !next("END")
        try expect("END")
        return inserts
    }

    mutating func parseCompilePlan() throws(SQLError) -> CompilePlan {
        try expect("COMPILE")
        let isExecuted = take("AND")
        if isExecuted { try expect("EXECUTE") }
        try expect("PLAN")
        let file = try parseStringText("a path")
        let ifNotExists = try parseIfNotExists()
        try expect("FOR")
        let start = start
        let kind: Statement.Kind =
            next("STATEMENT") ? .statementSet(try parseStatementSet()) : .insert(try parseInsert())
        let statement = Statement(kind, span: span(from: start))
        return CompilePlan(file: file, isExecuted: isExecuted, ifNotExists: ifNotExists, statement: statement)
    }
}
