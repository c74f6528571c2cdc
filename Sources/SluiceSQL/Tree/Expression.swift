/// A scalar, aggregate or predicate expression.
///
/// Parentheses leave no trace but the shape of the tree.
package struct Expression: Sendable, Hashable {
    package var kind: Kind
    package var span: SourceSpan

    package init(_ kind: Kind, span: SourceSpan) {
        self.kind = kind
        self.span = span
    }

    /// What an expression is.
    package indirect enum Kind: Sendable, Hashable {
        case literal(Literal)
        /// A dotted name: `column`, `table.column`, fields of a row column behind it; the binder decides what is what.
        case name([Identifier])
        /// `*`, only as the argument of a function: `COUNT(*)`.
        case star
        /// `DEFAULT` as the value of an argument.
        case defaultArgument
        /// `DESCRIPTOR(a, b)`.
        case descriptor([Identifier])
        /// `TABLE t [PARTITION BY ...]` or `(query) PARTITION BY ...` as the argument of a table function.
        case tableArgument(TableArgument)
        /// `MODEL name` as the argument of a table function.
        case modelArgument(ObjectName)
        /// A time unit as the argument of EXTRACT, FLOOR, CEIL, TIMESTAMPADD and TIMESTAMPDIFF.
        case timeUnit(TimeUnit)
        /// `?`.
        case parameter

        case unary(UnaryOperator, Expression)
        case binary(BinaryOperator, Expression, Expression)
        case not(Expression)
        /// Two or more terms: `a AND b AND c` is one node, so that a long chain is not a deep tree.
        case and([Expression])
        /// Two or more terms.
        case or([Expression])
        case quantified(QuantifiedComparison)
        case between(Between)
        /// `value [NOT] IN (a, b)`.
        case inList(Expression, [Expression], isNegated: Bool)
        /// `value [NOT] IN (query)`; the value may be a row.
        case inSubquery(Expression, Query, isNegated: Bool)
        case exists(Query)
        case unique(Query)
        case like(LikePredicate)
        /// `value IS [NOT] test`.
        case isTest(Expression, IsTest, isNegated: Bool)
        /// `a IS [NOT] DISTINCT FROM b`.
        case isDistinctFrom(Expression, Expression, isNegated: Bool)
        /// `value FORMAT JSON`.
        case formatJSON(Expression)

        case caseWhen(CaseExpression)
        case cast(CastExpression)
        /// Any call, special syntax included: EXTRACT, TRIM, JSON_VALUE and so on are calls with plain arguments.
        case call(FunctionCall)
        /// RUNNING or FINAL in MATCH_RECOGNIZE.
        case matchScope(MatchScope, Expression)

        /// `ROW(a, b)` or `(a, b)`.
        case row([Expression], isExplicit: Bool)
        /// `ARRAY[a, b]`.
        case array([Expression])
        /// `MAP[k, v, k, v]`.
        case map([MapEntry])
        /// `MULTISET[a, b]`.
        case multiset([Expression])
        /// `ARRAY(query)`, `MAP(query)` or `MULTISET(query)`.
        case collectionQuery(CollectionKind, Query)
        /// `base[index]`: element of an array (from 1) or value of a map.
        case subscripted(Expression, index: Expression)
        /// `base.field` where the base is not a plain name: `f(x).a`, `a[1].b`.
        case field(Expression, Identifier)
        /// `base.*` as the argument of a function.
        case fieldStar([Identifier])
        case subquery(Query)
        /// `INTERVAL (expression) DAY`.
        case intervalOf(Expression, IntervalQualifier)
        /// `(a - b) DAY`, the distance of two datetimes.
        case datetimeDifference(Expression, Expression, IntervalQualifier)
    }
}

/// A prefix sign.
package enum UnaryOperator: String, Sendable, Hashable {
    case plus = "+"
    case minus = "-"
}

