/// What FROM reads.
package struct TableReference: Sendable, Hashable {
    package var kind: Kind
    package var span: SourceSpan

    package init(_ kind: Kind, span: SourceSpan) {
        self.kind = kind
        self.span = span
    }

    /// What a table reference is.
    package indirect enum Kind: Sendable, Hashable {
        case table(NamedTable)
        /// `[LATERAL] (query)`, VALUES included.
        case derived(Query, isLateral: Bool)
        /// `[LATERAL] TABLE(f(...))`, or `f(...)` alone.
        case function(FunctionCall, isLateral: Bool, hasTableKeyword: Bool)
        /// `UNNEST(a, b) [WITH ORDINALITY]`.
        case unnest([Expression], withOrdinality: Bool)
        case join(Join)
        case matchRecognize(MatchRecognize)
        case sample(TableReference, TableSample)
        /// `reference [AS] name [(columns)]`.
        case aliased(TableReference, TableAlias)
    }
}

/// A table or view by name.
package struct NamedTable: Sendable, Hashable {
    package var name: ObjectName
    /// `/*+ OPTIONS('key' = 'value') */` and other hints behind the name.
    package var hints: [Hint]
    /// `FOR SYSTEM_TIME AS OF expression`.
    package var systemTime: Expression?
}

/// `AS name (columns)`.
package struct TableAlias: Sendable, Hashable {
    package var name: Identifier
    package var columns: [Identifier]
    package var span: SourceSpan

    package init(name: Identifier, columns: [Identifier] = [], span: SourceSpan) {
        self.name = name
        self.columns = columns
        self.span = span
    }
}

/// Two table references put together.
package struct Join: Sendable, Hashable {
    /// Which rows without a partner are kept.
    package enum Kind: String, Sendable, Hashable {
        case inner = "INNER JOIN"
        case left = "LEFT JOIN"
        case right = "RIGHT JOIN"
        case full = "FULL JOIN"
        case cross = "CROSS JOIN"
        /// `a, b`.
        case comma = ","
    }

    /// What makes rows partners.
    package enum Condition: Sendable, Hashable {
        case on(Expression)
        case using([Identifier])
    }

    package var kind: Kind
    package var isNatural: Bool
    package var left: TableReference
    package var right: TableReference
    package var condition: Condition?
}

/// `TABLESAMPLE BERNOULLI | SYSTEM (percentage) [REPEATABLE (seed)]`.
package struct TableSample: Sendable, Hashable {
    /// How rows are drawn.
    package enum Method: String, Sendable, Hashable {
        case bernoulli = "BERNOULLI"
        case system = "SYSTEM"
    }

    package var method: Method
    /// A number in percent, text kept.
    package var percentage: Literal
    /// An integer, text kept.
    package var seed: String?
}
