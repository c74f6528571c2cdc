import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Gathers what an expression of MEASURES or DEFINE reads of the rows of a match, while it is bound.
///
/// A value becomes column 0, 1, 2 ... of the row that the expression is computed over; an aggregate a column from
/// `aggregateBase` on, until all values are known.
final class MatchCollector {
    /// Which clause is bound.
    enum Clause {
        case measures
        /// DEFINE of a variable; nil for one that is not in the pattern.
        case definition(of: Int?)
    }

    /// FIRST, LAST, PREV or NEXT around the expression being bound.
    private struct Navigation {
        var fromFirst: Bool
        var offset: Int
        var isPhysical: Bool
    }

    /// What arguments of aggregates become columns of.
    private let arguments: MatchArguments
    /// The names that can stand for rows.
    let variables: PatternVariables
    private let clause: Clause
    /// Whether the variables of the pattern, by place, surely have a row where the expression is computed.
    private let isPresent: [Bool]
    private var references: [MatchExpressions.Reference] = []
    private var aggregates: [MatchExpressions.Aggregate] = []
    private var navigation: Navigation?
    private var isInsideAggregate = false
    /// Whose columns were read since the outermost navigation or aggregate began.
    private var rowsRead: Set<MatchExpressions.Rows> = []

    private static let aggregateBase = 1 << 41

    init(_ clause: Clause, _ variables: PatternVariables, isPresent: [Bool], arguments: MatchArguments) {
        self.clause = clause
        self.variables = variables
        self.isPresent = isPresent
        self.arguments = arguments
    }

    /// The expressions that were bound with this collector, with all that they read.
    func finish(_ expressions: [ScalarExpression]) -> MatchExpressions {
        let count = references.count
        return MatchExpressions(
            expressions.map { expression in
                expression.mappingColumns { $0 >= Self.aggregateBase ? $0 - Self.aggregateBase + count : $0 }
            },
            references: references,
            aggregates: aggregates
        )
    }

    // MARK: Columns

    /// A column of the input, or a field of one, in the rows that a name stands for.
    func reference(_ value: ScalarExpression, to rows: MatchExpressions.Rows) -> ScalarExpression {
        rowsRead.insert(rows)
        if isInsideAggregate { return value }
        let place = navigation ?? Navigation(fromFirst: false, offset: 0, isPhysical: false)
        let isSure = place.offset == 0 && isSurelyThere(rows)
        let found = add(
            .value(
                of: rows,
                fromFirst: place.fromFirst,
                offset: place.offset,
                column: arguments.column(value),
                value.type.nullable(value.type.isNullable || !isSure)
            )
        )
        return .column(found, references[found].type)
    }

    private func isSurelyThere(_ rows: MatchExpressions.Rows) -> Bool {
        switch rows {
        case .all: true
        case .variable(let index): isPresent[index]
        case .none: false
        }
    }

    private func add(_ reference: MatchExpressions.Reference) -> Int {
        if let known = references.firstIndex(of: reference) { return known }
        references.append(reference)
        return references.count - 1
    }

    // MARK: Calls

    /// A call that means something special here, nil for any other.
    func call(_ name: String, _ call: FunctionCall, _ binder: ExpressionBinder) throws -> ScalarExpression? {
        switch name {
        case "FIRST", "LAST", "PREV", "NEXT": return try navigate(name, call, binder)
        case "MATCH_ROWTIME": return try rowtime(call, binder)
        case "MATCH_PROCTIME": return try binder.call("PROCTIME", [], at: call.span)
        case "CLASSIFIER", "MATCH_NUMBER":
            throw SQLError(.unsupported, "\(name)() is not supported", at: call.span)
        default:
            guard let function = binder.context.functions.aggregate(name), call.over == nil else { return nil }
            return try aggregate(function, call, binder)
        }
    }

