import SluiceSQL

/// Makes the list of variables of a row pattern, and refuses what Flink refuses.
struct PatternBinder {
    /// One variable with its quantifier.
    struct Term {
        var variable: Identifier
        var minimum: Int
        var maximum: Int?
        var isGreedy: Bool
        /// Where the variable and its quantifier stand.
        var span: SourceSpan

        init(_ variable: Identifier) {
            self.variable = variable
            minimum = 1
            maximum = 1
            isGreedy = false
            span = variable.span
        }

        /// `?`: none or one.
        var isOptional: Bool { minimum == 0 && maximum == 1 }
    }

    /// The greatest number in a quantifier: each row that may come is a state.
    static let countMax = 10_000

    private(set) var terms: [Term] = []

    /// The variables of `pattern`, in order.
    static func terms(of pattern: RowPattern, at span: SourceSpan) throws -> [Term] {
        var binder = PatternBinder()
        try binder.add(pattern, at: span)
        try binder.checkNeighbours()
        guard binder.terms.contains(where: { $0.minimum > 0 }) else {
            throw SQLError(
                .unsupported,
                "a pattern that can match no row at all is not supported",
                at: span,
                hint: "let one variable be there at least once"
            )
        }
        guard binder.terms.count <= MatchSpecification.variablesMax else {
            throw SQLError(
                .unsupported,
                "a pattern of more than \(MatchSpecification.variablesMax) variables is not supported",
                at: span
            )
        }
        return binder.terms
    }

    private mutating func add(_ pattern: RowPattern, at span: SourceSpan) throws {
        switch pattern {
        case .variable(let variable): terms.append(Term(variable))
        case .sequence(let parts): for part in parts { try add(part, at: span) }
        case .repeated(.variable(let variable), let repetition): terms.append(try term(variable, repetition))
        case .repeated(_, _):
            throw SQLError(
                .unsupported,
                "a quantifier behind a group is not supported",
                at: span,
                hint: "put quantifiers behind single variables"
            )
        case .alternation: throw Self.unsupported("alternatives, a | b,", at: span)
        case .permutation: throw Self.unsupported("PERMUTE", at: span)
        case .exclusion: throw Self.unsupported("an exclusion, {- a -},", at: span)
        }
    }

    private static func unsupported(_ what: String, at span: SourceSpan) -> SQLError {
        SQLError(
            .unsupported,
            "\(what) in a pattern is not supported",
            at: span,
            hint: "write a sequence of variables, and let their conditions tell the cases apart"
        )
    }

    private func term(_ variable: Identifier, _ repetition: RowPattern.Repetition) throws -> Term {
        var term = Term(variable)
        guard let minimum = repetition.minimum else {
            throw SQLError(
                .unsupported,
                "a quantifier without a least number is not supported",
                at: variable.span,
                hint: repetition.maximum.map { "write {0,\($0)}" }
            )
        }
        term.minimum = minimum
        term.maximum = repetition.maximum
        guard repetition.maximum.map({ $0 >= max(1, minimum) }) ?? true else {
            throw SQLError(
                .invalidDefinition,
                "the greatest number of a quantifier must be at least one and not below the least",
                at: variable.span
            )
        }
        guard max(minimum, repetition.maximum ?? 0) <= Self.countMax else {
            throw SQLError(
                .unsupported,
                "a quantifier of more than \(Self.countMax) rows is not supported",
                at: variable.span
            )
        }
        if repetition.isReluctant, term.isOptional {
            throw SQLError(
                .unsupported,
                "a reluctant '??' is not supported",
                at: variable.span,
                hint: "write '?', or '*?' with a condition that holds once"
            )
        }
        term.isGreedy = !repetition.isReluctant && !term.isOptional && minimum != repetition.maximum
        return term
    }

    /// What may not stand behind a greedy variable: nothing, and one that may be missing.
    private func checkNeighbours() throws {
        for (term, next) in zip(terms, terms.dropFirst()) where term.isGreedy {
            // {0,n} passes, as in Flink.
            let mayBeMissing = next.isOptional || (next.minimum == 0 && next.maximum == nil)
            guard mayBeMissing else { continue }
            throw SQLError(
                .unsupported,
                "'\(next.variable.text)' may be missing, and stands behind the greedy '\(term.variable.text)'",
                at: next.span,
                hint: "make the quantifier of '\(term.variable.text)' reluctant, for example '+?'"
            )
        }
        guard let last = terms.last, last.isGreedy else { return }
        throw SQLError(
            .unsupported,
            "a greedy quantifier cannot stand at the end of a pattern",
            at: last.span,
            hint: "make it reluctant, for example '+?', or add a variable behind it"
        )
    }
}
