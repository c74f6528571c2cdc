import SluiceColumns
import SluiceConnect
import SluiceKernels

/// A query as a tree of values, all names bound.
///
/// Equal trees are the same computation: that is how sub-plans are shared.
package indirect enum LogicalPlan: Sendable, Hashable {
    case table(LogicalTable)
    case scan(LogicalScan)
    case values(LogicalValues)
    case calc(LogicalCalc)
    case watermark(LogicalWatermark)
    case windowTable(LogicalWindowTable)
    case aggregate(LogicalAggregate)
    case windowAggregate(LogicalWindowAggregate)
    case expand(LogicalExpand)
    case join(LogicalJoin)
    case temporalJoin(LogicalTemporalJoin)
    case union(LogicalUnion)
    case replicate(LogicalReplicate)
    case unnest(LogicalUnnest)
    case rank(LogicalRank)
    case sort(LogicalSort)
    case match(LogicalMatch)
    case over(LogicalOver)

    /// The columns of its rows.
    package var fields: [RowField] {
        switch self {
        case .table(let node): node.plan.fields
        case .scan(let node): node.fields
        case .values(let node): node.fields
        case .calc(let node): node.fields
        case .watermark(let node): node.input.fields
        case .windowTable(let node): node.fields
        case .aggregate(let node): node.fields
        case .windowAggregate(let node): node.fields
        case .expand(let node): node.fields
        case .join(let node): node.fields
        case .temporalJoin(let node): node.fields
        case .union(let node): node.fields
        case .replicate(let node): node.fields
        case .unnest(let node): node.fields
        case .rank(let node): node.fields
        case .sort(let node): node.input.fields
        case .match(let node): node.fields
        case .over(let node): node.fields
        }
    }

    /// The plans that it reads.
    package var inputs: [LogicalPlan] {
        switch self {
        case .table, .scan, .values: []
        case .calc(let node): [node.input]
        case .watermark(let node): [node.input]
        case .windowTable(let node): [node.input]
        case .aggregate(let node): [node.input]
        case .windowAggregate(let node): [node.input]
        case .expand(let node): [node.input]
        case .join(let node): [node.left, node.right]
        case .temporalJoin(let node): [node.join.left, node.join.right]
        case .union(let node): node.inputs
        case .replicate(let node): [node.input]
        case .unnest(let node): [node.input]
        case .rank(let node): [node.input]
        case .sort(let node): [node.input]
        case .match(let node): [node.input]
        case .over(let node): [node.input]
        }
    }

    /// The same node over other inputs with the same columns.
    package func withInputs(_ inputs: [LogicalPlan]) -> LogicalPlan {
        switch self {
        case .table, .scan, .values: return self
        case .calc(var node):
            node.input = inputs[0]
            return .calc(node)
        case .watermark(var node):
            node.input = inputs[0]
            return .watermark(node)
        case .windowTable(var node):
            node.input = inputs[0]
            return .windowTable(node)
        case .aggregate(var node):
            node.input = inputs[0]
            return .aggregate(node)
        case .windowAggregate(var node):
            node.input = inputs[0]
            return .windowAggregate(node)
        case .expand(var node):
            node.input = inputs[0]
            return .expand(node)
        case .join(var node):
            node.left = inputs[0]
            node.right = inputs[1]
            return .join(node)
        case .temporalJoin(var node):
            node.join.left = inputs[0]
            node.join.right = inputs[1]
            return .temporalJoin(node)
        case .union(var node):
            node.inputs = inputs
            return .union(node)
        case .replicate(var node):
            node.input = inputs[0]
            return .replicate(node)
        case .unnest(var node):
            node.input = inputs[0]
            return .unnest(node)
        case .rank(var node):
            node.input = inputs[0]
            return .rank(node)
        case .sort(var node):
            node.input = inputs[0]
            return .sort(node)
        case .match(var node):
            node.input = inputs[0]
            return .match(node)
        case .over(var node):
            node.input = inputs[0]
            return .over(node)
        }
    }

    /// Rewrites every node, inputs first.
    package func rewritten(_ transform: (LogicalPlan) throws -> LogicalPlan) rethrows -> LogicalPlan {
        let inputs = try inputs.map { try $0.rewritten(transform) }
        return try transform(withInputs(inputs))
    }

    /// Column `index` as an expression.
    package func column(_ index: Int) -> ScalarExpression { .column(index, fields[index].type) }

    /// All columns as expressions.
    package var allColumns: [ScalarExpression] {
        fields.enumerated().map { .column($0.offset, $0.element.type) }
    }
}
