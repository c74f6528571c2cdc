import SluiceColumns

/// Functions that are lazy in their arguments and therefore run as CASE.
enum ConditionalRewrites {
    /// The CASE that a call of IF or NULLIF stands for; nil for other functions.
    static func lazyForm(of call: ScalarCall) throws -> ScalarExpression? {
        switch call.function.name {
        case "IF":
            return .caseWhen(
                [CaseBranch(call.arguments[0], call.arguments[1])],
                otherwise: call.arguments[2],
                call.type
            )
        case "NULLIF":
            let isEqual = try ScalarExpression.calling(
                ComparisonFunctions.comparison(.equal),
                [call.arguments[0], call.arguments[1]]
            )
            return .caseWhen(
                [CaseBranch(isEqual, .literal(.null, call.type))],
                otherwise: call.arguments[0],
                call.type
            )
        default: return nil
        }
    }
}
