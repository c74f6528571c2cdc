import SluiceColumns

extension RegexFunctions {
    /// Taking out several parts with one match, which Flink has no function for.
    static let groupFunctions: [ScalarFunction] = [
        ScalarFunction(
            "REGEXP_EXTRACT_GROUPS",
            category: "cleansing",
            signature: "REGEXP_EXTRACT_GROUPS(string, pattern)",
            summary:
                "What the groups of the pattern took in the first match, as an array; NULL where there is no match. "
                + "A group that took no part is NULL.",
            example: ("REGEXP_EXTRACT_GROUPS('GET /a 200', '^(\\w+) (\\S+) (\\d+)$')", "[GET, /a, 200]"),
            takes: ArgumentList([.textOrNull, .textOrNull]),
            gives: .nullable(.array(DataType(.string))),
            compile: { call in
                let programs = RegexCache()
                return StrictKernel.make(call) { arguments, rowCount in
                    let texts = arguments.text(0)
                    let patterns = arguments.text(1)
                    var result = TextListResult(arguments, rowCount: rowCount)
                    for row in 0..<rowCount {
                        if result.isPresent(row) {
                            let text = texts[row]
                            if let program = try programs.program(patterns[row]), try program.find(in: text) {
                                for group in 0..<program.groupCount {
                                    if let range = program.range(group + 1) {
                                        result.append(text.extracting(range))
                                    } else {
                                        result.appendNull()
                                    }
                                }
                            } else {
                                result.setNull(row)
                            }
                        }
                        result.endRow(row)
                    }
                    return try result.finish(call.type)
                }
            }
        )
    ]
}
