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
        coded(
            "ENCODE",
            "string",
            .text,
            .strict(.bytes),
            "The string as bytes of a character set",
            ("ENCODE('a', 'UTF-16BE')", "x'0061'")
        ) { $0.encode($1, to: &$2) },
        coded(
            "DECODE",
            "binary",
            .binary,
            .strict(.string),
            "The string that the bytes mean in a character set",
            ("DECODE(X'E9', 'ISO-8859-1')", "é")
        ) { $0.decode($1, to: &$2) },
    ]

    /// A function of a text or of bytes and the name of a character set.
    private static func coded(
        _ name: String,
        _ argument: String,
        _ rule: ArgumentRule,
        _ result: ResultRule,
        _ summary: String,
        _ example: (String, String),
        _ append: @escaping @Sendable (_ charset: Charset, _ value: Span<UInt8>, _ buffer: inout TextBuffer) -> Void
    ) -> ScalarFunction {
        ScalarFunction(
            name,
            category: "string",
            signature: "\(name)(\(argument), charset)",
            summary: summary + ": US-ASCII, ISO-8859-1, UTF-8, UTF-16, UTF-16BE or UTF-16LE.",
            example: example,
            takes: ArgumentList([rule, .text]),
            gives: result,
            rows: { call, arguments, rowCount in
                let values = arguments.text(0)
                let names = arguments.text(1)
                var result = TextResult(arguments, rowCount: rowCount)
                let fixed = arguments[1].isConstant ? try Charset(names[0]) : nil
                for row in 0..<rowCount where result.isPresent(row) {
                    append(try fixed ?? Charset(names[row]), values[row], &result.buffer)
                    result.setFromBuffer(row)
                }
                return try result.finish(call.type)
            }
        )
    }
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