    /// RUNNING and FINAL: a measure is FINAL anyway.
    func scoped(
        _ scope: MatchScope,
        _ call: Expression,
        _ binder: ExpressionBinder,
        at span: SourceSpan
    ) throws -> ScalarExpression {
        guard case .measures = clause, scope == .final else {
            throw SQLError(
                .unsupported,
                scope == .final ? "FINAL cannot stand in DEFINE" : "RUNNING is not supported",
                at: span,
                hint: "leave it out"
            )
        }
        return try binder.bind(call)
    }

    private func rowtime(_ call: FunctionCall, _ binder: ExpressionBinder) throws -> ScalarExpression {
        guard call.arguments.count <= 1 else {
            throw SQLError(.typeMismatch, "MATCH_ROWTIME takes at most one argument", at: call.span)
        }
        var type = DataType(.timestamp(3), nullable: false, timeAttribute: .rowtime)
        if let argument = call.arguments.first {
            let time = try binder.bind(argument.value).type
            guard time.timeAttribute == .rowtime else {
                throw SQLError(
                    .typeMismatch,
                    "MATCH_ROWTIME takes an event-time attribute, this is \(time.logical)",
                    at: argument.span
                )
            }
            type = time.nullable(true)
        }
        return .column(add(.rowtime(type)), type)
    }

    private func navigate(_ name: String, _ call: FunctionCall, _ binder: ExpressionBinder) throws -> ScalarExpression {
        let isPhysical = name == "PREV" || name == "NEXT"
        guard let value = call.arguments.first?.value, call.arguments.count <= 2 else {
            throw SQLError(.typeMismatch, "\(name) takes an expression and an offset", at: call.span)
        }
        let offset = try call.arguments.dropFirst().first.map { try self.offset($0.value, binder) }
        if isPhysical {
            if case .measures = clause {
                throw SQLError(.unsupported, "\(name) cannot stand in MEASURES", at: call.span, hint: "use LAST(x, 1)")
            }
            guard offset == 0 else {
                throw SQLError(
                    .unsupported,
                    "\(name) looks at rows outside of the match, which is not supported",
                    at: call.span,
                    hint: "use LAST(x, 1), which looks back at rows taken for the pattern"
                )
            }
        }
        if let navigation, isPhysical || !navigation.isPhysical {
            throw SQLError(.unsupported, "\(name) cannot stand in FIRST, LAST, PREV or NEXT", at: call.span)
        }
        let outer = navigation
        let outerRows = rowsRead
        navigation = Navigation(fromFirst: name == "FIRST", offset: offset ?? 0, isPhysical: isPhysical)
        rowsRead = []
        defer {
            navigation = outer
            rowsRead.formUnion(outerRows)
        }
        let bound = try binder.bind(value)
        try checkOneVariable(call)
        return bound
    }

    private func offset(_ expression: Expression, _ binder: ExpressionBinder) throws -> Int {
        guard case .literal = expression.kind, case .integer(let offset)? = try binder.bind(expression).literalValue,
            (0...Int64(Int32.max)).contains(offset)
        else {
            throw SQLError(.typeMismatch, "the offset must be a whole number, not negative", at: expression.span)
        }
        return Int(offset)
    }

    private func checkOneVariable(_ call: FunctionCall) throws {
        guard rowsRead.count > 1 else { return }
        throw SQLError(
            .unsupported,
            "\(call.name.text.uppercased()) can read the rows of one pattern variable only",
            at: call.span
        )
    }

