import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Gathers the calls with OVER of one SELECT while its expressions are bound.
///
/// A call becomes a column whose index is `base` and more, until the windows stand and its real place is known.
final class OverCollector {
    /// Index of the first call.
    static let base = 1 << 43

    /// One window of OVER, over the rows that the SELECT's items read.
    struct Window {
        /// Each once.
        var partition: [ScalarExpression]
        var order: [Order]
        var frame: OverFrame

        /// Whether both have the same rows; the order of PARTITION BY says nothing.
        func isSame(as other: Window) -> Bool {
            order == other.order && frame == other.frame && Set(partition) == Set(other.partition)
        }
    }
    /// One item of its ORDER BY.
    struct Order: Hashable {
        var expression: ScalarExpression
        var isDescending: Bool
        var nullsFirst: Bool?
    }

    /// The windows, equal ones once.
    private(set) var windows: [Window] = []
    /// Where each is written.
    private(set) var spans: [SourceSpan] = []
    /// The calls with their windows, equal ones once.
    private(set) var calls: [(window: Int, call: BoundAggregate)] = []
    private let named: NamedWindows

    /// Makes an empty collector.
    ///
    /// - Throws: `SQLError` where two windows of the WINDOW clause have one name.
    init(_ windows: [NamedWindow]) throws { named = try NamedWindows(windows) }

    /// Registers a call.
    func add(_ call: FunctionCall, _ reference: WindowReference, _ binder: ExpressionBinder) throws -> ScalarExpression
    {
        let name = call.name.text.uppercased()
        let function = try function(name, call, binder)
        try checkClauses(function, call)
        var inner = binder
        inner.overs = nil
        inner.place = "a function with OVER"
        let specification = try named.resolve(reference)
        // As in Flink: a frame that begins some rows or some time back counts as one that may be empty.
        let mayBeEmpty = if case .preceding = specification.frame?.start { true } else { false }
        let bound = try BoundAggregate(function, call, inner, isGlobal: mayBeEmpty)
        inner.place = "the window of an OVER"
        let window = try bind(specification, function, inner)
        let index = number(of: window, at: specification.span)
        if let known = calls.firstIndex(where: { $0.window == index && $0.call == bound }) {
            return .column(Self.base + known, bound.type)
        }
        calls.append((index, bound))
        return .column(Self.base + calls.count - 1, bound.type)
    }

    private func number(of window: Window, at span: SourceSpan) -> Int {
        if let known = windows.firstIndex(where: { $0.isSame(as: window) }) { return known }
        windows.append(window)
        spans.append(span)
        return windows.count - 1
    }

    /// The same calls and windows over other rows.
    func rewrite(_ transform: (ScalarExpression, SourceSpan) throws -> ScalarExpression) rethrows {
        for index in windows.indices {
            let span = spans[index]
            windows[index].partition = try windows[index].partition.map { try transform($0, span) }
            for item in windows[index].order.indices {
                windows[index].order[item].expression = try transform(windows[index].order[item].expression, span)
            }
        }
        for index in calls.indices {
            let span = spans[calls[index].window]
            calls[index].call.arguments = try calls[index].call.arguments.map { try transform($0, span) }
        }
    }

    // MARK: Functions

    private func function(
        _ name: String,
        _ call: FunctionCall,
        _ binder: ExpressionBinder
    ) throws -> AggregateFunction {
        let functions = binder.context.functions
        if let function = functions.over(name) ?? functions.aggregate(name) { return function }
        if OverFunctions.batchOnly.contains(name) {
            throw SQLError(
                .unsupported,
                "\(name) is not supported over a stream",
                at: call.span,
                hint: "it needs rows that come after the current one"
            )
        }
        guard functions.scalar(name) != nil else { throw binder.unknownFunction(name, at: call.name.span) }
        throw SQLError(.typeMismatch, "OVER needs an aggregate function, '\(name)' is none", at: call.span)
    }

    private func checkClauses(_ function: AggregateFunction, _ call: FunctionCall) throws {
        if let filter = call.filter {
            throw SQLError(
                .unsupported,
                "FILTER with OVER is not supported",
                at: filter.span,
                hint: "aggregate CASE WHEN condition THEN value END"
            )
        }
        if function.name == "COUNT", call.arguments.count > 1 {
            throw SQLError(.unsupported, "COUNT of several columns with OVER is not supported", at: call.span)
        }
        guard call.nullTreatment == .ignore else { return }
        throw SQLError(
            .unsupported,
            "IGNORE NULLS of \(function.name) with OVER is not supported",
            at: call.span,
            hint: "leave the rows out with WHERE column IS NOT NULL"
        )
    }

    // MARK: Windows

    private func bind(
        _ specification: WrittenWindow,
        _ function: AggregateFunction,
        _ binder: ExpressionBinder
    ) throws -> Window {
        var partition: [ScalarExpression] = []
        for key in try specification.partitionBy.map({ try binder.bindTyped($0) }) where !partition.contains(key) {
            if binder.foldedLiteral(key) == nil { partition.append(key) }
        }
        let order = try specification.orderBy.map { item in
            Order(
                expression: try binder.bindTyped(item.expression),
                isDescending: item.isDescending,
                nullsFirst: item.nulls.map { $0 == .first }
            )
        }
        let isRank = RankingFunction(rawValue: function.name) != nil
        let sorted = order.filter { binder.foldedLiteral($0.expression) == nil }
        if isRank && sorted.isEmpty {
            throw SQLError(
                .invalidDefinition,
                "\(function.name) needs an ORDER BY of its window",
                at: specification.span,
                hint: "write OVER (PARTITION BY ... ORDER BY ...)"
            )
        }
        return Window(
            partition: partition,
            order: sorted,
            frame: try OverFrameBinder(binder).bind(specification, function)
        )
    }
}
