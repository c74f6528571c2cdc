import SluiceColumns

extension AggregateFunctions {
    /// The length that Flink gives to the type; nothing is cut to it.
    private static let jsonType = DataType(.varchar(2_000), nullable: false)

    /// JSON_ARRAYAGG and JSON_OBJECTAGG; their first argument is the binder's: NULL or ABSENT, from the ON NULL clause.
    static let json = [
        AggregateFunction(
            "JSON_ARRAYAGG",
            signature: "JSON_ARRAYAGG(value [{NULL | ABSENT} ON NULL])",
            summary: "A JSON array of the values in order of arrival; NULLs are left out by default.",
            example: ("SELECT JSON_ARRAYAGG(x) FROM (VALUES ('a'), ('b')) AS t(x)", "[\"a\",\"b\"]"),
            resolve: { arguments, _ in
                guard arguments.count == 2 else { throw FunctionError("JSON_ARRAYAGG takes one argument") }
                try requireWritable("JSON_ARRAYAGG", arguments, 1)
                return ResolvedSignature(arguments.map(\.type), jsonType)
            },
            makeAccumulator: { JSONArrayAccumulator($0.resultType, keepsNulls: keepsNulls($0)) }
        ),
        AggregateFunction(
            "JSON_OBJECTAGG",
            signature: "JSON_OBJECTAGG([KEY] key VALUE value [{NULL | ABSENT} ON NULL])",
            summary: "A JSON object of keys, each at most once, and values; NULLs are members by default.",
            example: (
                "SELECT JSON_OBJECTAGG(KEY k VALUE x) FROM (VALUES ('a', 1), ('b', 2)) AS t(k, x)", "{\"a\":1,\"b\":2}"
            ),
            resolve: { arguments, _ in
                guard arguments.count == 3 else {
                    throw FunctionError("JSON_OBJECTAGG takes a key and a value")
                }
                guard arguments[1].type.logical.isCharacter else {
                    throw FunctionError(
                        "a key of JSON_OBJECTAGG cannot be \(arguments[1].type.logical)",
                        hint: "cast to STRING",
                        argument: 0
                    )
                }
                try requireWritable("JSON_OBJECTAGG", arguments, 2)
                return ResolvedSignature(arguments.map(\.type), jsonType)
            },
            makeAccumulator: { JSONObjectAccumulator($0.resultType, keepsNulls: keepsNulls($0)) }
        ),
    ]

    private static func keepsNulls(_ setup: AggregateSetup) -> Bool { setup.literals.first??.stringValue != "ABSENT" }

    private static func requireWritable(_ name: String, _ arguments: [ArgumentInfo], _ index: Int) throws {
        guard !JSONValueWriter.canWrite(arguments[index].type.logical) else { return }
        throw FunctionError(
            "\(name) cannot write \(arguments[index].type.logical) as JSON",
            hint: "cast to STRING",
            argument: index - 1
        )
    }
}
