import SluiceColumns
import SluiceKernels

/// Aggregates by type only, for planning without computing.
enum PaperFunctions {
    static let catalogue: FunctionCatalogue = {
        var catalogue = FunctionCatalogue.builtins
        for name in ["SUM", "MIN", "MAX", "AVG"] where catalogue.aggregate(name) == nil {
            catalogue.register(aggregate(name) { $0[0].type.nullable(true) })
        }
        if catalogue.aggregate("COUNT") == nil {
            catalogue.register(aggregate("COUNT") { _ in .notNull(.bigint) })
        }
        return catalogue
    }()

    private static func aggregate(
        _ name: String,
        _ result: @escaping @Sendable ([ArgumentInfo]) -> DataType
    ) -> AggregateFunction {
        AggregateFunction(
            name,
            signature: name,
            summary: name,
            example: (name, ""),
            resolve: { arguments, _ in ResolvedSignature(arguments.map(\.type), result(arguments)) },
            makeAccumulator: { _ in throw FunctionError("paper") }
        )
    }
}
