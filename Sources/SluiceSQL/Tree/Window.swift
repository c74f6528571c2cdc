/// One item of ORDER BY.
package struct SortItem: Sendable, Hashable {
    /// NULLS FIRST or NULLS LAST.
    package enum Nulls: String, Sendable, Hashable {
        case first = "NULLS FIRST"
        case last = "NULLS LAST"
    }

    package var expression: Expression
    package var isDescending: Bool
    /// Nil if not written; Flink then puts nulls first when ascending and last when descending.
    package var nulls: Nulls?
    package var span: SourceSpan
}

/// What stands behind OVER.
package indirect enum WindowReference: Sendable, Hashable {
    /// `OVER w`.
    case named(Identifier)
    /// `OVER (...)`.
    case inline(WindowSpecification)
}

/// `([base] [PARTITION BY ...] [ORDER BY ...] [frame])`.
package struct WindowSpecification: Sendable, Hashable {
    /// A window of the WINDOW clause that this one refines.
    package var base: Identifier?
    package var partitionBy: [Expression]
    package var orderBy: [SortItem]
    package var frame: WindowFrame?
    package var span: SourceSpan
}

/// `ROWS | RANGE BETWEEN start AND end`.
package struct WindowFrame: Sendable, Hashable {
    /// How bounds are counted.
    package enum Unit: String, Sendable, Hashable {
        case rows = "ROWS"
        case range = "RANGE"
    }

    /// One end of a frame.
    package indirect enum Bound: Sendable, Hashable {
        case unboundedPreceding
        case preceding(Expression)
        case currentRow
        case following(Expression)
        case unboundedFollowing
    }

    package var unit: Unit
    package var start: Bound
    /// Nil if only a start was written: the frame then ends at the current row.
    package var end: Bound?
    package var span: SourceSpan
}

/// `name AS (specification)` of a WINDOW clause.
package struct NamedWindow: Sendable, Hashable {
    package var name: Identifier
    package var specification: WindowSpecification
}
