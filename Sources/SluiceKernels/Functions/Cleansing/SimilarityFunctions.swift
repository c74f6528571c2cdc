import SluiceColumns

/// How near two texts are.
extension CleansingFunctions {
    static let similarityFunctions: [ScalarFunction] = [
        ScalarFunction(
            "LEVENSHTEIN",
            category: "cleansing",
            signature: "LEVENSHTEIN(string1, string2)",
            summary: "How many code points have to be inserted, deleted or replaced to make one string the other; the "
                + "time grows with the product of the lengths, 64 code points of the shorter at a time.",
            example: ("LEVENSHTEIN('kitten', 'sitting')", "3"),
            takes: ArgumentList([.textOrNull, .textOrNull]),
            gives: .strict(.int),
            rows: { call, arguments, rowCount in
                let lefts = arguments.text(0)
                let rights = arguments.text(1)
                var distances = EditDistance()
                var result = LaneResult<Int32>(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    result.set(row, Int32(truncatingIfNeeded: distances.distance(lefts[row], rights[row])))
                }
                return try result.finish(call.type)
            }
        ),
        ScalarFunction(
            "SIMILARITY",
            category: "cleansing",
            signature: "SIMILARITY(string1, string2)",
            summary: "1 less the share of LEVENSHTEIN in the longer length: 1 for equal strings, 0 for strings without "
                + "anything in common.",
            example: ("SIMILARITY('abcd', 'abcx')", "0.75"),
            takes: ArgumentList([.textOrNull, .textOrNull]),
            gives: .strict(.double),
            rows: { call, arguments, rowCount in
                let lefts = arguments.text(0)
                let rights = arguments.text(1)
                var distances = EditDistance()
                var result = LaneResult<Double>(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    let distance = distances.distance(lefts[row], rights[row])
                    let length = distances.longerCount
                    result.set(row, length == 0 ? 1 : 1 - Double(distance) / Double(length))
                }
                return try result.finish(call.type)
            }
        ),
    ]
}
