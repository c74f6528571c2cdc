import SluiceSQL

/// Expressions as the catalog shows them: every name in back quotes, as Flink prints them.
enum QuotedText {
    /// The expression as SQL.
    static func render(_ expression: Expression) -> String { NameQuoting().apply(expression).sql }

    /// Whether `name` is a reserved word, which cannot be quoted where it is a function.
    static func isReserved(_ name: String) -> Bool {
        Expression(.name([Identifier(name)]), span: .none).sql.hasPrefix("`")
    }
}

/// Puts names into back quotes and, where a scope is given, in front of columns the table that they come from.
struct NameQuoting {
    /// Gives a column's name with its table; the name alone by default.
    var qualify: ([Identifier]) -> [Identifier] = { $0 }
    /// What becomes of subqueries.
    var query: (Query) -> Query = { $0 }

    /// The expression with every name quoted.
    func apply(_ expression: Expression) -> Expression {
        var result = expression
        result.kind = kind(expression.kind)
        return result
    }

    private func kind(_ kind: Expression.Kind) -> Expression.Kind {
        switch kind {
        case .name(let parts): return .name(qualify(parts).map(Self.quoted))
        case .unary(let operation, let operand): return .unary(operation, apply(operand))
        case .binary(let operation, let left, let right): return .binary(operation, apply(left), apply(right))
        case .not(let operand): return .not(apply(operand))
        case .and(let terms): return .and(terms.map(apply))
        case .or(let terms): return .or(terms.map(apply))
        case .inList(let value, let list, let isNegated):
            return .inList(apply(value), list.map(apply), isNegated: isNegated)
        case .isTest(let value, let test, let isNegated): return .isTest(apply(value), test, isNegated: isNegated)
        case .isDistinctFrom(let left, let right, let isNegated):
            return .isDistinctFrom(apply(left), apply(right), isNegated: isNegated)
        case .formatJSON(let value): return .formatJSON(apply(value))
        case .row(let values, let isExplicit): return .row(values.map(apply), isExplicit: isExplicit)
        case .array(let values): return .array(values.map(apply))
        case .subscripted(let base, let index): return .subscripted(apply(base), index: apply(index))
        case .field(let base, let name): return .field(apply(base), Self.quoted(name))
        case .intervalOf(let value, let qualifier): return .intervalOf(apply(value), qualifier)
        case .datetimeDifference(let left, let right, let qualifier):
            return .datetimeDifference(apply(left), apply(right), qualifier)
        case .subquery(let inner): return .subquery(query(inner))
        case .exists(let inner): return .exists(query(inner))
        case .inSubquery(let value, let inner, let isNegated):
            return .inSubquery(apply(value), query(inner), isNegated: isNegated)
        default: return nested(kind)
        }
    }

    /// The kinds whose parts stand in structures of their own.
    private func nested(_ kind: Expression.Kind) -> Expression.Kind {
        switch kind {
        case .between(var between):
            between.value = apply(between.value)
            between.low = apply(between.low)
            between.high = apply(between.high)
            return .between(between)
        case .like(var like):
            like.value = apply(like.value)
            like.pattern = apply(like.pattern)
            like.escape = like.escape.map(apply)
            return .like(like)
        case .caseWhen(var cases):
            cases.operand = cases.operand.map(apply)
            for index in cases.branches.indices {
                cases.branches[index].conditions = cases.branches[index].conditions.map(apply)
                cases.branches[index].result = apply(cases.branches[index].result)
            }
            cases.otherwise = cases.otherwise.map(apply) ?? Expression(.literal(.null), span: .none)
            return .caseWhen(cases)
        case .cast(var cast):
            cast.value = apply(cast.value)
            return .cast(cast)
        case .map(var entries):
            for index in entries.indices {
                entries[index].key = apply(entries[index].key)
                entries[index].value = apply(entries[index].value)
            }
            return .map(entries)
        case .call(let call): return .call(apply(call))
        case .quantified(var comparison):
            comparison.value = apply(comparison.value)
            switch comparison.operand {
            case .subquery(let inner): comparison.operand = .subquery(query(inner))
            case .list(let list): comparison.operand = .list(list.map(apply))
            }
            return .quantified(comparison)
        default: return kind
        }
    }

    private func apply(_ call: FunctionCall) -> FunctionCall {
        var call = call
        call.name.parts = call.name.parts.map { OperatorNames.shown($0) }
        for index in call.arguments.indices { call.arguments[index].value = apply(call.arguments[index].value) }
        call.filter = call.filter.map(apply)
        if case .inline(var window)? = call.over {
            window.partitionBy = window.partitionBy.map(apply)
            for index in window.orderBy.indices {
                window.orderBy[index].expression = apply(window.orderBy[index].expression)
            }
            call.over = .inline(window)
        }
        return call
    }

    /// The name, to be printed in back quotes.
    static func quoted(_ name: Identifier) -> Identifier { Identifier(name.text, isQuoted: true, span: name.span) }
}
