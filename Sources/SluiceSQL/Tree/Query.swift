/// A whole query: `[WITH ...] body [ORDER BY ...] [LIMIT ...] [EMIT ...]`.
package struct Query: Sendable, Hashable {
    package var with: [CommonTableExpression]
    package var body: QueryBody
    package var orderBy: [SortItem]
    /// `OFFSET n [ROWS]`.
    package var offset: Expression?
    /// `LIMIT n` or `FETCH FIRST n ROWS ONLY`; nil for none and for LIMIT ALL.
    package var limit: Expression?
    /// When windows give results.
    package var emit: EmitClause?
    package var span: SourceSpan
}

/// `name [(columns)] AS (query)`.
package struct CommonTableExpression: Sendable, Hashable {
    package var name: Identifier
    package var columns: [Identifier]
    package var query: Query
    package var span: SourceSpan
}

/// The part of a query that ORDER BY and LIMIT apply to.
package struct QueryBody: Sendable, Hashable {
    /// What a body is.
    package indirect enum Kind: Sendable, Hashable {
        case select(Select)
        case setOperation(SetOperation)
        /// `VALUES (1, 'a'), (2, 'b')`; `VALUES 1` is a row of one value.
        case values([ValuesRow])
        /// `TABLE name`.
        case table(ObjectName)
        /// A query in parentheses.
        case nested(Query)
    }

    package var kind: Kind
    package var span: SourceSpan

    package init(_ kind: Kind, span: SourceSpan) {
        self.kind = kind
        self.span = span
    }
}

/// One row of VALUES.
package struct ValuesRow: Sendable, Hashable {
    /// At least one.
    package var values: [Expression]
    package var span: SourceSpan
}

/// `left UNION | INTERSECT | EXCEPT [ALL] right`.
package struct SetOperation: Sendable, Hashable {
    /// Which rows the result has.
    package enum Kind: String, Sendable, Hashable {
        case union = "UNION"
        case intersect = "INTERSECT"
        case except = "EXCEPT"
    }

    package var kind: Kind
    package var isAll: Bool
    package var left: QueryBody
    package var right: QueryBody
}

/// `SELECT ... FROM ...`.
package struct Select: Sendable, Hashable {
    package var hints: [Hint]
    /// SELECT DISTINCT; SELECT ALL is the same as neither.
    package var isDistinct: Bool
    package var items: [SelectItem]
    /// Nil for a SELECT without FROM.
    ///
    /// A comma list is a chain of `.comma` joins.
    package var from: TableReference?
    package var `where`: Expression?
    package var groupBy: GroupBy?
    package var having: Expression?
    package var windows: [NamedWindow]
    package var qualify: Expression?
    package var span: SourceSpan
}

extension Select {
    /// `SELECT * FROM name`, which `TABLE name` is short for.
    package init(everythingOf name: ObjectName) {
        self.init(
            hints: [],
            isDistinct: false,
            items: [SelectItem(kind: .star, span: name.span)],
            from: TableReference(.table(NamedTable(name: name, hints: [])), span: name.span),
            windows: [],
            span: name.span
        )
    }
}

/// One item of a select list.
package struct SelectItem: Sendable, Hashable {
    /// What an item is.
    package enum Kind: Sendable, Hashable {
        /// `*`.
        case star
        /// `t.*`, or all the fields of a row column.
        case qualifiedStar(ObjectName)
        case expression(Expression, alias: Identifier?)
    }

    package var kind: Kind
    package var span: SourceSpan
}

/// `GROUP BY [DISTINCT] ...`.
package struct GroupBy: Sendable, Hashable {
    /// One element, nested as written.
    package indirect enum Element: Sendable, Hashable {
        case expression(Expression)
        /// `(a, b)`: one key of several columns.
        case composite([Expression])
        /// `()`.
        case empty
        case groupingSets([Element])
        case rollup([Element])
        case cube([Element])
    }

    package var isDistinct: Bool
    package var elements: [Element]
    package var span: SourceSpan
}
