import SluiceColumns
import SluiceConnect
import SluiceKernels
import SluicePlan

/// Makes the operator of a plan node for one shard.
///
/// Scans, sinks, exchanges and collectors belong to the runtime.
package enum OperatorFactory {
    /// The operator of `node`, whose inputs have the given fields and modes; nil where the runtime runs the node
    /// itself.
    package static func make(
        _ node: PhysicalNode,
        inputFields: [[RowField]],
        inputModes: [ChangelogMode],
        context: EvaluationContext
    ) throws -> (any Operator)? {
        switch node.operation {
        case .scan, .values, .exchange, .sink, .collect, .lookupJoin: return nil
        case .union: return UnionOperator()
        case .replicate: return ReplicateOperator()
        case .unnest(let operation):
            return try UnnestOperator(operation, outputFields: node.fields, context: context)
        case .rank(let operation):
            return try RankOperator(operation, inputFields: inputFields[0], context: context)
        case .windowRank(let operation): return try WindowRankOperator(operation, inputFields: inputFields[0])
        case .firstRow(let operation):
            return FirstRowOperator(operation, inputFields: inputFields[0], context: context)
        case .sort(let operation): return TimeSortOperator(operation, inputFields: inputFields[0])
        case .normalize(let operation):
            return NormalizeOperator(operation, inputFields: inputFields[0], context: context)
        case .materialize(let operation):
            return MaterializeOperator(operation, inputFields: inputFields[0])
        case .over(let operation):
            if operation.updatesResults {
                return try SortedOverOperator(operation, inputFields: inputFields[0], context: context)
            }
            return try OverOperator(operation, inputFields: inputFields[0], context: context)
        case .match(let operation):
            return try MatchOperator(
                operation,
                inputFields: inputFields[0],
                outputFields: node.fields,
                context: context
            )
        case .watermark(let operation): return try WatermarkOperator(operation, context: context)
        case .calc(let operation): return try CalcOperator(operation, context: context)
        case .patternSet(let operation): return try PatternSetOperator(operation, context: context)
        case .expand(let operation): return try ExpandOperator(operation, context: context)
        case .windowTable(let operation):
            return try windowTable(operation, inputFields[0], node.fields, context)
        case .windowAggregate(let operation):
            return try windowAggregate(
                operation,
                inputFields: inputFields[0],
                outputFields: node.fields,
                isRetractable: inputModes[0] != .insertOnly,
                context: context
            )
        case .groupAggregate(let operation):
            return try GroupAggregateOperator(
                operation,
                keyTypes: operation.keys.map { inputFields[0][$0].type },
                context: context
            )
        case .join(let operation): return try join(operation, inputFields, node.fields, context)
        case .temporalJoin(let operation):
            return try TemporalJoinOperator(
                operation,
                inputFields: inputFields,
                outputFields: node.fields,
                context: context
            )
        }
    }

    private static func windowTable(
        _ operation: WindowTableOperation,
        _ inputFields: [RowField],
        _ outputFields: [RowField],
        _ context: EvaluationContext
    ) throws -> any Operator {
        if case .session = operation.window.shape {
            return try SessionTableOperator(
                operation,
                inputFields: inputFields,
                outputFields: outputFields,
                context: context
            )
        }
        return try WindowTableOperator(operation, outputFields: outputFields, context: context)
    }

    private static func join(
        _ operation: JoinOperation,
        _ inputFields: [[RowField]],
        _ outputFields: [RowField],
        _ context: EvaluationContext
    ) throws -> any Operator {
        switch operation.scope {
        case .window:
            try WindowJoinOperator(
                operation,
                inputFields: inputFields,
                outputFields: outputFields,
                context: context
            )
        case .interval:
            try IntervalJoinOperator(
                operation,
                inputFields: inputFields,
                outputFields: outputFields,
                context: context
            )
        case .unbounded:
            try RegularJoinOperator(
                operation,
                inputFields: inputFields,
                outputFields: outputFields,
                context: context
            )
        }
    }

    private static func windowAggregate(
        _ operation: WindowAggregateOperation,
        inputFields: [RowField],
        outputFields: [RowField],
        isRetractable: Bool,
        context: EvaluationContext
    ) throws -> any Operator {
        if case .session = operation.window.shape, !operation.window.isAttached {
            return try SessionAggregateOperator(
                operation,
                inputFields: inputFields,
                outputFields: outputFields,
                isRetractable: isRetractable,
                context: context
            )
        }
        if operation.window.emit != nil || (operation.window.hasUnevenHops && !operation.window.isAttached) {
            return try PerWindowAggregateOperator(
                operation,
                inputFields: inputFields,
                outputFields: outputFields,
                isRetractable: isRetractable,
                context: context
            )
        }
        return try WindowAggregateOperator(
            operation,
            inputFields: inputFields,
            outputFields: outputFields,
            isRetractable: isRetractable,
            context: context
        )
    }
}
