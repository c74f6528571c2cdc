import SluiceColumns

extension RegexFunctions {
    /// Replacing what matched, and splitting at it.
    static let replaceFunctions: [ScalarFunction] = [
        ScalarFunction(
            "REGEXP_REPLACE",
            category: "string",
            signature: "REGEXP_REPLACE(string1, pattern, string2)",
            summary: "string1 with every match replaced by string2, in which nothing is special.",
            example: ("REGEXP_REPLACE('foobar', 'oo|ar', '')", "fb"),
            takes: ArgumentList([.text, .text, .text]),
            gives: .strict(.string),
            compile: replaceKernel
        ),
        ScalarFunction(
            "STR_TO_MAP",
            category: "string",
            signature: "STR_TO_MAP(string1 [, string2, string3])",
            summary: "string1 split into pairs by the pattern string2 (a comma by default), and those into keys and "
                + "values by the pattern string3 (an equals sign by default).",
            example: (expression: "STR_TO_MAP('k1=v1,k2=v2')", result: "{k1=v1, k2=v2}"),
            resolve: { arguments in
                let count = arguments.count == 1 ? 1 : 3
                let types = try ArgumentList(Array(repeating: .text, count: count)).types("STR_TO_MAP", arguments)
                return ResolvedSignature(types, DataType(.map(DataType(.string), DataType(.string))))
            },
            makeKernel: TextMapSplitter.kernel
        ),
    ]

    @Sendable
    private static func replaceKernel(_ call: ResolvedCall) throws -> ScalarKernel {
        let programs = RegexCache()
        return StrictKernel.make(call) { arguments, rowCount in
            let texts = arguments.text(0)
            let patterns = arguments.text(1)
            let replacements = arguments.text(2)
            let views = arguments.views(0)
            var result = TextResult(arguments, rowCount: rowCount)
            result.share([arguments[0]])
            for row in 0..<rowCount where result.isPresent(row) {
                guard let program = try programs.program(patterns[row]) else {
                    result.setNull(row)
                    continue
                }
                let text = texts[row]
                var copied = 0
                var start: Int? = 0
                var isChanged = false
                while let from = start, try program.find(in: text, from: from), let range = program.range(0) {
                    result.buffer.append(text.extracting(copied..<range.lowerBound))
                    result.buffer.append(replacements[row])
                    copied = range.upperBound
                    start = program.nextStart(text)
                    isChanged = true
                }
                guard isChanged else {
                    result.set(row, view: views[row])
                    continue
                }
                result.buffer.append(text.extracting(copied..<text.count))
                result.setFromBuffer(row)
            }
            return try result.finish(call.type)
        }
    }
}
