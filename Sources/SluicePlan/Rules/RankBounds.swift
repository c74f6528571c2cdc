import SluiceColumns
import SluiceKernels
import SluiceSQL

/// What a condition says about a rank, apart from what it says about other columns.
struct RankBounds {
    /// The ranks that pass.
    var range: RankRange
    /// The terms that do not read the rank.
    var others: [ScalarExpression]
    /// Whether no rank passes.
    var isEmpty: Bool

    private struct Interval {
        var low: Int64?
        var high: Int64?
    }

    /// Nil where the condition does not bound the rank, or says more of it than bounds.
    ///
    /// - Throws: `SQLError` where the bounds are such that no stream can keep them.
    init?(_ terms: [ScalarExpression], rank: Int, at span: SourceSpan) throws {
        var interval = Interval()
        var variable: Int?
        others = []
        var isBounded = false
        for term in terms {
            if !term.columnsRead.contains(rank) {
                others.append(term)
            } else if let bound = Self.interval(term, rank) {
                isBounded = true
                interval = Self.intersection(interval, bound)
            } else if let column = try Self.variableEnd(term, rank, at: span) {
                guard variable == nil else { return nil }
                isBounded = true
                variable = column
            } else {
                return nil
            }
        }
        guard isBounded else { return nil }
        let start = max(1, interval.low ?? 1)
        if let variable {
            guard interval.high == nil else { return nil }
            range = RankRange(start: start, end: .column(variable))
            isEmpty = false
            return
        }
        guard let end = interval.high else {
            throw SQLError(
                .unsupported,
                "the last rank is not bounded",
                at: span,
                hint: "keep the first N rows: add AND the rank <= N"
            )
        }
        guard end > 0 else {
            throw SQLError(.unsupported, "no rank is \(end) or less", at: span, hint: "ranks count from 1")
        }
        range = RankRange(start: start, end: .constant(end))
        isEmpty = start > end
    }

    private static func intersection(_ one: Interval, _ other: Interval) -> Interval {
        func tightest(_ values: [Int64?], _ choose: ([Int64]) -> Int64?) -> Int64? { choose(values.compactMap { $0 }) }
        return Interval(
            low: tightest([one.low, other.low]) { $0.max() },
            high: tightest([one.high, other.high]) { $0.min() }
        )
    }

    /// The ranks for which a term holds, where they lie together and the term reads nothing else.
    private static func interval(_ term: ScalarExpression, _ rank: Int) -> Interval? {
        switch term {
        case .and(let terms):
            return terms.reduce(Interval()) { all, term in
                guard let all, let one = interval(term, rank) else { return nil }
                return intersection(all, one)
            }
        case .or(let terms): return union(terms.map { interval($0, rank) })
        case .call(let call):
            guard call.arguments.count == 2 else { return nil }
            if isRank(call.arguments[0], rank), case .integer(let value)? = call.arguments[1].literalValue {
                return interval(call.function.name, value)
            }
            if isRank(call.arguments[1], rank), case .integer(let value)? = call.arguments[0].literalValue {
                return interval(mirrored[call.function.name] ?? "", value)
            }
            return nil
        default: return nil
        }
    }

    private static let mirrored = ["<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="]

    private static func interval(_ comparison: String, _ value: Int64) -> Interval? {
        switch comparison {
        case "=": Interval(low: value, high: value)
        case "<": value == .min ? nil : Interval(high: value - 1)
        case "<=": Interval(high: value)
        case ">": value == .max ? nil : Interval(low: value + 1)
        case ">=": Interval(low: value)
        default: nil
        }
    }

    /// Nil where one is nil or two do not meet.
    private static func union(_ intervals: [Interval?]) -> Interval? {
        let sorted = intervals.compactMap { $0 }.sorted { ($0.low ?? .min) < ($1.low ?? .min) }
        guard sorted.count == intervals.count, var result = sorted.first else { return nil }
        for next in sorted.dropFirst() {
            if let high = result.high, let low = next.low, low > high { return nil }
            guard let high = result.high, let other = next.high else {
                result.high = nil
                continue
            }
            result.high = max(high, other)
        }
        return result
    }

    private static func isRank(_ expression: ScalarExpression, _ rank: Int) -> Bool { expression.columnIndex == rank }

    /// The column that holds the last rank.
    private static func variableEnd(_ term: ScalarExpression, _ rank: Int, at span: SourceSpan) throws -> Int? {
        guard case .call(let call) = term, call.arguments.count == 2 else { return nil }
        let isLeft = isRank(call.arguments[0], rank)
        guard isLeft || isRank(call.arguments[1], rank) else { return nil }
        guard let column = wholeNumber(call.arguments[isLeft ? 1 : 0]), column != rank else { return nil }
        switch isLeft ? call.function.name : mirrored[call.function.name] ?? "" {
        case "<=": return column
        case "<", "=", ">", ">=":
            throw SQLError(
                .unsupported,
                "a rank can be compared with a column only by <=",
                at: span,
                hint: "compute the last rank in the sub-query and compare with <="
            )
        default: return nil
        }
    }

    /// A column of whole numbers, maybe widened.
    private static func wholeNumber(_ expression: ScalarExpression) -> Int? {
        var inner = expression
        if case .cast(let value, _, _) = expression { inner = value }
        guard let column = inner.columnIndex else { return nil }
        switch inner.type.logical {
        case .tinyint, .smallint, .int, .bigint: return column
        default: return nil
        }
    }
}
