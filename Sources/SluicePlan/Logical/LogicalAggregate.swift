import SluiceColumns
import SluiceKernels

/// Aggregates per key.
///
/// Columns: the keys, then the aggregates.
package struct LogicalAggregate: Sendable, Hashable {
    /// Where the rows come from.
    package var input: LogicalPlan
    /// Input columns of the keys.
    package var keys: [Int]
    /// The aggregates.
    package var aggregates: [AggregateCall]
    /// Names of the columns.
    package var names: [String]
    /// What a STATE_TTL hint says in place of `table.exec.state.ttl`, in milliseconds; 0 keeps state for ever.
    package var stateTTLMillis: Int64?
    /// Makes the node.
    package init(_ input: LogicalPlan, keys: [Int], aggregates: [AggregateCall], names: [String]) {
        self.input = input
        self.keys = keys
        self.aggregates = aggregates
        self.names = names
    }

    /// The keys, then the aggregates.
    package var fields: [RowField] {
        let inputFields = input.fields
        let types = keys.map { inputFields[$0].type } + aggregates.map(\.resultType)
        return zip(names, types).map { RowField($0, $1) }
    }
}

/// Gives one row per grouping set for each row.
package struct LogicalExpand: Sendable, Hashable {
    /// Where the rows come from.
    package var input: LogicalPlan
    /// Projections of each output row.
    package var projections: [[ScalarExpression]]
    /// Names and types of the columns.
    package var fields: [RowField]
    /// Makes the node.
    package init(_ input: LogicalPlan, projections: [[ScalarExpression]], fields: [RowField]) {
        self.input = input
        self.projections = projections
        self.fields = fields
    }
}

/// All rows of several plans with the same types.
package struct LogicalUnion: Sendable, Hashable {
    /// Two or more.
    package var inputs: [LogicalPlan]
    /// Names and types of the columns.
    package var fields: [RowField]
    /// Makes the node.
    package init(_ inputs: [LogicalPlan], fields: [RowField]) {
        self.inputs = inputs
        self.fields = fields
    }
}
