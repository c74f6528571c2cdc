import SluiceColumns

/// Maps as text, the way back from STR_TO_MAP.
extension CollectionFunctions {
    static let mapTextFunctions: [ScalarFunction] = [
        ScalarFunction(
            "MAP_TO_STR",
            category: "collection",
            signature: "MAP_TO_STR(map [, pairDelimiter [, keyDelimiter]])",
            summary: "The entries of a map of strings as text, such as STR_TO_MAP reads: with a delimiter between two "
                + "of them (',' by default), and one between key and value ('=' by default). Entries with a NULL are "
                + "left out. Not in Flink.",
            example: ("MAP_TO_STR(MAP['a', '1', 'b', '2'], '&')", "a=1&b=2"),
            takes: ArgumentList([textMap, .textOrNull, .textOrNull], optionalCount: 2),
            gives: .strict(.string),
            rows: { call, arguments, rowCount in
                let columns = arguments + defaultDelimiters.dropFirst(arguments.count - 1)
                let offsets = columns.offsets(0)
                let entries = columns[0].children
                let keys = entries.text(0)
                let values = entries.text(1)
                let pairDelimiters = columns.text(1)
                let keyDelimiters = columns.text(2)
                let mask = columns[0].isConstant ? 0 : -1
                var result = TextResult(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    var isFirst = true
                    for entry in Int(offsets[row & mask])..<Int(offsets[(row & mask) + 1]) {
                        if entries[0].isNull(entry) || entries[1].isNull(entry) { continue }
                        if !isFirst { result.buffer.append(pairDelimiters[row]) }
                        isFirst = false
                        result.buffer.append(keys[entry])
                        result.buffer.append(keyDelimiters[row])
                        result.buffer.append(values[entry])
                    }
                    result.setFromBuffer(row)
                }
                return try result.finish(call.type)
            }
        )
    ]

    private static let defaultDelimiters = [",", "="].map { Column.constant(.string($0), .notNull(.char(1)), count: 1) }

    private static let textMap = ArgumentRule("a MAP of strings to strings") { type in
        guard case .map(let key, let value) = type.logical else { return nil }
        return key.logical.isText && value.logical.isText ? type : nil
    }
}
