import SluiceColumns

/// The functions that only stand in front of OVER.
///
/// They are aggregates of the rows from the window's first to the current one. So the ranks are counts: RANK and
/// DENSE_RANK over a stream count the rows up to the last one that is equal in the order, as Flink's do. Where a
/// query keeps the first ranks only, rules recognise them and give them their meaning.
package enum OverFunctions {
    /// Every descriptor.
    package static let all = [
        rank("ROW_NUMBER", "The number of the row in its partition, from 1."),
        rank("RANK", "The rank of the row in its partition, from 1, with gaps behind equal rows."),
        rank("DENSE_RANK", "The rank of the row in its partition, from 1, without gaps."), lag,
    ]

    /// Functions of the standard that need rows behind the current one, or all rows of a partition.
    package static let batchOnly: Set<String> = ["LEAD", "NTILE", "CUME_DIST", "PERCENT_RANK"]

    private static let lag = AggregateFunction(
        "LAG",
        signature: "LAG(expression [, offset [, default]]) OVER ([PARTITION BY ...] ORDER BY ...)",
        summary:
            "The value of the row that is offset rows, 1 by default, before the last row that is equal in the order.",
        example: inProcessingTime("LAG(x)", "2"),
        resolve: { arguments, _ in
            guard (1...3).contains(arguments.count) else { throw FunctionError("LAG takes one to three arguments") }
            let type = arguments[0].type
            if arguments.count > 1 { try checkOffset(arguments[1]) }
            guard arguments.count == 3 else {
                return ResolvedSignature(arguments.map(\.type), type.nullable(true).withoutTimeAttribute)
            }
            let other = arguments[2].type
            guard other.logical == type.logical || (other.logical.isCharacter && type.logical.isCharacter) else {
                throw FunctionError(
                    "the default of LAG is \(other.logical), its value \(type.logical)",
                    hint: "cast the default to \(type.logical)",
                    argument: 2
                )
            }
            return ResolvedSignature(
                [type, arguments[1].type, DataType(type.logical, nullable: other.isNullable)],
                type.nullable(other.isNullable).withoutTimeAttribute
            )
        },
        makeAccumulator: { setup in
            var offset = 1
            if setup.literals.count > 1, case .integer(let number)? = setup.literals[1] { offset = Int(number) }
            return LagAccumulator(setup.resultType, offset: offset, hasDefault: setup.argumentTypes.count > 2)
        }
    )

    /// A query of three rows and the last value of a call.
    private static func inProcessingTime(_ call: String, _ result: String) -> (query: String, result: String) {
        let rows = "(SELECT x, PROCTIME() AS p FROM (VALUES (1), (2), (4)) AS t(x))"
        return ("SELECT \(call) OVER (ORDER BY p) FROM \(rows)", result)
    }

    /// The largest offset: a group keeps that many values.
    private static let offsetLimit: Int64 = 1_000_000

    private static func checkOffset(_ offset: ArgumentInfo) throws {
        guard case .integer(let number)? = offset.literal, (0...offsetLimit).contains(number) else {
            throw FunctionError(
                "the offset of LAG must be a literal from 0 to \(offsetLimit)",
                argument: 1
            )
        }
    }

    private static func rank(_ name: String, _ summary: String) -> AggregateFunction {
        AggregateFunction(
            name,
            signature: "\(name)() OVER ([PARTITION BY ...] ORDER BY ...)",
            summary: summary,
            example: inProcessingTime("\(name)()", "3"),
            resolve: { arguments, _ in
                guard arguments.isEmpty else { throw FunctionError("\(name) takes no argument", argument: 0) }
                return ResolvedSignature([], .notNull(.bigint))
            },
            makeAccumulator: { CountAccumulator($0.resultType) }
        )
    }
}
