/// ALTER TABLE.
extension Parser {
    /// What follows ALTER.
    mutating func parseAlterTable(from start: Int) throws(SQLError) -> AlterTable {
        try expect("TABLE")
        let ifExists = try parseIfExists()
        let name = try parseObjectName("a table")
        let action = next("RENAME") ? try parseRename() : try parseTableAction()
        return AlterTable(name: name, ifExists: ifExists, action: action, span: span(from: start))
    }

    private mutating func parseRename() throws(SQLError) -> AlterTableAction {
        try expect("RENAME")
        if take("TO") { return .rename(try parseObjectName("a table")) }
        let column = try parseObjectName("a column")
        try expect("TO")
        return .renameColumn(column, to: try parseIdentifier("a column"))
    }

    /// SET, RESET, ADD, MODIFY or DROP.
    mutating func parseTableAction() throws(SQLError) -> AlterTableAction {
        switch current.keyword {
        case "SET":
            advance()
            return .set(try parseOptions())
        case "RESET":
            advance()
            return .reset(try parseOptionKeys())
        case "ADD":
            advance()
            if next("PARTITION") || next(["IF", "NOT", "EXISTS"]) { return try parseAddPartitions() }
            return .add(try parseAlterElements())
        case "MODIFY":
            advance()
            return .modify(try parseAlterElements())
        case "DROP":
            advance()
            return try parseTableDrop()
        default: throw unexpected("RENAME, SET, RESET, ADD, MODIFY or DROP")
        }
    }

    private mutating func parseAddPartitions() throws(SQLError) -> AlterTableAction {
        let ifNotExists = try parseIfNotExists()
        var additions: [PartitionAddition] = []
        repeat {
            try expect("PARTITION")
            let partition = try parsePartition()
            additions.append(PartitionAddition(partition: partition, options: try parseOptionalOptions()))
        } while next("PARTITION")
        return .addPartitions(additions, ifNotExists: ifNotExists)
    }

    /// One element, or several in parentheses.
    private mutating func parseAlterElements() throws(SQLError) -> [AlterTableElement] {
        guard take("(") else { return [try parseAlterElement()] }
        var elements: [AlterTableElement] = []
        var hasWatermark = false
        repeat {
            let element = try parseAlterElement()
            if case .watermark(let watermark) = element {
                guard !hasWatermark else {
                    throw SQLError(.syntaxError, "a table has at most one watermark", at: watermark.span)
                }
                hasWatermark = true
            }
            elements.append(element)
        } while take(",")
        try expect(")")
        return elements
    }

    private mutating func parseAlterElement() throws(SQLError) -> AlterTableElement {
        let start = start
        if next("WATERMARK") { return .watermark(try parseWatermark()) }
        if nextIsConstraint() { return .constraint(try parseTableConstraint()) }
        if take("DISTRIBUTION") { return .distribution(try parseDistribution(from: start)) }
        let name = try parseObjectName("a column")
        let last = name.parts[name.parts.count - 1]
        var column = try parseColumnRest(last, from: start)
        guard column.kind != .nameOnly else { throw unexpected("a data type") }
        let position = try parseColumnPosition()
        column.span = span(from: start)
        return .column(column, name: name, position)
    }

    private mutating func parseColumnPosition() throws(SQLError) -> ColumnPosition? {
        if take("FIRST") { return .first }
        return take("AFTER") ? .after(try parseObjectName("a column")) : nil
    }

    private mutating func parseTableDrop() throws(SQLError) -> AlterTableAction {
        if take(["PRIMARY", "KEY"]) { return .dropPrimaryKey }
        if take("CONSTRAINT") { return .dropConstraint(try parseIdentifier("a constraint")) }
        if take("WATERMARK") { return .dropWatermark }
        if take("DISTRIBUTION") { return .dropDistribution }
        if next("PARTITION") || next(["IF", "EXISTS"]) { return try parseDropPartitions() }
        if next("(") { return .dropColumns(try parseParenthesizedNames()) }
        return .dropColumns([try parseObjectName("a column")])
    }

    private mutating func parseDropPartitions() throws(SQLError) -> AlterTableAction {
        let ifExists = try parseIfExists()
        var partitions: [[PartitionEntry]] = []
        repeat {
            try expect("PARTITION")
            partitions.append(try parsePartition())
        } while take(",")
        return .dropPartitions(partitions, ifExists: ifExists)
    }
}
