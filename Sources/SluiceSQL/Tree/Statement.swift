/// One SQL statement.
package struct Statement: Sendable, Hashable {
    package var kind: Kind
    package var span: SourceSpan

    package init(_ kind: Kind, span: SourceSpan) {
        self.kind = kind
        self.span = span
    }

    /// What a statement is.
    package indirect enum Kind: Sendable, Hashable {
        case query(Query)
        case insert(Insert)
        /// `EXECUTE STATEMENT SET BEGIN ... END`, or `BEGIN STATEMENT SET; ... END`.
        case statementSet([Insert])
        case delete(Delete)
        case update(Update)
        case truncate(ObjectName)
        case call(FunctionCall)

        case createTable(CreateTable)
        case createMaterializedTable(CreateMaterializedTable)
        case createView(CreateView)
        case createDatabase(CreateDatabase)
        case createCatalog(CreateCatalog)
        case createFunction(CreateFunction)
        case createModel(CreateModel)
        case createConnection(CreateConnection)

        case alterTable(AlterTable)
        case alterMaterializedTable(AlterMaterializedTable)
        case alterView(AlterView)
        case alterDatabase(ObjectName, options: [OptionEntry])
        case alterCatalog(Identifier, AlterCatalogAction)
        case alterFunction(AlterFunction)
        case alterModel(AlterModel)
        case alterConnection(AlterModel)

        case drop(Drop)
        case show(Show)
        case describe(Describe)
        case explain(Explain)
        case use(Use)
        /// `SET 'key' = 'value'`; SET alone lists the settings (nil).
        case set(OptionEntry?)
        /// `RESET 'key'`; RESET alone resets all (nil).
        case reset(StringText?)
        case analyzeTable(AnalyzeTable)
        case loadModule(Identifier, options: [OptionEntry])
        case unloadModule(Identifier)
        case addJar(StringText)
        case removeJar(StringText)
        case compilePlan(CompilePlan)
        /// `EXECUTE PLAN 'file'`.
        case executePlan(StringText)
        case stopJob(StopJob)
    }
}

/// `INSERT INTO | OVERWRITE table [PARTITION (...)] [(columns)] query`.
package struct Insert: Sendable, Hashable {
    /// What a sink with a primary key does about rows that collide.
    package enum ConflictStrategy: String, Sendable, Hashable {
        case error = "ERROR"
        case nothing = "NOTHING"
        case deduplicate = "DEDUPLICATE"
    }

    package var isOverwrite: Bool
    package var table: ObjectName
    package var hints: [Hint]
    package var partition: [PartitionEntry]
    /// Empty if not written.
    ///
    /// A column may be dotted (a field of a row column).
    package var columns: [ObjectName]
    package var source: Query
    /// `ON CONFLICT DO ...`.
    package var onConflict: ConflictStrategy?
    package var span: SourceSpan
}

/// `column = literal`, or the column alone, of a PARTITION clause.
package struct PartitionEntry: Sendable, Hashable {
    package var column: Identifier
    package var value: Literal?
    package var span: SourceSpan
}

/// `DELETE FROM table [WHERE condition]`.
package struct Delete: Sendable, Hashable {
    package var table: ObjectName
    package var alias: Identifier?
    package var condition: Expression?
}

/// `UPDATE table SET column = value, ... [WHERE condition]`.
package struct Update: Sendable, Hashable {
    /// One `column = value`.
    package struct Assignment: Sendable, Hashable {
        package var column: Identifier
        package var value: Expression
    }

    package var table: ObjectName
    package var alias: Identifier?
    package var assignments: [Assignment]
    package var condition: Expression?
}

/// `EXPLAIN [details | PLAN FOR] statement`.
package struct Explain: Sendable, Hashable {
    /// Something to add to the plan.
    package enum Detail: String, Sendable, Hashable, CaseIterable {
        case estimatedCost = "ESTIMATED_COST"
        case changelogMode = "CHANGELOG_MODE"
        case jsonExecutionPlan = "JSON_EXECUTION_PLAN"
        case planAdvice = "PLAN_ADVICE"
    }

    package var details: [Detail]
    package var isPlanFor: Bool
    package var statement: Statement
}

/// `DESCRIBE ...`.
package struct Describe: Sendable, Hashable {
    /// What is described; nothing written means a table.
    package enum Subject: String, Sendable, Hashable {
        case table = ""
        case catalog = "CATALOG"
        case database = "DATABASE"
        case function = "FUNCTION"
        case model = "MODEL"
        case connection = "CONNECTION"
        /// The name is the job's id.
        case job = "JOB"
    }

    package var subject: Subject
    package var isExtended: Bool
    package var name: ObjectName
}

/// `USE ...`.
package enum Use: Sendable, Hashable {
    case catalog(Identifier)
    case database(ObjectName)
    case modules([Identifier])
}

/// `SHOW ...`.
package struct Show: Sendable, Hashable {
    /// What is shown.
    package enum Subject: Sendable, Hashable {
        case catalogs
        case currentCatalog
        case databases
        case currentDatabase
        case tables
        case views
        case materializedTables
        case models
        case connections
        case functions(isUserOnly: Bool)
        case procedures
        case modules(isFull: Bool)
        case jars
        case jobs
        /// The columns of the table or view in `scope`.
        case columns
        case partitions(ObjectName, [PartitionEntry])
        case createTable(ObjectName)
        case createMaterializedTable(ObjectName)
        case createView(ObjectName)
        case createCatalog(Identifier)
        case createModel(ObjectName)
        case createConnection(ObjectName)
    }

    /// `[NOT] LIKE | ILIKE 'pattern'`.
    package struct Filter: Sendable, Hashable {
        package var pattern: StringText
        package var isCaseInsensitive: Bool
        package var isNegated: Bool
    }

    package var subject: Subject
    /// The name behind FROM or IN: a catalog, a database or a table, as the subject wants.
    package var scope: ObjectName?
    package var filter: Filter?
}

/// `ANALYZE TABLE name [PARTITION (...)] COMPUTE STATISTICS [FOR COLUMNS a, b | FOR ALL COLUMNS]`.
package struct AnalyzeTable: Sendable, Hashable {
    package var name: ObjectName
    package var partition: [PartitionEntry]
    package var columns: [Identifier]
    package var isAllColumns: Bool
}

/// `COMPILE [AND EXECUTE] PLAN 'file' [IF NOT EXISTS] FOR statement`.
package struct CompilePlan: Sendable, Hashable {
    package var file: StringText
    package var isExecuted: Bool
    package var ifNotExists: Bool
    /// An INSERT or a statement set.
    package var statement: Statement
}

/// `STOP JOB 'id' [WITH SAVEPOINT] [WITH DRAIN]`.
package struct StopJob: Sendable, Hashable {
    package var id: StringText
    package var withSavepoint: Bool
    package var withDrain: Bool
}
