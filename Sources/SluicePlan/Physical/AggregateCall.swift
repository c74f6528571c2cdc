import SluiceColumns
import SluiceKernels

/// One aggregate of a GROUP BY, bound to input columns.
package struct AggregateCall: Sendable, Hashable {
    /// The function.
    package var function: AggregateFunction
    /// Input columns of the arguments, already of the types the function asked for; empty for `COUNT(*)`.
    package var arguments: [Int]
    /// Types of the arguments.
    package var argumentTypes: [DataType]
    /// Values of literal arguments (a LISTAGG delimiter), nil for the others.
    package var literals: [Value?]
    /// A BOOLEAN input column: only rows where it is TRUE count; nil without FILTER.
    package var filter: Int?
    /// Whether equal arguments count once.
    package var isDistinct: Bool
    /// The type of the result.
    package var resultType: DataType
    /// Makes a call.
    package init(
        function: AggregateFunction,
        arguments: [Int],
        argumentTypes: [DataType],
        literals: [Value?] = [],
        filter: Int? = nil,
        isDistinct: Bool = false,
        resultType: DataType
    ) {
        self.function = function
        self.arguments = arguments
        self.argumentTypes = argumentTypes
        self.literals = literals.isEmpty ? Array(repeating: nil, count: arguments.count) : literals
        self.filter = filter
        self.isDistinct = isDistinct || function.countsEqualOnce
        self.resultType = resultType
    }
}

/// Aggregates per key without a window: emits a changelog.
///
/// Output columns: the keys, then the aggregates.
///
/// A group is emitted only when its values change; a group whose last row was taken back is deleted. Without keys it is
/// a global aggregate on one shard, which emits nothing before the first row.
package struct GroupAggregateOperation: Sendable {
    /// Input columns of the keys.
    package var keys: [Int]
    /// The aggregates.
    package var aggregates: [AggregateCall]
    /// Whether the input can take rows back.
    package var consumesRetractions: Bool
    /// Whether somebody downstream needs `-U` rows.
    package var emitsUpdateBefore: Bool
    /// Whether each row's change is given by itself, in the order of the rows; otherwise once a batch per group.
    ///
    /// Set where somebody downstream depends on the order of changes.
    package var emitsEveryChange = false
    /// `table.exec.state.ttl` in milliseconds; nil keeps state for ever.
    package var stateTTLMillis: Int64?
    /// Makes the operation.
    package init(
        keys: [Int],
        aggregates: [AggregateCall],
        consumesRetractions: Bool,
        emitsUpdateBefore: Bool,
        stateTTLMillis: Int64? = nil
    ) {
        self.keys = keys
        self.aggregates = aggregates
        self.consumesRetractions = consumesRetractions
        self.emitsUpdateBefore = emitsUpdateBefore
        self.stateTTLMillis = stateTTLMillis
    }
}
