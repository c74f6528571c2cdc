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
        rank("DENSE_RANK", "The rank of the row in its partition, from 1, without gaps."),
    ]

    /// Functions of the standard that need rows behind the current one, or all rows of a partition.
    package static let batchOnly: Set<String> = ["LEAD", "NTILE", "CUME_DIST", "PERCENT_RANK"]

    private static func rank(_ name: String, _ summary: String) -> AggregateFunction {
        AggregateFunction(
            name,
            signature: "\(name)() OVER ([PARTITION BY ...] ORDER BY ...)",
            summary: summary,
            resolve: { arguments, _ in
                guard arguments.isEmpty else { throw FunctionError("\(name) takes no argument", argument: 0) }
                return ResolvedSignature([], .notNull(.bigint))
            },
            makeAccumulator: { CountAccumulator($0.resultType) }
        )
    }
}
