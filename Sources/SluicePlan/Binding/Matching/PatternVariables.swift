import SluiceSQL

/// The names that can stand for rows in one MATCH_RECOGNIZE.
///
/// Their case counts, as in Flink.
struct PatternVariables: Sendable {
    /// Variables of PATTERN, in order.
    private(set) var pattern: [Identifier] = []
    /// Variables of DEFINE that are not in the pattern: they have no rows.
    private(set) var defined: Set<String> = []
    /// Names of SUBSET, which only MEASURES may use; Flink gives them no rows.
    private(set) var subsets: Set<String> = []

    /// Adds a variable of PATTERN.
    ///
    /// - Throws: where it is there already.
    mutating func add(_ variable: Identifier) throws(SQLError) {
        guard index(of: variable) == nil else {
            throw SQLError(
                .unsupported,
                "the pattern variable '\(variable.text)' stands twice in the pattern",
                at: variable.span,
                hint: "give each place a variable of its own, with the same condition"
            )
        }
        pattern.append(variable)
    }

    /// Adds the variables of DEFINE.
    mutating func add(_ definitions: [MatchRecognize.Definition]) throws(SQLError) {
        var seen: Set<String> = []
        for definition in definitions {
            guard seen.insert(definition.variable.text).inserted else { throw Self.twice(definition.variable) }
            if index(of: definition.variable) == nil { defined.insert(definition.variable.text) }
        }
    }

    /// Adds a name of SUBSET.
    mutating func add(_ subset: MatchRecognize.Subset) throws(SQLError) {
        for member in subset.members where rows(member) == nil { throw unknown(member) }
        guard rows(subset.name) == nil, subsets.insert(subset.name.text).inserted else {
            throw Self.twice(subset.name)
        }
    }

    /// The place of a variable in the pattern.
    func index(of name: Identifier) -> Int? { pattern.firstIndex { $0.text == name.text } }

    /// The rows that a name stands for, nil where it is no pattern variable.
    func rows(_ name: Identifier) -> MatchExpressions.Rows? {
        if let index = index(of: name) { return .variable(index) }
        return defined.contains(name.text) || subsets.contains(name.text) ? MatchExpressions.Rows.none : nil
    }

    private static func twice(_ name: Identifier) -> SQLError {
        SQLError(.invalidDefinition, "the pattern variable '\(name.text)' is defined twice", at: name.span)
    }

    /// The error of a name that is no variable.
    func unknown(_ name: Identifier) -> SQLError {
        SQLError(
            .unknownColumn,
            "no pattern variable '\(name.text)'",
            at: name.span,
            hint: NearestName.hint(for: name.text, in: pattern.map(\.text))
        )
    }
}
