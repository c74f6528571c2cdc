import SluiceColumns

extension JSONFunctions {
    static let quoteFunctions: [ScalarFunction] = [
        ScalarFunction(
            "JSON_QUOTE",
            category: "json",
            signature: "JSON_QUOTE(string)",
            summary: "The string as a JSON string, with everything that is not ASCII escaped.",
            example: ("JSON_QUOTE('a\"b')", "\"a\\\"b\""),
            takes: ArgumentList([.textOrNull]),
            gives: .strict(.string),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                var result = TextResult(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    appendASCIIQuoted(texts[row], to: &result.buffer)
                    result.setFromBuffer(row)
                }
                return try result.finish(call.type)
            }
        ),
        ScalarFunction(
            "JSON_UNQUOTE",
            category: "json",
            signature: "JSON_UNQUOTE(string)",
            summary: "What the JSON string stands for; anything else stays as it is.",
            example: ("JSON_UNQUOTE('\"abc\"')", "abc"),
            takes: ArgumentList([.textOrNull]),
            gives: .strict(.string),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                let views = arguments.views(0)
                var result = TextResult(arguments, rowCount: rowCount)
                result.share([arguments[0]])
                for row in 0..<rowCount where result.isPresent(row) {
                    let text = texts[row]
                    guard isQuoted(text) else {
                        result.set(row, view: views[row])
                        continue
                    }
                    JSONEscapes.appendUnescaped(text.extracting(1..<text.count - 1), to: &result.buffer)
                    result.setFromBuffer(row)
                }
                return try result.finish(call.type)
            }
        ),
    ]

    /// Whether it stands in quotes and all its escapes are well-formed.
    private static func isQuoted(_ text: Span<UInt8>) -> Bool {
        let quote = UInt8(ascii: "\"")
        guard text.count > 1, text[0] == quote, text[text.count - 1] == quote else { return false }
        let inner = text.extracting(1..<text.count - 1)
        var index = 0
        while index < inner.count {
            if inner[index] == UInt8(ascii: "\\") {
                guard let length = JSONEscapes.length(inner, at: index) else { return false }
                index += length
            } else {
                index += 1
            }
        }
        return true
    }

    /// Flink writes the number of a character beyond U+FFFF whole, and then its second half again.
    private static func appendASCIIQuoted(_ text: Span<UInt8>, to buffer: inout TextBuffer) {
        buffer.append(UInt8(ascii: "\""))
        var index = 0
        while index < text.count {
            let byte = text[index]
            guard byte >= 0x80 else {
                let letter = byte == UInt8(ascii: "/") ? byte : JSONEscapes.shortEscape(byte)
                if letter != nil { buffer.append(UInt8(ascii: "\\")) }
                buffer.append(letter ?? byte)
                index += 1
                continue
            }
            let (point, byteCount) = UnicodeText.codePoint(at: index, in: text) ?? (0xFFFD, 1)
            appendEscape(point, to: &buffer)
            if point > 0xFFFF { appendEscape(0xDC00 + (point - 0x10000) & 0x3FF, to: &buffer) }
            index += byteCount
        }
        buffer.append(UInt8(ascii: "\""))
    }

    private static func appendEscape(_ point: UInt32, to buffer: inout TextBuffer) {
        buffer.append("\\u")
        let digitCount = max(4, (32 - point.leadingZeroBitCount + 3) / 4)
        for place in (0..<digitCount).reversed() {
            let digit = UInt8(truncatingIfNeeded: point >> UInt32(4 * place) & 15)
            buffer.append(digit < 10 ? digit + 0x30 : digit + 0x57)
        }
    }
}
