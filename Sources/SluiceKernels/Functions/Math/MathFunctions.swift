/// The functions of numbers.
///
/// How the binder writes special syntax as plain calls: `FLOOR(t TO unit)` and `CEIL(t TO unit)` are `FLOOR(t, 'unit')`
/// and `CEIL(t, 'unit')` with the unit in upper case; `PI` without parentheses is `PI()`.
package enum MathFunctions {
    /// Every function of the family.
    package static let all: [ScalarFunction] =
        realFunctions + logarithmFunctions + signFunctions + wholeFunctions + roundingFunctions + baseFunctions
        + randomFunctions + remainderFunctions + bitFunctions + conversionFunctions

    /// MOD is the operator `%` under another name.
    private static let remainderFunctions: [ScalarFunction] = ArithmeticFunctions.all.filter { $0.name == "%" }.map {
        var function = $0
        function.name = "MOD"
        function.aliases = []
        function.signature = "MOD(numeric1, numeric2)"
        function.example = (expression: "MOD(7, 3)", result: "1")
        return function
    }
}
