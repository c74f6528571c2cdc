/// Statements that are no definitions.
extension Printer {
    mutating func write(_ statement: Statement) {
        switch statement.kind {
        case .query(let query): write(query)
        case .insert(let insert): write(insert)
        case .statementSet(let inserts): write("EXECUTE ", inserts)
        case .delete(let delete): write(delete)
        case .update(let update): write(update)
        case .truncate(let name):
            write("TRUNCATE TABLE ")
            write(name)
        case .call(let call):
            write("CALL ")
            write(call)
        case .show(let show): write(show)
        case .describe(let describe): write(describe)
        case .explain(let explain): write(explain)
        case .use(let use): write(use)
        default: writeSetting(statement.kind)
        }
    }

    private mutating func writeSetting(_ kind: Statement.Kind) {
        switch kind {
        case .set(let option):
            write("SET")
            guard let option else { return }
            write(" ")
            write(option)
        case .reset(let key):
            write("RESET")
            guard let key else { return }
            write(" ")
            write(key)
        case .addJar(let path):
            write("ADD JAR ")
            write(path)
        case .removeJar(let path):
            write("REMOVE JAR ")
            write(path)
        case .loadModule(let name, let options):
            write("LOAD MODULE ")
            write(name)
            writeOptional(options)
        case .unloadModule(let name):
            write("UNLOAD MODULE ")
            write(name)
        case .analyzeTable(let analyze): write(analyze)
        case .stopJob(let stop):
            write("STOP JOB ")
            write(stop.id)
            if stop.withSavepoint { write(" WITH SAVEPOINT") }
            if stop.withDrain { write(" WITH DRAIN") }
        case .compilePlan(let plan): write(plan)
        case .executePlan(let file):
            write("EXECUTE PLAN ")
            write(file)
        default: writeDefinition(kind)
        }
    }

    private mutating func write(_ insert: Insert) {
        write(insert.isOverwrite ? "INSERT OVERWRITE " : "INSERT INTO ")
        write(insert.table)
        write(insert.hints)
        writePartition(insert.partition)
        if !insert.columns.isEmpty {
            write(" (")
            writeList(insert.columns) { $0.write($1) }
            write(")")
        }
        write(" ")
        write(insert.source)
        if let strategy = insert.onConflict { write(" ON CONFLICT DO \(strategy.rawValue)") }
    }

    /// Appends ` PARTITION (...)` unless the list is empty.
    mutating func writePartition(_ entries: [PartitionEntry]) {
        guard !entries.isEmpty else { return }
        write(" PARTITION (")
        writeList(entries) { printer, entry in
            printer.write(entry.column)
            guard let value = entry.value else { return }
            printer.write(" = ")
            printer.write(value)
        }
        write(")")
    }

    private mutating func write(_ prefix: String, _ inserts: [Insert]) {
        write("\(prefix)STATEMENT SET BEGIN ")
        for insert in inserts {
            write(insert)
            write("; ")
        }
        write("END")
    }

    private mutating func write(_ delete: Delete) {
        write("DELETE FROM ")
        write(delete.table)
        writeAlias(delete.alias)
        writeClause(" WHERE ", delete.condition)
    }

    private mutating func writeAlias(_ alias: Identifier?) {
        guard let alias else { return }
        write(" AS ")
        write(alias)
    }

    private mutating func write(_ update: Update) {
        write("UPDATE ")
        write(update.table)
        writeAlias(update.alias)
        write(" SET ")
        writeList(update.assignments) { printer, assignment in
            printer.write(assignment.column)
            printer.writeClause(" = ", assignment.value)
        }
        writeClause(" WHERE ", update.condition)
    }

    private mutating func write(_ describe: Describe) {
        write("DESCRIBE ")
        if describe.subject == .job {
            write("JOB ")
            return writeString(describe.name.text)
        }
        if describe.subject != .table { write("\(describe.subject.rawValue) ") }
        if describe.isExtended { write("EXTENDED ") }
        write(describe.name)
    }

    private mutating func write(_ explain: Explain) {
        write("EXPLAIN ")
        if explain.isPlanFor { write("PLAN FOR ") }
        if !explain.details.isEmpty {
            writeList(explain.details) { $0.write($1.rawValue) }
            write(" ")
        }
        writeSetless(explain.statement)
    }

    /// A statement behind EXPLAIN or COMPILE PLAN, where a statement set has no EXECUTE.
    private mutating func writeSetless(_ statement: Statement) {
        if case .statementSet(let inserts) = statement.kind { return write("", inserts) }
        write(statement)
    }

    private mutating func write(_ use: Use) {
        switch use {
        case .catalog(let name):
            write("USE CATALOG ")
            write(name)
        case .database(let name):
            write("USE ")
            write(name)
        case .modules(let names):
            write("USE MODULES ")
            write(names)
        }
    }

    private mutating func write(_ analyze: AnalyzeTable) {
        write("ANALYZE TABLE ")
        write(analyze.name)
        writePartition(analyze.partition)
        write(" COMPUTE STATISTICS")
        if analyze.isAllColumns {
            write(" FOR ALL COLUMNS")
        } else if !analyze.columns.isEmpty {
            write(" FOR COLUMNS ")
            write(analyze.columns)
        }
    }

    private mutating func write(_ plan: CompilePlan) {
        write(plan.isExecuted ? "COMPILE AND EXECUTE PLAN " : "COMPILE PLAN ")
        write(plan.file)
        write(plan.ifNotExists ? " IF NOT EXISTS FOR " : " FOR ")
        writeSetless(plan.statement)
    }

    private mutating func write(_ show: Show) {
        write("SHOW ")
        write(show.subject)
        if let scope = show.scope {
            write(" FROM ")
            write(scope)
        }
        guard let filter = show.filter else { return }
        write(filter.isNegated ? " NOT" : "")
        write(filter.isCaseInsensitive ? " ILIKE " : " LIKE ")
        write(filter.pattern)
    }

    private mutating func write(_ subject: Show.Subject) {
        switch subject {
        case .catalogs: write("CATALOGS")
        case .currentCatalog: write("CURRENT CATALOG")
        case .databases: write("DATABASES")
        case .currentDatabase: write("CURRENT DATABASE")
        case .tables: write("TABLES")
        case .views: write("VIEWS")
        case .materializedTables: write("MATERIALIZED TABLES")
        case .models: write("MODELS")
        case .connections: write("CONNECTIONS")
        case .functions(let isUserOnly): write(isUserOnly ? "USER FUNCTIONS" : "FUNCTIONS")
        case .procedures: write("PROCEDURES")
        case .modules(let isFull): write(isFull ? "FULL MODULES" : "MODULES")
        case .jars: write("JARS")
        case .jobs: write("JOBS")
        case .columns: write("COLUMNS")
        case .partitions(let name, let partition):
            write("PARTITIONS ")
            write(name)
            writePartition(partition)
        case .createTable(let name): write("CREATE TABLE ", name)
        case .createMaterializedTable(let name): write("CREATE MATERIALIZED TABLE ", name)
        case .createView(let name): write("CREATE VIEW ", name)
        case .createModel(let name): write("CREATE MODEL ", name)
        case .createConnection(let name): write("CREATE CONNECTION ", name)
        case .createCatalog(let name): write("CREATE CATALOG ", ObjectName(name))
        }
    }

    private mutating func write(_ prefix: String, _ name: ObjectName) {
        write(prefix)
        write(name)
    }
}
