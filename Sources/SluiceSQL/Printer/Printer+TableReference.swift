/// FROM.
extension Printer {
    mutating func write(_ reference: TableReference) {
        switch reference.kind {
        case .table(let table): write(table)
        case .derived(let query, let isLateral): write(query, after: isLateral ? "LATERAL " : "")
        case .function(let call, let isLateral, let hasTableKeyword):
            if isLateral { write("LATERAL ") }
            if hasTableKeyword { write("TABLE(") }
            write(call)
            if hasTableKeyword { write(")") }
        case .unnest(let values, let withOrdinality):
            write("UNNEST(")
            write(values)
            write(withOrdinality ? ") WITH ORDINALITY" : ")")
        case .join(let join): write(join)
        case .matchRecognize(let match): write(match)
        case .sample(let input, let sample):
            if case .aliased = input.kind { write(input) } else { writePrimary(input) }
            write(sample)
        case .aliased(let input, let alias):
            if case .matchRecognize = input.kind { write(input) } else { writePrimary(input) }
            write(" AS ")
            write(alias.name)
            writeParenthesized(alias.columns)
        }
    }

    /// Writes a reference that something may follow, in parentheses unless it is one piece.
    mutating func writePrimary(_ reference: TableReference) {
        switch reference.kind {
        case .table, .derived, .function, .unnest: write(reference)
        case .join, .matchRecognize, .sample, .aliased:
            write("(")
            write(reference)
            write(")")
        }
    }

    private mutating func write(_ table: NamedTable) {
        write(table.name)
        write(table.hints)
        writeClause(" FOR SYSTEM_TIME AS OF ", table.systemTime)
    }

    private mutating func write(_ join: Join) {
        write(join.left, inParentheses: join.kind != .comma && Self.isComma(join.left))
        if join.kind == .comma {
            write(", ")
        } else {
            write(join.isNatural ? " NATURAL " : " ")
            write("\(join.kind.rawValue) ")
        }
        write(join.right, inParentheses: join.kind == .comma ? Self.isComma(join.right) : Self.isJoin(join.right))
        switch join.condition {
        case .on(let condition): writeClause(" ON ", condition)
        case .using(let columns):
            write(" USING")
            writeParenthesized(columns)
        case nil: break
        }
    }

    private mutating func write(_ reference: TableReference, inParentheses: Bool) {
        if inParentheses { write("(") }
        write(reference)
        if inParentheses { write(")") }
    }

    private static func isJoin(_ reference: TableReference) -> Bool {
        if case .join = reference.kind { return true }
        return false
    }

    private static func isComma(_ reference: TableReference) -> Bool {
        if case .join(let join) = reference.kind { return join.kind == .comma }
        return false
    }

    private mutating func write(_ sample: TableSample) {
        write(" TABLESAMPLE \(sample.method.rawValue)(")
        write(sample.percentage)
        write(")")
        if let seed = sample.seed { write(" REPEATABLE(\(seed))") }
    }
}
