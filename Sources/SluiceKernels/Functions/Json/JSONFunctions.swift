/// The functions of JSON texts.
///
/// How the binder writes special syntax as plain calls; clauses are string literals in upper case:
/// - `JSON_VALUE(json, path ...)` is `JSON_VALUE(json, path)`, or with clauses
///   `JSON_VALUE(json, path, returning, onEmpty, emptyValue, onError, errorValue)`: returning is `STRING`, `BOOLEAN`,
///   `INT` or `DOUBLE`; the kinds are `NULL`, `ERROR` or `DEFAULT`; values without meaning are NULL literals
/// - `JSON_QUERY(json, path ...)` likewise, or `JSON_QUERY(json, path, returning, wrapper, onEmpty, onError)`:
///   returning is `STRING` or `ARRAY<STRING>`, wrapper `WITHOUT`, `CONDITIONAL` or `UNCONDITIONAL`, the kinds `NULL`,
///   `ERROR`, `EMPTY ARRAY` or `EMPTY OBJECT`
/// - `JSON_EXISTS(json, path x ON ERROR)` is `JSON_EXISTS(json, path, x)` with `TRUE`, `FALSE`, `UNKNOWN` or `ERROR`
/// - `s IS JSON k` is `IS JSON(s, k)` with `VALUE`, `OBJECT`, `ARRAY` or `SCALAR`; IS NOT JSON is NOT of it
/// - `JSON_OBJECT(k VALUE v, ... x ON NULL)` is `JSON_OBJECT(x, k, v, ...)`, and `JSON_ARRAY(v, ... x ON NULL)` is
///   `JSON_ARRAY(x, v, ...)`, with `NULL` or `ABSENT`
/// - an argument of those two that is itself a call of JSON_OBJECT or JSON_ARRAY is wrapped in `JSON(...)`, whose type
///   RAW('JSON') says that its text is to be inserted as it is; the function `JSON` has that type too
package enum JSONFunctions {
    /// Every function of the family.
    package static let all: [ScalarFunction] = pathFunctions + constructorFunctions + quoteFunctions
}
