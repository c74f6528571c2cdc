import SluiceColumns
import SluiceKernels

/// The condition of a join that bounds the distance between the event (or processing) times of both sides.
///
/// As in Flink: both inputs have a time attribute of the same kind, the condition compares them in one equality of
/// columns or in one lower and one upper bound, and what is compared reads nothing but constants besides.
struct IntervalJoinMatch {
    /// How far apart the times of partners may be.
    var interval: JoinInterval
    /// Terms of the condition that the interval says completely.
    var terms: Set<ScalarExpression> = []

    /// Nil where the join is no interval join.
    init?(_ join: LogicalJoin) {
        guard join.kind != .semi, join.kind != .anti, let condition = join.condition else { return nil }
        let comparisons = condition.conjuncts.compactMap { TimeComparison($0, join) }
        guard let first = comparisons.first, comparisons.count <= 2,
            comparisons.allSatisfy({ $0.left == first.left && $0.right == first.right })
        else { return nil }
        guard let equality = comparisons.first(where: { $0.isEquality }) ?? Self.bounded(comparisons) else {
            return nil
        }
        interval = JoinInterval(
            leftTime: first.left,
            rightTime: first.right,
            lowerMicros: equality.lower ?? 0,
            upperMicros: equality.upper ?? 0,
            isEventTime: first.isEventTime
        )
        if !interval.isEventTime && Self.hasEventTime(join) { return nil }
        let exact = comparisons.filter { $0.isExact && ($0.isEquality == equality.isEquality) }
        terms = Set(exact.map(\.term))
    }

    /// One comparison that bounds both ways, of two that bound one way each.
    private static func bounded(_ comparisons: [TimeComparison]) -> TimeComparison? {
        guard comparisons.count == 2 else { return nil }
        var both = comparisons[0]
        both.lower = both.lower ?? comparisons[1].lower
        both.upper = both.upper ?? comparisons[1].upper
        return both.lower == nil || both.upper == nil ? nil : both
    }

    /// A processing-time interval does not hold event time back, so Flink joins such rows without a bound.
    private static func hasEventTime(_ join: LogicalJoin) -> Bool {
        [join.left, join.right].contains { side in side.fields.contains { $0.type.timeAttribute == .rowtime } }
    }
}

/// A comparison of a time attribute of the left with one of the right, as bounds of their difference.
private struct TimeComparison {
    let term: ScalarExpression
    /// The time attribute of the left input.
    let left: Int
    /// The time attribute of the right input.
    let right: Int
    let isEventTime: Bool
    let isEquality: Bool
    /// Whether the bounds say all that the comparison says: months are of different lengths.
    let isExact: Bool
    /// Bounds of left minus right, microseconds, inclusive.
    var lower: Int64?
    var upper: Int64?

    /// Nil where the term is no such comparison.
    init?(_ term: ScalarExpression, _ join: LogicalJoin) {
        guard case .call(let call) = term, call.arguments.count == 2, term.isDeterministic,
            let comparison = ComparisonOperator(rawValue: call.function.name), comparison != .notEqual,
            let first = TimeTerm(call.arguments[0], join), let second = TimeTerm(call.arguments[1], join),
            first.isLeft != second.isLeft, first.attribute == second.attribute,
            first.logical.isInstant == second.logical.isInstant
        else { return nil }
        isEquality = comparison == .equal
        // An equality of more than columns becomes a key.
        if isEquality && call.arguments.contains(where: { $0.columnIndex == nil }) { return nil }
        self.term = term
        let (mine, other) = first.isLeft ? (first, second) : (second, first)
        left = mine.column
        right = other.column
        isEventTime = first.attribute == .rowtime
        isExact = first.isExact && second.isExact
        // left + a op right + b, with the operator turned where the left input stands on the right.
        let (distance, overflow) = other.offset.subtractingReportingOverflow(mine.offset)
        if overflow { return nil }
        switch first.isLeft ? comparison : comparison.mirrored {
        case .less: upper = distance - 1
        case .lessOrEqual: upper = distance
        case .greater: lower = distance + 1
        case .greaterOrEqual: lower = distance
        case .equal, .notEqual:
            lower = distance
            upper = distance
        }
    }
}

/// A time attribute, perhaps moved by a constant.
private struct TimeTerm {
    let isLeft: Bool
    /// Column of its input.
    let column: Int
    let attribute: TimeAttribute
    let logical: LogicalType
    /// Microseconds that are added to it.
    let offset: Int64
    /// Whether that is the same at any time.
    let isExact: Bool

    init?(_ expression: ScalarExpression, _ join: LogicalJoin) {
        let width = join.left.fields.count
        let columns = expression.columnsRead
        guard let index = columns.first, columns.count == 1, expression.countColumn(index) == 1 else { return nil }
        isLeft = index < width
        column = isLeft ? index : index - width
        let input = isLeft ? join.left : join.right
        let type = input.fields[column].type
        guard let attribute = type.timeAttribute, type.lane == .int64, expression.type.lane == .int64,
            expression.type.logical.isTimestamp,
            attribute == .proctime || CheckTimeAttributes.isLive(input, column)
        else { return nil }
        self.attribute = attribute
        logical = type.logical
        guard let offset = Self.offset(expression, at: 0) else { return nil }
        self.offset = offset
        isExact = Self.probes.allSatisfy { Self.offset(expression, at: $0) == offset }
    }

    /// Times in months and years of different lengths.
    private static let probes: [Int64] = [31, 59, 366, 790, 1_100].map { $0 * 86_400_000_000 }

    /// What is added to a time of `micros`.
    private static func offset(_ expression: ScalarExpression, at micros: Int64) -> Int64? {
        let placed = expression.replacingColumns { .literal(.integer(micros), $0) }
        let folded = try? ConstantFolding.fold(placed, EvaluationContext())
        guard let value = folded?.literalValue?.integerValue, let result = Int64(exactly: value) else { return nil }
        let (difference, overflow) = result.subtractingReportingOverflow(micros)
        return overflow ? nil : difference
    }
}

extension ScalarExpression {
    /// How often it reads column `index`.
    fileprivate func countColumn(_ index: Int) -> Int {
        columnIndex == index ? 1 : children.reduce(0) { $0 + $1.countColumn(index) }
    }

    /// The same expression with each column replaced by what `value` gives for its type.
    fileprivate func replacingColumns(_ value: (DataType) -> ScalarExpression) -> ScalarExpression {
        if case .column(_, let type) = self { return value(type) }
        return mapChildren { $0.replacingColumns(value) }
    }
}

extension LogicalType {
    /// Whether it is TIMESTAMP or TIMESTAMP_LTZ.
    fileprivate var isTimestamp: Bool {
        switch self {
        case .timestamp, .timestampLTZ: true
        default: false
        }
    }
}
