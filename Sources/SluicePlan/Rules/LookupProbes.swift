import SluiceColumns
import SluiceConnect
import SluiceKernels

/// Finds among the terms of a lookup's condition those that an index can answer, besides equalities: an address in a
/// network, a host below a domain, a value between two columns.
struct LookupProbes {
    /// What was found, over the columns of the table's scan, in the order of the condition.
    private(set) var all: [LookupProbeKey] = []
    /// The columns of the join's right side, over the scan's columns.
    private let projections: [ScalarExpression]
    /// Columns of the left side.
    private let width: Int

    /// A value of the left side on one side of a column of the table.
    private struct Bound {
        let value: ScalarExpression
        let column: Int
        /// Whether the column is the lower one.
        let isLow: Bool
    }

    /// Looks through `terms`, all of which must hold.
    init(_ terms: [ScalarExpression], _ projections: [ScalarExpression], width: Int) {
        self.projections = projections
        self.width = width
        var bounds: [Bound] = []
        for term in terms {
            guard case .call(let call) = term, call.arguments.count == 2 else { continue }
            switch call.function.name {
            case "IP_IN_NETWORK": add(call) { .network($0) }
            case "DOMAIN_MATCH": add(call) { .domain($0) }
            default: if let bound = bound(call) { bounds.append(bound) }
            }
        }
        for low in bounds where low.isLow {
            for high in bounds where !high.isLow && high.value == low.value {
                all.append(LookupProbeKey(.range(low: low.column, high: high.column), value: low.value))
            }
        }
    }

    /// Adds `f(value of the left, column of the table)`.
    private mutating func add(_ call: ScalarCall, _ probe: (Int) -> LookupProbe) {
        guard isLeft(call.arguments[0]), let column = column(call.arguments[1]) else { return }
        all.append(LookupProbeKey(probe(column), value: call.arguments[0]))
    }

    /// A comparison as a bound; nil for all else.
    private func bound(_ call: ScalarCall) -> Bound? {
        let (first, second) = (call.arguments[0], call.arguments[1])
        let isLess: Bool
        switch call.function.name {
        case "<", "<=": isLess = true
        case ">", ">=": isLess = false
        default: return nil
        }
        if isLeft(first), let column = column(second), Self.haveOneOrder(first.type, second, projections, width) {
            return Bound(value: first, column: column, isLow: !isLess)
        }
        if isLeft(second), let column = column(first), Self.haveOneOrder(second.type, first, projections, width) {
            return Bound(value: second, column: column, isLow: isLess)
        }
        return nil
    }

    /// Whether the expression reads the left side alone.
    private func isLeft(_ expression: ScalarExpression) -> Bool {
        !expression.columnsRead.isEmpty && expression.columnsRead.allSatisfy { $0 < width }
            && expression.isDeterministic
    }

    /// The stored column that an expression is; whole numbers may have been made wider.
    private func column(_ expression: ScalarExpression) -> Int? {
        var expression = expression
        if case .cast(let base, let type, .implicit) = expression, base.type.isWholeNumber, type.isWholeNumber {
            expression = base
        }
        guard let index = expression.columnIndex, index >= width else { return nil }
        return projections[index - width].columnIndex
    }

    /// Whether values of the left side and of the stored column are ordered alike: they are of one type, or whole.
    private static func haveOneOrder(
        _ type: DataType,
        _ expression: ScalarExpression,
        _ projections: [ScalarExpression],
        _ width: Int
    ) -> Bool {
        switch type.lane {
        case .int8, .int16, .int32, .int64, .int128, .float, .double:
            type.logical == expression.type.logical || type.isWholeNumber && expression.type.isWholeNumber
        default: false
        }
    }
}

extension DataType {
    /// Whether it is TINYINT, SMALLINT, INT or BIGINT.
    fileprivate var isWholeNumber: Bool {
        switch logical {
        case .tinyint, .smallint, .int, .bigint: true
        default: false
        }
    }
}
