/// The functions of dates, times and timestamps.
///
/// How the binder writes special syntax as plain calls; units are string literals in upper case:
/// - `EXTRACT(unit FROM t)` is `EXTRACT('unit', t)`
/// - `FLOOR(t TO unit)` and `CEIL(t TO unit)` are `FLOOR(t, 'unit')` and `CEIL(t, 'unit')` (among the
///   functions of numbers)
/// - `TIMESTAMPADD(unit, n, t)` is `TIMESTAMPADD('unit', n, t)`, and TIMESTAMPDIFF alike
/// - `CURRENT_DATE`, `CURRENT_TIME`, `CURRENT_TIMESTAMP`, `LOCALTIME` and `LOCALTIMESTAMP` are calls without arguments
/// - `(t2 - t1) unit` is not here: it is an operator
package enum TemporalFunctions {
    /// Every function of the family.
    package static let all: [ScalarFunction] =
        extractFunctions + shiftFunctions + formatFunctions + parseFunctions + tolerantParseFunctions + clockFunctions
        + dayFunctions

    /// The rules of the session's zone; UTC where a name is not known, which the session has checked before.
    static func sessionZone(_ call: ResolvedCall) throws -> TimeZoneRules {
        do {
            return try TimeZoneRules(named: call.context.timeZone)
        } catch {
            throw EvaluationError("unknownTimeZone", error.description)
        }
    }
}
