/// MATCH_RECOGNIZE.
extension Printer {
    mutating func write(_ match: MatchRecognize) {
        if case .aliased = match.input.kind { write(match.input) } else { writePrimary(match.input) }
        write(" MATCH_RECOGNIZE (")
        if !match.partitionBy.isEmpty {
            write("PARTITION BY ")
            write(match.partitionBy)
            write(" ")
        }
        if !match.orderBy.isEmpty {
            writeOrderBy(match.orderBy)
            write(" ")
        }
        if !match.measures.isEmpty {
            write("MEASURES ")
            writeList(match.measures) { printer, measure in
                printer.write(measure.expression)
                printer.write(" AS ")
                printer.write(measure.alias)
            }
            write(" ")
        }
        if let rows = match.rowsPerMatch { write("\(rows.rawValue) ") }
        if let skip = match.afterMatch { write(skip) }
        writePatternClause(match)
        writeClause(" WITHIN ", match.within)
        writeSubsets(match.subsets)
        write(" DEFINE ")
        writeList(match.definitions) { printer, definition in
            printer.write(definition.variable)
            printer.write(" AS ")
            printer.write(definition.condition)
        }
        write(")")
    }

    private mutating func write(_ skip: MatchRecognize.AfterMatch) {
        write("AFTER MATCH SKIP ")
        switch skip {
        case .nextRow: write("TO NEXT ROW ")
        case .pastLastRow: write("PAST LAST ROW ")
        case .first(let variable):
            write("TO FIRST ")
            write(variable)
            write(" ")
        case .last(let variable):
            write("TO LAST ")
            write(variable)
            write(" ")
        }
    }

    private mutating func writePatternClause(_ match: MatchRecognize) {
        write(match.isAnchoredAtStart ? "PATTERN (^ " : "PATTERN (")
        write(match.pattern)
        write(match.isAnchoredAtEnd ? " $)" : ")")
    }

    private mutating func writeSubsets(_ subsets: [MatchRecognize.Subset]) {
        guard !subsets.isEmpty else { return }
        write(" SUBSET ")
        writeList(subsets) { printer, subset in
            printer.write(subset.name)
            printer.write(" =")
            printer.writeParenthesized(subset.members)
        }
    }

    private mutating func write(_ pattern: RowPattern) {
        switch pattern {
        case .variable(let name): write(name)
        case .sequence(let terms): writeList(terms, separator: " ") { $0.writeTerm($1) }
        case .alternation(let alternatives):
            writeList(alternatives, separator: " | ") { printer, alternative in
                if case .alternation = alternative { return printer.writeGroup(alternative) }
                printer.write(alternative)
            }
        case .repeated(let term, let repetition):
            switch term {
            case .variable, .permutation, .exclusion: write(term)
            case .sequence, .alternation, .repeated: writeGroup(term)
            }
            write(repetition)
        case .permutation(let patterns):
            write("PERMUTE(")
            writeList(patterns) { $0.write($1) }
            write(")")
        case .exclusion(let inner):
            write("{- ")
            write(inner)
            write(" -}")
        }
    }

    private mutating func writeTerm(_ term: RowPattern) {
        switch term {
        case .sequence, .alternation: writeGroup(term)
        case .variable, .repeated, .permutation, .exclusion: write(term)
        }
    }

    private mutating func writeGroup(_ pattern: RowPattern) {
        write("(")
        write(pattern)
        write(")")
    }

    private mutating func write(_ repetition: RowPattern.Repetition) {
        switch (repetition.minimum, repetition.maximum) {
        case (0, nil): write("*")
        case (1, nil): write("+")
        case (0, 1): write("?")
        case (let minimum?, nil): write("{\(minimum),}")
        case (let minimum?, let maximum?): write("{\(minimum),\(maximum)}")
        case (nil, let maximum): write("{,\(maximum ?? 0)}")
        }
        if repetition.isReluctant { write("?") }
    }
}
