import SluiceColumns

extension StringFunctions {
    static let characterFunctions: [ScalarFunction] = [
        ScalarFunction(
            "CHAR_LENGTH",
            aliases: ["CHARACTER_LENGTH"],
            category: "string",
            signature: "CHAR_LENGTH(string)",
            summary: "The number of characters (code points) of the string.",
            example: ("CHAR_LENGTH('日本語')", "3"),
            takes: ArgumentList([.text]),
            gives: .strict(.int),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                var result = LaneResult<Int32>(arguments, rowCount: rowCount)
                for row in 0..<rowCount {
                    result.set(row, Int32(truncatingIfNeeded: UnicodeText.codePointCount(texts[row])))
                }
                return try result.finish(call.type)
            }
        ),
        ScalarFunction(
            "ASCII",
            category: "string",
            signature: "ASCII(string)",
            summary: "The first byte of the string in UTF-8 as a signed number; 0 for the empty string.",
            example: ("ASCII('abc')", "97"),
            takes: ArgumentList([.text]),
            gives: .strict(.int),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                var result = LaneResult<Int32>(arguments, rowCount: rowCount)
                for row in 0..<rowCount {
                    let text = texts[row]
                    if text.count > 0 { result.set(row, Int32(Int8(truncatingIfNeeded: text[0]))) }
                }
                return try result.finish(call.type)
            }
        ),
        ScalarFunction(
            "CHR",
            category: "string",
            signature: "CHR(integer)",
            summary: "The character whose number is the last byte of the integer; empty for a negative one.",
            example: ("CHR(97)", "a"),
            takes: ArgumentList([.integer]),
            gives: .nullable(.string),
            rows: { call, arguments, rowCount in
                let numbers = arguments.lane(0, of: Int64.self)
                var result = TextResult(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) && numbers[row] >= 0 {
                    result.buffer.append(codePoint: UInt32(numbers[row] & 0xFF))
                    result.setFromBuffer(row)
                }
                return try result.finish(call.type)
            }
        ),
        ScalarFunction(
            "REVERSE",
            category: "string",
            signature: "REVERSE(string)",
            summary: "The characters in reverse order.",
            example: ("REVERSE('abc')", "cba"),
            takes: ArgumentList([.text]),
            gives: .nullable(.string),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                var result = TextResult(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    appendReversed(texts[row], &result.buffer)
                    result.setFromBuffer(row)
                }
                return try result.finish(call.type)
            }
        ),
    ]

    /// Appends the code points of `text` from the last to the first.
    static func appendReversed(_ text: Span<UInt8>, _ buffer: inout TextBuffer) {
        var end = text.count
        while end > 0 {
            var start = end - 1
            while start > 0, UnicodeText.isContinuation(text[start]) { start -= 1 }
            buffer.append(text.extracting(start..<end))
            end = start
        }
    }
}
