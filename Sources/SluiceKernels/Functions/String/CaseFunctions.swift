import SluiceColumns

extension StringFunctions {
    static let caseFunctions: [ScalarFunction] = [
        ScalarFunction(
            "UPPER",
            category: "string",
            signature: "UPPER(string)",
            summary: "The string in upper case.",
            example: ("UPPER('sluice')", "SLUICE"),
            takes: ArgumentList([.text]),
            gives: .asFirst,
            compile: { call in caseKernel(call, .upper) }
        ),
        ScalarFunction(
            "LOWER",
            category: "string",
            signature: "LOWER(string)",
            summary: "The string in lower case.",
            example: ("LOWER('SLUICE')", "sluice"),
            takes: ArgumentList([.text]),
            gives: .asFirst,
            compile: { call in caseKernel(call, .lower) }
        ),
        ScalarFunction(
            "INITCAP",
            category: "string",
            signature: "INITCAP(string)",
            summary: "The string with the first letter of each word in upper case and the others in lower case; "
                + "words are runs of ASCII letters and digits.",
            example: ("INITCAP('hello world')", "Hello World"),
            takes: ArgumentList([.text]),
            gives: .asFirst,
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                var result = TextResult(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    appendInitialCapitals(texts[row], &result.buffer)
                    result.setFromBuffer(row)
                }
                return try result.finish(call.type)
            }
        ),
    ]

    private static func caseKernel(_ call: ResolvedCall, _ direction: CaseMapper.Direction) -> ScalarKernel {
        let mapper = CaseMapper(direction)
        let first = direction.firstLetter
        return StrictKernel.make(call) { arguments, rowCount in
            let texts = arguments.text(0)
            let views = arguments.views(0)
            var result = TextResult(arguments, rowCount: rowCount)
            for row in 0..<rowCount where result.isPresent(row) {
                if let swapped = views[row].swappingCase(from: first) {
                    result.set(row, view: swapped)
                    continue
                }
                let text = texts[row]
                let end = result.buffer.append(swappingCaseFrom: first, text, from: 0)
                if end < text.count { mapper.append(text, from: end, to: &result.buffer) }
                result.setFromBuffer(row)
            }
            return try result.finish(call.type)
        }
    }

    /// Flink's rule, after Calcite: letters and digits of ASCII make words, everything else ends them.
    ///
    /// A letter that is not ASCII therefore ends a word, and the next ASCII letter is made a capital.
    private static func appendInitialCapitals(_ text: Span<UInt8>, _ buffer: inout TextBuffer) {
        var startsWord = true
        for index in 0..<text.count {
            let byte = text[index]
            let isUpper = byte &- 0x41 < 26
            let isLower = byte &- 0x61 < 26
            let isWordByte = isUpper || isLower || byte &- 0x30 < 10
            if startsWord {
                buffer.append(isLower ? byte &- 0x20 : byte)
            } else {
                buffer.append(isUpper ? byte &+ 0x20 : byte)
            }
            startsWord = !isWordByte
        }
    }
}
