/// Queries.
extension Parser {
    /// `[WITH ...] body [ORDER BY ...] [LIMIT ...] [EMIT ...]`.
    mutating func parseQuery() throws(SQLError) -> Query {
        let outer = try enter(Cost.query)
        defer { leave(outer, Cost.query) }
        let start = start
        let with = take("WITH") ? try parseCommonTableExpressions() : []
        let body = try parseSetOperations(above: try parseQueryTerm(), precedence: 1)
        return try parseQueryEnd(with: with, body: body, from: start)
    }

    private mutating func parseCommonTableExpressions() throws(SQLError) -> [CommonTableExpression] {
        if next("RECURSIVE") {
            throw SQLError(.unsupported, "WITH RECURSIVE is not supported", at: current.span)
        }
        var tables: [CommonTableExpression] = []
        repeat {
            let start = start
            let name = try parseIdentifier("the name of a WITH query")
            let columns = try parseOptionalIdentifiers()
            try expect("AS")
            let query = try parseParenthesizedQuery()
            tables.append(
                CommonTableExpression(name: name, columns: columns, query: query, span: span(from: start))
            )
        } while take(",")
        return tables
    }

    /// What may follow a query in parentheses that turned out to be the start of a larger one; nil if nothing does.
    ///
    /// `query` is what the parentheses hold, `start` the offset of the opening one.
    mutating func parseQueryRest(of query: Query, from start: Int) throws(SQLError) -> Query? {
        guard nextSetOperation() != nil || next("ORDER") || next("LIMIT") || next("OFFSET") || next("FETCH") else {
            return nil
        }
        let nested = QueryBody(.nested(query), span: span(from: start))
        let body = try parseSetOperations(above: nested, precedence: 1)
        return try parseQueryEnd(with: [], body: body, from: start)
    }

    /// SELECT, VALUES, TABLE or a query in parentheses.
    private mutating func parseQueryTerm() throws(SQLError) -> QueryBody {
        let start = start
        switch current.keyword {
        case "SELECT":
            return QueryBody(.select(try parseSelect()), span: span(from: start))
        case "VALUES":
            advance()
            return QueryBody(.values(try parseValuesRows()), span: span(from: start))
        case "TABLE":
            advance()
            return QueryBody(.table(try parseObjectName("a table")), span: span(from: start))
        case "(":
            let query = try parseParenthesizedQuery()
            return QueryBody(.nested(query), span: span(from: start))
        default:
            throw unexpected("a query")
        }
    }

    private mutating func parseValuesRows() throws(SQLError) -> [ValuesRow] {
        var rows: [ValuesRow] = []
        repeat {
            let value = try parseExpression()
            if case .row(let values, _) = value.kind {
                rows.append(ValuesRow(values: values, span: value.span))
            } else {
                rows.append(ValuesRow(values: [value], span: value.span))
            }
        } while take(",")
        return rows
    }

    /// The set operation that is next, and how tightly it binds: INTERSECT tighter than the others.
    private func nextSetOperation() -> (kind: SetOperation.Kind, precedence: Int)? {
        switch current.keyword {
        case "UNION": (.union, 1)
        case "EXCEPT": (.except, 1)
        case "INTERSECT": (.intersect, 2)
        default: nil
        }
    }

    private mutating func parseSetOperations(
        above first: QueryBody,
        precedence: Int
    ) throws(SQLError) -> QueryBody {
        var left = first
        while let (kind, binding) = nextSetOperation(), binding >= precedence {
            advance()
            let isAll = take("ALL")
            if !isAll { _ = take("DISTINCT") }
            var right = try parseQueryTerm()
            if binding == 1 { right = try parseSetOperations(above: right, precedence: 2) }
            let operation = SetOperation(kind: kind, isAll: isAll, left: left, right: right)
            left = QueryBody(.setOperation(operation), span: left.span.union(right.span))
            try grow()
        }
        return left
    }

    /// ORDER BY, LIMIT, OFFSET, FETCH and EMIT behind a body.
    private mutating func parseQueryEnd(
        with: [CommonTableExpression],
        body: QueryBody,
        from start: Int
    ) throws(SQLError) -> Query {
        var query = Query(with: with, body: body, orderBy: [], offset: nil, limit: nil, span: .none)
        if next("ORDER") { query.orderBy = try parseOrderBy() }
        try parseRowLimits(&query)
        query.emit = try parseEmit()
        query.span = span(from: start)
        return query
    }

    private mutating func parseRowLimits(_ query: inout Query) throws(SQLError) {
        if take("LIMIT") {
            if !take("ALL") { query.limit = try parseRowCount() }
            if next("OFFSET") { try parseOffset(&query) }
            return
        }
        if next("OFFSET") { try parseOffset(&query) }
        if take("FETCH") {
            guard take("FIRST") || take("NEXT") else { throw unexpected("FIRST or NEXT") }
            query.limit = try parseRowCount()
            guard take("ROW") || take("ROWS") else { throw unexpected("ROW or ROWS") }
            try expect("ONLY")
        }
    }

    private mutating func parseOffset(_ query: inout Query) throws(SQLError) {
        try expect("OFFSET")
        query.offset = try parseRowCount()
        if !take("ROW") { _ = take("ROWS") }
    }

    /// An unsigned number or a parameter.
    private mutating func parseRowCount() throws(SQLError) -> Expression {
        switch current.kind {
        case .integer, .decimal, .approximate: return try parsePrimary()
        case .symbol where next("?"): return try parsePrimary()
        default: throw unexpected("a number of rows")
        }
    }

    /// `ORDER BY a, b`.
    mutating func parseOrderBy() throws(SQLError) -> [SortItem] {
        try expect(["ORDER", "BY"])
        var items: [SortItem] = []
        repeat { items.append(try parseSortItem()) } while take(",")
        return items
    }

    mutating func parseSortItem() throws(SQLError) -> SortItem {
        let start = start
        let expression = try parseExpression()
        let isDescending = take("DESC")
        if !isDescending { _ = take("ASC") }
        var nulls: SortItem.Nulls?
        if take(["NULLS", "FIRST"]) {
            nulls = .first
        } else if take(["NULLS", "LAST"]) {
            nulls = .last
        }
        return SortItem(expression: expression, isDescending: isDescending, nulls: nulls, span: span(from: start))
    }
}
