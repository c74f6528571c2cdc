/// Queries.
extension Printer {
    mutating func write(_ query: Query) {
        if !query.with.isEmpty {
            write("WITH ")
            writeList(query.with) { printer, table in
                printer.write(table.name)
                printer.writeParenthesized(table.columns)
                printer.write(table.query, after: " AS ")
            }
            write(" ")
        }
        write(query.body)
        if !query.orderBy.isEmpty {
            write(" ")
            writeOrderBy(query.orderBy)
        }
        if let offset = query.offset {
            write(" OFFSET ")
            write(offset)
            write(" ROWS")
        }
        if let limit = query.limit {
            write(" FETCH NEXT ")
            write(limit)
            write(" ROWS ONLY")
        }
        if let emit = query.emit {
            write(" EMIT ")
            writeList(emit.strategies) { $0.write($1) }
        }
    }

    private mutating func write(_ strategy: EmitClause.Strategy) {
        if let delay = strategy.delay, case .literal(.interval(let text, _, let qualifier)) = delay.kind {
            write("WITH DELAY ")
            write(Literal.string(text))
            write(" ")
            write(qualifier)
        } else {
            write("WITHOUT DELAY")
        }
        if let phase = strategy.phase { write(" \(phase.rawValue) WATERMARK") }
    }

    private mutating func write(_ body: QueryBody) {
        switch body.kind {
        case .select(let select): write(select)
        case .setOperation(let operation):
            write(operation.left)
            write(" \(operation.kind.rawValue)\(operation.isAll ? " ALL" : "") ")
            write(operation.right)
        case .values(let rows):
            write("VALUES ")
            writeList(rows) { $0.write($1) }
        case .table(let name):
            write("TABLE ")
            write(name)
        case .nested(let query): write(query, after: "")
        }
    }

    /// A row of one value that is a row itself needs the word ROW, or it would be taken for that row.
    private mutating func write(_ row: ValuesRow) {
        write("ROW(")
        write(row.values)
        write(")")
    }

    private mutating func write(_ select: Select) {
        write("SELECT")
        write(select.hints)
        write(select.isDistinct ? " DISTINCT " : " ")
        writeList(select.items) { $0.write($1) }
        if let from = select.from {
            write(" FROM ")
            write(from)
        }
        writeClause(" WHERE ", select.where)
        if let groupBy = select.groupBy {
            write(groupBy.isDistinct ? " GROUP BY DISTINCT " : " GROUP BY ")
            writeList(groupBy.elements) { $0.write($1) }
        }
        writeClause(" HAVING ", select.having)
        if !select.windows.isEmpty {
            write(" WINDOW ")
            writeList(select.windows) { printer, window in
                printer.write(window.name)
                printer.write(" AS ")
                printer.write(window.specification)
            }
        }
        writeClause(" QUALIFY ", select.qualify)
    }

    /// Writes `keyword` and the expression, if there is one.
    mutating func writeClause(_ keyword: String, _ expression: Expression?) {
        guard let expression else { return }
        write(keyword)
        write(expression)
    }

    private mutating func write(_ item: SelectItem) {
        switch item.kind {
        case .star: write("*")
        case .qualifiedStar(let name):
            write(name)
            write(".*")
        case .expression(let expression, let alias):
            write(expression)
            if let alias {
                write(" AS ")
                write(alias)
            }
        }
    }

    private mutating func write(_ element: GroupBy.Element) {
        switch element {
        case .expression(let expression): write(expression)
        case .composite(let keys):
            write("(")
            write(keys)
            write(")")
        case .empty: write("()")
        case .groupingSets(let elements): write("GROUPING SETS", elements)
        case .rollup(let elements): write("ROLLUP", elements)
        case .cube(let elements): write("CUBE", elements)
        }
    }

    private mutating func write(_ keyword: String, _ elements: [GroupBy.Element]) {
        write("\(keyword)(")
        writeList(elements) { $0.write($1) }
        write(")")
    }

    mutating func writeOrderBy(_ items: [SortItem]) {
        write("ORDER BY ")
        writeList(items) { $0.write($1) }
    }

    mutating func write(_ item: SortItem) {
        write(item.expression)
        if item.isDescending { write(" DESC") }
        if let nulls = item.nulls { write(" \(nulls.rawValue)") }
    }

    mutating func write(_ window: WindowSpecification) {
        var pieces: [(inout Printer) -> Void] = []
        if let base = window.base { pieces.append { $0.write(base) } }
        if !window.partitionBy.isEmpty {
            pieces.append {
                $0.write("PARTITION BY ")
                $0.write(window.partitionBy)
            }
        }
        if !window.orderBy.isEmpty { pieces.append { $0.writeOrderBy(window.orderBy) } }
        if let frame = window.frame { pieces.append { $0.write(frame) } }
        write("(")
        writeList(pieces, separator: " ") { $1(&$0) }
        write(")")
    }

    private mutating func write(_ frame: WindowFrame) {
        write("\(frame.unit.rawValue) ")
        guard let end = frame.end else { return write(frame.start) }
        write("BETWEEN ")
        write(frame.start)
        write(" AND ")
        write(end)
    }

    private mutating func write(_ bound: WindowFrame.Bound) {
        switch bound {
        case .unboundedPreceding: write("UNBOUNDED PRECEDING")
        case .currentRow: write("CURRENT ROW")
        case .unboundedFollowing: write("UNBOUNDED FOLLOWING")
        case .preceding(let distance): write(distance, "PRECEDING")
        case .following(let distance): write(distance, "FOLLOWING")
        }
    }

    private mutating func write(_ distance: Expression, _ direction: String) {
        write("(")
        write(distance)
        write(") \(direction)")
    }
}
