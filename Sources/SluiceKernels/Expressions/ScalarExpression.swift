import SluiceColumns

/// A bound expression over the columns of one batch: every name resolved, every type known, every coercion explicit.
///
/// It is a value and travels in plans. `ExpressionEvaluator` compiles it for one shard.
package indirect enum ScalarExpression: Sendable, Hashable {
    /// Column `index` of the input.
    case column(Int, DataType)
    /// A constant.
    case literal(Value, DataType)
    /// Field `index` of a ROW; NULL where the row is NULL.
    case field(ScalarExpression, index: Int, DataType)
    /// A function over all rows; its arguments are evaluated eagerly.
    case call(ScalarCall)
    /// A conversion.
    case cast(ScalarExpression, to: DataType, CastMode)
    /// Three-valued AND: a later operand is evaluated only over the rows where no earlier one is FALSE.
    case and([ScalarExpression])
    /// Three-valued OR: a later operand is evaluated only over the rows where no earlier one is TRUE.
    case or([ScalarExpression])
    /// The value of the first branch whose condition is TRUE; each part is evaluated only over the rows that reach it.
    case caseWhen([CaseBranch], otherwise: ScalarExpression, DataType)

    /// The type of the value.
    package var type: DataType {
        switch self {
        case .column(_, let type), .literal(_, let type), .field(_, _, let type), .cast(_, let type, _),
            .caseWhen(_, _, let type):
            type
        case .call(let call): call.type
        case .and(let operands), .or(let operands):
            DataType(.boolean, nullable: operands.contains { $0.type.isNullable })
        }
    }

    /// The parts that this expression is made of, in evaluation order.
    package var children: [ScalarExpression] {
        switch self {
        case .column, .literal: []
        case .field(let base, _, _), .cast(let base, _, _): [base]
        case .call(let call): call.arguments
        case .and(let operands), .or(let operands): operands
        case .caseWhen(let branches, let otherwise, _):
            branches.flatMap { [$0.condition, $0.value] } + [otherwise]
        }
    }

    /// The same expression with each child replaced; types stay.
    package func mapChildren(_ transform: (ScalarExpression) throws -> ScalarExpression) rethrows -> ScalarExpression {
        switch self {
        case .column, .literal: return self
        case .field(let base, let index, let type): return .field(try transform(base), index: index, type)
        case .cast(let base, let type, let mode): return .cast(try transform(base), to: type, mode)
        case .call(var call):
            call.arguments = try call.arguments.map(transform)
            return .call(call)
        case .and(let operands): return .and(try operands.map(transform))
        case .or(let operands): return .or(try operands.map(transform))
        case .caseWhen(let branches, let otherwise, let type):
            return .caseWhen(
                try branches.map { CaseBranch(try transform($0.condition), try transform($0.value)) },
                otherwise: try transform(otherwise),
                type
            )
        }
    }

    /// Whether the value depends on the arguments alone: no clock, no random numbers, no user state.
    package var isDeterministic: Bool {
        if case .call(let call) = self, call.function.determinism != .deterministic { return false }
        return children.allSatisfy(\.isDeterministic)
    }

    /// Indexes of the input columns it reads.
    package var columnsRead: Set<Int> {
        if case .column(let index, _) = self { return [index] }
        return children.reduce(into: []) { $0.formUnion($1.columnsRead) }
    }
}

/// A function with its arguments and the types that were resolved for this call.
package struct ScalarCall: Sendable, Hashable {
    /// The descriptor.
    package var function: ScalarFunction
    /// The arguments, already coerced to the types that `resolve` asked for.
    package var arguments: [ScalarExpression]
    /// The type of the value.
    package var type: DataType
    /// Makes a call.
    package init(_ function: ScalarFunction, _ arguments: [ScalarExpression], type: DataType) {
        self.function = function
        self.arguments = arguments
        self.type = type
    }
}

/// `WHEN condition THEN value`.
package struct CaseBranch: Sendable, Hashable {
    /// A BOOLEAN.
    package var condition: ScalarExpression
    /// Of the type of the whole CASE.
    package var value: ScalarExpression
    /// Makes a branch.
    package init(_ condition: ScalarExpression, _ value: ScalarExpression) {
        self.condition = condition
        self.value = value
    }
}

/// What a conversion does with a value it cannot convert.
package enum CastMode: Sendable, Hashable {
    /// CAST: fails the job.
    case cast
    /// TRY_CAST: gives NULL.
    case tryCast
    /// Inserted by the binder between compatible types; semantics of CAST.
    case implicit
}
