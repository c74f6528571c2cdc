/// Expressions.
extension Printer {
    mutating func write(_ expressions: [Expression]) {
        writeList(expressions) { $0.write($1) }
    }

    mutating func write(_ expression: Expression) {
        writeOperator(expression.kind)
    }

    /// Writes an operand, in parentheses if it binds less tightly than `minimum`.
    mutating func write(_ operand: Expression, _ minimum: Int) {
        guard operand.kind.precedence < minimum else { return write(operand) }
        write("(")
        write(operand)
        write(")")
    }

    /// Everything with an operand in front or behind; the rest is an atom.
    private mutating func writeOperator(_ kind: Expression.Kind) {
        let precedence = kind.precedence
        switch kind {
        case .unary(let sign, let operand):
            write(sign.rawValue)
            write(operand, precedence + 1)
        case .binary(let symbol, let left, let right):
            write(left, precedence)
            write(" \(symbol.rawValue) ")
            write(right, precedence + 1)
        case .not(let operand):
            write("NOT ")
            write(operand, precedence)
        case .and(let terms):
            writeList(terms, separator: " AND ") { $0.write($1, precedence + 1) }
        case .or(let terms):
            writeList(terms, separator: " OR ") { $0.write($1, precedence + 1) }
        case .isTest(let value, let test, let isNegated):
            write(value, precedence)
            write(isNegated ? " IS NOT \(test.rawValue)" : " IS \(test.rawValue)")
        case .isDistinctFrom(let left, let right, let isNegated):
            write(left, precedence)
            write(isNegated ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM ")
            write(right, Expression.Kind.comparisonPrecedence + 1)
        case .formatJSON(let value):
            write(value, precedence)
            write(" FORMAT JSON")
        default:
            writePredicate(kind)
        }
    }

    /// Writes what a field is taken of; a name or a number would swallow the dot.
    private mutating func writeBase(_ base: Expression) {
        switch base.kind {
        case .name, .literal:
            write("(")
            write(base)
            write(")")
        default: write(base, Expression.Kind.atomPrecedence)
        }
    }

    private mutating func writePredicate(_ kind: Expression.Kind) {
        let precedence = kind.precedence
        switch kind {
        case .quantified(let node):
            write(node.value, precedence)
            write(" \(node.comparison.rawValue) \(node.quantifier == .all ? "ALL" : "ANY") (")
            switch node.operand {
            case .subquery(let query): write(query)
            case .list(let list): write(list)
            }
            write(")")
        case .between(let node):
            write(node.value, precedence)
            write(node.isNegated ? " NOT BETWEEN " : " BETWEEN ")
            write(node.isSymmetric ? "SYMMETRIC " : "ASYMMETRIC ")
            write(node.low, precedence + 1)
            write(" AND ")
            write(node.high, precedence + 1)
        case .inList(let value, let list, let isNegated):
            write(value, precedence)
            write(isNegated ? " NOT IN (" : " IN (")
            write(list)
            write(")")
        case .inSubquery(let value, let query, let isNegated):
            write(value, precedence)
            write(isNegated ? " NOT IN (" : " IN (")
            write(query)
            write(")")
        case .like(let node):
            write(node.value, precedence)
            write(node.isNegated ? " NOT \(node.flavour.rawValue) " : " \(node.flavour.rawValue) ")
            write(node.pattern, precedence + 1)
            if let escape = node.escape {
                write(" ESCAPE ")
                write(escape, precedence + 1)
            }
        default:
            writeAtom(kind)
        }
    }

    private mutating func writeAtom(_ kind: Expression.Kind) {
        switch kind {
        case .literal(let literal): write(literal)
        case .name(let parts): writeList(parts, separator: ".") { $0.write($1) }
        case .star: write("*")
        case .defaultArgument: write("DEFAULT")
        case .parameter: write("?")
        case .timeUnit(let unit): write(unit.rawValue)
        case .caseWhen(let node): write(node)
        case .cast(let node):
            write(node.isTry ? "TRY_CAST(" : "CAST(")
            write(node.value)
            write(" AS ")
            write(node.type)
            write(")")
        case .call(let call): write(call)
        case .matchScope(let scope, let call):
            write("\(scope.rawValue) ")
            write(call)
        case .subscripted(let base, let index):
            write(base, Expression.Kind.atomPrecedence)
            write("[")
            write(index)
            write("]")
        case .field(let base, let field):
            writeBase(base)
            write(".")
            write(field)
        case .intervalOf(let value, let qualifier):
            write("INTERVAL (")
            write(value)
            write(") ")
            write(qualifier)
        case .datetimeDifference(let left, let right, let qualifier):
            write("(")
            write(Expression(.binary(.subtract, left, right), span: .none))
            write(") ")
            write(qualifier)
        default:
            writeConstructor(kind)
        }
    }

    private mutating func writeConstructor(_ kind: Expression.Kind) {
        switch kind {
        case .row(let values, let isExplicit):
            write(isExplicit ? "ROW(" : "(")
            write(values)
            write(")")
        case .array(let elements):
            write("ARRAY[")
            write(elements)
            write("]")
        case .multiset(let elements):
            write("MULTISET[")
            write(elements)
            write("]")
        case .map(let entries):
            write("MAP[")
            write(entries.flatMap { [$0.key, $0.value] })
            write("]")
        case .collectionQuery(let collection, let query): write(query, after: collection.rawValue)
        case .subquery(let query): write(query, after: "")
        case .exists(let query): write(query, after: "EXISTS ")
        case .unique(let query): write(query, after: "UNIQUE ")
        case .fieldStar(let parts):
            writeList(parts, separator: ".") { $0.write($1) }
            write(".*")
        case .descriptor(let columns):
            write("DESCRIPTOR(")
            write(columns)
            write(")")
        case .modelArgument(let name):
            write("MODEL ")
            write(name)
        case .tableArgument(let argument): write(argument)
        default: break
        }
    }

    /// `prefix(query)`.
    mutating func write(_ query: Query, after prefix: String) {
        write("\(prefix)(")
        write(query)
        write(")")
    }

    private mutating func write(_ node: CaseExpression) {
        write("CASE")
        if let operand = node.operand {
            write(" ")
            write(operand)
        }
        for branch in node.branches {
            write(" WHEN ")
            write(branch.conditions)
            write(" THEN ")
            write(branch.result)
        }
        if let otherwise = node.otherwise {
            write(" ELSE ")
            write(otherwise)
        }
        write(" END")
    }
}

extension Expression.Kind {
    static let comparisonPrecedence = 30
    static let atomPrecedence = 100

    /// How tightly the outermost operator binds; the same numbers as the parser's.
    fileprivate var precedence: Int {
        switch self {
        case .or: 22
        case .and: 24
        case .not: 26
        case .isTest, .isDistinctFrom, .formatJSON: 28
        case .quantified: Self.comparisonPrecedence
        case .between, .inList, .inSubquery, .like: 32
        case .binary(let symbol, _, _): symbol.precedence
        case .unary: 80
        default: Self.atomPrecedence
        }
    }
}

extension BinaryOperator {
    fileprivate var precedence: Int {
        switch self {
        case .multiply, .divide, .modulo, .concatenate: 60
        case .add, .subtract: 40
        case .multisetUnionAll, .multisetUnionDistinct, .multisetExceptAll, .multisetExceptDistinct: 14
        case .multisetIntersectAll, .multisetIntersectDistinct: 18
        default: Expression.Kind.comparisonPrecedence
        }
    }
}
