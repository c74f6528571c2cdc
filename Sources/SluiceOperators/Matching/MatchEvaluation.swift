import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// Computes expressions over the rows of many matches at once.
///
/// Each match is the last node of its chain. The values that the expressions read are gathered into columns, a row for
/// each match, and the expressions are computed over these.
final class MatchEvaluation {
    /// References that are columns of the same row.
    private struct RowGroup {
        var rows: MatchExpressions.Rows
        var fromFirst: Bool
        var offset: Int
        /// Fields of the store, and the references that they are the values of.
        var fields: [Int]
        var references: [Int]
    }

    /// Aggregates over the same rows.
    private struct AggregateGroup {
        var rows: MatchExpressions.Rows
        /// Fields of the store that the arguments are.
        var fields: [Int]
        var states: AggregateStates
        /// Where the results belong among the aggregates.
        var places: [Int]
    }

    private let expressions: MatchExpressions
    private let evaluator: ExpressionEvaluator
    private let rowGroups: [RowGroup]
    private let aggregateGroups: [AggregateGroup]

    /// Compiles expressions.
    ///
    /// - Parameter fields: the place in the row store of each input column that is kept there.
    init(_ expressions: MatchExpressions, fields: [Int: Int], context: EvaluationContext) throws {
        self.expressions = expressions
        evaluator = try ExpressionEvaluator(expressions.expressions, context: context)
        rowGroups = Self.rowGroups(expressions.references, fields)
        aggregateGroups = try Self.aggregateGroups(expressions.aggregates, fields)
    }

    private static func rowGroups(
        _ references: [MatchExpressions.Reference],
        _ fields: [Int: Int]
    ) -> [RowGroup] {
        var groups: [RowGroup] = []
        for (index, reference) in references.enumerated() {
            guard case .value(let rows, let fromFirst, let offset, let column, _) = reference,
                let field = fields[column]
            else { continue }
            let known = groups.firstIndex { $0.rows == rows && $0.fromFirst == fromFirst && $0.offset == offset }
            if let known {
                groups[known].fields.append(field)
                groups[known].references.append(index)
            } else {
                groups.append(
                    RowGroup(rows: rows, fromFirst: fromFirst, offset: offset, fields: [field], references: [index])
                )
            }
        }
        return groups
    }

    private static func aggregateGroups(
        _ aggregates: [MatchExpressions.Aggregate],
        _ fields: [Int: Int]
    ) throws -> [AggregateGroup] {
        var rows: [MatchExpressions.Rows] = []
        for aggregate in aggregates where !rows.contains(aggregate.rows) { rows.append(aggregate.rows) }
        return try rows.map { choice in
            let places = aggregates.indices.filter { aggregates[$0].rows == choice }
            var read: [Int] = []
            let calls = places.map { place in
                var call = aggregates[place].call
                call.arguments = call.arguments.map { column in
                    let field = fields[column] ?? 0
                    if let known = read.firstIndex(of: field) { return known }
                    read.append(field)
                    return read.count - 1
                }
                return call
            }
            return AggregateGroup(
                rows: choice,
                fields: read,
                states: try AggregateStates(calls, isRetractable: false),
                places: places
            )
        }
    }

    /// The matches for which the first expression, a condition, is TRUE; nil where it is for all.
    func selection(
        _ nodes: [UInt32],
        micros: [Int64],
        _ history: MatchHistory,
        _ store: RowStore
    ) throws -> SelectionVector? {
        try evaluator.evaluateSelection(0, batch(nodes, micros, history, store))
    }

    /// The values of all expressions, a row for each match.
    ///
    /// - Parameter micros: the event time of each match.
    func values(
        _ nodes: [UInt32],
        micros: [Int64],
        _ history: MatchHistory,
        _ store: RowStore
    ) throws -> [Column] {
        try evaluator.evaluate(batch(nodes, micros, history, store))
    }

    private func batch(
        _ nodes: [UInt32],
        _ micros: [Int64],
        _ history: MatchHistory,
        _ store: RowStore
    ) throws -> Batch {
        var columns = expressions.references.map { Column.allNull($0.type, count: nodes.count) }
        for group in rowGroups {
            for (reference, column) in zip(group.references, self.columns(group, nodes, history, store)) {
                columns[reference] = column.retyped(expressions.references[reference].type)
            }
        }
        for (index, reference) in expressions.references.enumerated() {
            if case .rowtime(let type) = reference { columns[index] = Self.times(micros, type) }
        }
        let width = columns.count
        columns += expressions.aggregates.map { Column.allNull($0.call.resultType, count: nodes.count) }
        for group in aggregateGroups {
            for (place, column) in zip(group.places, try results(group, nodes, history, store)) {
                columns[width + place] = column
            }
        }
        return Batch(columns: columns, rowCount: nodes.count)
    }

    private func columns(
        _ group: RowGroup,
        _ nodes: [UInt32],
        _ history: MatchHistory,
        _ store: RowStore
    ) -> [Column] {
        var rows = nodes.map {
            history.row(group.rows, fromFirst: group.fromFirst, offset: group.offset, in: $0)
        }
        guard let any = rows.first(where: { $0 != MatchHistory.none }) else {
            return group.references.map { .allNull(expressions.references[$0].type, count: nodes.count) }
        }
        var present: Bitmap?
        if rows.contains(MatchHistory.none) {
            var bits = MutableBitmap(count: rows.count, repeating: true)
            for index in rows.indices where rows[index] == MatchHistory.none {
                bits.clear(index)
                // Any row will do: its values are not seen.
                rows[index] = any
            }
            present = bits.finish()
        }
        let columns = store.columns(of: rows.span, fields: group.fields)
        guard let present else { return columns }
        return columns.map { column in
            let flat = column.flattened()
            return flat.type.lane == .null ? flat : flat.withValidity(Bitmap.and(flat.validity, present))
        }
    }

    private static func times(_ micros: [Int64], _ type: DataType) -> Column {
        var lane = MutableLane<Int64>(count: micros.count)
        do {
            var target = lane.span
            for index in micros.indices { target[index] = micros[index] }
        }
        return Column(type: type, count: micros.count, values: lane.finish())
    }

    private func results(
        _ group: AggregateGroup,
        _ nodes: [UInt32],
        _ history: MatchHistory,
        _ store: RowStore
    ) throws -> [Column] {
        var rows: [UInt32] = []
        var counts: [Int] = []
        for node in nodes {
            let own = history.rows(group.rows, in: node)
            rows += own
            counts.append(own.count)
        }
        var groups = MutableLane<UInt32>(count: rows.count)
        var all = MutableLane<UInt32>(count: nodes.count)
        do {
            var target = groups.span
            var numbers = all.span
            var row = 0
            for match in counts.indices {
                numbers[match] = UInt32(truncatingIfNeeded: match)
                for _ in 0..<counts[match] {
                    target[row] = UInt32(truncatingIfNeeded: match)
                    row += 1
                }
            }
        }
        group.states.reserve(groupBound: nodes.count)
        if !rows.isEmpty {
            let columns = store.columns(of: rows.span, fields: group.fields)
            try group.states.accumulate(Batch(columns: columns, rowCount: rows.count), groups: groups)
        }
        let results = try group.states.results(all.readOnly)
        group.states.reset(all.readOnly)
        return results
    }
}
