import SluiceColumns

extension StringFunctions {
    static let encodingFunctions: [ScalarFunction] = [
        ScalarFunction(
            "TO_BASE64",
            category: "string",
            signature: "TO_BASE64(value)",
            summary: "The string (as UTF-8) or binary string in base 64.",
            example: ("TO_BASE64('hello')", "aGVsbG8="),
            takes: ArgumentList([.textOrBinary]),
            gives: .strict(.string),
            rows: { call, arguments, rowCount in
                let values = arguments.text(0)
                var result = TextResult(arguments, rowCount: rowCount)
                for row in 0..<rowCount where result.isPresent(row) {
                    Base64.append(encoding: values[row], to: &result.buffer)
                    result.setFromBuffer(row)
                }
                return try result.finish(call.type)
            }
        ),
        ScalarFunction(
            "FROM_BASE64",
            category: "string",
            signature: "FROM_BASE64(string)",
            summary: "The string that the base 64 text stands for.",
            example: ("FROM_BASE64('aGVsbG8=')", "hello"),
            takes: ArgumentList([.text]),
            gives: .strict(.string),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                var result = TextResult(arguments, rowCount: rowCount)
                var decoded = TextBuffer()
                for row in 0..<rowCount where result.isPresent(row) {
                    decoded.removeAll()
                    guard Base64.append(decoding: texts[row], to: &decoded) else {
                        throw EvaluationError("badBase64", "'\(String(copying: texts[row]))' is not base 64")
                    }
                    UnicodeText.repair(decoded.bytes, into: &result.buffer)
                    result.setFromBuffer(row)
                }
                return try result.finish(call.type)
            }
        ),
        ScalarFunction(
            "ENCODE",
            category: "string",
            signature: "ENCODE(string, charset)",
            summary: "The string as bytes of a character set: US-ASCII, ISO-8859-1, UTF-8, UTF-16, UTF-16BE or "
                + "UTF-16LE.",
            example: ("ENCODE('a', 'UTF-16BE')", "x'0061'"),
            takes: ArgumentList([.text, .text]),
            gives: .strict(.bytes),
            rows: { call, arguments, rowCount in
                let texts = arguments.text(0)
                let names = arguments.text(1)
                var result = TextResult(arguments, rowCount: rowCount)
                let fixed = arguments[1].isConstant ? try Charset(names[0]) : nil
                for row in 0..<rowCount where result.isPresent(row) {
                    try (fixed ?? Charset(names[row])).encode(texts[row], to: &result.buffer)
                    result.setFromBuffer(row)
                }
                return try result.finish(call.type)
            }
        ),
        ScalarFunction(
            "DECODE",
            category: "string",
            signature: "DECODE(binary, charset)",
            summary: "The string that the bytes mean in a character set: US-ASCII, ISO-8859-1, UTF-8, UTF-16, "
                + "UTF-16BE or UTF-16LE.",
            example: ("DECODE(X'E9', 'ISO-8859-1')", "é"),
            takes: ArgumentList([.binary, .text]),
            gives: .strict(.string),
            rows: { call, arguments, rowCount in
                let values = arguments.text(0)
                let names = arguments.text(1)
                var result = TextResult(arguments, rowCount: rowCount)
                let fixed = arguments[1].isConstant ? try Charset(names[0]) : nil
                for row in 0..<rowCount where result.isPresent(row) {
                    try (fixed ?? Charset(names[row])).decode(values[row], to: &result.buffer)
                    result.setFromBuffer(row)
                }
                return try result.finish(call.type)
            }
        ),
    ]
}

extension String {
    /// The text of some bytes; for messages.
    init(copying bytes: Span<UInt8>) {
        var copy: [UInt8] = []
        copy.reserveCapacity(bytes.count)
        for index in 0..<bytes.count { copy.append(bytes[index]) }
        self = String(decoding: copy, as: UTF8.self)
    }
}
