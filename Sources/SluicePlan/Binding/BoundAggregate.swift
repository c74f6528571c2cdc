import SluiceColumns
import SluiceKernels
import SluiceSQL

/// One call of an aggregate with its arguments over the rows that it reads.
struct BoundAggregate: Hashable {
    var function: AggregateFunction
    var arguments: [ScalarExpression]
    var literals: [Value?]
    var filter: ScalarExpression?
    var isDistinct: Bool
    var type: DataType

    /// Binds a call.
    ///
    /// - Parameters:
    ///   - binder: must refuse aggregates where they cannot be nested.
    ///   - isGlobal: whether the result is NULL where there are no rows.
    init(
        _ function: AggregateFunction,
        _ call: FunctionCall,
        _ binder: ExpressionBinder,
        isGlobal: Bool
    ) throws {
        // As in Flink an order inside these two changes nothing.
        let takesOrder = ["ARRAY_AGG", "JSON_ARRAYAGG"].contains(function.name)
        guard call.orderBy.isEmpty || takesOrder, call.withinGroup.isEmpty else {
            throw SQLError(.unsupported, "ORDER BY in an aggregate is not supported", at: call.span)
        }
        let arguments = try Self.arguments(call, function.name, binder)
        if call.quantifier == .distinct {
            let isRow = if case .row? = arguments.first?.type.logical { true } else { false }
            guard arguments.count <= 1 || function.name != "COUNT", !isRow else {
                throw SQLError(
                    .unsupported,
                    "\(function.name) of several DISTINCT columns is not supported",
                    at: call.span,
                    hint: "count the rows of a SELECT DISTINCT"
                )
            }
        }
        if let first = arguments.first, first.type.logical == .null {
            throw SQLError(
                .typeMismatch,
                "\(function.name) of a bare NULL has no type",
                at: call.arguments.first?.span ?? call.span,
                hint: "write CAST(NULL AS ...)"
            )
        }
        let infos = arguments.map { ArgumentInfo($0.type, literal: binder.foldedLiteral($0)) }
        let signature: ResolvedSignature
        do {
            // With a filter there may be no rows, as without groups.
            signature = try function.resolve(infos, isGlobal || call.filter != nil)
        } catch let error as FunctionError {
            let place = error.argument.flatMap { $0 < call.arguments.count ? call.arguments[$0].span : nil }
            throw SQLError(.typeMismatch, error.message, at: place ?? call.span, hint: error.hint)
        }
        self.function = function
        self.arguments = zip(arguments, signature.arguments).map { Coercion.cast($0, to: $1) }
        literals = infos.map(\.literal)
        filter = try Self.filter(call, function.name, arguments, binder)
        isDistinct = call.quantifier == .distinct
        type = signature.result
    }

    /// The condition of FILTER, and that of IGNORE NULLS where an aggregate takes NULLs.
    private static func filter(
        _ call: FunctionCall,
        _ name: String,
        _ arguments: [ScalarExpression],
        _ binder: ExpressionBinder
    ) throws -> ScalarExpression? {
        var conditions = try call.filter.map { [try binder.bindCondition($0)] } ?? []
        if name == "ARRAY_AGG", call.nullTreatment == .ignore {
            conditions += try arguments.map { try binder.call("IS NOT NULL", [$0], at: call.span) }
        }
        return .conjunction(conditions)
    }

    private static func arguments(
        _ call: FunctionCall,
        _ name: String,
        _ binder: ExpressionBinder
    ) throws -> [ScalarExpression] {
        if call.arguments.count == 1, case .star = call.arguments[0].value.kind {
            guard call.name.text.uppercased() == "COUNT", call.quantifier == nil else {
                throw SQLError(.typeMismatch, "'*' can only be counted", at: call.span)
            }
            return []
        }
        let arguments = try call.arguments.map { try binder.bind($0.value) }
        return try binder.withJSONClauses(ofAggregate: name, call, arguments)
    }

    /// The call over columns: `place` gives the column of an expression.
    func placed(_ place: (ScalarExpression) -> Int) -> AggregateCall {
        AggregateCall(
            function: function,
            arguments: arguments.map(place),
            argumentTypes: arguments.map(\.type),
            literals: literals,
            filter: filter.map(place),
            isDistinct: isDistinct,
            resultType: type
        )
    }
}
