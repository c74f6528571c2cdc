import SluiceColumns
import SluiceKernels

/// Finds conditions that hold for no row: constants that are not TRUE, a value compared with itself or with NULL, and
/// terms that no value satisfies together, as in `v > 5 AND v < 3`.
///
/// It says so only of what it understands; a condition without contradiction may still never hold.
struct Contradictions {
    let context: EvaluationContext

    /// Whether the condition is TRUE for no row.
    func isNeverTrue(_ condition: ScalarExpression) throws -> Bool {
        switch condition {
        case .literal(let value, _): value != .boolean(true)
        case .or(let operands): try operands.allSatisfy { try isNeverTrue($0) }
        case .and, .call: try areNeverTrue(condition.conjuncts)
        case .column, .field, .cast, .caseWhen: false
        }
    }

    private func areNeverTrue(_ terms: [ScalarExpression]) throws -> Bool {
        var facts: [ScalarExpression: ValueFacts] = [:]
        for term in terms where term.isDeterministic {
            let plain = Self.withoutNegation(term)
            guard case .call(let call) = plain else {
                if try isNeverTrue(plain) { return true }
                continue
            }
            guard let fact = Fact(call) else { continue }
            if fact.isContradiction { return true }
            facts[fact.subject, default: ValueFacts()].add(fact)
        }
        return try facts.values.contains { try $0.exclude(each: context) }
    }

    /// `NOT v > 5` as `v <= 5`.
    private static func withoutNegation(_ term: ScalarExpression) -> ScalarExpression {
        guard case .call(let call) = term, call.function.name == "NOT" else { return term }
        return opposite(of: call.arguments[0]) ?? term
    }

    /// A condition that is TRUE exactly where the given one is FALSE; nil where there is no simple one.
    private static func opposite(of condition: ScalarExpression) -> ScalarExpression? {
        switch condition {
        case .and(let operands):
            let opposites = operands.compactMap(opposite)
            return opposites.count == operands.count ? .or(opposites) : nil
        case .or(let operands):
            let opposites = operands.compactMap(opposite)
            return opposites.count == operands.count ? .and(opposites) : nil
        case .call(var call):
            if call.function.name == "NOT" { return call.arguments[0] }
            guard let function = opposite(ofNamed: call.function.name) else { return nil }
            call.function = function
            return .call(call)
        default: return nil
        }
    }

    private static func opposite(ofNamed name: String) -> ScalarFunction? {
        switch name {
        case "IS NULL": ComparisonFunctions.isNotNull
        case "IS NOT NULL": ComparisonFunctions.isNull
        default: ComparisonOperator(rawValue: name).map { ComparisonFunctions.comparison($0.negated) }
        }
    }
}

/// What one term says of one expression.
private struct Fact {
    enum Statement {
        case isNull
        case isNotNull
        case compares(ComparisonOperator, ScalarExpression)
        case isOneOf([ScalarExpression])
        /// No value does.
        case never
    }
    var subject: ScalarExpression
    var statement: Statement

    /// What the call says; nil where it is none of the forms that are understood.
    init?(_ call: ScalarCall) {
        let arguments = call.arguments
        switch call.function.name {
        case "IS NULL":
            subject = arguments[0]
            statement = arguments[0].type.isNullable ? .isNull : .never
        case "IS NOT NULL":
            subject = arguments[0]
            statement = .isNotNull
        case "IN":
            let list = arguments.dropFirst().filter { $0.literalValue?.isNull != true }
            guard list.allSatisfy({ $0.literalValue != nil }) else { return nil }
            subject = arguments[0]
            statement = list.isEmpty ? .never : .isOneOf(Array(list))
        default:
            guard let operation = ComparisonOperator(rawValue: call.function.name),
                let statement = Self.comparison(operation, arguments[0], arguments[1])
            else { return nil }
            subject = arguments[0].literalValue == nil ? arguments[0] : arguments[1]
            self.statement = statement
        }
    }

    private static func comparison(
        _ operation: ComparisonOperator,
        _ left: ScalarExpression,
        _ right: ScalarExpression
    ) -> Statement? {
        if left.literalValue?.isNull == true || right.literalValue?.isNull == true { return .never }
        if left == right { return operation.holdsForEqual ? .isNotNull : .never }
        if right.literalValue != nil { return .compares(operation, right) }
        if left.literalValue != nil { return .compares(operation.mirrored, left) }
        return nil
    }

    var isContradiction: Bool { if case .never = statement { true } else { false } }
}

/// All that the terms of a conjunction say of one expression.
private struct ValueFacts {
    private var isNull = false
    private var isNotNull = false
    private var comparisons: [(operation: ComparisonOperator, constant: ScalarExpression)] = []
    private var lists: [[ScalarExpression]] = []

    mutating func add(_ fact: Fact) {
        switch fact.statement {
        case .isNull: isNull = true
        case .isNotNull, .never: isNotNull = true
        case .compares(.equal, let constant):
            isNotNull = true
            lists.append([constant])
        case .compares(let operation, let constant):
            isNotNull = true
            comparisons.append((operation, constant))
        case .isOneOf(let constants):
            isNotNull = true
            lists.append(constants)
        }
    }

    /// Whether no value satisfies all of them.
    func exclude(each context: EvaluationContext) throws -> Bool {
        if isNull && isNotNull { return true }
        if let candidates = lists.first {
            return try candidates.allSatisfy { try isExcluded($0, context) }
        }
        for lower in comparisons where lower.operation == .greater || lower.operation == .greaterOrEqual {
            for upper in comparisons where upper.operation == .less || upper.operation == .lessOrEqual {
                let mayTouch = lower.operation == .greaterOrEqual && upper.operation == .lessOrEqual
                let needed: ComparisonOperator = mayTouch ? .lessOrEqual : .less
                if try holds(needed, lower.constant, upper.constant, context) == false { return true }
            }
        }
        return false
    }

    private func isExcluded(_ candidate: ScalarExpression, _ context: EvaluationContext) throws -> Bool {
        for (operation, constant) in comparisons
        where try holds(operation, candidate, constant, context) == false { return true }
        return try lists.dropFirst().contains { list in
            try list.allSatisfy { try holds(.equal, candidate, $0, context) == false }
        }
    }

    /// What the comparison of two constants gives; nil where their types differ.
    private func holds(
        _ operation: ComparisonOperator,
        _ left: ScalarExpression,
        _ right: ScalarExpression,
        _ context: EvaluationContext
    ) throws -> Bool? {
        guard left.type.logical == right.type.logical else {
            guard left.type.logical.isCharacter, right.type.logical.isCharacter else { return nil }
            return try holds(operation, Self.asText(left), Self.asText(right), context)
        }
        let call = ScalarCall(ComparisonFunctions.comparison(operation), [left, right], type: DataType(.boolean))
        guard case .boolean(let result)? = try ConstantFolding.fold(.call(call), context).literalValue else {
            return nil
        }
        return result
    }

    private static func asText(_ constant: ScalarExpression) -> ScalarExpression {
        .cast(constant, to: DataType(.string, nullable: constant.type.isNullable), .implicit)
    }
}
