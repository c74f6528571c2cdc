/// MATCH_RECOGNIZE.
extension Parser {
    mutating func parseMatchRecognize(of input: TableReference) throws(SQLError) -> MatchRecognize {
        try expect(["MATCH_RECOGNIZE", "("])
        let partitionBy = take(["PARTITION", "BY"]) ? try parseExpressions() : []
        let orderBy = next("ORDER") ? try parseOrderBy() : []
        let measures = take("MEASURES") ? try parseMeasures() : []
        let rowsPerMatch = try parseRowsPerMatch()
        let afterMatch = try parseAfterMatch()
        try expect(["PATTERN", "("])
        let isAnchoredAtStart = take("^")
        let pattern = try parsePattern()
        let isAnchoredAtEnd = takeEndAnchor()
        try expect(")")
        let within = take("WITHIN") ? try parseInterval() : nil
        let subsets = take("SUBSET") ? try parseSubsets() : []
        try expect("DEFINE")
        let definitions = try parseDefinitions()
        try expect(")")
        return MatchRecognize(
            input: input,
            partitionBy: partitionBy,
            orderBy: orderBy,
            measures: measures,
            rowsPerMatch: rowsPerMatch,
            afterMatch: afterMatch,
            pattern: pattern,
            isAnchoredAtStart: isAnchoredAtStart,
            isAnchoredAtEnd: isAnchoredAtEnd,
            within: within,
            subsets: subsets,
            definitions: definitions
        )
    }

    private mutating func parseMeasures() throws(SQLError) -> [MatchRecognize.Measure] {
        var measures: [MatchRecognize.Measure] = []
        repeat {
            let expression = try parseExpression()
            try expect("AS")
            measures.append(.init(expression: expression, alias: try parseIdentifier("an alias")))
        } while take(",")
        return measures
    }

    private mutating func parseRowsPerMatch() throws(SQLError) -> MatchRecognize.RowsPerMatch? {
        if take("ONE") {
            try expect(["ROW", "PER", "MATCH"])
            return .one
        }
        guard take("ALL") else { return nil }
        try expect(["ROWS", "PER", "MATCH"])
        return .all
    }

    private mutating func parseAfterMatch() throws(SQLError) -> MatchRecognize.AfterMatch? {
        guard take("AFTER") else { return nil }
        try expect(["MATCH", "SKIP"])
        if take("PAST") {
            try expect(["LAST", "ROW"])
            return .pastLastRow
        }
        try expect("TO")
        if take(["NEXT", "ROW"]) { return .nextRow }
        if next("FIRST"), nextIsName(at: 1) {
            advance()
            return .first(try parseIdentifier())
        }
        if next("LAST"), nextIsName(at: 1) { advance() }
        return .last(try parseIdentifier("a pattern variable"))
    }

    private mutating func parseSubsets() throws(SQLError) -> [MatchRecognize.Subset] {
        var subsets: [MatchRecognize.Subset] = []
        repeat {
            let name = try parseIdentifier("a pattern variable")
            try expect("=")
            subsets.append(.init(name: name, members: try parseParenthesizedIdentifiers()))
        } while take(",")
        return subsets
    }

    private mutating func parseDefinitions() throws(SQLError) -> [MatchRecognize.Definition] {
        var definitions: [MatchRecognize.Definition] = []
        repeat {
            let variable = try parseIdentifier("a pattern variable")
            try expect("AS")
            definitions.append(.init(variable: variable, condition: try parseExpression()))
        } while take(",")
        return definitions
    }
}

/// Patterns.
extension Parser {
    /// `$`, which the lexer takes for a name.
    private mutating func takeEndAnchor() -> Bool {
        guard current.kind == .word, current.keyword == "$" else { return false }
        advance()
        return true
    }

    /// `a b | c`.
    private mutating func parsePattern() throws(SQLError) -> RowPattern {
        let outer = try enter(Cost.reference)
        defer { leave(outer, Cost.reference) }
        var alternatives = [try parsePatternSequence()]
        while take("|") { alternatives.append(try parsePatternSequence()) }
        return alternatives.count == 1 ? alternatives[0] : .alternation(alternatives)
    }

    private mutating func parsePatternSequence() throws(SQLError) -> RowPattern {
        var terms = [try parsePatternTerm()]
        while patternTermIsNext() { terms.append(try parsePatternTerm()) }
        return terms.count == 1 ? terms[0] : .sequence(terms)
    }

    private func patternTermIsNext() -> Bool {
        if next("(") || next("PERMUTE") { return true }
        if next("{") { return next("-", at: 1) }
        return nextIsName() && current.text != "$"
    }

    private mutating func parsePatternTerm() throws(SQLError) -> RowPattern {
        let term = try parsePatternPrimary()
        guard let repetition = try parseRepetition() else { return term }
        return .repeated(term, repetition)
    }

    private mutating func parsePatternPrimary() throws(SQLError) -> RowPattern {
        if take("(") {
            let pattern = try parsePattern()
            try expect(")")
            return pattern
        }
        if take(["{", "-"]) {
            let pattern = try parsePattern()
            try expect(["-", "}"])
            return .exclusion(pattern)
        }
        if take("PERMUTE") {
            try expect("(")
            var patterns: [RowPattern] = []
            repeat { patterns.append(try parsePattern()) } while take(",")
            try expect(")")
            return .permutation(patterns)
        }
        return .variable(try parseIdentifier("a pattern variable"))
    }

    private mutating func parseRepetition() throws(SQLError) -> RowPattern.Repetition? {
        var repetition = RowPattern.Repetition(minimum: 0, maximum: nil, isReluctant: false)
        if take("*") {
            // Nothing to note: zero or more is what stands there.
        } else if take("+") {
            repetition.minimum = 1
        } else if take("?") {
            repetition.maximum = 1
        } else if next("{"), !next("-", at: 1) {
            try parseBraces(&repetition)
        } else {
            return nil
        }
        repetition.isReluctant = take("?")
        return repetition
    }

    /// `{n}`, `{n,}`, `{n,m}` or `{,m}`.
    private mutating func parseBraces(_ repetition: inout RowPattern.Repetition) throws(SQLError) {
        try expect("{")
        if take(",") {
            repetition.minimum = nil
            repetition.maximum = try parseInteger()
        } else {
            repetition.minimum = try parseInteger()
            if take(",") {
                repetition.maximum = next("}") ? nil : try parseInteger()
            } else {
                repetition.maximum = repetition.minimum
            }
        }
        try expect("}")
    }
}
