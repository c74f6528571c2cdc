import SluiceColumns

/// All facts about one aggregate function.
package struct AggregateFunction: Sendable, Hashable {
    /// The name in upper case.
    package var name: String
    /// Other names in upper case.
    package var aliases: [String]
    /// For example `SUM([ALL | DISTINCT] expression)`.
    package var signature: String
    /// One or two sentences.
    package var summary: String
    /// A query and the last value that it gives as text; a test runs it.
    package var example: (query: String, result: String)
    /// Whether equal arguments count once even without DISTINCT.
    package var countsEqualOnce: Bool
    /// Checks the arguments and says what they must be coerced to and what comes out.
    ///
    /// No argument is `COUNT(*)`. `isGlobal` says that there is no GROUP BY key (a global aggregate's result can be
    /// NULL).
    package var resolve: @Sendable (_ arguments: [ArgumentInfo], _ isGlobal: Bool) throws -> ResolvedSignature
    /// Makes the columnar state of one call on one shard.
    package var makeAccumulator: @Sendable (AggregateSetup) throws -> any GroupedAccumulator

    /// Makes a descriptor.
    package init(
        _ name: String,
        aliases: [String] = [],
        signature: String,
        summary: String,
        example: (query: String, result: String),
        countsEqualOnce: Bool = false,
        resolve: @escaping @Sendable (_ arguments: [ArgumentInfo], _ isGlobal: Bool) throws -> ResolvedSignature,
        makeAccumulator: @escaping @Sendable (AggregateSetup) throws -> any GroupedAccumulator
    ) {
        self.name = name
        self.aliases = aliases
        self.signature = signature
        self.summary = summary
        self.example = example
        self.countsEqualOnce = countsEqualOnce
        self.resolve = resolve
        self.makeAccumulator = makeAccumulator
    }

    package static func == (lhs: AggregateFunction, rhs: AggregateFunction) -> Bool { lhs.name == rhs.name }
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// What an accumulator is made for.
package struct AggregateSetup: Sendable {
    /// Types of the arguments after coercion.
    package var argumentTypes: [DataType]
    /// Values of literal arguments (a LISTAGG delimiter), nil for the others.
    package var literals: [Value?]
    /// The type of the result.
    package var resultType: DataType
    /// Whether rows may be taken back: MIN and MAX then keep all their values.
    package var isRetractable: Bool
    /// Whether rows are only taken back in the order in which they were added.
    package var isSliding: Bool
    /// Whether the call is one of OVER, which computes some functions another way.
    package var isOver: Bool
    /// Makes a setup.
    package init(
        argumentTypes: [DataType],
        literals: [Value?],
        resultType: DataType,
        isRetractable: Bool,
        isSliding: Bool = false,
        isOver: Bool = false
    ) {
        self.isOver = isOver
        self.isSliding = isSliding
        self.argumentTypes = argumentTypes
        self.literals = literals
        self.resultType = resultType
        self.isRetractable = isRetractable
    }
}

/// The state of one aggregate call for many groups, in columns indexed by dense group number.
///
/// Group numbers come from a key table and are 0, 1, 2 ... A call is made per batch, never per row. Not `Sendable`:
/// it belongs to one operator on one shard.
package protocol GroupedAccumulator: AnyObject {
    /// Makes room so that groups `0 ..< groupCount` exist; new ones are empty. Cheap when nothing grows.
    func reserve(groupCount: Int)

    /// Adds (or takes back) one row per element of `groups`.
    ///
    /// - Parameters:
    ///   - groups: group number of each row.
    ///   - arguments: the arguments, `groups.count` rows each; constants may be unmaterialised; NULL rows are skipped
    ///     by the function's own rule.
    ///   - retractions: per row 0 to add, 1 to take back; nil where all rows add. Only passed to accumulators made with
    ///     `isRetractable`.
    func accumulate(groups: Span<UInt32>, arguments: [Column], retractions: Span<UInt8>?) throws

    /// Goes through rows in order, adding and taking back, and gives results on the way.
    ///
    /// - Parameters:
    ///   - groups: group number of each step.
    ///   - arguments: the arguments, `groups.count` rows each.
    ///   - steps: bits of `RunningStep`, one byte per step.
    ///   - resultCount: how many steps have `RunningStep.gives`.
    /// - Returns: the results, in the order of their steps.
    func running(groups: Span<UInt32>, arguments: [Column], steps: Span<UInt8>, resultCount: Int) throws -> Column

    /// Merges group `sources[i]` of `other` (same function, same setup) into group `targets[i]`, for every i.
    func merge(_ other: any GroupedAccumulator, sources: Span<UInt32>, into targets: Span<UInt32>) throws

    /// Takes group `sources[i]` of `other` out of group `targets[i]`; only where `canUnmerge`.
    func unmerge(_ other: any GroupedAccumulator, sources: Span<UInt32>, from targets: Span<UInt32>) throws

    /// Whether `unmerge` is exact (counts and sums of integers and decimals; not sums of floats, not MIN/MAX).
    var canUnmerge: Bool { get }

    /// Whether slices have to be merged in the order of time: the first value stays the first.
    ///
    /// Flink merges the slices of the table function HOP from the last to the first, which shows in lists; it does not
    /// merge what has to be merged in order.
    var mergesInOrder: Bool { get }

    /// Empties the given groups so that their numbers can be used again.
    func reset(groups: Span<UInt32>)

    /// The results of the given groups, in that order.
    func results(groups: Span<UInt32>) throws -> Column

    /// Bytes held, for the memory account.
    var byteCount: Int { get }

    /// Types of the columns in which a group's state is stored, its elements aside.
    var stateTypes: [DataType] { get }

    /// The state of the given groups, a row each.
    func state(of groups: Span<UInt32>) -> [Column]

    /// Gives empty groups, each once, the state that `state(of:)` gave.
    func restore(_ state: [Column], groups: Span<UInt32>)

    /// What groups hold many of; nil where there is no such thing.
    var elements: (any GroupElements)? { get }
}

extension GroupedAccumulator {
    package var canUnmerge: Bool { false }
    package var mergesInOrder: Bool { false }
    package func unmerge(_ other: any GroupedAccumulator, sources: Span<UInt32>, from targets: Span<UInt32>) throws {
        throw EvaluationError("internal", "this aggregate cannot take a slice back")
    }
    package var elements: (any GroupElements)? { nil }
}
