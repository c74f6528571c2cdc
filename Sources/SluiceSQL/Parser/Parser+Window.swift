/// Windows of OVER and of the WINDOW clause.
extension Parser {
    /// A name or `(...)` behind OVER.
    mutating func parseWindowReference() throws(SQLError) -> WindowReference {
        if next("(") { return .inline(try parseWindowSpecification()) }
        return .named(try parseIdentifier("a window"))
    }

    /// `name AS (...), ...`.
    mutating func parseNamedWindows() throws(SQLError) -> [NamedWindow] {
        var windows: [NamedWindow] = []
        repeat {
            let name = try parseIdentifier("a window")
            try expect("AS")
            windows.append(NamedWindow(name: name, specification: try parseWindowSpecification()))
        } while take(",")
        return windows
    }

    private mutating func parseWindowSpecification() throws(SQLError) -> WindowSpecification {
        let start = start
        var window = WindowSpecification(base: nil, partitionBy: [], orderBy: [], frame: nil, span: .none)
        try expect("(")
        if nextIsName() { window.base = try parseIdentifier() }
        if take(["PARTITION", "BY"]) { window.partitionBy = try parseExpressions() }
        if next("ORDER") { window.orderBy = try parseOrderBy() }
        window.frame = try parseFrame()
        try expect(")")
        window.span = span(from: start)
        return window
    }

    private mutating func parseFrame() throws(SQLError) -> WindowFrame? {
        let start = start
        guard next("ROWS") || next("RANGE") else { return nil }
        let unit: WindowFrame.Unit = next("ROWS") ? .rows : .range
        advance()
        guard take("BETWEEN") else {
            let bound = try parseFrameBound()
            return WindowFrame(unit: unit, start: bound, end: nil, span: span(from: start))
        }
        let first = try parseFrameBound()
        try expect("AND")
        let last = try parseFrameBound()
        return WindowFrame(unit: unit, start: first, end: last, span: span(from: start))
    }

    private mutating func parseFrameBound() throws(SQLError) -> WindowFrame.Bound {
        if take(["CURRENT", "ROW"]) { return .currentRow }
        if take(["UNBOUNDED", "PRECEDING"]) { return .unboundedPreceding }
        if take(["UNBOUNDED", "FOLLOWING"]) { return .unboundedFollowing }
        let distance = try parseOperand()
        if take("PRECEDING") { return .preceding(distance) }
        guard take("FOLLOWING") else { throw unexpected("PRECEDING or FOLLOWING") }
        return .following(distance)
    }
}
