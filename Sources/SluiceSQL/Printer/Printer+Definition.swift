/// CREATE, ALTER and DROP.
extension Printer {
    mutating func writeDefinition(_ kind: Statement.Kind) {
        switch kind {
        case .createTable(let table): write(table)
        case .createMaterializedTable(let table): write(table)
        case .createView(let view): write(view)
        case .createDatabase(let database):
            writeHead("DATABASE", database.name, ifNotExists: database.ifNotExists)
            writeComment(database.comment)
            writeOptional(database.options)
        case .createCatalog(let catalog):
            writeHead("CATALOG", ObjectName(catalog.name), ifNotExists: catalog.ifNotExists)
            writeComment(catalog.comment)
            writeOptional(catalog.options)
        case .createFunction(let function): write(function)
        case .createModel(let model): write(model)
        case .createConnection(let connection):
            let kind = Self.scope(connection.isTemporary, connection.isSystem) + "CONNECTION"
            writeHead(kind, connection.name, ifNotExists: connection.ifNotExists)
            writeComment(connection.comment)
            writeOptional(connection.options)
        case .drop(let drop): write(drop)
        default: writeAlteration(kind)
        }
    }

    /// `CREATE kind [IF NOT EXISTS] name`.
    private mutating func writeHead(_ kind: String, _ name: ObjectName, ifNotExists: Bool) {
        write("CREATE \(kind) ")
        if ifNotExists { write("IF NOT EXISTS ") }
        write(name)
    }

    static func scope(_ isTemporary: Bool, _ isSystem: Bool) -> String {
        isTemporary ? (isSystem ? "TEMPORARY SYSTEM " : "TEMPORARY ") : ""
    }

    private mutating func write(_ table: CreateTable) {
        let kind = (table.isReplace ? "OR REPLACE " : "") + Self.scope(table.isTemporary, false) + "TABLE"
        writeHead(kind, table.name, ifNotExists: table.ifNotExists)
        writeElements(table.columns, table.watermark, table.constraints)
        writeComment(table.comment)
        writeDistribution(table.distribution)
        writePartitionedBy(table.partitionedBy)
        writeOptional(table.options)
        if let like = table.like { write(like) }
        writeQuery(" AS ", table.query)
    }

    private mutating func write(_ table: CreateMaterializedTable) {
        write(table.isOrAlter ? "CREATE OR ALTER MATERIALIZED TABLE " : "CREATE MATERIALIZED TABLE ")
        write(table.name)
        writeElements(table.columns, table.watermark, table.constraints)
        writeComment(table.comment)
        writeDistribution(table.distribution)
        writePartitionedBy(table.partitionedBy)
        writeOptional(table.options)
        writeClause(" FRESHNESS = ", table.freshness)
        if let mode = table.refreshMode { write(" REFRESH_MODE = \(mode.rawValue)") }
        writeQuery(" AS ", table.query)
    }

    mutating func writeQuery(_ prefix: String, _ query: Query?) {
        guard let query else { return }
        write(prefix)
        write(query)
    }

    private mutating func writePartitionedBy(_ columns: [Identifier]) {
        guard !columns.isEmpty else { return }
        write(" PARTITIONED BY")
        writeParenthesized(columns)
    }

    private mutating func writeElements(
        _ columns: [ColumnDefinition],
        _ watermark: WatermarkDefinition?,
        _ constraints: [TableConstraint]
    ) {
        guard !columns.isEmpty || watermark != nil || !constraints.isEmpty else { return }
        write(" (")
        var elements = columns.map { AlterTableElement.column($0, name: ObjectName($0.name), nil) }
        if let watermark { elements.append(.watermark(watermark)) }
        elements += constraints.map { .constraint($0) }
        writeList(elements) { $0.write($1) }
        write(")")
    }

    /// One element of CREATE TABLE or ALTER TABLE ADD.
    mutating func write(_ element: AlterTableElement) {
        switch element {
        case .column(let column, let name, let position):
            write(name)
            writeColumnRest(column)
            switch position {
            case .first: write(" FIRST")
            case .after(let other):
                write(" AFTER ")
                write(other)
            case nil: break
            }
        case .constraint(let constraint): write(constraint, withColumns: true)
        case .watermark(let watermark):
            write("WATERMARK FOR ")
            write(watermark.column)
            writeClause(" AS ", watermark.expression)
        case .distribution(let distribution):
            write("DISTRIBUTION ")
            write(distribution)
        }
    }

