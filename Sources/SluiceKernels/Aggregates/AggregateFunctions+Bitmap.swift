import SluiceColumns

extension AggregateFunctions {
    /// BITMAP_BUILD_AGG, BITMAP_OR_AGG, BITMAP_AND_AGG, BITMAP_XOR_AGG, and those that give the number of members.
    static let bitmap = [false, true].flatMap { givesCount in
        [
            bitmap("BUILD", .some, givesCount, "the integers, which are taken as unsigned"),
            bitmap("OR", .some, givesCount, "the integers that are in one of the bitmaps at least"),
            bitmap("AND", .every, givesCount, "the integers that are in all bitmaps"),
            bitmap("XOR", .odd, givesCount, "the integers that are in an odd number of the bitmaps"),
        ]
    }

    private static func bitmap(
        _ verb: String,
        _ choice: BitmapAccumulator.Choice,
        _ givesCount: Bool,
        _ members: String
    ) -> AggregateFunction {
        let name = givesCount ? "BITMAP_\(verb)_CARDINALITY_AGG" : "BITMAP_\(verb)_AGG"
        let builds = verb == "BUILD"
        let argument = builds ? "x" : "BITMAP_BUILD(ARRAY[0, x])"
        let result = choice == .some ? "{\(builds ? "" : "0,")1,2}" : choice == .every ? "{0}" : "{1,2}"
        let count = builds || choice == .odd ? "2" : choice == .some ? "3" : "1"
        return AggregateFunction(
            name,
            signature: "\(name)([ALL | DISTINCT] \(builds ? "integer" : "bitmap"))",
            summary: (givesCount ? "The number of \(members)" : "The set of \(members)")
                + "; NULLs are left out, and NULL alone gives NULL.",
            example: ("SELECT \(name)(\(argument)) FROM (VALUES (1), (2)) AS t(x)", givesCount ? count : result),
            resolve: { arguments, _ in
                guard arguments.count == 1 else { throw FunctionError("\(name) takes one argument") }
                let type = arguments[0].type
                let isAccepted =
                    switch type.logical {
                    case .tinyint, .smallint, .int: builds
                    case .bitmap: !builds
                    default: false
                    }
                guard isAccepted else {
                    throw FunctionError(
                        "cannot apply \(name) to \(type.logical)",
                        hint: builds ? "cast to INT" : "make bitmaps with BITMAP_BUILD",
                        argument: 0
                    )
                }
                return ResolvedSignature(
                    [builds ? DataType(.int, nullable: type.isNullable) : type],
                    DataType(givesCount ? .bigint : .bitmap)
                )
            },
            makeAccumulator: { BitmapAccumulator($0.resultType, choice, takesBitmaps: !builds) }
        )
    }
}
