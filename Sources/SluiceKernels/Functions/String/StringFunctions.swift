/// The functions of text.
///
/// How the binder writes special syntax as plain calls:
/// - `POSITION(a IN b [FROM n])` is `POSITION(a, b [, n])`
/// - `SUBSTRING(s FROM i [FOR n])` is `SUBSTRING(s, i [, n])`
/// - `TRIM([BOTH | LEADING | TRAILING] [x] FROM y)` is `TRIM('BOTH' | 'LEADING' | 'TRAILING', x, y)`, with `' '` where
///   x is left out; `TRIM(y)` stays a call of one argument
/// - `OVERLAY(a PLACING b FROM i [FOR n])` is `OVERLAY(a, b, i [, n])`
///
/// Positions and lengths count code points. Where Flink counts UTF-16 units (LPAD, RPAD, OVERLAY, SPLIT by the empty
/// string) so do these; a surrogate pair that is cut gives `?` as there.
package enum StringFunctions {
    /// Every function of the family.
    package static let all: [ScalarFunction] =
        caseFunctions + characterFunctions + substringFunctions + trimFunctions + concatFunctions + searchFunctions
        + replaceFunctions + padFunctions + splitFunctions + predicateFunctions + encodingFunctions + urlFunctions
        + choiceFunctions + printfFunctions
}
