/// CREATE of everything; tables have a file of their own.
extension Parser {
    mutating func parseCreate() throws(SQLError) -> Statement.Kind {
        let start = start
        try expect("CREATE")
        if next(["OR", "ALTER"]) {
            position += 2
            return .createMaterializedTable(try parseMaterializedTable(isOrAlter: true, from: start))
        }
        let isReplace = take(["OR", "REPLACE"])
        let isTemporary = take("TEMPORARY")
        let isSystem = isTemporary && take("SYSTEM")
        switch current.keyword {
        case "TABLE" where !isSystem:
            return .createTable(
                try parseCreateTable(isReplace: isReplace, isTemporary: isTemporary, from: start)
            )
        case "VIEW" where !isSystem:
            return .createView(try parseCreateView(isReplace: isReplace, isTemporary: isTemporary, from: start))
        case "MODEL" where !isSystem:
            return .createModel(try parseCreateModel(isReplace: isReplace, isTemporary: isTemporary))
        case "FUNCTION" where !isReplace:
            return .createFunction(try parseCreateFunction(isTemporary: isTemporary, isSystem: isSystem))
        case "CONNECTION" where !isReplace:
            return .createConnection(try parseCreateConnection(isTemporary: isTemporary, isSystem: isSystem))
        default:
            guard !isReplace, !isTemporary else { throw unexpected("TABLE, VIEW or FUNCTION") }
            return try parseCreateContainer(from: start)
        }
    }

    private mutating func parseCreateContainer(from start: Int) throws(SQLError) -> Statement.Kind {
        if next("MATERIALIZED") {
            return .createMaterializedTable(try parseMaterializedTable(isOrAlter: false, from: start))
        }
        if take("CATALOG") {
            let ifNotExists = try parseIfNotExists()
            let name = try parseIdentifier("a catalog")
            let comment = try parseOptionalComment()
            let options = try parseOptionalOptions()
            return .createCatalog(
                CreateCatalog(name: name, ifNotExists: ifNotExists, comment: comment, options: options)
            )
        }
        guard take("DATABASE") else { throw unexpected("TABLE, VIEW, FUNCTION, DATABASE or CATALOG") }
        let ifNotExists = try parseIfNotExists()
        let name = try parseObjectName("a database")
        let comment = try parseOptionalComment()
        let options = try parseOptionalOptions()
        return .createDatabase(
            CreateDatabase(name: name, ifNotExists: ifNotExists, comment: comment, options: options)
        )
    }

    private mutating func parseCreateView(
        isReplace: Bool,
        isTemporary: Bool,
        from start: Int
    ) throws(SQLError) -> CreateView {
        try expect("VIEW")
        let ifNotExists = try parseIfNotExists()
        let name = try parseObjectName("a view")
        let columns = next("(") ? try parseViewColumns() : []
        let comment = try parseOptionalComment()
        try expect("AS")
        let query = try parseQuery()
        return CreateView(
            name: name,
            isReplace: isReplace,
            isTemporary: isTemporary,
            ifNotExists: ifNotExists,
            columns: columns,
            comment: comment,
            query: query,
            span: span(from: start)
        )
    }

    private mutating func parseViewColumns() throws(SQLError) -> [CreateView.Column] {
        try expect("(")
        var columns: [CreateView.Column] = []
        repeat {
            let name = try parseIdentifier("a column")
            columns.append(.init(name: name, comment: try parseOptionalComment()))
        } while take(",")
        try expect(")")
        return columns
    }

    private mutating func parseCreateFunction(isTemporary: Bool, isSystem: Bool) throws(SQLError) -> CreateFunction {
        try expect("FUNCTION")
        let ifNotExists = try parseIfNotExists()
        let name = isSystem ? ObjectName(try parseIdentifier("a function")) : try parseObjectName("a function")
        try expect("AS")
        let className = try parseStringText("a class name")
        let language = take("LANGUAGE") ? try parseLanguage() : nil
        let resources = take("USING") ? try parseResources() : []
        let options = try parseOptionalOptions()
        return CreateFunction(
            name: name,
            isTemporary: isTemporary,
            isSystem: isSystem,
            ifNotExists: ifNotExists,
            className: className,
            language: language,
            resources: resources,
            options: options
        )
    }

