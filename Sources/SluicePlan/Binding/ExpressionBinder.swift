import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Binds expressions over one scope: names to columns, operators to functions, implicit casts made explicit.
struct ExpressionBinder {
    /// The session.
    let context: PlanningContext
    /// What names mean.
    var scope: Scope
    /// Takes aggregate calls; nil where they are not allowed.
    var aggregates: AggregateCollector?
    /// Takes calls with OVER; nil where they are not allowed.
    var overs: OverCollector?
    /// What QUALIFY and ORDER BY can name before the columns: aliases of the items.
    var aliases: [String: ScalarExpression] = [:]
    /// Takes subqueries; nil where they are not allowed.
    var subqueries: SubqueryCollector?
    /// Takes those in arguments of aggregates, which read rows where all else reads groups; nil where it is the same.
    var argumentSubqueries: SubqueryCollector?
    /// Takes references to pattern variables and calls over the rows of a match; nil outside of MATCH_RECOGNIZE.
    var matches: MatchCollector?
    /// What the place is called in errors about aggregates and OVER, for example `WHERE`.
    var place = "this place"

    init(_ context: PlanningContext, scope: Scope) {
        self.context = context
        self.scope = scope
    }

    /// The bound form of `expression`, with constants folded.
    func bind(_ expression: Expression) throws -> ScalarExpression {
        switch expression.kind {
        case .literal(let literal): return try LiteralBinder.bind(literal, at: expression.span)
        case .name(let parts): return try bindName(parts, at: expression.span)
        case .unary(let operation, let operand): return try bindUnary(operation, operand, expression.span)
        case .binary(let operation, let left, let right):
            return try bindBinary(operation, left, right, expression.span)
        case .not(let operand):
            return try call("NOT", [try bindCondition(operand)], at: expression.span)
        case .and(let terms): return .and(try terms.map { try bindCondition($0) })
        case .or(let terms): return .or(try terms.map { try bindCondition($0) })
        case .between(let between): return try bindBetween(between, expression.span)
        case .inList(let value, let list, let isNegated):
            return try bindInList(value, list, isNegated, expression.span)
        case .like(let like): return try bindLike(like, expression.span)
        case .isTest(let value, let test, let isNegated):
            return try bindIsTest(value, test, isNegated, expression.span)
        case .isDistinctFrom(let left, let right, let isNegated):
            let name = isNegated ? "IS NOT DISTINCT FROM" : "IS DISTINCT FROM"
            let operands = try [left, right].map { try bind($0) }
            let same = try call(name, operands, at: expression.span)
            // True of NaN too, although NaN equals nothing.
            guard isNegated, operands[0] == operands[1], operands[0].isDeterministic else { return same }
            return .literal(.boolean(true), same.type)
        case .caseWhen(let cases): return try bindCase(cases, expression.span)
        case .cast(let cast): return try bindCast(cast, expression.span)
        case .call(let function): return try bindCall(function)
        default: return try bindConstructor(expression)
        }
    }

    /// Binds what must be a BOOLEAN; a bare NULL only where it is the whole condition of a WHERE, HAVING, ON or WHEN.
    func bindCondition(_ expression: Expression, isWhole: Bool = false) throws -> ScalarExpression {
        let bound = try bind(expression)
        switch bound.type.logical {
        case .boolean: return bound
        case .null where isWhole: return .literal(.null, DataType(.boolean))
        case .null: return try bindTyped(expression)
        default:
            throw SQLError(
                .typeMismatch,
                "a condition must be BOOLEAN, this is \(bound.type.logical)",
                at: expression.span
            )
        }
    }

    /// Binds what must have a type of its own: refuses a bare NULL.
    func bindTyped(_ expression: Expression) throws -> ScalarExpression {
        let bound = try bind(expression)
        guard bound.type.logical != .null else {
            throw SQLError(
                .typeMismatch,
                "a NULL without a type cannot stand here",
                at: expression.span,
                hint: "write CAST(NULL AS INT) or another type"
            )
        }
        return bound
    }

    /// A call of the catalogue's function `name` with bound arguments.
    func call(
        _ name: String,
        _ arguments: [ScalarExpression],
        at span: SourceSpan,
        argumentSpans: [SourceSpan] = []
    ) throws -> ScalarExpression {
        guard let function = context.functions.scalar(name) else { throw unknownFunction(name, at: span) }
        return try call(function, arguments, at: span, argumentSpans: argumentSpans)
    }

    /// A call of `function`: asks it for types and inserts the casts it wants.
    func call(
        _ function: ScalarFunction,
        _ arguments: [ScalarExpression],
        at span: SourceSpan,
        argumentSpans: [SourceSpan] = []
    ) throws -> ScalarExpression {
        do {
            // Folding every argument of every level would fold a nested constructor again at each of its levels.
            let infos = arguments.map { argument in
                ArgumentInfo(argument.type, isWritten: Self.isWritten(argument)) { [evaluation = context.evaluation] in
                    Self.foldedLiteral(argument, evaluation)
                }
            }
            let signature = try function.resolve(infos)
            let coerced = zip(arguments, signature.arguments).map { Coercion.cast($0, to: $1) }
            return .call(ScalarCall(function, coerced, type: signature.result))
        } catch let error as FunctionError {
            let place = error.argument.flatMap { $0 < argumentSpans.count ? argumentSpans[$0] : nil } ?? span
            throw SQLError(.typeMismatch, error.message, at: place, hint: error.hint)
        }
    }

    private static func isWritten(_ expression: ScalarExpression) -> Bool {
        if case .cast(let inner, _, _) = expression { return isWritten(inner) }
        return expression.literalValue != nil
    }

    /// The value of a constant expression, nil where it is none or cannot be computed.
    func foldedLiteral(_ expression: ScalarExpression) -> Value? {
        Self.foldedLiteral(expression, context.evaluation)
    }

    private static func foldedLiteral(_ expression: ScalarExpression, _ evaluation: EvaluationContext) -> Value? {
        if let value = expression.literalValue { return value }
        guard expression.columnsRead.isEmpty else { return nil }
        return (try? ConstantFolding.fold(expression, evaluation))?.literalValue
    }

    func unknownFunction(_ name: String, at span: SourceSpan) -> SQLError {
        SQLError(
            .unknownFunction,
            "no function '\(name)'",
            at: span,
            hint: NearestName.hint(for: name.uppercased(), in: context.functions.names)
        )
    }

    func unsupported(_ what: String, at span: SourceSpan, hint: String? = nil) -> SQLError {
        SQLError(.unsupported, "\(what) is not supported", at: span, hint: hint)
    }
}