    private mutating func writeColumnRest(_ column: ColumnDefinition) {
        switch column.kind {
        case .physical(let type, let constraint):
            write(" ")
            write(type)
            if let constraint {
                write(" ")
                write(constraint, withColumns: false)
            }
        case .metadata(let type, let key, let isVirtual):
            write(" ")
            write(type)
            write(" METADATA")
            if let key {
                write(" FROM ")
                write(key)
            }
            if isVirtual { write(" VIRTUAL") }
        case .computed(let expression): writeClause(" AS ", expression)
        case .nameOnly: break
        }
        writeComment(column.comment)
    }

    private mutating func write(_ constraint: TableConstraint, withColumns: Bool) {
        if let name = constraint.name {
            write("CONSTRAINT ")
            write(name)
            write(" ")
        }
        write(constraint.kind.rawValue)
        if withColumns { writeParenthesized(constraint.columns) }
        if let isEnforced = constraint.isEnforced { write(isEnforced ? " ENFORCED" : " NOT ENFORCED") }
    }

    private mutating func writeDistribution(_ distribution: Distribution?) {
        guard let distribution else { return }
        write(" DISTRIBUTED ")
        write(distribution)
    }

    private mutating func write(_ distribution: Distribution) {
        if !distribution.columns.isEmpty {
            write("BY")
            if let kind = distribution.kind { write(" \(kind.rawValue)") }
            writeParenthesized(distribution.columns)
        }
        if let count = distribution.bucketCount {
            write(distribution.columns.isEmpty ? "INTO \(count) BUCKETS" : " INTO \(count) BUCKETS")
        }
    }

    private mutating func write(_ like: LikeClause) {
        write(" LIKE ")
        write(like.source)
        guard !like.options.isEmpty else { return }
        write(" (")
        writeList(like.options, separator: " ") { $0.write("\($1.strategy.rawValue) \($1.feature.rawValue)") }
        write(")")
    }

    private mutating func write(_ view: CreateView) {
        let kind = (view.isReplace ? "OR REPLACE " : "") + Self.scope(view.isTemporary, false) + "VIEW"
        writeHead(kind, view.name, ifNotExists: view.ifNotExists)
        if !view.columns.isEmpty {
            write(" (")
            writeList(view.columns) { printer, column in
                printer.write(column.name)
                printer.writeComment(column.comment)
            }
            write(")")
        }
        writeComment(view.comment)
        writeQuery(" AS ", view.query)
    }

    private mutating func write(_ function: CreateFunction) {
        let kind = Self.scope(function.isTemporary, function.isSystem) + "FUNCTION"
        writeHead(kind, function.name, ifNotExists: function.ifNotExists)
        write(" AS ")
        write(function.className)
        if let language = function.language { write(" LANGUAGE \(language.rawValue)") }
        if !function.resources.isEmpty {
            write(" USING ")
            writeList(function.resources) { printer, resource in
                printer.write("\(resource.kind) ")
                printer.write(resource.path)
            }
        }
        writeOptional(function.options)
    }

    private mutating func write(_ model: CreateModel) {
        let kind = (model.isReplace ? "OR REPLACE " : "") + Self.scope(model.isTemporary, false) + "MODEL"
        writeHead(kind, model.name, ifNotExists: model.ifNotExists)
        if !model.input.isEmpty {
            write(" INPUT")
            writeElements(model.input, nil, [])
        }
        if !model.output.isEmpty {
            write(" OUTPUT")
            writeElements(model.output, nil, [])
        }
        writeComment(model.comment)
        writeOptional(model.options)
        writeQuery(" AS ", model.query)
    }

    private mutating func write(_ drop: Drop) {
        write("DROP \(Self.scope(drop.isTemporary, drop.isSystem))\(drop.subject.rawValue) ")
        if drop.ifExists { write("IF EXISTS ") }
        write(drop.name)
        if drop.isCascade { write(" CASCADE") }
    }
}