    mutating func parseLanguage() throws(SQLError) -> FunctionLanguage {
        guard let language = takeKeyword(of: FunctionLanguage.self) else {
            throw unexpected("JAVA, SCALA, SQL or PYTHON")
        }
        return language
    }

    private mutating func parseResources() throws(SQLError) -> [FunctionResource] {
        var resources: [FunctionResource] = []
        repeat {
            let kind = current.keyword
            guard kind == "JAR" || kind == "ARTIFACT" else { throw unexpected("'JAR'") }
            advance()
            resources.append(FunctionResource(kind: kind, path: try parseStringText("a path")))
        } while take(",")
        return resources
    }

    private mutating func parseCreateConnection(
        isTemporary: Bool,
        isSystem: Bool
    ) throws(SQLError) -> CreateConnection {
        try expect("CONNECTION")
        let ifNotExists = try parseIfNotExists()
        let name = try parseObjectName("a connection")
        let comment = try parseOptionalComment()
        return CreateConnection(
            name: name,
            isTemporary: isTemporary,
            isSystem: isSystem,
            ifNotExists: ifNotExists,
            comment: comment,
            options: try parseOptionalOptions()
        )
    }

    private mutating func parseCreateModel(isReplace: Bool, isTemporary: Bool) throws(SQLError) -> CreateModel {
        try expect("MODEL")
        let ifNotExists = try parseIfNotExists()
        let name = try parseObjectName("a model")
        let input = take("INPUT") ? try parseTableElements().columns : []
        let output = take("OUTPUT") ? try parseTableElements().columns : []
        let comment = try parseOptionalComment()
        let options = try parseOptionalOptions()
        let query = take("AS") ? try parseQuery() : nil
        return CreateModel(
            name: name,
            isReplace: isReplace,
            isTemporary: isTemporary,
            ifNotExists: ifNotExists,
            input: input,
            output: output,
            comment: comment,
            options: options,
            query: query
        )
    }

    private mutating func parseMaterializedTable(
        isOrAlter: Bool,
        from start: Int
    ) throws(SQLError) -> CreateMaterializedTable {
        try expect(["MATERIALIZED", "TABLE"])
        let name = try parseObjectName("a table")
        let elements = next("(") ? try parseTableElements() : TableElements()
        let comment = try parseOptionalComment()
        let distribution = try parseOptionalDistribution()
        let partitionedBy = try parsePartitionedBy()
        let options = try parseOptionalOptions()
        let freshness = take("FRESHNESS") ? try parseFreshness() : nil
        let refreshMode = take("REFRESH_MODE") ? try parseRefreshMode() : nil
        try expect("AS")
        return CreateMaterializedTable(
            name: name,
            isOrAlter: isOrAlter,
            columns: elements.columns,
            watermark: elements.watermark,
            constraints: elements.constraints,
            comment: comment,
            distribution: distribution,
            partitionedBy: partitionedBy,
            options: options,
            freshness: freshness,
            refreshMode: refreshMode,
            query: try parseQuery(),
            span: span(from: start)
        )
    }

    /// `= INTERVAL ...` behind FRESHNESS.
    mutating func parseFreshness() throws(SQLError) -> Expression {
        try expect("=")
        return try parseInterval()
    }

    /// `= FULL | CONTINUOUS` behind REFRESH_MODE.
    mutating func parseRefreshMode() throws(SQLError) -> CreateMaterializedTable.RefreshMode {
        try expect("=")
        if take("FULL") { return .full }
        try expect("CONTINUOUS")
        return .continuous
    }
}
