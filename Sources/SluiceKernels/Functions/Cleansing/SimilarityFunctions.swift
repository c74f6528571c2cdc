import SluiceColumns

extension CleansingFunctions {
    static let similarityFunctions: [ScalarFunction] = [
        ScalarFunction(
            "LEVENSHTEIN",
            category: "cleansing",
            signature: "LEVENSHTEIN(string1, string2)",
            summary: "How many code points have to be inserted, deleted or replaced to make one string the other; the "
                + "time grows with the product of the lengths.",
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

/// Levenshtein's distance, with memory that serves all rows of a batch.
private struct EditDistance {
    private var left: [UInt32] = []
    private var right: [UInt32] = []
    /// Distances of the beginning of `left` so far to each beginning of `right`.
    private var costs: [Int] = []

    /// The code points of the longer of the strings last compared.
    var longerCount: Int { max(left.count, right.count) }

    mutating func distance(_ leftText: Span<UInt8>, _ rightText: Span<UInt8>) -> Int {
        EditDistance.decode(leftText, into: &left)
        EditDistance.decode(rightText, into: &right)
        costs.removeAll(keepingCapacity: true)
        for index in 0...right.count { costs.append(index) }
        for row in left.indices {
            var diagonal = costs[0]
            costs[0] = row + 1
            for column in right.indices {
                let replaced = diagonal + (left[row] == right[column] ? 0 : 1)
                diagonal = costs[column + 1]
                costs[column + 1] = min(replaced, diagonal + 1, costs[column] + 1)
            }
        }
        return costs[right.count]
    }

    private static func decode(_ text: Span<UInt8>, into points: inout [UInt32]) {
        points.removeAll(keepingCapacity: true)
        var index = 0
        while index < text.count {
            let (point, byteCount) = UnicodeText.codePoint(at: index, in: text) ?? (UInt32(text[index]), 1)
            points.append(point)
            index += byteCount
        }
    }
}
