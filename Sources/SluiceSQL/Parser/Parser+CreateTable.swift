/// The elements between the parentheses of CREATE TABLE.
struct TableElements {
    var columns: [ColumnDefinition] = []
    var watermark: WatermarkDefinition?
    var constraints: [TableConstraint] = []
}

/// CREATE TABLE.
extension Parser {
    /// What follows `CREATE [OR REPLACE] [TEMPORARY]`.
    mutating func parseCreateTable(
        isReplace: Bool,
        isTemporary: Bool,
        from start: Int
    ) throws(SQLError) -> CreateTable {
        try expect("TABLE")
        let ifNotExists = try parseIfNotExists()
        let name = try parseObjectName("a table")
        let elements = next("(") ? try parseTableElements() : TableElements()
        var table = CreateTable(
            name: name,
            isReplace: isReplace,
            isTemporary: isTemporary,
            ifNotExists: ifNotExists,
            columns: elements.columns,
            watermark: elements.watermark,
            constraints: elements.constraints,
            comment: try parseOptionalComment(),
            distribution: nil,
            partitionedBy: [],
            options: [],
            like: nil,
            query: nil,
            span: .none
        )
        table.distribution = try parseOptionalDistribution()
        table.partitionedBy = try parsePartitionedBy()
        table.options = try parseOptionalOptions()
        if next("LIKE") {
            table.like = try parseLikeClause()
        } else if take("AS") {
            table.query = try parseQuery()
        }
        table.span = span(from: start)
        try checkNameOnlyColumns(table)
        return table
    }

    /// `REPLACE TABLE ... AS query`.
    mutating func parseReplaceTable() throws(SQLError) -> CreateTable {
        let start = start
        try expect("REPLACE")
        return try parseCreateTable(isReplace: true, isTemporary: false, from: start)
    }

    private func checkNameOnlyColumns(_ table: CreateTable) throws(SQLError) {
        let bare = table.columns.filter { $0.kind == .nameOnly }
        guard let first = bare.first else { return }
        guard table.query != nil, bare.count == table.columns.count else {
            throw SQLError(.syntaxError, "column '\(first.name.text)' has no type", at: first.span)
        }
    }

    mutating func parsePartitionedBy() throws(SQLError) -> [Identifier] {
        guard take("PARTITIONED") else { return [] }
        try expect("BY")
        return try parseParenthesizedIdentifiers()
    }

    /// `(column, ..., watermark, constraint)`.
    mutating func parseTableElements() throws(SQLError) -> TableElements {
        var elements = TableElements()
        try expect("(")
        repeat {
            if next("WATERMARK") {
                let watermark = try parseWatermark()
                guard elements.watermark == nil else {
                    throw SQLError(.syntaxError, "a table has at most one watermark", at: watermark.span)
                }
                elements.watermark = watermark
            } else if nextIsConstraint() {
                elements.constraints.append(try parseTableConstraint())
            } else {
                elements.columns.append(try parseColumnDefinition())
            }
        } while take(",")
        try expect(")")
        return elements
    }

    func nextIsConstraint() -> Bool {
        next("CONSTRAINT") || next("PRIMARY") || next("UNIQUE")
    }

    mutating func parseWatermark() throws(SQLError) -> WatermarkDefinition {
        let start = start
        try expect(["WATERMARK", "FOR"])
        let column = try parseObjectName("a column")
        try expect("AS")
        let expression = try parseExpression()
        return WatermarkDefinition(column: column, expression: expression, span: span(from: start))
    }

    /// A column by a simple name.
    mutating func parseColumnDefinition() throws(SQLError) -> ColumnDefinition {
        let start = start
        let name = try parseIdentifier("a column")
        return try parseColumnRest(name, from: start)
    }

    /// What follows a column's name.
    mutating func parseColumnRest(_ name: Identifier, from start: Int) throws(SQLError) -> ColumnDefinition {
        let kind: ColumnDefinition.Kind
        if next(",") || next(")") {
            kind = .nameOnly
        } else if take("AS") {
            kind = .computed(try parseExpression())
        } else {
            let type = try parseColumnType()
            kind = next("METADATA") ? try parseMetadata(type) : try parsePhysical(type, of: name)
        }
        let comment = try parseOptionalComment()
        return ColumnDefinition(name: name, kind: kind, comment: comment, span: span(from: start))
    }

