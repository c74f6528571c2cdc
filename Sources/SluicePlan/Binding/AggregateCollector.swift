import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Gathers the aggregate calls of one SELECT while its expressions are bound.
///
/// A call becomes a column whose index is `base` and more, until the aggregate stands and knows its real place.
final class AggregateCollector {
    /// Index of the first aggregate.
    static let base = 1 << 41

    /// One aggregate with its arguments over the rows of FROM.
    struct Call: Hashable {
        var function: AggregateFunction
        var arguments: [ScalarExpression]
        var literals: [Value?]
        var filter: ScalarExpression?
        var isDistinct: Bool
        var type: DataType
    }

    /// The calls, equal ones once.
    private(set) var calls: [Call] = []
    /// Whether there is no GROUP BY key.
    var isGlobal = true
    /// The keys of GROUP BY, over the rows of FROM.
    var keys: [ScalarExpression] = []
    /// The grouping sets, as indexes of keys; one set of all where there are none.
    var groupingSets: [[Int]] = []
    /// The legacy window of GROUP BY.
    var groupWindow: GroupWindow?
    /// Columns of GROUPING calls: index of the call is `groupingBase` and more.
    private(set) var groupings: [[Int]] = []
    /// Index of the first GROUPING call.
    static let groupingBase = 1 << 42

    private var isInside = false

    /// Registers a call.
    func add(
        _ aggregate: AggregateFunction,
        _ call: FunctionCall,
        _ binder: ExpressionBinder
    ) throws -> ScalarExpression {
        guard !isInside else {
            throw SQLError(.misplacedAggregate, "an aggregate cannot stand in an aggregate", at: call.span)
        }
        guard call.orderBy.isEmpty, call.withinGroup.isEmpty else {
            throw SQLError(.unsupported, "ORDER BY in an aggregate is not supported", at: call.span)
        }
        isInside = true
        defer { isInside = false }
        let arguments = try boundArguments(call, binder)
        if call.quantifier == .distinct {
            let isRow = if case .row? = arguments.first?.type.logical { true } else { false }
            guard arguments.count <= 1 || aggregate.name != "COUNT", !isRow else {
                throw SQLError(
                    .unsupported,
                    "\(aggregate.name) of several DISTINCT columns is not supported",
                    at: call.span,
                    hint: "count the rows of a SELECT DISTINCT"
                )
            }
        }
        let infos = arguments.map { ArgumentInfo($0.type, literal: binder.foldedLiteral($0)) }
        let signature: ResolvedSignature
        do {
            signature = try aggregate.resolve(infos, isGlobal)
        } catch let error as FunctionError {
            let place = error.argument.flatMap { $0 < call.arguments.count ? call.arguments[$0].span : nil }
            throw SQLError(.typeMismatch, error.message, at: place ?? call.span, hint: error.hint)
        }
        let filter = try call.filter.map { try binder.bindCondition($0) }
        let bound = Call(
            function: aggregate,
            arguments: zip(arguments, signature.arguments).map { Coercion.cast($0, to: $1) },
            literals: infos.map(\.literal),
            filter: filter,
            isDistinct: call.quantifier == .distinct,
            type: signature.result
        )
        return .column(Self.base + index(of: bound), signature.result)
    }

    private func boundArguments(_ call: FunctionCall, _ binder: ExpressionBinder) throws -> [ScalarExpression] {
        if call.arguments.count == 1, case .star = call.arguments[0].value.kind {
            guard call.name.text.uppercased() == "COUNT", call.quantifier == nil else {
                throw SQLError(.typeMismatch, "'*' can only be counted", at: call.span)
            }
            return []
        }
        return try call.arguments.map { try binder.bind($0.value) }
    }

    private func index(of call: Call) -> Int {
        if let known = calls.firstIndex(of: call) { return known }
        calls.append(call)
        return calls.count - 1
    }

    /// GROUPING, GROUPING_ID, TUMBLE_START and so on; nil for any other name.
    func groupFunction(_ name: String, _ call: FunctionCall, _ binder: ExpressionBinder) throws -> ScalarExpression? {
        if name == "GROUPING" || name == "GROUPING_ID" || name == "GROUP_ID" {
            let arguments = try call.arguments.map { argument -> Int in
                let bound = try binder.bind(argument.value)
                guard let key = keys.firstIndex(of: bound) else {
                    throw SQLError(.notGrouped, "the argument of \(name) must be a GROUP BY key", at: argument.span)
                }
                return key
            }
            groupings.append(arguments)
            return .column(Self.groupingBase + groupings.count - 1, .notNull(.bigint))
        }
        guard let shape = GroupWindow.auxiliary(name) else { return nil }
        guard let groupWindow, try groupWindow.matches(shape.window, call, binder) else {
            throw SQLError(
                .notGrouped,
                "\(name) needs the same \(shape.window) in GROUP BY",
                at: call.span
            )
        }
        guard shape.part != .rowtime || groupWindow.timeType.timeAttribute != .proctime else {
            throw SQLError(
                .typeMismatch,
                "a window over processing time has no event time",
                at: call.span,
                hint: "write \(shape.window)_PROCTIME"
            )
        }
        return groupWindow.column(shape.part)
    }
}
