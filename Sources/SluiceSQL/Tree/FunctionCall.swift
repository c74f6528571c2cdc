/// A call of a scalar, aggregate, window or table function.
///
/// Functions with a syntax of their own have plain arguments in the order of the list here, whatever way they were
/// written:
/// `EXTRACT(unit, source)`, `POSITION(needle, haystack[, start])`, `SUBSTRING(text, start[, length])`,
/// `OVERLAY(text, replacement, start[, length])`, `TRIM(characters, text)` (one argument if no characters were given;
/// the side is in `syntax`), `CEIL(value, unit)`, `FLOOR(value, unit)`, `TIMESTAMPADD(unit, count, value)`,
/// `TIMESTAMPDIFF(unit, from, to)`, `JSON_VALUE(input, path)`, `JSON_OBJECT(key, value, key, value, ...)`,
/// `JSON_OBJECTAGG(key, value)`.
package struct FunctionCall: Sendable, Hashable {
    /// DISTINCT or ALL in front of the arguments.
    package enum Quantifier: String, Sendable, Hashable {
        case distinct = "DISTINCT"
        case all = "ALL"
    }

    /// RESPECT NULLS or IGNORE NULLS behind the arguments.
    package enum NullTreatment: String, Sendable, Hashable {
        case respect = "RESPECT NULLS"
        case ignore = "IGNORE NULLS"
    }

    /// How the call was written, where that is not `name(arguments)`.
    ///
    /// Only TRIM's side changes the meaning.
    package enum Syntax: Sendable, Hashable {
        case ordinary
        /// Without parentheses: CURRENT_DATE, USER.
        case niladic
        /// `EXTRACT(unit FROM source)`.
        case extract
        /// `POSITION(needle IN haystack FROM start)`.
        case position
        /// `OVERLAY(text PLACING replacement FROM start FOR length)`.
        case overlay
        /// `TRIM([side] [characters] FROM text)`; `TRIM(text)` is `.ordinary`.
        case trim(TrimSide)
        /// `FLOOR(value TO unit)`.
        case toUnit
        /// `CONVERT(text USING charset)` or `TRANSLATE(text USING charset)`; the charset is in the last argument.
        case using
    }

    /// Which ends TRIM cuts.
    package enum TrimSide: String, Sendable, Hashable {
        case both = "BOTH"
        case leading = "LEADING"
        case trailing = "TRAILING"
    }

    /// As written; function names are found without regard to case.
    package var name: ObjectName
    package var quantifier: Quantifier?
    package var arguments: [FunctionArgument]
    /// ORDER BY inside the parentheses: `ARRAY_AGG(x ORDER BY y)`.
    package var orderBy: [SortItem]
    /// The clauses of JSON functions; nil for other functions and where none was written.
    package var json: JSONClauses?
    package var withinGroup: [SortItem]
    /// `FILTER (WHERE condition)`.
    package var filter: Expression?
    package var nullTreatment: NullTreatment?
    package var over: WindowReference?
    package var syntax: Syntax
    package var span: SourceSpan

    package init(
        name: ObjectName,
        arguments: [FunctionArgument] = [],
        syntax: Syntax = .ordinary,
        span: SourceSpan
    ) {
        self.name = name
        self.quantifier = nil
        self.arguments = arguments
        self.orderBy = []
        self.json = nil
        self.withinGroup = []
        self.filter = nil
        self.nullTreatment = nil
        self.over = nil
        self.syntax = syntax
        self.span = span
    }
}

/// One argument, named (`SIZE => INTERVAL '1' HOUR`) or not.
package struct FunctionArgument: Sendable, Hashable {
    package var name: Identifier?
    package var value: Expression

    package init(_ value: Expression, name: Identifier? = nil) {
        self.value = value
        self.name = name
    }

    /// From the name to the end of the value.
    package var span: SourceSpan { name.map { $0.span.union(value.span) } ?? value.span }
}

/// A table as the argument of a table function.
package struct TableArgument: Sendable, Hashable {
    /// Where the rows come from.
    package enum Source: Sendable, Hashable {
        /// `TABLE name`.
        case table(ObjectName)
        /// `(query)` with a PARTITION BY behind it; without, it is a subquery.
        case query(Query)
    }

    package var source: Source
    package var partitionBy: [Expression]
    package var orderBy: [SortItem]
    package var span: SourceSpan
}

/// The clauses of the JSON functions.
///
/// Nil or false: not written.
package struct JSONClauses: Sendable, Hashable {
    /// What JSON_VALUE and JSON_QUERY give on empty or on error, and JSON_EXISTS on error.
    package indirect enum Behaviour: Sendable, Hashable {
        case error
        case null
        case `default`(Expression)
        case emptyArray
        case emptyObject
        case `true`
        case `false`
        case unknown
    }

    /// JSON_QUERY's wrapper clause.
    package enum Wrapper: String, Sendable, Hashable {
        case without = "WITHOUT ARRAY WRAPPER"
        case conditional = "WITH CONDITIONAL ARRAY WRAPPER"
        case unconditional = "WITH UNCONDITIONAL ARRAY WRAPPER"
    }

    /// What constructors do with a null value.
    package enum OnNull: String, Sendable, Hashable {
        case null = "NULL ON NULL"
        case absent = "ABSENT ON NULL"
    }

    package var returning: TypeName?
    package var wrapper: Wrapper?
    package var onEmpty: Behaviour?
    package var onError: Behaviour?
    package var onNull: OnNull?
}