    private func aggregate(
        _ function: AggregateFunction,
        _ call: FunctionCall,
        _ binder: ExpressionBinder
    ) throws -> ScalarExpression {
        guard !isInsideAggregate, navigation == nil else {
            throw SQLError(
                .misplacedAggregate,
                "an aggregate cannot stand in an aggregate, FIRST or LAST",
                at: call.span
            )
        }
        try checkPlain(function, call)
        isInsideAggregate = true
        let outerRows = rowsRead
        rowsRead = []
        defer {
            isInsideAggregate = false
            rowsRead.formUnion(outerRows)
        }
        let isStar = if call.arguments.count == 1, case .star = call.arguments[0].value.kind { true } else { false }
        if isStar, function.name != "COUNT" {
            throw SQLError(.typeMismatch, "'*' can only be counted", at: call.span)
        }
        let bound = isStar ? [] : try call.arguments.map { try binder.bind($0.value) }
        if isStar { rowsRead = [.all] }
        try checkOneVariable(call)
        guard let rows = rowsRead.first else {
            throw SQLError(
                .unsupported,
                "an aggregate here must read a column",
                at: call.span,
                hint: "write a column of the pattern variable whose rows are meant, or COUNT(*) for all"
            )
        }
        let bounded = try arguments.call(function, bound, call, binder)
        let aggregate = MatchExpressions.Aggregate(bounded, of: rows)
        let index = aggregates.firstIndex(of: aggregate) ?? aggregates.count
        if index == aggregates.count { aggregates.append(aggregate) }
        return .column(Self.aggregateBase + index, bounded.resultType)
    }

    /// Refuses clauses that Flink refuses here.
    private func checkPlain(_ function: AggregateFunction, _ call: FunctionCall) throws {
        func refuse(_ what: String, at span: SourceSpan) throws -> Never {
            throw SQLError(.unsupported, "\(what) is not supported in MATCH_RECOGNIZE", at: span)
        }
        if call.quantifier != nil { try refuse("DISTINCT or ALL in an aggregate", at: call.span) }
        if function.countsEqualOnce { try refuse(function.name, at: call.span) }
        if let filter = call.filter { try refuse("FILTER", at: filter.span) }
        if !call.orderBy.isEmpty || !call.withinGroup.isEmpty { try refuse("ORDER BY in an aggregate", at: call.span) }
        if function.name.hasPrefix("JSON_") { try refuse(function.name, at: call.span) }
        if function.name == "COUNT", call.arguments.count > 1 {
            try refuse("COUNT of several columns", at: call.span)
        }
    }
}

/// Columns beside those of the input that references, aggregates and conditions read: computed once for each row,
/// before matching.
final class MatchArguments {
    private let inputWidth: Int
    /// What is computed, over the input's columns.
    private(set) var expressions: [ScalarExpression] = []

    init(inputWidth: Int) { self.inputWidth = inputWidth }

    /// The input column that holds `expression`.
    func column(_ expression: ScalarExpression) -> Int {
        if case .column(let index, _) = expression { return index }
        if let known = expressions.firstIndex(of: expression) { return inputWidth + known }
        expressions.append(expression)
        return inputWidth + expressions.count - 1
    }

    /// What column `column` holds, over the input's columns.
    func expression(_ column: Int, _ type: DataType) -> ScalarExpression {
        column < inputWidth ? .column(column, type) : expressions[column - inputWidth]
    }

    /// An aggregate call over bound arguments.
    func call(
        _ function: AggregateFunction,
        _ bound: [ScalarExpression],
        _ call: FunctionCall,
        _ binder: ExpressionBinder
    ) throws -> AggregateCall {
        let infos = bound.map { ArgumentInfo($0.type, literal: binder.foldedLiteral($0)) }
        do {
            // A variable may have no row: the result is as nullable as that of a global aggregate.
            let signature = try function.resolve(infos, true)
            let coerced = zip(bound, signature.arguments).map { Coercion.cast($0, to: $1) }
            return AggregateCall(
                function: function,
                arguments: coerced.map { column($0) },
                argumentTypes: signature.arguments,
                literals: infos.map(\.literal),
                resultType: signature.result
            )
        } catch let error as FunctionError {
            let place = error.argument.flatMap { $0 < call.arguments.count ? call.arguments[$0].span : nil }
            throw SQLError(.typeMismatch, error.message, at: place ?? call.span, hint: error.hint)
        }
    }
}
