import SluiceColumns
import SluiceKernels
import SluiceSQL

extension ExpressionBinder {
    /// A call written as a function.
    func bindCall(_ function: FunctionCall) throws -> ScalarExpression {
        let name = function.name.parts.last?.text ?? ""
        try checkNullTreatment(function, name.uppercased())
        if let window = function.over { return try bindOver(function, window) }
        if let bound = try matches?.call(name.uppercased(), function, self) { return bound }
        if let aggregate = context.functions.aggregate(name), isAggregateCall(function, name) {
            return try bindAggregate(aggregate, function)
        }
        if let bound = try bindGroupFunction(function, name.uppercased()) { return bound }
        guard function.quantifier == nil, function.filter == nil, function.withinGroup.isEmpty else {
            throw SQLError(.typeMismatch, "'\(name)' is no aggregate function", at: function.span)
        }
        if name.uppercased() == "CURRENT_DATABASE", function.arguments.isEmpty {
            return .literal(.string(context.currentDatabase), DataType(.string, nullable: false))
        }
        guard let scalar = context.functions.scalar(name) else {
            if context.functions.over(name) != nil {
                throw SQLError(.misplacedAggregate, "\(name.uppercased()) needs OVER (...)", at: function.span)
            }
            throw unknownFunction(name, at: function.name.span)
        }
        let arguments = try boundArguments(function, name.uppercased())
        return try call(
            scalar,
            arguments.map(\.expression),
            at: function.span,
            argumentSpans: arguments.map(\.span)
        )
    }

    /// Only these functions may be told what to do with NULLs, as in Flink.
    private func checkNullTreatment(_ function: FunctionCall, _ name: String) throws {
        guard let treatment = function.nullTreatment, !["ARRAY_AGG", "LAG", "LEAD"].contains(name) else { return }
        throw SQLError(
            .typeMismatch,
            "'\(name)' cannot be told to \(treatment.rawValue)",
            at: function.span,
            hint: ["FIRST_VALUE", "LAST_VALUE"].contains(name) ? "it always leaves NULLs out" : nil
        )
    }

    private func bindOver(_ function: FunctionCall, _ window: WindowReference) throws -> ScalarExpression {
        guard let overs else {
            throw SQLError(
                .misplacedAggregate,
                "a function with OVER cannot stand in \(place)",
                at: function.span,
                hint: "compute it in a sub-query, or filter it with QUALIFY"
            )
        }
        return try overs.add(function, window, self)
    }

    private func isAggregateCall(_ function: FunctionCall, _ name: String) -> Bool {
        aggregates != nil || context.functions.scalar(name) == nil
    }

    private func bindAggregate(_ aggregate: AggregateFunction, _ function: FunctionCall) throws -> ScalarExpression {
        guard let aggregates else {
            throw SQLError(
                .misplacedAggregate,
                "the aggregate '\(aggregate.name)' cannot stand in \(place)",
                at: function.span,
                hint: "filter aggregates with HAVING or in an outer query"
            )
        }
        return try aggregates.add(aggregate, function, self)
    }

    /// GROUPING, GROUPING_ID and the auxiliary functions of group windows, which belong to the GROUP BY around.
    private func bindGroupFunction(_ function: FunctionCall, _ name: String) throws -> ScalarExpression? {
        guard let aggregates else { return nil }
        return try aggregates.groupFunction(name, function, self)
    }

    /// An argument with its place in the text.
    struct BoundArgument {
        var expression: ScalarExpression
        var span: SourceSpan

        init(_ expression: ScalarExpression, _ span: SourceSpan) {
            self.expression = expression
            self.span = span
        }
    }

    /// The arguments in the order that the catalogue's function takes them.
    private func boundArguments(_ function: FunctionCall, _ name: String) throws -> [BoundArgument] {
        if let named = function.arguments.first(where: { $0.name != nil }) {
            throw unsupported("a named argument of '\(name)'", at: named.span, hint: "give arguments by position")
        }
        var arguments = try function.arguments.flatMap { try expand($0.value) }
        if case .trim(let side) = function.syntax {
            if arguments.count == 1 { arguments.insert(BoundArgument(Self.text(" "), function.span), at: 0) }
            arguments.insert(BoundArgument(Self.text(side.rawValue), function.span), at: 0)
        }
        return try withJSONClauses(arguments, function, name)
    }

    private func expand(_ argument: Expression) throws -> [BoundArgument] {
        guard case .fieldStar(let parts) = argument.kind else {
            return [BoundArgument(try bind(argument), argument.span)]
        }
        let base = try bindName(parts, at: argument.span)
        guard let fields = base.type.logical.rowFields else {
            throw SQLError(.typeMismatch, "'.*' needs a row, this is \(base.type.logical)", at: argument.span)
        }
        return try fields.map {
            BoundArgument(try field(Identifier($0.name, span: argument.span), of: base), argument.span)
        }
    }
}

extension SQLError.Code {
    /// An aggregate where none may be.
    package static let misplacedAggregate = Self("misplacedAggregate")
    /// A column outside of GROUP BY.
    package static let notGrouped = Self("notGrouped")
}
