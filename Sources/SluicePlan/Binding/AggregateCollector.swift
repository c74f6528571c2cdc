import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Gathers the aggregate calls of one SELECT while its expressions are bound.
///
/// A call becomes a column whose index is `base` and more, until the aggregate stands and knows its real place.
final class AggregateCollector {
    /// Index of the first aggregate.
    static let base = 1 << 41

    /// The calls, equal ones once.
    private(set) var calls: [BoundAggregate] = []
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
        isInside = true
        defer { isInside = false }
        var inner = binder
        inner.overs = nil
        inner.place = "an aggregate"
        inner.subqueries = binder.argumentSubqueries ?? binder.subqueries
        let bound = try BoundAggregate(aggregate, call, inner, isGlobal: isGlobal)
        return .column(Self.base + index(of: bound), bound.type)
    }

    private func index(of call: BoundAggregate) -> Int {
        if let known = calls.firstIndex(of: call) { return known }
        calls.append(call)
        return calls.count - 1
    }

    /// GROUPING, GROUPING_ID, TUMBLE_START and so on; nil for any other name.
    func groupFunction(_ name: String, _ call: FunctionCall, _ binder: ExpressionBinder) throws -> ScalarExpression? {
        if name == "GROUPING" || name == "GROUPING_ID" || name == "GROUP_ID" {
            guard !groupingSets.isEmpty else {
                throw SQLError(.notGrouped, "\(name) can stand only in a query with GROUP BY", at: call.span)
            }
            guard call.arguments.isEmpty == (name == "GROUP_ID") else {
                let wanted = name == "GROUP_ID" ? "no argument" : "one or more GROUP BY keys"
                throw SQLError(.typeMismatch, "\(name) takes \(wanted)", at: call.span)
            }
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
