/// The functions a session knows, by name.
package struct FunctionCatalogue: Sendable {
    private var scalars: [String: ScalarFunction] = [:]
    private var aggregates: [String: AggregateFunction] = [:]
    private var overs: [String: AggregateFunction] = [:]

    /// Makes a catalogue.
    package init(
        scalars: [ScalarFunction] = [],
        aggregates: [AggregateFunction] = [],
        overs: [AggregateFunction] = []
    ) {
        for function in scalars { register(function) }
        for function in aggregates { register(function) }
        for function in overs { self.overs[function.name] = function }
    }

    /// Adds or replaces a scalar function under its name and aliases.
    package mutating func register(_ function: ScalarFunction) {
        for name in [function.name] + function.aliases { scalars[name] = function }
    }

    /// Adds or replaces an aggregate function under its name and aliases.
    package mutating func register(_ function: AggregateFunction) {
        for name in [function.name] + function.aliases { aggregates[name] = function }
    }

    /// The scalar function called `name` (any case).
    package func scalar(_ name: String) -> ScalarFunction? { scalars[name.uppercased()] }

    /// The aggregate function called `name` (any case).
    package func aggregate(_ name: String) -> AggregateFunction? { aggregates[name.uppercased()] }

    /// The function called `name` (any case) that only stands in front of OVER.
    package func over(_ name: String) -> AggregateFunction? { overs[name.uppercased()] }

    /// Every name, for suggestions.
    package var names: [String] { (Array(scalars.keys) + aggregates.keys + overs.keys).sorted() }

    /// Every scalar function once, by name.
    package var allScalars: [ScalarFunction] { Set(scalars.values).sorted { $0.name < $1.name } }

    /// Every aggregate function once, by name.
    package var allAggregates: [AggregateFunction] { Set(aggregates.values).sorted { $0.name < $1.name } }

    /// Every function that only stands in front of OVER, by name.
    package var allOvers: [AggregateFunction] { overs.values.sorted { $0.name < $1.name } }
}