/// An operator between two operands; the raw value is its SQL.
package enum BinaryOperator: String, Sendable, Hashable, CaseIterable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case modulo = "%"
    case concatenate = "||"
    case equal = "="
    case notEqual = "<>"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case overlaps = "OVERLAPS"
    case contains = "CONTAINS"
    case periodEquals = "EQUALS"
    case precedes = "PRECEDES"
    case succeeds = "SUCCEEDS"
    case immediatelyPrecedes = "IMMEDIATELY PRECEDES"
    case immediatelySucceeds = "IMMEDIATELY SUCCEEDS"
    case memberOf = "MEMBER OF"
    case submultisetOf = "SUBMULTISET OF"
    case multisetUnionAll = "MULTISET UNION ALL"
    case multisetUnionDistinct = "MULTISET UNION DISTINCT"
    case multisetIntersectAll = "MULTISET INTERSECT ALL"
    case multisetIntersectDistinct = "MULTISET INTERSECT DISTINCT"
    case multisetExceptAll = "MULTISET EXCEPT ALL"
    case multisetExceptDistinct = "MULTISET EXCEPT DISTINCT"
}

/// `value op ANY (...)`.
package struct QuantifiedComparison: Sendable, Hashable {
    /// SOME is ANY.
    package enum Quantifier: Sendable, Hashable {
        case any
        case all
    }

    /// What the value is compared with.
    package enum Operand: Sendable, Hashable {
        case subquery(Query)
        case list([Expression])
    }

    package var value: Expression
    /// One of the six comparisons.
    package var comparison: BinaryOperator
    package var quantifier: Quantifier
    package var operand: Operand
}

/// `value [NOT] BETWEEN [SYMMETRIC] low AND high`.
package struct Between: Sendable, Hashable {
    package var value: Expression
    package var low: Expression
    package var high: Expression
    package var isNegated: Bool
    package var isSymmetric: Bool
}

/// `value [NOT] LIKE pattern [ESCAPE escape]` and its kin.
package struct LikePredicate: Sendable, Hashable {
    /// Which pattern language; the raw value is its SQL.
    package enum Flavour: String, Sendable, Hashable {
        case like = "LIKE"
        case caseInsensitiveLike = "ILIKE"
        case similarTo = "SIMILAR TO"
        case regularExpression = "RLIKE"
    }

    package var flavour: Flavour
    package var value: Expression
    package var pattern: Expression
    package var escape: Expression?
    package var isNegated: Bool
}

/// What stands behind IS or IS NOT; the raw value is its SQL.
package enum IsTest: String, Sendable, Hashable, CaseIterable {
    case null = "NULL"
    case `true` = "TRUE"
    case `false` = "FALSE"
    case unknown = "UNKNOWN"
    case json = "JSON"
    case jsonValue = "JSON VALUE"
    case jsonObject = "JSON OBJECT"
    case jsonArray = "JSON ARRAY"
    case jsonScalar = "JSON SCALAR"
    case aSet = "A SET"
    case empty = "EMPTY"
}

/// `CASE [operand] WHEN condition THEN result ... [ELSE otherwise] END`.
package struct CaseExpression: Sendable, Hashable {
    /// One WHEN; several conditions (`WHEN 1, 2 THEN`) are only possible with an operand.
    package struct Branch: Sendable, Hashable {
        package var conditions: [Expression]
        package var result: Expression
    }

    package var operand: Expression?
    package var branches: [Branch]
    package var otherwise: Expression?
}

/// `CAST(value AS type)` or `TRY_CAST(value AS type)`.
package struct CastExpression: Sendable, Hashable {
    package var value: Expression
    package var type: TypeName
    /// TRY_CAST: NULL instead of an error.
    package var isTry: Bool
}

/// Which rows of a match a function of MATCH_RECOGNIZE sees.
package enum MatchScope: String, Sendable, Hashable {
    case running = "RUNNING"
    case final = "FINAL"
}

/// One `key, value` pair of `MAP[...]`.
package struct MapEntry: Sendable, Hashable {
    package var key: Expression
    package var value: Expression
}

/// The kinds of `KIND(query)`.
package enum CollectionKind: String, Sendable, Hashable {
    case array = "ARRAY"
    case map = "MAP"
    case multiset = "MULTISET"
}
