/// `table MATCH_RECOGNIZE (...)`.
package struct MatchRecognize: Sendable, Hashable {
    /// How many rows a match gives.
    package enum RowsPerMatch: String, Sendable, Hashable {
        case one = "ONE ROW PER MATCH"
        case all = "ALL ROWS PER MATCH"
    }

    /// Where the search goes on after a match.
    package enum AfterMatch: Sendable, Hashable {
        case nextRow
        case pastLastRow
        case first(Identifier)
        /// SKIP TO LAST x, or SKIP TO x.
        case last(Identifier)
    }

    package var input: TableReference
    package var partitionBy: [Expression]
    package var orderBy: [SortItem]
    package var measures: [Measure]
    /// Nil if not written (Flink: one row per match).
    package var rowsPerMatch: RowsPerMatch?
    /// Nil if not written (Flink: to the next row).
    package var afterMatch: AfterMatch?
    package var pattern: RowPattern
    /// `^` in front of the pattern.
    package var isAnchoredAtStart: Bool
    /// `$` behind the pattern.
    package var isAnchoredAtEnd: Bool
    /// The interval behind WITHIN.
    package var within: Expression?
    package var subsets: [Subset]
    package var definitions: [Definition]

    /// `expression AS alias`.
    package struct Measure: Sendable, Hashable {
        package var expression: Expression
        package var alias: Identifier
    }

    /// `name = (a, b)`.
    package struct Subset: Sendable, Hashable {
        package var name: Identifier
        package var members: [Identifier]
    }

    /// `variable AS condition`.
    package struct Definition: Sendable, Hashable {
        package var variable: Identifier
        package var condition: Expression
    }
}

/// A regular expression over rows.
package indirect enum RowPattern: Sendable, Hashable {
    case variable(Identifier)
    /// Two or more, one behind the other.
    case sequence([RowPattern])
    /// Two or more, `a | b`.
    case alternation([RowPattern])
    case repeated(RowPattern, Repetition)
    /// `PERMUTE(a, b)`.
    case permutation([RowPattern])
    /// `{- a -}`.
    case exclusion(RowPattern)

    /// `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}`, `{,m}`, each with `?` for reluctant.
    package struct Repetition: Sendable, Hashable {
        /// Nil where it is not written, `{,m}`.
        package var minimum: Int?
        /// Nil for no bound.
        package var maximum: Int?
        package var isReluctant: Bool
    }
}
