import SluiceColumns

extension CleansingFunctions {
    static let blankFunctions: [ScalarFunction] = [
        ScalarFunction(
            "IS_BLANK",
            category: "cleansing",
            signature: "IS_BLANK(string)",
            summary: "Whether the string is NULL, empty or nothing but white space.",
            example: ("IS_BLANK('  ')", "TRUE"),
            takes: ArgumentList([.textOrNull]),
            gives: .notNull(.boolean),
            compile: { call in
                { arguments, rowCount in
                    let texts = arguments.text(0)
                    var result = LaneResult<UInt8>([], rowCount: rowCount)
                    for row in 0..<rowCount where arguments[0].isNull(row) || isBlank(texts[row]) {
                        result.set(row, 1)
                    }
                    return try result.finish(call.type)
                }
            }
        ),
        ScalarFunction(
            "BLANK_TO_NULL",
            category: "cleansing",
            signature: "BLANK_TO_NULL(string)",
            summary: "The string, or NULL where it is empty or nothing but white space.",
            example: ("BLANK_TO_NULL('a ')", "a "),
            takes: ArgumentList([.textOrNull]),
            gives: .nullable(.string),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                let views = arguments.views(0)
                var result = TextResult(arguments, rowCount: rowCount)
                result.share(arguments)
                for row in 0..<rowCount where result.isPresent(row) {
                    if isBlank(texts[row]) { result.setNull(row) } else { result.set(row, view: views[row]) }
                }
                return try result.finish(call.type)
            }
        ),
        ScalarFunction(
            "COALESCE_BLANK",
            category: "cleansing",
            signature: "COALESCE_BLANK(string1, string2, ...)",
            summary: "The first of the strings that is not NULL, empty or nothing but white space; NULL where all are.",
            example: ("COALESCE_BLANK('', ' ', 'c')", "c"),
            takes: ArgumentList([.textOrNull], repeatsLast: true),
            gives: .nullable(.string),
            compile: { call in { arguments, rowCount in try firstNotBlank(call, arguments, rowCount) } }
        ),
    ]

    private static func firstNotBlank(_ call: ResolvedCall, _ arguments: [Column], _ rowCount: Int) throws -> Column {
        var result = TextResult([], rowCount: rowCount)
        result.share(arguments)
        var isFound = [Bool](repeating: false, count: rowCount)
        for index in arguments.indices {
            let texts = arguments.text(index)
            let views = arguments.views(index)
            for row in 0..<rowCount where !isFound[row] && !arguments[index].isNull(row) {
                if isBlank(texts[row]) { continue }
                result.set(row, view: views[row])
                isFound[row] = true
            }
        }
        for row in 0..<rowCount where !isFound[row] { result.setNull(row) }
        return try result.finish(call.type)
    }

    /// Whether all code points have Unicode's property White_Space.
    static func isBlank(_ text: Span<UInt8>) -> Bool {
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte < 0x80 {
                guard byte == 0x20 || byte &- 0x09 < 5 else { return false }
                index += 1
                continue
            }
            guard let (point, byteCount) = UnicodeText.codePoint(at: index, in: text),
                let scalar = Unicode.Scalar(point), scalar.properties.isWhitespace
            else { return false }
            index += byteCount
        }
        return true
    }
}
