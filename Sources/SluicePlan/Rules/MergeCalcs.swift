import SluiceColumns
import SluiceKernels

/// Makes one calc of two in a row, and drops those that do nothing.
///
/// A projection that costs something is only moved up where it is used once; one that gives another value at each
/// call is never copied.
enum MergeCalcs {
    static func apply(_ plan: LogicalPlan) -> LogicalPlan {
        plan.rewritten { node in
            guard case .calc(let calc) = node else { return node }
            return merge(calc)
        }
    }

    private static func merge(_ outer: LogicalCalc) -> LogicalPlan {
        if case .calc(let inner) = outer.input, canMerge(outer, inner) {
            let terms =
                (inner.predicate?.conjuncts ?? [])
                + (outer.predicate.map { $0.substituting(inner.projections).conjuncts } ?? [])
            let merged = LogicalCalc(
                inner.input,
                predicate: .conjunction(terms),
                projections: outer.projections.map { keepingMark($0, $0.substituting(inner.projections)) },
                names: outer.fields.map(\.name)
            )
            return merge(merged)
        }
        // What is constant over a constant row is a constant row.
        if case .values(let values) = outer.input, outer.predicate == nil, values.fields.isEmpty {
            let constants = outer.projections.compactMap(\.literalValue)
            if constants.count == outer.projections.count {
                return .values(LogicalValues(rows: values.rows.map { _ in constants }, fields: outer.fields))
            }
        }
        // Where names do not matter to the reader a calc that only renames could go too; results keep theirs.
        if outer.predicate == nil, outer.isIdentity, outer.fields == outer.input.fields { return outer.input }
        return .calc(outer)
    }

    private static func keepingMark(_ before: ScalarExpression, _ after: ScalarExpression) -> ScalarExpression {
        before.type.timeAttribute == .rowtime && after.type.timeAttribute == nil ? after.markedAsRowtime : after
    }

    private static func canMerge(_ outer: LogicalCalc, _ inner: LogicalCalc) -> Bool {
        var uses = Array(repeating: 0, count: inner.projections.count)
        for projection in outer.projections { projection.countColumns(&uses) }
        outer.predicate?.countColumns(&uses)
        for (projection, count) in zip(inner.projections, uses) where count > 0 {
            if !projection.isDeterministic && (count > 1 || outer.predicate != nil) { return false }
            if count > 1 && !projection.isCheap { return false }
        }
        return true
    }
}

extension ScalarExpression {
    /// Adds one per reading of each column.
    func countColumns(_ uses: inout [Int]) {
        if case .column(let index, _) = self {
            uses[index] += 1
            return
        }
        for child in children { child.countColumns(&uses) }
    }

    /// Columns, constants and fields of columns: computing them again costs nothing.
    var isCheap: Bool {
        switch self {
        case .column, .literal: true
        case .field(let base, _, _): base.isCheap
        default: false
        }
    }
}