    private mutating func parseMetadata(_ type: TypeName) throws(SQLError) -> ColumnDefinition.Kind {
        try expect("METADATA")
        let key = take("FROM") ? try parseStringText("a metadata key") : nil
        return .metadata(type, key: key, isVirtual: take("VIRTUAL"))
    }

    private mutating func parsePhysical(
        _ type: TypeName,
        of column: Identifier
    ) throws(SQLError) -> ColumnDefinition.Kind {
        guard nextIsConstraint() else { return .physical(type, constraint: nil) }
        let start = start
        var constraint = try parseConstraintHead()
        constraint.columns = [column]
        constraint.isEnforced = takeEnforcement()
        constraint.span = span(from: start)
        return .physical(type, constraint: constraint)
    }

    /// A constraint with its columns.
    mutating func parseTableConstraint() throws(SQLError) -> TableConstraint {
        let start = start
        var constraint = try parseConstraintHead()
        constraint.columns = try parseParenthesizedIdentifiers()
        constraint.isEnforced = takeEnforcement()
        constraint.span = span(from: start)
        return constraint
    }

    /// `[CONSTRAINT name] PRIMARY KEY | UNIQUE`.
    private mutating func parseConstraintHead() throws(SQLError) -> TableConstraint {
        let name = take("CONSTRAINT") ? try parseIdentifier("a constraint") : nil
        let kind: TableConstraint.Kind = next("UNIQUE") ? .unique : .primaryKey
        if !take("UNIQUE") { try expect(["PRIMARY", "KEY"]) }
        return TableConstraint(name: name, kind: kind, columns: [], isEnforced: nil, span: .none)
    }

    private mutating func takeEnforcement() -> Bool? {
        if take(["NOT", "ENFORCED"]) { return false }
        return take("ENFORCED") ? true : nil
    }

    /// `DISTRIBUTED ...` if it is next.
    mutating func parseOptionalDistribution() throws(SQLError) -> Distribution? {
        let start = start
        guard take("DISTRIBUTED") else { return nil }
        return try parseDistribution(from: start)
    }

    /// What follows DISTRIBUTED or DISTRIBUTION.
    mutating func parseDistribution(from start: Int) throws(SQLError) -> Distribution {
        var distribution = Distribution(kind: nil, columns: [], bucketCount: nil, span: .none)
        if take("INTO") {
            distribution.bucketCount = try parseInteger("a number of buckets")
            try expect("BUCKETS")
        } else {
            try expect("BY")
            if next("HASH") || next("RANGE") {
                distribution.kind = next("HASH") ? .hash : .range
                advance()
            }
            distribution.columns = try parseParenthesizedIdentifiers()
            if take("INTO") {
                distribution.bucketCount = try parseInteger("a number of buckets")
                try expect("BUCKETS")
            }
        }
        distribution.span = span(from: start)
        return distribution
    }

    private mutating func parseLikeClause() throws(SQLError) -> LikeClause {
        let start = start
        try expect("LIKE")
        let source = try parseObjectName("a table")
        var options: [LikeClause.Option] = []
        if take("(") {
            repeat { options.append(try parseLikeOption()) } while !next(")")
            try expect(")")
        }
        return LikeClause(source: source, options: options, span: span(from: start))
    }

    private mutating func parseLikeOption() throws(SQLError) -> LikeClause.Option {
        let start = start
        guard let strategy = takeKeyword(of: LikeClause.Strategy.self) else {
            throw unexpected("INCLUDING, EXCLUDING or OVERWRITING")
        }
        guard let feature = takeKeyword(of: LikeClause.Feature.self) else {
            throw unexpected("what to merge, such as OPTIONS or ALL")
        }
        let span = span(from: start)
        switch (strategy, feature) {
        case (.overwriting, .all), (.overwriting, .constraints), (.overwriting, .distribution),
            (.overwriting, .partitions):
            throw SQLError(.syntaxError, "OVERWRITING \(feature.rawValue) is not possible", at: span)
        default: return LikeClause.Option(strategy: strategy, feature: feature, span: span)
        }
    }
}
