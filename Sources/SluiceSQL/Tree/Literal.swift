/// A constant, its text kept exactly: the binder decides about types and ranges.
package enum Literal: Sendable, Hashable {
    case null
    case boolean(Bool)
    /// UNKNOWN, the boolean null.
    case unknown
    /// Digits only: `123`.
    case integer(String)
    /// Digits with a point: `1.50`, `.5`.
    case decimal(String)
    /// With an exponent: `1.5E-3`.
    case approximate(String)
    /// `'text'`, `U&'text'` with its escapes undone, `E'text'` and `N'text'`; adjacent strings are joined.
    case string(String)
    /// The digits of `X'0aff'`, hexadecimal and as written.
    case binary(String)
    /// `DATE '2024-02-29'`.
    case date(String)
    /// `TIME '12:34:56'`.
    case time(String)
    /// `TIMESTAMP '2024-02-29 12:34:56.789'`.
    case timestamp(String)
    /// `INTERVAL -'1 12' DAY TO HOUR`; the sign stands apart from the text, which may hold another.
    case interval(text: String, isNegative: Bool, IntervalQualifier)
}
