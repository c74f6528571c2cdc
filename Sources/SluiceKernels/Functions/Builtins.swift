extension FunctionCatalogue {
    /// Every function that comes with the engine, one family a line.
    package static let builtins = FunctionCatalogue(
        scalars: builtinScalars,
        aggregates: builtinAggregates,
        overs: OverFunctions.all
    )

    private static var builtinScalars: [ScalarFunction] {
        ArithmeticFunctions.all
            + ComparisonFunctions.all
            + LogicalFunctions.all
            + CollectionFunctions.all
            + ConditionalFunctions.all
            + ConstructorFunctions.all
            + AccessFunctions.all
            + BitmapFunctions.all
            + CleansingFunctions.all
            + HashFunctions.all
            + JSONFunctions.all
            + LineFunctions.all
            + MathFunctions.all
            + NetworkFunctions.all
            + RegexFunctions.all
            + StringFunctions.all
            + TemporalFunctions.all
            + StructuredFunctions.all
            + VariantFunctions.all
    }

    private static var builtinAggregates: [AggregateFunction] {
        AggregateFunctions.all
    }
}
